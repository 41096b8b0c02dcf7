/** One connection of the virtual network: two ends, and the moment at which it breaks, if it does. */
import { type Endpoint, ForwardingTransport, memoryPair, NetError, octetParts, type Transport } from '@mailwright/net';
import type { Clock } from '@mailwright/wire';

export interface VirtualLinkOptions {
  readonly clock: Clock;
  readonly latencyMs: number;
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** Octets of both directions after which the connection is lost; `undefined`: never. */
  readonly lostAfterOctets: number | undefined;
}

export class VirtualLink {
  readonly client: Transport;
  readonly server: Transport;
  readonly serverEndpoint: Endpoint;
  readonly #ends: readonly LinkEnd[];
  #octetsLeft: number;
  #closedEnds = 0;
  readonly #onClosed: (link: VirtualLink) => void;

  constructor({ clock, latencyMs, client, server, lostAfterOctets = Infinity }: VirtualLinkOptions, onClosed: (link: VirtualLink) => void) {
    const [first, second] = memoryPair({ clock, latencyMs, firstEndpoint: client, secondEndpoint: server });
    const ends = [new LinkEnd(first, this), new LinkEnd(second, this)] as const;
    this.#ends = ends;
    [this.client, this.server] = ends;
    this.serverEndpoint = server;
    this.#octetsLeft = lostAfterOctets;
    this.#onClosed = onClosed;
  }

  /** Breaks the connection for both ends. */
  lose(): void {
    for (const end of this.#ends) end.lose();
  }

  /** So many octets are to pass; gives how many of them do. */
  pass(octetCount: number): number {
    const passed = Math.min(octetCount, this.#octetsLeft);
    this.#octetsLeft -= passed;
    if (passed < octetCount) queueMicrotask(() => this.lose());
    return passed;
  }

  endClosed(): void {
    if (++this.#closedEnds === this.#ends.length) this.#onClosed(this);
  }
}

class LinkEnd extends ForwardingTransport {
  readonly #link: VirtualLink;
  #lost = false;

  constructor(inner: Transport, link: VirtualLink) {
    super(inner);
    this.#link = link;
  }

  override write(octets: string | Uint8Array | readonly Uint8Array[]): boolean {
    let written = true;
    for (const part of octetParts(octets)) {
      const passed = this.#link.pass(part.length);
      if (passed > 0) written = super.write(part.subarray(0, passed));
    }
    return written;
  }

  /** The connection is gone, and not by this end's will. */
  lose(): void {
    this.#lost = true;
    this.destroy();
  }

  // What the pair reports

  override data(octets: Uint8Array): void {
    if (!this.#lost) super.data(octets);
  }

  override end(): void {
    if (!this.#lost) super.end();
  }

  override closed(error: NetError | undefined): void {
    this.#link.endClosed();
    super.closed(this.#lost ? new NetError('NET_RESET', 'the virtual network lost the connection', { phase: 'io', peer: this.peer }) : error);
  }
}
