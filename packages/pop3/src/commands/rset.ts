/** RSET: takes all marks away. @rfc 1939 5 */
import type { CommandSpec } from '../extension.ts';
import { ok } from '../response.ts';
import { noArgument } from './no-argument.ts';

export interface RsetCommand {
  readonly verb: 'RSET';
}

export const rset: CommandSpec<RsetCommand> = {
  ...noArgument('RSET'),
  source: 'RFC 1939 5',
  states: ['transaction'],
  grouping: 'free',
  effect: 'none',
  form: () => 'line',
  serve(_command, { maildrop }) {
    maildrop.reset();
    return { do: 'answer', response: ok(`maildrop has ${maildrop.messageCount} messages (${maildrop.octets} octets)`), lines: undefined };
  },
  explain: () => 'No message is marked as deleted any more.',
};
