/**
 * The connections of a server: where they come from, whether there is room for one more, and how the server closes so that nobody waits: idle
 * clients are told at once, what is under way may end, the rest is cut at the deadline.
 *
 * Leaves out what a connection is and what it is told: the server's own.
 */
import { type Endpoint, listen, type ListenOptions, type Listener, type Transport } from '@mailwright/net';
import type { Clock } from '@mailwright/wire';
import { ConnectionCounts, type ConnectionLimits, type ExceededLimit } from './connection-limits.ts';

/** A connection, as far as the house needs it. */
export interface HousedConnection {
  readonly peer: Endpoint;
  /** Ends it as soon as may be; true where nothing was under way. */
  shutdown(): boolean;
  /** Ends it now; it is `remove`d then. */
  destroy(): void;
  /** Its output leaves now. */
  flushDue(): void;
}

/** How the connections ended that were open when a server was closed. */
export interface HouseCloseCounts {
  /** Had nothing under way and were told at once. */
  readonly idle: number;
  /** Ended what was under way within the deadline. */
  readonly drained: number;
  /** Were cut at the deadline. */
  readonly cut: number;
}

/** What a server brings. */
export interface HouseOptions<Connection extends HousedConnection, Refusal> {
  readonly clock: Clock;
  readonly limits: ConnectionLimits;
  /** What those are told for whom there is no room. */
  readonly refusals: Readonly<Record<ExceededLimit | 'closed', Refusal>>;
  /** Makes a connection; `id` counts from 1. */
  connect(transport: Transport, id: number): Connection;
  /** The error of listening on a server that is closed. */
  closedError(): Error;
}

const DEFAULT_CLOSE_MS = 10_000;

export class ConnectionHouse<Connection extends HousedConnection, Refusal> {
  readonly #options: HouseOptions<Connection, Refusal>;
  readonly #counts: ConnectionCounts;
  readonly #listeners: Listener[] = [];
  readonly #connections: Set<Connection> = new Set();
  /** Those that were not admitted, and what they are told. */
  readonly #refused: Map<unknown, Refusal> = new Map();
  #made = 0;
  /** Connections whose output leaves in the next turn; one immediate serves them all. */
  #toFlush: Connection[] = [];
  #closing: Promise<HouseCloseCounts> | undefined = undefined;
  #emptied: (() => void) | undefined = undefined;

  constructor(options: HouseOptions<Connection, Refusal>) {
    this.#options = options;
    this.#counts = new ConnectionCounts(options.limits);
  }

  /** Where it listens, in the order of the `listen` calls. */
  get addresses(): readonly Endpoint[] {
    return this.#listeners.map((listener) => listener.address);
  }

  /** Open connections, those among them that are being refused. */
  get connections(): ReadonlySet<Connection> {
    return this.#connections;
  }

  /** Listens, once more. Errors: as `listen` of `@mailwright/net`, and `closedError` after `close`. */
  async listen(options: ListenOptions, serve: (transport: Transport) => void): Promise<Endpoint> {
    this.#refuseWhenClosed();
    const listener = await listen(options, serve);
    this.#listeners.push(listener);
    if (this.#closing !== undefined) await listener.close();
    this.#refuseWhenClosed();
    return listener.address;
  }

  /** The connection for a transport, to be opened; `undefined` where too many are being refused for one more to be told so, and the transport is dropped. */
  admit(transport: Transport): Connection | undefined {
    const { limits, refusals, connect } = this.#options;
    const exceeded = this.#closing === undefined ? this.#counts.admit(transport.peer) : 'closed';
    if (exceeded !== undefined && this.#refused.size >= limits.refusedConnections) {
      transport.destroy();
      return undefined;
    }
    const connection = connect(transport, ++this.#made);
    if (exceeded !== undefined) this.#refused.set(connection, refusals[exceeded]);
    this.#connections.add(connection);
    return connection;
  }

  /** What a connection is told for which there is no room. */
  refusal(connection: unknown): Refusal | undefined {
    return this.#refused.size === 0 ? undefined : this.#refused.get(connection);
  }

  /** A connection is gone. False where it was gone already. */
  remove(connection: Connection): boolean {
    if (!this.#connections.delete(connection)) return false;
    if (!this.#refused.delete(connection)) this.#counts.release(connection.peer);
    if (this.#connections.size === 0) this.#emptied?.();
    return true;
  }

  /** Calls `flushDue` in the next turn of the event loop. */
  flushLater(connection: Connection): void {
    if (this.#toFlush.push(connection) === 1) setImmediate(this.#flushAll);
  }

  readonly #flushAll = (): void => {
    const connections = this.#toFlush;
    this.#toFlush = [];
    for (const connection of connections) connection.flushDue();
  };

  /** Takes no more connections, and ends those there are within `timeoutMs` (10000). Later calls give what the first gives. Errors: throws a `RangeError` for a time that is none. */
  close({ timeoutMs = DEFAULT_CLOSE_MS }: { readonly timeoutMs?: number | undefined } = {}): Promise<HouseCloseCounts> {
    if (!(timeoutMs >= 0)) throw new RangeError(`timeoutMs must be a number from 0, not ${timeoutMs}`);
    return (this.#closing ??= this.#close(timeoutMs));
  }

  async #close(timeoutMs: number): Promise<HouseCloseCounts> {
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
      const timer = this.#options.clock.setTimer(resolve, timeoutMs);
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
    if (this.#closing !== undefined) throw this.#options.closedError();
  }
}
