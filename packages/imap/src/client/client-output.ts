/**
 * The octets a client machine has to write, in order. It counts what was written and what has left, so that a reply counts only for
 * what the server can have read when it came.
 */
import { encodeUtf8, isAscii, octetsForWriting, writeAscii } from '@mailwright/wire';

/** Octets from here on leave as the views they are; smaller ones are copied into their neighbours. */
const VIEW_OCTETS = 16 * 1024;

export class ClientOutput {
  #pieces: (string | Uint8Array)[] = [];
  #written = 0;
  #left = 0;

  /** How often something was written: a place in the output. */
  get written(): number {
    return this.#written;
  }

  /** The place up to which everything was handed out. */
  get left(): number {
    return this.#left;
  }

  /** Text as it stands, CRLF included. */
  write(text: string): void {
    this.#pieces.push(isAscii(text) ? text : encodeUtf8(text));
    this.#written++;
  }

  /** A view that must not change before it has left. */
  writeOctets(octets: Uint8Array): void {
    if (octets.length > 0) this.#pieces.push(octets);
    this.#written++;
  }

  /** Everything, or `undefined` where there is nothing. */
  take(): Uint8Array[] | undefined {
    this.#left = this.#written;
    if (this.#pieces.length === 0) return undefined;
    const pieces = this.#pieces;
    this.#pieces = [];
    return join(pieces);
  }

  /** Drops what has not left. */
  clear(): void {
    this.#pieces = [];
  }
}

/** Texts are ASCII. */
function join(pieces: readonly (string | Uint8Array)[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let from = 0;
  let octetCount = 0;
  const endRun = (to: number): void => {
    if (octetCount > 0) parts.push(joinRun(pieces, from, to, octetCount));
    octetCount = 0;
    from = to + 1;
  };
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index]!;
    if (typeof piece === 'string' || piece.length < VIEW_OCTETS) {
      octetCount += piece.length;
      continue;
    }
    endRun(index);
    parts.push(piece);
  }
  endRun(pieces.length);
  return parts;
}

function joinRun(pieces: readonly (string | Uint8Array)[], from: number, to: number, octetCount: number): Uint8Array {
  const octets = octetsForWriting(octetCount);
  let at = 0;
  for (let index = from; index < to; index++) {
    const piece = pieces[index]!;
    if (typeof piece === 'string') writeAscii(octets, piece, at);
    else octets.set(piece, at);
    at += piece.length;
  }
  return octets;
}
