/**
 * An SMTP server: it listens, gives each connection to a `Connection`, keeps the limits that concern them all, and closes
 * so that nobody waits: idle clients get 421 at once, transactions under way may end, the rest is cut at the deadline.
 *
 * Read next: `handlers.ts` (what an application decides), `connection.ts` (the loop).
 *
 * @rfc 5321 3.8
 * @rfc 5321 7.8
 */
import { channel } from 'node:diagnostics_channel';
import { ConnectionHouse } from '@mailwright/driver';
import { DeadlineSet, type Endpoint, formatEndpoint, type NetError, systemClock, systemRandom, type TlsHandshakeOptions, type TlsServerOptions, type Transport } from '@mailwright/net';
import { reply, type Reply, type ServerOptions, type ServerViolation, type TranscriptEntry } from '@mailwright/smtp';
import type { Clock, Random } from '@mailwright/wire';
import { Connection } from './connection.ts';
import type { ServerCore } from './core.ts';
import { SmtpServerError } from './errors.ts';
import type { SessionEnd, SmtpServerHandlers, SmtpSession } from './handlers.ts';
import type { SmtpServerOptions, Tarpit } from './options.ts';
import { isPromise } from './questions.ts';
import { resolveSmtpServerOptions } from './resolve-options.ts';

/** What those are told for whom there is no room. */
const REFUSALS = {
  connections: reply(421, '4.3.2', 'Too many connections, try again later'),
  connectionsPerAddress: reply(421, '4.7.0', 'Too many connections from your address'),
  closed: reply(421, '4.3.2', 'Going down for now, try again later'),
} as const;
const SALT_KEY_OCTETS = 32;

const sessionChannel = channel('mailwright:smtp-server:session');
const violationChannel = channel('mailwright:smtp-server:violation');

const listenerChannel = channel('mailwright:smtp-server:listener');

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
  /** Ended what was under way within the deadline. */
  readonly drained: number;
  /** Were cut at the deadline. */
  readonly cut: number;
}

export interface SmtpServer extends AsyncDisposable {
  /** Where it listens, in the order of the `listen` calls. */
  readonly addresses: readonly Endpoint[];
  /** Open connections, those among them that are being refused. */
  readonly connectionCount: number;
  /**
   * Listens; more than one call gives more than one port. Resolves when connections are taken, with the real address.
   * Errors: rejects with a `NetError` `NET_LISTEN_FAILED` at once when the address can't be had, and with an
   * `SmtpServerError` `SMTP_SERVER_CLOSED` after `close`.
   */
  listen(options?: SmtpListenOptions): Promise<Endpoint>;
  /** Serves a connection that came some other way: the in-memory pair, a socket of one's own. */
  serve(transport: Transport): void;
  /**
   * Stops listening, says 421 to idle clients now, lets transactions end for `timeoutMs` (10000), cuts the rest. Idempotent:
   * later calls give what the first gives. Throws a `RangeError` for a time that is none.
   */
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
  readonly handshakeMs: number;
  readonly tls: TlsServerOptions | undefined;
  readonly tlsBounds: TlsHandshakeOptions;
  readonly implicitTls: boolean;
  readonly #tarpit: Tarpit | undefined;
  readonly #house: ConnectionHouse<Connection, Reply>;

  constructor(options: SmtpServerOptions) {
    const { machine, limits, timeouts, tarpit, tls } = resolveSmtpServerOptions(options);
    this.options = options;
    this.machineOptions = machine;
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? systemRandom;
    this.saltKey = options.saltKey ?? this.random.octets(SALT_KEY_OCTETS);
    this.deadlines = new DeadlineSet(this.clock);
    this.handlerMs = timeouts.handlerMs;
    this.writeMs = timeouts.writeMs;
    this.handshakeMs = timeouts.handshakeMs;
    this.tls = tls;
    this.tlsBounds = { timeoutMs: tls?.timeoutMs ?? Infinity, clock: tls?.clock ?? this.clock };
    this.implicitTls = options.implicitTls ?? false;
    this.#tarpit = tarpit;
    this.#house = new ConnectionHouse({
      clock: this.clock,
      limits,
      refusals: REFUSALS,
      connect: (transport, id) => new Connection(this, transport, id),
      closedError: () => new SmtpServerError('SMTP_SERVER_CLOSED', 'the server is closed: make a new one'),
    });
  }

  get addresses(): readonly Endpoint[] {
    return this.#house.addresses;
  }

  get connectionCount(): number {
    return this.#house.connections.size;
  }

  listen(where: SmtpListenOptions = {}): Promise<Endpoint> {
    return this.#house.listen({ ...where, onError: publishListenerError }, (transport) => this.serve(transport));
  }

  serve(transport: Transport): void {
    const { peer } = transport;
    const connection = this.#house.admit(transport);
    if (connection === undefined) return publishDropped(peer);
    if (sessionChannel.hasSubscribers) sessionChannel.publish({ type: 'open', session: connection });
    connection.open();
  }

  close(options?: { readonly timeoutMs?: number | undefined }): Promise<CloseCounts> {
    return this.#house.close(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  // What the connections ask of it

  get handlers(): SmtpServerHandlers {
    return this.options;
  }

  now(): number {
    return Math.trunc(this.clock.now());
  }

  refusal(session: SmtpSession): Reply | undefined {
    return this.#house.refusal(session);
  }

  tarpitMs(errorCount: number): number {
    const tarpit = this.#tarpit;
    if (tarpit === undefined || errorCount <= tarpit.errors) return 0;
    return Math.min(tarpit.maxDelayMs, (errorCount - tarpit.errors) * tarpit.delayMs);
  }

  flushLater(connection: Connection): void {
    this.#house.flushLater(connection);
  }

  report(error: unknown, session: SmtpSession): void {
    this.options.error?.(error, session);
  }

  watch(done: unknown, session: SmtpSession): void {
    if (isPromise(done)) done.then(undefined, (error: unknown) => this.report(error, session));
  }

  trace(entry: TranscriptEntry, session: SmtpSession): void {
    this.#call(() => this.options.trace?.(entry, session), session);
  }

  publishViolation(session: SmtpSession, code: ServerViolation): void {
    if (violationChannel.hasSubscribers) violationChannel.publish({ session, code });
  }

  remove(connection: Connection, end: SessionEnd): void {
    if (!this.#house.remove(connection)) return;
    this.deadlines.remove(connection);
    if (sessionChannel.hasSubscribers) sessionChannel.publish({ type: 'close', session: connection, end });
    this.#call(() => this.options.close?.(connection, end), connection);
  }

  /** Calls what answers nothing; its errors are reported. */
  #call(act: () => unknown, session: SmtpSession): void {
    try {
      this.watch(act(), session);
    } catch (error) {
      this.report(error, session);
    }
  }
}

/** Too many are being refused for one more to be told so. */
function publishDropped(peer: Endpoint): void {
  if (!listenerChannel.hasSubscribers) return;
  listenerChannel.publish({ error: new SmtpServerError('LIMIT_REFUSED_CONNECTIONS', `a connection from ${formatEndpoint(peer)} was dropped: too many are being refused`) });
}

function publishListenerError(error: NetError): void {
  if (listenerChannel.hasSubscribers) listenerChannel.publish({ error });
}
