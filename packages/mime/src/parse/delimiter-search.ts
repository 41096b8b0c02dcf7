/**
 * Where the next delimiter stands in a body, by the engine's own search: for a line that begins with two hyphens, or, in base64, which has no
 * hyphens, for the hyphens alone, until one is found that is no delimiter's.
 *
 * Measured on Node 20.20, 10 MB of base64 in lines of 76: two hyphens 0.13 ms, LF and two hyphens 1.2 ms, one `indexOf` for each LF 1.9 ms, the whole
 * delimiter from its CRLF on 2.5 ms.
 *
 * Read next: `open-boundaries.ts`, `message-scanner.ts`.
 */
import { CR, HYPHEN, LF, encodeLatin1, indexOfOctet, indexOfSequence } from '@mailwright/wire';
import type { Delimiter, OpenBoundaries } from './open-boundaries.ts';
import type { ScanWindow } from './scan-window.ts';

/** A delimiter, and the index behind its line end. */
export interface FoundDelimiter extends Delimiter {
  readonly lineEnd: number;
}

const LINE_AND_HYPHENS = encodeLatin1('\n--');
const HYPHENS = encodeLatin1('--');

export class DelimiterSearch {
  octetsSearched = 0;
  /** The delimiter that stands where `find` ended, if one does. */
  found: FoundDelimiter | undefined = undefined;
  readonly #window: ScanWindow;
  readonly #boundaries: OpenBoundaries;
  #lineStart = -1; // the offset where a delimiter may stand without a line end before it
  #fewHyphens = false;

  constructor(window: ScanWindow, boundaries: OpenBoundaries) {
    this.#window = window;
    this.#boundaries = boundaries;
  }

  /** A body begins. `lineStart`: its offset, where it is the beginning of a line; else -1. */
  begin(lineStart: number, isBase64: boolean): void {
    this.#lineStart = lineStart;
    this.#fewHyphens = isBase64;
  }

  /** The index where the next delimiter begins, which is then in `found`, or up to which there is surely none. */
  find(ended: boolean): number {
    const { octets, at, base } = this.#window;
    this.found = undefined;
    if (this.#boundaries.count === 0) return octets.length;
    let line = base + at === this.#lineStart ? at : this.#findLine(at);
    for (; line !== -1; line = this.#findLine(line + 1)) {
      if (octets[line] !== HYPHEN || octets[line + 1] !== HYPHEN) continue;
      const most = Math.min(octets.length, line + this.#boundaries.lineOctets + 1);
      const lf = indexOfOctet(octets.subarray(line, most), LF);
      const lineEnd = lf === -1 ? most : line + lf;
      this.octetsSearched += 2 * (lineEnd - line);
      if (lf === -1 && most === octets.length && !ended) return this.#beforeLine(line);
      const delimiter = this.#boundaries.match(octets, line, lineEnd);
      if (delimiter === undefined) continue;
      this.found = { ...delimiter, lineEnd: lf === -1 ? lineEnd : lineEnd + 1 };
      return this.#beforeLine(line);
    }
    return ended ? octets.length : this.#certainEnd();
  }

  /** The index of the next line behind `from` that begins with two hyphens, or -1. */
  #findLine(from: number): number {
    const { octets, at } = this.#window;
    if (this.#fewHyphens) {
      const hyphens = indexOfSequence(octets, HYPHENS, from);
      this.octetsSearched += (hyphens === -1 ? octets.length : hyphens) - from;
      if (hyphens === -1 || (hyphens > at && octets[hyphens - 1] === LF)) return hyphens;
      this.#fewHyphens = false;
    }
    const found = indexOfSequence(octets, LINE_AND_HYPHENS, Math.max(at, from - 1));
    this.octetsSearched += (found === -1 ? octets.length : found) - from;
    return found === -1 ? -1 : found + 1;
  }

  /** Where the line end before the line begins, which belongs to the delimiter; there is none directly behind a header section. */
  #beforeLine(line: number): number {
    const { octets, at } = this.#window;
    if (line === at) return line;
    return line - 2 >= at && octets[line - 2] === CR ? line - 2 : line - 1;
  }

  /** Up to where the octets are surely body, whatever comes next: the beginning of a line that may become a delimiter is not. */
  #certainEnd(): number {
    const { octets, at, base } = this.#window;
    const least = Math.max(at, octets.length - this.#boundaries.lineOctets - 2);
    let last = octets.length - 1;
    while (last >= least && octets[last] !== LF) last--;
    this.octetsSearched += octets.length - last;
    const hasLine = last >= least || (base + at === this.#lineStart && least === at);
    const line = last >= least ? last + 1 : at;
    if (hasLine && mayBeDelimiter(octets, line)) return this.#beforeLine(line);
    return octets.length > at && octets[octets.length - 1] === CR ? octets.length - 1 : octets.length;
  }
}

/** The octets from `line` on are the beginning of a line that is not over: may it begin with two hyphens? */
function mayBeDelimiter(octets: Uint8Array, line: number): boolean {
  return (octets[line] ?? HYPHEN) === HYPHEN && (octets[line + 1] ?? HYPHEN) === HYPHEN;
}
