/**
 * Chance that can be repeated: the same seed gives the same octets and the same generated values on every machine.
 */
import type { Random } from '@mailwright/wire';

/** A seeded `Random` (xoshiro128**, not for secrets) with the draws that generators of test values need. */
export class SeededRandom implements Random {
  readonly #state: Uint32Array;

  /** `seed`: any integer; it is spread over the state with splitmix32. */
  constructor(seed: number) {
    this.#state = new Uint32Array(4);
    let mixed = seed >>> 0;
    for (let index = 0; index < 4; index++) {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      let word = mixed;
      word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
      word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
      this.#state[index] = (word ^ (word >>> 15)) >>> 0;
    }
  }

  /** A 32-bit unsigned integer. */
  word(): number {
    const s = this.#state;
    const product = Math.imul(s[1]!, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result;
  }

  octets(count: number): Uint8Array {
    const octets = new Uint8Array(count);
    for (let index = 0; index < count; index++) octets[index] = this.word() & 0xff;
    return octets;
  }

  /** An integer from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return least + (this.word() % (most - least + 1));
  }

  /** True with probability `share` (0 to 1). */
  chance(share: number): boolean {
    return this.word() < share * 0x1_0000_0000;
  }

  /** One of `items`. */
  pick<T>(items: readonly T[]): T {
    return items[this.integer(0, items.length - 1)]!;
  }

  /** `count` characters, each one of `alphabet`. */
  text(alphabet: string, count: number): string {
    let text = '';
    for (let index = 0; index < count; index++) text += alphabet[this.integer(0, alphabet.length - 1)];
    return text;
  }

  /** `octets` cut at random places into one or more views. */
  split(octets: Uint8Array): Uint8Array[] {
    const parts: Uint8Array[] = [];
    for (let from = 0; from < octets.length; ) {
      const to = Math.min(octets.length, from + this.integer(1, Math.max(1, Math.ceil(octets.length / 3))));
      parts.push(octets.subarray(from, to));
      from = to;
    }
    return parts;
  }
}
