/** What comes in from the client, held back while a fault says so. */
import type { Clock, Timer } from '@mailwright/wire';
import type { DripRate } from './fault.ts';

/** Octets held back above which the connection is not read any more. */
const HIGH_WATER_OCTETS = 65_536;

export interface InputOwner {
  /** Takes octets that are due. */
  take(octets: Uint8Array): void;
  /** Nothing is held back any more. */
  emptied(): void;
}

export class PacedInput {
  readonly #owner: InputOwner;
  readonly #clock: Clock;
  #queue: Uint8Array[] = [];
  #rate: DripRate | undefined = undefined;
  #timer: Timer | undefined = undefined;

  constructor(owner: InputOwner, clock: Clock) {
    this.#owner = owner;
    this.#clock = clock;
  }

  get empty(): boolean {
    return this.#queue.length === 0;
  }

  /** Whether the connection should not be read for now. */
  get full(): boolean {
    return this.#queue.reduce((sum, octets) => sum + octets.length, 0) >= HIGH_WATER_OCTETS;
  }

  push(octets: Uint8Array): void {
    this.#queue.push(octets);
    this.#run();
  }

  /** Puts octets back that were not used up when a wait began. */
  unshift(octets: Uint8Array): void {
    if (octets.length > 0) this.#queue.unshift(octets);
  }

  /** From now on no more than `rate`. */
  slowDown(rate: DripRate): void {
    this.#rate = rate;
    if (this.#timer === undefined) this.wait(rate.everyMs);
  }

  /** Takes nothing for so long. */
  wait(ms: number): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(() => {
      this.#timer = undefined;
      this.#run();
    }, ms);
  }

  /** Forgets everything. */
  stop(): void {
    this.#queue = [];
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #run(): void {
    while (this.#timer === undefined) {
      const first = this.#queue.shift();
      if (first === undefined) break;
      const rate = this.#rate;
      if (rate === undefined) {
        this.#owner.take(first);
        continue;
      }
      this.unshift(first.subarray(rate.octets));
      this.wait(rate.everyMs);
      this.#owner.take(first.subarray(0, rate.octets));
    }
    if (this.#queue.length === 0) this.#owner.emptied();
  }
}
