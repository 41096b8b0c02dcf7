/**
 * A command line read against its table. Whatever is wrong is a `UsageError` that says what was probably meant.
 *
 * Read next: `help.ts`.
 */
import { parseArgs } from 'node:util';
import { nearest } from './nearest.ts';
import type { CommandSpec, OptionTable } from './option-table.ts';
import { UsageError } from './usage-error.ts';

/** What was given. Asking for an option that the table does not have, or has as another kind, is a `TypeError`. */
export class Arguments {
  readonly operands: readonly string[];
  readonly #table: OptionTable;
  readonly #flags: ReadonlySet<string>;
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(table: OptionTable, operands: readonly string[], flags: ReadonlySet<string>, values: ReadonlyMap<string, readonly string[]>) {
    this.#table = table;
    this.operands = operands;
    this.#flags = flags;
    this.#values = values;
  }

  flag(name: string): boolean {
    this.#require(name, false);
    return this.#flags.has(name);
  }

  /** Whether it was given, be it a flag or an option with a value. */
  has(name: string): boolean {
    return this.#flags.has(name) || this.#values.has(name);
  }

  /** The value of an option that may be given once. */
  text(name: string): string | undefined {
    this.#require(name, true);
    return this.#values.get(name)?.at(-1);
  }

  /** The values of an option, in the order in which they were given. */
  list(name: string): readonly string[] {
    this.#require(name, true);
    return this.#values.get(name) ?? [];
  }

  /** A whole number within bounds. */
  number(name: string, least: number, most: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (!(number >= least && number <= most)) throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`);
    return number;
  }

  /** One of a few words. */
  choice<W extends string>(name: string, words: readonly W[]): W | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined) return word;
    const meant = nearest(text, words);
    throw new UsageError(`--${name} must be one of ${words.join(', ')}, not ${JSON.stringify(text)}`, meant === undefined ? undefined : `Did you mean --${name} ${meant}?`);
  }

  #require(name: string, withValue: boolean): void {
    const spec = Object.hasOwn(this.#table, name) ? this.#table[name] : undefined;
    if (spec === undefined || (spec.value !== undefined) !== withValue) throw new TypeError(`--${name} is no option of this kind`);
  }
}

/** Reads the arguments behind a command's name. */
export function parseArguments(spec: CommandSpec, args: readonly string[]): Arguments {
  const options = Object.fromEntries(Object.entries(spec.options).map(([name, { value, short }]) => {
    const type = value === undefined ? ('boolean' as const) : ('string' as const);
    return [name, { type, multiple: true, ...(short === undefined ? {} : { short }) }];
  }));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const operands: string[] = [];
  const flags = new Set<string>();
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const known = Object.hasOwn(spec.options, name) ? spec.options[name] : undefined;
    if (known === undefined) throw unknownOption(rawName, spec);
    if (known.value === undefined) {
      if (value !== undefined) throw new UsageError(`${rawName} takes no value`);
      flags.add(name);
      continue;
    }
    const given = checkValue(rawName, known.value, value, token.inlineValue === true);
    const before = values.get(name);
    if (before === undefined) values.set(name, [given]);
    else if (known.many === true) before.push(given);
    else throw new UsageError(`${rawName} is given twice`);
  }
  if (operands.length > spec.operands.most) throw tooManyOperands(spec, operands);
  return new Arguments(spec.options, operands, flags, values);
}

/** `--port --quiet`: the value was forgotten. `-` alone is a value (standard input). */
function checkValue(rawName: string, placeholder: string, value: string | undefined, inline: boolean): string {
  if (value === undefined) throw new UsageError(`${rawName} needs a value: ${rawName} ${placeholder}`);
  if (!inline && /^-./.test(value)) throw new UsageError(`${rawName} needs a value: ${rawName} ${placeholder}`, `If ${value} is the value, write ${rawName}=${value}`);
  return value;
}

function unknownOption(rawName: string, spec: CommandSpec): UsageError {
  const meant = nearest(rawName.replace(/^-+/, ''), Object.keys(spec.options));
  return new UsageError(`there is no option ${rawName}`, meant === undefined ? undefined : `Did you mean --${meant}?`);
}

function tooManyOperands({ operands: { most, name } }: CommandSpec, given: readonly string[]): UsageError {
  const extra = JSON.stringify(given[most]);
  return new UsageError(most === 0 ? `there is nothing to do with ${extra}: only options are taken` : `${extra} is one too many: only ${most === 1 ? 'one' : most} ${name} can be given`);
}
