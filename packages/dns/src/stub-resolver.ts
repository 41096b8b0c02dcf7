/**
 * The stub client: asks name servers with packets of its own, over UDP, TCP, TLS or HTTPS. What node:dns can't do it can: every type, every
 * name, the TTL of every answer, the AD bit of a server that is trusted, an end in time.
 *
 * Against forged answers (RFC 5452): random id, random port, random case of the letters in the question, all of them and the sender checked
 * in what comes back; TCP when somebody seems to guess. Left out: DNSSEC validation of its own, DNS cookies, the search list of
 * resolv.conf, iteration from the root. It remembers no answer: put `cached` in front.
 * Read next: `stub-lookup.ts` for one question on its way through the servers, `answer-reading.ts` for what a response means.
 */
import type { Clock, Random } from '@mailwright/wire';
import { CHAIN_LIMIT } from './answer-reading.ts';
import type { TransportCounts } from './exchange.ts';
import { Gate } from './gate.ts';
import { TYPE_CODES } from './message.ts';
import { canonicalText, parseName } from './names.ts';
import { Chance } from './query-octets.ts';
import { isRecordType, type RecordType } from './records.ts';
import { emptyAnswer, type Answer, type QueryOptions, type Resolver } from './resolver.ts';
import { Lookup, type LookupResult, type LookupSettings } from './stub-lookup.ts';
import { openServer, systemServers, type NameServer, type ServerState } from './stub-servers.ts';
import { systemClock, systemRandom } from './system.ts';
import type { Patience } from './wait.ts';

const SOURCE = 'stub';
const TOO_LATE = emptyAnswer('temp', SOURCE, { reason: 'deadline' });

export interface StubResolverOptions {
  /**
   * In the order in which they are asked. Default those of the operating system. As text: `192.0.2.53`, `[2001:db8::53]:5353`, `tls://192.0.2.53#dns.example`,
   * `https://dns.example/dns-query`.
   */
  readonly servers?: readonly (string | NameServer)[] | undefined;
  /** For servers that do not say themselves: they validate, and the way to them is safe (loopback, TLS), so AD becomes `secure`. Default false. */
  readonly trustAd?: boolean | undefined;
  /** For one query, all tries, servers and aliases together. Default 10,000. */
  readonly timeoutMs?: number | undefined;
  /** For the first try at a server; doubled from round to round. Default 2,000. */
  readonly tryTimeoutMs?: number | undefined;
  /** Rounds over the servers that were silent. Default 3. */
  readonly tries?: number | undefined;
  /** How long a server that was silent is asked last. Default 30,000. */
  readonly deadServerMs?: number | undefined;
  /** The datagram that is taken (EDNS). Default 1232; `false` sends no EDNS. */
  readonly ednsOctets?: number | false | undefined;
  /** Sets DO, so that a validating server says what it knows. Default true. */
  readonly dnssecOk?: boolean | undefined;
  /** Default true. */
  readonly randomizeCase?: boolean | undefined;
  /** UDP sockets for each server, each with a port of its own. Default 8. */
  readonly sockets?: number | undefined;
  readonly limits?: {
    /** Questions on their way at once; the others wait in line. Default 256: as many small datagrams as the usual buffer of a socket holds. */
    readonly inFlight?: number | undefined;
  } | undefined;
  /** Default the machine's. */
  readonly clock?: Clock | undefined;
  /** For ids, case and the choice of sockets. The default is fit for that; a seeded one is for tests. */
  readonly random?: Random | undefined;
}

/** What a resolver has done so far. */
export interface StubResolverStats {
  /** Questions that were asked of it. */
  readonly queries: number;
  /** Answered that there is nothing: `nodata` and `nxdomain` (RFC 7208 section 4.6.4 counts those). */
  readonly voids: number;
  /** Answered `temp` or `bogus`. */
  readonly failures: number;
  /** Between question and answer, all together. */
  readonly ms: number;
  /** Messages that went out, repeats and aliases included. */
  readonly sent: number;
  /** Messages that came in and answered nothing that was asked. */
  readonly ignored: number;
}

export interface StubResolver extends Resolver {
  /** A copy. */
  readonly stats: StubResolverStats;
  /** Gives the sockets back. What is on its way, and what is asked later, is `temp` with the reason `closed`. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A resolver that speaks DNS to `servers`. Throws TypeError for a server that is none, RangeError for a number that makes no sense.
 * @rfc 1035 7
 * @rfc 5452 9
 * @rfc 6891 6.2
 * @rfc 7766 5
 * @rfc 7858 3
 * @rfc 8484 4
 */
export function createStubResolver(options: StubResolverOptions = {}): StubResolver {
  return new Stub(options);
}

function positive(name: string, value: number): number {
  if (!(value > 0)) throw new RangeError(`${name} must be more than 0: ${value}`);
  return value;
}

function octetsOf(value: number | false): number | undefined {
  if (value === false) return undefined;
  if (!(Number.isInteger(value) && value >= 512 && value <= 0xffff)) throw new RangeError(`ednsOctets must be a whole number from 512 to 65535: ${value}`);
  return value;
}

/** A name in both forms. */
interface AskedName {
  readonly labels: readonly string[];
  readonly name: string;
}

class Stub implements StubResolver {
  readonly #settings: LookupSettings;
  readonly #timeoutMs: number;
  readonly #counts: TransportCounts = { sent: 0, ignored: 0 };
  readonly #stats = { queries: 0, voids: 0, failures: 0, ms: 0 };
  readonly #gate: Gate;
  #isClosed = false;

