/**
 * Whether the connection is read, and what time it is for the machine: it stands still while nothing is read, so that nobody is late because a reader
 * here is slow.
 */
import type { Clock } from '@mailwright/wire';

export class ReadingFlow {
  readonly #clock: Clock;
  #paused = false;
  /** Since when reading is stopped, and how long it was in all. */
  #pausedAt = 0;
  #pausedMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** The machine's time. */
  get now(): number {
    return (this.#paused ? this.#pausedAt : this.#clock.now()) - this.#pausedMs;
  }

  /** A moment of the machine's time on the clock; `undefined` while it stands still. */
  onClock(deadline: number | undefined): number | undefined {
    return deadline === undefined || this.#paused ? undefined : deadline + this.#pausedMs;
  }

  /** Stops reading or goes on; says whether that changed anything. */
  set(paused: boolean): boolean {
    if (paused === this.#paused) return false;
    this.#paused = paused;
    if (paused) this.#pausedAt = this.#clock.now();
    else this.#pausedMs += this.#clock.now() - this.#pausedAt;
    return true;
  }
}
