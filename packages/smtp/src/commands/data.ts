/**
 * DATA: leave to send the message, which follows dot-stuffed up to a line that is a dot.
 *
 *     data = "DATA" CRLF
 *
 * @rfc 5321 4.1.1.4
 */
import type { DataCommand } from '../command.ts';
import type { CommandSpec } from '../extension.ts';
import { reply } from '../reply.ts';
import { noArgument } from './no-argument.ts';

const GO_ON = reply(354, undefined, 'Send the message, then <CRLF>.<CRLF>');

export const data: CommandSpec<DataCommand> = {
  ...noArgument('DATA'),
  source: 'RFC 5321 4.1.1.4',
  endsGroup: true,
  secret: false,
  beforeTls: false,
  moves: { rcpt: { accepted: 'ready' } },
  effect: 'body',
  body: { form: 'text' },
  check: () => undefined,
  accepted: () => GO_ON,
  explain: () => 'The client asks leave to send the text of the message.',
};
