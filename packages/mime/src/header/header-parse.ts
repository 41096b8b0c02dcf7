/**
 * The header section of a message (RFC 5322 section 2.2), read from octets into fields that know where they stand. What is wrong
 * with it is a defect beside the fields, never an exception: mail that breaks the rules is shown too.
 *
 *     fields  = *( field-name *WSP ":" unstructured CRLF )
 *
 * Left out: the meaning of a field. Read next: `summarize-message.ts`.
 */
import { COLON, CR, LF, NUL, SP, TAB, decodeUtf8Strict, indexOfOctet, latin1 } from '@mailwright/wire';
import type { LimitReached } from '@mailwright/wire';
import { MAX_DEFECTS, mimeDefect } from '../defect.ts';
import type { MimeDefect, MimeDefectCode } from '../defect.ts';
import { resolveMimeLimits } from '../limits.ts';
import type { MimeLimits, ResolvedMimeLimits } from '../limits.ts';
import { trimWhiteSpace, trimWhiteSpaceEnd } from './white-space.ts';

/** A field as it stands. Offsets count octets from the beginning of the input. */
export interface HeaderField {
  /** As written. Letter case means nothing. */
  readonly name: string;
  /** Where the name begins. */
  readonly start: number;
  /** Where the value begins, behind the colon. */
  readonly valueStart: number;
  /** Behind the line end of the field's last line. */
  readonly end: number;
  /** The value as it stands, folds included, the last line end left out. A view into the input. */
  readonly raw: Uint8Array;
  /** The value on one line, white space at its ends removed. UTF-8, or Latin-1 where it is not that. Encoded words are not decoded. */
  readonly text: string;
}

/** A header section. */
export interface HeaderSection {
  readonly fields: readonly HeaderField[];
  /** Where the body begins: behind the empty line, or at the end of the input where there is none. Where a limit stopped the reading: there. */
  readonly bodyOffset: number;
  /** The first 100. */
  readonly defects: readonly MimeDefect[];
  /** The limit at which reading stopped. */
  readonly limit: LimitReached | undefined;
}

/** How much is read, and which octets. */
export interface HeaderOptions extends MimeLimits {
  /** Where the section begins. Default 0. */
  readonly from?: number | undefined;
  /** Where the octets of it end at the latest. Default: the end. */
  readonly to?: number | undefined;
  /** Added to every offset: where `octets[0]` stands in the message. Default 0. */
  readonly base?: number | undefined;
}

const LINE_OCTETS = 998; // RFC 5322 2.1.1, line end excluded
const NAME = /^[\x21-\x39\x3b-\x7e]+$/;
const MBOX_LINE = /^>?From [ \t]*[^ \t]/;

/**
 * Reads the header section at the beginning of `octets`.
 *
 * Shape: linear in its length; the body is not looked at.
 * Errors: none; see `defects` and `limit` (`LIMIT_HEADER_OCTETS`, `LIMIT_HEADER_FIELDS`).
 * Deviation: a line may end in LF alone, since messages in files do (defect `MIME_BARE_LF`).
 * @rfc 5322 2.2
 * @rfc 6532 3.2
 */
export function parseHeaders(octets: Uint8Array, options: HeaderOptions = {}): HeaderSection {
  const { from = 0, to = octets.length, base = 0 } = options;
  return new HeaderReader(octets.subarray(from, to), base + from, resolveMimeLimits(options)).read();
}

/** The first field of that name, in any letter case. */
export function findField(section: HeaderSection, name: string): HeaderField | undefined {
  const wanted = name.toLowerCase();
  return section.fields.find((field) => field.name.toLowerCase() === wanted);
}

class HeaderReader {
  readonly #octets: Uint8Array;
  readonly #base: number;
  readonly #headerOctets: number;
  readonly #headerFields: number;
  readonly #fields: HeaderField[] = [];
  readonly #defects: MimeDefect[] = [];
  #limit: LimitReached | undefined;

  constructor(octets: Uint8Array, base: number, limits: ResolvedMimeLimits) {
    this.#octets = octets;
    this.#base = base;
    this.#headerOctets = limits.headerOctets;
    this.#headerFields = limits.headerFields;
  }

