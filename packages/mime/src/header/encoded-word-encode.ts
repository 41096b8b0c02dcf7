/**
 * Encoded words (RFC 2047), the writing side: text in any script as words of ASCII. Always UTF-8; `Q` where that stays readable, else `B`;
 * cut between code points, and not at all where one word is enough.
 *
 *     encoded-word = "=?" charset "?" encoding "?" encoded-text "?="        ; 75 characters at most
 */
import { encodeBase64, encodeUtf8 } from '@mailwright/wire';

const WORD_CHARACTERS = 75; // RFC 2047 2
const AROUND_TEXT = '=?utf-8?Q??='.length;
const LINE_COLUMNS = 77; // a folded line, after its space
/** Characters that one code point takes at most. */
const LONGEST_POINT = { Q: 12, B: 8 } as const;
/** What `Q` may leave as it is in every place where an encoded word may stand, a display name included (section 5 (3)). */
const SAFE = /^[A-Za-z0-9!*+/-]$/;
/** Each octet in `Q`. */
const Q: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  const character = String.fromCharCode(octet);
  if (octet === 0x20) return '_';
  return SAFE.test(character) ? character : `=${octet.toString(16).toUpperCase().padStart(2, '0')}`;
});

/**
 * Cuts `text` into encoded words.
 *
 * Units: `columns` are left on the current line for the first word. Where they are too few the first word is as long as a new line
 * allows, and the caller folds before it; `isFirst` says that it can't, so the word is made as short as needed, one code point at least.
 *
 * Text that fits into one word is never cut, since some readers of today (Python's email package up to 3.12) put a space between two words of a name.
 * @rfc 2047 2
 * @rfc 2047 5
 */
export function encodeWords(text: string, columns: number, isFirst: boolean): string[] {
  const points = Array.from(text);
  const qs = points.map(encodeQ);
  const encoding = chooseEncoding(points, qs);
  const sizes = encoding === 'Q' ? qs.map((q) => q.length) : points.map(countOctets);
  const words: string[] = [];
  let left = columns;
  if (!isFirst && countCharacters(encoding, sum(sizes)) <= WORD_CHARACTERS - AROUND_TEXT) left = LINE_COLUMNS;
  for (let from = 0; from < points.length; ) {
    const tooFew = left < AROUND_TEXT + LONGEST_POINT[encoding] && !(isFirst && from === 0);
    const most = Math.min(WORD_CHARACTERS, tooFew ? LINE_COLUMNS : left) - AROUND_TEXT;
    let to = from + 1;
    let size = sizes[from]!;
    while (to < points.length && countCharacters(encoding, size + sizes[to]!) <= most) size += sizes[to++]!;
    const encoded = encoding === 'Q' ? qs.slice(from, to).join('') : encodeBase64(encodeUtf8(points.slice(from, to).join('')));
    words.push(`=?utf-8?${encoding}?${encoded}?=`);
    left = 0; // a second word stands on a line of its own
    from = to;
  }
  return words;
}

/** `Q` where it leaves half of the text readable, else `B`, which is shorter; `B` as well where that alone fits into one word. */
function chooseEncoding(points: readonly string[], qs: readonly string[]): 'Q' | 'B' {
  let readable = 0;
  for (const q of qs) if (q.length === 1) readable++;
  if (readable * 2 < qs.length) return 'B';
  if (sum(qs.map((q) => q.length)) <= WORD_CHARACTERS - AROUND_TEXT) return 'Q';
  return countCharacters('B', sum(points.map(countOctets))) <= WORD_CHARACTERS - AROUND_TEXT ? 'B' : 'Q';
}

/** Characters of the encoded text; the size is in characters for `Q` and in octets for `B`. */
function countCharacters(encoding: 'Q' | 'B', size: number): number {
  return encoding === 'Q' ? size : Math.ceil(size / 3) * 4;
}

/** One code point in `Q`. @rfc 2047 4.2 */
function encodeQ(point: string): string {
  const code = point.charCodeAt(0);
  if (code < 0x80) return Q[code]!;
  let encoded = '';
  for (const octet of encodeUtf8(point)) encoded += Q[octet]!;
  return encoded;
}

/** Octets of one code point in UTF-8. */
function countOctets(point: string): number {
  const code = point.codePointAt(0)!;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

function sum(sizes: readonly number[]): number {
  let total = 0;
  for (const size of sizes) total += size;
  return total;
}
