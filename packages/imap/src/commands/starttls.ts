/**
 * STARTTLS: from here on inside TLS. What the server said of its capabilities before does not count.
 *
 *     command = "STARTTLS"
 *
 * @rfc 9051 6.2.1
 */
import type { CommandSpec } from '../extension.ts';
import { noArgument } from './no-argument.ts';
import { NOT_AUTHENTICATED } from './states.ts';

export interface StartTlsCommand {
  readonly name: 'STARTTLS';
}

export const startTls: CommandSpec<StartTlsCommand> = noArgument({
  name: 'STARTTLS', source: 'RFC 9051 6.2.1', states: NOT_AUTHENTICATED, pipelining: 'alone',
  meaning: 'The client wants to go on inside TLS.',
});
