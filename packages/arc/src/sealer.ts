/**
 * Seals a message: adds a set to its chain, or begins one (RFC 8617 section 5.1), while the message streams by.
 *
 * What the seal says of the chain (`cv=`) is the result of a validation of one's own, of the message as it came in; nothing is read for it
 * from fields. A chain that has failed is sealed once, over the new set alone, and never again.
 *
 * Left out: the changes to the message, which come before. Read next: `signed-names.ts`, `seal-data.ts`.
 */
import { formatArcAuthenticationResults, traceStep } from '@mailwright/authres';
import type { AuthenticationResults, TraceStep } from '@mailwright/authres';
import {
  BodyHasher, DkimKey, appendTags, canonicalSelector, canonicalSigningDomain, chooseCoverage, endUnsignedField, formatSignedField, keyName, makeSignedData, plainTag,
  resolveSignRules, startField,
} from '@mailwright/dkim';
import type { BodyHash, Canonicalization, ResolvedRules, SignRule, WrittenTag } from '@mailwright/dkim';
import { streamMessage } from '@mailwright/mime';
import type { HeaderSection } from '@mailwright/mime';
import { encodeBase64, encodeUtf8, findBareLineEnd } from '@mailwright/wire';
import type { Body } from '@mailwright/wire';
import { collectArcSets } from './arc-sets.ts';
import { ArcError } from './errors.ts';
import { MOST_INSTANCES } from './instance.ts';
import type { ArcResult, ChainStatus } from './result.ts';
import { SealData, sealedFieldsOf } from './seal-data.ts';
import type { SealedFields } from './seal-data.ts';
import { DEFAULT_ARC_RULES, UNSIGNABLE_BY_ARC } from './signed-names.ts';

/** How a message is sealed. */
export interface ArcSealerOptions {
  /** From `loadSigningKey`. */
  readonly key: DkimKey;
  /** `d=`. U-labels become A-labels. */
  readonly domain: string;
  /** `s=` */
  readonly selector: string;
  /** What your own validation of the message gave, as it came in. */
  readonly result: ArcResult;
  /** What you found out about the message as it came in. */
  readonly authenticationResults: AuthenticationResults;
  /** The time for `t=`, in milliseconds since 1970. */
  readonly now: number;
  /** Which fields the message signature covers, and how. Default `DEFAULT_ARC_RULES`. */
  readonly headers?: readonly SignRule[] | undefined;
  /** Of the message signature: header and body. Default `relaxed/relaxed`. */
  readonly canonicalization?: `${Canonicalization}/${Canonicalization}` | undefined;
  /** True where the message is internationalized (RFC 6532): the results may hold UTF-8. Default false. */
  readonly utf8?: boolean | undefined;
  /** Hashes the body for others, too: as of `ArcValidatorOptions`. Left out: a hasher of its own. */
  readonly bodyHasher?: BodyHasher | undefined;
}

/** Why a message is not sealed. */
export type NotSealedReason =
  | 'chain-closed' // a seal says cv=fail
  | 'too-many-sets' // there is no instance left
  | 'header-too-large'
  | 'bad-header' // the header section reads differently to different programs
  | 'no-from'
  | 'bare-line-end'; // a CR or LF alone, in the header section or the body

/** The outcome of sealing. */
export interface ArcSealing {
  readonly sealed: boolean;
  /** There where `sealed` is false. */
  readonly reason: NotSealedReason | undefined;
  /** `i=` of the new set. */
  readonly instance: number | undefined;
  /** `cv=` of the new seal. */
  readonly chainStatus: ChainStatus | undefined;
  /** The fields in the order in which they go in front of the message, each whole, folded, with its CRLF: ARC-Seal, ARC-Message-Signature, ARC-Authentication-Results. Empty where `sealed` is false. */
  readonly fields: readonly string[];
  readonly trace: readonly TraceStep[];
}

type Settings = Omit<ArcSealerOptions, 'headers' | 'canonicalization'> & {
  readonly rules: ResolvedRules;
  readonly header: Canonicalization;
  readonly body: Canonicalization;
};

/** Makes a header section something that another program may read otherwise. */
const HEADER_FAULTS: ReadonlySet<string> = new Set(['MIME_NO_COLON', 'MIME_BAD_FIELD_NAME', 'MIME_LEADING_CONTINUATION', 'MIME_MBOX_LINE', 'MIME_NUL']);

/**
 * The sealer of one message. Header section, body and end as of `ArcValidator`, but of the message as it goes out.
 *
 * @rfc 8617 5.1
 */
