/**
 * How many connections a server has, in total and from each address. Those that are refused do not count: a client over its limit can't
 * take the others' room.
 */
import type { Endpoint } from '@mailwright/net';

/** Bounds on connections, beside those of each session. */
export interface ConnectionLimits {
  /** Open connections. Default 10000; one more gets BYE. */
  readonly connections: number;
  /** Open connections from one IP address. Default 1000; one more gets BYE. */
  readonly connectionsPerAddress: number;
  /** Refused connections that are open at a time, to be told why. Default 1000; one more is dropped without a word. */
  readonly refusedConnections: number;
}

export class ConnectionCounts {
  readonly #limits: ConnectionLimits;
  #total = 0;
  readonly #byAddress: Map<string, number> = new Map();

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /** Counts a connection, or says why it is refused. Only IP addresses tell clients apart. */
  admit(peer: Endpoint): string | undefined {
    if (this.#total >= this.#limits.connections) return 'Too many connections, try again later';
    if (isAddress(peer)) {
      const count = this.#byAddress.get(peer.address) ?? 0;
      if (count >= this.#limits.connectionsPerAddress) return 'Too many connections from your address';
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
