/**
 * An SMTP server: it listens, gives each connection to a `Connection`, keeps the limits that concern them all, and closes
 * so that nobody waits: idle clients get 421 at once, transactions under way may end, the rest is cut at the deadline.
 *
 * Read next: `connection.ts` (the loop), `handlers.ts` (what an application decides).
 *
 * @rfc 5321 3.8
 * @rfc 5321 7.8
 */
import { channel } from 'node:diagnostics_channel';
import { hostname as systemHostname } from 'node:os';
import { DeadlineSet, type Endpoint, listen, type Listener, systemClock, systemRandom, type Transport } from '@mailwright/net';
import { resolveServerOptions, reply, type Reply, type ServerOptions, type ServerViolation } from '@mailwright/smtp';
import type { Clock, Random } from '@mailwright/wire';
import { Connection } from './connection.ts';
import type { ServerCore } from './core.ts';
import { SmtpServerError } from './errors.ts';
import type { SessionEnd, SmtpServerHandlers } from './handlers.ts';
import { DEFAULT_CONNECTION_LIMITS, DEFAULT_DRIVER_TIMEOUTS, DEFAULT_TARPIT, type SmtpServerOptions, type Tarpit } from './options.ts';

const TOO_MANY_CONNECTIONS = reply(421, '4.3.2', 'Too many connections, try again later');
const TOO_MANY_FROM_ADDRESS = reply(421, '4.7.0', 'Too many connections from your address');
const SALT_KEY_OCTETS = 32;
const DEFAULT_CLOSE_MS = 10_000;

const sessionChannel = channel('mailwright:smtp-server:session');
const violationChannel = channel('mailwright:smtp-server:violation');

/** Where to listen. */
export interface SmtpListenOptions {
  /** Default 0: a free port, which the returned endpoint names. */
  readonly port?: number | undefined;
  /** Default `localhost`; `::` for all addresses of the machine. */
  readonly host?: string | undefined;
  /** A Unix socket in place of host and port. */
  readonly path?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How the sessions ended that were open when `close` was called. */
export interface CloseCounts {
  /** Had no transaction under way and got 421 at once. */
  readonly idle: number;
  /** Ended their transaction within the deadline. */
  readonly drained: number;
  /** Were cut at the deadline. */
  readonly cut: number;
}

export interface SmtpServer extends AsyncDisposable {
  /** Where it listens, in the order of the `listen` calls. */
  readonly addresses: readonly Endpoint[];
  /** Open connections. */
  readonly connectionCount: number;
  /**
   * Listens; more than one call gives more than one port. Resolves when connections are taken, with the real address.
   * Errors: rejects with a `NetError` `NET_LISTEN_FAILED` at once when the address can't be had.
   */
  listen(options?: SmtpListenOptions): Promise<Endpoint>;
  /** Serves a connection that came some other way: the in-memory pair, a socket of one's own. */
  serve(transport: Transport): void;
  /** Stops listening, says 421 to idle clients now, lets transactions end for `timeoutMs` (10000), cuts the rest. Idempotent. */
  close(options?: { readonly timeoutMs?: number | undefined }): Promise<CloseCounts>;
}

/**
 * Makes a server; `listen` starts it.
 *
 * Errors: `TypeError` or `RangeError` for options that make no sense.
 *
 * @rfc 5321 3
 */
export function createSmtpServer(options: SmtpServerOptions = {}): SmtpServer {
  return new Server(options);
}

class Server implements SmtpServer, ServerCore {
  readonly options: SmtpServerOptions;
  readonly machineOptions: ServerOptions;
  readonly clock: Clock;
  readonly random: Random;
  readonly saltKey: Uint8Array;
  readonly deadlines: DeadlineSet<Connection>;
  readonly handlerMs: number;
  readonly writeMs: number;
  readonly #limits: typeof DEFAULT_CONNECTION_LIMITS;
  readonly #tarpit: Tarpit | undefined;
  readonly #listeners: Listener[] = [];
  readonly #connections = new Set<Connection>();
  readonly #perAddress = new Map<string, number>();
  #sessions = 0;
  #closing: Promise<CloseCounts> | undefined = undefined;
  /** Connections whose replies leave in the next turn; one immediate serves them all. */
  #toFlush: Connection[] = [];
  #emptied: (() => void) | undefined = undefined;

