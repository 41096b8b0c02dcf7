/**
 * A cursor over one frame that reads the values of the grammar: atoms, strings, numbers, lists. It never throws: the first thing that is
 * not as expected is kept in `failure`, the cursor goes to the end, and whatever is read from there on is empty. So a parser reads
 * straight on and its caller asks once, at the end.
 *
 * Left out: names of mailboxes (`mailbox-name.ts`), sets (`sequence-set.ts`).
 * Read next: `value-writer.ts`, the inverse; `frame.ts`.
 *
 * @rfc 9051 9
 */
import {
  ascii, BACKSLASH, classTable, CR, decodeUtf8Strict, DEL, DIGIT_0, DIGIT_9, DQUOTE, indexOfOctet, latin1, LEFT_PARENTHESIS, LF, PLUS, RIGHT_PARENTHESIS, SP,
} from '@mailwright/wire';
import type { Frame, StreamedLiteral } from './frame.ts';
import type { InvalidValue } from './invalid.ts';
import type { ImapLimits } from './limits.ts';
import { NO_SPECS, type SpecTables } from './spec-tables.ts';

const LEFT_BRACE = 0x7b;
const RIGHT_BRACE = 0x7d;
const TILDE = 0x7e;

/** What was expected, and at which offset of the frame it was not found. */
export interface Failure {
  readonly expected: string;
  readonly at: number;
}

/** Where a string's octets stand in the frame; `escaped` where it was quoted and holds backslashes that are not its own. */
interface Span {
  from: number;
  to: number;
  escaped: boolean;
}

/** Classes of octets, as bits of `CLASS`. */
const ATOM = 1; // ATOM-CHAR
const ASTRING = 2; // ASTRING-CHAR: also "]"
const LIST = 4; // list-char: also the wildcards
const TAG = 8; // ASTRING-CHAR except "+"
/** Octets above 0x7f count as well: names in UTF-8 that should have been quoted. */
const CLASS: Uint8Array = classTable({ [ATOM]: without('(){%*"\\]'), [ASTRING]: without('(){%*"\\'), [LIST]: without('(){"\\'), [TAG]: without('(){%*"\\+') });
const EMPTY = new Uint8Array(0);
const MAX_NUMBER64 = (1n << 64n) - 1n;

export class ValueReader {
  readonly octets: Uint8Array;
  readonly end: number;
  readonly limits: ImapLimits;
  /** By which values that hold others find how those are read. */
  readonly specs: SpecTables;
  /** Whether names of mailboxes are UTF-8: IMAP4rev2 or UTF8=ACCEPT is enabled. @rfc 9755 3 */
  readonly utf8: boolean;
  readonly #streamed: readonly StreamedLiteral[];
  readonly #complete: boolean;
  readonly #span: Span = { from: 0, to: 0, escaped: false };
  #at: number;
  #failure: Failure | undefined = undefined;
  #depth: number = 0;
  #elements: number = 0;

  constructor(frame: Frame, limits: ImapLimits, utf8: boolean, from: number = 0, specs: SpecTables = NO_SPECS) {
    this.specs = specs;
    this.octets = frame.octets;
    this.end = frame.octets.length;
    this.#streamed = frame.streamed;
    this.#complete = frame.complete;
    this.limits = limits;
    this.utf8 = utf8;
    this.#at = from;
  }

  /** The offset of the next octet. */
  get at(): number {
    return this.#at;
  }

