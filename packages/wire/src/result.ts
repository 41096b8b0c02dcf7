/** The result of every parser of untrusted input. A parser never throws; what it can't read it names. */
export type Parsed<T, E extends string> =
  | { readonly ok: true; readonly value: T; readonly end: number }
  | { readonly ok: false; readonly error: E; readonly at: number };

/** Closes a `switch` over a union: a new member does not compile until it is answered. */
export function assertNever(value: never): never {
  throw new TypeError(`unhandled case: ${JSON.stringify(value)}`);
}
