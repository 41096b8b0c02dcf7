/**
 * Encodes what a source in pieces gives and holds the source to what was said of it: its size, and that it may travel as it is where it
 * was promised to. A source that breaks its word fails while it is read, since the message is on its way already.
 */
import { CR, HYPHEN, LF, TextScanner, equalOctets, indexOfOctet } from '@mailwright/wire';
import { createTransferEncoder, isIdentity } from '../coding/transfer-codec.ts';
import type { TransferEncoder } from '../coding/transfer-coding.ts';
import type { SourcePiece } from './pieces.ts';

const LINE_OCTETS = 998; // RFC 5322 2.1.1
const NOTHING: Uint8Array = new Uint8Array(0);

/** Takes the pieces of one source. */
export class SourceEncoder {
  readonly #piece: SourcePiece;
  readonly #encoder: TransferEncoder | undefined;
  readonly #check: IdentityCheck | undefined;
  #octets = 0;

  constructor(piece: SourcePiece) {
    this.#piece = piece;
    const { encoding } = piece;
    this.#encoder = isIdentity(encoding) ? undefined : createTransferEncoder(encoding);
    this.#check = isIdentity(encoding) ? new IdentityCheck(piece) : undefined;
  }

  /** Throws TypeError for what is no octets, or may not travel as it is; `RangeError` for more octets than were told. */
  encode(octets: Uint8Array): Uint8Array {
    const { option, contentOctets } = this.#piece;
    if (!(octets instanceof Uint8Array)) throw new TypeError(`${option} gave something that is no octets`);
    this.#octets += octets.length;
    if (contentOctets !== undefined && this.#octets > contentOctets) throw new RangeError(`${option} gave more than the ${contentOctets} octets it was said to have`);
    if (this.#encoder !== undefined) return this.#encoder.encode(octets);
    this.#check!.push(octets);
    return octets;
  }

  /** Throws as `encode` does, and a `RangeError` for fewer octets than were told. */
  end(): Uint8Array {
    const { option, contentOctets } = this.#piece;
    if (contentOctets !== undefined && this.#octets !== contentOctets) throw new RangeError(`${option} gave ${this.#octets} of the ${contentOctets} octets it was said to have`);
    this.#check?.end();
    return this.#encoder?.end() ?? NOTHING;
  }
}

/** That octets which travel as they are may do so: line ends, line lengths, 7 bits, and no delimiter among them. @rfc 2045 2.7 */
class IdentityCheck {
  readonly #piece: SourcePiece;
  readonly #scanner: TextScanner | undefined;
  /** The beginning of the line that has not ended, as much of it as the longest delimiter needs. */
  readonly #lineStart: Uint8Array;
  #lineStartOctets = 0;

  constructor(piece: SourcePiece) {
    this.#piece = piece;
    this.#scanner = piece.encoding === 'binary' ? undefined : new TextScanner();
    this.#lineStart = new Uint8Array(Math.max(0, ...piece.delimiters.map((delimiter) => delimiter.length)));
  }

  push(octets: Uint8Array): void {
    this.#checkDelimiters(octets);
    const scanner = this.#scanner;
    if (scanner === undefined) return;
    for (let at = scanner.next(octets, 0); scanner.kind !== 'none'; at = scanner.next(octets, at + 1)) {
      if (scanner.kind !== 'dot') this.#refuse('a NUL, or a CR or LF alone');
    }
    this.#checkScan(scanner);
  }

  end(): void {
    const scanner = this.#scanner;
    if (scanner === undefined) return;
    if (scanner.end() === 'bare-cr') this.#refuse('a CR alone');
    this.#checkScan(scanner);
  }

  #checkScan(scanner: TextScanner): void {
    if (Math.max(scanner.longestLineOctets, scanner.lineOctets - 1) > LINE_OCTETS) this.#refuse(`a line over ${LINE_OCTETS} octets`);
    if (scanner.eightBit && this.#piece.encoding === '7bit') this.#refuse('octets above 127');
  }

  #refuse(what: string): never {
    throw new TypeError(`${this.#piece.option} holds ${what}, which can't travel as ${this.#piece.encoding}`);
  }

  /** Only lines that begin with a hyphen are looked at. */
  #checkDelimiters(octets: Uint8Array): void {
    const most = this.#lineStart.length;
    if (most === 0) return;
    for (let at = 0; at < octets.length; ) {
      const isCandidate = this.#lineStartOctets > 0 ? this.#lineStart[0] === HYPHEN : octets[at] === HYPHEN;
      if (isCandidate && this.#lineStartOctets < most) at = this.#collect(octets, at);
      const lineEnd = indexOfOctet(octets, LF, at);
      if (!isCandidate && lineEnd !== at) this.#lineStartOctets = most; // nothing on this line can be one
      if (lineEnd < 0) return;
      this.#lineStartOctets = 0;
      at = lineEnd + 1;
    }
  }

  /** Takes octets of the beginning of a line; gives the offset behind them. */
  #collect(octets: Uint8Array, from: number): number {
    let at = from;
    while (at < octets.length && this.#lineStartOctets < this.#lineStart.length && octets[at] !== CR && octets[at] !== LF) this.#lineStart[this.#lineStartOctets++] = octets[at++]!;
    for (const delimiter of this.#piece.delimiters) {
      if (this.#lineStartOctets >= delimiter.length && equalOctets(this.#lineStart.subarray(0, delimiter.length), delimiter)) {
        throw new TypeError(`${this.#piece.option} holds a line that begins with the boundary`);
      }
    }
    return at;
  }
}
