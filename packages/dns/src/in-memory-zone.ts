/**
 * A resolver whose DNS is an object or a zone file: for tests, for learning, and for names that shall be answered at home. It can
 * be told to fail, to lie and to be late.
 *
 * Read next: `zone-data.ts` for the search itself, `cached.ts` for the cache that may stand in front.
 */
import type { Clock } from '@mailwright/wire';
import { formatName, nameKey, parseName } from './names.ts';
import { isRecordType, type RecordByType, type RecordType } from './records.ts';
import { emptyAnswer, type Answer, type QueryOptions, type Resolver } from './resolver.ts';
import { systemClock } from './system.ts';
import { waitFor } from './wait.ts';
import { ZoneData } from './zone-data.ts';
import { parseZoneFile, type ZoneRecord } from './zone-file.ts';
import { readZoneNode, type ScriptedOutcome, type ZoneNode, type ZoneObject } from './zone-object.ts';

const SOURCE = 'zone';
const CHAIN_LIMIT = 16; // aliases in a row; RFC 1034 3.6.2 asks for none, resolvers give up between 8 and 17
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

function isRecordList(zone: ZoneObject | readonly ZoneRecord[]): zone is readonly ZoneRecord[] {
  return Array.isArray(zone);
}

function readZoneText(text: string, options: InMemoryZoneOptions): readonly ZoneRecord[] {
  const parsed = parseZoneFile(text, { origin: options.origin });
  if (!parsed.ok) throw new TypeError(`not a zone file: ${parsed.error} in line ${parsed.line}`);
  return parsed.records;
}

/** What the aliases passed so far have added to the answer. */
interface Chain {
  readonly ttl: number;
  readonly secure: boolean;
}

class ZoneResolver implements InMemoryZone {
  readonly data = new ZoneData();
  readonly #scripts = new Map<string, ScriptedOutcome>();
  readonly #clock: Clock;
  readonly #secure: boolean;
  readonly #timeoutMs: number;
  readonly #onQuery: ((name: string, type: RecordType) => void) | undefined;

  constructor(options: InMemoryZoneOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#secure = options.secure ?? false;
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
    if (outcome === undefined) this.#scripts.delete(nameKey(labels));
    else this.#scripts.set(nameKey(labels), outcome);
  }

  async query<T extends RecordType>(name: string, type: T, options: QueryOptions = {}): Promise<Answer<T>> {
    if (!isRecordType(type)) throw new TypeError(`not a record type: ${JSON.stringify(type)}`);
    options.signal?.throwIfAborted();
    this.#onQuery?.(name, type);
    const deadline = Math.min(this.#clock.now() + this.#timeoutMs, options.deadline ?? Infinity);
    const patience = { clock: this.#clock, deadline, signal: options.signal };
    const delay = new AbortController();
    const answer = await waitFor(this.#follow(name, type, delay.signal), patience).finally(() => delay.abort());
    // The set under the key `type` holds records of that type only.
    return (answer ?? emptyAnswer('temp', SOURCE, { reason: 'deadline' })) as Answer<T>;
  }

  async #follow(name: string, type: RecordType, cancel: AbortSignal): Promise<Answer> {
    let labels = parseName(name);
    if (labels === undefined) return emptyAnswer('nxdomain', SOURCE, { reason: 'bad-name' });
    let chain: Chain = { ttl: Infinity, secure: true };
    for (let aliases = 0; aliases <= CHAIN_LIMIT; aliases++) {
      const script = this.#scriptFor(labels, type);
      if (script?.delayMs !== undefined) await this.#delay(script.delayMs, cancel);
      const found = this.data.find(labels, type);
      const secure = chain.secure && (('entry' in found ? found.entry?.secure : undefined) ?? this.#secure);
      if (script?.status !== undefined) return this.#failure(script.status, labels, { ...chain, secure });
      if (found.type === 'nodata' || found.type === 'nxdomain') return this.#failure(found.type, labels, { ...chain, secure });
      if (found.type === 'set') return success([...found.set.records.values()], labels, { ttl: Math.min(chain.ttl, found.set.ttl), secure });
      chain = { ttl: Math.min(chain.ttl, found.ttl), secure };
      labels = parseName(found.target)!;
    }
    return emptyAnswer('temp', SOURCE, { reason: 'alias-chain' });
  }

  #scriptFor(labels: readonly string[], type: RecordType): ScriptedOutcome | undefined {
    const script = this.#scripts.get(nameKey(labels));
    return script?.types === undefined || script.types.includes(type) ? script : undefined;
  }

  #failure(status: 'temp' | 'bogus' | 'nodata' | 'nxdomain', labels: readonly string[], chain: Chain): Answer {
    if (status === 'temp' || status === 'bogus') return emptyAnswer(status, SOURCE, { reason: 'scripted' });
    const negative = this.data.negativeTtl(labels);
    const ttl = negative === undefined ? undefined : Math.min(chain.ttl, negative);
    return emptyAnswer(status, SOURCE, { ttl, secure: chain.secure, canonicalName: formatName(labels) });
  }

  #delay(delayMs: number, cancel: AbortSignal): Promise<void> {
    if (delayMs === Infinity || cancel.aborted) return new Promise(() => {});
    return new Promise((resolve) => {
      const timer = this.#clock.setTimer(resolve, delayMs);
      cancel.addEventListener('abort', () => timer.cancel(), { once: true });
    });
  }
}

function success(records: readonly RecordByType[RecordType][], labels: readonly string[], { ttl, secure }: Chain): Answer {
  return { status: 'ok', records, ttl, secure, source: SOURCE, canonicalName: formatName(labels), reason: undefined };
}
