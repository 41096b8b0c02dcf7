/**
 * Lookups written down and played back: capture what a message met in the DNS, keep it beside the message, replay it offline with the TTLs and the time
 * of then. The fixture is plain JSON; records stand in it as in a zone file.
 */
import type { Clock } from '@mailwright/wire';
import { formatName, nameKey, parseName } from './names.ts';
import { absoluteName, formatRdata, readRdata } from './rdata.ts';
import { isRecordType, type DnsRecord, type RecordType } from './records.ts';
import { emptyAnswer, type Answer, type AnswerStatus, type QueryOptions, type Resolver } from './resolver.ts';
import { systemClock } from './system.ts';
import { readZoneEntries } from './zone-tokens.ts';

const STATUSES: readonly AnswerStatus[] = ['ok', 'nodata', 'nxdomain', 'temp', 'bogus'];
const MAX_LOOKUPS = 100_000;

/** One question and its answer. */
export interface RecordedLookup {
  readonly name: string;
  readonly type: RecordType;
  /** When it was asked, in milliseconds since the recording began. */
  readonly atMs: number;
  /** How long the answer took. */
  readonly tookMs: number;
  readonly status: AnswerStatus;
  /** The data as in a zone file: `10 mx1.example.`. */
  readonly records: readonly string[];
  /** `null` where the answer had none: JSON knows no `undefined`. */
  readonly ttl: number | null;
  readonly secure: boolean;
  readonly source: string;
  readonly canonicalName: string | null;
  readonly reason: string | null;
}

/** Stands in a file as it is: `JSON.stringify(fixture)`. */
export interface DnsFixture {
  readonly format: 'mailwright-dns-1';
  /** `2026-01-01T00:00:00.000Z` */
  readonly recordedAt: string;
  readonly lookups: readonly RecordedLookup[];
}

export interface RecordingResolver extends Resolver {
  /** What was asked and answered so far, in the order of the answers; a copy. */
  readonly fixture: DnsFixture;
}

export interface ReplayingResolver extends Resolver {
  /** When the recording began, in milliseconds since 1970: the `now` for whatever judges by the time. */
  readonly recordedAt: number;
}

/**
 * Passes every question on to `resolver` and writes the answer down, 100,000 at most. Put it in front of the cache, not behind, so that
 * nothing is missed.
 */
export function recording(resolver: Resolver, options: { readonly clock?: Clock | undefined } = {}): RecordingResolver {
  return new Recorder(resolver, options.clock ?? systemClock);
}

class Recorder implements RecordingResolver {
  readonly #resolver: Resolver;
  readonly #clock: Clock;
  readonly #recordedAt: string;
  readonly #from: number;
  readonly #lookups: RecordedLookup[] = [];

  constructor(resolver: Resolver, clock: Clock) {
    this.#resolver = resolver;
    this.#clock = clock;
    this.#from = clock.now();
    this.#recordedAt = new Date(clock.wallTime()).toISOString();
  }

  get fixture(): DnsFixture {
    return { format: 'mailwright-dns-1', recordedAt: this.#recordedAt, lookups: [...this.#lookups] };
  }

  async query<T extends RecordType>(name: string, type: T, options: QueryOptions = {}): Promise<Answer<T>> {
    const asked = this.#clock.now();
    const answer: Answer<T> = await this.#resolver.query(name, type, options);
    if (this.#lookups.length < MAX_LOOKUPS) {
      const { status, records, ttl = null, secure, source, canonicalName = null, reason = null } = answer;
      const times = { atMs: Math.round(asked - this.#from), tookMs: Math.round(this.#clock.now() - asked) };
      this.#lookups.push({ name, type, ...times, status, records: records.map(formatRdata), ttl, secure, source, canonicalName, reason });
    }
    return answer;
  }
}

/**
 * Answers from a fixture, at once. A question that was recorded several times gets those answers in their order, then the last one again and again;
 * one that was not recorded is `temp` with the reason `not-recorded`. Throws TypeError for what is no fixture.
 */
export function replaying(fixture: DnsFixture): ReplayingResolver {
  return new Player(fixture);
}

class Player implements ReplayingResolver {
  readonly recordedAt: number;
  readonly #answers = new Map<string, Answer[]>();

  constructor(fixture: DnsFixture) {
    if (typeof fixture !== 'object' || fixture === null) throw new TypeError('not a recording of the DNS'); // JSON from a file
    this.recordedAt = Date.parse(fixture.recordedAt);
    if (fixture.format !== 'mailwright-dns-1' || Number.isNaN(this.recordedAt) || !Array.isArray(fixture.lookups)) throw new TypeError('not a recording of the DNS');
    for (const [index, lookup] of fixture.lookups.entries()) {
      const answer = readLookup(lookup, index);
      const key = keyOf(lookup.name, lookup.type);
      const known = this.#answers.get(key);
      if (known === undefined) this.#answers.set(key, [answer]);
      else known.push(answer);
    }
  }

  query<T extends RecordType>(name: string, type: T, options: QueryOptions = {}): Promise<Answer<T>> {
    if (!isRecordType(type)) return Promise.reject(new TypeError(`not a record type: ${JSON.stringify(type)}`));
    if (options.signal?.aborted === true) return Promise.reject(options.signal.reason);
    const answers = this.#answers.get(keyOf(name, type)) ?? [];
    const answer = answers.length > 1 ? answers.shift()! : answers[0];
    // The list under the key holds answers for that type only.
    return Promise.resolve((answer ?? emptyAnswer('temp', 'replay', { reason: 'not-recorded' })) as Answer<T>);
  }
}

/** A name that is none was asked for all the same. */
function keyOf(name: string, type: string): string {
  const labels = parseName(name);
  return `${labels === undefined ? JSON.stringify(name) : nameKey(labels)} ${type}`;
}

function readLookup(lookup: RecordedLookup, index: number): Answer {
  const { name, type, status, ttl, secure, canonicalName, reason } = lookup;
  const records = Array.isArray(lookup.records) && isRecordType(type) ? lookup.records.map((text) => readRecord(type, text)) : [undefined];
  const isSound = typeof name === 'string' && STATUSES.includes(status) && (ttl === null || typeof ttl === 'number') && typeof secure === 'boolean'
    && (canonicalName === null || (typeof canonicalName === 'string' && parseName(canonicalName) !== undefined)) && (reason === null || typeof reason === 'string');
  if (!isSound || records.includes(undefined) || (status === 'ok') !== records.length > 0) throw new TypeError(`lookup ${index} of the recording can't be read`);
  return {
    status, records: records as readonly DnsRecord[], ttl: ttl ?? undefined, secure, source: 'replay',
    canonicalName: canonicalName === null ? undefined : formatName(parseName(canonicalName)!), reason: reason ?? undefined,
  };
}

function readRecord(type: RecordType, text: unknown): DnsRecord | undefined {
  const scanned = typeof text === 'string' ? readZoneEntries(text) : undefined;
  return scanned?.ok === true && scanned.entries.length === 1 ? readRdata(type, scanned.entries[0]!.tokens, absoluteName) : undefined;
}
