/**
 * What is sent of a message as ranges of its octets: nothing is read before it is sent, and how much it will be is known before.
 */
import type { Partial } from '@mailwright/imap';
import { concatOctets } from '@mailwright/wire';
import type { MessageContent } from '../store/message-content.ts';

/** Octets `from` up to `to`, not included. */
export interface OctetRange {
  readonly from: number;
  readonly to: number;
}

/** A range of the source, or octets that stand for themselves. */
export type OctetPiece = OctetRange | Uint8Array;

/** Octets of a message that were found and not read. */
export interface FoundOctets {
  readonly octetCount: number;
  /** In one array. May be a view. */
  read(): Promise<Uint8Array>;
  /** Read when they are asked for. Each call begins anew. */
  stream(): AsyncIterable<Uint8Array>;
}

/** Pieces of `content`, one behind the other; of them the `partial`. An origin behind the end is no error: there is nothing. @rfc 9051 6.4.5 */
export function findOctets(content: MessageContent, pieces: readonly OctetPiece[], partial: Partial | undefined): FoundOctets {
  const chosen = partial === undefined ? pieces : cutPieces(pieces, partial.origin, partial.octetCount);
  const octetCount = chosen.reduce((sum, piece) => sum + pieceOctets(piece), 0);
  return { octetCount, read: () => readPieces(content, chosen), stream: () => streamPieces(content, chosen) };
}

function pieceOctets(piece: OctetPiece): number {
  return piece instanceof Uint8Array ? piece.length : piece.to - piece.from;
}

function cutPieces(pieces: readonly OctetPiece[], origin: number, octetCount: number): readonly OctetPiece[] {
  const cut: OctetPiece[] = [];
  let skip = origin;
  let left = octetCount;
  for (const piece of pieces) {
    const length = pieceOctets(piece);
    const taken = Math.min(left, length - skip);
    if (taken > 0) {
      cut.push(piece instanceof Uint8Array ? piece.subarray(skip, skip + taken) : { from: piece.from + skip, to: piece.from + skip + taken });
      left -= taken;
    }
    skip = Math.max(0, skip - length);
  }
  return cut;
}

async function readPieces(content: MessageContent, pieces: readonly OctetPiece[]): Promise<Uint8Array> {
  const read: Uint8Array[] = [];
  for (const piece of pieces) read.push(await readPiece(content, piece));
  return concatOctets(read);
}

async function readPiece(content: MessageContent, piece: OctetPiece): Promise<Uint8Array> {
  if (piece instanceof Uint8Array) return piece;
  return content.octets?.subarray(piece.from, piece.to) ?? content.read(piece.from, piece.to);
}

async function* streamPieces(content: MessageContent, pieces: readonly OctetPiece[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) yield piece;
    else yield* content.stream(piece.from, piece.to);
  }
}