  get atEnd(): boolean {
    return this.#at >= this.end;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** True where the failure is only that the frame goes on behind a literal that is about to be streamed. */
  get cut(): boolean {
    return !this.#complete && this.#failure !== undefined && this.#failure.at >= this.end;
  }

  /** Says that something else was expected here; the first one counts, and nothing is read any more. */
  fail(expected: string, at: number = this.#at): void {
    this.#failure ??= { expected, at };
    this.#at = this.end;
  }

  /** Moves to an offset further on, behind what the caller looked at itself. */
  moveForward(at: number): void {
    this.#at = at;
  }

  /** Moves to an offset at the outermost level and forgets what failed: for another, more lenient way to read the same octets. */
  moveTo(at: number): void {
    this.#at = at;
    this.#depth = 0;
    this.#failure = undefined;
  }

  /** The next octet, or -1 at the end. */
  peek(): number {
    return this.#at < this.end ? this.octets[this.#at]! : -1;
  }

  /** Takes the octet if it is next. */
  skip(octet: number): boolean {
    if (this.#at >= this.end || this.octets[this.#at] !== octet) return false;
    this.#at++;
    return true;
  }

  expect(octet: number): void {
    if (!this.skip(octet)) this.fail(`"${String.fromCharCode(octet)}"`);
  }

  space(): void {
    if (this.#at < this.end && this.octets[this.#at] === SP) this.#at++;
    else this.fail('a space');
  }

  /** Takes spaces, where servers send more or fewer than one. */
  spaces(): void {
    while (this.#at < this.end && this.octets[this.#at] === SP) this.#at++;
  }

  /** Fails unless everything was read. */
  finish(): void {
    if (this.#at < this.end) this.fail('the end');
  }

  // Atoms

  atom(): string {
    return this.#run(ATOM, 'an atom');
  }

  /** The tag of a command. */
  tag(): string {
    return this.#run(TAG, 'a tag');
  }

  /** An atom in upper case: a name of the protocol. */
  keyword(): string {
    return this.#run(ATOM, 'a name').toUpperCase();
  }

  /** Takes this name, whatever its case; it must not go on. `name` in upper case. */
  skipKeyword(name: string): boolean {
    const after = this.#at + name.length;
    if (after > this.end || (after < this.end && (CLASS[this.octets[after]!]! & ATOM) !== 0)) return false;
    for (let index = 0; index < name.length; index++) {
      const octet = this.octets[this.#at + index]!;
      const upper = octet >= 0x61 && octet <= 0x7a ? octet - 0x20 : octet;
      if (upper !== name.charCodeAt(index)) return false;
    }
    this.#at = after;
    return true;
  }

  /** `"\" atom` or an atom: flags, and attributes of LIST. `\*` is PERMANENTFLAGS'. */
  flag(): string {
    const from = this.#at;
    if (!this.skip(BACKSLASH)) return this.#run(ASTRING, 'a flag');
    if (!this.skip(0x2a)) this.#run(ATOM, 'a flag');
    return this.#failure === undefined ? this.#text(from, this.#at) : '';
  }

  flags(): string[] {
    return this.list(() => this.flag());
  }

  // Strings

  /** `atom / string`, as text. */
  astring(): string {
    const octet = this.peek();
    if (octet === DQUOTE || octet === LEFT_BRACE) return this.string();
    return this.#run(ASTRING, 'a string');
  }

  /** A pattern of LIST: as `astring`, with `%` and `*`. */
  listMailbox(): string {
    const octet = this.peek();
    if (octet === DQUOTE || octet === LEFT_BRACE) return this.string();
    return this.#run(LIST, 'a pattern');
  }

  /** A quoted string or a literal, as text: UTF-8 where it is that, else Latin-1. */
  string(): string {
    if (!this.#stringSpan()) return '';
    const { from, to, escaped } = this.#span;
    return escaped ? this.#textOf(unescape(this.octets, from, to)) : this.#text(from, to);
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
    if (this.peek() === TILDE) this.#at++;
    return this.stringOctets();
  }

  /** Takes `NIL`. */
  nil(): boolean {
    const octet = this.peek();
    return (octet === 0x4e || octet === 0x6e) && this.skipKeyword('NIL');
  }

  /** Everything up to the end, as text. */
  rest(): string {
    return this.until(this.end);
  }

  /** Everything up to an offset further on, as text. */
  until(end: number): string {
    const from = this.#at;
    this.#at = end;
    return this.#text(from, end);
  }

  // Numbers

  /** `1*DIGIT`, up to what a number holds exactly. */
  number(): number {
    const from = this.#at;
    let value = 0;
    while (this.#at < this.end) {
      const octet = this.octets[this.#at]!;
      if (octet < DIGIT_0 || octet > DIGIT_9) break;
      value = value * 10 + (octet - DIGIT_0);
      this.#at++;
    }
    if (this.#at === from) this.fail('a number');
    else if (value > Number.MAX_SAFE_INTEGER) this.fail('a number below 2^53', from);
    else return value;
    return 0;
  }

  /** `1*DIGIT` of 64 bits: MODSEQ, ids of Gmail. */
  number64(): bigint {
    const from = this.#at;
    while (this.#at < this.end && this.octets[this.#at]! >= DIGIT_0 && this.octets[this.#at]! <= DIGIT_9) this.#at++;
    const digits = this.#at - from;
    if (digits === 0) this.fail('a number');
    else if (digits > 20) this.fail('a number of 64 bits', from);
    else return this.#bigint(from);
    return 0n;
  }

  // Lists

  /** `"(" [item *(SP item)] ")"`. */
  list<T>(read: () => T): T[] {
    const items: T[] = [];
    if (!this.open()) return items;
    while (!this.close()) {
      if (this.#failure !== undefined) break;
      this.spaces();
      if (this.close()) break; // servers that end a list with a blank
      const before = this.#at;
      items.push(read());
      this.count();
      if (this.#at === before) this.fail('an element');
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
      if (octet === LEFT_PARENTHESIS || octet === RIGHT_PARENTHESIS || octet === SP) this.#at++;
      else this.#skipScalar(octet);
      if (depth < 0) this.fail('a value');
    } while (depth > 0 && this.#failure === undefined);
  }

  /**
   * Reads one value; where that fails, the value is skipped as a whole and comes back as an `InvalidValue`. What can't even be skipped fails the
   * frame.
   */
  contain<T>(read: () => T): T | InvalidValue {
    const from = this.#at;
    const depth = this.#depth;
    const value = read();
    const failure = this.#failure;
    if (failure === undefined || this.cut) return value;
    this.#failure = undefined;
    this.#depth = depth;
    this.#at = from;
    this.skipValue();
    return { type: 'invalid', raw: this.octets.slice(from, this.#at), expected: failure.expected, at: failure.at - from };
  }

  #bigint(from: number): bigint {
    const value = BigInt(ascii(this.octets, from, this.#at));
    if (value <= MAX_NUMBER64) return value;
    this.fail('a number of 64 bits', from);
    return 0n;
  }

  #skipScalar(octet: number): void {
    if (octet === DQUOTE || octet === LEFT_BRACE || octet === TILDE) return void this.literalOrString();
    const from = this.#at;
    while (this.#at < this.end) {
      const next = this.octets[this.#at]!;
      if (next === SP || next === LEFT_PARENTHESIS || next === RIGHT_PARENTHESIS || next === DQUOTE) break;
      this.#at++;
    }
    if (this.#at === from) this.fail('a value');
  }

  #run(bit: number, expected: string): string {
    const from = this.#at;
    let at = from;
    while (at < this.end && (CLASS[this.octets[at]!]! & bit) !== 0) at++;
    this.#at = at;
    if (at > from) return this.#text(from, at);
    this.fail(expected);
    return '';
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
    const from = this.#at + 1;
    const span = this.#span;
    span.from = from;
    span.escaped = false;
    for (let at = from; at < this.end; at++) {
      const octet = this.octets[at]!;
      if (octet === DQUOTE) {
        span.to = at;
        this.#at = at + 1;
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
    this.#at = to;
    return true;
  }

  /** `"{" number64 ["+"] "}" CRLF`, with the cursor at the brace; leaves it there. */
  #literalHeader(): { from: number; octetCount: number } | undefined {
    const from = this.#at;
    this.#at = from + 1;
    const octetCount = this.number();
    this.skip(PLUS);
    this.expect(RIGHT_BRACE);
    this.skip(CR); // a server that ends its lines with LF alone
    this.expect(LF);
    if (this.#failure !== undefined) return undefined;
    const after = this.#at;
    this.#at = from;
    return { from: after, octetCount };
  }

  #streamedHere(): StreamedLiteral | undefined {
    const binary = this.peek() === TILDE;
    const brace = this.#at + (binary ? 1 : 0);
    if (brace >= this.end || this.octets[brace] !== LEFT_BRACE) return undefined;
    const lf = indexOfOctet(this.octets, LF, brace);
    const literal = lf === -1 ? undefined : this.#streamedAt(lf + 1);
    if (literal !== undefined) this.#at = literal.at;
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

  #text(from: number, to: number): string {
    for (let at = from; at < to; at++) {
      if (this.octets[at]! >= 0x80) return this.#textOf(this.octets.subarray(from, to));
    }
    return ascii(this.octets, from, to);
  }

  #textOf(octets: Uint8Array): string {
    return decodeUtf8Strict(octets) ?? latin1(octets);
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

/** All octets but controls, SP and these characters. */
function without(specials: string): string[] {
  const members: string[] = [];
  for (let octet = SP + 1; octet < 0x100; octet++) {
    const character = String.fromCharCode(octet);
    if (octet !== DEL && !specials.includes(character)) members.push(character);
  }
  return members;
}
