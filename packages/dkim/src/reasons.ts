/**
 * Why a signature did not pass: the one list of reasons, each with the verdict that it leads to, the RFC that says so, and a
 * sentence for people.
 *
 * RFC 6376 knows SUCCESS, PERMFAIL and TEMPFAIL; RFC 8601 has finer words. A signature that was checked and is wrong is `fail`; one
 * that could not be checked is `permerror` or `temperror`; one that is right and still not good enough is `policy`.
 *
 * Read next: `verifier.ts`.
 */
import type { KeyLookupReason } from './look-up-key.ts';
import type { SignatureError } from './signature.ts';

/** Why a signature did not pass. */
export type DkimReason =
  | SignatureError
  | KeyLookupReason
  | 'too-many-signatures'
  | 'bare-line-end' // a CR or LF alone, in the header section or the body
  | 'header-too-large'
  | 'timestamp-in-future'
  | 'expired'
  | 'key-type-mismatch'
  | 'hash-not-allowed'
  | 'service-not-allowed'
  | 'identity-not-domain' // t=s of the key
  | 'key-name-too-long'
  | 'body-length-too-large' // l= says more octets than there are
  | 'body-hash-mismatch'
  | 'signature-mismatch'
  | 'body-not-covered' // octets stand behind those that l= covers
  | 'from-not-covered' // a From field stands above those that are signed
  | 'key-below-policy';

/** The verdicts of RFC 8601 that a signature can have. `none` is for a message without signatures. */
export type DkimVerdict = 'pass' | 'fail' | 'policy' | 'temperror' | 'permerror';

/** What a reason leads to. */
export interface ReasonFacts {
  readonly result: Exclude<DkimVerdict, 'pass'>;
  /** Number and section. */
  readonly rfc: string;
  readonly text: string;
}

const permerror = (rfc: string, text: string): ReasonFacts => ({ result: 'permerror', rfc, text });
const fail = (rfc: string, text: string): ReasonFacts => ({ result: 'fail', rfc, text });
const policy = (rfc: string, text: string): ReasonFacts => ({ result: 'policy', rfc, text });
const temperror = (rfc: string, text: string): ReasonFacts => ({ result: 'temperror', rfc, text });

/** Every reason with its verdict. */
export const REASONS: Readonly<Record<DkimReason, ReasonFacts>> = {
  'tag-list-too-long': permerror('6376 3.2', 'the field is longer than 65,536 octets'),
  'too-many-tags': permerror('6376 3.2', 'the field has more than 100 tags'),
  'expected-tag-name': permerror('6376 3.2', 'a tag has no name'),
  'bad-tag-name': permerror('6376 3.2', 'a tag has a name that is none'),
  'expected-equals': permerror('6376 3.2', 'a tag has no equals sign'),
  'bad-tag-value': permerror('6376 3.2', 'a tag has a value with octets that no value has'),
  'duplicate-tag': permerror('6376 3.2', 'a tag is there twice'),
  'missing-tag': permerror('6376 6.1.1', 'a tag that every signature has is missing'),
  'bad-version': permerror('6376 6.1.1', 'v= is not 1'),
  'unknown-algorithm': permerror('6376 3.3', 'a= is none of the algorithms that there are'),
  'rsa-sha1': permerror('8301 3.1', 'a= is rsa-sha1, which must not be used any more'),
  'bad-signature-value': permerror('6376 3.5', 'b= is no base64'),
  'bad-body-hash': permerror('6376 3.5', 'bh= is not the base64 of a SHA-256'),
  'unknown-canonicalization': permerror('6376 3.5', 'c= names a canonicalization that there is not'),
  'bad-domain': permerror('6376 3.5', 'd= is not a domain of two labels or more'),
  'bad-selector': permerror('6376 3.5', 's= is not a selector'),
  'bad-signed-names': permerror('6376 3.5', 'h= is not a list of field names'),
  'bad-body-length': permerror('6376 3.5', 'l= is no number'),
  'unknown-query-method': permerror('6376 3.5', 'q= does not offer dns/txt'),
  'bad-timestamp': permerror('6376 3.5', 't= is no number'),
  'bad-expiration': permerror('6376 3.5', 'x= is no number'),
  'bad-identity': permerror('6376 3.5', 'i= is no identity'),
  'identity-outside-domain': permerror('6376 6.1.1', 'the domain of i= is neither d= nor below it'),
  'from-not-signed': permerror('6376 6.1.1', 'h= does not name From'),
  'expiration-before-timestamp': permerror('6376 3.5', 'x= is not later than t='),
  'no-key': permerror('6376 6.1.2', 'there is no key record'),
  'several-keys': permerror('6376 3.6.2.2', 'there are several records where one key record has to be'),
  'dns-temporary': temperror('6376 6.1.2', 'the DNS could not say whether there is a key'),
  'dns-bogus': temperror('4035 5.5', 'DNSSEC proves the answer with the key false'),
  'bad-key-record': permerror('6376 3.6.1', 'the key record is no tag list'),
  'bad-key-version': permerror('6376 3.6.1', 'v= of the key record is not DKIM1, or not its first tag'),
  'unknown-key-type': permerror('6376 3.6.1', 'k= of the key record is none of the key types that there are'),
  'no-public-key': permerror('6376 3.6.1', 'the key record has no p='),
  'bad-public-key': permerror('6376 3.6.1', 'p= of the key record is no public key of its type'),
  'key-revoked': permerror('6376 3.6.1', 'the key was revoked: p= of the key record is empty'),
  'key-too-short': permerror('8301 3.2', 'the key has less than 1,024 bits'),
  'key-too-long': permerror('8301 3.2', 'the key has more than 8,192 bits'),
  'bad-public-exponent': permerror('8017 3.1', 'the public exponent of the key is even, below 3 or above 2^32'),
  'too-many-signatures': policy('6376 6.1', 'the message has more signatures than are looked at'),
  'bare-line-end': permerror('6376 5.3', 'the message has a CR or LF that stands alone, so it is not what was sent'),
  'header-too-large': permerror('6376 6.1.1', 'the header section is too large to be read whole'),
  'timestamp-in-future': permerror('6376 3.5', 't= is in the future'),
  expired: permerror('6376 6.1.1', 'the signature has expired (x=)'),
  'key-type-mismatch': permerror('6376 6.1.2', 'a= asks for another type of key than k= of the key record says'),
  'hash-not-allowed': permerror('6376 6.1.2', 'h= of the key record does not allow sha256'),
  'service-not-allowed': permerror('6376 3.6.1', 's= of the key record does not allow email'),
  'identity-not-domain': permerror('6376 3.6.1', 't=s of the key record wants the domain of i= to be d='),
  'key-name-too-long': permerror('1035 2.3.4', 'selector and domain together are too long for the DNS'),
  'body-length-too-large': permerror('6376 3.5', 'l= says more octets than the body has'),
  'body-hash-mismatch': fail('6376 6.1.3', 'the body is not the one that was signed (bh=)'),
  'signature-mismatch': fail('6376 6.1.3', 'the signed fields are not those that were signed, or the key is another one (b=)'),
  'body-not-covered': policy('6376 8.2', 'octets stand behind those that l= covers: anybody may have added them'),
  'from-not-covered': policy('6376 8.15', 'the message has more From fields than are signed'),
  'key-below-policy': policy('8301 3.2', 'the key has fewer bits than are asked for here'),
};
