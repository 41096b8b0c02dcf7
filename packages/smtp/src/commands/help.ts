/**
 * HELP: text for the person at the other end.
 *
 *     help = "HELP" [ SP String ] CRLF
 *
 * @rfc 5321 4.1.1.8
 */
import type { HelpCommand } from '../command.ts';
import type { CommandSpec } from '../extension.ts';
import { reply } from '../reply.ts';
import { STAYS } from './any-state.ts';
import { encodeText, parseText } from './text-argument.ts';

const SEE_RFC = reply(214, '2.0.0', 'This server speaks SMTP as in RFC 5321; EHLO lists its extensions');

export const help: CommandSpec<HelpCommand> = {
  verb: 'HELP',
  syntax: 'HELP [string]',
  source: 'RFC 5321 4.1.1.8',
  endsGroup: true,
  secret: false,
  beforeTls: false,
  moves: STAYS,
  effect: 'none',
  body: undefined,
  parse(line, from) {
    const argument = parseText(line, from);
    return argument === undefined ? { ok: false, error: 'not-ascii', parameter: undefined } : { ok: true, value: { verb: 'HELP', argument } };
  },
  encode: ({ argument }) => encodeText('HELP', argument),
  check: () => undefined,
  accepted: () => SEE_RFC,
  explain: ({ argument }) => (argument === '' ? 'The client asks for help, for a person to read.' : `The client asks for help about ${argument}, for a person to read.`),
};
