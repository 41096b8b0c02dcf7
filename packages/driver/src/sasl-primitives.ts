/** The cryptography of `@mailwright/sasl` over `node:crypto`. */
import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { DeriveKeyStep, SaslPrimitives } from '@mailwright/sasl';

/** Hashes and comparisons for both sides of every mechanism. */
export const nodePrimitives: SaslPrimitives = {
  hash: (algorithm, octets) => createHash(algorithm).update(octets).digest(),
  hmac: (algorithm, key, octets) => createHmac(algorithm, key).update(octets).digest(),
  equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),
};

const pbkdf2Async = promisify(pbkdf2);

/** PBKDF2 in the thread pool. @rfc 8018 5.2 */
export function deriveKey({ password, salt, iterations, keyOctets, algorithm }: DeriveKeyStep): Promise<Uint8Array> {
  return pbkdf2Async(password, salt, iterations, keyOctets, algorithm);
}
