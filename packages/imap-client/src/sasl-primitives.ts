/** The cryptography of Node for the mechanisms of `@mailwright/sasl`. */
import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { DeriveKeyStep, SaslPrimitives } from '@mailwright/sasl';

export const nodePrimitives: SaslPrimitives = {
  hash: (algorithm, octets) => createHash(algorithm).update(octets).digest(),
  hmac: (algorithm, key, octets) => createHmac(algorithm, key).update(octets).digest(),
  equal: timingSafeEqual,
};

const pbkdf2Async = promisify(pbkdf2);

/** PBKDF2 in the thread pool. @rfc 8018 5.2 */
export async function deriveKey({ password, salt, iterations, keyOctets, algorithm }: DeriveKeyStep): Promise<Uint8Array> {
  return await pbkdf2Async(password, salt, iterations, keyOctets, algorithm);
}
