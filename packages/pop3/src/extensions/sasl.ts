/**
 * SASL: a login by AUTH and a mechanism. The exchange itself is data to this package (`@mailwright/sasl` has the mechanisms).
 *
 *     auth-command      = "AUTH" SP sasl-mech [SP initial-response] *(CRLF [base64]) [CRLF cancel-response] CRLF
 *     initial-response  = base64 / "="
 *     challenge         = "+" SP [base64] CRLF
 *     cancel-response   = "*"
 *
 * @rfc 5034 4
 * @rfc 5034 6
 */
import { decodeBase64, encodeBase64 } from '@mailwright/wire';
import type { Capability, CommandSpec, Extension } from '../extension.ts';
import { err } from '../response.ts';

export interface AuthCommand {
  readonly verb: 'AUTH';
  /** The mechanism's name in upper case. */
  readonly mechanism: string;
  /** The first message of the exchange, decoded; empty where `=` was sent, `undefined` where nothing was. */
  readonly initialResponse: Uint8Array | undefined;
}

/** Longest line of AUTH, CRLF included: a longer first message waits for the server's empty challenge. @rfc 5034 4 @rfc 2449 4 */
export const MAX_AUTH_LINE_OCTETS = 255;

const MECHANISM = /^[A-Z0-9_-]{1,32}$/;
const NO_OCTETS = new Uint8Array(0);
const EMPTY_RESPONSE = '=';
/** Mechanisms whose exchange shows the secret to whoever reads it. */
const CLEAR_TEXT: ReadonlySet<string> = new Set(['PLAIN', 'LOGIN', 'XOAUTH2', 'OAUTHBEARER']);
/** The suffix of mechanisms that are bound to a TLS channel. @rfc 5801 4 */
const CHANNEL_BOUND = '-PLUS';
const NOT_OFFERED = err('authentication mechanism not offered');
const NEEDS_TLS = err('STLS first: this mechanism shows the secret');

const authCommand: CommandSpec<AuthCommand> = {
  verb: 'AUTH',
  syntax: 'AUTH mechanism [initial-response]',
  source: 'RFC 5034 4',
  states: ['authorization'],
  grouping: 'alone',
  effect: 'exchange',
  secret: 'behind-first-word',
  form: () => 'line',
  parse(argument) {
    const words = argument?.split(' ', 3) ?? [];
    const mechanism = words[0]?.toUpperCase() ?? '';
    if (!MECHANISM.test(mechanism) || words.length > 2) return undefined;
    const encoded = words[1];
    if (encoded === undefined) return { verb: 'AUTH', mechanism, initialResponse: undefined };
    const initialResponse = encoded === EMPTY_RESPONSE ? NO_OCTETS : decodeBase64(encoded);
    return initialResponse === undefined || encoded === '' ? undefined : { verb: 'AUTH', mechanism, initialResponse };
  },
  encode({ mechanism, initialResponse }) {
    if (!MECHANISM.test(mechanism)) throw new TypeError(`not the name of a mechanism: ${JSON.stringify(mechanism)}`);
    if (initialResponse === undefined) return ` ${mechanism}`;
    const argument = ` ${mechanism} ${initialResponse.length === 0 ? EMPTY_RESPONSE : encodeBase64(initialResponse)}`;
    if ('AUTH'.length + argument.length + 2 > MAX_AUTH_LINE_OCTETS) throw new RangeError(`a line of AUTH has ${MAX_AUTH_LINE_OCTETS} octets at most: send the first message after the challenge`);
    return argument;
  },
  serve({ mechanism, initialResponse }, session) {
    if (!session.options.mechanisms.some((name) => name.toUpperCase() === mechanism)) return { do: 'refuse', response: NOT_OFFERED, code: 'POP3_REFUSED' };
    if (!mayRun(mechanism, session.secure || session.options.clearTextAuth === 'allow')) return { do: 'refuse', response: NEEDS_TLS, code: 'POP3_REFUSED' };
    if (mechanism.endsWith(CHANNEL_BOUND) && !session.channelBinding) return { do: 'refuse', response: NOT_OFFERED, code: 'POP3_REFUSED' };
    return { do: 'sasl', mechanism, initialResponse };
  },
  explain: ({ mechanism }) => `The client wants to log in by ${mechanism}.`,
};

function mayRun(mechanism: string, mayShow: boolean): boolean {
  return mayShow || !CLEAR_TEXT.has(mechanism);
}

const saslCapability: Capability<'sasl', readonly string[]> = {
  name: 'sasl',
  absent: [],
  read: (parameters) => parameters.map((name) => name.toUpperCase()),
};

export const sasl: Extension<typeof authCommand, typeof saslCapability> = {
  tag: 'SASL',
  rfc: 5034,
  offered: (options) => options.mechanisms.length > 0,
  advertise({ secure, channelBinding, options, state }) {
    if (state !== 'authorization') return undefined;
    const mayShow = secure || options.clearTextAuth === 'allow';
    const names = options.mechanisms.map((name) => name.toUpperCase()).filter((name) => mayRun(name, mayShow) && (channelBinding || !name.endsWith(CHANNEL_BOUND)));
    return names.length === 0 ? undefined : names.join(' ');
  },
  capability: saslCapability,
  commands: [authCommand],
  explain: (parameters) => `The client may log in by AUTH and one of ${parameters.join(', ')}.`,
};
