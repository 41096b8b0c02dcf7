/**
 * Message text on its way out: a dot at the start of a line gets another one before it, every line ends in CRLF. A CR or an LF that stands alone becomes a
 * CRLF, unless the caller wants the octets as they are: a reader that takes LF for a line end must not find another end of the text than we wrote.
 *
 * For TOP it also counts the lines of the body, and stops behind the last that was asked for.
 *
 * @rfc 1939 3
 * @rfc 1939 7
 */
import { CR, encodeLatin1, LF, TextScanner } from '@mailwright/wire';

/** What becomes of a bare CR or LF in a message: a CRLF, or nothing. */
export type StoredLineEnds = 'normalize' | 'pass';

const DOT: Uint8Array = encodeLatin1('.');
const ONLY_CR: Uint8Array = encodeLatin1('\r');
const ONLY_LF: Uint8Array = encodeLatin1('\n');
const END: Uint8Array = encodeLatin1('.\r\n');
const LINE_END_AND_END: Uint8Array = encodeLatin1('\r\n.\r\n');

/** Writes one message. */
export class TextStuffer {
  readonly #scanner: TextScanner = new TextScanner();
  readonly #normalize: boolean;
  readonly #top: TopCounter | undefined;

  /** `bodyLines`: as in TOP; `undefined` for the whole message. */
  constructor(lineEnds: StoredLineEnds, bodyLines: number | undefined) {
    this.#normalize = lineEnds === 'normalize';
    this.#top = bodyLines === undefined ? undefined : new TopCounter(bodyLines);
  }

  /** True when no more of the message is wanted. */
  get full(): boolean {
    return this.#top?.full === true;
  }

  /** Appends the piece, stuffed, to `parts`: views of `piece` and constants. */
  push(piece: Uint8Array, parts: Uint8Array[]): void {
    const octets = this.#top === undefined ? piece : this.#top.take(piece);
    const scanner = this.#scanner;
    let from = 0;
    for (let at = scanner.next(octets, 0); scanner.kind !== 'none'; at = scanner.next(octets, at + 1)) {
      const { kind } = scanner;
      if (kind === 'nul' || (kind !== 'dot' && !this.#normalize)) continue;
      const upTo = kind === 'bare-cr' ? at + 1 : at;
      if (upTo > from) parts.push(octets.subarray(from, upTo));
      from = upTo;
      if (kind === 'dot') parts.push(DOT);
      else if (kind === 'bare-cr') parts.push(ONLY_LF);
      else parts.push(ONLY_CR);
      if (kind === 'bare-cr') scanner.startLine();
      if (kind === 'bare-lf') scanner.startLine();
    }
    if (from < octets.length) parts.push(octets.subarray(from));
  }

  /** Appends what ends the text: the CRLF of the last line if it has none, and the line with the dot. */
  end(parts: Uint8Array[]): void {
    const { atLineStart } = this.#scanner;
    if (this.#scanner.end() === 'bare-cr' && this.#normalize) parts.push(ONLY_LF, END);
    else parts.push(atLineStart ? END : LINE_END_AND_END);
  }
}

/** Lets the header and so many lines of the body through. LF ends a line here, with a CR or without. @rfc 1939 7 */
class TopCounter {
  #linesLeft: number;
  #inHeader = true;
  /** Octets of the line so far, a CR not counted. */
  #lineOctets = 0;

  constructor(bodyLines: number) {
    this.#linesLeft = bodyLines;
  }

  get full(): boolean {
    return !this.#inHeader && this.#linesLeft === 0;
  }

  /** The part of the piece that is wanted. */
  take(octets: Uint8Array): Uint8Array {
    if (this.full) return octets.subarray(0, 0);
    for (let at = 0; at < octets.length; at++) {
      const octet = octets[at]!;
      if (octet !== LF) {
        if (octet !== CR) this.#lineOctets++;
        continue;
      }
      if (this.#inHeader) this.#inHeader = this.#lineOctets > 0;
      else this.#linesLeft--;
      this.#lineOctets = 0;
      if (this.full) return octets.subarray(0, at + 1);
    }
    return octets;
  }
}
