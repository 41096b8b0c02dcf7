/** Numbers in options: a group of limits or timeouts, each with its default. Nothing is coerced; 0 means zero. */

/**
 * `defaults` with what `input` gives. `Infinity` is "no limit"; everything else is a number from 0.
 * Errors: a `RangeError` names what is no option, or no such number.
 */
export function fillNumbers<T extends object>(defaults: T, input: { readonly [K in keyof T]?: number | undefined } | undefined, group: string): T {
  if (input === undefined) return defaults;
  const filled = { ...defaults } as T & Record<string, unknown>;
  for (const [key, value] of Object.entries(input)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(defaults, key)) throw new RangeError(`${group}.${key} is not an option`);
    if (typeof value !== 'number' || !(value >= 0)) throw new RangeError(`${group}.${key} must be a number from 0, not ${String(value)}`);
    (filled as Record<string, unknown>)[key] = value;
  }
  return filled;
}
