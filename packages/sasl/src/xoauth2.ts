/**
 * XOAUTH2: Google's form of a bearer token, older than OAUTHBEARER and spoken by Google, Microsoft, Yahoo and others.
 *
 *     message = "user=" username %x01 "auth=Bearer " token %x01 %x01
 */
import { decodeUtf8Strict, encodeUtf8 } from '@mailwright/wire';
import type { ServerMechanismOptions, TokenCredentials } from './mechanism.ts';
import type { ClientExchange, ServerExchange } from './exchange.ts';
import { EMPTY, firstResponse, makeAttempt, reject } from './exchange.ts';
import { checkName, checkToken, prepareName } from './credential-text.ts';
import { bearerClient, judgeToken } from './bearer.ts';

const MESSAGE = /^user=([^\x01]+)\x01auth=Bearer +([\x21-\x7e]+)\x01\x01$/i;

/** The client's side; an error is answered with an empty message. Throws TypeError for credentials that can't be sent. */
export function xoauth2Client(credentials: TokenCredentials): ClientExchange {
  const username = checkName('username', credentials.username);
  return bearerClient(encodeUtf8(`user=${username}\x01auth=Bearer ${checkToken(credentials.token)}\x01\x01`), EMPTY);
}

/** The server's side. */
export function* xoauth2Server(options: ServerMechanismOptions, initialResponse: Uint8Array | undefined): ServerExchange {
  const match = MESSAGE.exec(decodeUtf8Strict(yield* firstResponse(initialResponse)) ?? '');
  const username = match === null ? undefined : prepareName(match[1]!);
  if (match === null || username === undefined) return reject('SASL_MALFORMED_RESPONSE', 'not a message of XOAUTH2');
  const attempt = makeAttempt({ mechanism: 'XOAUTH2', username, authorizationId: undefined, token: match[2]! });
  return yield* judgeToken(attempt, { status: '401', schemes: 'Bearer', scope: options.oauthError?.scope });
}
