/**
 * Where the framing keeps octets: chunks that were not looked at yet, and what earlier chunks held of a frame that straddles them.
 *
 * Read next: `frame-window.ts`.
 */

const EMPTY = new Uint8Array(0);
const LEAST_CAPACITY = 512;

/** First in, first out. */
export class ChunkQueue {
  readonly #chunks: Uint8Array[] = [];
  #next = 0;
  #octetCount = 0;

  /** Known without looking: a server asks it with every piece that comes. */
  get octetCount(): number {
    return this.#octetCount;
  }

  push(octets: Uint8Array): void {
    if (octets.length === 0) return;
    this.#chunks.push(octets);
    this.#octetCount += octets.length;
  }

  /** The next chunk, or `undefined`. */
  shift(): Uint8Array | undefined {
    const chunk = this.#chunks[this.#next];
    if (chunk !== undefined) {
      this.#next++;
      this.#octetCount -= chunk.length;
      return chunk;
    }
    this.#chunks.length = 0;
    this.#next = 0;
    return undefined;
  }

  /** Takes out all. */
  takeAll(): Uint8Array[] {
    const chunks = this.#chunks.slice(this.#next);
    this.#chunks.length = 0;
    this.#next = 0;
    this.#octetCount = 0;
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
