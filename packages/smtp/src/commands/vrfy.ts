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
import { reply } from '../reply.ts';
import { STAYS } from './any-state.ts';
import { encodeQuery, parseQuery } from './query.ts';

const WILL_TRY = reply(252, '2.0.0', 'Not told here; send the message and see');

export const vrfy: CommandSpec<VrfyCommand> = {
  verb: 'VRFY',
  syntax: 'VRFY string',
  source: 'RFC 5321 4.1.1.6',
  endsGroup: true,
  secret: false,
  beforeTls: false,
  moves: STAYS,
  effect: 'none',
  body: undefined,
  parse: (line, from) => parseQuery('VRFY', line, from, vrfyParameterTable),
  encode: (command) => encodeQuery(command, vrfyParameterTable),
  check: () => undefined,
  accepted: () => WILL_TRY,
  explain: ({ argument }) => `The client asks whether ${argument} is a mailbox here.`,
};
