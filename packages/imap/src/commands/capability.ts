/**
 * CAPABILITY: what the server can do.
 *
 *     command = "CAPABILITY"
 *
 * @rfc 9051 6.1.1
 */
import type { CommandSpec } from '../extension.ts';
import { noArgument } from './no-argument.ts';
import { ANY_STATE } from './states.ts';

export interface CapabilityCommand {
  readonly name: 'CAPABILITY';
}

export const capability: CommandSpec<CapabilityCommand> = noArgument({
  name: 'CAPABILITY', source: 'RFC 9051 6.1.1', states: ANY_STATE, pipelining: 'any',
  meaning: 'The client asks what the server can do.',
});
