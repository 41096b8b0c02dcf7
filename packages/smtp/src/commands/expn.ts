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
import { query } from './query.ts';

export const expn: CommandSpec<ExpnCommand> = {
  ...query('EXPN', expnParameterTable),
  source: 'RFC 5321 4.1.1.7',
  explain: ({ argument }) => `The client asks who is on the mailing list ${argument}.`,
};
