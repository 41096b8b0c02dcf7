/**
 * What a client reads from: octets as they arrived, framed. It remembers how much of the output had left when the octets of the present frame
 * came, since a server can have answered nothing else.
 */
import { concatOctets } from '@mailwright/wire';
import type { FrameEvent } from '../frame-event.ts';
import { FrameReader } from '../frame-reader.ts';
import type { ClientOptions } from './client-options.ts';

interface Arrival {
  readonly octets: Uint8Array;
  readonly left: number;
}

export class ClientInput {
  /** The place in the output up to which everything had left when the last octet of the present frame came. */
  left = 0;
  readonly #reader: FrameReader;
  #arrivals: Arrival[] = [];
  #next = 0;

  constructor({ limits, bareLf }: ClientOptions) {
    this.#reader = new FrameReader(limits, { end: 'client', bareLf });
  }

  /** Stores octets. `left`: the place in the output up to which everything has left by now. */
  push(octets: Uint8Array, left: number): void {
    this.#arrivals.push({ octets, left });
  }

  /** One step of the framing. Octets are given to the reader one arrival at a time, so that every frame is known to have come with its last. */
  next(): FrameEvent {
    for (;;) {
      const event = this.#reader.next();
      if (event.type !== 'need-data' || this.#next >= this.#arrivals.length) return event;
      const arrival = this.#arrivals[this.#next++]!;
      if (this.#next === this.#arrivals.length) this.clear();
      this.left = arrival.left;
      this.#reader.push(arrival.octets);
    }
  }

  /** Takes back what was not read. */
  takeUnread(): Uint8Array {
    const parts = [...this.#reader.takeUnread(), ...this.#arrivals.slice(this.#next).map(({ octets }) => octets)];
    this.clear();
    return parts.length === 1 ? parts[0]! : concatOctets(parts);
  }

  /** Forgets what was not framed yet. */
  clear(): void {
    this.#arrivals = [];
    this.#next = 0;
  }
}
