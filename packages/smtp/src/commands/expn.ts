/**
 * EXPN: who is on this list? Few servers say; the default answer is 252.
 *
 *     expn = "EXPN" SP String [ SP "SMTPUTF8" ] CRLF
 *
 * @rfc 5321 4.1.1.7
 * @rfc 6531 3.7.4.2
 */
import type { ExpnCommand } from '../command.ts';
import type { CommandSpec } from '../extension.ts';
import { expnParameterTable } from '../registry.ts';
import { reply } from '../reply.ts';
import { STAYS } from './any-state.ts';
import { encodeQuery, parseQuery } from './query.ts';

const WILL_TRY = reply(252, '2.0.0', 'Not told here; send the message and see');

export const expn: CommandSpec<ExpnCommand> = {
  verb: 'EXPN',
  syntax: 'EXPN string',
  source: 'RFC 5321 4.1.1.7',
  endsGroup: true,
  secret: false,
  beforeTls: false,
  moves: STAYS,
  effect: 'none',
  body: undefined,
  parse: (line, from) => parseQuery('EXPN', line, from, expnParameterTable),
  encode: (command) => encodeQuery(command, expnParameterTable),
  check: () => undefined,
  accepted: () => WILL_TRY,
  explain: ({ argument }) => `The client asks who is on the mailing list ${argument}.`,
};
