/**
 * The octets that a frame is made of, as they came: the chunk that is looked at, those behind it, and what earlier ones held of the frame that straddles
 * them. It knows nothing of lines and literals.
 *
 * Fields are open to the reader that is made on top of it: what it asks of them stands in the path of every line.
 *
 * Read next: `frame-reader.ts`, `frame-octets.ts`.
 */
import { concatOctets, indexOfOctet, NUL } from '@mailwright/wire';
import { ChunkQueue, HeldOctets } from './frame-octets.ts';

/** Octets of a frame that is lost that are shown. */
export const HEAD_OCTETS = 256;

const EMPTY = new Uint8Array(0);

export class FrameWindow {
  protected chunk: Uint8Array = EMPTY;
  /** Where the frame begins in the chunk, or what of it is not in `held` yet. */
  protected from = 0;
  /** How far the chunk was looked at. */
  protected at = 0;
  /** The frame's octets of earlier chunks. */
  protected readonly held: HeldOctets = new HeldOctets();
  /** Where the next NUL of the chunk is, or its length. */
  protected nulAt = -1;
  readonly #chunks: ChunkQueue = new ChunkQueue();

  /** Octets that came and were not read yet, those of the frame that is not whole left out. */
  get unread(): number {
    return this.chunk.length - this.at + this.#chunks.octetCount;
  }

  /** Takes octets. The array may not be changed afterwards: frames are views into it. */
  push(octets: Uint8Array): void {
    this.#chunks.push(octets);
  }

  /** Takes back all octets that were not read yet, for what comes after STARTTLS or COMPRESS. Nothing of a frame may be read. */
  takeUnread(): Uint8Array[] {
    const parts = [this.chunk.subarray(this.at), ...this.#chunks.takeAll()].filter(({ length }) => length > 0);
    this.#setChunk(EMPTY);
    return parts;
  }

  /** Whether a NUL stands between where the reader is and `end`. */
  protected nulBefore(end: number): boolean {
    if (this.nulAt < this.at) {
      const found = indexOfOctet(this.chunk, NUL, this.at);
      this.nulAt = found === -1 ? this.chunk.length : found;
    }
    return this.nulAt < end;
  }

  /** Goes to the next chunk; what this one holds of a frame is kept. False where there is none. `toCome`: octets of the frame that are known to follow. */
  protected nextChunk(toCome: number): boolean {
    if (this.from < this.chunk.length) this.hold(toCome);
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) this.#setChunk(chunk);
    else if (this.chunk.length > 0) this.#setChunk(EMPTY);
    return chunk !== undefined;
  }

  /** Copies what the chunk has of the frame into the array of its own. */
  protected hold(toCome: number = 0): void {
    this.held.append(this.chunk.subarray(this.from, this.at), toCome);
    this.from = this.at;
  }

  /** The beginning of the frame. */
  protected head(): Uint8Array {
    const before = this.held.array.subarray(0, Math.min(this.held.length, HEAD_OCTETS));
    return concatOctets([before, this.chunk.subarray(this.from, Math.min(this.at, this.from + HEAD_OCTETS - before.length))]);
  }

  #setChunk(chunk: Uint8Array): void {
    this.chunk = chunk;
    this.from = 0;
    this.at = 0;
    this.nulAt = -1;
  }
}
