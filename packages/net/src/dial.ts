/**
 * Connecting to a host, an address or a Unix socket: lookup, Happy Eyeballs, implicit TLS, in bounded time.
 *
 * Leaves out MX and all routing. Read next: `connection-race.ts`, `tls-handshake.ts`.
 *
 * @rfc 8305 4
 */
import { connect as connectSocket, isIP } from 'node:net';
import type { NetConnectOpts, Socket } from 'node:net';
import type { Clock, Timer } from '@mailwright/wire';
import { systemClock } from './clock.ts';
import { ConnectionRace } from './connection-race.ts';
import type { Connect, ConnectTarget } from './connection-race.ts';
import { formatEndpoint, tcpEndpoint, unixEndpoint } from './endpoint.ts';
import { NetError, describeCause, netError } from './errors.ts';
import type { DialAttempt, NetErrorCode } from './errors.ts';
import { interleaveFamilies, literalAddress, systemLookup } from './lookup.ts';
import type { HostAddress, Lookup } from './lookup.ts';
import { ReadMemory, setReadMemory } from './read-memory.ts';
import { HIGH_WATER_OCTETS, SocketTransport } from './socket-transport.ts';
import { checkClientOptions } from './tls-handshake.ts';
import type { TlsClientOptions } from './tls.ts';
import type { Transport } from './transport.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_ATTEMPT_DELAY_MS = 250; // RFC 8305 section 8
const MIN_ATTEMPT_DELAY_MS = 10; // RFC 8305 section 8

/** Options for every destination. */
export interface DialSettings {
  /** How long lookup and connecting may take together. Default 30000; `Infinity` for no limit. TLS has a budget of its own. */
  readonly timeoutMs?: number | undefined;
  /** Gives up whatever is under way, TLS included. */
  readonly signal?: AbortSignal | undefined;
  /** TLS from the first octet. Default: none. `serverName` defaults to the host. */
  readonly tls?: TlsClientOptions | undefined;
  readonly clock?: Clock | undefined;
  /** Called at the end of each attempt, also of those that lost. */
  readonly onAttempt?: ((attempt: DialAttempt) => void) | undefined;
  /**
   * Whether `Transport.recycle` takes memory back. For receivers that let much go by: 64 KiB stay with the connection, and small reads are copied.
   * Default false.
   */
  readonly recycles?: boolean | undefined;
  /** Makes the sockets. Default: `node:net`. */
  readonly connect?: Connect | undefined;
}

export interface DialHostOptions extends DialSettings {
  /** A host name or an IP address. */
  readonly host: string;
  readonly port: number;
  /** The address to connect from. Only its family is tried. */
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  /** Try only this family. Default: both. */
  readonly family?: 'IPv4' | 'IPv6' | undefined;
  /** Default: the operating system's. */
  readonly lookup?: Lookup | undefined;
  /** The head start of each attempt over the next. Default 250, at least 10. */
  readonly attemptDelayMs?: number | undefined;
}

export interface DialPathOptions extends DialSettings {
  /** The path of a Unix socket. */
  readonly path: string;
}

export type DialOptions = DialHostOptions | DialPathOptions;

export interface DialResult {
  readonly transport: Transport;
  /** Every attempt, in the order of their starts. */
  readonly attempts: readonly DialAttempt[];
}

/**
 * Connects.
 *
 * Errors: rejects with a `NetError` (`NET_LOOKUP_FAILED`, `NET_DIAL_FAILED`, `NET_DIAL_TIMEOUT`, `NET_ABORTED`, and those of
 * `Transport.startTls`) whose `attempts` tell each address tried; nothing stays open then. Throws `TypeError` and
 * `RangeError` on bad options.
 * @rfc 8305 5
 */
export async function dial(options: DialOptions): Promise<Transport> {
  return (await dialWithAttempts(options)).transport;
}

