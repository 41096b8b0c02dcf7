/**
 * How long a destination is left alone after dials that failed: longer each time, and never quite the same, so that many clients
 * do not come back at once.
 */
import type { Random } from '@mailwright/wire';

/** Delays are drawn from this share of the full delay up to all of it. */
const LEAST_SHARE = 0.5;

export class BackOff {
  readonly #firstMs: number;
  readonly #lastMs: number;
  readonly #random: Random;
  #failures = 0;
  /** No dial before this moment of the clock. */
  until: number = -Infinity;

  constructor({ firstMs, lastMs }: { readonly firstMs: number; readonly lastMs: number }, random: Random) {
    this.#firstMs = firstMs;
    this.#lastMs = lastMs;
    this.#random = random;
  }

  /** The last dial failed: one probe at a time from now on. */
  get failing(): boolean {
    return this.#failures > 0;
  }

  failed(now: number): void {
    const fullMs = Math.min(this.#lastMs, this.#firstMs * 2 ** this.#failures++);
    const share = LEAST_SHARE + (1 - LEAST_SHARE) * (this.#random.octets(1)[0]! / 255);
    this.until = now + fullMs * share;
  }

  succeeded(): void {
    this.#failures = 0;
    this.until = -Infinity;
  }
}
