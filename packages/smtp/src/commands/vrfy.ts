/**
 * VRFY: is this a mailbox? Few servers say; the default answer is 252.
 *
 *     vrfy = "VRFY" SP String [ SP "SMTPUTF8" ] CRLF
 *
 * @rfc 5321 4.1.1.6
 * @rfc 6531 3.7.4.2
 */
import type { VrfyCommand } from '../command.ts';
import type { CommandSpec } from '../extension.ts';
import { vrfyParameterTable } from '../registry.ts';
import { query } from './query.ts';

export const vrfy: CommandSpec<VrfyCommand> = {
  ...query('VRFY', vrfyParameterTable),
  source: 'RFC 5321 4.1.1.6',
  explain: ({ argument }) => `The client asks whether ${argument} is a mailbox here.`,
};