  constructor(options: StubResolverOptions) {
    const clock = options.clock ?? systemClock;
    const chance = new Chance(options.random ?? systemRandom);
    const sockets = positive('sockets', options.sockets ?? 8);
    if (!Number.isInteger(sockets) || sockets > 256) throw new RangeError(`sockets must be a whole number of at most 256: ${sockets}`);
    this.#gate = new Gate(positive('limits.inFlight', Math.floor(options.limits?.inFlight ?? 256)));
    this.#timeoutMs = positive('timeoutMs', options.timeoutMs ?? 10_000);
    const servers = options.servers ?? systemServers();
    if (servers.length === 0) throw new TypeError('a stub resolver needs a server');
    const serverSettings = { trustAd: options.trustAd ?? false, sockets, clock, chance, counts: this.#counts };
    this.#settings = {
      clock,
      chance,
      tryTimeoutMs: positive('tryTimeoutMs', options.tryTimeoutMs ?? 2_000),
      tries: positive('tries', options.tries ?? 3),
      deadServerMs: options.deadServerMs ?? 30_000,
      ednsOctets: octetsOf(options.ednsOctets ?? 1232),
      dnssecOk: options.dnssecOk ?? true,
      randomizeCase: options.randomizeCase ?? true,
      servers: servers.map((server): ServerState => openServer(server, serverSettings)),
    };
  }

  get stats(): StubResolverStats {
    return { ...this.#stats, ...this.#counts };
  }

  async query<T extends RecordType>(name: string, type: T, options: QueryOptions = {}): Promise<Answer<T>> {
    if (!isRecordType(type)) throw new TypeError(`not a record type: ${JSON.stringify(type)}`);
    options.signal?.throwIfAborted();
    const labels = parseName(name);
    if (labels === undefined) return emptyAnswer('nxdomain', SOURCE, { reason: 'bad-name' });
    if (this.#isClosed) return emptyAnswer('temp', SOURCE, { reason: 'closed' });
    const { clock } = this.#settings;
    const from = clock.now();
    this.#stats.queries++;
    const patience = { clock, signal: options.signal, deadline: Math.min(from + this.#timeoutMs, options.deadline ?? Infinity) };
    const answer = this.#gate.tryEnter() || (await this.#gate.enter(patience)) ? await this.#admitted({ labels, name: canonicalText(name, labels) }, type, patience) : TOO_LATE;
    this.#stats.ms += clock.now() - from;
    if (answer.status === 'nodata' || answer.status === 'nxdomain') this.#stats.voids++;
    else if (answer.status !== 'ok') this.#stats.failures++;
    // Only records of the type that was asked for are read from a response.
    return answer as Answer<T>;
  }

  async #admitted(asked: AskedName, type: RecordType, patience: Patience & { readonly deadline: number }): Promise<Answer> {
    try {
      // It may have been closed while this one stood in line.
      if (this.#isClosed) return emptyAnswer('temp', SOURCE, { reason: 'closed' });
      return await this.#follow(asked, type, patience);
    } finally {
      this.#gate.leave();
    }
  }

  /** A server gives the whole chain of aliases; one that knows only part of it is asked for the rest. */
  async #follow({ labels, name }: AskedName, type: RecordType, { deadline, signal }: Patience & { readonly deadline: number }): Promise<Answer> {
    let end = name;
    let ttl = Infinity;
    let secure = true;
    for (let aliases = 0, asked: readonly string[] | undefined = labels; aliases <= CHAIN_LIMIT && asked !== undefined; asked = parseName(end)) {
      const { reading, isSecure } = await new Promise<LookupResult>((resolve, reject) => {
        new Lookup({ labels: asked!, name: end, type, code: TYPE_CODES[type], deadline, signal }, this.#settings, { resolve, reject }).start();
      });
      if (reading.type === 'loop') break;
      if (reading.type === 'failure') return emptyAnswer(reading.isBogus ? 'bogus' : 'temp', SOURCE, { reason: reading.reason });
      secure &&= isSecure;
      aliases += reading.aliases;
      end = reading.end;
      // A negative answer without an SOA tells no TTL, whatever the aliases say.
      const least = reading.ttl === undefined ? undefined : Math.min(ttl, reading.ttl);
      if (reading.type === 'ok') return { status: 'ok', records: reading.records, ttl: least, secure, source: SOURCE, canonicalName: end, reason: undefined };
      if (reading.type !== 'alias') return emptyAnswer(reading.type, SOURCE, { ttl: least, secure, canonicalName: end });
      ttl = Math.min(ttl, reading.ttl);
    }
    return emptyAnswer('temp', SOURCE, { reason: 'alias-chain' });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#settings.servers.flatMap(({ transport, stream }) => [transport.close(), stream.close()]));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
