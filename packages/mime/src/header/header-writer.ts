/**
 * The one writer of header fields. It folds between tokens and nowhere else, never leaves the first line empty, and keeps every line
 * within 78 columns where the tokens allow it and within 998 octets always (RFC 5322 section 2.1.1).
 *
 * A token is what must not be cut: a word, a quoted string, an address in angle brackets. Text that is not plain ASCII goes through
 * `encoded`, which cuts it into encoded words by itself.
 *
 * Nothing that comes in is cleaned: what could end a line, and what is no text (a surrogate without its other half), is a TypeError.
 */
import { encodeUtf8 } from '@mailwright/wire';
import { encodeWords } from './encoded-word-encode.ts';

const FOLD_COLUMNS = 78; // RFC 5322 2.1.1, CRLF excluded
const LINE_OCTETS = 998; // RFC 5322 2.1.1, CRLF excluded
const UTF8_OCTETS = 3; // of one UTF-16 code unit, at most
const FIELD_NAME = /^[\x21-\x39\x3b-\x7e]+$/;
const LINE_BREAKING = /[\0\r\n]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Throws TypeError for a field name that RFC 5322 does not allow. `option` is what messages call it. @rfc 5322 3.6.8 */
export function checkFieldName(name: string, option: string = 'a field'): string {
  if (typeof name !== 'string' || !FIELD_NAME.test(name)) throw new TypeError(`${option} has a name that is not printable US-ASCII without spaces and colons`);
  return name;
}

/**
 * Gives `text` back. Throws TypeError for text with CR, LF or NUL (such text would begin a field of its own), for a surrogate without
 * its other half, and for what is no string. `name` is what the caller calls it.
 */
export function checkFieldText(name: string, text: string): string {
  if (typeof text !== 'string') throw new TypeError(`${name} is not a string`);
  if (LINE_BREAKING.test(text)) throw new TypeError(`${name} holds a CR, LF or NUL`);
  if (LONE_SURROGATE.test(text)) throw new TypeError(`${name} holds a surrogate without its other half`);
  return text;
}

/** Throws TypeError for text with a surrogate without its other half. */
export function checkWellFormed(name: string, text: string): string {
  if (LONE_SURROGATE.test(text)) throw new TypeError(`${name} holds a surrogate without its other half`);
  return text;
}

/** Writes one field. Each token is preceded by one space, at which the line may be folded. */
export class HeaderWriter {
  readonly #name: string;
  #lines = '';
  #line: string;
  #isEmpty = true;

  /** Throws TypeError for a name that is none. */
  constructor(name: string) {
    this.#name = checkFieldName(name);
    this.#line = `${name}:`;
  }

  /** Writes a token as it is. The caller has checked that it holds no line break. */
  token(text: string): void {
    if (!this.#isEmpty && this.#line.length + 1 + text.length > FOLD_COLUMNS) this.#fold();
    this.#line += ` ${text}`;
    this.#isEmpty = false;
  }

  /** Writes text as encoded words. @rfc 2047 2 */
  encoded(text: string): void {
    const columns = FOLD_COLUMNS - this.#line.length - 1;
    for (const word of encodeWords(text, columns, this.#isEmpty)) this.token(word);
  }

  /** The whole field, CRLF included. Throws TypeError where a token is too long for any line. */
  end(): string {
    this.#fold();
    return this.#lines;
  }

  #fold(): void {
    const line = this.#line;
    if (line.length * UTF8_OCTETS > LINE_OCTETS && encodeUtf8(line).length > LINE_OCTETS) {
      throw new TypeError(`${this.#name} has a word that does not fit into a line of ${LINE_OCTETS} octets`);
    }
    this.#lines += `${line}\r\n`;
    this.#line = '';
  }
}

/** Words of printable ASCII with one space between them. */
const PLAIN_TEXT = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
const PLAIN_WORD = /^[\x21-\x7e]+$/;
/** The same in UTF-8, without what is not seen: controls, spaces and line ends of Unicode, marks of direction and order. */
const UTF8_WORD = /^[^\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\p{Cn}]+$/u;
const LONGEST_PLAIN_WORD = 900;
const LONGEST_UTF8_WORD = LONGEST_PLAIN_WORD / UTF8_OCTETS;

/**
 * A field of free text (Subject, Comments, an extension field). What is not plain ASCII words with one space between them becomes
 * encoded words, so that a reader gets back the same text, spaces at its ends included. With `utf8` words of other scripts stand as
 * they are.
 *
 * Errors: TypeError for CR, LF or NUL, and for a bad name. `option` is what messages call the text.
 * @rfc 5322 3.6.5
 * @rfc 2047 5
 * @rfc 6532 3.2
 */
export function formatUnstructured(name: string, text: string, utf8: boolean = false, option: string = name): string {
  if (typeof text === 'string' && name.length + text.length + 2 <= FOLD_COLUMNS && PLAIN_TEXT.test(text) && !text.includes('=?')) return `${checkFieldName(name)}: ${text}\r\n`;
  const writer = new HeaderWriter(name);
  checkFieldText(option, text);
  if (text === '') return writer.end();
  const words = text.split(' ');
  const needsEncoding = words.map((word, at) => !isPlainWord(word, utf8) || words[at - 1] === '' || (at === words.length - 2 && words[at + 1] === ''));
  for (let from = 0; from < words.length; ) {
    let to = from + 1;
    if (needsEncoding[from] === false) {
      writer.token(words[from]!);
    } else {
      while (needsEncoding[to] === true) to++;
      writer.encoded(words.slice(from, to).join(' '));
    }
    from = to;
  }
  return writer.end();
}

/** A word that reads back as it is. One that looks like an encoded word would be decoded. */
function isPlainWord(word: string, utf8: boolean): boolean {
  if (word.includes('=?')) return false;
  if (word.length <= LONGEST_PLAIN_WORD && PLAIN_WORD.test(word)) return true;
  return utf8 && word.length <= LONGEST_UTF8_WORD && UTF8_WORD.test(word);
}
