/**
 * Queries over TCP and TLS: one connection, many queries in flight on it, answers in any order (RFC 7766 section 6.2.1). A connection that
 * nobody uses is closed after some seconds; one that the server closed takes queries that it had not answered to a new one, once.
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls } from 'node:tls';
import type { Clock, Timer } from '@mailwright/wire';
import { readResponse, type Exchange, type ExchangeOutcome, type Transport, type TransportCounts } from './exchange.ts';
import { authorities } from './https-exchange.ts';
import { HEADER_OCTETS } from './message.ts';
import { matchQuestion, type Chance, type QueryOctets } from './query-octets.ts';
import { frame, FrameReader } from './stream-frames.ts';
import { codeOf } from './udp-exchange.ts';

const IDLE_MS = 5_000;
const QUERIES_PER_CONNECTION = 4_096;
/** Answers to nothing that was asked, after which the connection is not believed. */
const SUSPICIOUS = 64;

export interface StreamSettings {
  readonly address: string;
  readonly port: number;
  /** `undefined`: TCP in clear. */
  readonly tls: { readonly serverName: string; readonly ca: string | readonly string[] | undefined } | undefined;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly counts: TransportCounts;
}

interface Pending {
  readonly query: QueryOctets;
  readonly done: (outcome: ExchangeOutcome) => void;
  /** Sent on a connection that had answered before: its end may only mean that it was idle. */
  readonly again: boolean;
  cancel(timedOut: boolean): void;
}

export class StreamTransport implements Transport {
  readonly #settings: StreamSettings;
  readonly #connections = new Set<StreamConnection>();
  #current: StreamConnection | undefined;
  #isClosed = false;

  constructor(settings: StreamSettings) {
    this.#settings = settings;
  }

  exchange(query: QueryOctets, done: (outcome: ExchangeOutcome) => void): Exchange {
    const pending: Pending = { query, done, again: true, cancel: () => undefined };
    this.#send(pending);
    return { cancel: (timedOut) => pending.cancel(timedOut) };
  }

  #send(pending: Pending): void {
    if (this.#current?.isUsable !== true) {
      const connection: StreamConnection = new StreamConnection(this.#settings, (lost, reason) => this.#lost(connection, lost, reason));
      this.#current = connection;
      this.#connections.add(connection);
    }
    this.#current.send(pending);
  }

  #lost(connection: StreamConnection, pending: readonly Pending[], reason: string): void {
    this.#connections.delete(connection);
    for (const one of pending) {
      if (one.again && connection.answers > 0 && !this.#isClosed) {
        const second: Pending = { ...one, again: false };
        one.cancel = (timedOut) => second.cancel(timedOut);
        this.#send(second);
      } else one.done({ type: 'failure', reason });
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#connections].map((connection) => connection.close('closed')));
  }
}

class StreamConnection {
  answers = 0;
  readonly #settings: StreamSettings;
  readonly #onLost: (pending: readonly Pending[], reason: string) => void;
  readonly #socket: Socket;
  readonly #frames = new FrameReader();
  readonly #pending = new Map<number, Pending>();
  readonly #closed: Promise<void>;
  #queries = 0;
  #wrong = 0;
  #retired = false;
  #idle: Timer | undefined;

  constructor(settings: StreamSettings, onLost: (pending: readonly Pending[], reason: string) => void) {
    this.#settings = settings;
    this.#onLost = onLost;
    this.#socket = open(settings);
    this.#socket.setNoDelay(true);
    this.#closed = new Promise((resolve) => this.#socket.once('close', () => resolve()));
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.on('error', (error) => void this.close(codeOf(error)));
    this.#socket.on('close', () => void this.close('ECONNRESET'));
  }

  get isUsable(): boolean {
    return !this.#retired && this.#queries < QUERIES_PER_CONNECTION;
  }

  send(pending: Pending): void {
    const { chance, counts } = this.#settings;
    let id = chance.integer16();
    while (this.#pending.has(id)) id = chance.integer16();
    pending.query.octets[0] = id >> 8;
    pending.query.octets[1] = id;
    pending.cancel = (timedOut) => {
      if (this.#pending.get(id) !== pending) return;
      // A server that does not answer over this connection may have lost it.
      if (timedOut) this.#retired = true;
      this.#settle(id);
    };
    this.#idle?.cancel();
    this.#socket.ref();
    this.#pending.set(id, pending);
    this.#queries++;
    counts.sent++;
    this.#socket.write(frame(pending.query.octets));
  }

  #receive(chunk: Uint8Array): void {
    for (const octets of this.#frames.push(chunk)) this.#receiveMessage(octets);
    if (this.#wrong > SUSPICIOUS) void this.close('bad-message');
  }

  #receiveMessage(octets: Uint8Array): void {
    const id = octets.length < HEADER_OCTETS ? -1 : octets[0]! * 0x100 + octets[1]!;
    const pending = this.#pending.get(id);
    // Nobody but the server writes on the connection: the case of letters proves nothing here.
    if (pending === undefined || matchQuestion(octets, pending.query.octets, pending.query.question.length) === 'other') {
      this.#settings.counts.ignored++;
      this.#wrong++;
      return;
    }
    this.answers++;
    this.#settle(id);
    pending.done(readResponse(octets, pending.query));
  }

  #settle(id: number): void {
    this.#pending.delete(id);
    if (this.#pending.size > 0) return;
    if (!this.isUsable) return void this.close('closed');
    this.#socket.unref();
    this.#idle?.cancel();
    this.#idle = this.#settings.clock.setTimer(() => void this.close('closed'), IDLE_MS);
  }

  /** What is on its way is told lost, for `reason`. */
  close(reason: string): Promise<void> {
    this.#retired = true;
    this.#idle?.cancel();
    this.#socket.destroy();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    this.#onLost(pending, reason);
    return this.#closed;
  }
}

/** The name of a server over TLS is always verified. @rfc 8310 8 */
function open({ address, port, tls }: StreamSettings): Socket {
  if (tls === undefined) return connectTcp({ host: address, port });
  const { serverName, ca } = tls;
  return connectTls({
    host: address,
    port,
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    ...authorities(ca),
    checkServerIdentity: (_name, certificate) => checkServerIdentity(serverName, certificate),
    ALPNProtocols: ['dot'],
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  });
}
