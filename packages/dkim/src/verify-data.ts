/**
 * The one question to a public key: is this its signature over that data? In libuv's thread pool or here.
 *
 * Left out: where data and key come from (`signed-data.ts`, `look-up-key.ts`).
 */
import { createHash, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { SignatureAlgorithm } from './signature-tags.ts';

/**
 * Checks a signature in the thread pool. Never rejects: what OpenSSL can't make sense of is not a signature.
 *
 * Ed25519 signs the SHA-256 of the data and not the data.
 * @rfc 6376 3.3
 * @rfc 8463 3
 */
export function verifyData(algorithm: SignatureAlgorithm, data: Uint8Array, key: KeyObject, signature: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (error: Error | null, isValid: boolean): void => resolve(error === null && isValid);
    try {
      if (algorithm === 'ed25519-sha256') verify(null, sha256(data), key, signature, done);
      else verify('sha256', data, key, signature, done);
    } catch {
      resolve(false);
    }
  });
}

/** The same at once, on this thread. */
export function verifyDataSync(algorithm: SignatureAlgorithm, data: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  try {
    if (algorithm === 'ed25519-sha256') return verify(null, sha256(data), key, signature);
    return verify('sha256', data, key, signature);
  } catch {
    return false;
  }
}

function sha256(data: Uint8Array): Uint8Array {
  return createHash('sha256').update(data).digest();
}
