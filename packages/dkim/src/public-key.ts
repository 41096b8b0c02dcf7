/**
 * The public key of a key record, checked and ready for use.
 *
 * RSA keys stand in `p=` as SubjectPublicKeyInfo (what everybody publishes) or as a bare RSAPublicKey of PKCS #1 (what RFC 6376
 * says; erratum 3017 tells of the confusion). Ed25519 keys are their 32 octets.
 *
 * Read next: `look-up-key.ts`.
 */
import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { KeyRecord } from './key-record.ts';

/** A key that signatures may be checked with. */
export interface PublicKey {
  /** The size of an RSA key's modulus; 256 for Ed25519. */
  readonly bits: number;
  readonly keyObject: KeyObject;
}

/** Why a key is not used. */
export type PublicKeyError = 'key-revoked' | 'bad-public-key' | 'key-too-short' | 'key-too-long' | 'bad-public-exponent';

/** The outcome of `importPublicKey`. */
export type ImportedPublicKey = { readonly ok: true; readonly key: PublicKey } | { readonly ok: false; readonly error: PublicKeyError };

const LEAST_RSA_BITS = 1024; // RFC 8301 3.2
/** Above this a signature costs more to check than a stranger may spend of our time. */
const MOST_RSA_BITS = 8192;
const LEAST_EXPONENT = 3n;
const MOST_EXPONENT = 1n << 32n;
const ED25519_OCTETS = 32;
/** SubjectPublicKeyInfo of an Ed25519 key up to the key itself. @rfc 8410 4 */
const ED25519_PREFIX = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);

/**
 * Imports the key of a record. 1,024 to 8,192 bits for RSA, with an odd public exponent from 3 to 2^32.
 *
 * Errors: a `PublicKeyError`; never throws.
 * @rfc 8301 3.2
 * @rfc 8463 4.2
 */
export function importPublicKey(record: KeyRecord): ImportedPublicKey {
  const { publicKey, keyType } = record;
  if (publicKey === undefined) return { ok: false, error: 'key-revoked' };
  return keyType === 'ed25519' ? importEd25519(publicKey) : importRsa(publicKey);
}

function importEd25519(octets: Uint8Array): ImportedPublicKey {
  if (octets.length !== ED25519_OCTETS) return { ok: false, error: 'bad-public-key' };
  const keyObject = readDer(Buffer.concat([ED25519_PREFIX, octets]), 'spki');
  return keyObject === undefined ? { ok: false, error: 'bad-public-key' } : { ok: true, key: { bits: 256, keyObject } };
}

function importRsa(octets: Uint8Array): ImportedPublicKey {
  const der = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  const keyObject = isSubjectPublicKeyInfo(der) ? readDer(der, 'spki') : readDer(der, 'pkcs1');
  if (keyObject?.asymmetricKeyType !== 'rsa') return { ok: false, error: 'bad-public-key' };
  const { modulusLength: bits = 0, publicExponent = 0n } = keyObject.asymmetricKeyDetails ?? {};
  if (bits < LEAST_RSA_BITS) return { ok: false, error: 'key-too-short' };
  if (bits > MOST_RSA_BITS) return { ok: false, error: 'key-too-long' };
  if (publicExponent < LEAST_EXPONENT || publicExponent > MOST_EXPONENT || publicExponent % 2n === 0n) return { ok: false, error: 'bad-public-exponent' };
  return { ok: true, key: { bits, keyObject } };
}

/** Inside the outer SEQUENCE there is a SEQUENCE (the algorithm) in one form, an INTEGER (the modulus) in the other. */
function isSubjectPublicKeyInfo(der: Uint8Array): boolean {
  const length = der[1] ?? 0;
  return der[length > 0x80 ? 2 + (length & 0x7f) : 2] === 0x30;
}

function readDer(key: Buffer, type: 'spki' | 'pkcs1'): KeyObject | undefined {
  try {
    return createPublicKey({ key, format: 'der', type });
  } catch {
    return undefined;
  }
}
