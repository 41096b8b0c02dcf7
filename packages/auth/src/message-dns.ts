/**
 * The DNS as one message sees it: every question is asked once, a few at a time, and there is an end to them.
 *
 * SPF of two identities, iprev and the policy of the author often ask the same. All of them get the same answer, failures included, so the parts of
 * one report never contradict each other.
 */
import { budgeted } from '@mailwright/dns';
import type { Answer, BudgetedResolver, QueryOptions, RecordType, Resolver, Spent } from '@mailwright/dns';
import type { Clock } from '@mailwright/wire';

/** What one message may ask. */
export interface MessageDnsLimits {
  readonly queries: number;
  readonly queriesAtOnce: number;
  readonly ms: number;
}

const NOT_ASKED: Answer<never> = { status: 'temp', records: [], ttl: undefined, secure: false, source: 'closed', canonicalName: undefined, reason: 'closed' };

/** Nobody means anything by letter case or a dot at the end. Types have no blanks. */
const keyOf = (name: string, type: RecordType): string => `${type} ${name.toLowerCase().replace(/\.$/, '')}`;

/** The resolver of one message. */
export class MessageDns implements Resolver {
  readonly #answers: Map<string, Promise<Answer>> = new Map();
  readonly #atOnce: AtOnce;
  readonly #purse: BudgetedResolver;

  constructor(resolver: Resolver, { queries, queriesAtOnce, ms }: MessageDnsLimits, clock: Clock) {
    this.#atOnce = new AtOnce(resolver, queriesAtOnce);
    this.#purse = budgeted(this.#atOnce, { queries, ms, clock });
  }

  /** What was asked so far; a question that was asked before is not counted again. */
  get spent(): Spent {
    return this.#purse.spent;
  }

  /** The report is there: what comes now, or stands in line, is not asked any more. (A chain that failed early does not need its other keys.) */
  close(): void {
    this.#atOnce.isClosed = true;
  }

  query<T extends RecordType>(name: string, type: T, options?: QueryOptions): Promise<Answer<T>> {
    const key = keyOf(name, type);
    let answer = this.#answers.get(key);
    if (answer === undefined) {
      answer = this.#purse.query(name, type, options);
      this.#answers.set(key, answer);
    }
    return answer as Promise<Answer<T>>; // the key has the type in it
  }
}

/** So many questions are under way; the others stand in line. */
class AtOnce implements Resolver {
  readonly #resolver: Resolver;
  readonly #waiting: (() => void)[] = [];
  isClosed = false;
  #free: number;

  constructor(resolver: Resolver, most: number) {
    this.#resolver = resolver;
    this.#free = most;
  }

  async query<T extends RecordType>(name: string, type: T, options?: QueryOptions): Promise<Answer<T>> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      if (this.isClosed) return NOT_ASKED;
      return await this.#resolver.query(name, type, options);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
