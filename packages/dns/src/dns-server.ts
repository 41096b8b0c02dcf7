/**
 * A DNS server on real sockets over an in-memory zone, UDP and TCP on one port, with TLS and HTTPS when given a certificate. For tests of
 * whatever asks the DNS, this project's client included, and for worlds of one's own on loopback.
 *
 * It is not meant to stand in the Internet: it knows no delegations, no zone transfer, no rate limit, and answers whoever asks.
 * Read next: `dns-responder.ts` for what it answers, `dns-faults.ts` for what it does wrong when told to.
 */
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { createServer as createTcpServer, isIPv6, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Clock, Timer } from '@mailwright/wire';
import { FaultScript, type DnsFault, type DnsTransport } from './dns-faults.ts';
import { serveHttps } from './dns-https-service.ts';
import { respond, type DnsServerQuery, type Reply, type ResponderSettings } from './dns-responder.ts';
import { inMemoryZone, zoneView, type InMemoryZone } from './in-memory-zone.ts';
import { frame, FrameReader } from './stream-frames.ts';
import { systemClock } from './system.ts';
import type { ZoneObject } from './zone-object.ts';

const UDP_OCTETS = 1232; // the size that DNS Flag Day 2020 agreed on: no fragments on any usual path
const CONNECTIONS = 256;
const IDLE_MS = 10_000; // RFC 7766 6.2.3: in the order of seconds
const LOGGED_QUERIES = 10_000;
const PORT_ATTEMPTS = 20;

export interface DnsServerOptions {
  /** A zone that `inMemoryZone` made, or what it takes. */
  readonly zone: InMemoryZone | ZoneObject | string;
  /** Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** For UDP and TCP. Default 0: one that is free. */
  readonly port?: number | undefined;
  readonly faults?: readonly DnsFault[] | undefined;
  /** Answers over TLS (RFC 7858) and HTTPS (RFC 8484), too, each on a free port. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
  /** The largest datagram that is sent. Default 1232. */
  readonly udpOctets?: number | undefined;
  /** False: answers FORMERR to EDNS, as servers did before it. Default true. */
  readonly edns?: boolean | undefined;
  /** For faults that take time. Default the machine's. */
  readonly clock?: Clock | undefined;
  /** Sees every query as it comes in. */
  readonly onQuery?: ((query: DnsServerQuery) => void) | undefined;
}

