/**
 * Command lines to values. The line is a string, decoded from UTF-8, without its CRLF.
 *
 *     command = verb [ SP argument ] CRLF        ; verbs without regard to case
 *
 * Read next: `commands/mail.ts` and its neighbours, which read the arguments.
 *
 * @rfc 5321 2.4
 * @rfc 5321 4.1.1
 */
import type { Command } from './command.ts';
import { contentEnd } from './command-text.ts';
import type { AnyCommandSpec, CommandError } from './extension.ts';
import { findSpec } from './verbs.ts';

/** A command line that could not be read. */
export interface CommandRefused {
  readonly ok: false;
  readonly error: CommandError;
  /** The verb in upper case, as it came; `''` where the line has none. */
  readonly verb: string;
  /** The command that the verb names, `undefined` for an unknown one. */
  readonly spec: AnyCommandSpec | undefined;
  /** The parameter at fault in upper case, where it is one parameter. */
  readonly parameter: string | undefined;
}

/** What a command line says. */
export type CommandLine = { readonly ok: true; readonly value: Command; readonly spec: AnyCommandSpec } | CommandRefused;

/** A verb that is not known is shown up to here. */
const MAX_SHOWN_VERB_CHARACTERS = 32;

/**
 * Reads a command line.
 *
 * Errors: those of `CommandError`; never throws.
 * Measured on Node 20.20.2: `DATA` 27 ns, `BDAT 1024 LAST` 46, `RCPT TO:<a@b>` 89, `MAIL FROM:<a@b> SIZE=1234` 274.
 * @rfc 5321 4.1.1
 */
export function parseCommand(line: string): CommandLine {
  const spec = findSpec(line);
  if (spec === undefined) return { ok: false, error: 'unknown-command', verb: shownVerb(line), spec: undefined, parameter: undefined };
  const end = spec.verb.length;
  const parsed = spec.parse(line, line.length > end ? end + 1 : end);
  if (parsed.ok) return { ok: true, value: parsed.value as Command, spec };
  return { ok: false, error: parsed.error, verb: spec.verb, spec, parameter: parsed.parameter };
}

/** The first word of a line in upper case, without anything that could not be shown. */
function shownVerb(line: string): string {
  const blank = line.indexOf(' ');
  const end = Math.min(blank < 0 ? contentEnd(line, 0) : blank, MAX_SHOWN_VERB_CHARACTERS);
  return line.slice(0, end).replace(/[^!-~]/g, '?').toUpperCase();
}
