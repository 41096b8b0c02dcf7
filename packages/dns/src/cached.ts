/**
 * A cache in front of another resolver: answers live as long as their TTL says, "there is none" as long as the SOA says, failures
 * for seconds. The same question asked twice at once goes out once.
 *
 * Left out: serving answers whose time is over (RFC 8767), asking again before it is over, NSEC (RFC 8198).
 * Read next: `cache-store.ts`.
 */
import type { Clock } from '@mailwright/wire';
import { CacheStore } from './cache-store.ts';
import { nameKey, parseName, textKey } from './names.ts';
import type { RecordType } from './records.ts';
import { emptyAnswer, type Answer, type QueryOptions, type Resolver } from './resolver.ts';
import { systemClock } from './system.ts';
import { waitFor } from './wait.ts';

/** All TTLs in seconds. */
export interface CacheOptions {
  /** Default the machine's. The resolver behind should have the same. */
  readonly clock?: Clock | undefined;
  /** No answer is kept longer. Default 86,400 (a day). */
  readonly maxTtl?: number | undefined;
  /** No answer with a TTL is kept shorter. Default 0: what says 0 is not kept at all (RFC 1035 section 3.2.1). */
  readonly minTtl?: number | undefined;
  /** `nodata` and `nxdomain` are kept no longer. Default 300; RFC 2308 section 5 wants at most three hours. */
  readonly maxNegativeTtl?: number | undefined;
  /** For answers that came without a TTL. Default 60. */
  readonly unknownTtl?: number | undefined;
  /** For `temp` and `bogus`. Default 2, at most 30, 0 for never. Long enough that a burst of mail does not ask a dead server again and again. */
  readonly failureTtl?: number | undefined;
  /** A name that does not exist answers for the names below it. False for zones whose servers deny empty non-terminals. Default true. */
  readonly nxdomainCut?: boolean | undefined;
  readonly limits?: {
    /** Default 10,000. */
    readonly entries?: number | undefined;
    /** Of memory, roughly. Default 16 MiB. */
    readonly octets?: number | undefined;
  } | undefined;
}

export interface CacheCounts {
  /** Answered from memory. */
  readonly hits: number;
  /** Asked of the resolver behind. */
  readonly misses: number;
  /** Waited for a question that was already on its way. */
  readonly joined: number;
  /** Answers thrown out for want of room. */
  readonly evictions: number;
  /** Answers in memory now, those whose time is over included until they are asked for or thrown out. */
  readonly entries: number;
  /** What they take, roughly. */
  readonly octets: number;
}

export interface CachedResolver extends Resolver {
  /** The counts so far; a copy. */
  readonly counts: CacheCounts;
  /** Forgets every answer. Questions on their way are answered, and not remembered. */
  clear(): void;
}

const MAX_FAILURE_TTL = 30;

/**
 * Puts a cache in front of `resolver`. Throws RangeError for a TTL or limit that is none.
 * @rfc 1034 5.3.3
 * @rfc 2308 5
 * @rfc 8020 2
 * @rfc 9520 3.2
 */
export function cached(resolver: Resolver, options: CacheOptions = {}): CachedResolver {
  return new Cache(resolver, resolveOptions(options));
}

interface ResolvedOptions {
  readonly clock: Clock;
  readonly maxTtl: number;
  readonly minTtl: number;
  readonly maxNegativeTtl: number;
  readonly unknownTtl: number;
  readonly failureTtl: number;
  readonly nxdomainCut: boolean;
  readonly entries: number;
  readonly octets: number;
}

function resolveOptions(options: CacheOptions): ResolvedOptions {
  const resolved = {
    clock: options.clock ?? systemClock,
    maxTtl: options.maxTtl ?? 86_400,
    minTtl: options.minTtl ?? 0,
    maxNegativeTtl: options.maxNegativeTtl ?? 300,
    unknownTtl: options.unknownTtl ?? 60,
    failureTtl: options.failureTtl ?? 2,
    nxdomainCut: options.nxdomainCut ?? true,
    entries: options.limits?.entries ?? 10_000,
    octets: options.limits?.octets ?? 16 * 1024 * 1024,
  };
  for (const [name, value] of Object.entries(resolved)) {
    if (typeof value === 'number' && !(value >= 0)) throw new RangeError(`${name} must be 0 or more: ${value}`);
  }
  if (resolved.failureTtl > MAX_FAILURE_TTL) throw new RangeError(`failureTtl must be ${MAX_FAILURE_TTL} or less: ${resolved.failureTtl}`);
  return resolved;
}

