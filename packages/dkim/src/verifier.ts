/**
 * Verifies the DKIM signatures of a message while it streams by: header section first, then the body in chunks, then the verdicts.
 *
 * The keys are asked for as soon as the header section is there, all at once, and come while the body does. Nothing is repaired: a message
 * with a CR or LF alone is not the one that was sent, and no signature of it passes.
 *
 * Left out: what to do with the verdicts (`@mailwright/dmarc`, `@mailwright/auth`), why a signature failed (`explain-failure.ts`).
 * Read next: `judge-signature.ts`.
 */
import type { Resolver } from '@mailwright/dns';
import { splitMessage, streamMessage } from '@mailwright/mime';
import type { HeaderField, HeaderSection, MessageConsumer } from '@mailwright/mime';
import { findBareLineEnd } from '@mailwright/wire';
import type { Body } from '@mailwright/wire';
import { BodyHasher } from './hash-body.ts';
import type { BodyHash } from './hash-body.ts';
import { judgeSignature, refuseSignature } from './judge-signature.ts';
import type { ThreadPoolUse } from './judge-signature.ts';
import type { KeyCache } from './key-cache.ts';
import { keyName } from './key-name.ts';
import { lookUpKey } from './look-up-key.ts';
import type { KeyLookup } from './look-up-key.ts';
import type { DkimReason } from './reasons.ts';
import type { DkimResult } from './result.ts';
import { parseSignature } from './signature.ts';
import type { ParsedSignature, Signature } from './signature.ts';

/** How signatures are verified. */
export interface DkimVerifierOptions {
  readonly resolver: Resolver;
  /** The time in milliseconds since 1970. */
  readonly now: number;
  /** Keys that were looked up before. None where it is left out. */
  readonly keyCache?: KeyCache | undefined;
  /** Stops waiting for the DNS; `end()` rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** When to stop waiting for the DNS, in milliseconds of the resolver's clock. */
  readonly deadline?: number | undefined;
  /** Signatures that are looked at, from the top; the rest is `policy`. Default 8. */
  readonly signatures?: number | undefined;
  /** RSA keys with fewer bits are `policy`; below 1,024 they are `permerror` always. Default 1,024. */
  readonly leastRsaBits?: number | undefined;
  /** How far clocks may be apart, in seconds, for `t=` and `x=`. Default 300. */
  readonly clockSkewSeconds?: number | undefined;
  /** Where signatures are checked: `when-slow` (default), `always`, `never` in the thread pool. */
  readonly threadPool?: ThreadPoolUse | undefined;
  /**
   * Hashes the body for others, too (`ArcValidator`): whoever owns it pushes the body to it and ends it before `end()` is called here. Then `body()` is not
   * called. Left out: a hasher of its own.
   */
  readonly bodyHasher?: BodyHasher | undefined;
}

/** One signature on its way to its verdict. */
interface Candidate {
  readonly field: HeaderField;
  readonly parsed: ParsedSignature | undefined;
  /** Why it can't pass, known before the body comes. */
  readonly refused: DkimReason | undefined;
  readonly keyName: string | undefined;
  /** At once where the cache has it. */
  readonly lookup: KeyLookup | Promise<KeyLookup> | undefined;
  readonly bodyHash: BodyHash | undefined;
}

const DEFAULT_SIGNATURES = 8;
const DEFAULT_RSA_BITS = 1024;
const DEFAULT_SKEW_SECONDS = 300;

/**
 * The verifier of one message.
 *
 * ```ts
 * import { DkimVerifier } from '@mailwright/dkim';
 * import { inMemoryZone } from '@mailwright/dns';
 * import { parseHeaders } from '@mailwright/mime';
 * import { encodeLatin1 } from '@mailwright/wire';
 *
 * const headers = encodeLatin1('DKIM-Signature: v=1; a=rsa-sha1\r\nFrom: a@example.com\r\n\r\n');
 * const verifier = new DkimVerifier({ resolver: inMemoryZone({}), now: Date.now() });
 * verifier.headers(parseHeaders(headers), headers);
 * verifier.body(encodeLatin1('Hi.\r\n'));
 * const results = await verifier.end();
 * results.map(({ result, reason }) => [result, reason]); // => [['permerror', 'missing-tag']]
 * ```
 *
 * @rfc 6376 6.1
 */
