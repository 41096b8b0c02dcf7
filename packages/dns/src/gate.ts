/** Lets a bounded number through at once; the others wait in line. */
import { waitFor, type Patience } from './wait.ts';

interface Waiter {
  readonly admit: () => void;
  hasLeft: boolean;
}

export class Gate {
  #free: number;
  readonly #line: Waiter[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  /** True at once when there is a place: then nothing has to be awaited. Whoever is in has to call `leave`. */
  tryEnter(): boolean {
    if (this.#free === 0) return false;
    this.#free--;
    return true;
  }

  /** False when the deadline comes first; rejects when the signal does. */
  async enter(patience: Patience): Promise<boolean> {
    let admit!: () => void;
    const admitted = new Promise<object>((resolve) => void (admit = () => resolve({})));
    const waiter: Waiter = { admit, hasLeft: false };
    this.#line.push(waiter);
    try {
      const inTime = (await waitFor(admitted, patience)) !== undefined;
      waiter.hasLeft = !inTime;
      return inTime;
    } catch (error) {
      waiter.hasLeft = true;
      throw error;
    }
  }

  leave(): void {
    let next = this.#line.shift();
    while (next?.hasLeft === true) next = this.#line.shift();
    if (next === undefined) this.#free++;
    else next.admit();
  }
}
