/**
 * Encoded words (RFC 2047), the reading side. Lenient in what it takes for a word, as the field is: words that touch other text, words longer
 * than 75 characters, base64 without padding. Octets of neighbouring words in one charset are joined before they are decoded, since
 * many senders cut in the middle of a character.
 *
 * To be used on unfolded text after all other grammar: the result may hold anything, commas, brackets and line breaks included.
 */
import { concatOctets, decodeBase64 } from '@mailwright/wire';
import type { LimitReached } from '@mailwright/wire';
import { charsetName } from '../charset/aliases.ts';
import { decodeCharset, decodeUndeclared, isStatefulCharset } from '../charset/charset.ts';
import { MAX_DEFECTS, mimeDefect } from '../defect.ts';
import type { MimeDefect, MimeDefectCode } from '../defect.ts';
import { resolveMimeLimits } from '../limits.ts';
import type { MimeLimits } from '../limits.ts';
import { hexadecimalOctet } from './hexadecimal.ts';

/** A text whose encoded words are decoded. Offsets of defects are those of the text as it was. */
export interface DecodedHeaderText {
  readonly text: string;
  readonly defects: readonly MimeDefect[];
  /** `LIMIT_ENCODED_WORDS`: further words stay as they are written. */
  readonly limit: LimitReached | undefined;
}

/** A word found in a text. */
interface Word {
  readonly charset: string;
  /** What it encodes, and in its place text that stands in it raw: that is decoded already, as the field was. */
  readonly pieces: readonly (Uint8Array | string)[];
  /** The offset behind it. */
  readonly end: number;
}

const CHARSET_CHARACTERS = 64;
const ESCAPE = 0x1b;
const DOLLAR = 0x24;
const RAW = /[^\0-\x7f]/;
const RAW_RUNS = /([^\0-\x7f]+)/;
const LONE_SURROGATES = /\p{Cs}/gu;
const ONLY_SPACE = /^[ \t\r\n]*$/;
/** As far as it goes, it is meant as an encoded word. */
const LIKE_A_WORD = /=\?[A-Za-z][\w.:*+-]{0,63}\?[^?]?\?/y;
const NO_DEFECTS: readonly MimeDefect[] = [];
const DEFAULT_WORDS = resolveMimeLimits().encodedWords;

/**
 * Replaces each encoded word by its text; see `decodeEncodedText`, which tells the defects too.
 *
 * @rfc 2047 6
 */
export function decodeEncodedWords(text: string, limits: MimeLimits = {}): string {
  return text.includes('=?') ? decodeEncodedText(text, limits).text : text;
}

/**
 * Replaces each encoded word by its text. A word with white space inside stays as it is.
 *
 * Shape: linear in the length of `text`; never throws. White space between two words goes.
 * Errors: none; `MIME_BAD_ENCODED_WORD`, `MIME_UNKNOWN_CHARSET`, `MIME_CHARSET_REPLACED` are defects.
 * Deviation: words need not stand apart from other text (RFC 2047 section 5 wants white space around), since senders forget that.
 * @rfc 2047 6
 * @rfc 2231 5
 */
export function decodeEncodedText(text: string, limits: MimeLimits = {}): DecodedHeaderText {
  if (!text.includes('=?')) return { text, defects: NO_DEFECTS, limit: undefined };
  const most = limits.encodedWords === undefined ? DEFAULT_WORDS : resolveMimeLimits(limits).encodedWords;
  return new WordReader(text, most).read();
}

class WordReader {
  readonly #text: string;
  readonly #most: number;
  readonly #defects: MimeDefect[] = [];
  #count = 0;

  constructor(text: string, most: number) {
    this.#text = text;
    this.#most = most;
  }

