/**
 * VRFY and EXPN as one: a string, and behind it the keywords that extensions allow there.
 *
 * @rfc 5321 4.1.1.6
 * @rfc 5321 4.1.1.7
 */
import { contentEnd } from '../command-text.ts';
import type { CommandParsed, CommandSpec } from '../extension.ts';
import { type AnyParameters, encodeParameters, type ParameterTable, parseParameters } from '../parameters.ts';
import { reply } from '../reply.ts';
import { STAYS } from './any-state.ts';
import { encodeString, parseString } from './text-argument.ts';

const WILL_TRY = reply(252, '2.0.0', 'Not told here; send the message and see');

interface Query<V extends string, P> {
  readonly verb: V;
  readonly argument: string;
  readonly parameters: P;
}

/** All of such a command but what it asks. It is answered 252 unless the driver knows better. */
export function query<V extends string, P extends AnyParameters>(verb: V, table: ParameterTable<P>): Omit<CommandSpec<Query<V, P>>, 'source' | 'explain'> {
  return {
    verb,
    syntax: `${verb} string`,
    endsGroup: true,
    secret: false,
    beforeTls: false,
    moves: STAYS,
    effect: 'none',
    body: undefined,
    parse: (line, from) => parseQuery(verb, line, from, table),
    encode: (command) => encodeQuery(command, table),
    check: () => undefined,
    accepted: () => WILL_TRY,
  };
}

/** Reads the string and the keywords behind it. Only words that a registered extension knows are taken for keywords. */
function parseQuery<V extends string, P extends AnyParameters>(verb: V, line: string, from: number, table: ParameterTable<P>): CommandParsed<Query<V, P>> {
  const end = argumentEnd(line, from, table);
  const argument = parseString(line, from, end);
  if (argument === undefined) return { ok: false, error: 'syntax', parameter: undefined };
  const parameters = parseParameters(line, end, table);
  return parameters.ok ? { ok: true, value: { verb, argument, parameters: parameters.value } } : parameters;
}

/** Where the string ends: before the keywords at the end of the line that the table knows. */
function argumentEnd<P extends AnyParameters>(line: string, from: number, table: ParameterTable<P>): number {
  let end = contentEnd(line, from);
  for (;;) {
    const blank = line.lastIndexOf(' ', end - 1);
    if (blank <= from || !table.byKeyword.has(line.slice(blank + 1, end).toUpperCase())) return end;
    end = blank;
  }
}

/** The inverse of `parseQuery`: a string that ends like a keyword is quoted. Errors: a `TypeError` for what can't stand there. */
function encodeQuery<V extends string, P extends AnyParameters>(command: Query<V, P>, table: ParameterTable<P>): string {
  const { verb, argument, parameters } = command;
  if (parameters.unknown.length > 0) throw new TypeError(`${verb} takes no unknown keywords`);
  const lastWord = argument.slice(argument.lastIndexOf(' ') + 1).toUpperCase();
  return `${verb} ${encodeString(argument, !table.byKeyword.has(lastWord))}${encodeParameters(parameters, table)}`;
}
