/** CAPA: what the server can do beyond RFC 1939. @rfc 2449 5 */
import type { CommandSpec } from '../extension.ts';
import { ok } from '../response.ts';
import { noArgument } from './no-argument.ts';

export interface CapaCommand {
  readonly verb: 'CAPA';
}

export const capa: CommandSpec<CapaCommand> = {
  ...noArgument('CAPA'),
  source: 'RFC 2449 5',
  states: ['authorization', 'transaction'],
  grouping: 'alone',
  effect: 'capabilities',
  form: () => 'lines',
  serve: (_command, session) => ({ do: 'answer', response: ok('capability list follows'), lines: session.capabilityLines() }),
  explain: () => 'The client asks what the server can do.',
};
