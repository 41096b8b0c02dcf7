/** What the options of clients and servers are held to, so that a mistake in them is told at once and by its name. */

/** The names of options, each once. A type `Record<keyof Options, true>` makes the compiler see that none is missing. */
export type OptionNames = Readonly<Record<string, true>>;

/**
 * Refuses an option that nobody knows. `elsewhere` has names that users of other libraries type first, and what is meant by them here.
 *
 * Errors: throws a `TypeError` that names the option.
 */
export function checkOptionNames(options: object, known: OptionNames, elsewhere: Readonly<Record<string, string>> = {}): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue;
    const hint = Object.hasOwn(elsewhere, name) ? `; what you mean is ${elsewhere[name]}` : '';
    throw new TypeError(`${name} is not an option${hint}`);
  }
}

/** A number from 0; `Infinity` is no limit. Errors: throws a `RangeError`. */
export function checkNumber(name: string, value: number): number {
  if (typeof value !== 'number' || !(value >= 0)) throw new RangeError(`${name} must be a number from 0, not ${String(value)}`);
  return value;
}

/** As `checkNumber`, and above 0: nothing can be had in no time. */
export function checkAboveZero(name: string, value: number): number {
  if (!(checkNumber(name, value) > 0)) throw new RangeError(`${name} must be above 0`);
  return value;
}

/** A text that can stand in a line. Errors: throws a `TypeError` for CR, LF and NUL. */
export function checkText(name: string, text: string | undefined): string | undefined {
  if (text !== undefined && (typeof text !== 'string' || /[\0\r\n]/.test(text))) throw new TypeError(`${name} must be a text without CR, LF and NUL`);
  return text;
}

/** The names of extensions in the case in which they are compared. */
export function namesInUpperCase(names: Iterable<string> | undefined): ReadonlySet<string> {
  return new Set([...(names ?? [])].map((name) => name.toUpperCase()));
}

/** What `options.url` says, read by `parse`, overruled by what else is given. */
export function overUrl<T extends { readonly url?: string | undefined }>(options: T, parse: (url: string) => Partial<T>): T {
  if (options.url === undefined) return options;
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { ...parse(options.url), ...given } as T;
}
