/** Options that are numbers. */

/** A number from 0; `Infinity` is no limit. */
export function duration(name: string, value: number): number {
  if (typeof value !== 'number' || !(value >= 0)) throw new RangeError(`${name} must be a number from 0, not ${String(value)}`);
  return value;
}

/** As `duration`, and above 0: nothing can be had in no time. */
export function patience(name: string, value: number): number {
  if (!(duration(name, value) > 0)) throw new RangeError(`${name} must be above 0`);
  return value;
}
