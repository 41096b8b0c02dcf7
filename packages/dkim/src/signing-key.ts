/**
 * A private key ready for signing. It is read once, since reading a PEM costs more than a signature, and it never shows: not in
 * `console.log`, not in JSON, not in an error.
 *
 * Read next: `key-pair.ts` (making one), `signer.ts`.
 */
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { KeyObject } from 'node:crypto';
import type { KeyType } from './key-record.ts';
import type { SignatureAlgorithm } from './signature-tags.ts';

const LEAST_RSA_BITS = 1024; // RFC 8301 3.2
const MOST_RSA_BITS = 8192; // what verifiers take
const SEED_OCTETS = 32;
/** PrivateKeyInfo of an Ed25519 key up to its 32 octets. @rfc 8410 7 */
const ED25519_PREFIX = Uint8Array.of(0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20);

/** How a key is read. */
export interface LoadKeyOptions {
  /** Of an encrypted PEM. */
  readonly passphrase?: string | undefined;
}

/** A private key of which nothing but its kind, its size and its public half can be seen. */
export class DkimKey {
  readonly algorithm: SignatureAlgorithm;
  readonly keyType: KeyType;
  /** The size of an RSA key's modulus; 256 for Ed25519. */
  readonly bits: number;
  readonly #keyObject: KeyObject;
  #publicKey: Uint8Array | undefined = undefined;

  /** `loadSigningKey` is the way to make one. Throws TypeError and RangeError as that does. */
  constructor(keyObject: KeyObject) {
    const type = keyObject.asymmetricKeyType;
    if (keyObject.type !== 'private' || (type !== 'rsa' && type !== 'ed25519')) throw new TypeError('a DKIM key is a private RSA or Ed25519 key');
    this.keyType = type;
    this.algorithm = `${type}-sha256`;
    this.bits = type === 'rsa' ? (keyObject.asymmetricKeyDetails?.modulusLength ?? 0) : 256;
    if (type === 'rsa' && (this.bits < LEAST_RSA_BITS || this.bits > MOST_RSA_BITS)) {
      throw new RangeError(`an RSA key for DKIM has ${LEAST_RSA_BITS} to ${MOST_RSA_BITS} bits, this one has ${this.bits}`);
    }
    this.#keyObject = keyObject;
  }

  /** What stands in `p=` of the key record: SubjectPublicKeyInfo for RSA, 32 octets for Ed25519. A new array. @rfc 6376 3.6.1 @rfc 8463 4.2 */
  get publicKey(): Uint8Array {
    if (this.#publicKey === undefined) {
      const der = createPublicKey(this.#keyObject).export({ type: 'spki', format: 'der' });
      this.#publicKey = this.keyType === 'rsa' ? der : der.subarray(-SEED_OCTETS);
    }
    return Uint8Array.from(this.#publicKey); // `slice` of a Buffer is a view
  }

  /** Signs in the thread pool; rejects with OpenSSL's error. @rfc 6376 3.3 @rfc 8463 3 */
  sign(data: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, signature: Buffer): void => (error === null ? resolve(signature) : reject(error));
      if (this.keyType === 'ed25519') sign(null, createHash('sha256').update(data).digest(), this.#keyObject, done);
      else sign('sha256', data, this.#keyObject, done);
    });
  }

  /** Signs at once, on this thread. */
  signSync(data: Uint8Array): Uint8Array {
    if (this.keyType === 'ed25519') return sign(null, createHash('sha256').update(data).digest(), this.#keyObject);
    return sign('sha256', data, this.#keyObject);
  }
}

/**
 * Reads a private key: PEM (PKCS #8, PKCS #1, encrypted with `passphrase`), a `KeyObject`, or the 32 octets of an Ed25519 key.
 *
 * Errors: TypeError for what is no private RSA or Ed25519 key, RangeError for an RSA key below 1,024 or above 8,192 bits. The key is not in
 * their text.
 * @rfc 8301 3.2
 * @rfc 8463 4
 */
export function loadSigningKey(key: string | KeyObject | Uint8Array, options: LoadKeyOptions = {}): DkimKey {
  if (key instanceof KeyObject) return new DkimKey(key);
  if (typeof key === 'string') return new DkimKey(readPrivateKey({ key, format: 'pem', passphrase: options.passphrase }));
  if (key.length !== SEED_OCTETS) throw new TypeError(`an Ed25519 key has ${SEED_OCTETS} octets`);
  return new DkimKey(readPrivateKey({ key: Buffer.concat([ED25519_PREFIX, key]), format: 'der', type: 'pkcs8' }));
}

/** Without OpenSSL's error as the cause: who logs it shall find nothing. */
function readPrivateKey(input: { key: string | Buffer; format: 'pem' | 'der'; type?: 'pkcs8'; passphrase?: string | undefined }): KeyObject {
  try {
    const { passphrase, ...rest } = input;
    return createPrivateKey(passphrase === undefined ? rest : { ...rest, passphrase });
  } catch {
    throw new TypeError('the private key can not be read: it has to be a PEM of PKCS #8 or PKCS #1, and the passphrase has to fit');
  }
}
