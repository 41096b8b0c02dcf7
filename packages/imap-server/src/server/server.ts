/**
 * An IMAP server: it listens, gives each connection to a `Connection`, keeps the limits that concern them all, and closes so that nobody waits: idle
 * clients get BYE at once, commands under way may end, the rest is cut at the deadline.
 *
 * Read next: `options.ts`, `connection.ts` (the loop), `../commands/dispatch.ts` (what each command does).
 *
 * @rfc 9051 3
 */
import { channel } from 'node:diagnostics_channel';
import { ConnectionHouse } from '@mailwright/driver';
import type { ServerOptions, ServerViolationCode } from '@mailwright/imap';
import { DeadlineSet, type Endpoint, formatEndpoint, type NetError, systemClock, systemRandom, type TlsHandshakeOptions, type TlsServerOptions, type Transport } from '@mailwright/net';
import type { Clock, Random } from '@mailwright/wire';
import { LayoutCache } from '../message/layout-cache.ts';
import type { MailStore } from '../store/mail-store.ts';
import { Connection } from './connection.ts';
import type { ServerCore } from './core.ts';
import { ImapServerError } from './errors.ts';
import type { AuthenticationAnswer, AuthenticationRequest, ImapServerOptions, ImapSession, SessionEnd } from './options.ts';
import { RecentMessages } from './recent-messages.ts';
import { type DriverLimits, type DriverTimeouts, resolveImapServerOptions } from './resolve-options.ts';

const SALT_KEY_OCTETS = 32;
/** What those are told for whom there is no room. */
const REFUSALS = { connections: 'Too many connections, try again later', connectionsPerAddress: 'Too many connections from your address', closed: 'Server shutting down' } as const;

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
  readonly #house: ConnectionHouse<Connection, string>;

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
    this.#house = new ConnectionHouse({
      clock: this.clock,
      limits,
      refusals: REFUSALS,
      connect: (transport, id) => new Connection(this, transport, id),
      closedError: () => new ImapServerError('IMAP_SERVER_CLOSED', 'the server is closed: make a new one'),
    });
  }

  get addresses(): readonly Endpoint[] {
    return this.#house.addresses;
  }

  get sessions(): readonly ImapSession[] {
    return [...this.#house.connections];
  }

  async listen({ implicitTls = false, ...where }: ImapListenOptions = {}): Promise<Endpoint> {
    if (implicitTls && this.tls === undefined) throw new TypeError('implicitTls needs certificates in tls');
    return await this.#house.listen({ ...where, onError: publishListenerError }, (transport) => this.#open(transport, implicitTls));
  }

  serve(transport: Transport): void {
    this.#open(transport, false);
  }

  close(options?: { readonly timeoutMs?: number | undefined }): Promise<ImapCloseCounts> {
    return this.#house.close(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #open(transport: Transport, implicitTls: boolean): void {
    const { peer } = transport;
    const connection = this.#house.admit(transport);
    if (connection === undefined) return publishDropped(peer);
    if (sessionChannel.hasSubscribers) sessionChannel.publish({ type: 'open', session: connection });
    connection.open(implicitTls);
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
    return this.#house.refusal(session);
  }

  flushLater(connection: Connection): void {
    this.#house.flushLater(connection);
  }

  report(error: unknown, session: ImapSession, reference?: string): void {
    this.options.error?.(error, session, reference);
  }

  publishViolation(session: ImapSession, code: ServerViolationCode): void {
    if (violationChannel.hasSubscribers) violationChannel.publish({ session, code });
    this.options.violation?.(code, session);
  }

  remove(connection: Connection, end: SessionEnd): void {
    if (!this.#house.remove(connection)) return;
    this.deadlines.remove(connection);
    if (sessionChannel.hasSubscribers) sessionChannel.publish({ type: 'close', session: connection, end });
    try {
      this.options.close?.(connection, end);
    } catch (error) {
      this.report(error, connection);
    }
  }
}

/** Too many are being refused for one more to be told so. */
function publishDropped(peer: Endpoint): void {
  if (!listenerChannel.hasSubscribers) return;
  listenerChannel.publish({ error: new ImapServerError('LIMIT_REFUSED_CONNECTIONS', `a connection from ${formatEndpoint(peer)} was dropped: too many are being refused`) });
}

function publishListenerError(error: NetError): void {
  if (listenerChannel.hasSubscribers) listenerChannel.publish({ error });
}
