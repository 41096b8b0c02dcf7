/**
 * A cursor over one frame that reads the values of the grammar: atoms, strings, numbers, lists. It never throws: the first thing that is
 * not as expected is kept in `failure`, the cursor goes to the end, and whatever is read from there on is empty. So a parser reads
 * straight on and its caller asks once, at the end.
 *
 * Octets, atoms and numbers are `value-cursor.ts`. Left out: names of mailboxes (`mailbox-name.ts`), sets (`sequence-set.ts`).
 * Read next: `value-cursor.ts`, `value-writer.ts` (the inverse), `frame.ts`.
 *
 * @rfc 9051 9
 */
import { BACKSLASH, CR, DQUOTE, indexOfOctet, LEFT_PARENTHESIS, LF, PLUS, RIGHT_PARENTHESIS, SP } from '@mailwright/wire';
import type { Frame, StreamedLiteral } from './frame.ts';
import type { InvalidValue } from './invalid.ts';
import type { ImapLimits } from './limits.ts';
import { NO_SPECS, type SpecTables } from './spec-tables.ts';
import { ASTRING, LIST, ValueCursor } from './value-cursor.ts';

const LEFT_BRACE = 0x7b;
const RIGHT_BRACE = 0x7d;
const TILDE = 0x7e;

/** Where a string's octets stand in the frame; `escaped` where it was quoted and holds backslashes that are not its own. */
interface Span {
  from: number;
  to: number;
  escaped: boolean;
}

const EMPTY = new Uint8Array(0);

export class ValueReader extends ValueCursor {
  readonly #streamed: readonly StreamedLiteral[];
  readonly #complete: boolean;
  readonly #span: Span = { from: 0, to: 0, escaped: false };
  #depth: number = 0;
  #elements: number = 0;
  /** How many quotes of this frame were looked for to its end in vain. For `loose-value.ts`. */
  unclosedQuotes: number = 0;

  constructor(frame: Frame, limits: ImapLimits, utf8: boolean, from: number = 0, specs: SpecTables = NO_SPECS) {
    super(frame.octets, limits, utf8, from, specs);
    this.#streamed = frame.streamed;
    this.#complete = frame.complete;
  }

  /** True where the failure is only that the frame goes on behind a literal that is about to be streamed. */
  get cut(): boolean {
    return !this.#complete && this.failed !== undefined && this.failed.at >= this.end;
  }

  /** Moves to an offset at the outermost level and forgets what failed: for another, more lenient way to read the same octets. */
  moveTo(at: number): void {
    this.position = at;
    this.#depth = 0;
    this.failed = undefined;
  }

  flags(): string[] {
    return this.list(() => this.flag());
  }

  // Strings

  /** `atom / string`, as text. */
  astring(): string {
    const octet = this.peek();
    if (octet === DQUOTE || octet === LEFT_BRACE) return this.string();
    return this.run(ASTRING, 'a string');
  }

  /** A pattern of LIST: as `astring`, with `%` and `*`. */
  listMailbox(): string {
    const octet = this.peek();
    if (octet === DQUOTE || octet === LEFT_BRACE) return this.string();
    return this.run(LIST, 'a pattern');
  }

