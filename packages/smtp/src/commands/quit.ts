/**
 * QUIT: the end of the session. The server answers 221 and closes.
 *
 *     quit = "QUIT" CRLF
 *
 * @rfc 5321 4.1.1.10
 */
import type { QuitCommand } from '../command.ts';
import type { CommandSpec } from '../extension.ts';
import { reply } from '../reply.ts';
import { STAYS } from './any-state.ts';
import { noArgument } from './no-argument.ts';

const BYE = reply(221, '2.0.0', 'Bye');

export const quit: CommandSpec<QuitCommand> = {
  ...noArgument('QUIT'),
  source: 'RFC 5321 4.1.1.10',
  endsGroup: true,
  secret: false,
  beforeTls: true,
  moves: { ...STAYS, refused: { accepted: 'refused' } },
  effect: 'close',
  body: undefined,
  check: () => undefined,
  accepted: () => BYE,
  explain: () => 'The client is done. The server says goodbye and closes the connection.',
};
