/**
 * NOOP: a question for news.
 *
 *     command = "NOOP"
 *
 * @rfc 9051 6.1.2
 */
import type { CommandSpec } from '../extension.ts';
import { noArgument } from './no-argument.ts';
import { ANY_STATE } from './states.ts';

export interface NoopCommand {
  readonly name: 'NOOP';
}

export const noop: CommandSpec<NoopCommand> = noArgument({
  name: 'NOOP', source: 'RFC 9051 6.1.2', states: ANY_STATE, pipelining: 'any',
  meaning: 'The client does nothing; the server may use the occasion to tell what happened in the mailbox.',
});
