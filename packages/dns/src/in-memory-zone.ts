/**
 * A resolver whose DNS is an object or a zone file: for tests, for learning, and for names that shall be answered at home. It can
 * be told to fail, to lie and to be late.
 *
 * Read next: `zone-search.ts` for the search itself, `cached.ts` for the cache that may stand in front, `dns-server.ts` for a server over it.
 */
import type { Clock, Timer } from '@mailwright/wire';
import { nameKey, parseName } from './names.ts';
import { isRecordType, type RecordType } from './records.ts';
import { emptyAnswer, type Answer, type QueryOptions, type Resolver } from './resolver.ts';
import { systemClock } from './system.ts';
import { waitFor } from './wait.ts';
import { ZoneData } from './zone-data.ts';
import { parseZoneFile, type ZoneRecord } from './zone-file.ts';
import { readZoneNode, type ScriptedOutcome, type ZoneNode, type ZoneObject } from './zone-object.ts';
import { searchZone, type ZoneAnswer, type ZoneView } from './zone-search.ts';

const SOURCE = 'zone';
const TIMEOUT_MS = 5_000;

export interface InMemoryZoneOptions {
  /** For a zone file: what relative names end in. Default the root. */
  readonly origin?: string | undefined;
  /** If DNSSEC vouches for the zone, unless a name says otherwise. Default false. */
  readonly secure?: boolean | undefined;
  /** For `delayMs` and deadlines. Default the machine's. */
  readonly clock?: Clock | undefined;
  /** How long a query may wait on a scripted delay before it is `temp`. Default 5,000. */
  readonly timeoutMs?: number | undefined;
  /** Sees every query as it comes in. */
  readonly onQuery?: ((name: string, type: RecordType) => void) | undefined;
}

export interface InMemoryZone extends Resolver {
  /** Puts `node` in place of everything at `name`, its script included. Throws TypeError for data that is none. */
  set(name: string, node: ZoneNode): void;
  /** Takes `name` away. */
  remove(name: string): void;
  /** Makes `name` answer otherwise or late, its records untouched; `undefined` ends that. Reaches names that do not exist, too. */
  script(name: string, outcome: ScriptedOutcome | undefined): void;
}

/**
 * A resolver over `zone`: an object, the text of a zone file, or records that `parseZoneFile` gave. Throws TypeError for a zone
 * that can't be read, with the name or the line. The zone is the whole DNS: names outside of it do not exist.
 * @rfc 1034 4.3.2
 * @rfc 4592 3.3
 */
export function inMemoryZone(zone: ZoneObject | string | readonly ZoneRecord[], options: InMemoryZoneOptions = {}): InMemoryZone {
  const resolver = new ZoneResolver(options);
  if (typeof zone !== 'string' && !isRecordList(zone)) {
    for (const [name, node] of Object.entries(zone)) resolver.set(name, node);
    return resolver;
  }
  for (const record of typeof zone === 'string' ? readZoneText(zone, options) : zone) resolver.data.add(record);
  return resolver;
}

/** What stands behind a zone that `inMemoryZone` made. Throws TypeError for another. */
export function zoneView(zone: InMemoryZone): ZoneView {
  if (!(zone instanceof ZoneResolver)) throw new TypeError('not a zone that inMemoryZone() made');
  return zone;
}

function isRecordList(zone: ZoneObject | readonly ZoneRecord[]): zone is readonly ZoneRecord[] {
  return Array.isArray(zone);
}

function readZoneText(text: string, options: InMemoryZoneOptions): readonly ZoneRecord[] {
  const parsed = parseZoneFile(text, { origin: options.origin });
  if (!parsed.ok) throw new TypeError(`not a zone file: ${parsed.error} in line ${parsed.line}`);
  return parsed.records;
}

class ZoneResolver implements InMemoryZone, ZoneView {
  readonly data = new ZoneData();
  readonly scripts = new Map<string, ScriptedOutcome>();
  readonly secure: boolean;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #onQuery: ((name: string, type: RecordType) => void) | undefined;

  constructor(options: InMemoryZoneOptions) {
    this.#clock = options.clock ?? systemClock;
    this.secure = options.secure ?? false;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#onQuery = options.onQuery;
  }

  set(name: string, node: ZoneNode): void {
    const records = readZoneNode(name, node);
    this.data.remove(name);
    this.data.entryAt(name).secure = node.secure;
    for (const record of records) this.data.add(record);
    this.script(name, node.script);
  }

  remove(name: string): void {
    this.data.remove(name);
    this.script(name, undefined);
  }

  script(name: string, outcome: ScriptedOutcome | undefined): void {
    const labels = parseName(name);
    if (labels === undefined) throw new TypeError(`not a domain name: ${JSON.stringify(name)}`);
    if (outcome === undefined) this.scripts.delete(nameKey(labels));
    else this.scripts.set(nameKey(labels), outcome);
  }

  async query<T extends RecordType>(name: string, type: T, options: QueryOptions = {}): Promise<Answer<T>> {
    if (!isRecordType(type)) throw new TypeError(`not a record type: ${JSON.stringify(type)}`);
    options.signal?.throwIfAborted();
    this.#onQuery?.(name, type);
    const labels = parseName(name);
    if (labels === undefined) return emptyAnswer('nxdomain', SOURCE, { reason: 'bad-name' });
    const found = searchZone(this, labels, type);
    const inTime = found.delayMs === 0 || (await this.#wait(found.delayMs, options));
    // The set under the key `type` holds records of that type only.
    return (inTime ? answerOf(found) : emptyAnswer('temp', SOURCE, { reason: 'deadline' })) as Answer<T>;
  }

  /** False when the deadline comes first. */
  async #wait(delayMs: number, { deadline = Infinity, signal }: QueryOptions): Promise<boolean> {
    const until = Math.min(this.#clock.now() + this.#timeoutMs, deadline);
    let timer: Timer | undefined;
    const delay = new Promise<object>((resolve) => void (timer = delayMs === Infinity ? undefined : this.#clock.setTimer(() => resolve({}), delayMs)));
    return (await waitFor(delay, { clock: this.#clock, deadline: until, signal }).finally(() => timer?.cancel())) !== undefined;
  }
}

function answerOf({ status, records, ttl, secure, end, reason }: ZoneAnswer): Answer {
  if (status === 'ok') return { status, records, ttl, secure, source: SOURCE, canonicalName: end, reason };
  return status === 'nodata' || status === 'nxdomain' ? emptyAnswer(status, SOURCE, { ttl, secure, canonicalName: end }) : emptyAnswer(status, SOURCE, { reason });
}
