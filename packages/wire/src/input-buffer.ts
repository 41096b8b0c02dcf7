/**
 * What came in and was not read yet: lines out of chunks, for every protocol whose commands are lines that end in CRLF.
 *
 * Only CRLF ends a line. A line that is not as it should be is reported with a status of its own and is used up, so the
 * session can answer it and go on with the next. Nothing is cleaned and nothing is guessed.
 *
 * Memory: chunks are kept as the views that were pushed, and let go as soon as they are read. Only the start of a line
 * whose end has not come is copied (so that a few octets don't hold a chunk of 64 KB), into an array that doubles; a line
 * that comes octet by octet costs O(its length) in time and in memory. An empty buffer owns no array at all.
 *
 * Measured on Node 20.20.2, pipelined SMTP commands of 30 octets: 45 ns a line for `takeLine`, 40 ns for `lineText`; 126
 * octets of heap for an idle buffer. A loop does as well as the engine's `indexOf` here, because every octet has to be
 * looked at anyway (NUL, bare CR, 8-bit).
 *
 * Left out: literals and message text, which the caller takes with `takeUpTo`, or with `peek` and `discard`.
 * Read next: `text-scan.ts`.
 */
import { native } from './native.ts';
import { CR, LF, NUL, decodeUtf8Strict } from './octets.ts';

/** What `takeLine` found: one of the six constants below. A number, so that no result object is made for each line. */
export type LineStatus = 0 | 1 | 2 | 3 | 4 | 5;
/** No line end has come yet; nothing was used up. */
export const NEED_DATA = 0;
/** A line was taken: `lineText()`, `lineView()`, `lineIsAscii`. */
export const LINE = 1;
/** The line is longer than allowed; nothing was used up. `skipLine()` gets rid of it. */
export const LINE_TOO_LONG = 2;
/** The line ended in an LF without CR, and was used up, the LF included. `skipLine()` also drops what follows, up to CRLF. */
export const LINE_BARE_LF = 3;
/** The line had a CR that no LF followed; it was used up with its CRLF. */
export const LINE_BARE_CR = 4;
/** The line had a NUL; it was used up with its CRLF. */
export const LINE_NUL = 5;

const EMPTY = new Uint8Array(0);
const PARTIAL_OCTETS = 128;

/** Where `skipLine` stands: not at work, inside the line, inside the line and just behind a CR. */
const NOT_SKIPPING = 0;
const SKIPPING = 1;
const SKIPPING_AFTER_CR = 2;

/**
 * Octets that arrived, read as lines or in pieces.
 *
 * ```ts
 * import { InputBuffer, LINE, LINE_TOO_LONG, NEED_DATA, encodeLatin1 } from '@mailwright/wire';
 *
 * const input = new InputBuffer();
 * const lines: string[] = [];
 * input.push(encodeLatin1('RSET\r\nNOOP\nQUIT\r\nHEL'));
 * for (let status = input.takeLine(512); status !== NEED_DATA; status = input.takeLine(512)) {
 *   lines.push(status === LINE ? (input.lineText() ?? 'not UTF-8') : `refused: ${status}`);
 *   if (status === LINE_TOO_LONG) input.skipLine();
 * }
 * lines; // => ['RSET', 'refused: 3', 'QUIT']
 * input.length; // => 3
 * ```
 */
export class InputBuffer {
  /** Octets pushed and not yet read. Only this class writes it. */
  length = 0;
  /** True when the line taken last has no octet above 0x7f. Only this class writes it. */
  lineIsAscii = true;
  #chunk: Uint8Array = EMPTY; // what is being read, from #at on
  #at = 0;
  #later: Uint8Array[] | undefined = undefined; // chunks behind #chunk, from #laterAt on
  #laterAt = 0;
  #partial: Uint8Array | undefined = undefined; // the start of a line; stands before #chunk
  #partialOctets = 0;
  #skipping: number = NOT_SKIPPING;
  #line: Uint8Array = EMPTY; // the line taken last is #line[#lineStart..#lineEnd)
  #lineStart = 0;
  #lineEnd = 0;

