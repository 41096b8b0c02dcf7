/**
 * OAUTHBEARER (RFC 7628): an OAuth 2.0 bearer token in a form that leaves room for the server's name and port.
 *
 *     client-resp = gs2-header kvsep *kvpair kvsep
 *     kvpair      = key "=" value kvsep
 *     kvsep       = %x01
 *     gs2-header  = ("n" / "y") "," [ "a=" saslname ] ","
 *
 * Left out: OAUTH10A, and channel binding, which the RFC does not define for bearer tokens.
 */
import { decodeUtf8Strict, encodeUtf8 } from '@mailwright/wire';
import type { ServerMechanismOptions, TokenCredentials } from './mechanism.ts';
import type { ClientExchange, ServerExchange } from './exchange.ts';
import { firstResponse, makeAttempt, reject } from './exchange.ts';
import { checkName, checkOptionalName, checkToken, isToken, prepareName } from './credential-text.ts';
import { bearerClient, judgeToken, refuseToken } from './bearer.ts';
import { decodeSaslName, encodeSaslName } from './scram-message.ts';

const SEPARATOR = '\x01';
const DUMMY = new Uint8Array([0x01]);
const GS2_HEADER = /^[ny],(?:a=([^,\0]+))?,$/;
const PAIR = /^([A-Za-z]+)=([\x09\x0a\x0d\x20-\x7e\x80-\u{10ffff}]*)$/u;
const BEARER = /^Bearer +([\x21-\x7e]+)$/i;
const HIGHEST_PORT = 65535;

/** The client's side. Throws TypeError or RangeError for credentials that can't be sent. @rfc 7628 3.1 */
export function oauthBearerClient(credentials: TokenCredentials): ClientExchange {
  const username = checkName('username', credentials.username);
  const host = checkOptionalName('host', credentials.host);
  const { port } = credentials;
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= HIGHEST_PORT)) throw new RangeError('port is from 1 to 65535');
  const pairs = [
    `n,a=${encodeSaslName(username)},`,
    ...(host === undefined ? [] : [`host=${host}`]),
    ...(port === undefined ? [] : [`port=${port}`]),
    `auth=Bearer ${checkToken(credentials.token)}`,
  ];
  return bearerClient(encodeUtf8(pairs.join(SEPARATOR) + SEPARATOR + SEPARATOR), DUMMY);
}

/** What a client's message says. */
interface BearerMessage {
  readonly username: string;
  /** '' when the client only asks where it could get a token. */
  readonly token: string;
}

/** The server's side. @rfc 7628 3.2 */
export function* oauthBearerServer(options: ServerMechanismOptions, initialResponse: Uint8Array | undefined): ServerExchange {
  const text = decodeUtf8Strict(yield* firstResponse(initialResponse));
  const message = text === undefined ? undefined : parseMessage(text);
  if (message === undefined) return reject('SASL_MALFORMED_RESPONSE', 'not a message of RFC 7628');
  const { scope, openidConfiguration } = options.oauthError ?? {};
  const error = { status: 'invalid_token', scope, 'openid-configuration': openidConfiguration };
  if (message.token === '') return yield* refuseToken(error);
  const { username, token } = message;
  return yield* judgeToken(makeAttempt({ mechanism: 'OAUTHBEARER', username, authorizationId: username || undefined, token }), error);
}

/** Reads a client's message, or `undefined` where it breaks the grammar or has no `auth`. Unknown keys are skipped. */
function parseMessage(text: string): BearerMessage | undefined {
  const fields = text.split(SEPARATOR);
  const header = GS2_HEADER.exec(fields[0]!);
  if (header === null || fields.length < 3 || fields.at(-1) !== '' || fields.at(-2) !== '') return undefined;
  const name = header[1] === undefined ? '' : prepareName(decodeSaslName(header[1]) ?? '');
  const auth = readAuth(fields.slice(1, -2));
  return name === undefined || auth === undefined ? undefined : { username: name, token: auth };
}

/** The token of the one `auth` pair; '' when that is empty. */
function readAuth(pairs: readonly string[]): string | undefined {
  let auth: string | undefined;
  for (const pair of pairs) {
    const match = PAIR.exec(pair);
    if (match === null) return undefined;
    if (match[1] !== 'auth') continue;
    if (auth !== undefined) return undefined;
    auth = match[2]!;
  }
  if (auth === undefined || auth === '') return auth;
  const token = BEARER.exec(auth)?.[1];
  return token !== undefined && isToken(token) ? token : undefined;
}
