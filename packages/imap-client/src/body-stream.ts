/**
 * A literal that goes by, for one reader: pieces that wait in memory, or in the temporary file, or are not there yet. Whoever is not
 * interested any more releases it, and the rest of it is dropped as it comes.
 */
import type { ImapError } from './errors.ts';
import type { SpillRecord } from './spill-file.ts';

/** Where pieces wait: `FetchFeed`. */
export interface BodyStore {
  keep(octets: Uint8Array): Uint8Array | SpillRecord;
  takePiece(piece: Uint8Array | SpillRecord): Uint8Array;
  drop(piece: Uint8Array | SpillRecord): void;
  /** Nobody looks at these octets any more. */
  recycle(octets: Uint8Array): void;
  /** A reader waits for octets, or no longer does. */
  wanted(change: 1 | -1): void;
  released(stream: BodyStream): void;
  staleError(): ImapError;
}

export class BodyStream implements AsyncIterableIterator<Uint8Array> {
  /** As the server announced it. */
  readonly octetCount: number;
  /** The offset of its first octet, where a piece of a body was asked for. */
  readonly origin: number | undefined;
  readonly #store: BodyStore;
  #pieces: (Uint8Array | SpillRecord)[] = [];
  #head = 0;
  #received = 0;
  #state: 'coming' | 'whole' | 'released' = 'coming';
  #error: ImapError | undefined = undefined;
  #wake: (() => void) | undefined = undefined;
  #reading = false;
  #lends = false;
  /** The piece that is lent now. */
  #lent: Uint8Array | undefined = undefined;

  constructor(octetCount: number, origin: number | undefined, store: BodyStore) {
    this.octetCount = octetCount;
    this.origin = origin;
    this.#store = store;
  }

  /** Octets that came. */
  get received(): number {
    return this.#received;
  }

  get released(): boolean {
    return this.#state === 'released';
  }

  // For the feed

  push(octets: Uint8Array): void {
    this.#received += octets.length;
    if (this.#state !== 'coming' || this.#error !== undefined) return this.#store.recycle(octets);
    try {
      this.#pieces.push(this.#store.keep(octets));
    } catch (error) {
      return this.fail(error as ImapError);
    }
    this.#notify();
  }

  /** All of it came. */
  end(): void {
    if (this.#state === 'coming') this.#state = 'whole';
    this.#notify();
  }

  /** The rest will never come. What came is still read. */
  fail(error: ImapError): void {
    if (this.#state === 'coming') this.#error ??= error;
    this.#notify();
  }

  /** Nobody is to read it any more; whoever does is told `why`. */
  release(why: ImapError = this.#store.staleError()): void {
    if (this.#state === 'released') return;
    const consumed = this.#state === 'whole' && this.#head === this.#pieces.length;
    for (; this.#head < this.#pieces.length; this.#head++) this.#store.drop(this.#pieces[this.#head]!);
    this.#pieces = [];
    this.#head = 0;
    this.#state = 'released';
    if (!consumed) this.#error ??= why;
    this.#store.released(this);
    this.#notify();
  }

  // For the reader

  /** From here on a piece is the reader's only until the next one is asked for. */
  lend(): this {
    this.#lends = true;
    return this;
  }

  [Symbol.asyncIterator](): this {
    if (this.#reading) throw this.#store.staleError();
    this.#reading = true;
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#takeBack();
    while (this.#head === this.#pieces.length) {
      if (this.#error !== undefined) throw this.#error;
      if (this.#state !== 'coming') return { value: undefined, done: true };
      await this.#more();
    }
    const piece = this.#pieces[this.#head]!;
    this.#pieces[this.#head++] = EMPTY;
    if (this.#head === this.#pieces.length) {
      this.#pieces = [];
      this.#head = 0;
    }
    const value = this.#store.takePiece(piece);
    if (this.#lends) this.#lent = value;
    return { value, done: false };
  }

  /** The reader leaves early: the rest is dropped. */
  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.release();
    return Promise.resolve({ value: undefined, done: true });
  }

  #takeBack(): void {
    if (this.#lent !== undefined) this.#store.recycle(this.#lent);
    this.#lent = undefined;
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#store.wanted(1);
    });
  }

  #notify(): void {
    const wake = this.#wake;
    if (wake === undefined) return;
    this.#wake = undefined;
    this.#store.wanted(-1);
    wake();
  }
}

const EMPTY: Uint8Array = new Uint8Array(0);
