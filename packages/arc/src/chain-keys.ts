/**
 * The keys of a chain: each name is asked for once, however many signatures want it, and no more than a few at a time.
 *
 * Read next: `check-signature.ts`.
 */
import { lookUpKey } from '@mailwright/dkim';
import type { KeyCache, KeyLookup } from '@mailwright/dkim';
import type { Resolver } from '@mailwright/dns';

/** Who is asked for keys. */
export interface ArcKeyOptions {
  readonly resolver: Resolver;
  /** The time in milliseconds since 1970. */
  readonly now: number;
  /** Keys that were looked up before. None where it is left out. */
  readonly keyCache?: KeyCache | undefined;
  /** Stops waiting for the DNS; `end()` rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** When to stop waiting for the DNS, in milliseconds of the resolver's clock. */
  readonly deadline?: number | undefined;
}

/** Questions that are under way at once. */
const MOST_AT_ONCE = 8;

/** Looks keys up. */
export class ChainKeys {
  readonly #options: ArcKeyOptions;
  readonly #lookups: Map<string, Promise<KeyLookup>> = new Map();
  readonly #slots: Promise<unknown>[] = [];
  #next = 0;

  constructor(options: ArcKeyOptions) {
    this.#options = options;
  }

  /** What there is at `name`. Rejects where `signal` aborts, and for nothing else. */
  lookUp(name: string): Promise<KeyLookup> {
    const known = this.#lookups.get(name);
    if (known !== undefined) return known;
    const slot = this.#next++ % MOST_AT_ONCE;
    const before = this.#slots[slot];
    const lookup = before === undefined ? this.#ask(name) : before.then(() => this.#ask(name));
    this.#slots[slot] = lookup.catch(() => undefined); // a rejection is told by whoever waits for this key, however late that is
    this.#lookups.set(name, lookup);
    return lookup;
  }

  #ask(name: string): Promise<KeyLookup> {
    const { resolver, keyCache: cache, now, signal, deadline } = this.#options;
    return lookUpKey(name, { resolver, cache, now, signal, deadline });
  }
}
