/**
 * A DKIM-Signature field as a value.
 *
 * ```abnf
 * sig-v-tag = %x76 [FWS] "=" [FWS] 1*DIGIT
 * sig-i-tag = %x69 [FWS] "=" [FWS] [ Local-part ] "@" domain-name         ; in dkim-quoted-printable
 * ```
 *
 * Left out: the judgement (`verifier.ts`). Read next: `signed-data.ts`, what the signature is over.
 */
import { latin1 } from '@mailwright/wire';
import { canonicalSigningDomain, isSubdomain } from './key-name.ts';
import { decodeDkimQuotedPrintable } from './quoted-printable.ts';
import { SignatureTagReader, decodeText } from './signature-tags.ts';
import type { CanonicalizationPair, SignatureAlgorithm, SignatureTagError } from './signature-tags.ts';
import { parseTagList } from './tag-list.ts';
import type { Tag, TagList, TagListError } from './tag-list.ts';

/** What is wrong with a DKIM-Signature. */
export type SignatureError =
  | TagListError
  | SignatureTagError
  | 'bad-version'
  | 'bad-identity'
  | 'identity-outside-domain' // the domain of i= is neither d= nor below it
  | 'from-not-signed' // h= does not name From
  | 'expiration-before-timestamp';

/** The agent or user on whose behalf was signed (`i=`, AUID). */
export interface SigningIdentity {
  /** Empty where `i=` has none. */
  readonly localPart: string;
  /** As the DNS has it. */
  readonly domain: string;
}

/** A DKIM-Signature whose tags are what they should be. */
export interface Signature {
  readonly algorithm: SignatureAlgorithm;
  /** `b=` */
  readonly value: Uint8Array;
  /** Where the value stands in the field's value. */
  readonly valueTag: Tag;
  /** `bh=` */
  readonly bodyHash: Uint8Array;
  readonly canonicalization: CanonicalizationPair;
  /** `d=` (SDID), as the DNS has it. */
  readonly domain: string;
  /** `s=`, as the DNS has it. */
  readonly selector: string;
  /** `i=`; where it is absent, the domain without local-part. */
  readonly identity: SigningIdentity;
  /** `h=`, in lower case. */
  readonly signedNames: readonly string[];
  /** `l=` */
  readonly bodyLength: number | undefined;
  /** `t=`, seconds since 1970. */
  readonly timestamp: number | undefined;
  /** `x=`, seconds since 1970. */
  readonly expiration: number | undefined;
  /** `z=`, as written. */
  readonly copiedFields: string | undefined;
}

/** The outcome of `parseSignature`. */
export type ParsedSignature =
  | { readonly ok: true; readonly signature: Signature; readonly tags: TagList }
  | { readonly ok: false; readonly error: SignatureError; readonly tag: string | undefined; readonly tags: TagList | undefined };

/**
 * Reads the value of a DKIM-Signature field, which is `raw`: as it stands behind the colon, folds included.
 *
 * Errors: a `SignatureError` and the tag it is about; never throws. Tags that nobody knows are skipped.
 *
 * @rfc 6376 3.5
 * @rfc 6376 6.1.1
 * @rfc 8616 3
 */
export function parseSignature(raw: Uint8Array): ParsedSignature {
  const parsed = parseTagList(latin1(raw));
  if (!parsed.ok) return { ok: false, error: parsed.error, tag: undefined, tags: undefined };
  const tags = parsed.value;
  const version = tags.get('v')?.value;
  if (version === undefined) return { ok: false, error: 'missing-tag', tag: 'v', tags };
  if (version !== '1') return { ok: false, error: 'bad-version', tag: 'v', tags };
  const reader = new SignatureTagReader(tags);
  const identity = readIdentity(tags);
  const signature = readTags(reader, identity);
  reader.queryMethod();
  if (reader.error !== undefined) return { ok: false, error: reader.error, tag: reader.errorTag, tags };
  if (identity === undefined && tags.has('i')) return { ok: false, error: 'bad-identity', tag: 'i', tags };
  const wrong = findContradiction(signature);
  return wrong === undefined ? { ok: true, signature, tags } : { ok: false, error: wrong[0], tag: wrong[1], tags };
}

function readTags(reader: SignatureTagReader, identity: SigningIdentity | undefined): Signature {
  const domain = reader.domain();
  return {
    algorithm: reader.algorithm(),
    value: reader.signatureValue(),
    valueTag: reader.tags.get('b')!, // the line above says so where it is not there
    bodyHash: reader.bodyHash(),
    canonicalization: reader.canonicalization(),
    domain,
    selector: reader.selector(),
    identity: identity ?? { localPart: '', domain },
    signedNames: reader.signedNames(),
    bodyLength: reader.bodyLength(),
    timestamp: reader.timestamp(),
    expiration: reader.expiration(),
    copiedFields: reader.optional('z'),
  };
}

/** Tags that are right one by one and wrong together. */
function findContradiction({ identity, domain, signedNames, timestamp, expiration }: Signature): readonly [SignatureError, string] | undefined {
  if (!isSubdomain(identity.domain, domain)) return ['identity-outside-domain', 'i'];
  if (!signedNames.includes('from')) return ['from-not-signed', 'h'];
  if (timestamp !== undefined && expiration !== undefined && expiration <= timestamp) return ['expiration-before-timestamp', 'x'];
  return undefined;
}

/** `undefined` where `i=` is absent or none. */
function readIdentity(tags: TagList): SigningIdentity | undefined {
  const tag = tags.get('i');
  if (tag === undefined) return undefined;
  const decoded = decodeDkimQuotedPrintable(tag.value);
  const written = decoded === undefined ? '' : decodeText(decoded);
  const at = written.lastIndexOf('@');
  const domain = at === -1 ? undefined : canonicalSigningDomain(written.slice(at + 1));
  return domain === undefined ? undefined : { localPart: written.slice(0, at), domain };
}
