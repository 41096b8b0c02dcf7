/**
 * The question about one signature of a chain: is there a key that may be used, and is this its signature?
 *
 * Left out: the data (`seal-data.ts`, `check-message-signature.ts`) and the order of the questions (`validator.ts`).
 */
import { keyName, verifyData, verifyDataSync } from '@mailwright/dkim';
import type { KeyLookup, PublicKey, SignatureAlgorithm } from '@mailwright/dkim';
import type { ChainKeys } from './chain-keys.ts';
import type { ArcReason } from './reasons.ts';

/** What a signature says of itself. */
export interface SignatureToCheck {
  readonly algorithm: SignatureAlgorithm;
  readonly value: Uint8Array;
  readonly domain: string;
  readonly selector: string;
}

/** The outcome of a check. */
export interface SignatureCheck {
  /** `undefined` where the signature is right. */
  readonly reason: ArcReason | undefined;
  readonly keyBits: number | undefined;
  readonly secure: boolean;
}

/** Up to here it takes less time to check a signature than to get to libuv's thread pool and back, as measured for DKIM. */
const QUICK_RSA_BITS = 2048;

/**
 * Checks a signature over `data`, which is only made when there is a key. Ed25519 and long RSA keys in libuv's thread pool.
 *
 * @rfc 6376 6.1.2
 * @rfc 6376 6.1.3
 */
export async function checkSignature(signature: SignatureToCheck, keys: ChainKeys, data: () => Uint8Array): Promise<SignatureCheck> {
  const name = keyName(signature.selector, signature.domain);
  if (name === undefined) return { reason: 'key-name-too-long', keyBits: undefined, secure: false };
  const lookup = await keys.lookUp(name);
  const { key, secure } = lookup;
  const outcome = (reason: ArcReason | undefined): SignatureCheck => ({ reason, keyBits: key?.bits, secure });
  const fault = findKeyFault(signature.algorithm, lookup);
  if (fault !== undefined) return outcome(fault);
  return outcome((await isRight(signature, data(), key!)) ? undefined : 'signature-mismatch');
}

function isRight({ algorithm, value }: SignatureToCheck, data: Uint8Array, { bits, keyObject }: PublicKey): boolean | Promise<boolean> {
  if (algorithm === 'rsa-sha256' && bits <= QUICK_RSA_BITS) return verifyDataSync(algorithm, data, keyObject, value);
  return verifyData(algorithm, data, keyObject, value);
}

/** `t=s` says nothing here: ARC has no `i=` of DKIM that it could be about. */
function findKeyFault(algorithm: SignatureAlgorithm, { key, record, reason }: KeyLookup): ArcReason | undefined {
  if (key === undefined || record === undefined) return reason ?? 'no-key';
  const { keyType, hashAlgorithms, serviceTypes } = record;
  if (algorithm !== `${keyType}-sha256`) return 'key-type-mismatch';
  if (hashAlgorithms !== undefined && !hashAlgorithms.includes('sha256')) return 'hash-not-allowed';
  return serviceTypes.includes('*') || serviceTypes.includes('email') ? undefined : 'service-not-allowed';
}
