/**
 * Commands to lines: the only writer of command lines.
 *
 * @rfc 5321 4.1.1
 */
import type { Command } from './command.ts';
import { isLineText } from './command-text.ts';
import { specOfVerb } from './verbs.ts';

/**
 * Writes a command as a line without CRLF; `parseCommand` gives the same value back.
 *
 * Errors: throws a `TypeError` for an unknown verb and for values that can't stand on a line, CR, LF and NUL above all.
 * @rfc 5321 4.1.1
 */
export function encodeCommand(command: Command): string {
  const spec = specOfVerb(command.verb);
  if (spec === undefined) throw new TypeError(`not a command: ${JSON.stringify((command as { readonly verb: string }).verb)}`);
  const line = spec.encode(command);
  if (!isLineText(line)) throw new TypeError(`control characters can't stand in a command: ${JSON.stringify(line)}`);
  return line;
}