export class DkimVerifier {
  readonly #options: DkimVerifierOptions;
  readonly #signatures: number;
  readonly #leastRsaBits: number;
  readonly #skewSeconds: number;
  readonly #bodyHasher: BodyHasher;
  readonly #lookups: Map<string, KeyLookup | Promise<KeyLookup>> = new Map();
  #candidates: readonly Candidate[] = [];
  #octets: Uint8Array | undefined = undefined;
  #fields: readonly HeaderField[] = [];
  #fromCount = 0;

  /** Throws RangeError for a bound that is no number from 0 up. */
  constructor(options: DkimVerifierOptions) {
    this.#options = options;
    this.#signatures = requireBound('signatures', options.signatures ?? DEFAULT_SIGNATURES);
    this.#leastRsaBits = requireBound('leastRsaBits', options.leastRsaBits ?? DEFAULT_RSA_BITS);
    this.#skewSeconds = requireBound('clockSkewSeconds', options.clockSkewSeconds ?? DEFAULT_SKEW_SECONDS);
    requireBound('now', options.now);
    this.#bodyHasher = options.bodyHasher ?? new BodyHasher();
  }

  /** How many signatures the message has that the body is hashed for. 0: the body need not be given. */
  get pending(): number {
    return this.#candidates.reduce((sum, { bodyHash }) => sum + (bodyHash === undefined ? 0 : 1), 0);
  }

