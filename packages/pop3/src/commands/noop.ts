/** NOOP: are you there? @rfc 1939 5 */
import type { CommandSpec } from '../extension.ts';
import { ok } from '../response.ts';
import { noArgument } from './no-argument.ts';

export interface NoopCommand {
  readonly verb: 'NOOP';
}

export const noop: CommandSpec<NoopCommand> = {
  ...noArgument('NOOP'),
  source: 'RFC 1939 5',
  states: ['transaction'],
  grouping: 'free',
  effect: 'none',
  form: () => 'line',
  serve: () => ({ do: 'answer', response: ok(), lines: undefined }),
  explain: () => 'The client asks for nothing but an answer.',
};
