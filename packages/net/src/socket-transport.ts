/**
 * A transport over a Node stream: a socket (TCP, Unix, TLS) or any other duplex, as those of `memory-pair.ts`.
 *
 * Made to be cheap when idle: one small object a connection, listeners that are functions of the module and find the
 * transport through a property of the socket. Read next: `tls-handshake.ts`, `dial.ts`, `listen.ts`.
 */
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { formatEndpoint, localEndpoint, remoteEndpoint } from './endpoint.ts';
import { connectionError, netError } from './errors.ts';
import type { NetError } from './errors.ts';
import { type ReadMemory, readMemoryOf } from './read-memory.ts';
import { Handshake } from './tls-handshake.ts';
import type { HandshakeOwner } from './tls-handshake.ts';
import type { TlsClientOptions, TlsFacts, TlsHandshakeOptions, TlsServerOptions } from './tls.ts';
import type { Endpoint, Transport, TransportSink } from './transport.ts';

/**
 * Octets queued in a socket before `write` asks to wait. The socket's own mark must not be higher, or its `drain` would
 * not come: sockets made by `dial` and `listen` get this one.
 */
export const HIGH_WATER_OCTETS = 65_536;

/**
 * Up to this many octets several parts are joined by one copy; above, they go to the system as they are (writev). Measured
 * on Node 20, CPU of a write: 10 parts of 50 octets 2.0 us joined and 2.6 us apart, 2 of 1000 2.1 and 2.1, 2 of 4000 4.7
 * and 3.9, 2 of 16,000 12.6 and 8.8.
 */
const MAX_JOINED_OCTETS = 4096;

// What has happened to a transport, as bits of `#flags`.
const READING = 1; // a sink was attached, the data listener is on
const PAUSED = 2;
const AWAITING_DRAIN = 4; // a write returned false
const CLOSING = 8; // our FIN was asked for, or the connection was dropped
const END_SEEN = 16;
const END_TOLD = 32;
const GONE = 64;
const GONE_TOLD = 128;
const HANDSHAKING = 256;
const SECURED = 512; // the handshake is done, and who waits for it may not have been told yet: nothing is read

const TRANSPORT: unique symbol = Symbol('transport');

interface OwnedStream extends Duplex {
  [TRANSPORT]: SocketTransport;
}

/** Who counts connections. */
export interface TransportOwner {
  transportClosed(transport: SocketTransport): void;
}

/** Both ends of a connection that no operating system knows of. */
export const MEMORY_ENDPOINT: Endpoint = { address: 'memory', port: 0, family: 'memory' };

const NO_SINK: TransportSink = { data: ignore, end: ignore, drained: ignore, closed: ignore };

/** Names for the ends of a stream that has none. */
export interface StreamEndpoints {
  readonly peer?: Endpoint | undefined;
  readonly local?: Endpoint | undefined;
}

/**
 * A transport over a connected socket, or over any other Node duplex, that nobody has read from. TLS may be started over it;
 * of TLS that is on already it knows nothing.
 */
export function streamTransport(stream: Duplex, { peer, local }: StreamEndpoints = {}): Transport {
  return new SocketTransport(stream, peer, local);
}

export class SocketTransport implements Transport {
  readonly peer: Endpoint;
  #stream: Duplex;
  #flags = 0;
  #sink: TransportSink = NO_SINK;
  #tls: TlsFacts | undefined = undefined;
  #failure: NetError | undefined = undefined;
  #local: Endpoint | undefined;
  readonly #owner: TransportOwner | undefined;
  readonly #memory: ReadMemory | undefined;

