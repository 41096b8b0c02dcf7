/** How a lost connection is made again: each try waits longer than the one before, by chance a little more or less. */
import { checkAboveZero, checkNumber } from '@mailwright/driver';

export interface ReconnectOptions {
  /** How many tries in a row may fail before the client gives up. Default Infinity. */
  readonly attempts?: number | undefined;
  /** The wait before the second try; the first comes at once. Doubled with each. Default 1000. */
  readonly firstDelayMs?: number | undefined;
  /** The longest wait. Default 60000. */
  readonly maxDelayMs?: number | undefined;
}

export interface ResolvedReconnect {
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/** Fills in the defaults; `undefined` where connections are not made again. Throws a `RangeError` for a number out of bounds. */
export function resolveReconnect(input: boolean | ReconnectOptions | undefined): ResolvedReconnect | undefined {
  if (input === undefined || input === false) return undefined;
  const given = input === true ? {} : input;
  return {
    attempts: checkAboveZero('reconnect.attempts', given.attempts ?? Infinity),
    firstDelayMs: checkNumber('reconnect.firstDelayMs', given.firstDelayMs ?? 1000),
    maxDelayMs: checkNumber('reconnect.maxDelayMs', given.maxDelayMs ?? 60_000),
  };
}

/** The wait before a try, counted from 0; `chance` from 0 to 1 makes it up to a half shorter, so that many clients do not come at once. */
export function reconnectDelayMs({ firstDelayMs, maxDelayMs }: ResolvedReconnect, attempt: number, chance: number): number {
  if (attempt === 0) return 0;
  return Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1)) * (1 - chance / 2);
}
