/**
 * A cursor over one frame and what stands between blanks: single octets, atoms, numbers. It never throws: the first thing that is not as expected is
 * kept in `failure`, the cursor goes to the end, and whatever is read from there on is empty.
 *
 * Strings and lists are `value-reader.ts`, which is made on top of this.
 *
 * @rfc 9051 9
 */
import { ascii, BACKSLASH, classTable, decodeUtf8Strict, DEL, DIGIT_0, DIGIT_9, latin1, SP } from '@mailwright/wire';
import type { ImapLimits } from './limits.ts';
import type { SpecTables } from './spec-tables.ts';

/** What was expected, and at which offset of the frame it was not found. */
export interface Failure {
  readonly expected: string;
  readonly at: number;
}

/** Classes of octets, as bits of `CLASS`: what `run` takes. */
const ATOM = 1; // ATOM-CHAR
export const ASTRING = 2; // ASTRING-CHAR: also "]"
export const LIST = 4; // list-char: also the wildcards
const TAG = 8; // ASTRING-CHAR except "+"
/** Octets above 0x7f count as well: names in UTF-8 that should have been quoted. */
const CLASS: Uint8Array = classTable({ [ATOM]: without('(){%*"\\]'), [ASTRING]: without('(){%*"\\'), [LIST]: without('(){"\\'), [TAG]: without('(){%*"\\+') });
const MAX_NUMBER64 = (1n << 64n) - 1n;

export class ValueCursor {
  readonly octets: Uint8Array;
  readonly end: number;
  readonly limits: ImapLimits;
  /** By which values that hold others find how those are read. */
  readonly specs: SpecTables;
  /** Whether names of mailboxes are UTF-8: IMAP4rev2 or UTF8=ACCEPT is enabled. @rfc 9755 3 */
  readonly utf8: boolean;
  /** `at` and `failure`, for those who may change them. */
  protected position: number;
  protected failed: Failure | undefined = undefined;

  protected constructor(octets: Uint8Array, limits: ImapLimits, utf8: boolean, from: number, specs: SpecTables) {
    this.octets = octets;
    this.end = octets.length;
    this.limits = limits;
    this.utf8 = utf8;
    this.position = from;
    this.specs = specs;
  }

  /** The offset of the next octet. */
  get at(): number {
    return this.position;
  }

  get atEnd(): boolean {
    return this.position >= this.end;
  }

  get failure(): Failure | undefined {
    return this.failed;
  }

  /** Says that something else was expected here; the first one counts, and nothing is read any more. */
  fail(expected: string, at: number = this.position): void {
    this.failed ??= { expected, at };
    this.position = this.end;
  }

  /** Moves to an offset further on, behind what the caller looked at itself. */
  moveForward(at: number): void {
    this.position = at;
  }

  /** The next octet, or -1 at the end. */
  peek(): number {
    return this.position < this.end ? this.octets[this.position]! : -1;
  }

  /** Takes the octet if it is next. */
  skip(octet: number): boolean {
    if (this.position >= this.end || this.octets[this.position] !== octet) return false;
    this.position++;
    return true;
  }

  expect(octet: number): void {
    if (!this.skip(octet)) this.fail(`"${String.fromCharCode(octet)}"`);
  }

  space(): void {
    if (this.position < this.end && this.octets[this.position] === SP) this.position++;
    else this.fail('a space');
  }

  /** Takes spaces, where servers send more or fewer than one. */
  spaces(): void {
    while (this.position < this.end && this.octets[this.position] === SP) this.position++;
  }

  /** Fails unless everything was read. */
  finish(): void {
    if (this.position < this.end) this.fail('the end');
  }

  // Atoms

  atom(): string {
    return this.run(ATOM, 'an atom');
  }

  /** The tag of a command. */
  tag(): string {
    return this.run(TAG, 'a tag');
  }

  /** An atom in upper case: a name of the protocol. */
  keyword(): string {
    return this.run(ATOM, 'a name').toUpperCase();
  }

  /** Takes this name, whatever its case; it must not go on. `name` in upper case. */
  skipKeyword(name: string): boolean {
    const after = this.position + name.length;
    if (after > this.end || (after < this.end && (CLASS[this.octets[after]!]! & ATOM) !== 0)) return false;
    for (let index = 0; index < name.length; index++) {
      const octet = this.octets[this.position + index]!;
      const upper = octet >= 0x61 && octet <= 0x7a ? octet - 0x20 : octet;
      if (upper !== name.charCodeAt(index)) return false;
    }
    this.position = after;
    return true;
  }

  /** `"\" atom` or an atom: flags, and attributes of LIST. `\*` is PERMANENTFLAGS'. */
  flag(): string {
    const from = this.position;
    if (!this.skip(BACKSLASH)) return this.run(ASTRING, 'a flag');
    if (!this.skip(0x2a)) this.run(ATOM, 'a flag');
    return this.failed === undefined ? this.text(from, this.position) : '';
  }

  /** A flag that a client sets: one that can be written again, unlike some that servers send. @rfc 9051 9 */
  settableFlag(): string {
    const from = this.position;
    this.skip(BACKSLASH);
    this.run(ATOM, 'a flag');
    const flag = this.failed === undefined ? this.text(from, this.position) : '';
    if (/[^!-~]/.test(flag)) this.fail('a flag of ASCII', from);
    return flag;
  }

  // Numbers, and what is left

  /** Everything up to the end, as text. */
  rest(): string {
    return this.until(this.end);
  }

  /** Everything up to an offset further on, as text. */
  until(end: number): string {
    const from = this.position;
    this.position = end;
    return this.text(from, end);
  }

  /** `1*DIGIT`, up to what a number holds exactly. */
  number(): number {
    const from = this.position;
    let value = 0;
    while (this.position < this.end) {
      const octet = this.octets[this.position]!;
      if (octet < DIGIT_0 || octet > DIGIT_9) break;
      value = value * 10 + (octet - DIGIT_0);
      this.position++;
    }
    if (this.position === from) this.fail('a number');
    else if (value > Number.MAX_SAFE_INTEGER) this.fail('a number below 2^53', from);
    else return value;
    return 0;
  }

  /** `1*DIGIT` of 64 bits: MODSEQ, ids of Gmail. */
  number64(): bigint {
    const from = this.position;
    while (this.position < this.end && this.octets[this.position]! >= DIGIT_0 && this.octets[this.position]! <= DIGIT_9) this.position++;
    const digits = this.position - from;
    if (digits === 0) this.fail('a number');
    else if (digits > 20) this.fail('a number of 64 bits', from);
    else return this.#bigint(from);
    return 0n;
  }

  #bigint(from: number): bigint {
    const value = BigInt(ascii(this.octets, from, this.position));
    if (value <= MAX_NUMBER64) return value;
    this.fail('a number of 64 bits', from);
    return 0n;
  }

  /** Takes the octets of a class, at least one, as text. */
  protected run(bit: number, expected: string): string {
    const from = this.position;
    let at = from;
    while (at < this.end && (CLASS[this.octets[at]!]! & bit) !== 0) at++;
    this.position = at;
    if (at > from) return this.text(from, at);
    this.fail(expected);
    return '';
  }

  /** A range as text: UTF-8 where it is that, else Latin-1. */
  protected text(from: number, to: number): string {
    for (let at = from; at < to; at++) {
      if (this.octets[at]! >= 0x80) return this.textOf(this.octets.subarray(from, to));
    }
    return ascii(this.octets, from, to);
  }

  protected textOf(octets: Uint8Array): string {
    return decodeUtf8Strict(octets) ?? latin1(octets);
  }
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
