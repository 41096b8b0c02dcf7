/**
 * The table of verbs: RFC 5321's own commands and what the extensions add, found by the letters at the start of a line.
 *
 * @rfc 5321 4.1.1
 */
import { hasWordAt } from './command-text.ts';
import { helpCommand } from './commands/help.ts';
import * as base from './commands/registered.ts';
import type { AnyCommandSpec } from './extension.ts';
import { extensionCommands } from './registry.ts';

/** Every command: first those of RFC 5321, then those of the extensions. */
export const commandSpecs: readonly AnyCommandSpec[] = [...Object.values(base), helpCommand(() => commandSpecs), ...extensionCommands];

const byVerb: ReadonlyMap<string, AnyCommandSpec> = new Map(commandSpecs.map((spec) => [spec.verb, spec]));

/** The spec of a verb in upper case. */
export function specOfVerb(verb: string): AnyCommandSpec | undefined {
  return byVerb.get(verb);
}

const byFirstLetters = new Map<number, AnyCommandSpec[]>();
for (const spec of commandSpecs) {
  const key = firstLetters(spec.verb);
  byFirstLetters.set(key, [...(byFirstLetters.get(key) ?? []), spec]);
}

/**
 * The first four characters as one number, case folded away. Two lines that differ elsewhere than in the case of letters may
 * share a number; the word is compared afterwards.
 */
function firstLetters(line: string): number {
  return ((line.charCodeAt(0) & 0xdf) << 24) | ((line.charCodeAt(1) & 0xdf) << 16) | ((line.charCodeAt(2) & 0xdf) << 8) | (line.charCodeAt(3) & 0xdf);
}

/** The spec of the verb that `line` begins with, in either case, followed by a blank or the end. */
export function findSpec(line: string): AnyCommandSpec | undefined {
  const specs = byFirstLetters.get(firstLetters(line));
  if (specs === undefined) return undefined;
  for (const spec of specs) {
    const end = spec.verb.length;
    if (hasWordAt(line, 0, spec.verb) && (line.length === end || line.charCodeAt(end) === 0x20)) return spec;
  }
  return undefined;
}
