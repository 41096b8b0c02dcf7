/**
 * Where a header section ends: behind its empty line, or at a line that is a delimiter of a multipart around it, since a part need not have a
 * body. Goes on where it stood when more octets have come.
 *
 * Read next: `message-scanner.ts`.
 */
import { CR, HYPHEN, LF, indexOfOctet } from '@mailwright/wire';
import type { OpenBoundaries } from './open-boundaries.ts';
import type { ScanWindow } from './scan-window.ts';

export class HeaderSearch {
  octetsSearched = 0;
  readonly #window: ScanWindow;
  readonly #boundaries: OpenBoundaries;
  readonly #headerOctets: number;
  #lineAt = 0; // the offset where the line begins that is looked at
  #searchedTo = 0; // the offset up to which no LF is in it

  constructor(window: ScanWindow, boundaries: OpenBoundaries, headerOctets: number) {
    this.#window = window;
    this.#boundaries = boundaries;
    this.#headerOctets = headerOctets;
  }

  /** A section begins at the offset `start`. */
  begin(start: number): void {
    this.#lineAt = this.#searchedTo = start;
  }

  /**
   * The index behind the section; -1 where that has not come yet. Behind the limit, and in a message of one part that is there as a whole, it
   * is left to the parser of the section to find the empty line.
   */
  find(ended: boolean): number {
    const { octets, at, base } = this.#window;
    const most = at + this.#headerOctets + 2;
    if (ended && this.#boundaries.count === 0) return Math.min(octets.length, most);
    let line = this.#lineAt - base;
    let from = this.#searchedTo - base;
    for (;;) {
      const lf = indexOfOctet(octets, LF, from);
      const lineEnd = Math.min(lf === -1 ? octets.length : lf, most);
      this.octetsSearched += lineEnd - from;
      if (lf === -1 && !ended && lineEnd < most) {
        this.#lineAt = base + line;
        this.#searchedTo = base + lineEnd;
        return -1;
      }
      if (this.#isDelimiter(octets, line, lineEnd)) return Math.min(line, most);
      if (lf === -1 || lf >= most) return lineEnd;
      if (lf === line || (lf === line + 1 && octets[line] === CR)) return Math.min(lf + 1, most);
      line = from = lf + 1;
    }
  }

  #isDelimiter(octets: Uint8Array, line: number, lineEnd: number): boolean {
    if (octets[line] !== HYPHEN || octets[line + 1] !== HYPHEN || line >= lineEnd) return false;
    this.octetsSearched += lineEnd - line;
    return this.#boundaries.match(octets, line, lineEnd) !== undefined;
  }
}
