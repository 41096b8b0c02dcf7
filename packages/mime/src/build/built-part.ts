/**
 * A built part or message: knows its size, what it needs of the way it goes, and gives its octets whole or in pieces.
 */
import type { Piece } from './pieces.ts';
import { readPieces, readPiecesAsync, writePiece } from './pieces.ts';

/** What octets need of every hop on their way. */
export interface Requirements {
  /** A field is not ASCII: SMTPUTF8. @rfc 6531 */
  readonly smtpUtf8: boolean;
  /** Some octet is or may be above 127: 8BITMIME. @rfc 6152 */
  readonly eightBit: boolean;
  /** Lines of any length, NUL, CR and LF alone: BINARYMIME. @rfc 3030 3 */
  readonly binary: boolean;
}

/** What was built. It is a `Body`: what takes an `AsyncIterable<Uint8Array>` takes it as it is. */
export interface BuiltPart {
  /** All octets, `undefined` where a source does not tell its own. */
  readonly sizeOctets: number | undefined;
  readonly requires: Requirements;
  /** The header section with the empty line behind it. */
  header(): Uint8Array;
  /** All octets in one array, the caller's own. Throws TypeError where a source is asynchronous, or can be read once and has been. */
  octets(): Uint8Array;
  /** The octets in pieces, the same way. */
  chunks(): IterableIterator<Uint8Array>;
  /** The octets in pieces, from sources of any kind. Sources that begin anew each time they are asked may be read again. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array>;
}

/** The one implementation; `BuiltMessage` adds the envelope. */
export class BuiltPieces implements BuiltPart {
  readonly sizeOctets: number | undefined;
  readonly requires: Requirements;
  readonly #head: Uint8Array;
  readonly #pieces: readonly Piece[];

  constructor(head: Uint8Array, pieces: readonly Piece[], requires: Requirements) {
    this.#head = head;
    this.#pieces = pieces;
    this.requires = requires;
    this.sizeOctets = countOctets(head, pieces);
  }

  /** What it is made of, for a message around it. */
  get pieces(): readonly Piece[] {
    return [this.#head, ...this.#pieces];
  }

  header(): Uint8Array {
    return this.#head.slice();
  }

  octets(): Uint8Array {
    const size = this.sizeOctets;
    if (size === undefined) return joinPieces(this.chunks());
    const octets = new Uint8Array(size);
    octets.set(this.#head, 0);
    let at = this.#head.length;
    for (const piece of this.#pieces) at = writePiece(piece, octets, at);
    return octets;
  }

  *chunks(): Generator<Uint8Array, void, undefined> {
    yield this.#head;
    yield* readPieces(this.#pieces);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    yield this.#head;
    yield* readPiecesAsync(this.#pieces);
  }
}

function countOctets(head: Uint8Array, pieces: readonly Piece[]): number | undefined {
  let count = head.length;
  for (const piece of pieces) {
    const size = piece instanceof Uint8Array ? piece.length : piece.sizeOctets;
    if (size === undefined) return undefined;
    count += size;
  }
  return count;
}

function joinPieces(chunks: Iterable<Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = [];
  let count = 0;
  for (const chunk of chunks) {
    parts.push(chunk);
    count += chunk.length;
  }
  const joined = new Uint8Array(count);
  let at = 0;
  for (const chunk of parts) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}
