/**
 * Where the framing keeps octets: chunks that were not looked at yet, and what earlier chunks held of a frame that straddles them.
 *
 * Read next: `frame-reader.ts`.
 */

const EMPTY = new Uint8Array(0);
const LEAST_CAPACITY = 512;

/** First in, first out. */
export class ChunkQueue {
  readonly #chunks: Uint8Array[] = [];
  #next = 0;

  get octetCount(): number {
    let count = 0;
    for (let index = this.#next; index < this.#chunks.length; index++) count += this.#chunks[index]!.length;
    return count;
  }

  push(octets: Uint8Array): void {
    if (octets.length > 0) this.#chunks.push(octets);
  }

  /** The next chunk, or `undefined`. */
  shift(): Uint8Array | undefined {
    if (this.#next < this.#chunks.length) return this.#chunks[this.#next++];
    this.#chunks.length = 0;
    this.#next = 0;
    return undefined;
  }

  /** Takes out all. */
  takeAll(): Uint8Array[] {
    const chunks = this.#chunks.slice(this.#next);
    this.#chunks.length = 0;
    this.#next = 0;
    return chunks;
  }
}

/** One frame's octets, put together in an array of its own that doubles, so that every octet is copied a bounded number of times. */
export class HeldOctets {
  #array: Uint8Array = EMPTY;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The array; only `length` octets of it count. */
  get array(): Uint8Array {
    return this.#array;
  }

  /** Copies a part in. `toCome`: octets that are known to follow. */
  append(part: Uint8Array, toCome: number): void {
    const length = this.#length + part.length;
    if (length > this.#array.length) {
      const larger = new Uint8Array(Math.max(LEAST_CAPACITY, length + toCome, 2 * this.#array.length));
      larger.set(this.#array.subarray(0, this.#length));
      this.#array = larger;
    }
    this.#array.set(part, this.#length);
    this.#length = length;
  }

  /** Lets go of the array: views of it were given away. */
  release(): void {
    this.#array = EMPTY;
    this.#length = 0;
  }
}
