/**
 * What makes two destinations one: everything that decides which server is reached, how its identity is checked, and who we are
 * there. Mail of one identity must never go over a connection of another, so the key is made of all of it and is a type of
 * its own, not a text that a caller puts together.
 */
import { createHash } from 'node:crypto';
import type { ResolvedOptions } from './options.ts';
import { resolveOptions, type SmtpConnectOptions } from './options.ts';

declare const key: unique symbol;

/** The same for two sets of options exactly when their connections may be shared. Holds no secret in clear. */
export type DestinationKey = string & { readonly [key]: true };

/** Throws a `TypeError` or a `RangeError` for bad options. */
export function destinationKey(options: SmtpConnectOptions): DestinationKey {
  return keyOf(resolveOptions(options));
}

/** The key of options that are resolved. */
export function keyOf(options: ResolvedOptions): DestinationKey {
  const { clock, random, signal, sessionCache, trace, dial, lookup, auth, material, machine, ...plain } = options;
  const objects = [clock, random, signal, sessionCache, trace, dial, lookup].map(numberOf);
  const credentials = typeof auth === 'function' ? numberOf(auth) : auth;
  const values = JSON.stringify([plain, machine, material, credentials, objects], replaceValue);
  return createHash('sha256').update(values).digest('base64url') as DestinationKey;
}

/** JSON has no sets, octets and infinities. */
function replaceValue(_name: string, value: unknown): unknown {
  if (value instanceof Set) return { set: [...value].sort() };
  if (value instanceof Uint8Array) return { octets: Buffer.from(value).toString('base64') };
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const numbers = new WeakMap<object, number>();
let count = 0;

/** A number for each function and object that is itself part of the key. */
function numberOf(value: object | undefined): number {
  if (value === undefined) return -1;
  let number = numbers.get(value);
  if (number === undefined) {
    number = count++;
    numbers.set(value, number);
  }
  return number;
}
