/**
 * AUTH: who the client is, by a mechanism of SASL, and the MAIL parameter `AUTH=` by which trusted servers pass on who it was.
 * The exchange itself is data to this package (`@mailwright/sasl` has the mechanisms); here are the command, what is offered
 * when, and what is refused.
 *
 *     auth-command      = "AUTH" SP sasl-mech [SP initial-response] *(CRLF [base64]) [CRLF cancel-response] CRLF
 *     initial-response  = base64 / "="
 *     auth-param        = "AUTH=" xtext          ; decoded: "<>" or an addr-spec
 *
 * @rfc 4954
 */
import { type Mailbox, parseMailbox } from '@mailwright/address';
import { decodeBase64, encodeBase64 } from '@mailwright/wire';
import { contentEnd } from '../command-text.ts';
import type { Capability, CommandParsed, CommandSpec, Extension, ParameterSpec } from '../extension.ts';
import { reply } from '../reply.ts';
import type { ServerSession } from '../server-session.ts';
import { decodeXtext, encodeXtext } from '../xtext.ts';

export interface AuthCommand {
  readonly verb: 'AUTH';
  /** The mechanism's name in upper case. */
  readonly mechanism: string;
  /** The first message of the exchange, decoded; empty where `=` was sent, `undefined` where nothing was. */
  readonly initialResponse: Uint8Array | undefined;
}

const SP = 0x20;
/** RFC 4422 3.1 allows 20 characters; ECDSA-NIST256P-CHALLENGE, which is registered, has 24. Test "long names". */
const MECHANISM = /^[A-Z0-9_-]{1,32}$/;
const SYNTAX: CommandParsed<AuthCommand> = { ok: false, error: 'syntax', parameter: undefined };
const NO_OCTETS = new Uint8Array(0);
const EMPTY_RESPONSE = '=';

/** Mechanisms whose exchange shows the secret to whoever reads it. @rfc 4954 4 */
const CLEAR_TEXT: ReadonlySet<string> = new Set(['PLAIN', 'LOGIN', 'XOAUTH2', 'OAUTHBEARER']);
/** The suffix of mechanisms that are bound to a TLS channel. @rfc 5801 4 */
const CHANNEL_BOUND = '-PLUS';

const SUCCEEDED = reply(235, '2.7.0', 'Authentication succeeded');
const ALREADY = reply(503, '5.5.1', 'Already authenticated');
const HELLO_FIRST = reply(503, '5.5.1', 'Say EHLO first');
const UNKNOWN_MECHANISM = reply(504, '5.5.4', 'Authentication mechanism not offered');
const NEEDS_TLS = reply(538, '5.7.11', 'Encryption required for this authentication mechanism');
const AUTH_REQUIRED = reply(530, '5.7.0', 'Authentication required');

/** @rfc 4954 4 */
function parseAuth(line: string, from: number): CommandParsed<AuthCommand> {
  const end = contentEnd(line, from);
  const blank = line.indexOf(' ', from);
  const mechanismEnd = blank < 0 || blank > end ? end : blank;
  const mechanism = line.slice(from, mechanismEnd).toUpperCase();
  if (!MECHANISM.test(mechanism)) return SYNTAX;
  if (mechanismEnd === end) return { ok: true, value: { verb: 'AUTH', mechanism, initialResponse: undefined } };
  const encoded = line.slice(mechanismEnd + 1, end);
  const initialResponse = encoded === EMPTY_RESPONSE ? NO_OCTETS : decodeBase64(encoded);
  if (initialResponse === undefined || encoded === '' || encoded.charCodeAt(0) === SP) return SYNTAX;
  return { ok: true, value: { verb: 'AUTH', mechanism, initialResponse } };
}

/** Whether the session may run `mechanism` as things stand: TLS where the mechanism needs it, something to bind to where it binds. */
function isAllowed(mechanism: string, session: ServerSession): boolean {
  if (mechanism.endsWith(CHANNEL_BOUND)) return session.channelBinding;
  if (session.secure) return true;
  return !CLEAR_TEXT.has(mechanism) || session.options.clearTextAuth === 'allow';
}

const authCommand: CommandSpec<AuthCommand> = {
  verb: 'AUTH',
  syntax: 'AUTH mechanism [initial-response]',
  source: 'RFC 4954 4',
  endsGroup: true,
  secret: true,
  beforeTls: false,
  moves: { ready: { accepted: 'ready' } },
  effect: 'auth',
  body: undefined,
  parse: parseAuth,
  encode({ mechanism, initialResponse }) {
    if (!MECHANISM.test(mechanism)) throw new TypeError(`not a mechanism name: ${JSON.stringify(mechanism)}`);
    if (initialResponse === undefined) return `AUTH ${mechanism}`;
    return `AUTH ${mechanism} ${initialResponse.length === 0 ? EMPTY_RESPONSE : encodeBase64(initialResponse)}`;
  },
  check({ mechanism }, session) {
    if (!session.extended) return HELLO_FIRST;
    if (session.identity !== undefined) return ALREADY;
    if (!session.options.mechanisms.includes(mechanism)) return UNKNOWN_MECHANISM;
    if (isAllowed(mechanism, session)) return undefined;
    return session.secure ? UNKNOWN_MECHANISM : NEEDS_TLS;
  },
  accepted: () => SUCCEEDED,
  explain: ({ mechanism, initialResponse }) => `The client wants to log in by ${mechanism}${initialResponse === undefined ? '.' : ' and sends the first message of the exchange along.'}`,
};

/** Who submitted the message first, as the client knows; `null` for `AUTH=<>`: not known, or not trusted. */
const authParameter: ParameterSpec<'MAIL', 'AUTH', Mailbox | null> = {
  command: 'MAIL',
  keyword: 'AUTH',
  source: 'RFC 4954 5',
  parse(value) {
    if (value === '<>') return { value: null };
    const text = value === undefined ? undefined : decodeXtext(value);
    const parsed = text === undefined ? undefined : parseMailbox(text);
    return parsed?.ok === true ? { value: parsed.value } : undefined;
  },
  encode: (identity) => (identity === null ? '<>' : encodeXtext(identity.address)),
  check: () => undefined,
  explain: (identity) => (identity === null ? 'Who submitted the message first is not known, or not told.' : `The message was first submitted by ${identity.address}.`),
};

/** The mechanisms that were announced, in upper case, each once. Both forms of the line count: `AUTH PLAIN`, and `AUTH=PLAIN` of old servers. */
const authCapability: Capability<'auth', readonly string[]> = {
  name: 'auth',
  absent: [],
  read: (parameters, before) => [...new Set([...before, ...parameters.toUpperCase().split(' ').filter((word) => MECHANISM.test(word))])],
};

export const auth: Extension<typeof authParameter, typeof authCommand, typeof authCapability> = {
  keyword: 'AUTH',
  rfc: 4954,
  offered: (options) => options.mechanisms.length > 0,
  advertise(session) {
    const mechanisms = session.identity === undefined ? session.options.mechanisms.filter((mechanism) => isAllowed(mechanism, session)) : [];
    return mechanisms.length === 0 ? undefined : mechanisms.join(' ');
  },
  capability: authCapability,
  explain: (parameters) => `The client may log in by one of these mechanisms: ${parameters === '' ? 'none named' : parameters}.`,
  parameters: [authParameter],
  commands: [authCommand],
  objections: {
    MAIL: (_command, session) => (session.options.requireAuth && session.identity === undefined ? AUTH_REQUIRED : undefined),
  },
};
