/**
 * CHECK: a checkpoint of the mailbox; RFC 9051 has it no more.
 *
 *     command = "CHECK"
 *
 * @rfc 3501 6.4.1
 */
import type { CommandSpec } from '../extension.ts';
import { noArgument } from './no-argument.ts';
import { SELECTED } from './states.ts';

export interface CheckCommand {
  readonly name: 'CHECK';
}

export const check: CommandSpec<CheckCommand> = noArgument({
  name: 'CHECK', source: 'RFC 3501 6.4.1', states: SELECTED, pipelining: 'any',
  meaning: 'The client asks for a checkpoint of the mailbox; for most servers this is NOOP.',
});
