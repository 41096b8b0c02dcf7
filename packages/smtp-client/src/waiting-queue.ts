/**
 * Messages that wait for a connection, first come first served; those that are tried again go before the others. One that was
 * settled meanwhile (given up) is passed over when its turn comes.
 */
import type { Delivery } from './delivery.ts';

/** A queue that gives from the front at no cost: the places before `#head` are empty and cleared now and then. */
class Lane {
  #items: Delivery[] = [];
  #head = 0;

  push(delivery: Delivery): void {
    this.#items.push(delivery);
  }

  /** The first that is not settled, left where it is. */
  get first(): Delivery | undefined {
    while (this.#head < this.#items.length && this.#items[this.#head]!.settled) this.#drop();
    return this.#items[this.#head];
  }

  shift(): Delivery | undefined {
    const { first } = this;
    if (first !== undefined) this.#drop();
    return first;
  }

  *[Symbol.iterator](): IterableIterator<Delivery> {
    for (let index = this.#head; index < this.#items.length; index++) if (!this.#items[index]!.settled) yield this.#items[index]!;
  }

  #drop(): void {
    this.#head++;
    if (this.#head < 1024 && this.#head < this.#items.length) return;
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }
}

export class WaitingQueue {
  readonly #again = new Lane();
  readonly #fresh = new Lane();
  /** How many wait. The owner keeps it right with `gaveUp` for those that it settles while they wait. */
  length = 0;

  push(delivery: Delivery): void {
    this.#fresh.push(delivery);
    this.length++;
  }

  /** Behind others that are tried again, before all the rest. */
  pushAgain(delivery: Delivery): void {
    this.#again.push(delivery);
    this.length++;
  }

  shift(): Delivery | undefined {
    const delivery = this.#again.shift() ?? this.#fresh.shift();
    if (delivery !== undefined) this.length--;
    return delivery;
  }

  /** One of those that wait was settled. */
  gaveUp(): void {
    this.length--;
  }

  /** The two that have waited longest, one of each kind: no other has waited longer. */
  get oldest(): Delivery | undefined {
    const again = this.#again.first;
    const fresh = this.#fresh.first;
    if (again === undefined || fresh === undefined) return again ?? fresh;
    return again.waitingSince <= fresh.waitingSince ? again : fresh;
  }

  /** All that wait, in the order of their turns. */
  *[Symbol.iterator](): IterableIterator<Delivery> {
    yield* this.#again;
    yield* this.#fresh;
  }
}
