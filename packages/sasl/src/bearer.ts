/**
 * What OAUTHBEARER and XOAUTH2 have in common: after a refused token the server sends its error as one more challenge, the client answers
 * with a message that means nothing, and only then comes the failure (RFC 7628 section 3.2.3).
 */
import { encodeUtf8, utf8 } from '@mailwright/wire';
import type { AuthAttempt } from './mechanism.ts';
import type { ClientExchange, ServerExchange } from './exchange.ts';
import { CREDENTIALS_REFUSED, accept, askDecision, challenge, printable, respondLast, respondToError } from './exchange.ts';

/** The client's side: `message`, and `dummy` after an error. @rfc 7628 3.2.3 */
export function* bearerClient(message: Uint8Array, dummy: Uint8Array): ClientExchange {
  const error = yield respondLast(message);
  return respondToError(dummy, printable(utf8(error)));
}

/** The server's side from the moment the token is known. `error` is the JSON for a refused one. */
export function* judgeToken(attempt: AuthAttempt, error: Readonly<Record<string, string | undefined>>): ServerExchange {
  const answer = yield* askDecision(attempt);
  if (answer.accepted) return accept(attempt, answer.authenticationId);
  return yield* refuseToken(error);
}

/** Sends the error, waits for the answer that means nothing, and refuses. @rfc 7628 3.2.3 */
export function* refuseToken(error: Readonly<Record<string, string | undefined>>): ServerExchange {
  yield* challenge(encodeUtf8(JSON.stringify(error)));
  return CREDENTIALS_REFUSED;
}
