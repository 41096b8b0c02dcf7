/** STAT: how many messages, how many octets. @rfc 1939 5 */
import type { CommandSpec } from '../extension.ts';
import { encodeDropListing } from '../listings.ts';
import { ok } from '../response.ts';
import { noArgument } from './no-argument.ts';

export interface StatCommand {
  readonly verb: 'STAT';
}

export const stat: CommandSpec<StatCommand> = {
  ...noArgument('STAT'),
  source: 'RFC 1939 5',
  states: ['transaction'],
  grouping: 'free',
  effect: 'none',
  form: () => 'line',
  serve: (_command, { maildrop }) => ({ do: 'answer', response: ok(encodeDropListing(maildrop)), lines: undefined }),
  explain: () => 'The client asks how many messages there are and how many octets they have together.',
};
