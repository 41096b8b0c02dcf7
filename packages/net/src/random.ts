/** The operating system's randomness, fit for nonces and secrets. */
import { randomFillSync } from 'node:crypto';
import type { Random } from '@mailwright/wire';

/** Cryptographic randomness. A test hands in a seeded one of the same shape. */
export const systemRandom: Random = {
  octets: (count) => randomFillSync(new Uint8Array(count)),
};
