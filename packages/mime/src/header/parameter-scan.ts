/**
 * The parameters of a Content-Type or Content-Disposition as they are written: names, sections, values without their quotes. It reads
 * what senders meant where they forgot quotes, semicolons or the end of a quoted string, and says so.
 *
 *     parameter      = attribute "=" value
 *     value          = token / quoted-string
 *     comment        = "(" *(ctext / quoted-pair / comment) ")"      ; may stand between any two of these
 *
 * It never goes back over text that it has read, but for one thing: what is opened and not closed is looked for to the end once.
 *
 * Read next: `parameter-parse.ts`, which puts the sections together.
 */
import { BACKSLASH, DQUOTE, EQUALS, LEFT_PARENTHESIS, RIGHT_PARENTHESIS, SEMICOLON, SP, classTable } from '@mailwright/wire';
import { MAX_DEFECTS, mimeDefect } from '../defect.ts';
import type { MimeDefect, MimeDefectCode } from '../defect.ts';

/** One parameter as it is written: `filename*0*=utf-8''a` is named `filename`, is section 0, and is extended. */
export interface WrittenParameter {
  /** In lower case. */
  readonly name: string;
  readonly section: number | undefined;
  readonly extended: boolean;
  /** Quotes removed, nothing decoded. */
  readonly value: string;
  /** Where the name stands. */
  readonly at: number;
}

const TOKEN = 1; // RFC 2045 5.1
/** What may stand in a value without quotes besides, since many senders forget the quotes around a boundary, an address, an encoded word. */
const LOOSE = 2;
const CLASS = classTable({
  [TOKEN]: [[0x30, 0x39], [0x41, 0x5a], [0x61, 0x7a], "!#$%&'*+-.^_`{|}~"],
  [LOOSE]: [[0x30, 0x39], [0x41, 0x5a], [0x61, 0x7a], "!#$%&'*+-.^_`{|}~/:=?@[]<>"],
});
const SECTION = /^(.+?)(?:\*(\d{1,9}))?(\*)?$/s;

/** A reader of one field's text. */
export class ParameterScanner {
  readonly text: string;
  /** Offset of the next character. */
  at = 0;
  readonly defects: MimeDefect[] = [];
  #noQuoteCloses = false;
  #noCommentCloses = false;

  constructor(text: string) {
    this.text = text;
  }

  get ended(): boolean {
    return this.at >= this.text.length;
  }

  fault(code: MimeDefectCode, at: number): void {
    if (this.defects.length < MAX_DEFECTS) this.defects.push(mimeDefect(code, at));
  }

