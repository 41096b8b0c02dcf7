/**
 * Where a message waits until its last octet is judged: our field stands above everything else, so nothing of a message can be handed on before.
 *
 * Left out: files. A `Spool` of one's own may write them.
 */

/** Keeps the body of one message. */
export interface Spool {
  /** The next octets: the array will not change any more. What the promise waits for slows the client down. */
  write(octets: Uint8Array): void | Promise<void>;
  /** All that was written, as often as it is asked for. */
  read(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** The message is done with. Called once, whatever happened. */
  discard(): void | Promise<void>;
}

/** Pieces below this are copied together: a view costs some hundred octets, and a client may send octet for octet. */
const SMALL_OCTETS = 1024;
const SLAB_OCTETS = 16_384;

/** Keeps the octets, large pieces as the views they are: a message takes its own size of memory, and the server's limit on messages bounds it. */
export function memorySpool(): Spool {
  return new MemorySpool();
}

class MemorySpool implements Spool {
  #pieces: Uint8Array[] = [];
  #slab: Uint8Array | undefined = undefined;
  #slabOctets = 0;

  write(octets: Uint8Array): void {
    if (octets.length >= SMALL_OCTETS) {
      this.#closeSlab();
      this.#pieces.push(octets);
      return;
    }
    if (this.#slab !== undefined && this.#slabOctets + octets.length > SLAB_OCTETS) this.#closeSlab();
    this.#slab ??= new Uint8Array(SLAB_OCTETS);
    this.#slab.set(octets, this.#slabOctets);
    this.#slabOctets += octets.length;
  }

  read(): readonly Uint8Array[] {
    this.#closeSlab();
    return this.#pieces;
  }

  discard(): void {
    this.#pieces = [];
    this.#slab = undefined;
    this.#slabOctets = 0;
  }

  #closeSlab(): void {
    if (this.#slab !== undefined && this.#slabOctets > 0) this.#pieces.push(this.#slab.slice(0, this.#slabOctets));
    this.#slabOctets = 0;
  }
}
