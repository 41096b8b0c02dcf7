/**
 * USER and PASS: a login that shows the password to whoever reads the connection.
 *
 *     user  = "USER" SP name
 *     pass  = "PASS" SP string
 *
 * A server says +OK to every name, so that nobody learns who has a maildrop here.
 *
 * @rfc 1939 7
 * @rfc 2449 6.2
 */
import { encodeText } from '../argument.ts';
import type { Capability, CommandSpec, Extension } from '../extension.ts';
import { err, ok } from '../response.ts';
import { announced } from './announced.ts';

export interface UserCommand {
  readonly verb: 'USER';
  readonly name: string;
}

export interface PassCommand {
  readonly verb: 'PASS';
  /** All that follows the blank, blanks included. */
  readonly password: string;
}

const NEEDS_TLS = err('STLS first: the password would be shown', undefined);
const USER_FIRST = err('USER first');

const userCommand: CommandSpec<UserCommand> = {
  verb: 'USER',
  syntax: 'USER name',
  source: 'RFC 1939 7',
  states: ['authorization'],
  grouping: 'alone',
  effect: 'none',
  secret: 'nothing',
  form: () => 'line',
  parse: (argument) => (argument === undefined || argument === '' ? undefined : { verb: 'USER', name: argument }),
  encode: ({ name }) => ` ${encodeText('the name of USER', name)}`,
  serve({ name }, session) {
    if (!session.secure && session.options.clearTextAuth === 'refuse') return { do: 'refuse', response: NEEDS_TLS, code: 'POP3_REFUSED' };
    const refusal = session.refuseName(name);
    if (refusal !== undefined) return refusal;
    session.userName = name;
    return { do: 'answer', response: ok('send PASS'), lines: undefined };
  },
  explain: ({ name }) => `The client wants the maildrop of ${name}.`,
};

const passCommand: CommandSpec<PassCommand> = {
  verb: 'PASS',
  syntax: 'PASS string',
  source: 'RFC 1939 7',
  states: ['authorization'],
  grouping: 'alone',
  effect: 'login',
  secret: 'argument',
  form: () => 'line',
  parse: (argument) => (argument === undefined || argument === '' ? undefined : { verb: 'PASS', password: argument }),
  encode: ({ password }) => ` ${encodeText('the password', password)}`,
  serve({ password }, session) {
    const name = session.userName;
    session.userName = undefined;
    if (name === undefined) return { do: 'refuse', response: USER_FIRST, code: 'POP3_SEQUENCE' };
    return session.refuseName(password) ?? { do: 'login', attempt: { method: 'USER', name, password } };
  },
  explain: () => 'The client shows its password.',
};

export const user: Extension<typeof userCommand | typeof passCommand, Capability<'user', boolean>> = {
  tag: 'USER',
  rfc: 1939,
  offered: () => true,
  advertise: ({ secure, options }) => (secure || options.clearTextAuth === 'allow' ? '' : undefined),
  capability: announced('user'),
  commands: [userCommand, passCommand],
  explain: () => 'The client may log in by USER and PASS.',
};
