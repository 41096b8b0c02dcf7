/**
 * CLOSE: leave the mailbox and expunge it in silence.
 *
 *     command = "CLOSE"
 *
 * @rfc 9051 6.4.1
 */
import type { CommandSpec } from '../extension.ts';
import { noArgument } from './no-argument.ts';
import { SELECTED } from './states.ts';

export interface CloseCommand {
  readonly name: 'CLOSE';
}

export const close: CommandSpec<CloseCommand> = noArgument({
  name: 'CLOSE', source: 'RFC 9051 6.4.1', states: SELECTED, pipelining: 'mailbox',
  meaning: 'The client leaves the mailbox, and messages marked \\Deleted are removed without a word.',
});
