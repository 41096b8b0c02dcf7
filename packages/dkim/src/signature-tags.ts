/**
 * The tags that signature fields have in common (DKIM-Signature, ARC-Message-Signature, ARC-Seal), one method for each. A method
 * checks its tag and gives its value; the first thing that is wrong stays in `error`, so that a parser reads all it needs and asks once.
 *
 * ```abnf
 * sig-a-tag     = %x61 [FWS] "=" [FWS] sig-a-tag-alg
 * sig-b-tag     = %x62 [FWS] "=" [FWS] sig-b-tag-data
 * sig-bh-tag    = %x62 %x68 [FWS] "=" [FWS] sig-bh-tag-data
 * sig-c-tag     = %x63 [FWS] "=" [FWS] sig-c-tag-alg ["/" sig-c-tag-alg]
 * sig-h-tag     = %x68 [FWS] "=" [FWS] hdr-name *( [FWS] ":" [FWS] hdr-name )
 * sig-l-tag     = %x6c [FWS] "=" [FWS] 1*76DIGIT
 * sig-q-tag     = %x71 [FWS] "=" [FWS] sig-q-tag-method *([FWS] ":" [FWS] sig-q-tag-method)
 * sig-t-tag     = %x74 [FWS] "=" [FWS] 1*12DIGIT
 * sig-x-tag     = %x78 [FWS] "=" [FWS] 1*12DIGIT
 * ```
 *
 * Left out: `v=` and `i=`, which mean other things in ARC. Read next: `signature.ts`.
 */
import { decodeUtf8Strict, encodeLatin1, isAscii } from '@mailwright/wire';
import { readBase64 } from './base64.ts';
import type { Canonicalization } from './canonicalize-header.ts';
import { canonicalSelector, canonicalSigningDomain } from './key-name.ts';
import { removeWhiteSpace, splitColons } from './tag-list.ts';
import type { TagList } from './tag-list.ts';

/** The algorithms that signatures are made and checked with. */
export type SignatureAlgorithm = 'rsa-sha256' | 'ed25519-sha256';

/** What is wrong with the tags of a signature. */
export type SignatureTagError =
  | 'missing-tag'
  | 'unknown-algorithm'
  | 'rsa-sha1' // RFC 8301: must not be used
  | 'bad-signature-value'
  | 'bad-body-hash'
  | 'unknown-canonicalization'
  | 'bad-domain'
  | 'bad-selector'
  | 'bad-signed-names'
  | 'bad-body-length'
  | 'unknown-query-method'
  | 'bad-timestamp'
  | 'bad-expiration';

/** `c=`. */
export interface CanonicalizationPair {
  readonly header: Canonicalization;
  readonly body: Canonicalization;
}

const DIGITS = /^[0-9]+$/;
const HEADER_NAMES = /^[\x21-\x39\x3c-\x7e]+(?::[\x21-\x39\x3c-\x7e]+)*$/;
const SHA256_OCTETS = 32;
/** More digits than this are no date that anybody lives to see, and no length that anybody stores. */
const MAX_NUMBER_DIGITS = 12;
const MAX_LENGTH_DIGITS = 15;
const SIMPLE: CanonicalizationPair = { header: 'simple', body: 'simple' };
/** Every value that `c=` may have. */
const CANONICALIZATIONS: ReadonlyMap<string, CanonicalizationPair> = new Map<string, CanonicalizationPair>([
  ['simple', SIMPLE],
  ['simple/simple', SIMPLE],
  ['simple/relaxed', { header: 'simple', body: 'relaxed' }],
  ['relaxed', { header: 'relaxed', body: 'simple' }],
  ['relaxed/simple', { header: 'relaxed', body: 'simple' }],
  ['relaxed/relaxed', { header: 'relaxed', body: 'relaxed' }],
]);
const NO_OCTETS = new Uint8Array(0);

/** Reads the tags of one signature. A tag list of octets: one character for each. */
export class SignatureTagReader {
  readonly tags: TagList;
  /** The first thing that is wrong. */
  error: SignatureTagError | undefined = undefined;
  /** The tag that it is wrong with. */
  errorTag: string | undefined = undefined;

  constructor(tags: TagList) {
    this.tags = tags;
  }

