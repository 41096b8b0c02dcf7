/**
 * CRAM-MD5 (RFC 2195): the client hashes the server's challenge with the password as key. Historic: the server must keep the
 * password itself, and who listens can try passwords at leisure. For old peers without TLS only.
 *
 *     response = username SP 32(lower-case hexadecimal digit)        ; HMAC-MD5(password, challenge)
 */
import { decodeUtf8Strict, encodeUtf8 } from '@mailwright/wire';
import type { PasswordCredentials, SaslPrimitives, ServerMechanismOptions } from './mechanism.ts';
import type { ClientExchange, ServerExchange } from './exchange.ts';
import {
  AWAIT_CHALLENGE, CREDENTIALS_REFUSED, accept, askSecret, challenge, fail, makeAttempt, reject, respondLast,
} from './exchange.ts';
import { checkName, checkPassword, prepareName } from './credential-text.ts';

const CHALLENGE = /^<[\x21-\x3b=?A-~]+@[\x21-\x3b=?A-~]+>$/;
const RESPONSE = /^(.+) ([0-9a-f]{32})$/s;
const HOST_NAME = /^[A-Za-z0-9.:[\]_-]+$/;
const LEAST_NONCE_OCTETS = 8;

/** The client's side. Throws TypeError for credentials that can't be sent, an authorization identity among them. @rfc 2195 2 */
export function cramMd5Client(credentials: PasswordCredentials, primitives: SaslPrimitives): ClientExchange {
  if (credentials.authorizationId !== undefined) throw new TypeError('CRAM-MD5 carries no authorizationId');
  return exchange(checkName('username', credentials.username), encodeUtf8(checkPassword(credentials.password)), primitives);
}

function* exchange(username: string, password: Uint8Array, primitives: SaslPrimitives): ClientExchange {
  const nonce = yield AWAIT_CHALLENGE;
  if (nonce.length === 0) return fail('SASL_MALFORMED_CHALLENGE', 'the challenge is empty');
  return respondLast(encodeUtf8(`${username} ${hexadecimal(primitives.hmac('md5', password, nonce))}`));
}

/**
 * A challenge in the form the RFC wants, `<random.time@host>`.
 *
 * Units: `nonce` 8 fresh random octets or more; `wallTimeMs` milliseconds since 1970.
 * Errors: TypeError for a host name that does not fit, RangeError for a short nonce.
 * @rfc 2195 2
 */
export function formatCramChallenge(nonce: Uint8Array, wallTimeMs: number, hostName: string): Uint8Array {
  if (nonce.length < LEAST_NONCE_OCTETS) throw new RangeError(`a nonce has ${LEAST_NONCE_OCTETS} octets or more`);
  if (!HOST_NAME.test(hostName)) throw new TypeError('hostName is not a host name');
  return encodeUtf8(`<${hexadecimal(nonce)}.${Math.floor(wallTimeMs / 1000)}@${hostName}>`);
}

/** The server's challenge as the driver gave it. Throws TypeError where it is missing or not in the RFC's form. */
export function requireCramChallenge(octets: Uint8Array | undefined): Uint8Array {
  const text = octets === undefined ? undefined : decodeUtf8Strict(octets);
  if (octets === undefined || text === undefined || !CHALLENGE.test(text)) {
    throw new TypeError('options.cramChallenge is needed, in the form <random@host>');
  }
  return octets;
}

/** The server's side. @rfc 2195 2 */
export function* cramMd5Server(options: ServerMechanismOptions, initialResponse: Uint8Array | undefined): ServerExchange {
  if (initialResponse !== undefined) return reject('SASL_UNEXPECTED_INITIAL_RESPONSE', 'in CRAM-MD5 the server speaks first');
  const nonce = requireCramChallenge(options.cramChallenge);
  const response = RESPONSE.exec(decodeUtf8Strict(yield* challenge(nonce)) ?? '');
  const username = response === null ? undefined : prepareName(response[1]!);
  if (response === null || username === undefined) return reject('SASL_MALFORMED_RESPONSE', 'not a name, a space and a digest');
  const attempt = makeAttempt({ mechanism: 'CRAM-MD5', username, authorizationId: undefined });
  const secret = yield* askSecret(attempt);
  if (secret !== undefined && !('password' in secret)) {
    return reject('SASL_SECRET_UNUSABLE', 'CRAM-MD5 needs the password itself, and there are only SCRAM keys');
  }
  const { primitives } = options;
  const digest = hexadecimal(primitives.hmac('md5', encodeUtf8(secret?.password ?? ''), nonce));
  const same = primitives.equal(encodeUtf8(digest), encodeUtf8(response[2]!));
  return same && secret !== undefined ? accept(attempt) : CREDENTIALS_REFUSED;
}

function hexadecimal(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}
