/**
 * The memory of the cache: answers by name and type, bounded in number and in octets, the longest unused thrown out first.
 * Knows no clock; times are given.
 *
 * A name that does not exist is kept once for all types, and stands for every name below it (RFC 8020).
 * Read next: `cached.ts`.
 */
import { formatName, keysUpward, nameKey, parseName } from './names.ts';
import type { DnsRecord, RecordType } from './records.ts';
import type { Answer } from './resolver.ts';

/** A guess at what an entry costs beside its data: keys, objects, the map's own slots. */
const ENTRY_OCTETS = 300;
const RECORD_OCTETS = 100;

interface StoredAnswer {
  readonly answer: Answer;
  readonly expiresMs: number;
  readonly octets: number;
}

export interface CacheLimits {
  readonly entries: number;
  readonly octets: number;
}

export class CacheStore {
  evictions = 0;
  octets = 0;
  readonly #limits: CacheLimits;
  readonly #cut: boolean;
  /** A `Map` keeps its order: the first key is the one that was not used for the longest time. */
  readonly #stored = new Map<string, StoredAnswer>();

  constructor(limits: CacheLimits, cut: boolean) {
    this.#limits = limits;
    this.#cut = cut;
  }

  get entries(): number {
    return this.#stored.size;
  }

  clear(): void {
    this.#stored.clear();
    this.octets = 0;
  }

  /**
   * What is known about `type` at the name, its TTL counted down; `undefined` when nothing is, or no longer.
   * @rfc 2308 5
   * @rfc 8020 2
   */
  find(labels: readonly string[], type: RecordType, nowMs: number): Answer | undefined {
    const exact = this.findExact(nameKey(labels), type, nowMs);
    if (exact !== undefined) return exact;
    for (const key of this.#cut ? keysUpward(labels) : [nameKey(labels)]) {
      const absent = this.#take(absentKey(key), nowMs);
      if (absent !== undefined) return aged(absent, nowMs, formatName(labels));
    }
    return undefined;
  }

  /** What is kept for the name and type themselves. Most hits are, and need no labels. */
  findExact(key: string, type: RecordType, nowMs: number): Answer | undefined {
    const exact = this.#take(typeKey(key, type), nowMs);
    return exact === undefined ? undefined : aged(exact, nowMs, exact.answer.canonicalName);
  }

  /** Keeps `answer` for `lifeMs`. */
  keep(labels: readonly string[], type: RecordType, answer: Answer, lifeMs: number, nowMs: number): void {
    if (!(lifeMs > 0)) return;
    const stored = { answer, expiresMs: nowMs + lifeMs, octets: approximateOctets(answer) };
    const name = nameKey(labels);
    const end = answer.canonicalName === undefined ? undefined : parseName(answer.canonicalName);
    const absent = answer.status === 'nxdomain' && end !== undefined ? nameKey(end) : undefined;
    // NXDOMAIN speaks of the end of a chain of aliases (RFC 6604 section 2.1): the alias itself exists, and so may names below it.
    if (absent !== undefined) this.#put(absentKey(absent), stored);
    if (absent !== name) this.#put(typeKey(name, type), stored);
  }

  #take(key: string, nowMs: number): StoredAnswer | undefined {
    const stored = this.#stored.get(key);
    if (stored === undefined) return undefined;
    this.#stored.delete(key);
    if (stored.expiresMs > nowMs) this.#stored.set(key, stored);
    else this.octets -= stored.octets;
    return stored.expiresMs > nowMs ? stored : undefined;
  }

  #put(key: string, stored: StoredAnswer): void {
    this.#drop(key);
    if (stored.octets > this.#limits.octets) return;
    this.#stored.set(key, stored);
    this.octets += stored.octets;
    while (this.#stored.size > this.#limits.entries || this.octets > this.#limits.octets) {
      this.evictions++;
      this.#drop(this.#stored.keys().next().value!);
    }
  }

  #drop(key: string): void {
    const stored = this.#stored.get(key);
    if (stored === undefined) return;
    this.#stored.delete(key);
    this.octets -= stored.octets;
  }
}

/** A name in key form holds no blank, so the two kinds of key can't meet. */
function typeKey(name: string, type: RecordType): string {
  return `${name} ${type}`;
}

function absentKey(name: string): string {
  return `${name} -`;
}

function aged({ answer, expiresMs }: StoredAnswer, nowMs: number, canonicalName: string | undefined): Answer {
  const { status, records, secure, reason } = answer;
  return { status, records, ttl: Math.floor((expiresMs - nowMs) / 1000), secure, source: 'cache', canonicalName, reason };
}

function approximateOctets(answer: Answer): number {
  return answer.records.reduce((sum, record) => sum + RECORD_OCTETS + dataOctets(record), ENTRY_OCTETS);
}

function dataOctets(record: DnsRecord): number {
  switch (record.type) {
    case 'TXT':
      return record.strings.reduce((sum, string) => sum + string.length + RECORD_OCTETS, 0);
    case 'TLSA':
      return record.data.length;
    case 'CAA':
      return record.value.length;
    case 'DS':
      return record.digest.length;
    case 'DNSKEY':
      return record.publicKey.length;
    case 'SVCB':
    case 'HTTPS':
      return record.params.reduce((sum, param) => sum + param.value.length + RECORD_OCTETS, 0);
    default:
      return 0;
  }
}
