/**
 * What a built message is made of: runs of octets that are there, octets that become base64 as they are asked for, and sources in
 * pieces. Nothing stands here a second time in its encoded form.
 */
import { encodeBase64Body, encodedBase64Octets, writeBase64Body } from '../coding/base64-encode.ts';
import type { WrittenEncoding } from './choose-encoding.ts';
import { isAsyncSource, isReadOnce } from './content-source.ts';
import type { PieceSource } from './content-source.ts';
import { SourceEncoder } from './source-encoder.ts';

/** Octets that travel as they are, in text form where the builder made them. */
export type Piece = Uint8Array | Base64Piece | SourcePiece;

/** Octets that become base64 on their way out. */
export class Base64Piece {
  readonly content: Uint8Array;
  readonly sizeOctets: number;

  constructor(content: Uint8Array) {
    this.content = content;
    this.sizeOctets = encodedBase64Octets(content.length);
  }
}

/** A source in pieces. */
export class SourcePiece {
  /** What messages call it. */
  readonly option: string;
  readonly source: PieceSource;
  readonly encoding: WrittenEncoding;
  /** Octets of the source, where they are known. */
  readonly contentOctets: number | undefined;
  readonly sizeOctets: number | undefined;
  /** Delimiters that no line may begin with. */
  readonly delimiters: readonly Uint8Array[];

  constructor(option: string, source: PieceSource, encoding: WrittenEncoding, contentOctets: number | undefined, delimiters: readonly Uint8Array[] = []) {
    this.option = option;
    this.source = source;
    this.encoding = encoding;
    this.contentOctets = contentOctets;
    this.delimiters = delimiters;
    if (contentOctets === undefined || encoding === 'quoted-printable') this.sizeOctets = undefined;
    else this.sizeOctets = encoding === 'base64' ? encodedBase64Octets(contentOctets) : contentOctets;
  }

  /** The same with more delimiters. */
  bounded(delimiters: readonly Uint8Array[]): SourcePiece {
    return new SourcePiece(this.option, this.source, this.encoding, this.contentOctets, [...this.delimiters, ...delimiters]);
  }

  /** To be called before each reading. Throws TypeError where the source can be read once and has been. */
  open(): void {
    if (!isReadOnce(this.source)) return;
    if (spent.has(this.source)) throw new TypeError(`${this.option} is a source that can be read once, and it has been read`);
    spent.add(this.source);
  }
}

/** Sources that were read and can't be read again. */
const spent = new WeakSet<PieceSource>();

const LINE_CONTENT_OCTETS = 57; // of a line of base64
/** Octets that are encoded at a time: whole lines of base64, some 64 KB of them. */
const SLICE_OCTETS: number = LINE_CONTENT_OCTETS * 840;

/** The octets of pieces none of which is asynchronous. Throws TypeError for one that is. */
export function* readPieces(pieces: readonly Piece[]): Generator<Uint8Array, void, undefined> {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) yield piece;
    else if (piece instanceof Base64Piece) yield* encodeSlices(piece);
    else yield* readSource(piece);
  }
}

/** Writes a piece that is not asynchronous into `target`, which has room for it, and gives the end of what it wrote. Nothing is encoded into an array of its own and copied. */
export function writePiece(piece: Piece, target: Uint8Array, at: number): number {
  if (piece instanceof Base64Piece) return writeBase64Body(piece.content, target, at);
  let to = at;
  for (const octets of readPieces([piece])) {
    target.set(octets, to);
    to += octets.length;
  }
  return to;
}

/** The octets of any pieces. A source that is left early is told so (`return`). */
export async function* readPiecesAsync(pieces: readonly Piece[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) yield piece;
    else if (piece instanceof Base64Piece) yield* encodeSlices(piece);
    else if (isAsyncSource(piece.source)) yield* readAsyncSource(piece, piece.source);
    else yield* readSource(piece);
  }
}

function* encodeSlices({ content }: Base64Piece): Generator<Uint8Array, void, undefined> {
  for (let from = 0; from < content.length; from += SLICE_OCTETS) yield encodeBase64Body(content.subarray(from, from + SLICE_OCTETS));
}

function* readSource(piece: SourcePiece): Generator<Uint8Array, void, undefined> {
  const { source } = piece;
  if (isAsyncSource(source)) throw new TypeError(`${piece.option} is an asynchronous source: read the message with for await`);
  piece.open();
  const encoder = new SourceEncoder(piece);
  for (const octets of source) {
    const encoded = encoder.encode(octets);
    if (encoded.length > 0) yield encoded;
  }
  const rest = encoder.end();
  if (rest.length > 0) yield rest;
}

async function* readAsyncSource(piece: SourcePiece, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  piece.open();
  const encoder = new SourceEncoder(piece);
  for await (const octets of source) {
    const encoded = encoder.encode(octets);
    if (encoded.length > 0) yield encoded;
  }
  const rest = encoder.end();
  if (rest.length > 0) yield rest;
}