  /** Skips white space and comments; true when there was any. */
  skipCfws(): boolean {
    const { text } = this;
    const start = this.at;
    while (this.at < text.length) {
      const unit = text.charCodeAt(this.at);
      if (unit === LEFT_PARENTHESIS && !this.#noCommentCloses) this.#skipComment();
      else if (unit <= SP && unit !== 0) this.at++;
      else break;
    }
    return this.at > start;
  }

  /** Reads `1*token-char` in lower case, '' where there is none. */
  readToken(): string {
    return this.#readWhile(TOKEN).toLowerCase();
  }

  /** Behind the media type or disposition: a parameter that comes without a semicolon is read, with a defect. */
  expectSemicolon(): void {
    this.skipCfws();
    if (this.#isParameter()) this.fault('MIME_BAD_PARAMETER_VALUE', this.at);
  }

  /** The next parameter, `undefined` at the end. What is none is a defect and is passed over. */
  next(): WrittenParameter | undefined {
    const { text } = this;
    for (;;) {
      this.skipCfws();
      if (this.ended) return undefined;
      if (text.charCodeAt(this.at) === SEMICOLON) {
        this.at++;
        continue;
      }
      const at = this.at;
      const name = this.readToken();
      this.skipCfws();
      const value = name !== '' && text.charCodeAt(this.at) === EQUALS ? this.#readValue() : undefined;
      if (value !== undefined) return splitName(name, value, at);
      this.fault('MIME_BAD_PARAMETER', at);
      this.#skipToSemicolon();
    }
  }

  /** At the `=`: the value with what belongs to it, `undefined` where there is none. */
  #readValue(): string | undefined {
    const { text } = this;
    this.at++;
    this.skipCfws();
    const start = this.at;
    const quoted = text.charCodeAt(start) === DQUOTE;
    const value = quoted ? this.#readQuoted() : this.#readWhile(LOOSE);
    if (value === undefined) return this.#salvage(start);
    const spaced = this.skipCfws();
    if (this.ended || text.charCodeAt(this.at) === SEMICOLON) return !quoted && value === '' ? undefined : value;
    if ((spaced || quoted) && this.#isParameter()) {
      this.fault('MIME_BAD_PARAMETER_VALUE', this.at);
      return value;
    }
    return this.#salvage(start);
  }

  /** At a DQUOTE: what the quoted string holds, `undefined` where it is not closed. */
  #readQuoted(): string | undefined {
    const { text } = this;
    if (this.#noQuoteCloses) return undefined;
    let escaped = false;
    for (let at = this.at + 1; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit === BACKSLASH) {
        escaped = true;
        at++;
      } else if (unit === DQUOTE) {
        const value = text.slice(this.at + 1, at);
        this.at = at + 1;
        return escaped ? unescape(value) : value;
      }
    }
    this.#noQuoteCloses = true;
    return undefined;
  }

  /** All from `start` up to the next semicolon behind what was read, without quotes around it. */
  #salvage(start: number): string | undefined {
    this.fault('MIME_BAD_PARAMETER_VALUE', start);
    this.#skipToSemicolon();
    const value = unescape(this.text.slice(start, this.at).trim());
    const from = value.startsWith('"') ? 1 : 0;
    const to = value.endsWith('"') && value.length > from ? value.length - 1 : value.length;
    return value === '' ? undefined : value.slice(from, to);
  }

  #skipToSemicolon(): void {
    const semicolon = this.text.indexOf(';', this.at);
    this.at = semicolon === -1 ? this.text.length : semicolon;
  }

  /** True where a name and an equals sign stand: the semicolon before them is missing. */
  #isParameter(): boolean {
    const { text } = this;
    let at = this.at;
    while (isClass(text.charCodeAt(at), TOKEN)) at++;
    if (at === this.at) return false;
    while (text.charCodeAt(at) === SP) at++;
    return text.charCodeAt(at) === EQUALS && text.charCodeAt(at + 1) !== EQUALS;
  }

  #readWhile(bits: number): string {
    const { text } = this;
    const start = this.at;
    while (this.at < text.length) {
      const unit = text.charCodeAt(this.at);
      if (!isClass(unit, bits) && (bits === TOKEN || unit < 0x80)) break;
      this.at++;
    }
    return text.slice(start, this.at);
  }

  #skipComment(): void {
    const { text } = this;
    let depth = 0;
    for (let at = this.at; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit === BACKSLASH) at++;
      else if (unit === LEFT_PARENTHESIS) depth++;
      else if (unit === RIGHT_PARENTHESIS && --depth === 0) {
        this.at = at + 1;
        return;
      }
    }
    this.#noCommentCloses = true;
  }
}

function isClass(unit: number, bits: number): boolean {
  return unit < 0x80 && (CLASS[unit]! & bits) !== 0;
}

/** A backslash before anything else stands for itself, since programs write Windows paths as they are. */
function unescape(value: string): string {
  return value.replace(/\\(["\\])/g, '$1');
}

/** @rfc 2231 3 */
function splitName(written: string, value: string, at: number): WrittenParameter {
  const [, name, section, star] = (written.includes('*') ? SECTION.exec(written) : null) ?? ['', written];
  return { name: name!, section: section === undefined ? undefined : Number(section), extended: star !== undefined, value, at };
}
