/**
 * LOGIN: a name and a password in clear.
 *
 *     login = "LOGIN" SP userid SP password
 *
 * @rfc 9051 6.2.3
 */
import type { CommandSpec } from '../extension.ts';
import { NOT_AUTHENTICATED } from './states.ts';

export interface LoginCommand {
  readonly name: 'LOGIN';
  readonly user: string;
  readonly password: string;
}

export const login: CommandSpec<LoginCommand> = {
  name: 'LOGIN',
  uidForm: false,
  syntax: 'LOGIN user password',
  source: 'RFC 9051 6.2.3',
  states: NOT_AUTHENTICATED,
  pipelining: 'alone',
  secret: true,
  parse(reader) {
    reader.space();
    const user = reader.astring();
    reader.space();
    return { name: 'LOGIN', user, password: reader.astring() };
  },
  encode: (writer, { user, password }) => void writer.space().astring(user).space().astring(password),
  explain: () => 'The client logs in with a name and a password in clear.',
};
