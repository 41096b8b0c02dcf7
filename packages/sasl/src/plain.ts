/**
 * PLAIN (RFC 4616): name and password in one message. The whole protection is the TLS below it.
 *
 *     message  = [authzid] UTF8NUL authcid UTF8NUL passwd
 *
 * Left out: the limit of 255 octets for each part, which the RFC asks servers to accept at least.
 */
import { decodeUtf8Strict, encodeUtf8 } from '@mailwright/wire';
import type { PasswordCredentials, ServerMechanismOptions } from './mechanism.ts';
import type { ClientExchange, ServerExchange } from './exchange.ts';
import { firstResponse, makeAttempt, reject, respondLast } from './exchange.ts';
import { checkName, checkOptionalName, checkPassword, isPassword, prepareName } from './credential-text.ts';
import { judgePassword, refuseForeignAuthorization } from './password-check.ts';

/** The client's side. Throws TypeError for credentials that can't be sent. @rfc 4616 2 */
export function plainClient(credentials: PasswordCredentials): ClientExchange {
  const authorizationId = checkOptionalName('authorizationId', credentials.authorizationId) ?? '';
  const username = checkName('username', credentials.username);
  const password = checkPassword(credentials.password);
  return exchange(encodeUtf8(`${authorizationId}\0${username}\0${password}`));
}

function* exchange(message: Uint8Array): ClientExchange {
  return respondLast(message);
}

/** The server's side. @rfc 4616 2 */
export function* plainServer(options: ServerMechanismOptions, initialResponse: Uint8Array | undefined): ServerExchange {
  const message = decodeUtf8Strict(yield* firstResponse(initialResponse));
  const parts = message?.split('\0');
  if (parts?.length !== 3) return reject('SASL_MALFORMED_RESPONSE', 'not three parts of UTF-8 with NUL between them');
  const [authorizationText, usernameText, password] = parts as [string, string, string];
  const username = prepareName(usernameText);
  const authorizationId = authorizationText === '' ? undefined : prepareName(authorizationText);
  if (username === undefined || !isPassword(password) || (authorizationText !== '' && authorizationId === undefined)) {
    return reject('SASL_MALFORMED_RESPONSE', 'an identity or the password is empty or holds a forbidden character');
  }
  const refusal = refuseForeignAuthorization(username, authorizationId, options);
  if (refusal !== undefined) return refusal;
  return yield* judgePassword(makeAttempt({ mechanism: 'PLAIN', username, authorizationId, password }), options);
}
