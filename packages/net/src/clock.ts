/**
 * The real clock: monotonic time from `performance.now`, timers of Node. A test hands in a fake one of the same shape.
 */
import type { Clock, Timer } from '@mailwright/wire';

/** Node turns a longer delay into 1 ms, so longer ones are slept in pieces. */
const MAX_DELAY_MS = 0x7fff_ffff;

class SystemTimer implements Timer {
  #handle: NodeJS.Timeout | undefined;
  #restMs: number;
  readonly #callback: () => void;

  constructor(callback: () => void, delayMs: number) {
    this.#callback = callback;
    this.#restMs = delayMs;
    this.#arm();
  }

  cancel(): void {
    clearTimeout(this.#handle);
    this.#handle = undefined;
  }

  #arm(): void {
    const pieceMs = Math.min(MAX_DELAY_MS, this.#restMs);
    this.#restMs -= pieceMs;
    this.#handle = setTimeout(wake, Math.ceil(pieceMs), this).unref();
  }

  /** For `wake` alone. */
  elapsed(): void {
    if (this.#restMs > 0) this.#arm();
    else this.#callback();
  }
}

function wake(timer: SystemTimer): void {
  timer.elapsed();
}

const NEVER: Timer = { cancel: () => undefined };

/** The operating system's time. An infinite delay never goes off; a pending timer does not keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  setTimer: (callback, delayMs) => {
    if (Number.isNaN(delayMs)) throw new RangeError('delayMs is not a number');
    return delayMs === Infinity ? NEVER : new SystemTimer(callback, Math.max(0, delayMs));
  },
};
