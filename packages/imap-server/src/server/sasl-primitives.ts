/** The cryptography of SASL over `node:crypto`. */
import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { DeriveKeyStep, SaslPrimitives } from '@mailwright/sasl';

export const nodePrimitives: SaslPrimitives = {
  hash: (algorithm, octets) => createHash(algorithm).update(octets).digest(),
  hmac: (algorithm, key, octets) => createHmac(algorithm, key).update(octets).digest(),
  equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),
};

const pbkdf2Async = promisify(pbkdf2);

/** PBKDF2 in the thread pool. */
export function deriveKey(step: DeriveKeyStep): Promise<Uint8Array> {
  return pbkdf2Async(step.password, step.salt, step.iterations, step.keyOctets, step.algorithm);
}
