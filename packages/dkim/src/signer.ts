/**
 * Signs messages, with one key or with several at once (RSA for everybody, Ed25519 beside it for those who know it), while they
 * stream by.
 *
 * A signer is made once and signs any number of messages, several at the same time if need be: `start` gives an object for each.
 *
 * Left out: sending. The fields go in front of the message as they are. Read next: `sign-rules.ts`, `format-signature.ts`.
 */
import { parseHeaders, splitMessage, streamMessage } from '@mailwright/mime';
import type { HeaderSection, MessageConsumer } from '@mailwright/mime';
import { encodeBase64, findBareLineEnd } from '@mailwright/wire';
import type { Body } from '@mailwright/wire';
import { DkimError } from './errors.ts';
import { appendTags, endUnsignedField, formatSignedField, plainTag } from './format-signature.ts';
import type { WrittenTag } from './format-signature.ts';
import { BodyHasher } from './hash-body.ts';
import type { BodyHash } from './hash-body.ts';
import { encodeDkimQuotedPrintable } from './quoted-printable.ts';
import { chooseCoverage } from './sign-rules.ts';
import type { Coverage } from './sign-rules.ts';
import type { SignatureAlgorithm } from './signature-tags.ts';
import { makeSignedData } from './signed-data.ts';
import { resolveSignerOptions } from './signer-options.ts';
import type { DkimSignerOptions, SignerKey, SignerSettings } from './signer-options.ts';
import type { DkimKey } from './signing-key.ts';

/** A signature that was made. */
export interface DkimSignature {
  /** The whole field, folded, CRLF at its end. It stands in front of the message's first field. */
  readonly field: string;
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: SignatureAlgorithm;
  /** `h=` */
  readonly signedNames: readonly string[];
}

const COLON_BEHIND_VALUE = '|'; // in z=, the bar stands between fields
/** Makes a header section something that another program may read otherwise. */
const HEADER_FAULTS: ReadonlySet<string> = new Set(['MIME_NO_COLON', 'MIME_BAD_FIELD_NAME', 'MIME_LEADING_CONTINUATION', 'MIME_MBOX_LINE', 'MIME_NUL']);

/** Signs messages of one domain. `createDkimSigner` makes one. */
export class DkimSigner {
  readonly #settings: SignerSettings;

  /** Throws as `createDkimSigner` does. */
  constructor(options: DkimSignerOptions) {
    this.#settings = resolveSignerOptions(options);
  }

  /**
   * Begins with a message: `header` is its header section, with or without the empty line at its end. It must stay as it is until the
   * signatures are there.
   *
   * Errors: DkimError `DKIM_NO_FROM`, `DKIM_BAD_HEADER`, `DKIM_HEADER_TOO_LARGE`, `DKIM_BARE_LINE_END`; TypeError where a body follows
   * the empty line.
   * @rfc 6376 5
   */
  start(header: Uint8Array): DkimSigning {
    const section = parseHeaders(header);
    if (section.limit === undefined && section.bodyOffset < header.length) throw new TypeError('start() takes the header section alone; the body goes to body()');
    return this.#begin(section, header);
  }

  /**
   * Signs a whole message: header section, empty line and body. Its signatures, to be put in front of it.
   *
   * Errors: rejects as `start` throws and `DkimSigning.end` rejects, and where `message` does.
   * @rfc 6376 5
   */
  async sign(message: Body): Promise<DkimSignature[]> {
    let signing: DkimSigning | undefined;
    const consumer: MessageConsumer = {
      headers: (section, octets) => void (signing = this.#begin(section, octets)),
      body: (chunk) => signing!.body(chunk),
    };
    if (message instanceof Uint8Array) splitMessage(message, consumer); // nothing to wait for
    else await streamMessage(message, consumer);
    return signing!.end();
  }

  #begin(section: HeaderSection, header: Uint8Array): DkimSigning {
    if (section.limit !== undefined) throw new DkimError('DKIM_HEADER_TOO_LARGE', `the header section has more than ${section.limit.limit} ${section.limit.code === 'LIMIT_HEADER_FIELDS' ? 'fields' : 'octets'}`);
    return new DkimSigning(this.#settings, section, header);
  }
}

/** One message that is being signed. */
export class DkimSigning {
  readonly #settings: SignerSettings;
  readonly #header: Uint8Array;
  readonly #coverage: Coverage;
  readonly #bodyHasher: BodyHasher = new BodyHasher();
  readonly #bodyHash: BodyHash;

  /** `DkimSigner.start` makes these. */
  constructor(settings: SignerSettings, section: HeaderSection, header: Uint8Array) {
    checkHeader(section, header);
    this.#settings = settings;
    this.#header = header;
    this.#coverage = chooseCoverage(settings.rules, section.fields);
    this.#bodyHash = this.#bodyHasher.want(settings.body);
  }

  /** The next octets of the body; the array may be used again afterwards. */
  body(chunk: Uint8Array): void {
    this.#bodyHasher.push(chunk);
  }

