/**
 * What goes out to the client, late, in pieces, or not at all. What nothing holds back leaves in one write, as it came.
 */
import { concatOctets, type Clock, type Timer } from '@mailwright/wire';
import type { DripRate, FaultMoment } from './fault.ts';

/** How the connection ends. */
export type Ending = 'stall' | 'cut' | 'hang-up';

/** A reply on its way out. */
export interface Outgoing {
  readonly octets: Uint8Array;
  readonly delayMs: number;
  readonly drip: DripRate | undefined;
  readonly ending: { readonly type: Ending; readonly moment: FaultMoment } | undefined;
}

/** What happens to the octets. */
export interface OutputOwner {
  send(octets: Uint8Array): void;
  end(ending: Ending): void;
  /** Nothing is held back any more. */
  emptied(): void;
}

export class ReplyOutput {
  readonly #owner: OutputOwner;
  readonly #clock: Clock;
  #queue: Outgoing[] = [];
  #timer: Timer | undefined = undefined;
  #ready: Uint8Array[] = [];
  #over = false;

  constructor(owner: OutputOwner, clock: Clock) {
    this.#owner = owner;
    this.#clock = clock;
  }

  /** Octets that are held back. */
  get heldOctets(): number {
    return this.#queue.reduce((sum, { octets }) => sum + octets.length, 0);
  }

  get empty(): boolean {
    return this.#queue.length === 0;
  }

  push(outgoing: Outgoing): void {
    if (!this.#over) this.#queue.push(outgoing);
  }

  /** Lets out what is due. To be called after a group of `push`. */
  flush(): void {
    if (this.#timer !== undefined || this.#over) return;
    while (this.#step());
    this.#send();
    if (this.#queue.length === 0 && !this.#over) this.#owner.emptied();
  }

  /** Nothing more leaves. */
  stop(): void {
    this.#over = true;
    this.#queue = [];
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** One thing; false when there is nothing to do now. */
  #step(): boolean {
    const first = this.#queue[0];
    if (first === undefined) return false;
    const { octets, delayMs, drip, ending } = first;
    if (delayMs > 0) return this.#wait(delayMs, { ...first, delayMs: 0 });
    if (ending?.moment === 'before-reply') return this.#end(ending.type);
    if (drip !== undefined && octets.length > drip.octets) {
      this.#ready.push(octets.subarray(0, drip.octets));
      return this.#wait(drip.everyMs, { ...first, octets: octets.subarray(drip.octets) });
    }
    this.#ready.push(octets);
    this.#queue.shift();
    return ending === undefined || this.#end(ending.type);
  }

  /** Says what is ready, and goes on with `next` later. */
  #wait(ms: number, next: Outgoing): false {
    this.#queue[0] = next;
    this.#send();
    this.#timer = this.#clock.setTimer(() => {
      this.#timer = undefined;
      this.flush();
    }, ms);
    return false;
  }

  #end(ending: Ending): false {
    this.#send();
    this.stop();
    this.#owner.end(ending);
    return false;
  }

  #send(): void {
    const ready = this.#ready;
    if (ready.length === 0) return;
    this.#ready = [];
    this.#owner.send(ready.length === 1 ? ready[0]! : concatOctets(ready));
  }
}
