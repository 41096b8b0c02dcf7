/**
 * An IMAP server: it listens, gives each connection to a `Connection`, keeps the limits that concern them all, and closes so that nobody waits: idle
 * clients get BYE at once, commands under way may end, the rest is cut at the deadline.
 *
 * Read next: `options.ts`, `connection.ts` (the loop), `../commands/dispatch.ts` (what each command does).
 *
 * @rfc 9051 3
 */
import { channel } from 'node:diagnostics_channel';
import type { ServerOptions, ServerViolationCode } from '@mailwright/imap';
import {
  DeadlineSet, type Endpoint, formatEndpoint, listen, type Listener, type NetError, systemClock, systemRandom, type TlsHandshakeOptions, type TlsServerOptions,
  type Transport,
} from '@mailwright/net';
import type { Clock, Random } from '@mailwright/wire';
import { LayoutCache } from '../message/layout-cache.ts';
import type { MailStore } from '../store/mail-store.ts';
import { ConnectionCounts } from './connection-limits.ts';
import { Connection } from './connection.ts';
import type { ServerCore } from './core.ts';
import { ImapServerError } from './errors.ts';
import type { AuthenticationAnswer, AuthenticationRequest, ImapServerOptions, ImapSession, SessionEnd } from './options.ts';
import { RecentMessages } from './recent-messages.ts';
import { type DriverLimits, type DriverTimeouts, resolveImapServerOptions } from './resolve-options.ts';

const SALT_KEY_OCTETS = 32;
const DEFAULT_CLOSE_MS = 10_000;

const sessionChannel = channel('mailwright:imap-server:session');
const violationChannel = channel('mailwright:imap-server:violation');
const listenerChannel = channel('mailwright:imap-server:listener');

/** Where to listen. */
export interface ImapListenOptions {
  /** Default 0: a free port, which the returned endpoint names. */
  readonly port?: number | undefined;
  /** Default `localhost`; `::` for all addresses of the machine. */
  readonly host?: string | undefined;
  /** A Unix socket in place of host and port. */
  readonly path?: string | undefined;
  /** TLS from the first octet, in place of STARTTLS. Default false. @rfc 8314 3 */
  readonly implicitTls?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How the sessions ended that were open when `close` was called. */
export interface ImapCloseCounts {
  /** Had no command under way and got BYE at once. */
  readonly idle: number;
  /** Ended what was under way within the deadline. */
  readonly drained: number;
  /** Were cut at the deadline. */
  readonly cut: number;
}

export interface ImapServer extends AsyncDisposable {
  /** Where it listens, in the order of the `listen` calls. */
  readonly addresses: readonly Endpoint[];
  /** The open sessions, those among them that are being refused; a copy. */
  readonly sessions: readonly ImapSession[];
  /**
   * Listens; more than one call gives more than one port. Resolves when connections are taken, with the real address.
   * Errors: rejects with a `NetError` `NET_LISTEN_FAILED` at once when the address can't be had, with a `TypeError` for `implicitTls` without `tls`, and with
   * an `ImapServerError` `IMAP_SERVER_CLOSED` after `close`.
   */
  listen(options?: ImapListenOptions): Promise<Endpoint>;
  /** Serves a connection that came some other way: the in-memory pair, a socket of one's own. */
  serve(transport: Transport): void;
  /**
   * Stops listening, says BYE to idle clients now, lets commands end for `timeoutMs` (10000), cuts the rest. The store stays open. Idempotent: later
   * calls give what the first gives. Throws a `RangeError` for a time that is none.
   */
  close(options?: { readonly timeoutMs?: number | undefined }): Promise<ImapCloseCounts>;
}

/**
 * Makes a server; `listen` starts it.
 *
 * Errors: `TypeError` or `RangeError` for options that make no sense.
 *
 * @rfc 9051 3
 */
export function createImapServer(options: ImapServerOptions): ImapServer {
  return new Server(options);
}

class Server implements ImapServer, ServerCore {
  readonly options: ImapServerOptions;
  readonly store: MailStore;
  readonly machineOptions: ServerOptions;
  readonly limits: DriverLimits;
  readonly timeouts: DriverTimeouts;
  readonly clock: Clock;
  readonly random: Random;
  readonly saltKey: Uint8Array;
  readonly deadlines: DeadlineSet<Connection>;
  readonly tls: TlsServerOptions | undefined;
  readonly tlsBounds: TlsHandshakeOptions;
  readonly layouts: LayoutCache;
  readonly recent: RecentMessages = new RecentMessages();
  readonly #listeners: Listener[] = [];
  readonly #connections: Set<Connection> = new Set();
  readonly #counts: ConnectionCounts;
  /** Why those that were not admitted are refused. */
  readonly #refused: Map<ImapSession, string> = new Map();
  #sessions = 0;
  /** Connections whose output leaves in the next turn; one immediate serves them all. */
  #toFlush: Connection[] = [];
  #closing: Promise<ImapCloseCounts> | undefined = undefined;
  #emptied: (() => void) | undefined = undefined;

  constructor(options: ImapServerOptions) {
    const { machine, limits, timeouts, tls } = resolveImapServerOptions(options);
    this.options = options;
    this.store = options.store;
    this.machineOptions = machine;
    this.limits = limits;
    this.timeouts = timeouts;
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? systemRandom;
    this.saltKey = options.saltKey ?? this.random.octets(SALT_KEY_OCTETS);
    this.deadlines = new DeadlineSet(this.clock);
    this.tls = tls;
    this.tlsBounds = { timeoutMs: tls?.timeoutMs ?? Infinity, clock: tls?.clock ?? this.clock };
    this.layouts = new LayoutCache(Math.trunc(limits.layouts));
    this.#counts = new ConnectionCounts(limits);
  }

