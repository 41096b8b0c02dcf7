/** QUIT: what is marked is removed, and the session ends. @rfc 1939 6 */
import type { CommandSpec } from '../extension.ts';
import { noArgument } from './no-argument.ts';

export interface QuitCommand {
  readonly verb: 'QUIT';
}

export const quit: CommandSpec<QuitCommand> = {
  ...noArgument('QUIT'),
  source: 'RFC 1939 6',
  states: ['authorization', 'transaction'],
  grouping: 'last',
  effect: 'quit',
  form: () => 'line',
  serve: () => ({ do: 'update' }),
  explain: () => 'The client ends the session. Only now the server removes the messages that are marked as deleted.',
};