  /**
   * The message is over: its signatures, in the order of the keys.
   *
   * Errors: rejects with DkimError `DKIM_BARE_LINE_END` (a CR or LF alone in the body), `DKIM_SIGN_FAILED`.
   * @rfc 6376 3.7
   */
  async end(): Promise<DkimSignature[]> {
    this.#endBody();
    const { threadPool, keys } = this.#settings;
    const signatures = keys.map((signerKey) => {
      const { key } = signerKey;
      const unsigned = this.#formatUnsigned(signerKey);
      const data = this.#makeData(unsigned);
      const inPool = threadPool === 'always' || (threadPool === 'when-slow' && key.keyType === 'rsa');
      const value = inPool ? key.sign(data) : signHere(key, data);
      return { signerKey, unsigned, value };
    });
    const made: DkimSignature[] = [];
    for (const { signerKey, unsigned, value } of signatures) made.push(this.#makeSignature(signerKey, unsigned, value instanceof Uint8Array ? value : await orFailed(value)));
    return made;
  }

  /** The same at once, on this thread, whatever `threadPool` says; throws where `end()` rejects. */
  endSync(): DkimSignature[] {
    this.#endBody();
    return this.#settings.keys.map((signerKey) => {
      const unsigned = this.#formatUnsigned(signerKey);
      return this.#makeSignature(signerKey, unsigned, signHere(signerKey.key, this.#makeData(unsigned)));
    });
  }

  #endBody(): void {
    this.#bodyHasher.end();
    const { irregularity } = this.#bodyHasher;
    if (irregularity === undefined) return;
    throw new DkimError('DKIM_BARE_LINE_END', `the body has a ${irregularity.kind === 'bare-cr' ? 'CR' : 'LF'} that stands alone, at octet ${irregularity.offset}`);
  }

  #formatUnsigned({ start }: SignerKey): string {
    const { expiresInSeconds, clock, bodyLength, copyFields } = this.#settings;
    const nowSeconds = Math.floor(clock.wallTime() / 1000);
    const tags: WrittenTag[] = [plainTag('t', String(nowSeconds))];
    if (expiresInSeconds !== undefined) tags.push(plainTag('x', String(nowSeconds + expiresInSeconds)));
    if (bodyLength) tags.push(plainTag('l', String(this.#bodyHash.canonicalOctets)));
    tags.push({ name: 'h', pieces: this.#coverage.names, separator: ':' });
    if (copyFields) tags.push({ name: 'z', pieces: this.#copyFields(), separator: '' });
    tags.push(plainTag('bh', encodeBase64(this.#bodyHash.octets)));
    return endUnsignedField(appendTags(start, tags));
  }

  #makeData(unsigned: string): Uint8Array {
    return makeSignedData({
      octets: this.#header,
      canonicalization: this.#settings.header,
      fields: this.#coverage.fields,
      signatureField: Buffer.from(unsigned, 'latin1'), // all US-ASCII
    });
  }

  /** `z=`: the signed fields, in pieces that may be folded. @rfc 6376 3.5 */
  #copyFields(): readonly string[] {
    const { fields } = this.#coverage;
    return fields.flatMap(({ name, raw }, index) => {
      const copied = `${name}:${encodeDkimQuotedPrintable(raw, COLON_BEHIND_VALUE)}${index < fields.length - 1 ? COLON_BEHIND_VALUE : ''}`;
      return cutQuotedPrintable(copied);
    });
  }

  #makeSignature({ selector, key }: SignerKey, unsigned: string, value: Uint8Array): DkimSignature {
    return { field: formatSignedField(unsigned, value), domain: this.#settings.domain, selector, algorithm: key.algorithm, signedNames: this.#coverage.names };
  }
}

const PIECE_CHARACTERS = 60;

/** Cuts text of DKIM-Quoted-Printable, in which a fold may stand anywhere but inside `=XX`. */
function cutQuotedPrintable(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const cut = text.indexOf('=', at + PIECE_CHARACTERS - 2);
    const isInside = cut !== -1 && cut < at + PIECE_CHARACTERS;
    const end = isInside ? cut : at + PIECE_CHARACTERS;
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}

function signHere(key: DkimKey, data: Uint8Array): Uint8Array {
  try {
    return key.signSync(data);
  } catch (error) {
    throw signFailed(error);
  }
}

async function orFailed(value: Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await value;
  } catch (error) {
    throw signFailed(error);
  }
}

function signFailed(cause: unknown): DkimError {
  return new DkimError('DKIM_SIGN_FAILED', 'the key did not sign', { cause });
}

/** What is signed must read the same to everybody. */
function checkHeader(section: HeaderSection, header: Uint8Array): void {
  if (section.defects.length > 0) checkLineEnds(header);
  const fault = section.defects.find(({ code }) => HEADER_FAULTS.has(code));
  if (fault !== undefined) throw new DkimError('DKIM_BAD_HEADER', `the header section has ${fault.code} at octet ${fault.offset}`);
  if (!section.fields.some(({ name }) => name.length === 4 && name.toLowerCase() === 'from')) throw new DkimError('DKIM_NO_FROM', 'the message has no From');
}

function checkLineEnds(header: Uint8Array): void {
  const at = findBareLineEnd(header);
  if (at !== -1) throw bareLineEnd(at);
}

function bareLineEnd(offset: number): DkimError {
  return new DkimError('DKIM_BARE_LINE_END', `the header section has a CR or LF that stands alone, at octet ${offset}`);
}

/**
 * Makes a signer.
 *
 * Errors: TypeError and RangeError for options that make no sense: a domain or selector that is none, no key, rules without From.
 * @rfc 6376 5
 */
export function createDkimSigner(options: DkimSignerOptions): DkimSigner {
  return new DkimSigner(options);
}

/**
 * Signs a whole message: header section, empty line and body. Its signatures, to be put in front of it.
 *
 * Errors: rejects as `DkimSigner.start` throws and `DkimSigning.end` rejects, and where `message` does.
 * @rfc 6376 5
 */
export async function signMessage(message: Body, options: DkimSignerOptions | DkimSigner): Promise<DkimSignature[]> {
  return (options instanceof DkimSigner ? options : new DkimSigner(options)).sign(message);
}