  read(): DecodedHeaderText {
    const text = this.#text;
    let limit: LimitReached | undefined;
    let decoded = '';
    let plainFrom = 0;
    let afterWord = false;
    for (let at = text.indexOf('=?'); at !== -1; at = text.indexOf('=?', at)) {
      if (this.#count >= this.#most) {
        limit = { code: 'LIMIT_ENCODED_WORDS', limit: this.#most, offset: at };
        break;
      }
      const run = this.#readRun(at);
      if (run === undefined) {
        at += 2;
        continue;
      }
      const between = text.slice(plainFrom, at);
      decoded += (afterWord && ONLY_SPACE.test(between) ? '' : between) + run.text;
      plainFrom = at = run.end;
      afterWord = true;
    }
    return { text: decoded + text.slice(plainFrom), defects: this.#defects, limit };
  }

  /** The words from `at` on that are in one charset, decoded together; `undefined` where there is none. */
  #readRun(at: number): { readonly text: string; readonly end: number } | undefined {
    const first = readWord(this.#text, at);
    if (first === undefined) {
      LIKE_A_WORD.lastIndex = at;
      if (LIKE_A_WORD.test(this.#text)) this.#addDefect('MIME_BAD_ENCODED_WORD', at);
      return undefined;
    }
    const { charset } = first;
    const pieces = [...first.pieces];
    let words = 1;
    let end = first.end;
    for (let next = nextWord(this.#text, end); next?.charset === charset && this.#count + words < this.#most; next = nextWord(this.#text, end)) {
      for (const piece of next.pieces) pieces.push(piece);
      words++;
      end = next.end;
    }
    this.#count += words;
    return { text: this.#decodePieces(charset, pieces, at), end };
  }

  /** Octets that stand side by side are decoded together; where each word has a state of its own, only behind one that ends in the middle. */
  #decodePieces(charset: string, pieces: readonly (Uint8Array | string)[], at: number): string {
    const isStateful = isStatefulCharset(charset);
    const mayGoOn = charsetName(charset) === 'iso-2022-jp';
    let text = '';
    let octets: Uint8Array[] = [];
    for (const piece of pieces) {
      if (typeof piece !== 'string') octets.push(piece);
      if (typeof piece !== 'string' && (!isStateful || (mayGoOn && endsShifted(piece, octets.length > 1)))) continue;
      text += this.#decode(charset, octets, at);
      octets = [];
      if (typeof piece === 'string') text += piece;
    }
    return text + this.#decode(charset, octets, at);
  }

  #decode(charset: string, parts: readonly Uint8Array[], at: number): string {
    if (parts.length === 0) return '';
    const octets = parts.length === 1 ? parts[0]! : concatOctets(parts);
    const known = decodeCharset(charset, octets);
    if (known === undefined) this.#addDefect('MIME_UNKNOWN_CHARSET', at);
    const text = known ?? decodeUndeclared(octets);
    if (text.includes('\ufffd')) this.#addDefect('MIME_CHARSET_REPLACED', at);
    return text;
  }

  #addDefect(code: MimeDefectCode, at: number): void {
    if (this.#defects.length < MAX_DEFECTS) this.#defects.push(mimeDefect(code, at));
  }
}

/**
 * True where a word in ISO-2022-JP does not come back to ASCII: some senders cut the octets of a text, against RFC 2047 section 5.
 * `wasShifted`: the word before it did not either.
 * @rfc 1468
 */
function endsShifted(octets: Uint8Array, wasShifted: boolean): boolean {
  const escape = octets.lastIndexOf(ESCAPE);
  return escape === -1 ? wasShifted : octets[escape + 1] === DOLLAR;
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
  const pieces = decodeEncoding(encoding, encoded);
  const charset = text.slice(at + 2, charsetEnd).split('*', 1)[0]!.toLowerCase();
  return pieces === undefined || charset === '' ? undefined : { charset, pieces, end: to + 2 };
}

function decodeEncoding(encoding: string, text: string): readonly (Uint8Array | string)[] | undefined {
  if (encoding === 'Q' || encoding === 'q') return RAW.test(text) ? text.split(RAW_RUNS).map((piece) => (RAW.test(piece) ? piece.replace(LONE_SURROGATES, '?') : decodeQ(piece))) : [decodeQ(text)];
  const octets = encoding === 'B' || encoding === 'b' ? (decodeBase64(text) ?? decodeLenientBase64(text)) : undefined;
  return octets && [octets];
}

/** Section 4.2. An equals sign without two digits behind it stands for itself. */
function decodeQ(text: string): Uint8Array {
  const octets = new Uint8Array(text.length);
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const value = unit === 0x3d ? hexadecimalOctet(text.charCodeAt(at + 1), text.charCodeAt(at + 2)) : -1;
    if (value !== -1) at += 2;
    octets[count++] = value !== -1 ? value : unit === 0x5f ? 0x20 : unit;
  }
  return octets.subarray(0, count);
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
