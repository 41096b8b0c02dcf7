/**
 * How many connections a server has, in total and from each address. Those that are refused do not count: a client over its limit can't
 * take the others' room.
 *
 * @rfc 5321 7.8
 */
import type { Endpoint } from '@mailwright/net';

/** Bounds on connections, beside those of each session. */
export interface ConnectionLimits {
  /** Open connections. Default 10000; one more is refused. */
  readonly connections: number;
  /** Open connections from one IP address. Default 1000; one more is refused. */
  readonly connectionsPerAddress: number;
  /** Refused connections that are open at a time, to be told why. Default 1000; one more is dropped without a word. */
  readonly refusedConnections: number;
}

export const DEFAULT_CONNECTION_LIMITS: ConnectionLimits = { connections: 10_000, connectionsPerAddress: 1000, refusedConnections: 1000 };

/** The limit that speaks against a connection. */
export type ExceededLimit = 'connections' | 'connectionsPerAddress';

export class ConnectionCounts {
  readonly #limits: ConnectionLimits;
  #total = 0;
  readonly #byAddress: Map<string, number> = new Map();

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /** Counts a connection, or says which limit refuses it. Only IP addresses tell clients apart. */
  admit(peer: Endpoint): ExceededLimit | undefined {
    if (this.#total >= this.#limits.connections) return 'connections';
    if (isAddress(peer)) {
      const count = this.#byAddress.get(peer.address) ?? 0;
      if (count >= this.#limits.connectionsPerAddress) return 'connectionsPerAddress';
      this.#byAddress.set(peer.address, count + 1);
    }
    this.#total++;
    return undefined;
  }

  /** A connection that was admitted is gone. */
  release(peer: Endpoint): void {
    this.#total--;
    if (!isAddress(peer)) return;
    const left = this.#byAddress.get(peer.address)! - 1;
    if (left === 0) this.#byAddress.delete(peer.address);
    else this.#byAddress.set(peer.address, left);
  }
}

function isAddress({ family }: Endpoint): boolean {
  return family === 'IPv4' || family === 'IPv6';
}
