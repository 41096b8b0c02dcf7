/**
 * LOGIN (draft-murchison-sasl-login): name and password in two messages, each after a prompt. Obsolete since PLAIN, and still the only
 * one that some clients and servers speak.
 *
 * Deviation: the client answers prompts by their order, whatever they say, since servers translate them.
 * Deviation: the server takes an initial response as the name, since many clients send it.
 */
import { decodeUtf8Strict, encodeUtf8 } from '@mailwright/wire';
import type { PasswordCredentials, ServerMechanismOptions } from './mechanism.ts';
import type { ClientExchange, ServerExchange } from './exchange.ts';
import { AWAIT_CHALLENGE, challenge, makeAttempt, reject, respond, respondLast } from './exchange.ts';
import { checkName, checkPassword, isPassword, prepareName } from './credential-text.ts';
import { judgePassword } from './password-check.ts';

const USERNAME_PROMPT = encodeUtf8('Username:');
const PASSWORD_PROMPT = encodeUtf8('Password:');

/** The client's side. Throws TypeError for credentials that can't be sent, an authorization identity among them. */
export function loginClient(credentials: PasswordCredentials): ClientExchange {
  if (credentials.authorizationId !== undefined) throw new TypeError('LOGIN carries no authorizationId');
  return exchange(encodeUtf8(checkName('username', credentials.username)), encodeUtf8(checkPassword(credentials.password)));
}

function* exchange(username: Uint8Array, password: Uint8Array): ClientExchange {
  yield AWAIT_CHALLENGE;
  yield respond(username);
  return respondLast(password);
}

/** The server's side. */
export function* loginServer(options: ServerMechanismOptions, initialResponse: Uint8Array | undefined): ServerExchange {
  const usernameText = decodeUtf8Strict(initialResponse ?? (yield* challenge(USERNAME_PROMPT)));
  const username = usernameText === undefined ? undefined : prepareName(usernameText);
  if (username === undefined) return reject('SASL_MALFORMED_RESPONSE', 'the name is empty, not UTF-8, or holds a forbidden character');
  const password = decodeUtf8Strict(yield* challenge(PASSWORD_PROMPT));
  if (password === undefined || !isPassword(password)) {
    return reject('SASL_MALFORMED_RESPONSE', 'the password is empty, not UTF-8, or holds a forbidden character');
  }
  return yield* judgePassword(makeAttempt({ mechanism: 'LOGIN', username, authorizationId: undefined, password }), options);
}
