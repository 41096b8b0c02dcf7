/**
 * Keys that were looked up, kept for a while. A key is imported once and not for every message, which is a third of the work of
 * checking a small message.
 *
 * Read next: `look-up-key.ts`.
 */
import type { KeyLookup } from './look-up-key.ts';

/** Where looked-up keys are kept. Anything with these two methods will do. */
export interface KeyCache {
  /** What is kept for `name` (`selector._domainkey.domain`, lower case), `undefined` where nothing is, or nothing any more. */
  get(name: string, now: number): KeyLookup | undefined;
  /** Keeps a lookup. Called for keys and for answers that say for sure that there is none; never for `temperror`. */
  set(name: string, lookup: KeyLookup, now: number): void;
}

/** How much is kept, and for how long. */
export interface KeyCacheOptions {
  /** Names at most. Default 1,000. */
  readonly entries?: number | undefined;
  /** Seconds at most, whatever the DNS allows. Default 3,600. */
  readonly mostSeconds?: number | undefined;
  /** Seconds at most for names that have no key: it may be published any moment. Default 300. */
  readonly mostNegativeSeconds?: number | undefined;
  /** Seconds where the DNS does not tell. Default 300. */
  readonly defaultSeconds?: number | undefined;
}

interface Entry {
  readonly lookup: KeyLookup;
  readonly until: number;
}

/** Keeps keys in memory; what was not used for the longest time goes first. Throws RangeError for a bound that is no positive number. */
export class MemoryKeyCache implements KeyCache {
  readonly #entries: Map<string, Entry> = new Map();
  readonly #limit: number;
  readonly #mostSeconds: number;
  readonly #mostNegativeSeconds: number;
  readonly #defaultSeconds: number;

  constructor({ entries = 1000, mostSeconds = 3600, mostNegativeSeconds = 300, defaultSeconds = 300 }: KeyCacheOptions = {}) {
    for (const [name, value] of Object.entries({ entries, mostSeconds, mostNegativeSeconds, defaultSeconds })) {
      if (!(value > 0)) throw new RangeError(`${name} must be a positive number`);
    }
    this.#limit = entries;
    this.#mostSeconds = mostSeconds;
    this.#mostNegativeSeconds = mostNegativeSeconds;
    this.#defaultSeconds = defaultSeconds;
  }

  get(name: string, now: number): KeyLookup | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    this.#entries.delete(name);
    if (entry.until <= now) return undefined;
    this.#entries.set(name, entry); // a Map keeps the order of insertion: the first is the oldest
    return entry.lookup;
  }

  set(name: string, lookup: KeyLookup, now: number): void {
    const seconds = Math.min(lookup.ttl ?? this.#defaultSeconds, this.#mostSeconds, lookup.reason === 'no-key' ? this.#mostNegativeSeconds : Infinity);
    this.#entries.delete(name);
    this.#entries.set(name, { lookup, until: now + seconds * 1000 });
    if (this.#entries.size <= this.#limit) return;
    const [oldest] = this.#entries.keys();
    this.#entries.delete(oldest!);
  }
}
