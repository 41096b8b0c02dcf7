/**
 * HELP: text for the person at the other end.
 *
 *     help = "HELP" [ SP String ] CRLF
 *
 * @rfc 5321 4.1.1.8
 */
import type { HelpCommand } from '../command.ts';
import type { AnyCommandSpec, CommandSpec } from '../extension.ts';
import { hasCommand } from '../registry.ts';
import { type Reply, reply } from '../reply.ts';
import type { ServerOptions } from '../server-options.ts';
import { STAYS } from './any-state.ts';
import { encodeText, parseText } from './text-argument.ts';

/** The commands that a server with these options has, or how the one that was asked about is written. */
function answer(specs: readonly AnyCommandSpec[], { argument }: HelpCommand, options: ServerOptions): Reply {
  const known = specs.filter(({ verb }) => hasCommand(verb, options));
  const word = argument.toUpperCase();
  const asked = known.find(({ verb }) => verb === word);
  return reply(214, '2.0.0', asked === undefined ? `Commands: ${known.map(({ verb }) => verb).join(' ')}` : `Syntax: ${asked.syntax}`);
}

/** HELP over a table of commands, itself among them: the table is asked for when a client asks. */
export const helpCommand = (specs: () => readonly AnyCommandSpec[]): CommandSpec<HelpCommand> => ({
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
  accepted: (command, { options }) => answer(specs(), command, options),
  explain: ({ argument }) => (argument === '' ? 'The client asks for help, for a person to read.' : `The client asks for help about ${argument}, for a person to read.`),
});
