/**
 * What stands at `_dmarc.` of one domain, and whether a domain exists: answers of the DNS read into facts, and the memory that keeps them.
 *
 * One memory serves all walks of a message, so that no name is asked for twice; a `DmarcCache` may stand behind it and serve all messages.
 *
 * Read next: `tree-walk.ts`.
 */
import type { Answer, QueryOptions, Resolver } from '@mailwright/dns';
import { txtOctets } from '@mailwright/dns';
import { latin1 } from '@mailwright/wire';
import { isDmarcRecord, parseDmarcRecord, readSuffixFlag } from './parse-record.ts';
import type { DmarcRecord } from './record.ts';
import type { TreeWalk } from './tree-walk.ts';

/**
 * `record`: one record, which can be used. `unusable`: one record, without policy and without anybody to tell. `none`: no record; `several`: as none, since
 * nobody knows which one counts. `temp`: the DNS did not say.
 */
export type LookupOutcome = 'record' | 'unusable' | 'none' | 'several' | 'temp';

/** What stands at `_dmarc.` of one domain. @rfc 9989 4.10 */
export interface RecordLookup {
  readonly domain: string;
  readonly outcome: LookupOutcome;
  /** Where `outcome` is `record`. */
  readonly record: DmarcRecord | undefined;
  /** Of the one record, be it usable or not; `u` where there is none. */
  readonly psd: DmarcRecord['psd'];
  /** The texts that begin as records do. Text of strangers. */
  readonly texts: readonly string[];
  /** DNSSEC vouches for the answer. */
  readonly secure: boolean;
  /** Why it is `temp`: the resolver's word. */
  readonly reason: string | undefined;
}

/** Whether a name exists: NXDOMAIN says that it does not, nor anything below it. @rfc 8020 2 @rfc 9989 3.2.13 */
export type Existence = 'exists' | 'nonexistent' | 'temp';

/** How long things are kept. */
export interface DmarcCacheOptions {
  /** Milliseconds, of any clock. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Names. Default 10,000; the oldest goes first. */
  readonly entries?: number | undefined;
  /** Seconds, whatever the TTL says. Default 3600. */
  readonly maximumSeconds?: number | undefined;
}

type Fact = RecordLookup | Existence;
const NO_WALKS: readonly TreeWalk[] = [];
/** Stands before a domain in the key of what is known of its existence; no domain begins so. */
const EXISTENCE = '?';

const ENTRIES = 10_000;
const MAXIMUM_SECONDS = 3600;
const UNKNOWN_TTL_SECONDS = 60;
const NEGATIVE_SECONDS = 300; // a record that is published late shall be found

/** Facts of many messages, each for as long as its TTL says. What the DNS did not say is not kept. */
export class DmarcCache {
  readonly #facts = new Map<string, { readonly fact: Fact; readonly until: number }>();
  readonly #now: () => number;
  readonly #entries: number;
  readonly #maximumSeconds: number;

  /** Errors: RangeError for a number that is not positive. */
  constructor({ now = Date.now, entries = ENTRIES, maximumSeconds = MAXIMUM_SECONDS }: DmarcCacheOptions = {}) {
    if (!(entries >= 1) || !(maximumSeconds > 0)) throw new RangeError('entries and maximumSeconds must be positive');
    this.#now = now;
    this.#entries = entries;
    this.#maximumSeconds = maximumSeconds;
  }

  /** Names that are kept, expired ones among them. */
  get size(): number {
    return this.#facts.size;
  }

  get(key: string): Fact | undefined {
    const kept = this.#facts.get(key);
    return kept !== undefined && kept.until > this.#now() ? kept.fact : undefined;
  }

