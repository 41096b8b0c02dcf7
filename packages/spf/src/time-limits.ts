/**
 * The time limits of checks on one timer: nearly every check is over long before its time, so a limit costs a place in a list and no timer of its
 * own. Checks with the same limit run out in the order in which they began; the timer is looked at when the first of them may be due, and not
 * before.
 *
 * A timer of Node's takes 0.25 microseconds to set and cancel, which is a fifth of a check whose answers are in memory.
 */
import type { Clock, Timer } from '@mailwright/wire';

const MAX_TIMER_MS = 2 ** 31 - 1; // Node takes more for one millisecond
/** How long one look at the machine's clock is good for. A look takes 0.1 microseconds, of 1.2 that a check takes; a limit has seconds. */
const LOOK_MS = 50;

/** The last look, while it is good. */
let lastLook: number | undefined;

function forgetLook(): void {
  lastLook = undefined;
}

function look(): number {
  if (lastLook !== undefined) return lastLook;
  setTimeout(forgetLook, LOOK_MS).unref();
  return (lastLook = performance.now());
}

/** The machine's clock, behind by 50 milliseconds at the most while the event loop turns. Its timers don't keep the process alive. */
export const systemClock: Clock = {
  now: look,
  wallTime: () => Date.now(),
  setTimer: (callback, delayMs) => {
    const timer = setTimeout(callback, Math.min(delayMs, MAX_TIMER_MS)).unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Who has a limit. The two neighbours are the list's own. */
export interface Limited {
  /** In the clock's milliseconds. */
  readonly deadline: number;
  before: Limited | undefined;
  after: Limited | undefined;
  timeOut(): void;
}

/** Those with one limit, the first due first. */
export class TimeLimits {
  readonly #clock: Clock;
  readonly #ms: number;
  /** Whether the timer goes with the last member, or may stand until the next one comes. */
  readonly #isShared: boolean;
  #first: Limited | undefined;
  #last: Limited | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, ms: number, isShared: boolean) {
    this.#clock = clock;
    this.#ms = ms;
    this.#isShared = isShared;
  }

  /** The member's deadline must not be before that of the one added last. */
  add(member: Limited): void {
    member.before = this.#last;
    if (this.#last === undefined) this.#first = member;
    else this.#last.after = member;
    this.#last = member;
    this.#timer ??= this.#clock.setTimer(this.#wake, this.#ms);
  }

  remove(member: Limited): void {
    const { before, after } = member;
    if (before !== undefined) before.after = after;
    else if (this.#first === member) this.#first = after;
    if (after !== undefined) after.before = before;
    else if (this.#last === member) this.#last = before;
    member.before = member.after = undefined;
    if (this.#first === undefined && !this.#isShared) this.#disarm();
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  readonly #wake = (): void => {
    this.#timer = undefined;
    for (let first = this.#first; first !== undefined; first = this.#first) {
      const leftMs = first.deadline - this.#clock.now();
      if (leftMs > 0) {
        this.#timer = this.#clock.setTimer(this.#wake, Math.ceil(leftMs));
        return;
      }
      this.remove(first);
      first.timeOut();
    }
  };
}

/** By milliseconds, for the machine's clock. A program has one or two. */
const shared = new Map<number, TimeLimits>();
const MAX_SHARED = 64;
/** Those that were asked for last. */
let lastMs = -1;
let last: TimeLimits | undefined;

/** Where a check of so many milliseconds has its place. Whoever brings a clock finds no timer on it when the check is over. */
export function timeLimitsOf(clock: Clock | undefined, ms: number): TimeLimits {
  if (clock !== undefined && clock !== systemClock) return new TimeLimits(clock, ms, false);
  if (ms === lastMs) return last!;
  const found = shared.get(ms);
  if (found !== undefined) {
    lastMs = ms;
    return (last = found);
  }
  const limits = new TimeLimits(systemClock, ms, shared.size < MAX_SHARED);
  if (shared.size < MAX_SHARED) shared.set(ms, limits);
  return limits;
}
