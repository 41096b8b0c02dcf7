/**
 * A clock that stands still until the test moves it. Five days of retries pass in milliseconds, and nothing sleeps.
 */
import type { Clock, Timer } from '@mailwright/wire';

interface PendingTimer extends Timer {
  readonly due: number;
  readonly order: number;
  readonly callback: () => void;
}

const NEVER: Timer = { cancel: () => undefined };

/** A `Clock` for tests. Timers run only inside `advance` and `advanceAsync`, in the order in which they are due. */
export class FakeClock implements Clock {
  #now = 0;
  #order = 0;
  readonly #startedAt: number;
  readonly #timers = new Set<PendingTimer>();

  /** `startedAt`: the wall time at the start, in milliseconds since 1970. Default 2026-01-01T00:00:00Z. */
  constructor(startedAt: number = Date.UTC(2026, 0, 1)) {
    this.#startedAt = startedAt;
  }

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return this.#startedAt + this.#now;
  }

  /** As with the real clock, an infinite delay never goes off; it does not count as pending. */
  setTimer(callback: () => void, delayMs: number): Timer {
    if (delayMs === Infinity) return NEVER;
    const timer: PendingTimer = {
      due: this.#now + Math.max(0, delayMs),
      order: this.#order++,
      callback,
      cancel: () => void this.#timers.delete(timer),
    };
    this.#timers.add(timer);
    return timer;
  }

  /** How many timers are pending: a test asserts 0 at its end to show that nothing was left behind. */
  get pending(): number {
    return this.#timers.size;
  }

  /** When the next timer is due, in clock milliseconds, or `undefined` when none is pending. */
  get nextDue(): number | undefined {
    return this.#next()?.due;
  }

  /** Moves time forward by `ms` and runs what falls due, timers set meanwhile included. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (let timer = this.#next(); timer !== undefined && timer.due <= until; timer = this.#next()) this.#run(timer);
    this.#now = until;
  }

  /** As `advance`, and lets promises settle before it starts and after every timer. */
  async advanceAsync(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (let timer = this.#next(); timer !== undefined && timer.due <= until; timer = this.#next()) {
      this.#run(timer);
      await settle();
    }
    this.#now = until;
  }

  #next(): PendingTimer | undefined {
    let first: PendingTimer | undefined;
    for (const timer of this.#timers) {
      if (first === undefined || timer.due < first.due || (timer.due === first.due && timer.order < first.order)) first = timer;
    }
    return first;
  }

  #run(timer: PendingTimer): void {
    this.#timers.delete(timer);
    this.#now = Math.max(this.#now, timer.due);
    timer.callback();
  }
}

/** Resolves after all work that is ready now: promise chains and the transports' own turns of the event loop. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