export interface DnsServer {
  readonly host: string;
  readonly port: number;
  /** 0 without `tls`. */
  readonly tlsPort: number;
  /** 0 without `tls`. The path is `/dns-query`. */
  readonly httpsPort: number;
  readonly zone: InMemoryZone;
  /** Every query so far, the last 10,000 at most. */
  readonly queries: readonly DnsServerQuery[];
  /** Puts other faults in place of those before; counting starts again. */
  setFaults(faults: readonly DnsFault[]): void;
  /** Closes all sockets. Answers that are still due are not sent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a server. Rejects as Node does when the address can't be listened on; throws TypeError for a zone or fault that is none.
 * @rfc 1035 4.2
 * @rfc 7766 6
 */
export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const server = new LoopbackServer(options);
  try {
    await server.listen(options.port ?? 0, options.tls);
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

function readZone(zone: InMemoryZone | ZoneObject | string): InMemoryZone {
  return typeof zone !== 'string' && 'query' in zone && typeof zone.query === 'function' ? (zone as InMemoryZone) : inMemoryZone(zone as ZoneObject | string);
}

class LoopbackServer implements DnsServer {
  readonly host: string;
  readonly zone: InMemoryZone;
  readonly queries: DnsServerQuery[] = [];
  port = 0;
  tlsPort = 0;
  httpsPort = 0;
  readonly #settings: ResponderSettings;
  readonly #clock: Clock;
  #faults: FaultScript;
  #udp: UdpSocket | undefined;
  readonly #servers: (Server | HttpsServer)[] = [];
  readonly #closables = new Set<{ destroy(): void }>();
  readonly #timers = new Set<Timer>();

  constructor(options: DnsServerOptions) {
    this.host = options.host ?? '127.0.0.1';
    this.zone = readZone(options.zone);
    this.#clock = options.clock ?? systemClock;
    this.#faults = new FaultScript(options.faults ?? []);
    const onQuery = (query: DnsServerQuery): void => {
      this.queries.push(query);
      if (this.queries.length > LOGGED_QUERIES) this.queries.shift();
      options.onQuery?.(query);
    };
    this.#settings = { zone: zoneView(this.zone), faults: () => this.#faults, udpOctets: options.udpOctets ?? UDP_OCTETS, edns: options.edns ?? true, onQuery };
  }

  setFaults(faults: readonly DnsFault[]): void {
    this.#faults = new FaultScript(faults);
  }

  /** A port that is free for TCP may be taken for UDP: then another one is tried. */
  async listen(port: number, tls: DnsServerOptions['tls']): Promise<void> {
    for (let attempt = 1; this.#udp === undefined; attempt++) {
      const tcp = createTcpServer((socket) => this.#serveStream(socket, 'tcp'));
      this.port = await this.#listenOn(tcp, port);
      try {
        this.#udp = await this.#bind(this.port);
      } catch (error) {
        if (port !== 0 || attempt === PORT_ATTEMPTS) throw error;
        tcp.close();
      }
    }
    this.#udp.on('message', (octets, peer) => this.#answerDatagram(octets, peer));
    if (tls === undefined) return;
    this.tlsPort = await this.#listenOn(createTlsServer({ ...tls, ALPNProtocols: ['dot'] }, (socket) => this.#serveStream(socket, 'tls')), 0);
    const https = createHttpsServer(tls, serveHttps((octets, send) => this.#answer(octets, 'https', send)));
    https.on('secureConnection', (socket) => this.#own(socket));
    this.httpsPort = await this.#listenOn(https, 0);
  }

  async #listenOn(server: Server | HttpsServer, port: number): Promise<number> {
    server.maxConnections = CONNECTIONS;
    server.on('tlsClientError', () => undefined);
    this.#servers.push(server);
    server.listen(port, this.host);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  async #bind(port: number): Promise<UdpSocket> {
    const socket = createSocket(isIPv6(this.host) ? 'udp6' : 'udp4');
    socket.bind(port, this.host);
    try {
      await once(socket, 'listening');
    } catch (error) {
      socket.close();
      throw error;
    }
    return socket.on('error', () => undefined);
  }

  #answerDatagram(octets: Uint8Array, peer: RemoteInfo): void {
    this.#answer(octets, 'udp', ({ messages, stranger }) => {
      messages.forEach((message, index) => {
        if (stranger && index === 0) void this.#sendFromElsewhere(message, peer);
        else this.#udp?.send(message, peer.port, peer.address);
      });
    });
  }

  async #sendFromElsewhere(message: Uint8Array, peer: RemoteInfo): Promise<void> {
    const socket = await this.#bind(0);
    socket.send(message, peer.port, peer.address, () => socket.close());
  }

  /** Calls `send` when the answer is due, and not at all when there is none. */
  #answer(octets: Uint8Array, transport: DnsTransport, send: (reply: Reply) => void): void {
    const reply = respond(octets, transport, this.#settings);
    if (reply === undefined || reply.delayMs === Infinity) return;
    if (reply.delayMs === 0) send(reply);
    else this.#later(reply.delayMs, () => send(reply));
  }

  #later(delayMs: number, callback: () => void): void {
    const timer = this.#clock.setTimer(() => {
      this.#timers.delete(timer);
      callback();
    }, delayMs);
    this.#timers.add(timer);
  }

  #own(socket: Socket): void {
    this.#closables.add(socket);
    socket.on('error', () => undefined).on('close', () => this.#closables.delete(socket));
    socket.setTimeout(IDLE_MS, () => socket.destroy());
  }

  #serveStream(socket: Socket, transport: 'tcp' | 'tls'): void {
    this.#own(socket);
    socket.setNoDelay(true);
    const frames = new FrameReader();
    socket.on('data', (chunk) => {
      for (const octets of frames.push(chunk)) {
        this.#answer(octets, transport, (reply) => {
          if (reply.close) socket.destroy();
          for (const message of reply.messages) this.#write(socket, frame(message), reply.dripMs);
        });
      }
    });
  }

  #write(socket: Socket, octets: Uint8Array, dripMs: number): void {
    if (socket.destroyed) return;
    if (dripMs === 0) return void socket.write(octets);
    socket.write(octets.subarray(0, 1));
    if (octets.length > 1) this.#later(dripMs, () => this.#write(socket, octets.subarray(1), dripMs));
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    const closed = this.#servers.splice(0).filter((server) => server.listening).map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of this.#closables) socket.destroy();
    const udp = this.#udp;
    this.#udp = undefined;
    if (udp !== undefined) closed.push(new Promise((resolve) => udp.close(() => resolve(undefined))));
    await Promise.all(closed);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
