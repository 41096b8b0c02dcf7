/**
 * The checks of one ARC-Message-Signature: the body, then the signed fields. It is a signature of DKIM in all but its name.
 *
 * Read next: `validator.ts`.
 */
import { emptySignatureValue, makeSignedData, selectSignedFields } from '@mailwright/dkim';
import type { BodyHash } from '@mailwright/dkim';
import type { HeaderField } from '@mailwright/mime';
import { equalOctets } from '@mailwright/wire';
import type { ArcMessageSignature } from './arc-fields.ts';
import type { ChainKeys } from './chain-keys.ts';
import { checkSignature } from './check-signature.ts';
import type { SignatureCheck } from './check-signature.ts';
import type { ArcReason } from './reasons.ts';

/** What a message signature is held against. */
export interface MessageEvidence {
  /** The header section, and its fields. */
  readonly octets: Uint8Array;
  readonly fields: readonly HeaderField[];
  readonly fromCount: number;
  /** A CR or LF stands alone in the body. */
  readonly bodyIsIrregular: boolean;
  /** How far clocks may be apart. */
  readonly clockSkewSeconds: number;
  readonly now: number;
}

/**
 * Checks a message signature.
 *
 * Deviation: `l=` is only taken where it is the length of the whole canonical body. What stands behind it could be anybody's
 * (test "l= short of the body").
 * @rfc 8617 4.1.2
 * @rfc 6376 6.1
 */
export async function checkMessageSignature(
  field: HeaderField, signature: ArcMessageSignature, bodyHash: BodyHash, keys: ChainKeys, evidence: MessageEvidence,
): Promise<SignatureCheck> {
  const fault = findFault(signature, bodyHash, evidence);
  if (fault !== undefined) return { reason: fault, keyBits: undefined, secure: false };
  return checkSignature(signature, keys, () => {
    const written = evidence.octets.subarray(field.start, field.end);
    return makeSignedData({
      octets: evidence.octets,
      canonicalization: signature.canonicalization.header,
      fields: selectSignedFields(evidence.fields, signature.signedNames, field),
      signatureField: emptySignatureValue(written, field.valueStart - field.start, signature.valueTag),
    });
  });
}

function findFault(signature: ArcMessageSignature, bodyHash: BodyHash, evidence: MessageEvidence): ArcReason | undefined {
  const { signedNames, expiration, bodyLength } = signature;
  if (expiration !== undefined && expiration < evidence.now / 1000 - evidence.clockSkewSeconds) return 'expired';
  if (signedNames.filter((name) => name === 'from').length < evidence.fromCount) return 'from-not-covered';
  if (evidence.bodyIsIrregular) return 'bare-line-end';
  if (bodyLength !== undefined && bodyLength !== bodyHash.canonicalOctets) return 'body-not-covered';
  return equalOctets(bodyHash.octets, signature.bodyHash) ? undefined : 'body-hash-mismatch';
}