  constructor(options: SmtpServerOptions) {
    const { connections, connectionsPerAddress, ...limits } = { ...DEFAULT_CONNECTION_LIMITS, ...defined(options.limits) };
    const { handlerMs, writeMs, ...timeouts } = { ...DEFAULT_DRIVER_TIMEOUTS, ...defined(options.timeouts) };
    this.options = options;
    this.#limits = { connections, connectionsPerAddress };
    this.handlerMs = handlerMs;
    this.writeMs = writeMs;
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? systemRandom;
    this.saltKey = options.saltKey ?? this.random.octets(SALT_KEY_OCTETS);
    this.deadlines = new DeadlineSet(this.clock);
    this.#tarpit = options.tarpit === false ? undefined : { ...DEFAULT_TARPIT, ...defined(options.tarpit) };
    if (options.implicitTls === true && options.tls === undefined) throw new TypeError('implicitTls needs certificates in tls');
    if (options.requireAuth === true && options.auth === undefined) throw new TypeError('requireAuth needs an auth handler');
    this.machineOptions = resolveServerOptions({
      hostname: options.hostname ?? systemHostname(),
      banner: options.banner,
      disabled: new Set(options.disabled),
      mechanisms: options.auth === undefined ? [] : (options.mechanisms ?? ['PLAIN', 'LOGIN']),
      startTls: options.tls !== undefined && options.implicitTls !== true,
      requireTls: options.requireTls,
      requireAuth: options.requireAuth,
      clearTextAuth: options.clearTextAuth,
      lineEnds: options.lineEnds,
      nul: options.nul,
      limits,
      timeouts,
    });
  }

  get handlers(): SmtpServerHandlers {
    return this.options;
  }

  get addresses(): readonly Endpoint[] {
    return this.#listeners.map((listener) => listener.address);
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  async listen(where: SmtpListenOptions = {}): Promise<Endpoint> {
    if (this.#closing !== undefined) throw new SmtpServerError('SMTP_SERVER_CLOSED', 'the server is closed: make a new one');
    const tls = this.options.implicitTls === true ? this.options.tls : undefined;
    const listener = await listen({ ...where, tls }, (transport) => this.serve(transport));
    this.#listeners.push(listener);
    return listener.address;
  }

  serve(transport: Transport): void {
    const connection = new Connection(this, transport, ++this.#sessions);
    this.#connections.add(connection);
    const { address } = transport.peer;
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    if (sessionChannel.hasSubscribers) sessionChannel.publish({ type: 'open', session: connection });
    connection.open();
    if (this.#closing !== undefined) connection.shutdown();
  }

  close({ timeoutMs = DEFAULT_CLOSE_MS }: { readonly timeoutMs?: number | undefined } = {}): Promise<CloseCounts> {
    return (this.#closing ??= this.#close(timeoutMs));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(timeoutMs: number): Promise<CloseCounts> {
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    const open = [...this.#connections];
    const idle = open.filter((connection) => connection.machine.idle).length;
    for (const connection of open) connection.shutdown();
    let cut = 0;
    if (this.#connections.size > 0) {
      await new Promise<void>((resolve) => {
        this.#emptied = resolve;
        const timer = this.clock.setTimer(() => {
          cut = this.#connections.size;
          for (const connection of [...this.#connections]) connection.destroy();
        }, timeoutMs);
        this.#emptied = () => {
          timer.cancel();
          resolve();
        };
      });
    }
    this.deadlines.clear();
    return { idle, drained: open.length - idle - cut, cut };
  }

  // What the connections ask of it

  refuseConnection(connection: Connection): Reply | undefined {
    if (this.#connections.size > this.#limits.connections) return TOO_MANY_CONNECTIONS;
    return this.#perAddress.get(connection.peer.address)! > this.#limits.connectionsPerAddress ? TOO_MANY_FROM_ADDRESS : undefined;
  }

  tarpitMs(errorCount: number): number {
    const tarpit = this.#tarpit;
    if (tarpit === undefined || errorCount <= tarpit.errors) return 0;
    return Math.min(tarpit.maxDelayMs, (errorCount - tarpit.errors) * tarpit.delayMs);
  }

  flushLater(connection: Connection): void {
    if (this.#toFlush.push(connection) === 1) setImmediate(this.#flushAll);
  }

  readonly #flushAll = (): void => {
    const connections = this.#toFlush;
    this.#toFlush = [];
    for (const connection of connections) connection.flushScheduled();
  };

  report(error: unknown, connection: Connection): void {
    this.options.error?.(error, connection);
  }

  publishViolation(connection: Connection, code: ServerViolation): void {
    if (violationChannel.hasSubscribers) violationChannel.publish({ session: connection, code });
  }

  remove(connection: Connection, end: SessionEnd): void {
    if (!this.#connections.delete(connection)) return;
    this.deadlines.remove(connection);
    const { address } = connection.peer;
    const left = this.#perAddress.get(address)! - 1;
    if (left === 0) this.#perAddress.delete(address);
    else this.#perAddress.set(address, left);
    if (sessionChannel.hasSubscribers) sessionChannel.publish({ type: 'close', session: connection, end });
    try {
      this.options.close?.(connection, end);
    } catch (error) {
      this.report(error, connection);
    }
    if (this.#connections.size === 0) this.#emptied?.();
  }
}

/** Without the fields that are `undefined`, so that they do not hide a default. */
function defined<T extends object>(input: T | undefined): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(input ?? {}).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}