  /** `stream` is connected and nobody reads it. */
  constructor(stream: Duplex, peer?: Endpoint, local?: Endpoint, owner?: TransportOwner) {
    this.#stream = stream;
    this.peer = peer ?? streamEndpoint(stream, remoteEndpoint);
    this.#local = local;
    this.#owner = owner;
    stream.allowHalfOpen = true;
    this.#memory = readMemoryOf(stream);
    if (this.#memory !== undefined) this.#memory.receive = (octets) => this.received(octets);
    this.#listen(stream);
  }

  get local(): Endpoint {
    this.#local ??= streamEndpoint(this.#stream, localEndpoint);
    return this.#local;
  }

  get tls(): TlsFacts | undefined {
    return this.#tls;
  }

  get bufferedOctets(): number {
    return this.#stream.writableLength;
  }

  attach(sink: TransportSink): void {
    this.#sink = sink;
    if ((this.#flags & (END_SEEN | GONE)) !== 0) process.nextTick(tellMissed, this);
    if ((this.#flags & (HANDSHAKING | SECURED)) === 0) this.#startReading();
    else this.#flags |= READING;
  }

  write(octets: string | Uint8Array | readonly Uint8Array[]): boolean {
    const stream = this.#stream;
    if ((this.#flags & (CLOSING | GONE | HANDSHAKING)) !== 0) return this.#refuseWrite();
    if (typeof octets === 'string' || octets instanceof Uint8Array) writeOne(stream, octets);
    else if (octets.length === 1) writeOne(stream, octets[0]!);
    else writeParts(stream, octets);
    if (stream.writableLength < HIGH_WATER_OCTETS) return true;
    this.#flags |= AWAITING_DRAIN;
    return false;
  }

  pause(): void {
    this.#flags |= PAUSED;
    if ((this.#flags & (HANDSHAKING | SECURED)) === 0) this.#stream.pause();
  }

  resume(): void {
    this.#flags &= ~PAUSED;
    if ((this.#flags & (HANDSHAKING | SECURED | READING)) === READING) this.#stream.resume();
  }

  recycle(octets: Uint8Array): void {
    this.#memory?.recycle(octets);
  }

  startTls(options: TlsClientOptions | TlsServerOptions, bounds: TlsHandshakeOptions = {}): Promise<TlsFacts> {
    return new Promise((resolve, reject) => {
      if (this.#tls !== undefined || (this.#flags & HANDSHAKING) !== 0) throw new TypeError('TLS is on already');
      if ((this.#flags & (CLOSING | GONE | END_SEEN)) !== 0 || this.#stream.destroyed) {
        this.destroy();
        reject(netError('NET_CLOSED', `TLS with ${formatEndpoint(this.peer)}: the connection is closed`, { phase: 'tls', peer: this.peer }));
        return;
      }
      this.#handshake(options, bounds, {
        handshakeDone: (facts) => {
          this.#secured(facts);
          resolve(facts);
        },
        handshakeFailed: (error) => {
          if ((this.#flags & CLOSING) === 0) this.#failure ??= error;
          reject(error);
        },
      });
    });
  }

  close(): void {
    if ((this.#flags & (CLOSING | GONE)) !== 0) return;
    if ((this.#flags & HANDSHAKING) !== 0) return this.destroy();
    this.#flags |= CLOSING;
    this.#stream.end();
  }

  destroy(): void {
    this.#flags |= CLOSING;
    this.#stream.destroy();
  }

  // What the listeners of the socket report; for them alone.

  received(octets: Uint8Array): void {
    this.#sink.data(octets);
  }

  ended(): void {
    this.#flags |= END_SEEN;
    this.tellMissed();
  }

  drained(): void {
    if ((this.#flags & AWAITING_DRAIN) === 0) return;
    this.#flags &= ~AWAITING_DRAIN;
    this.#sink.drained();
  }

  failed(cause: Error): void {
    this.#failure ??= connectionError(cause, this.peer);
    this.#stream.destroy();
  }

  gone(stream: Duplex): void {
    if (stream !== this.#stream || (this.#flags & GONE) !== 0) return;
    this.#flags |= GONE;
    this.#owner?.transportClosed(this);
    this.tellMissed();
  }

  /** Tells the sink what it has not been told of the end, once there is one. */
  tellMissed(): void {
    const untold = this.#sink === NO_SINK ? 0 : this.#flags;
    if ((untold & (END_SEEN | END_TOLD)) === END_SEEN && this.#failure === undefined) {
      this.#flags |= END_TOLD;
      this.#sink.end();
    }
    if ((untold & (GONE | GONE_TOLD)) !== GONE) return;
    this.#flags |= GONE_TOLD;
    this.#sink.closed(this.#failure);
  }

  #listen(stream: Duplex): void {
    (stream as OwnedStream)[TRANSPORT] = this;
    stream.on('end', onEnd);
    stream.on('error', onError);
    stream.on('close', onClose);
  }

  #startReading(): void {
    if ((this.#flags & GONE) !== 0) return;
    this.#flags |= READING;
    if (this.#stream.listenerCount('drain', onDrain) !== 0) return;
    this.#stream.on('drain', onDrain);
    this.#stream.on('data', onData);
    if ((this.#flags & PAUSED) === 0) this.#stream.resume();
    else this.#stream.pause();
  }

  #handshake(options: TlsClientOptions | TlsServerOptions, bounds: TlsHandshakeOptions, owner: HandshakeOwner): void {
    const raw = this.#stream;
    const handshake = new Handshake(raw, options, bounds, this.peer, owner);
    this.#flags = (this.#flags | HANDSHAKING) & ~AWAITING_DRAIN;
    raw.off('data', onData);
    raw.off('drain', onDrain);
    raw.off('end', onEnd);
    raw.off('close', onClose);
    this.#stream = handshake.socket;
    this.#listen(handshake.socket);
    handshake.socket.on('_tlsError', onError);
  }

  /** Octets may stand right behind the handshake: they are read after the promise of `startTls` was seen, never before. */
  #secured(facts: TlsFacts): void {
    this.#flags = (this.#flags & ~HANDSHAKING) | SECURED;
    this.#tls = facts;
    setImmediate(readSecured, this);
  }

  readSecured(): void {
    this.#flags &= ~SECURED;
    if ((this.#flags & READING) !== 0) this.#startReading();
  }

  #refuseWrite(): boolean {
    if ((this.#flags & HANDSHAKING) !== 0) throw new TypeError('write during the TLS handshake: wait for startTls');
    return true;
  }
}

const NOT_ASCII = /[^\x00-\x7f]/;

/**
 * Node would hand a write of nothing to the system all the same. A text of ASCII is written as Latin-1, which is the same octets and spares
 * the conversion: 3 us of 41 us CPU a message for a server whose replies leave one by one.
 */
function writeOne(stream: Duplex, octets: string | Uint8Array): void {
  if (octets.length === 0) return;
  if (typeof octets !== 'string') stream.write(octets);
  else stream.write(octets, NOT_ASCII.test(octets) ? 'utf8' : 'latin1');
}

function writeParts(stream: Duplex, parts: readonly Uint8Array[]): void {
  let octetCount = 0;
  for (const part of parts) octetCount += part.length;
  if (octetCount === 0) return;
  if (octetCount <= MAX_JOINED_OCTETS) {
    stream.write(Buffer.concat(parts, octetCount));
    return;
  }
  stream.cork();
  for (const part of parts) writeOne(stream, part);
  stream.uncork();
}

function onData(this: Duplex, octets: Uint8Array): void {
  (this as OwnedStream)[TRANSPORT].received(octets);
}

function onEnd(this: Duplex): void {
  (this as OwnedStream)[TRANSPORT].ended();
}

function onDrain(this: Duplex): void {
  (this as OwnedStream)[TRANSPORT].drained();
}

/** Attached for the whole life of a socket: an error nobody listens to would end the process. */
function onError(this: Duplex, cause: Error): void {
  (this as OwnedStream)[TRANSPORT].failed(cause);
}

function onClose(this: Duplex): void {
  (this as OwnedStream)[TRANSPORT].gone(this);
}

function streamEndpoint(stream: Duplex, endpointOf: (socket: Socket) => Endpoint): Endpoint {
  return stream instanceof Socket ? endpointOf(stream) : MEMORY_ENDPOINT;
}

function readSecured(transport: SocketTransport): void {
  transport.readSecured();
}

function tellMissed(transport: SocketTransport): void {
  transport.tellMissed();
}

function ignore(): void {}
