/**
 * A resolver with a purse: what one message, one tenant, one evaluation may ask of the DNS, and what it has asked. Put it in front of the cache
 * and pass it down; make a new one for each.
 */
import type { Clock } from '@mailwright/wire';
import type { RecordType } from './records.ts';
import { emptyAnswer, type Answer, type QueryOptions, type Resolver } from './resolver.ts';
import { systemClock } from './system.ts';

export interface Budget {
  /** Questions. Default no end. */
  readonly queries?: number | undefined;
  /** Answers that there is nothing. Default no end. */
  readonly voids?: number | undefined;
  /** Milliseconds from the first question on, waiting and all. Default no end. */
  readonly ms?: number | undefined;
  /** Default the machine's. The resolver behind should have the same. */
  readonly clock?: Clock | undefined;
}

export interface Spent {
  /** Questions asked, those that the cache behind answered included. */
  readonly queries: number;
  /** Answers `nodata` and `nxdomain`. */
  readonly voids: number;
  /** Answers `temp` and `bogus`. */
  readonly failures: number;
  /** Between question and answer; what was waited for at the same time counts for each. */
  readonly ms: number;
  /** Questions that were refused because the budget was spent. */
  readonly refused: number;
}

export interface BudgetedResolver extends Resolver {
  /** A copy. */
  readonly spent: Spent;
}

/**
 * Counts what is asked of `resolver`, and answers `temp` with the reason `budget` when a limit is spent. Throws RangeError for a limit
 * that is none.
 */
export function budgeted(resolver: Resolver, budget: Budget = {}): BudgetedResolver {
  return new Purse(resolver, budget);
}

class Purse implements BudgetedResolver {
  readonly #resolver: Resolver;
  readonly #clock: Clock;
  readonly #limits: { readonly queries: number; readonly voids: number; readonly ms: number };
  readonly #spent = { queries: 0, voids: 0, failures: 0, ms: 0, refused: 0 };
  #end: number | undefined;

  constructor(resolver: Resolver, { queries = Infinity, voids = Infinity, ms = Infinity, clock = systemClock }: Budget) {
    this.#limits = { queries, voids, ms };
    for (const [name, value] of Object.entries(this.#limits)) if (!(value >= 0)) throw new RangeError(`${name} must be 0 or more: ${value}`);
    this.#resolver = resolver;
    this.#clock = clock;
  }

  get spent(): Spent {
    return { ...this.#spent };
  }

  async query<T extends RecordType>(name: string, type: T, options: QueryOptions = {}): Promise<Answer<T>> {
    options.signal?.throwIfAborted();
    const from = this.#clock.now();
    this.#end ??= from + this.#limits.ms;
    if (this.#spent.queries >= this.#limits.queries || this.#spent.voids > this.#limits.voids || from >= this.#end) {
      this.#spent.refused++;
      return emptyAnswer('temp', 'budget', { reason: 'budget' });
    }
    this.#spent.queries++;
    const deadline = Math.min(this.#end, options.deadline ?? Infinity);
    try {
      const answer = await this.#resolver.query(name, type, { signal: options.signal, deadline: deadline === Infinity ? undefined : deadline });
      if (answer.status === 'nodata' || answer.status === 'nxdomain') this.#spent.voids++;
      else if (answer.status !== 'ok') this.#spent.failures++;
      return answer;
    } finally {
      this.#spent.ms += this.#clock.now() - from;
    }
  }
}