  get addresses(): readonly Endpoint[] {
    return this.#listeners.map((listener) => listener.address);
  }

  get sessions(): readonly ImapSession[] {
    return [...this.#connections];
  }

  async listen({ implicitTls = false, ...where }: ImapListenOptions = {}): Promise<Endpoint> {
    this.#refuseWhenClosed();
    if (implicitTls && this.tls === undefined) throw new TypeError('implicitTls needs certificates in tls');
    const listener = await listen({ ...where, onError: publishListenerError }, (transport) => this.#open(transport, implicitTls));
    this.#listeners.push(listener);
    if (this.#closing !== undefined) await listener.close();
    this.#refuseWhenClosed();
    return listener.address;
  }

  serve(transport: Transport): void {
    this.#open(transport, false);
  }

  close({ timeoutMs = DEFAULT_CLOSE_MS }: { readonly timeoutMs?: number | undefined } = {}): Promise<ImapCloseCounts> {
    if (!(timeoutMs >= 0)) throw new RangeError(`timeoutMs must be a number from 0, not ${timeoutMs}`);
    return (this.#closing ??= this.#close(timeoutMs));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #open(transport: Transport, implicitTls: boolean): void {
    const refusal = this.#closing === undefined ? this.#counts.admit(transport.peer) : 'Server shutting down';
    if (refusal !== undefined && this.#refused.size >= this.limits.refusedConnections) return dropUnheard(transport);
    const connection = new Connection(this, transport, ++this.#sessions);
    if (refusal !== undefined) this.#refused.set(connection, refusal);
    this.#connections.add(connection);
    if (sessionChannel.hasSubscribers) sessionChannel.publish({ type: 'open', session: connection });
    connection.open(implicitTls);
  }

  async #close(timeoutMs: number): Promise<ImapCloseCounts> {
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    const open = [...this.#connections];
    const busy = new Set(open.filter((connection) => !connection.shutdown()));
    if (this.#connections.size > 0) await this.#emptiedWithin(timeoutMs);
    const cut = [...this.#connections].filter((connection) => busy.has(connection)).length;
    if (this.#connections.size > 0) await this.#cutAll();
    return { idle: open.length - busy.size, drained: busy.size - cut, cut };
  }

  /** Resolves when the last connection is gone, or when the time is over. */
  async #emptiedWithin(timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.clock.setTimer(resolve, timeoutMs);
      this.#emptied = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  async #cutAll(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#emptied = resolve;
      for (const connection of [...this.#connections]) connection.destroy();
    });
  }

  #refuseWhenClosed(): void {
    if (this.#closing !== undefined) throw new ImapServerError('IMAP_SERVER_CLOSED', 'the server is closed: make a new one');
  }

  // What the connections ask of it

  now(): number {
    return Math.trunc(this.clock.now());
  }

  authenticate(request: AuthenticationRequest, session: ImapSession): AuthenticationAnswer | Promise<AuthenticationAnswer> {
    return this.options.authenticate === undefined ? this.#checkSecret(request) : this.options.authenticate(request, session);
  }

  async #checkSecret(request: AuthenticationRequest): Promise<boolean> {
    const { secrets } = this.store;
    if (secrets === undefined || request.token !== undefined || request.mechanism === 'EXTERNAL') return false;
    return request.verify(await secrets.secret(request.username));
  }

  refusal(session: ImapSession): string | undefined {
    return this.#refused.size === 0 ? undefined : this.#refused.get(session);
  }

  flushLater(connection: Connection): void {
    if (this.#toFlush.push(connection) === 1) setImmediate(this.#flushAll);
  }

  readonly #flushAll = (): void => {
    const connections = this.#toFlush;
    this.#toFlush = [];
    for (const connection of connections) connection.flushDue();
  };

  report(error: unknown, session: ImapSession, reference?: string): void {
    this.options.error?.(error, session, reference);
  }

  publishViolation(session: ImapSession, code: ServerViolationCode): void {
    if (violationChannel.hasSubscribers) violationChannel.publish({ session, code });
    this.options.violation?.(code, session);
  }

  remove(connection: Connection, end: SessionEnd): void {
    if (!this.#connections.delete(connection)) return;
    this.deadlines.remove(connection);
    if (!this.#refused.delete(connection)) this.#counts.release(connection.peer);
    if (sessionChannel.hasSubscribers) sessionChannel.publish({ type: 'close', session: connection, end });
    try {
      this.options.close?.(connection, end);
    } catch (error) {
      this.report(error, connection);
    }
    if (this.#connections.size === 0) this.#emptied?.();
  }
}

/** Too many are being refused for one more to be told so. */
function dropUnheard(transport: Transport): void {
  const { peer } = transport;
  transport.destroy();
  if (!listenerChannel.hasSubscribers) return;
  listenerChannel.publish({ error: new ImapServerError('LIMIT_REFUSED_CONNECTIONS', `a connection from ${formatEndpoint(peer)} was dropped: too many are being refused`) });
}

function publishListenerError(error: NetError): void {
  if (listenerChannel.hasSubscribers) listenerChannel.publish({ error });
}
