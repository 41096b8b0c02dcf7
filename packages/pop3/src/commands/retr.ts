/** RETR: a whole message. @rfc 1939 5 */
import type { CommandSpec } from '../extension.ts';
import { oneMessage } from './message-number.ts';

export interface RetrCommand {
  readonly verb: 'RETR';
  readonly number: number;
}

export const retr: CommandSpec<RetrCommand> = {
  ...oneMessage('RETR'),
  source: 'RFC 1939 5',
  states: ['transaction'],
  grouping: 'free',
  effect: 'none',
  form: () => 'text',
  serve: ({ number }) => ({ do: 'send', number, bodyLines: undefined }),
  explain: ({ number }) => `The client asks for message ${number}. It comes with its dots stuffed, and ends with a line that is a single dot.`,
};