  /** A quoted string or a literal, as text: UTF-8 where it is that, else Latin-1. */
  string(): string {
    if (!this.#stringSpan()) return '';
    const { from, to, escaped } = this.#span;
    return escaped ? this.textOf(unescape(this.octets, from, to)) : this.text(from, to);
  }

  /** `nil / string`, as text. */
  nstring(): string | undefined {
    return this.nil() ? undefined : this.string();
  }

  /** A string's octets: a view into the frame, a copy where it held escapes. */
  stringOctets(): Uint8Array {
    if (!this.#stringSpan()) return EMPTY;
    const { from, to, escaped } = this.#span;
    return escaped ? unescape(this.octets, from, to) : this.octets.subarray(from, to);
  }

  /** `nil / string / literal8`, where a large literal may stand that was streamed. */
  nstringOctets(): Uint8Array | StreamedLiteral | undefined {
    if (this.nil()) return undefined;
    return this.literalOrString();
  }

  /** `string / literal8`, or a literal that was streamed. */
  literalOrString(): Uint8Array | StreamedLiteral {
    if (this.#streamed.length > 0) {
      const literal = this.#streamedHere();
      if (literal !== undefined) return literal;
    }
    if (this.peek() === TILDE) this.position++;
    return this.stringOctets();
  }

  /** Takes `NIL`. */
  nil(): boolean {
    const octet = this.peek();
    return (octet === 0x4e || octet === 0x6e) && this.skipKeyword('NIL');
  }

  // Lists

  /** `"(" [item *(SP item)] ")"`. */
  list<T>(read: () => T): T[] {
    const items: T[] = [];
    if (!this.open()) return items;
    while (!this.close()) {
      if (this.failed !== undefined) break;
      this.spaces();
      if (this.close()) break; // servers that end a list with a blank
      const before = this.position;
      items.push(read());
      this.count();
      if (this.position === before) this.fail('an element');
    }
    return items;
  }

  /** Takes "(" and goes one level down. */
  open(): boolean {
    if (!this.skip(LEFT_PARENTHESIS)) {
      this.fail('"("');
      return false;
    }
    if (++this.#depth > this.limits.depth) {
      this.fail(`at most ${this.limits.depth} levels of parentheses (LIMIT_DEPTH)`);
      return false;
    }
    return true;
  }

  /** Takes ")" and goes one level up. */
  close(): boolean {
    if (!this.skip(RIGHT_PARENTHESIS)) {
      if (this.atEnd) this.fail('")"');
      return false;
    }
    this.#depth--;
    return true;
  }

  /** Counts one more element of a list or a set against the limit. */
  count(): void {
    if (++this.#elements > this.limits.elements) this.fail(`at most ${this.limits.elements} elements (LIMIT_ELEMENTS)`);
  }

  /** Skips one value of any kind, lists in lists included, without recursion. */
  skipValue(): void {
    let depth = 0;
    do {
      const octet = this.peek();
      if (octet === LEFT_PARENTHESIS) depth++;
      else if (octet === RIGHT_PARENTHESIS) depth--;
      if (octet === LEFT_PARENTHESIS || octet === RIGHT_PARENTHESIS || octet === SP) this.position++;
      else this.#skipScalar(octet);
      if (depth < 0) this.fail('a value');
    } while (depth > 0 && this.failed === undefined);
  }

  /**
   * Reads one value; where that fails, the value is skipped as a whole and comes back as an `InvalidValue`. What can't even be skipped fails the
   * frame.
   */
  contain<T>(read: () => T): T | InvalidValue {
    const from = this.position;
    const depth = this.#depth;
    const value = read();
    const failure = this.failed;
    if (failure === undefined || this.cut) return value;
    this.failed = undefined;
    this.#depth = depth;
    this.position = from;
    this.skipValue();
    return { type: 'invalid', raw: this.octets.slice(from, this.position), expected: failure.expected, at: failure.at - from };
  }

  #skipScalar(octet: number): void {
    if (octet === DQUOTE || octet === LEFT_BRACE || octet === TILDE) return void this.literalOrString();
    const from = this.position;
    while (this.position < this.end) {
      const next = this.octets[this.position]!;
      if (next === SP || next === LEFT_PARENTHESIS || next === RIGHT_PARENTHESIS || next === DQUOTE) break;
      this.position++;
    }
    if (this.position === from) this.fail('a value');
  }

  /** Finds the string that stands here. */
  #stringSpan(): boolean {
    const octet = this.peek();
    if (octet === DQUOTE) return this.#quotedSpan();
    if (octet === LEFT_BRACE) return this.#literalSpan();
    this.fail('a string');
    return false;
  }

  #quotedSpan(): boolean {
    const from = this.position + 1;
    const span = this.#span;
    span.from = from;
    span.escaped = false;
    for (let at = from; at < this.end; at++) {
      const octet = this.octets[at]!;
      if (octet === DQUOTE) {
        span.to = at;
        this.position = at + 1;
        return true;
      }
      if (octet === BACKSLASH) {
        span.escaped = true;
        at++;
      } else if (octet === CR || octet === LF) break; // quoted strings end with their line
    }
    this.fail('the end of a quoted string', this.end);
    return false;
  }

  #literalSpan(): boolean {
    const header = this.#literalHeader();
    if (header === undefined) return false;
    const to = header.from + header.octetCount;
    if (this.#streamedAt(header.from) !== undefined) {
      this.fail('a literal small enough to keep (LIMIT_LITERAL_OCTETS)');
      return false;
    }
    if (to > this.end) {
      this.fail('the octets of a literal', this.end);
      return false;
    }
    this.#span.from = header.from;
    this.#span.to = to;
    this.#span.escaped = false;
    this.position = to;
    return true;
  }

  /** `"{" number64 ["+"] "}" CRLF`, with the cursor at the brace; leaves it there. */
  #literalHeader(): { from: number; octetCount: number } | undefined {
    const from = this.position;
    this.position = from + 1;
    const octetCount = this.number();
    this.skip(PLUS);
    this.expect(RIGHT_BRACE);
    this.skip(CR); // a server that ends its lines with LF alone
    if (!this.skip(LF)) this.fail('a line end behind the header of a literal');
    if (this.failed !== undefined) return undefined;
    const after = this.position;
    this.position = from;
    return { from: after, octetCount };
  }

  #streamedHere(): StreamedLiteral | undefined {
    const binary = this.peek() === TILDE;
    const brace = this.position + (binary ? 1 : 0);
    if (brace >= this.end || this.octets[brace] !== LEFT_BRACE) return undefined;
    const lf = indexOfOctet(this.octets, LF, brace);
    const literal = lf === -1 ? undefined : this.#streamedAt(lf + 1);
    if (literal !== undefined) this.position = literal.at;
    return literal;
  }

  /** The streamed literal whose octets would stand at an offset. */
  #streamedAt(at: number): StreamedLiteral | undefined {
    let low = 0;
    let high = this.#streamed.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#streamed[middle]!.at < at) low = middle + 1;
      else high = middle;
    }
    const literal = this.#streamed[low];
    return literal?.at === at ? literal : undefined;
  }

}

/** Takes the backslashes out of a quoted string. */
function unescape(octets: Uint8Array, from: number, to: number): Uint8Array {
  const plain = new Uint8Array(to - from);
  let length = 0;
  for (let at = from; at < to; at++) {
    if (octets[at] === BACKSLASH && at + 1 < to) at++;
    plain[length++] = octets[at]!;
  }
  return plain.subarray(0, length);
}
