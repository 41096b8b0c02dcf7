/**
 * RSET: forget the transaction.
 *
 *     rset = "RSET" CRLF
 *
 * @rfc 5321 4.1.1.5
 */
import type { RsetCommand } from '../command.ts';
import type { CommandSpec } from '../extension.ts';
import { reply } from '../reply.ts';
import { noArgument } from './no-argument.ts';

const OK = reply(250, '2.0.0', 'OK');

export const rset: CommandSpec<RsetCommand> = {
  ...noArgument('RSET'),
  source: 'RFC 5321 4.1.1.5',
  endsGroup: false,
  secret: false,
  beforeTls: false,
  moves: {
    connected: { accepted: 'connected' },
    ready: { accepted: 'ready' },
    mail: { accepted: 'ready' },
    rcpt: { accepted: 'ready' },
    chunks: { accepted: 'ready' },
  },
  effect: 'reset',
  body: undefined,
  check: () => undefined,
  accepted: () => OK,
  explain: () => 'The client drops the message it was about to send. The session goes on.',
};
