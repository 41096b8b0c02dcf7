/**
 * Queries over UDP. A few sockets, each connected to the server from a port of its own and used for a bounded number of queries and seconds,
 * then replaced: a socket for each query costs 60 us, four times the query itself. A query leaves from one of them drawn by lot, so
 * its port is as hard to guess as before; the kernel drops what does not come from the server's address and port.
 */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Clock, Timer } from '@mailwright/wire';
import { readResponse, type Exchange, type ExchangeOutcome, type Transport, type TransportCounts } from './exchange.ts';
import { HEADER_OCTETS } from './message.ts';
import { matchQuestion, type Chance, type QueryOctets } from './query-octets.ts';

const QUERIES_PER_SOCKET = 256;
/** A port that lives long can be found. */
const SOCKET_MS = 10_000;
const IDLE_MS = 5_000;
/** Wrong answers for one query after which somebody is guessing. */
const SUSPICIOUS = 8;

export interface UdpSettings {
  readonly address: string;
  readonly port: number;
  readonly sockets: number;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly counts: TransportCounts;
}

export class UdpTransport implements Transport {
  readonly #settings: UdpSettings;
  readonly #channels: (UdpChannel | undefined)[];
  /** Those that take no new query, with queries on their way. */
  readonly #retired = new Set<UdpChannel>();
  #idle: Timer | undefined;
  #lastUsed = 0;
  #isClosed = false;

  constructor(settings: UdpSettings) {
    this.#settings = settings;
    this.#channels = Array<UdpChannel | undefined>(settings.sockets).fill(undefined);
  }

  exchange(query: QueryOctets, done: (outcome: ExchangeOutcome) => void): Exchange {
    const { chance, clock } = this.#settings;
    this.#lastUsed = clock.now();
    this.#idle ??= clock.setTimer(() => this.#closeIdle(), IDLE_MS);
    return this.#channel(chance.octet() % this.#channels.length).send(query, done);
  }

  #channel(slot: number): UdpChannel {
    const known = this.#channels[slot];
    if (known !== undefined && known.queries < QUERIES_PER_SOCKET && !known.isBroken && this.#lastUsed - known.openedAt < SOCKET_MS) return known;
    if (known !== undefined && !known.isBroken) this.#retire(known);
    const channel: UdpChannel = new UdpChannel(this.#settings, () => this.#retired.delete(channel));
    this.#channels[slot] = channel;
    return channel;
  }

  #retire(channel: UdpChannel): void {
    this.#retired.add(channel);
    channel.closeWhenDone();
  }

  #closeIdle(): void {
    this.#idle = undefined;
    if (this.#isClosed) return;
    const { clock } = this.#settings;
    const quiet = clock.now() - this.#lastUsed;
    if (quiet < IDLE_MS) {
      this.#idle = clock.setTimer(() => this.#closeIdle(), IDLE_MS - quiet);
      return;
    }
    for (const channel of this.#channels) if (channel?.isBroken === false) this.#retire(channel);
    this.#channels.fill(undefined);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#idle?.cancel();
    const all = [...this.#retired, ...this.#channels.filter((channel) => channel !== undefined)];
    this.#retired.clear();
    this.#channels.fill(undefined);
    await Promise.all(all.map((channel) => channel.fail('closed')));
  }
}

interface Pending {
  readonly query: QueryOctets;
  readonly done: (outcome: ExchangeOutcome) => void;
  wrong: number;
}

/** One socket and the queries that left from it, by id. */
class UdpChannel {
  queries = 0;
  isBroken = false;
  readonly openedAt: number;
  readonly #settings: UdpSettings;
  readonly #onClose: () => void;
  readonly #socket: Socket;
  readonly #pending = new Map<number, Pending>();
  /** Until the socket is connected. */
  #waiting: Uint8Array[] | undefined = [];
  #closesWhenDone = false;
  #closed: Promise<void> | undefined;

  constructor(settings: UdpSettings, onClose: () => void) {
    this.#settings = settings;
    this.#onClose = onClose;
    this.openedAt = settings.clock.now();
    this.#socket = createSocket(isIPv6(settings.address) ? 'udp6' : 'udp4');
    this.#socket.on('message', (octets) => this.#receive(octets));
    this.#socket.on('error', (error) => void this.fail(codeOf(error)));
    this.#socket.connect(settings.port, settings.address, (error?: Error) => this.#connected(error));
  }

  /** An address that can't be reached is told here, not as an `error` of the socket. */
  #connected(error: Error | undefined): void {
    if (this.#closed !== undefined) return;
    if (error !== undefined) return void this.fail(codeOf(error));
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const octets of waiting) this.#send(octets);
    this.#rest();
  }

  send(query: QueryOctets, done: (outcome: ExchangeOutcome) => void): Exchange {
    const { chance, counts } = this.#settings;
    let id = chance.integer16();
    while (this.#pending.has(id)) id = chance.integer16();
    query.octets[0] = id >> 8;
    query.octets[1] = id;
    const pending: Pending = { query, done, wrong: 0 };
    if (this.#pending.size === 0) this.#socket.ref();
    this.#pending.set(id, pending);
    this.queries++;
    counts.sent++;
    if (this.#waiting === undefined) this.#send(query.octets);
    else this.#waiting.push(query.octets);
    return {
      cancel: () => {
        if (this.#pending.get(id) === pending) this.#settle(id);
      },
    };
  }

  /** Without a callback: a datagram that the kernel refuses is one that is lost, and a dead port is told as an `error` of the socket. */
  #send(octets: Uint8Array): void {
    this.#socket.send(octets);
  }

  #receive(octets: Uint8Array): void {
    const id = octets.length < HEADER_OCTETS ? -1 : octets[0]! * 0x100 + octets[1]!;
    const pending = this.#pending.get(id);
    if (pending === undefined) return void this.#settings.counts.ignored++;
    const { query, done } = pending;
    const match = matchQuestion(octets, query.octets, query.question.length);
    if (match === 'exact') {
      this.#settle(id);
      return done(readResponse(octets, query));
    }
    this.#settings.counts.ignored++;
    pending.wrong++;
    if (match === 'other' && pending.wrong < SUSPICIOUS) return;
    this.#settle(id);
    done({ type: 'forged' });
  }

  #settle(id: number): void {
    this.#pending.delete(id);
    this.#rest();
  }

  /** A socket on which nothing is awaited does not keep the process alive. */
  #rest(): void {
    if (this.#pending.size > 0 || this.#closed !== undefined) return;
    if (this.#closesWhenDone) void this.#close();
    else this.#socket.unref();
  }

  closeWhenDone(): void {
    this.#closesWhenDone = true;
    this.#rest();
  }

  /** Everything on its way fails for `reason`. */
  fail(reason: string): Promise<void> {
    this.isBroken = true;
    const closed = this.#close();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { done } of pending) done({ type: 'failure', reason });
    return closed;
  }

  #close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#onClose();
      this.#socket.close(() => resolve());
    });
    return this.#closed;
  }
}

/** `ECONNREFUSED`, `ENETUNREACH`: the system's word. */
export function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : 'EIO';
}
