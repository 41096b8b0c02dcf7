/**
 * EXTERNAL (RFC 4422 appendix A): the connection itself proves who the client is, usually by a TLS client certificate. The message
 * holds only whom the client wants to act as, or nothing.
 */
import { decodeUtf8Strict, encodeUtf8 } from '@mailwright/wire';
import type { ExternalCredentials, ServerMechanismOptions } from './mechanism.ts';
import type { ClientExchange, ServerExchange } from './exchange.ts';
import { CREDENTIALS_REFUSED, accept, askDecision, firstResponse, makeAttempt, reject, respondLast } from './exchange.ts';
import { checkOptionalName, prepareName } from './credential-text.ts';
import { refuseForeignAuthorization } from './password-check.ts';

/** The client's side. Throws TypeError for an authorization identity that can't be sent. @rfc 4422 A.1 */
export function externalClient(credentials: ExternalCredentials): ClientExchange {
  return exchange(encodeUtf8(checkOptionalName('authorizationId', credentials.authorizationId) ?? ''));
}

function* exchange(message: Uint8Array): ClientExchange {
  return respondLast(message);
}

/** The server's side. @rfc 4422 A.1 */
export function* externalServer(options: ServerMechanismOptions, initialResponse: Uint8Array | undefined): ServerExchange {
  const text = decodeUtf8Strict(yield* firstResponse(initialResponse));
  const authorizationId = text === undefined || text === '' ? undefined : prepareName(text);
  if (text === undefined || (text !== '' && authorizationId === undefined)) {
    return reject('SASL_MALFORMED_RESPONSE', 'the authorization identity is not UTF-8 or holds a forbidden character');
  }
  const username = options.externalIdentity;
  if (username === undefined) return reject('SASL_EXTERNAL_UNAVAILABLE', 'the connection proves no identity');
  const refusal = refuseForeignAuthorization(username, authorizationId, options);
  if (refusal !== undefined) return refusal;
  const attempt = makeAttempt({ mechanism: 'EXTERNAL', username, authorizationId });
  const answer = yield* askDecision(attempt);
  return answer.accepted ? accept(attempt, answer.authenticationId) : CREDENTIALS_REFUSED;
}
