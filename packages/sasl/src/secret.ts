/**
 * What a server keeps instead of passwords: SCRAM's stored keys (RFC 5802 section 3), made from a password once, and their
 * text form as LDAP (RFC 5803) and PostgreSQL write it. Who steals them can check guesses, but cannot log in with them.
 */
import { concatOctets, decodeBase64, encodeBase64, encodeUtf8 } from '@mailwright/wire';
import type { Parsed } from '@mailwright/wire';
import type { DeriveKeyStep, SaslPrimitives, ScramAlgorithm, ScramKeys, ServerMechanismOptions } from './mechanism.ts';
import { checkPassword, prepareOrThrow } from './credential-text.ts';
import { HASH_OCTETS, makeDeriveKey } from './exchange.ts';

const CLIENT_KEY = encodeUtf8('Client Key');
const SERVER_KEY = encodeUtf8('Server Key');
const NUL = new Uint8Array(1);

/** Fewest iterations. @rfc 7677 4 */
export const LEAST_ITERATIONS = 4096;
const SALT_OCTETS = 16;
const LEAST_SALT_KEY_OCTETS = 16;

/** What stored keys are made from. */
export interface ScramKeyInput {
  readonly password: string;
  /** Fresh random octets, 16 or more. */
  readonly salt: Uint8Array;
  /** PBKDF2 iterations, 4,096 or more. */
  readonly iterations: number;
  /** Default `sha256`. */
  readonly algorithm?: ScramAlgorithm | undefined;
}

/**
 * The first half of making stored keys: the request for the slow key. The driver computes it (PBKDF2) and gives it to `scramKeys`.
 *
 * Errors: TypeError for a password without SASLprep form, RangeError for a short salt or too few iterations.
 * @rfc 5802 3
 */
export function scramKeyRequest(input: ScramKeyInput): DeriveKeyStep {
  if (input.salt.length < SALT_OCTETS) throw new RangeError(`a salt has ${SALT_OCTETS} octets or more`);
  requireIterations(input.iterations);
  const password = prepareOrThrow('password', checkPassword(input.password));
  return makeDeriveKey(input.algorithm ?? 'sha256', password, input.salt, input.iterations);
}

/**
 * The second half: the keys to store. `saltedPassword` is what the driver computed for `request`.
 *
 * @rfc 5802 3
 */
export function scramKeys(request: DeriveKeyStep, saltedPassword: Uint8Array, primitives: SaslPrimitives): ScramKeys {
  const { algorithm, salt, iterations } = request;
  const clientKey = primitives.hmac(algorithm, saltedPassword, CLIENT_KEY);
  return {
    salt,
    iterations,
    storedKey: primitives.hash(algorithm, clientKey),
    serverKey: primitives.hmac(algorithm, saltedPassword, SERVER_KEY),
  };
}

/** The client's key of a salted password; the server never keeps it. @rfc 5802 3 */
export function scramClientKey(algorithm: ScramAlgorithm, saltedPassword: Uint8Array, primitives: SaslPrimitives): Uint8Array {
  return primitives.hmac(algorithm, saltedPassword, CLIENT_KEY);
}

/** The hash function that stored keys are for, told by their length; `undefined` where they are not well formed. */
export function scramAlgorithmOf(keys: ScramKeys): ScramAlgorithm | undefined {
  const { salt, iterations, storedKey, serverKey } = keys;
  if (salt.length === 0 || !Number.isSafeInteger(iterations) || iterations < 1) return undefined;
  if (storedKey.length !== serverKey.length) return undefined;
  if (storedKey.length === HASH_OCTETS.sha256) return 'sha256';
  return storedKey.length === HASH_OCTETS.sha1 ? 'sha1' : undefined;
}

/**
 * Stored keys for a user that is not there: always the same for the same name, and nobody's password fits them. `salt` alone
 * serves users that are kept with their password.
 *
 * @rfc 5802 9
 */
export function imitatedScramKeys(algorithm: ScramAlgorithm, username: string, options: ServerMechanismOptions): ScramKeys {
  const key = requireSaltKey(options.saltKey);
  const derive = (purpose: string): Uint8Array =>
    options.primitives.hmac(algorithm, key, concatOctets([encodeUtf8(purpose), NUL, encodeUtf8(username)]));
  return {
    salt: derive(`salt ${algorithm}`).subarray(0, SALT_OCTETS),
    iterations: options.iterations ?? LEAST_ITERATIONS,
    storedKey: derive('stored key'),
    serverKey: derive('server key'),
  };
}

/** The caller's salt key. Throws TypeError where it is missing, RangeError where it is short. */
export function requireSaltKey(saltKey: Uint8Array | undefined): Uint8Array {
  if (saltKey === undefined) throw new TypeError('options.saltKey is needed');
  if (saltKey.length < LEAST_SALT_KEY_OCTETS) throw new RangeError(`options.saltKey has ${LEAST_SALT_KEY_OCTETS} octets or more`);
  return saltKey;
}

/** Throws RangeError for an iteration count that is not a whole number from 4,096 up. */
export function requireIterations(iterations: number): void {
  if (!Number.isSafeInteger(iterations) || iterations < LEAST_ITERATIONS) {
    throw new RangeError(`iterations is a whole number, ${LEAST_ITERATIONS} or more`);
  }
}

const SCHEMES: Readonly<Record<ScramAlgorithm, string>> = { sha1: 'SCRAM-SHA-1', sha256: 'SCRAM-SHA-256' };

/**
 * Stored keys as one line of text:
 *
 *     scheme "$" iterations ":" salt "$" StoredKey ":" ServerKey        ; the last three in base64
 *
 * Errors: TypeError for keys that are not well formed.
 * @rfc 5803 3
 */
export function formatScramKeys(keys: ScramKeys): string {
  const algorithm = scramAlgorithmOf(keys);
  if (algorithm === undefined) throw new TypeError('the SCRAM keys are malformed');
  const { salt, iterations, storedKey, serverKey } = keys;
  return `${SCHEMES[algorithm]}$${iterations}:${encodeBase64(salt)}$${encodeBase64(storedKey)}:${encodeBase64(serverKey)}`;
}

/**
 * The inverse of `formatScramKeys`.
 *
 * Errors: `malformed-scram-keys`; `at` is always 0, since the text is a secret and is not to be pointed into.
 * @rfc 5803 3
 */
export function parseScramKeys(text: string): Parsed<ScramKeys, 'malformed-scram-keys'> {
  const malformed = { ok: false, error: 'malformed-scram-keys', at: 0 } as const;
  const match = /^(SCRAM-SHA-1|SCRAM-SHA-256)\$([1-9][0-9]{0,9}):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$/.exec(text);
  if (match === null) return malformed;
  const salt = decodeBase64(match[3]!);
  const storedKey = decodeBase64(match[4]!);
  const serverKey = decodeBase64(match[5]!);
  if (salt === undefined || storedKey === undefined || serverKey === undefined) return malformed;
  const keys: ScramKeys = { salt, iterations: Number(match[2]), storedKey, serverKey };
  const algorithm = scramAlgorithmOf(keys);
  if (algorithm === undefined || SCHEMES[algorithm] !== match[1]) return malformed;
  return { ok: true, value: keys, end: text.length };
}
