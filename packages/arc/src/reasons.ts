/**
 * Why a chain, or one field of it, is not good: the one list of reasons, each with the RFC that says so and a sentence for people.
 *
 * There is no verdict for later: whatever goes wrong, the DNS included, makes a chain `fail` for good (RFC 8617 section 5.2.1). Whoever
 * wants to ask again knows by `dns-temporary` and `dns-bogus` where that would make sense.
 *
 * Read next: `validator.ts`.
 */
import type { KeyLookupReason, SignatureTagError, TagListError } from '@mailwright/dkim';

/** Why a chain or a field of it is not good. */
export type ArcReason =
  | TagListError
  | SignatureTagError
  | KeyLookupReason
  | 'header-too-large'
  | 'bare-line-end' // a CR or LF alone, in the header section or the body
  | 'too-many-sets'
  | 'failed-before' // a seal says cv=fail
  | 'bad-instance'
  | 'missing-set'
  | 'missing-field'
  | 'duplicate-field'
  | 'bad-chain-status' // cv= is none of its words
  | 'wrong-chain-status' // cv= says what it can't say at its place
  | 'seal-names-fields' // h= in an ARC-Seal
  | 'seal-is-signed' // an ARC-Message-Signature that covers ARC-Seal fields
  | 'from-not-signed'
  | 'from-not-covered' // a From field beside those that are signed
  | 'expiration-before-timestamp'
  | 'expired'
  | 'key-name-too-long'
  | 'key-type-mismatch'
  | 'hash-not-allowed'
  | 'service-not-allowed'
  | 'body-not-covered' // l= is not the length of the body
  | 'body-hash-mismatch'
  | 'signature-mismatch';

/** What there is to say about a reason. */
interface ReasonFacts {
  /** Number and section. */
  readonly rfc: string;
  readonly text: string;
}

const reason = (rfc: string, text: string): ReasonFacts => ({ rfc, text });

/** Every reason with the sentence for people. */
export const REASONS: Readonly<Record<ArcReason, ReasonFacts>> = {
  'tag-list-too-long': reason('6376 3.2', 'the field is longer than 65,536 octets'),
  'too-many-tags': reason('6376 3.2', 'the field has more than 100 tags'),
  'expected-tag-name': reason('6376 3.2', 'a tag has no name'),
  'bad-tag-name': reason('6376 3.2', 'a tag has a name that is none'),
  'expected-equals': reason('6376 3.2', 'a tag has no equals sign'),
  'bad-tag-value': reason('6376 3.2', 'a tag has a value with octets that no value has'),
  'duplicate-tag': reason('6376 3.2', 'a tag is there twice'),
  'missing-tag': reason('6376 6.1.1', 'a tag that has to be there is missing'),
  'unknown-algorithm': reason('6376 3.3', 'a= is none of the algorithms that there are'),
  'rsa-sha1': reason('8301 3.1', 'a= is rsa-sha1, which must not be used any more'),
  'bad-signature-value': reason('6376 3.5', 'b= is no base64'),
  'bad-body-hash': reason('6376 3.5', 'bh= is not the base64 of a SHA-256'),
  'unknown-canonicalization': reason('6376 3.5', 'c= names a canonicalization that there is not'),
  'bad-domain': reason('6376 3.5', 'd= is not a domain of two labels or more'),
  'bad-selector': reason('6376 3.5', 's= is not a selector'),
  'bad-signed-names': reason('6376 3.5', 'h= is not a list of field names'),
  'bad-body-length': reason('6376 3.5', 'l= is no number'),
  'unknown-query-method': reason('6376 3.5', 'q= does not offer dns/txt'),
  'bad-timestamp': reason('6376 3.5', 't= is no number'),
  'bad-expiration': reason('6376 3.5', 'x= is no number'),
  'no-key': reason('6376 6.1.2', 'there is no key record'),
  'several-keys': reason('6376 3.6.2.2', 'there are several records where one key record has to be'),
  'dns-temporary': reason('8617 5.2.1', 'the DNS could not say whether there is a key, and that counts as a failure'),
  'dns-bogus': reason('4035 5.5', 'DNSSEC proves the answer with the key false'),
  'bad-key-record': reason('6376 3.6.1', 'the key record is no tag list'),
  'bad-key-version': reason('6376 3.6.1', 'v= of the key record is not DKIM1, or not its first tag'),
  'unknown-key-type': reason('6376 3.6.1', 'k= of the key record is none of the key types that there are'),
  'no-public-key': reason('6376 3.6.1', 'the key record has no p='),
  'bad-public-key': reason('6376 3.6.1', 'p= of the key record is no public key of its type'),
  'key-revoked': reason('6376 3.6.1', 'the key was revoked: p= of the key record is empty'),
  'key-too-short': reason('8301 3.2', 'the key has less than 1,024 bits'),
  'key-too-long': reason('8301 3.2', 'the key has more than 8,192 bits'),
  'bad-public-exponent': reason('8017 3.1', 'the public exponent of the key is even, below 3 or above 2^32'),
  'header-too-large': reason('8617 5.2', 'the header section is too large to be read whole, so nobody knows which fields it has'),
  'bare-line-end': reason('6376 5.3', 'the message has a CR or LF that stands alone, so it is not what was sent'),
  'too-many-sets': reason('8617 5.2', 'the message has more ARC sets than are allowed'),
  'failed-before': reason('8617 5.2', 'a seal says that the chain has failed (cv=fail), and that is the end of it'),
  'bad-instance': reason('8617 4.2.1', 'an ARC field has no instance (i=) from 1 to 50'),
  'missing-set': reason('8617 5.2', 'an instance is missing: 1 to the highest have to be there'),
  'missing-field': reason('8617 5.2', 'a set has not all of its three fields'),
  'duplicate-field': reason('8617 5.2', 'a set has a field twice'),
  'bad-chain-status': reason('8617 4.1.3', 'cv= is neither none nor pass nor fail'),
  'wrong-chain-status': reason('8617 5.2', 'cv= has to be none in the first seal and pass in every other'),
  'seal-names-fields': reason('8617 4.1.3', 'a seal must not have h='),
  'seal-is-signed': reason('8617 4.1.2', 'a message signature must not cover ARC-Seal fields'),
  'from-not-signed': reason('6376 6.1.1', 'h= does not name From'),
  'from-not-covered': reason('6376 8.15', 'the message has more From fields than are signed'),
  'expiration-before-timestamp': reason('6376 3.5', 'x= is not later than t='),
  expired: reason('6376 6.1.1', 'the signature has expired (x=)'),
  'key-name-too-long': reason('1035 2.3.4', 'selector and domain together are too long for the DNS'),
  'key-type-mismatch': reason('6376 6.1.2', 'a= asks for another type of key than k= of the key record says'),
  'hash-not-allowed': reason('6376 6.1.2', 'h= of the key record does not allow sha256'),
  'service-not-allowed': reason('6376 3.6.1', 's= of the key record does not allow email'),
  'body-not-covered': reason('6376 8.2', 'l= is not the length of the body, so anybody may have added to it'),
  'body-hash-mismatch': reason('6376 6.1.3', 'the body is not the one that was signed (bh=)'),
  'signature-mismatch': reason('6376 6.1.3', 'what was signed is not what is there, or the key is another one (b=)'),
};
