/**
 * The body of a streamed part with its transfer encoding undone, as it is read.
 *
 * An iterator written by hand: with one asynchronous generator inside the other, reading 10 MB kept alive 2,100 octets of promises and contexts in
 * each small round of the collector, and after a thousand messages a process had a young generation of 40 MB for it (Node 20.20).
 *
 * Read next: `part-reader.ts`.
 */
import type { TransferDecoder } from '../coding/transfer-coding.ts';
import type { PartReader } from './part-reader.ts';

/** Decoded in pieces of so many octets, however large the chunks are. */
const PIECE_OCTETS = 65_536;

/** What a piece of base64 is decoded to, and three octets of the piece before. */
const ROOM_OCTETS = (PIECE_OCTETS / 4) * 3 + 3;

const NOTHING: Uint8Array = new Uint8Array(0);
const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** One reading of one part's body. */
export class PartContent implements AsyncIterableIterator<Uint8Array, undefined, undefined> {
  readonly #reader: PartReader;
  readonly #turn: number;
  readonly #decoder: TransferDecoder;
  /** Octets that came and were not decoded yet. */
  #octets: Uint8Array = NOTHING;
  /** Where every piece is decoded to: one is read at a time. */
  #room: Uint8Array | undefined = undefined;
  #isOver = false;

  constructor(reader: PartReader, turn: number, decoder: TransferDecoder) {
    this.#reader = reader;
    this.#turn = turn;
    this.#decoder = decoder;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** A piece, once it is there. Rejects with what `PartReader.nextOctets` throws. */
  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    try {
      const piece = this.#nextPiece();
      return piece instanceof Promise ? piece.then(asResult) : Promise.resolve(asResult(piece));
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#isOver = true;
    this.#octets = NOTHING;
    return Promise.resolve(DONE);
  }

  #nextPiece(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    while (!this.#isOver) {
      if (this.#octets.length === 0) {
        const octets = this.#reader.nextOctets(this.#turn);
        if (octets instanceof Promise) return octets.then((came) => this.#decode(came) ?? this.#nextPiece());
        const piece = this.#decode(octets);
        if (piece !== undefined) return piece;
      } else {
        const piece = this.#decode(this.#octets);
        if (piece !== undefined) return piece;
      }
    }
    return undefined;
  }

  /** Decodes the first piece of what is there; `undefined` octets are the end. Gives nothing where nothing is certain yet. */
  #decode(octets: Uint8Array | undefined): Uint8Array | undefined {
    let decoded: Uint8Array;
    if (octets === undefined) {
      this.#isOver = true;
      decoded = this.#decoder.end();
    } else {
      this.#octets = octets.length <= PIECE_OCTETS ? NOTHING : octets.subarray(PIECE_OCTETS);
      this.#room ??= new Uint8Array(ROOM_OCTETS);
      decoded = this.#decoder.decode(octets.length <= PIECE_OCTETS ? octets : octets.subarray(0, PIECE_OCTETS), this.#room);
    }
    return decoded.length === 0 ? undefined : decoded;
  }
}

function asResult(piece: Uint8Array | undefined): IteratorResult<Uint8Array, undefined> {
  return piece === undefined ? DONE : { done: false, value: piece };
}
