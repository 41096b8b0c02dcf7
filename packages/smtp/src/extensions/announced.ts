/** The capability of an extension that is there or not. */
import type { Capability } from '../extension.ts';

/** True where the keyword was announced; parameters behind it are not looked at. */
export function announced<K extends string>(name: K): Capability<K, boolean> {
  return { name, absent: false, read: () => true };
}
