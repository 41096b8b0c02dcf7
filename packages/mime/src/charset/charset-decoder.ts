/**
 * What a charset is to this package, and the decoder that all of them share. A charset only says how characters are read from octets that
 * lie in one piece; what a chunk leaves unfinished is kept here and put before the next one, so that the places where chunks are cut
 * never show in the text.
 *
 * Read next: `single-byte.ts` (the simplest family), `charset.ts` (all of them by name).
 */
import { ascii, concatOctets } from '@mailwright/wire';
import { isAsciiOnly } from './ascii-scan.ts';
import { TextWriter } from './text-writer.ts';

/**
 * Reads the characters of `octets` and gives the number of octets read: those of a character that is not whole yet are left, a few at most.
 * With `last` set nothing comes after `octets`, and all are read. What is no character becomes one U+FFFD.
 */
export type ReadCharacters = (octets: Uint8Array, last: boolean, writer: TextWriter) => number;

export interface Charset {
  /** The preferred MIME name in lower case. */
  readonly name: string;
  /** True when octets below 0x80 that follow whole characters are those of US-ASCII, whatever came before. */
  readonly ascii: boolean;
  /** True when octets in the middle of a text can't be read without those before them, further back than one character. */
  readonly stateful: boolean;
  /** True for the forms of Unicode, where U+FEFF at the very beginning is a mark and no text. */
  readonly marked: boolean;
  /** A reader for one text; it may keep a state between calls. */
  open(): ReadCharacters;
}

const NOTHING = new Uint8Array(0);
const BYTE_ORDER_MARK = 0xfeff;

/** Decodes one text that comes in chunks of any size. */
export class CharsetDecoder {
  readonly #charset: Charset;
  readonly #read: ReadCharacters;
  readonly #writer = new TextWriter();
  #unfinished: Uint8Array = NOTHING;
  #atBeginning: boolean;

  /** `begun`: there is text already before that of this decoder. */
  constructor(charset: Charset, begun: boolean = false) {
    this.#charset = charset;
    this.#read = charset.open();
    this.#atBeginning = charset.marked && !begun;
  }

  get replacements(): number {
    return this.#writer.replacements;
  }

  /** The text of the characters that `octets` completes. Keeps nothing of `octets` but a copy of what is not whole. */
  decode(octets: Uint8Array): string {
    if (octets.length === 0) return '';
    const whole = this.#unfinished.length === 0;
    if (whole && this.#charset.ascii && isAsciiOnly(octets)) {
      this.#atBeginning = false;
      return ascii(octets);
    }
    const input = whole ? octets : concatOctets([this.#unfinished, octets]);
    const read = this.#read(input, false, this.#writer);
    this.#unfinished = read === input.length ? NOTHING : input.slice(read);
    return this.#withoutMark(this.#writer.take());
  }

  /** What was still unfinished, as U+FFFD. */
  end(): string {
    this.#read(this.#unfinished, true, this.#writer);
    this.#unfinished = NOTHING;
    return this.#withoutMark(this.#writer.take());
  }

  #withoutMark(text: string): string {
    if (!this.#atBeginning || text === '') return text;
    this.#atBeginning = false;
    return withoutMark(text);
  }
}

/** The beginning of a text of Unicode, without the byte order mark. */
export function withoutMark(text: string): string {
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}
