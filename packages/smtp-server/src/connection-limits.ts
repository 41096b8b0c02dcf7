/**
 * How many connections a server has, in total and from each address. Those that are refused do not count: a client over its
 * limit can't take the others' room.
 *
 * @rfc 5321 7.8
 */
import type { Endpoint } from '@mailwright/net';
import { type Reply, reply } from '@mailwright/smtp';
import type { ConnectionLimits } from './resolve-options.ts';

const TOO_MANY_CONNECTIONS = reply(421, '4.3.2', 'Too many connections, try again later');
const TOO_MANY_FROM_ADDRESS = reply(421, '4.7.0', 'Too many connections from your address');

export class ConnectionCounts {
  readonly #limits: ConnectionLimits;
  #total = 0;
  readonly #byAddress = new Map<string, number>();

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /** Counts a connection, or gives the reply that refuses it. Only IP addresses tell clients apart. */
  admit(peer: Endpoint): Reply | undefined {
    if (this.#total >= this.#limits.connections) return TOO_MANY_CONNECTIONS;
    if (isAddress(peer)) {
      const count = this.#byAddress.get(peer.address) ?? 0;
      if (count >= this.#limits.connectionsPerAddress) return TOO_MANY_FROM_ADDRESS;
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