/** As `dial`, and tells the attempts of a success too. */
export async function dialWithAttempts(options: DialOptions): Promise<DialResult> {
  checkOptions(options);
  const tls = options.tls === undefined || options.tls.policy.mode === 'none' ? undefined : implicitTls(options, options.tls);
  if (tls !== undefined) checkClientOptions(tls);
  const dialing = new Dialing(options);
  const transport = await dialing.connect();
  const { attempts } = dialing;
  if (tls === undefined) return { transport, attempts };
  try {
    await transport.startTls(tls);
  } catch (error) {
    transport.destroy();
    throw error instanceof NetError ? withAttempts(error, attempts) : error;
  }
  return { transport, attempts };
}

/** One call of `dial` until the connection stands. */
class Dialing {
  readonly #options: DialOptions;
  readonly #clock: Clock;
  #lookupAbort: AbortController | undefined;
  readonly #destination: string;
  #race: ConnectionRace | undefined;
  #timer: Timer | undefined;
  #resolve!: (transport: SocketTransport) => void;
  #reject!: (error: NetError) => void;
  #settled = false;

  constructor(options: DialOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#destination = 'path' in options ? `unix:${options.path}` : `${options.host} port ${options.port}`;
  }

  get attempts(): readonly DialAttempt[] {
    return this.#race?.attempts ?? [];
  }

  connect(): Promise<SocketTransport> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      const { signal, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
      if (signal?.aborted === true) return this.#onAbort();
      signal?.addEventListener('abort', this.#onAbort);
      this.#timer = this.#clock.setTimer(() => this.#fail('NET_DIAL_TIMEOUT', `took longer than ${timeoutMs} ms`), timeoutMs);
      this.#begin();
    });
  }

  #begin(): void {
    const options = this.#options;
    if ('path' in options) {
      return this.#startRace([{ address: options.path, port: 0, family: 'unix', localAddress: undefined, localPort: undefined }]);
    }
    const literal = literalAddress(options.host);
    if (literal !== undefined) return this.#startRace(this.#targets(options, [literal]));
    const lookup = options.lookup ?? systemLookup;
    const { signal } = (this.#lookupAbort = new AbortController());
    const found = async (): Promise<readonly HostAddress[]> => lookup(options.host, signal);
    found().then(
      (addresses) => {
        if (!this.#settled) this.#startRace(this.#targets(options, addresses));
      },
      (cause: unknown) => this.#fail('NET_LOOKUP_FAILED', `failed: no address was found (${describeCause(cause)})`, cause),
    );
  }

  #targets(options: DialHostOptions, addresses: readonly HostAddress[]): ConnectTarget[] {
    const { port, localAddress, localPort } = options;
    const families = [options.family, localAddress === undefined ? undefined : literalAddress(localAddress)?.family];
    const usable = addresses.filter((address) => families.every((family) => family === undefined || family === address.family));
    return interleaveFamilies(usable).map(({ address, family }) => ({ address, port, family, localAddress, localPort }));
  }

  #startRace(targets: readonly ConnectTarget[]): void {
    if (targets.length === 0) return this.#fail('NET_LOOKUP_FAILED', 'failed: the host has no address of a family that may be used');
    const { recycles = false, connect = (target) => connectTo(target, recycles), onAttempt } = this.#options;
    const attemptDelayMs = ('path' in this.#options ? undefined : this.#options.attemptDelayMs) ?? DEFAULT_ATTEMPT_DELAY_MS;
    this.#race = new ConnectionRace({
      targets, connect, clock: this.#clock, attemptDelayMs, onAttempt,
      onSettled: (winner) => {
        if (winner === undefined) this.#fail('NET_DIAL_FAILED', `failed: ${this.#whatFailed()}`, this.attempts.at(-1)?.error);
        else this.#succeed(winner.socket, winner.target);
      },
    });
    this.#race.start();
  }

  #whatFailed(): string {
    return this.attempts.map(({ address, port, family, error }) => {
      return `${formatEndpoint({ address, port, family })} ${error === undefined ? 'was abandoned' : describeCause(error)}`;
    }).join(', ');
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#timer?.cancel();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    return true;
  }

  #succeed(socket: Socket, target: ConnectTarget): void {
    if (!this.#settle()) return void socket.destroy();
    const peer = target.family === 'unix' ? unixEndpoint(target.address) : tcpEndpoint(target.address, target.port);
    this.#resolve(new SocketTransport(socket, peer, target.family === 'unix' ? unixEndpoint('') : undefined));
  }

  #fail(code: NetErrorCode, what: string, cause?: unknown): void {
    if (!this.#settle()) return;
    this.#lookupAbort?.abort();
    this.#race?.stop();
    const last = this.attempts.at(-1);
    const peer = last === undefined ? undefined : { address: last.address, port: last.port, family: last.family };
    this.#reject(netError(code, `dialing ${this.#destination} ${what}`, { phase: 'dial', peer, attempts: this.attempts, cause }));
  }

  readonly #onAbort = (): void => {
    this.#fail('NET_ABORTED', 'was aborted by the caller', this.#options.signal?.reason);
  };
}