  read(): HeaderSection {
    let at = 0;
    for (let count = 0; at < this.#octets.length; count++) {
      const lineEnd = this.#findLineEnd(at);
      if (lineEnd === at) {
        at = this.#afterLineEnd(at);
        break;
      }
      const end = this.#findFieldEnd(at, lineEnd);
      if (this.#isOverLimit(end, count)) break;
      this.#readField(at, lineEnd, end);
      at = this.#afterLineEnd(end);
    }
    return { fields: this.#fields, bodyOffset: this.#base + at, defects: this.#defects, limit: this.#limit };
  }

  #isOverLimit(end: number, count: number): boolean {
    const limit = this.#headerOctets;
    if (end > limit) this.#limit = { code: 'LIMIT_HEADER_OCTETS', limit, offset: limit + 1 };
    else if (count >= this.#headerFields) this.#limit = { code: 'LIMIT_HEADER_FIELDS', limit: this.#headerFields, offset: count };
    return this.#limit !== undefined;
  }

  /** Where the line's own octets end: at CRLF, at a bare LF, or at the end of the input. Nothing behind the limit is looked at but the CRLF that may stand there. */
  #findLineEnd(from: number): number {
    const visible = Math.min(this.#octets.length, this.#headerOctets + 2);
    const lf = indexOfOctet(this.#octets.subarray(0, visible), LF, from);
    if (lf === -1) return visible;
    return lf > from && this.#octets[lf - 1] === CR ? lf - 1 : lf;
  }

  #afterLineEnd(at: number): number {
    if (this.#octets[at] === CR && this.#octets[at + 1] === LF) return at + 2;
    return this.#octets[at] === LF ? at + 1 : at;
  }

  /** Where the last of the lines ends that continue the one that ends at `lineEnd`. */
  #findFieldEnd(start: number, lineEnd: number): number {
    let from = start;
    let end = lineEnd;
    for (;;) {
      this.#checkLine(from, end);
      from = this.#afterLineEnd(end);
      const first = this.#octets[from];
      if (from === end || (first !== SP && first !== TAB) || end > this.#headerOctets) return end;
      end = this.#findLineEnd(from);
    }
  }

  #checkLine(from: number, end: number): void {
    if (end - from > LINE_OCTETS) this.#addDefect('MIME_LINE_TOO_LONG', from);
    if (this.#octets[end] === LF) this.#addDefect('MIME_BARE_LF', end);
    const line = this.#octets.subarray(from, end);
    const cr = indexOfOctet(line, CR);
    const nul = indexOfOctet(line, NUL);
    if (cr !== -1) this.#addDefect('MIME_BARE_CR', from + cr);
    if (nul !== -1) this.#addDefect('MIME_NUL', from + nul);
  }

  #readField(start: number, lineEnd: number, end: number): void {
    const colon = indexOfOctet(this.#octets.subarray(start, lineEnd), COLON);
    const written = latin1(this.#octets, start, colon === -1 ? lineEnd : start + colon);
    const name = trimWhiteSpaceEnd(written);
    const defect = findNameDefect(written, name, colon);
    if (defect !== undefined) this.#addDefect(defect, start);
    if (defect !== undefined && defect !== 'MIME_SPACE_BEFORE_COLON') return;
    const valueStart = start + colon + 1;
    const raw = this.#octets.subarray(valueStart, end);
    const value = decodeUtf8Strict(raw);
    if (value === undefined) this.#addDefect('MIME_NOT_UTF8', valueStart);
    this.#fields.push({ name, start: this.#base + start, valueStart: this.#base + valueStart, end: this.#base + this.#afterLineEnd(end), raw, text: unfold(value ?? latin1(raw)) });
  }

  #addDefect(code: MimeDefectCode, offset: number): void {
    if (this.#defects.length < MAX_DEFECTS) this.#defects.push(mimeDefect(code, this.#base + offset));
  }
}

/** What is wrong with the beginning of a field; all but a space before the colon make it none. */
function findNameDefect(written: string, name: string, colon: number): MimeDefectCode | undefined {
  if (/^[ \t]/.test(written)) return 'MIME_LEADING_CONTINUATION';
  if (MBOX_LINE.test(written)) return 'MIME_MBOX_LINE';
  if (colon === -1) return 'MIME_NO_COLON';
  if (!NAME.test(name)) return 'MIME_BAD_FIELD_NAME';
  return name === written ? undefined : 'MIME_SPACE_BEFORE_COLON';
}

/** Takes the line ends out, and white space at both ends. @rfc 5322 2.2.3 */
function unfold(value: string): string {
  return trimWhiteSpace(value.replace(/\r?\n/g, ''));
}
