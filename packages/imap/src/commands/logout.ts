/**
 * LOGOUT: the end of the session.
 *
 *     command = "LOGOUT"
 *
 * @rfc 9051 6.1.3
 */
import type { CommandSpec } from '../extension.ts';
import { noArgument } from './no-argument.ts';
import { ANY_STATE } from './states.ts';

export interface LogoutCommand {
  readonly name: 'LOGOUT';
}

export const logout: CommandSpec<LogoutCommand> = noArgument({
  name: 'LOGOUT', source: 'RFC 9051 6.1.3', states: ANY_STATE, pipelining: 'alone',
  meaning: 'The client is done; the server says BYE and closes.',
});
