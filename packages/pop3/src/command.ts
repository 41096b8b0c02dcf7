/**
 * Commands as values, and their lines.
 *
 *     command = keyword *(SP argument) CRLF
 *
 * Read next: `registry.ts`, where the union comes from.
 *
 * @rfc 1939 3
 */
import type { AnyCommandSpec } from './extension.ts';
import { type Command, specOfVerb } from './registry.ts';

/** What `parseCommand` gives. `unknown-command`: the verb is not known. `syntax`: it is, and the rest is not as `spec.syntax` says. */
export type CommandParsed =
  | { readonly ok: true; readonly value: Command; readonly spec: AnyCommandSpec }
  | { readonly ok: false; readonly error: 'unknown-command' | 'not-text' | 'syntax'; readonly spec: AnyCommandSpec | undefined };

// RFC 1939 3: keywords are three or four letters; RFC 2449 and later keep to that.
const VERB = /^[A-Za-z0-9]{1,16}(?= |$)/;
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;

/**
 * Reads a command line without its CRLF. Verbs count in any case. Never throws.
 * @rfc 1939 3
 */
export function parseCommand(line: string): CommandParsed {
  if (CONTROL.test(line)) return { ok: false, error: 'not-text', spec: undefined };
  const verb = VERB.exec(line)?.[0];
  const spec = verb === undefined ? undefined : specOfVerb(verb.toUpperCase());
  if (verb === undefined || spec === undefined) return { ok: false, error: 'unknown-command', spec: undefined };
  const value = spec.parse(line.length === verb.length ? undefined : line.slice(verb.length + 1));
  return value === undefined ? { ok: false, error: 'syntax', spec } : { ok: true, value: value as Command, spec };
}

/**
 * The line of a command, without its CRLF.
 * Errors: throws a `TypeError` or a `RangeError` for what can't stand on a line, CR, LF and NUL above all; the text of it never shows a secret.
 * @rfc 1939 3
 */
export function encodeCommand(command: Command): string {
  return command.verb + specFor(command).encode(command);
}

/** The spec of a command. Throws a `TypeError` for one that is not registered. */
export function specFor(command: Command): AnyCommandSpec {
  const spec = specOfVerb(command.verb);
  if (spec === undefined) throw new TypeError(`not a command: ${String((command as { readonly verb: unknown }).verb)}`);
  return spec;
}
