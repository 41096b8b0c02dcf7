/** No more than so many messages in any window of so many milliseconds: exact, with the times of the last ones in a ring. */
import type { RateLimitOptions } from './pool-options.ts';

export class RateLimit {
  readonly #perMs: number;
  readonly #messages: number;
  readonly #times: number[] = [];
  #oldest = 0;

  constructor({ messages, perMs }: RateLimitOptions) {
    this.#messages = messages;
    this.#perMs = perMs;
  }

  /** When the next message may go: now, or later. */
  nextAt(now: number): number {
    return this.#times.length < this.#messages ? now : Math.max(now, this.#times[this.#oldest]! + this.#perMs);
  }

  /** Counts a message that goes now. */
  take(now: number): void {
    if (this.#times.length < this.#messages) {
      this.#times.push(now);
      return;
    }
    this.#times[this.#oldest] = now;
    this.#oldest = (this.#oldest + 1) % this.#messages;
  }
}