  /**
   * The header section, and the octets it was read from (`parseHeaders(octets)`), which must stay as they are. Once, and first.
   * Asks the DNS for the keys.
   */
  headers(section: HeaderSection, octets: Uint8Array): void {
    if (this.#octets !== undefined) throw new TypeError('headers() was called before');
    this.#octets = octets.subarray(0, section.bodyOffset);
    this.#fields = section.fields;
    const fields: HeaderField[] = [];
    for (const field of section.fields) {
      const { name } = field; // the length tells nearly all others apart
      if (name.length === 14 && name.toLowerCase() === 'dkim-signature') fields.push(field);
      else if (name.length === 4 && name.toLowerCase() === 'from') this.#fromCount++;
    }
    if (fields.length === 0) return;
    const refused = findHeaderFault(section, this.#octets);
    this.#candidates = fields.map((field, index) => this.#makeCandidate(field, index < this.#signatures ? refused : 'too-many-signatures'));
  }

  /** The next octets of the body; the array may be used again afterwards. */
  body(chunk: Uint8Array): void {
    if (this.#octets === undefined) throw new TypeError('headers() comes before body()');
    if (this.#options.bodyHasher !== undefined) throw new TypeError('the body goes to the bodyHasher that was given');
    this.#bodyHasher.push(chunk);
  }

  /**
   * The message is over: the verdicts, one for each DKIM-Signature from the top down. Empty where there is none (`none`).
   *
   * Errors: rejects where `signal` aborts, and for nothing else.
   */
  async end(): Promise<DkimResult[]> {
    if (this.#octets === undefined) throw new TypeError('headers() comes before end()');
    if (this.#options.bodyHasher === undefined) this.#bodyHasher.end();
    const judged = this.#candidates.map((candidate) => this.#judge(candidate));
    return judged.some((result) => result instanceof Promise) ? Promise.all(judged) : (judged as DkimResult[]);
  }

  #makeCandidate(field: HeaderField, refused: DkimReason | undefined): Candidate {
    const nothing = { field, parsed: undefined, refused, keyName: undefined, lookup: undefined, bodyHash: undefined };
    if (refused === 'too-many-signatures') return nothing;
    const parsed = parseSignature(field.raw);
    if (!parsed.ok) return { ...nothing, parsed, refused: refused ?? parsed.error };
    const { signature } = parsed;
    const name = keyName(signature.selector, signature.domain);
    const reason = refused ?? this.#findTimeFault(signature) ?? (name === undefined ? 'key-name-too-long' : undefined);
    if (reason !== undefined || name === undefined) return { ...nothing, parsed, refused: reason };
    const bodyHash = this.#bodyHasher.want(signature.canonicalization.body, signature.bodyLength);
    return { field, parsed, refused: undefined, keyName: name, lookup: this.#lookUp(name), bodyHash };
  }

  #findTimeFault({ timestamp, expiration }: Signature): DkimReason | undefined {
    const nowSeconds = this.#options.now / 1000;
    const skew = this.#skewSeconds;
    if (timestamp !== undefined && timestamp > nowSeconds + skew) return 'timestamp-in-future';
    return expiration !== undefined && expiration < nowSeconds - skew ? 'expired' : undefined;
  }

  /** Signatures of one selector share the question. */
  #lookUp(name: string): KeyLookup | Promise<KeyLookup> {
    const { resolver, keyCache: cache, now, signal, deadline } = this.#options;
    const asked = this.#lookups.get(name) ?? cache?.get(name, now);
    if (asked !== undefined) return asked;
    const lookup = lookUpKey(name, { resolver, cache, now, signal, deadline });
    lookup.catch(() => undefined); // a rejection is told by end(), however late that comes
    this.#lookups.set(name, lookup);
    return lookup;
  }

  #judge({ field, parsed, refused, keyName: name, lookup, bodyHash }: Candidate): DkimResult | Promise<DkimResult> {
    if (refused !== undefined || parsed?.ok !== true || name === undefined || lookup === undefined || bodyHash === undefined) {
      return refuseSignature(field, parsed, refused ?? 'too-many-signatures');
    }
    const judge = (found: KeyLookup): DkimResult | Promise<DkimResult> => judgeSignature({
      field, signature: parsed.signature, lookup: found, keyName: name, bodyHash,
      octets: this.#octets!, fields: this.#fields, fromCount: this.#fromCount,
      bodyIsIrregular: this.#bodyHasher.irregularity !== undefined,
      leastRsaBits: this.#leastRsaBits, threadPool: this.#options.threadPool ?? 'when-slow',
    });
    return lookup instanceof Promise ? lookup.then(judge) : judge(lookup);
  }
}

function requireBound(name: string, value: number): number {
  if (!(value >= 0)) throw new RangeError(`${name} must be a number, 0 or more`);
  return value;
}

/** What is wrong with the header section as such. Of the defects only the first hundred are kept, so they do not tell what there is not. */
function findHeaderFault(section: HeaderSection, octets: Uint8Array): DkimReason | undefined {
  if (section.limit !== undefined) return 'header-too-large';
  if (section.defects.length === 0) return undefined;
  return findBareLineEnd(octets) === -1 ? undefined : 'bare-line-end';
}

/**
 * Verifies the signatures of a whole message: header section, empty line and body. The verdicts are those of `DkimVerifier.end()`.
 *
 * Errors: rejects where `message` does, and where `signal` aborts.
 * @rfc 6376 6.1
 */
export async function verifyDkim(message: Body, options: DkimVerifierOptions): Promise<DkimResult[]> {
  const verifier = new DkimVerifier(options);
  const consumer: MessageConsumer = {
    headers: (section, octets) => verifier.headers(section, octets),
    body: (chunk) => verifier.body(chunk),
  };
  if (message instanceof Uint8Array) splitMessage(message, consumer); // nothing to wait for
  else await streamMessage(message, consumer);
  return verifier.end();
}
