/** Which faults of a script are due: the counting, over the life of a server. */
import { assertNever, type Clock } from '@mailwright/wire';
import type { Fault, FaultSelection } from './fault.ts';

/** What of a fault says when it is due. */
export interface CountedFault {
  readonly point: string;
  readonly selection: FaultSelection;
  readonly counted: 'server' | 'connection';
  readonly connection: number | undefined;
  readonly matching: string | undefined;
}

/** What happens, and where. */
export interface Occurrence {
  /** Every name that the place has: the last chunk of a message is `BDAT`, `final-dot` and `any`. */
  readonly points: readonly string[];
  /** The number of the connection, from 1. */
  readonly connection: number;
  /** The command line, '' where there is none. */
  readonly line: string;
  /** The peer's address and the MAIL command of the transaction: what a greylister knows a sender by. */
  readonly sender: string;
}

interface Counter {
  count: number;
  /** The times of what was let through, for `beyond`. */
  readonly times: number[];
}

/** What is remembered of one fault. */
class FaultState<F extends CountedFault> {
  readonly fault: F;
  used = false;
  readonly #counters = new Map<number, Counter>();
  /** When a greylister saw somebody first. */
  readonly #seen = new Map<string, number>();

  constructor(fault: F) {
    this.fault = fault;
  }

  due(occurrence: Occurrence, now: number): boolean {
    const { point, connection, matching } = this.fault;
    if (!occurrence.points.includes(point)) return false;
    if (connection !== undefined && connection !== occurrence.connection) return false;
    if (matching !== undefined && !occurrence.line.toLowerCase().includes(matching.toLowerCase())) return false;
    const due = this.#selected(occurrence, now);
    this.used ||= due;
    return due;
  }

  #selected(occurrence: Occurrence, now: number): boolean {
    const { selection, counted } = this.fault;
    const counter = this.#counter(counted === 'connection' ? occurrence.connection : 0);
    const number = ++counter.count;
    switch (selection.type) {
      case 'every':
        return true;
      case 'nth':
        return number === selection.count;
      case 'first':
        return number <= selection.count;
      case 'from':
        return number >= selection.count;
      case 'beyond':
        return exceeds(counter.times, selection.count, now - selection.perMs, now);
      case 'greylisted': {
        const who = `${occurrence.sender} ${occurrence.line.toLowerCase()}`;
        const seen = this.#seen.get(who) ?? now;
        this.#seen.set(who, seen);
        return now - seen < selection.delayMs;
      }
      default:
        return assertNever(selection);
    }
  }

  #counter(key: number): Counter {
    let counter = this.#counters.get(key);
    if (counter === undefined) {
      counter = { count: 0, times: [] };
      this.#counters.set(key, counter);
    }
    return counter;
  }
}

/** Runs one script for one server. */
export class FaultRun<F extends CountedFault = Fault> {
  readonly #states: readonly FaultState<F>[];
  readonly #clock: Clock;

  constructor(faults: readonly F[], clock: Clock) {
    this.#states = faults.map((fault) => new FaultState(fault));
    this.#clock = clock;
  }

  /** Those that never happened. */
  get unused(): readonly F[] {
    return this.#states.filter(({ used }) => !used).map(({ fault }) => fault);
  }

  /** The faults that are due now, in the order of the script. To be asked once for each occurrence: it counts them. */
  due(occurrence: Occurrence): readonly F[] {
    const now = this.#clock.now();
    return this.#states.filter((state) => state.due(occurrence, now)).map(({ fault }) => fault);
  }
}

/** Whether one more at `now` would be too many since `from`; if not, it is counted. */
function exceeds(times: number[], count: number, from: number, now: number): boolean {
  while (times.length > 0 && times[0]! <= from) times.shift();
  if (times.length >= count) return true;
  times.push(now);
  return false;
}