/** One question on its way, and how many wait for it. */
interface Flight {
  readonly answer: Promise<Answer>;
  readonly abort: AbortController;
  waiting: number;
}

class Cache implements CachedResolver {
  readonly #resolver: Resolver;
  readonly #options: ResolvedOptions;
  readonly #store: CacheStore;
  readonly #flights = new Map<string, Flight>();
  #hits = 0;
  #misses = 0;
  #joined = 0;

  constructor(resolver: Resolver, options: ResolvedOptions) {
    this.#resolver = resolver;
    this.#options = options;
    this.#store = new CacheStore(options, options.nxdomainCut);
  }

  get counts(): CacheCounts {
    const { evictions, entries, octets } = this.#store;
    return { hits: this.#hits, misses: this.#misses, joined: this.#joined, evictions, entries, octets };
  }

  clear(): void {
    this.#store.clear();
    this.#flights.clear();
  }

  async query<T extends RecordType>(name: string, type: T, options: QueryOptions = {}): Promise<Answer<T>> {
    options.signal?.throwIfAborted();
    const nameText = textKey(name);
    if (nameText === undefined) return this.#resolver.query(name, type, options);
    const now = this.#options.clock.now();
    // Answers are kept under their type, so the records are of type T.
    const exact = this.#store.findExact(nameText, type, now);
    if (exact !== undefined) {
      this.#hits++;
      return exact as Answer<T>;
    }
    return (await this.#ask(parseName(name)!, name, type, { ...options, now })) as Answer<T>;
  }

  /** What is not kept for the name and type themselves: a name above it may be known not to exist. */
  async #ask(labels: readonly string[], name: string, type: RecordType, options: QueryOptions & { readonly now: number }): Promise<Answer> {
    const known = this.#store.find(labels, type, options.now);
    if (known !== undefined) {
      this.#hits++;
      return known;
    }
    const key = `${nameKey(labels)} ${type}`;
    const flight = this.#flights.get(key);
    if (flight === undefined) this.#misses++;
    else this.#joined++;
    return this.#join(key, flight ?? this.#start(key, labels, name, type), options);
  }

  #start(key: string, labels: readonly string[], name: string, type: RecordType): Flight {
    const abort = new AbortController();
    // No deadline goes along: it belongs to whoever asked first, and others may want to wait longer.
    const answer = this.#resolver.query(name, type, { signal: abort.signal });
    const flight: Flight = { answer, abort, waiting: 0 };
    this.#flights.set(key, flight);
    const land = (kept: Answer | undefined): void => {
      if (this.#flights.get(key) !== flight) return;
      this.#flights.delete(key);
      if (kept !== undefined) this.#store.keep(labels, type, kept, 1000 * this.#life(kept), this.#options.clock.now());
    };
    answer.then(land, () => land(undefined));
    return flight;
  }

  async #join(key: string, flight: Flight, { deadline, signal }: QueryOptions): Promise<Answer> {
    flight.waiting++;
    try {
      const answer = await waitFor(flight.answer, { clock: this.#options.clock, deadline, signal });
      return answer ?? emptyAnswer('temp', 'cache', { reason: 'deadline' });
    } finally {
      flight.waiting--;
      if (flight.waiting === 0 && this.#flights.get(key) === flight) {
        this.#flights.delete(key);
        flight.abort.abort();
      }
    }
  }

  /**
   * Seconds to keep `answer`.
   * @rfc 2181 8
   */
  #life(answer: Answer): number {
    const { minTtl, maxTtl, maxNegativeTtl, unknownTtl, failureTtl } = this.#options;
    if (answer.status === 'temp' || answer.status === 'bogus') return failureTtl;
    const most = answer.status === 'ok' ? maxTtl : Math.min(maxTtl, maxNegativeTtl);
    if (answer.ttl === undefined) return Math.min(unknownTtl, most);
    // The top bit has no meaning in a TTL: such a value counts as zero.
    const ttl = answer.ttl >= 0 && answer.ttl < 0x8000_0000 ? answer.ttl : 0;
    return Math.min(Math.max(ttl, minTtl), most);
  }
}
