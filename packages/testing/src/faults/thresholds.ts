/** Faults that wait for a number of octets. */
import type { Fault } from './fault.ts';

interface Threshold {
  readonly atOctets: number;
  readonly fault: Fault;
}

export class Thresholds {
  #waiting: readonly Threshold[];

  /** Of `faults` those that count octets. */
  constructor(faults: readonly Fault[]) {
    this.#waiting = faults
      .flatMap((fault) => (fault.afterOctets === undefined ? [] : [{ atOctets: fault.afterOctets, fault }]))
      .sort((a, b) => a.atOctets - b.atOctets);
  }

  /** How many octets may still pass before the next one is due; above 0 when `take` was called for those before. */
  left(octetCount: number): number {
    return (this.#waiting[0]?.atOctets ?? Infinity) - octetCount;
  }

  /** Those that are due at so many octets; each is given once. */
  take(octetCount: number): readonly Fault[] {
    const due = this.#waiting.filter(({ atOctets }) => atOctets <= octetCount);
    if (due.length > 0) this.#waiting = this.#waiting.slice(due.length);
    return due.map(({ fault }) => fault);
  }
}
