/** First in, first out. Taking the first of an array moves all others once there are many: 45 us each at 100,000. */

/** Entries that were taken stay until they are this many and half of all. */
const SLACK = 1024;

export class WaitingLine<T> {
  #entries: T[] = [];
  #from = 0;

  get length(): number {
    return this.#entries.length - this.#from;
  }

  get first(): T | undefined {
    return this.#entries[this.#from];
  }

  push(entry: T): void {
    this.#entries.push(entry);
  }

  shift(): T | undefined {
    const entry = this.#entries[this.#from];
    if (this.#from < this.#entries.length) this.#from++;
    if (this.#from >= SLACK && this.#from * 2 >= this.#entries.length) this.#compact();
    return entry;
  }

  /** Takes out the first entry that fits. */
  take(fits: (entry: T) => boolean): T | undefined {
    const at = this.#entries.findIndex((entry, index) => index >= this.#from && fits(entry));
    return at === -1 ? undefined : this.#entries.splice(at, 1)[0];
  }

  /** Takes out all. */
  takeAll(): T[] {
    this.#compact();
    return this.#entries.splice(0);
  }

  #compact(): void {
    this.#entries = this.#entries.slice(this.#from);
    this.#from = 0;
  }
}
