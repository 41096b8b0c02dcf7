import type { Capability } from '../extension.ts';

/** A capability that is there or not. */
export function announced<K extends string>(name: K): Capability<K, boolean> {
  return { name, absent: false, read: () => true };
}
