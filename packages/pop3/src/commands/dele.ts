/** DELE: marks a message; it is removed after QUIT. @rfc 1939 5 */
import type { CommandSpec } from '../extension.ts';
import { ok } from '../response.ts';
import { NO_SUCH_MESSAGE, oneMessage } from './message-number.ts';

export interface DeleCommand {
  readonly verb: 'DELE';
  readonly number: number;
}

export const dele: CommandSpec<DeleCommand> = {
  ...oneMessage('DELE'),
  source: 'RFC 1939 5',
  states: ['transaction'],
  grouping: 'free',
  effect: 'none',
  form: () => 'line',
  serve: ({ number }, { maildrop }) =>
    maildrop.delete(number) ? { do: 'answer', response: ok(`message ${number} deleted`), lines: undefined } : NO_SUCH_MESSAGE,
  explain: ({ number }) => `The client marks message ${number} as deleted. It is removed only after QUIT.`,
};