  /** The value of a tag, `undefined` where it is absent. */
  optional(name: string): string | undefined {
    return this.tags.get(name)?.value;
  }

  /** The value of a tag that has to be there. */
  required(name: string): string {
    const value = this.optional(name);
    return value ?? this.fail('missing-tag', name, '');
  }

  /** Notes an error, unless there is one already, and gives `value` back. */
  fail<T>(error: SignatureTagError, tag: string, value: T): T {
    this.errorTag ??= tag;
    this.error ??= error;
    return value;
  }

  /** `a=`. @rfc 6376 3.3 @rfc 8301 3.1 @rfc 8463 3 */
  algorithm(): SignatureAlgorithm {
    const value = this.required('a');
    if (value === 'rsa-sha256' || value === 'ed25519-sha256') return value;
    return this.fail(value === 'rsa-sha1' ? 'rsa-sha1' : 'unknown-algorithm', 'a', 'rsa-sha256');
  }

  /** `b=`. @rfc 6376 3.5 */
  signatureValue(): Uint8Array {
    const octets = readBase64(removeWhiteSpace(this.required('b')));
    return octets === undefined || octets.length === 0 ? this.fail('bad-signature-value', 'b', NO_OCTETS) : octets;
  }

  /** `bh=`: a SHA-256. @rfc 6376 3.5 */
  bodyHash(): Uint8Array {
    const octets = readBase64(removeWhiteSpace(this.required('bh')));
    return octets?.length === SHA256_OCTETS ? octets : this.fail('bad-body-hash', 'bh', NO_OCTETS);
  }

  /** `c=`; `simple/simple` where it is absent, `simple` for the body where it names one form alone. @rfc 6376 3.5 */
  canonicalization(): CanonicalizationPair {
    const value = this.optional('c');
    return value === undefined ? SIMPLE : (CANONICALIZATIONS.get(value) ?? this.fail('unknown-canonicalization', 'c', SIMPLE));
  }

  /** `d=`, as the DNS has it. @rfc 6376 3.5 @rfc 8616 3 */
  domain(): string {
    return canonicalSigningDomain(decodeText(this.required('d'))) ?? this.fail('bad-domain', 'd', '');
  }

  /** `s=`, as the DNS has it. @rfc 6376 3.5 @rfc 8616 3 */
  selector(): string {
    return canonicalSelector(decodeText(this.required('s'))) ?? this.fail('bad-selector', 's', '');
  }

  /** `h=`, in lower case, in its order. @rfc 6376 3.5 */
  signedNames(): readonly string[] {
    const names = removeWhiteSpace(this.required('h').toLowerCase());
    return HEADER_NAMES.test(names) ? names.split(':') : this.fail('bad-signed-names', 'h', []);
  }

  /** `l=`: octets of the canonical body; `undefined` where all of it is signed. @rfc 6376 3.5 */
  bodyLength(): number | undefined {
    return this.#number('l', 'bad-body-length', MAX_LENGTH_DIGITS);
  }

  /** `t=`, in seconds since 1970; so many digits that nobody lives to see it are `Infinity`. @rfc 6376 3.5 */
  timestamp(): number | undefined {
    return this.#number('t', 'bad-timestamp', MAX_NUMBER_DIGITS);
  }

  /** `x=`, in seconds since 1970. @rfc 6376 3.5 */
  expiration(): number | undefined {
    return this.#number('x', 'bad-expiration', MAX_NUMBER_DIGITS);
  }

  /** `q=`: `dns/txt` has to be among the methods, or the tag absent. @rfc 6376 3.5 */
  queryMethod(): void {
    if (!splitColons(this.optional('q') ?? 'dns/txt').includes('dns/txt')) this.fail('unknown-query-method', 'q', undefined);
  }

  #number(tag: string, error: SignatureTagError, mostDigits: number): number | undefined {
    const value = this.optional(tag);
    if (value === undefined) return undefined;
    if (!DIGITS.test(value)) return this.fail(error, tag, undefined);
    return value.replace(/^0+/, '').length > mostDigits ? Infinity : Number(value);
  }
}

/** A value of a character for each octet as the UTF-8 it is; what is none becomes a text that is no domain. */
export function decodeText(value: string): string {
  return isAscii(value) ? value : (decodeUtf8Strict(encodeLatin1(value)) ?? '');
}