export class ArcSealer {
  readonly #settings: Settings;
  readonly #bodyHasher: BodyHasher;
  #section: HeaderSection | undefined = undefined;
  #octets: Uint8Array = new Uint8Array(0);
  #received: readonly SealedFields[] = [];
  #bodyHash: BodyHash | undefined = undefined;
  #reason: NotSealedReason | undefined = undefined;

  /** Throws TypeError and RangeError for options that make no sense: a domain or selector that is none, rules without From, results that can't be written. */
  constructor(options: ArcSealerOptions) {
    this.#settings = resolveOptions(options);
    this.#bodyHasher = options.bodyHasher ?? new BodyHasher();
  }

  /**
   * The header section of the message as it goes out, and the octets it was read from, which must stay as they are. Once, and first.
   *
   * Errors: TypeError where `result` can't be of this message, since the ARC fields are others.
   */
  headers(section: HeaderSection, octets: Uint8Array): void {
    if (this.#section !== undefined) throw new TypeError('headers() was called before');
    this.#section = section;
    this.#octets = octets.subarray(0, section.bodyOffset);
    const { result } = this.#settings;
    const found = collectArcSets(section);
    this.#reason = findHeaderFault(section, this.#octets) ?? findChainFault(result);
    if (this.#reason !== undefined) return;
    if (found.fieldCount !== result.fieldCount || found.highestInstance !== result.highestInstance) throw new TypeError('the result is of another message: the ARC fields differ');
    if (result.result === 'pass') this.#received = found.sets.map((set) => sealedFieldsOf(set, this.#octets));
    this.#bodyHash = this.#bodyHasher.want(this.#settings.body);
  }

  /** The next octets of the body; the array may be used again afterwards. Throws TypeError where the hasher is somebody else's. */
  body(chunk: Uint8Array): void {
    if (this.#settings.bodyHasher !== undefined) throw new TypeError('the body goes to the bodyHasher that was given');
    if (this.#section === undefined) throw new TypeError('headers() comes before body()');
    this.#bodyHasher.push(chunk);
  }

  /**
   * The message is over: the set.
   *
   * Errors: rejects with ArcError `ARC_SIGN_FAILED`.
   * @rfc 8617 5.1
   * @rfc 8617 5.1.1
   * @rfc 8617 5.1.2
   */
  async end(): Promise<ArcSealing> {
    if (this.#section === undefined) throw new TypeError('headers() comes before end()');
    if (this.#settings.bodyHasher === undefined) this.#bodyHasher.end();
    if (this.#reason === undefined && this.#bodyHasher.irregularity !== undefined) this.#reason = 'bare-line-end';
    if (this.#reason !== undefined) return notSealed(this.#reason);
    const { result, domain } = this.#settings;
    const instance = result.highestInstance + 1;
    const { authenticationResults, utf8 } = this.#settings;
    const results = `ARC-Authentication-Results: ${formatArcAuthenticationResults(instance, authenticationResults, { utf8 })}\r\n`;
    const messageSignature = await this.#makeMessageSignature(instance);
    const seal = await this.#makeSeal(instance, results, messageSignature);
    const scope = result.result === 'fail' ? 'the new set alone' : `sets 1 to ${instance}`;
    const rfc = result.result === 'fail' ? '8617 5.1.2' : '8617 5.1.1';
    return {
      sealed: true,
      reason: undefined,
      instance,
      chainStatus: result.result,
      fields: [seal, messageSignature, results],
      trace: [traceStep(rfc, `i=${instance}: sealed by ${domain} with cv=${result.result}, over ${scope}`, { instance, chainStatus: result.result })],
    };
  }

  /** @rfc 8617 4.1.2 */
  async #makeMessageSignature(instance: number): Promise<string> {
    const { key, domain, selector, header, body, rules } = this.#settings;
    const { names, fields } = chooseCoverage(rules, this.#section!.fields);
    const unsigned = unsignedField('ARC-Message-Signature', [
      plainTag('i', String(instance)), plainTag('a', key.algorithm), plainTag('c', `${header}/${body}`), plainTag('d', domain), plainTag('s', selector),
      plainTag('t', this.#timestamp()), { name: 'h', pieces: names, separator: ':' }, plainTag('bh', encodeBase64(this.#bodyHash!.octets)),
    ]);
    const data = makeSignedData({ octets: this.#octets, canonicalization: header, fields, signatureField: encodeUtf8(unsigned) });
    return formatSignedField(unsigned, await this.#sign(data));
  }

  /** @rfc 8617 4.1.3 */
  async #makeSeal(instance: number, results: string, messageSignature: string): Promise<string> {
    const { key, domain, selector, result } = this.#settings;
    const unsigned = unsignedField('ARC-Seal', [
      plainTag('i', String(instance)), plainTag('a', key.algorithm), plainTag('t', this.#timestamp()), plainTag('cv', result.result), plainTag('d', domain), plainTag('s', selector),
    ]);
    const seal = encodeUtf8(unsigned);
    const added = { authenticationResults: encodeUtf8(results), messageSignature: encodeUtf8(messageSignature), seal };
    const data = new SealData([...this.#received, added]);
    return formatSignedField(unsigned, await this.#sign(data.of(this.#received.length, seal)));
  }

  #timestamp(): string {
    return String(Math.floor(this.#settings.now / 1000));
  }

  async #sign(data: Uint8Array): Promise<Uint8Array> {
    try {
      return await this.#settings.key.sign(data);
    } catch (cause) {
      throw new ArcError('ARC_SIGN_FAILED', 'the key did not sign', { cause });
    }
  }
}

function unsignedField(name: string, tags: readonly WrittenTag[]): string {
  return endUnsignedField(appendTags(startField(name), tags));
}

/** What forbids a set whatever the body is. @rfc 8617 5.1 */
function findChainFault({ closed, highestInstance }: ArcResult): NotSealedReason | undefined {
  if (closed) return 'chain-closed';
  return highestInstance >= MOST_INSTANCES ? 'too-many-sets' : undefined;
}

function findHeaderFault(section: HeaderSection, octets: Uint8Array): NotSealedReason | undefined {
  if (section.limit !== undefined) return 'header-too-large';
  if (findBareLineEnd(octets) !== -1) return 'bare-line-end';
  if (section.defects.some(({ code }) => HEADER_FAULTS.has(code))) return 'bad-header';
  return section.fields.some(({ name }) => name.length === 4 && name.toLowerCase() === 'from') ? undefined : 'no-from';
}

const NOT_SEALED: Readonly<Record<NotSealedReason, readonly [rfc: string, text: string]>> = {
  'chain-closed': ['8617 5.1', 'a seal says cv=fail: nobody adds a set any more'],
  'too-many-sets': ['8617 4.2.1', 'the message has 50 sets, and no more are allowed'],
  'header-too-large': ['6376 5.3', 'the header section is too large to be read whole'],
  'bad-header': ['6376 5.3', 'the header section reads differently to different programs'],
  'no-from': ['6376 5.4', 'the message has no From, which has to be signed'],
  'bare-line-end': ['6376 5.3', 'the message has a CR or LF that stands alone, so it will not arrive as it is'],
};

function notSealed(reason: NotSealedReason): ArcSealing {
  const [rfc, text] = NOT_SEALED[reason];
  return { sealed: false, reason, instance: undefined, chainStatus: undefined, fields: [], trace: [traceStep(rfc, text, { reason })] };
}

function resolveOptions(options: ArcSealerOptions): Settings {
  const { headers: rules = DEFAULT_ARC_RULES, canonicalization = 'relaxed/relaxed', now, key } = options;
  const domain = canonicalSigningDomain(options.domain);
  const selector = canonicalSelector(options.selector);
  if (domain === undefined) throw new TypeError('options.domain is not a domain of two labels or more');
  if (selector === undefined || keyName(selector, domain) === undefined) throw new TypeError(`not a selector: ${JSON.stringify(options.selector)}`);
  if (!(key instanceof DkimKey)) throw new TypeError('options.key comes from loadSigningKey');
  if (!(now >= 0)) throw new RangeError('now must be a number, 0 or more');
  if (!/^(?:simple|relaxed)\/(?:simple|relaxed)$/.test(canonicalization)) throw new TypeError('canonicalization is simple or relaxed for the header, a slash, and the same for the body');
  formatArcAuthenticationResults(1, options.authenticationResults, { utf8: options.utf8 }); // throws for what can't be written
  const [header, body] = canonicalization.split('/') as [Canonicalization, Canonicalization];
  return { ...options, domain, selector, rules: resolveSignRules(rules, UNSIGNABLE_BY_ARC), header, body };
}

/**
 * Seals a whole message: header section, empty line and body. The outcome is that of `ArcSealer.end()`.
 *
 * Errors: throws (rejects) as `ArcSealer` does, and where `message` does.
 * @rfc 8617 5.1
 */
export async function sealArc(message: Body, options: Omit<ArcSealerOptions, 'bodyHasher'>): Promise<ArcSealing> {
  const sealer = new ArcSealer({ ...options, bodyHasher: undefined });
  await streamMessage(message, {
    headers: (section, octets) => sealer.headers(section, octets),
    body: (chunk) => sealer.body(chunk),
  });
  return sealer.end();
}
