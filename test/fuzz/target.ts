/**
 * What a fuzzed area brings: messages to begin with, and what must hold of every input. `run.ts` finds areas by name.
 *
 * Read next: `mutate.ts`, then `mime.ts`.
 */
import type { SeededRandom } from '@mailwright/testing';

export interface FuzzTarget {
  readonly name: string;
  /** Inputs to mutate, in an order that does not change. */
  seeds(): readonly Uint8Array[];
  /** Words of the grammar that are worth inserting. */
  readonly dictionary: readonly string[];
  /** What does not hold of `input`, in words; `undefined` when all does. What it throws is a finding too. `random` decides about cuts and edits. */
  check(input: Uint8Array, random: SeededRandom): string | undefined | Promise<string | undefined>;
}
