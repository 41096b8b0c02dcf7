/**
 * The only writer of an IMAP line. It takes values, chooses between atom, quoted string and literal by what they hold, and refuses
 * what no form can carry. What it gives is text with literals between: whether a literal has to wait for the server is the machine's business.
 *
 * Read next: `value-reader.ts`, the inverse.
 *
 * @rfc 9051 9
 */
import { encodeLatin1, encodeUtf8, latin1 } from '@mailwright/wire';
import { formatSet, type MessageSet } from './sequence-set.ts';
import { NO_SPECS, type SpecTables } from './spec-tables.ts';

/** A literal whose octets are known. `binary`: written as a literal8. */
export interface WrittenLiteral {
  readonly type: 'literal';
  readonly octets: Uint8Array;
  readonly binary: boolean;
}

/** A literal whose octets come later, in pieces: exactly `octetCount` of them. `source` is the caller's own. */
export interface PendingLiteral {
  readonly type: 'pending-literal';
  readonly octetCount: number;
  readonly binary: boolean;
  readonly source: unknown;
}

/** Text is written in UTF-8. The CRLF of the line is not in it, nor are the headers of literals. */
export type WrittenPiece = string | WrittenLiteral | PendingLiteral;

/** Longer strings are written as literals, which need no escapes. */
const MAX_QUOTED_OCTETS = 1024;
/** atom = 1*ATOM-CHAR */
const ATOM = /^[!#$&'+,\-./0-9:;<=>?@A-Z[^_`a-z|}~]+$/;

const LATIN1 = /^[\0-\xff]*$/;
/** ASTRING-CHAR is ATOM-CHAR and "]". */
const TAG = /^[!#$&',\-./0-9:;<=>?@A-Z[\]^_`a-z|}~]+$/;

export class ValueWriter {
  /** Whether quoted strings and names of mailboxes may hold UTF-8: IMAP4rev2 or UTF8=ACCEPT is enabled. */
  readonly utf8: boolean;
  /** By which values that hold others find how those are written. */
  readonly specs: SpecTables;
  readonly #pieces: WrittenPiece[] = [];
  #text: string = '';
  #latin1 = false;

  constructor(utf8: boolean, specs: SpecTables = NO_SPECS) {
    this.utf8 = utf8;
    this.specs = specs;
  }

  /** All that was written. */
  finish(): readonly WrittenPiece[] {
    if (this.#text !== '') this.#pieces.push(this.#text);
    this.#text = '';
    return this.#pieces;
  }

  /** Grammar as it stands: names, parentheses, blanks. Never a value from outside. */
  raw(text: string): this {
    this.#text += text;
    return this;
  }

  space(): this {
    return this.raw(' ');
  }

  /** Throws a `TypeError` for what is no atom. */
  atom(text: string): this {
    if (!isAtom(text)) throw new TypeError(`not an atom: ${JSON.stringify(text)}`);
    return this.raw(text);
  }

  /** A flag or an attribute: `\Seen`, `$Junk`, `\*`. Throws a `TypeError` for what is none. */
  flag(text: string): this {
    const name = text.startsWith('\\') ? text.slice(1) : text;
    if (!isAtom(name) && text !== '\\*') throw new TypeError(`not a flag: ${JSON.stringify(text)}`);
    return this.raw(text);
  }

  flags(flags: readonly string[]): this {
    return this.list(flags, (flag) => this.flag(flag));
  }

  /** An atom where the text is one (and not NIL), else a string. */
  astring(text: string): this {
    return isAtom(text) && text.toUpperCase() !== 'NIL' ? this.raw(text) : this.string(text);
  }

  /**
   * A quoted string where it can be one, else a literal. Throws a `TypeError` for NUL, which only a literal8 can hold, and for lone surrogates.
   */
  string(value: string | Uint8Array): this {
    if (typeof value !== 'string') return this.#octets(value);
    if (value.length <= MAX_QUOTED_OCTETS && isQuotable(value, this.utf8)) return this.raw(quote(value));
    if (/\p{Surrogate}/u.test(value)) throw new TypeError(`a lone surrogate has no UTF-8: ${JSON.stringify(value)}`);
    return this.literal(this.#latin1 && isLatin1(value) ? encodeLatin1(value) : encodeUtf8(value));
  }

  /** Writes strings in ISO-8859-1 while `write` runs, for servers that have no UTF-8. Throws a `TypeError` where quoted strings may hold UTF-8. */
  inLatin1(write: () => void): void {
    if (this.utf8) throw new TypeError('where UTF-8 is enabled there is no other charset');
    this.#latin1 = true;
    write();
    this.#latin1 = false;
  }

  nstring(value: string | Uint8Array | undefined): this {
    return value === undefined ? this.raw('NIL') : this.string(value);
  }

  /** A quoted string, where the grammar has nothing else. Throws a `TypeError` for CR, LF, NUL, and for other than ASCII before UTF-8 is enabled. */
  quoted(text: string): this {
    if (!isQuotable(text, this.utf8)) throw new TypeError(`can't stand in a quoted string: ${JSON.stringify(text)}`);
    return this.raw(quote(text));
  }

  /** A literal. Throws a `TypeError` for octets with NUL: those are for `literal8`. */
  literal(octets: Uint8Array): this {
    if (octets.includes(0)) throw new TypeError('NUL can only stand in a literal8');
    return this.piece({ type: 'literal', octets, binary: false });
  }

  literal8(octets: Uint8Array): this {
    return this.piece({ type: 'literal', octets, binary: true });
  }

  piece(piece: WrittenLiteral | PendingLiteral): this {
    if (this.#text !== '') this.#pieces.push(this.#text);
    this.#text = '';
    this.#pieces.push(piece);
    return this;
  }

  /** Throws a `RangeError` for what is no whole number from 0 to 2^53 - 1. */
  number(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a number of IMAP: ${value}`);
    return this.raw(String(value));
  }

  /** Throws a `RangeError` below 0 and from 2^64 on. */
  number64(value: bigint): this {
    if (value < 0n || value >= 1n << 64n) throw new RangeError(`not a number of 64 bits: ${value}`);
    return this.raw(String(value));
  }

  /** Throws a `RangeError` for an empty set and for numbers that can't stand in one. */
  set(set: MessageSet): this {
    return this.raw(formatSet(set));
  }

  /** `"(" [item *(SP item)] ")"`. */
  list<T>(items: readonly T[], write: (item: T) => unknown): this {
    this.raw('(');
    this.separated(items, write);
    return this.raw(')');
  }

  /** `item *(SP item)`. */
  separated<T>(items: readonly T[], write: (item: T) => unknown): this {
    for (let index = 0; index < items.length; index++) {
      if (index > 0) this.space();
      write(items[index]!);
    }
    return this;
  }

  #octets(octets: Uint8Array): this {
    if (octets.length <= MAX_QUOTED_OCTETS) {
      const text = latin1(octets);
      if (isQuotable(text, false)) return this.raw(quote(text));
    }
    return this.literal(octets);
  }
}

/** Whether every character of the text is one of ISO-8859-1. */
export function isLatin1(text: string): boolean {
  return LATIN1.test(text);
}

/** Whether the text can be written as an atom. */
export function isAtom(text: string): boolean {
  return ATOM.test(text);
}

/** tag = 1*<any ASTRING-CHAR except "+"> */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** TEXT-CHAR: anything but CR, LF and NUL; UTF-8 only once that is enabled. Lone surrogates have no UTF-8. */
function isQuotable(text: string, utf8: boolean): boolean {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 0 || unit === 0x0a || unit === 0x0d || (unit > 0x7f && !utf8)) return false;
    if ((unit & 0xf800) !== 0xd800) continue;
    if (unit >= 0xdc00 || (text.charCodeAt(++index) & 0xfc00) !== 0xdc00) return false;
  }
  return true;
}

function quote(text: string): string {
  return /["\\]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
}
