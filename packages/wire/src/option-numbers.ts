/** Numbers in options: a group of limits or timeouts, each with its default. Nothing is coerced; 0 means zero. */

/**
 * `defaults` with what `input` gives. `Infinity` is "no limit"; everything else is a number from 0.
 *
 * Errors: a `RangeError` names what is no option, or no such number: `limits.lineOctets must be a number from 0, not NaN`.
 */
export function fillNumbers<T extends { readonly [K in keyof T]: number }>(
  defaults: T, input: { readonly [K in keyof T]?: number | undefined } | undefined, group: string,
): T {
  const filled: Record<string, number> = { ...defaults };
  for (const [key, value] of Object.entries(input ?? {}) as [string, unknown][]) {
    if (value === undefined) continue;
    if (!Object.hasOwn(defaults, key)) throw new RangeError(`${group}.${key} is not an option`);
    if (typeof value !== 'number' || !(value >= 0)) throw new RangeError(`${group}.${key} must be a number from 0, not ${String(value)}`);
    filled[key] = value;
  }
  return filled as unknown as T;
}
