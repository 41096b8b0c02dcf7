/**
 * Encoded words (RFC 2047), the reading side. Lenient in what it takes for a word, as the field is: words that touch other text, words longer
 * than 75 characters, base64 without padding. Octets of neighbouring words in one charset are joined before they are decoded, since
 * many senders cut in the middle of a character.
 *
 * To be used on unfolded text after all other grammar: the result may hold anything, commas, brackets and line breaks included.
 */
import { concatOctets, decodeBase64 } from '@mailwright/wire';
import { decodeCharset } from '../charset/charset.ts';

/** A word found in a text. */
interface Word {
  readonly charset: string;
  readonly octets: Uint8Array;
  /** The offset behind it. */
  readonly end: number;
}

const CHARSET_CHARACTERS = 64;
/** In these each word begins in ASCII again, and the seam of two joined words would be an error. */
const STATEFUL = /^(?:iso-2022-|hz-gb-2312)/;
const ONLY_SPACE = /^[ \t\r\n]*$/;

/**
 * Replaces each encoded word by its text. A word of an unknown charset, or with white space inside, stays as it is.
 *
 * Shape: linear in the length of `text`; never throws.
 * Deviation: words need not stand apart from other text (RFC 2047 section 5 wants white space around), since senders forget that.
 * @rfc 2047 6
 * @rfc 2231 5
 */
export function decodeEncodedWords(text: string): string {
  let decoded = '';
  let plainFrom = 0;
  let afterWord = false;
  for (let at = text.indexOf('=?'); at !== -1; at = text.indexOf('=?', at)) {
    const run = readRun(text, at);
    if (run === undefined) {
      at += 2;
      continue;
    }
    const between = text.slice(plainFrom, at);
    decoded += (afterWord && ONLY_SPACE.test(between) ? '' : between) + run.text;
    plainFrom = at = run.end;
    afterWord = true;
  }
  return decoded + text.slice(plainFrom);
}

/** The words from `at` on that are in one charset, decoded together; `undefined` where there is none or the charset is not known. */
function readRun(text: string, at: number): { readonly text: string; readonly end: number } | undefined {
  const first = readWord(text, at);
  if (first === undefined) return undefined;
  const parts = [first.octets];
  let end = first.end;
  for (let next = nextWord(text, end); next?.charset === first.charset; next = nextWord(text, end)) {
    parts.push(next.octets);
    end = next.end;
  }
  const whole = STATEFUL.test(first.charset) ? parts : [concatOctets(parts)];
  const texts = whole.map((octets) => decodeCharset(first.charset, octets));
  const decoded = texts.includes(undefined) ? undefined : texts.join('');
  return decoded === undefined ? undefined : { text: decoded, end };
}

/** The word behind `from`, if only white space is in between. */
function nextWord(text: string, from: number): Word | undefined {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  return text.startsWith('=?', at) ? readWord(text, at) : undefined;
}

/** The word at `at`, where `=?` stands. Each of its parts ends at the next question mark, so nothing is read twice. @rfc 2047 2 */
function readWord(text: string, at: number): Word | undefined {
  const charsetEnd = text.indexOf('?', at + 2);
  if (charsetEnd === -1 || charsetEnd - at > CHARSET_CHARACTERS || text[charsetEnd + 2] !== '?') return undefined;
  const encoding = text[charsetEnd + 1]!;
  const from = charsetEnd + 3;
  const to = text.indexOf('?', from);
  if (to === -1 || text[to + 1] !== '=') return undefined;
  const encoded = text.slice(from, to);
  if (/[ \t\r\n]/.test(encoded)) return undefined;
  const octets = decodeText(encoding, encoded);
  const charset = text.slice(at + 2, charsetEnd).split('*', 1)[0]!.toLowerCase();
  return octets === undefined || charset === '' ? undefined : { charset, octets, end: to + 2 };
}

function decodeText(encoding: string, text: string): Uint8Array | undefined {
  if (encoding === 'Q' || encoding === 'q') return decodeQ(text);
  return encoding === 'B' || encoding === 'b' ? decodeLenientBase64(text) : undefined;
}

/** Section 4.2. An equals sign without two digits behind it stands for itself. */
function decodeQ(text: string): Uint8Array {
  const octets = new Uint8Array(text.length * 3);
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const value = unit === 0x3d ? hexadecimalValue(text, at + 1) : -1;
    if (value !== -1) at += 2;
    if (value === -1 && unit > 0x7f) count = putUtf8(octets, count, unit);
    else octets[count++] = value !== -1 ? value : unit === 0x5f ? 0x20 : unit;
  }
  return octets.subarray(0, count);
}

/** Raw text inside a `Q` word comes from UTF-8 in the field, so it goes back to that. A surrogate becomes a question mark. */
function putUtf8(octets: Uint8Array, at: number, unit: number): number {
  if (unit >= 0xd800 && unit <= 0xdfff) octets[at] = 0x3f;
  else if (unit < 0x800) octets.set([0xc0 | (unit >> 6), 0x80 | (unit & 63)], at);
  else octets.set([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 63), 0x80 | (unit & 63)], at);
  return at + (unit >= 0xd800 && unit <= 0xdfff ? 1 : unit < 0x800 ? 2 : 3);
}

/** The value of two hexadecimal digits, or -1. */
function hexadecimalValue(text: string, at: number): number {
  const digits = text.slice(at, at + 2);
  return /^[0-9A-Fa-f]{2}$/.test(digits) ? Number.parseInt(digits, 16) : -1;
}

/** Base64 with what it should not hold left out, padding made up, and unused bits ignored. */
function decodeLenientBase64(text: string): Uint8Array | undefined {
  const characters = text.replace(/[^A-Za-z0-9+/]/g, '');
  const whole = characters.slice(0, characters.length - (characters.length % 4));
  const rest = characters.slice(whole.length);
  const head = decodeBase64(whole);
  if (head === undefined || rest.length < 2) return head;
  const tail = decodeBase64(`${rest.padEnd(4, 'A')}`);
  return tail && concatOctets([head, tail.subarray(0, rest.length - 1)]);
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === 0x0d || unit === 0x0a;
}