  set(key: string, fact: Fact, { status, ttl = UNKNOWN_TTL_SECONDS }: Answer): void {
    if (status === 'temp' || status === 'bogus') return;
    const seconds = Math.min(ttl, this.#maximumSeconds, status === 'ok' ? Infinity : NEGATIVE_SECONDS);
    this.#facts.delete(key);
    this.#facts.set(key, { fact, until: this.#now() + seconds * 1000 });
    for (const oldest of this.#facts.keys()) {
      if (this.#facts.size <= this.#entries) break;
      this.#facts.delete(oldest);
    }
  }
}

/** The facts of one message. What is asked for and not known is remembered as needed; `ask` gets all of that at once. */
export class Knowledge {
  readonly #cache: DmarcCache | undefined;
  /** Made when the first answer comes, or is needed: mostly the cache knows the one name that counts. */
  #facts: Map<string, Fact> | undefined = undefined;
  #needed: Set<string> | undefined = undefined;
  #walks: Map<string, TreeWalk> | undefined = undefined;
  /** Queries that were made. */
  queries = 0;

  constructor(cache: DmarcCache | undefined) {
    this.#cache = cache;
  }

  /** The walks that came to their end. */
  get walks(): readonly TreeWalk[] {
    return this.#walks === undefined ? NO_WALKS : [...this.#walks.values()];
  }

  walkFrom(domain: string): TreeWalk | undefined {
    return this.#walks?.get(domain);
  }

  keepWalk(walk: TreeWalk): void {
    (this.#walks ??= new Map()).set(walk.domain, walk);
  }

  /** What stands at `_dmarc.` of the domain; `undefined` as long as it is not known. */
  record(domain: string): RecordLookup | undefined {
    return this.#get(domain) as RecordLookup | undefined;
  }

  existence(domain: string): Existence | undefined {
    return this.#get(`${EXISTENCE}${domain}`) as Existence | undefined;
  }

  #get(key: string): Fact | undefined {
    const fact = this.#facts?.get(key) ?? this.#cache?.get(key);
    if (fact === undefined) (this.#needed ??= new Set()).add(key);
    return fact;
  }

  /** Asks for what is needed, all at once. Rejects only as the resolver does. */
  async ask(resolver: Resolver, options: QueryOptions): Promise<void> {
    const needed = [...(this.#needed ?? [])];
    this.#needed = undefined;
    this.queries += needed.length;
    await Promise.all(needed.map((key) => this.#ask(key, resolver, options)));
  }

  async #ask(key: string, resolver: Resolver, options: QueryOptions): Promise<void> {
    const isExistence = key.startsWith(EXISTENCE);
    const answer: Answer = await (isExistence ? resolver.query(key.slice(EXISTENCE.length), 'A', options) : resolver.query(`_dmarc.${key}`, 'TXT', options));
    const fact = isExistence ? readExistence(key.slice(EXISTENCE.length), answer) : readRecord(key, answer as Answer<'TXT'>);
    (this.#facts ??= new Map()).set(key, fact);
    this.#cache?.set(key, fact, answer);
  }
}

/** NXDOMAIN denies the end of a chain of aliases; the alias that was asked for is there. @rfc 8020 2 @rfc 6604 2.1 */
function readExistence(domain: string, { status, canonicalName }: Answer): Existence {
  const isAlias = canonicalName !== undefined && withoutDot(canonicalName).toLowerCase() !== domain;
  if (status === 'nxdomain') return isAlias ? 'exists' : 'nonexistent';
  return status === 'temp' || status === 'bogus' ? 'temp' : 'exists';
}

function withoutDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

/** Records are counted before they are read: a second one, good or bad, makes both worth nothing. @rfc 9989 4.10 */
function readRecord(domain: string, { status, records, secure, reason }: Answer<'TXT'>): RecordLookup {
  if (status === 'temp' || status === 'bogus') return { domain, outcome: 'temp', record: undefined, psd: 'u', texts: [], secure: false, reason: reason ?? status };
  const texts = records.map((record) => latin1(txtOctets(record))).filter(isDmarcRecord);
  if (texts.length !== 1) return { domain, outcome: texts.length === 0 ? 'none' : 'several', record: undefined, psd: 'u', texts, secure, reason: undefined };
  const parsed = parseDmarcRecord(texts[0]!);
  const psd = parsed.ok ? parsed.value.psd : readSuffixFlag(texts[0]!);
  return { domain, outcome: parsed.ok ? 'record' : 'unusable', record: parsed.ok ? parsed.value : undefined, psd, texts, secure, reason: undefined };
}
