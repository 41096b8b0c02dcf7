/**
 * What the commands without an argument have in common: DATA, RSET, QUIT, STARTTLS.
 *
 * @rfc 5321 4.1.1.4
 */
import { isBlankFrom } from '../command-text.ts';
import type { CommandParsed } from '../extension.ts';

/** The reading and writing of a command that is its verb and nothing else. */
export interface NoArgument<V extends string> {
  readonly verb: V;
  readonly syntax: V;
  parse(line: string, from: number): CommandParsed<{ readonly verb: V }>;
  encode(command: { readonly verb: V }): string;
}

const SYNTAX = { ok: false, error: 'syntax', parameter: undefined } as const;

/** An argument is refused: `QUIT now` is 501. Blanks at the end are not one. All commands of one verb share one value. */
export function noArgument<V extends string>(verb: V): NoArgument<V> {
  const parsed: CommandParsed<{ readonly verb: V }> = Object.freeze({ ok: true, value: Object.freeze({ verb }) });
  return {
    verb,
    syntax: verb,
    parse: (line, from) => (isBlankFrom(line, from) ? parsed : SYNTAX),
    encode: () => verb,
  };
}