/** `highWaterMark` is passed through to the stream, but is missing in the types of Node 20. */
type SocketOptions = NetConnectOpts & { readonly highWaterMark: number };

function connectTo(target: ConnectTarget, recycles: boolean): Socket {
  const memory = recycles ? new ReadMemory() : undefined;
  const socket = connectSocket({ ...addressOf(target), ...(memory === undefined ? {} : { onread: memory.onread }) });
  if (memory === undefined) return socket;
  setReadMemory(socket, memory);
  return socket.pause(); // else it would read as soon as it is connected
}

function addressOf(target: ConnectTarget): SocketOptions {
  if (target.family === 'unix') {
    const path: SocketOptions = { path: target.address, allowHalfOpen: true, highWaterMark: HIGH_WATER_OCTETS };
    return path;
  }
  const options: SocketOptions = {
    host: target.address,
    port: target.port,
    allowHalfOpen: true,
    noDelay: true,
    autoSelectFamily: false,
    highWaterMark: HIGH_WATER_OCTETS,
    ...(target.localAddress === undefined ? {} : { localAddress: target.localAddress }),
    ...(target.localPort === undefined ? {} : { localPort: target.localPort }),
  };
  return options;
}

function implicitTls(options: DialOptions, tls: TlsClientOptions): TlsClientOptions {
  const host = 'path' in options || isIP(options.host) !== 0 ? undefined : options.host;
  return {
    ...tls,
    serverName: tls.serverName ?? (literalAddress(host ?? '[::]') === undefined ? host : undefined),
    signal: anySignal(tls.signal, options.signal),
    clock: tls.clock ?? options.clock,
  };
}

function anySignal(a: AbortSignal | undefined, b: AbortSignal | undefined): AbortSignal | undefined {
  return a !== undefined && b !== undefined ? AbortSignal.any([a, b]) : (a ?? b);
}

function withAttempts(error: NetError, attempts: readonly DialAttempt[]): NetError {
  return new NetError(error.code, error.message, { phase: error.phase, peer: error.peer, attempts, cause: error.cause });
}

function checkOptions(options: DialOptions): void {
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  if (!(timeoutMs > 0)) throw new RangeError('timeoutMs must be above 0');
  if ('path' in options) {
    if (options.path === '' || options.path.includes('\0')) throw new TypeError('path must be the path of a Unix socket');
    return;
  }
  const { host, port, localAddress, attemptDelayMs = DEFAULT_ATTEMPT_DELAY_MS } = options;
  if (host === '' || /[\0\r\n\s]/.test(host)) throw new TypeError('host must be a host name or an IP address');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new RangeError(`port must be an integer from 1 to 65535, not ${port}`);
  if (localAddress !== undefined && isIP(localAddress) === 0) throw new TypeError('localAddress must be an IP address');
  if (!(attemptDelayMs >= MIN_ATTEMPT_DELAY_MS)) throw new RangeError(`attemptDelayMs must be at least ${MIN_ATTEMPT_DELAY_MS}`);
}