  /** Stores a chunk. It is kept as a view: the caller must not write to it afterwards. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.length += chunk.length;
    if (this.#later !== undefined) this.#later.push(chunk);
    else if (this.#at < this.#chunk.length) this.#later = [chunk];
    else {
      this.#chunk = chunk;
      this.#at = 0;
    }
  }

  /**
   * Takes the next line. The status says what was found; `LINE` leaves the line, without its CRLF, to `lineText()` and
   * `lineView()` until the next call that takes or discards.
   *
   * Units: `maxOctets` counts the line end, as the limits of the RFCs do.
   * Errors: of several faults in one line a bare LF is reported before a NUL, a NUL before a bare CR; a line that is too
   * long is reported before its faults are known. After `skipLine()` gave `false`, the rest of that line is skipped here.
   *
   * @rfc 5321 2.3.8
   * @rfc 5321 4.5.3.1.4
   */
  takeLine(maxOctets: number): LineStatus {
    if (this.#skipping !== NOT_SKIPPING && !this.skipLine()) return NEED_DATA;
    for (;;) {
      const chunk = this.#chunk;
      const start = this.#at;
      const allowed = maxOctets - this.#partialOctets;
      const end = Math.min(chunk.length, start + allowed);
      let bits = 0;
      let low = CR; // NUL once one was seen
      let carriageReturns = 0;
      for (let at = start; at < end; at++) {
        const octet = chunk[at]!;
        bits |= octet;
        if (octet > CR) continue;
        if (octet === CR) carriageReturns++;
        else if (octet === NUL) low = NUL;
        else if (octet === LF) {
          if (this.#partial !== undefined) return this.#endPartial(at);
          this.#advance(at + 1);
          return this.#endLine(chunk, start, at, bits, low, carriageReturns);
        }
      }
      if (chunk.length - start >= allowed) return LINE_TOO_LONG;
      if (start < chunk.length) this.#keepPartial(chunk, start);
      if (!this.#nextChunk()) {
        this.#forgetLine();
        return NEED_DATA;
      }
    }
  }

  /** The line taken last as text, or `undefined` where its octets are not UTF-8. Decoded anew at each call. @rfc 6531 3.1 */
  lineText(): string | undefined {
    if (this.lineIsAscii) return native.ascii(this.#line, this.#lineStart, this.#lineEnd);
    return decodeUtf8Strict(this.lineView());
  }

  /** The line taken last as a view, valid until the next call that takes or discards. */
  lineView(): Uint8Array {
    return this.#line.subarray(this.#lineStart, this.#lineEnd);
  }

  /**
   * Gives up the line that is being read: discards up to and including the next CRLF. `false` when that has not come yet;
   * the following `takeLine` and `skipLine` go on with it. A bare LF does not end the line that is skipped.
   */
  skipLine(): boolean {
    if (this.#skipping === NOT_SKIPPING) this.#skipping = SKIPPING;
    if (this.#partial !== undefined) {
      if (this.#partial[this.#partialOctets - 1] === CR) this.#skipping = SKIPPING_AFTER_CR;
      this.length -= this.#partialOctets;
      this.#partial = undefined;
      this.#partialOctets = 0;
    }
    do {
      if (this.#skipInChunk()) {
        this.#skipping = NOT_SKIPPING;
        return true;
      }
    } while (this.#nextChunk());
    return false;
  }

  /** The octets that stand next, without taking them: a view of at least one octet, or `undefined` when there is none. */
  peek(): Uint8Array | undefined {
    if (!this.#atOctets()) return undefined;
    return this.#at === 0 ? this.#chunk : this.#chunk.subarray(this.#at);
  }

  /** Takes the octets that stand next, at most `count`: a view into one pushed chunk, never joined. `undefined`: none. */
  takeUpTo(count: number): Uint8Array | undefined {
    this.#forgetLine();
    if (count <= 0 || !this.#atOctets()) return undefined;
    const chunk = this.#chunk;
    const start = this.#at;
    const end = Math.min(chunk.length, start + count);
    this.#advance(end);
    return start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end);
  }

  /** Drops the octets that stand next, at most `count`, and returns how many there were. */
  discard(count: number): number {
    let discarded = 0;
    this.#forgetLine();
    while (discarded < count && this.#atOctets()) {
      const end = Math.min(this.#chunk.length, this.#at + count - discarded);
      discarded += end - this.#at;
      this.#advance(end);
    }
    return discarded;
  }

  /** Drops everything, a line that is being skipped included: as new. */
  clear(): void {
    this.length = 0;
    this.#chunk = this.#line = EMPTY;
    this.#at = this.#laterAt = this.#partialOctets = this.#lineStart = this.#lineEnd = 0;
    this.#later = this.#partial = undefined;
    this.#skipping = NOT_SKIPPING;
  }

  /** Notes the line `line[start..lineFeed)` and says what is wrong with it, from what the loop over it gathered. */
  #endLine(line: Uint8Array, start: number, lineFeed: number, bits: number, low: number, carriageReturns: number): LineStatus {
    const ended = lineFeed > start && line[lineFeed - 1] === CR;
    this.lineIsAscii = bits < 0x80;
    this.#line = line;
    this.#lineStart = start;
    this.#lineEnd = ended ? lineFeed - 1 : lineFeed;
    if (!ended) return LINE_BARE_LF;
    if (low === NUL) return LINE_NUL;
    return carriageReturns === 1 ? LINE : LINE_BARE_CR;
  }

  /** The LF of a line stands at `lineFeed` of the current chunk, the start of the line in the partial. */
  #endPartial(lineFeed: number): LineStatus {
    this.length -= this.#partialOctets;
    this.#appendPartial(this.#chunk.subarray(this.#at, lineFeed + 1));
    this.#advance(lineFeed + 1);
    const line = this.#partial!;
    const octetCount = this.#partialOctets;
    this.#partial = undefined;
    this.#partialOctets = 0;
    let bits = 0;
    let low = CR;
    let carriageReturns = 0;
    for (let at = 0; at < octetCount; at++) {
      const octet = line[at]!;
      bits |= octet;
      if (octet === CR) carriageReturns++;
      else if (octet === NUL) low = NUL;
    }
    return this.#endLine(line, 0, octetCount - 1, bits, low, carriageReturns);
  }

  /** Lets the chunk go that the line taken last stands in. */
  #forgetLine(): void {
    this.#line = EMPTY;
    this.#lineStart = this.#lineEnd = 0;
  }

  /** Moves what stands in `chunk` from `start` on to the partial line, so that the chunk can go. */
  #keepPartial(chunk: Uint8Array, start: number): void {
    this.#appendPartial(start === 0 ? chunk : chunk.subarray(start));
    this.#chunk = EMPTY;
    this.#at = 0;
  }

  #appendPartial(octets: Uint8Array): void {
    const octetCount = this.#partialOctets + octets.length;
    if (this.#partial === undefined || this.#partial.length < octetCount) {
      const larger = new Uint8Array(Math.max(PARTIAL_OCTETS, octetCount, 2 * this.#partialOctets));
      if (this.#partial !== undefined) larger.set(this.#partial.subarray(0, this.#partialOctets));
      this.#partial = larger;
    }
    this.#partial.set(octets, this.#partialOctets);
    this.#partialOctets = octetCount;
  }

  /** Skips in the current chunk; true when the CRLF was there. */
  #skipInChunk(): boolean {
    const chunk = this.#chunk;
    const start = this.#at;
    for (let at = native.indexOfOctet(chunk, LF, start); at >= 0; at = native.indexOfOctet(chunk, LF, at + 1)) {
      if (at > start ? chunk[at - 1] !== CR : this.#skipping !== SKIPPING_AFTER_CR) continue;
      this.#advance(at + 1);
      return true;
    }
    if (chunk.length > start) this.#skipping = chunk[chunk.length - 1] === CR ? SKIPPING_AFTER_CR : SKIPPING;
    this.#advance(chunk.length);
    return false;
  }

  /** Sees to it that #chunk[#at] is the next octet; false when there is none. */
  #atOctets(): boolean {
    if (this.#partial !== undefined) this.#returnPartial();
    return this.#at < this.#chunk.length || this.#nextChunk();
  }

  /** Puts the partial line back as a chunk before all others: the caller reads on without lines. */
  #returnPartial(): void {
    const partial = this.#partial!.subarray(0, this.#partialOctets);
    this.#partial = undefined;
    this.#partialOctets = 0;
    if (this.#at < this.#chunk.length) {
      const behind = [this.#chunk.subarray(this.#at), ...(this.#later ?? []).slice(this.#laterAt)];
      this.#later = behind;
      this.#laterAt = 0;
    }
    this.#chunk = partial;
    this.#at = 0;
  }

  /** Uses the current chunk up to `end`, and lets it go at its end. */
  #advance(end: number): void {
    this.length -= end - this.#at;
    const used = end === this.#chunk.length;
    if (used) this.#chunk = EMPTY;
    this.#at = used ? 0 : end;
  }

  /** The current chunk is used up: goes to the next one, false when there is none. */
  #nextChunk(): boolean {
    const later = this.#later;
    if (later === undefined) return false;
    this.#chunk = later[this.#laterAt++]!;
    this.#at = 0;
    if (this.#laterAt === later.length) {
      this.#later = undefined;
      this.#laterAt = 0;
    }
    return true;
  }
}
