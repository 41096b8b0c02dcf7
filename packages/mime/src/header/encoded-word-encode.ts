/**
 * Encoded words (RFC 2047), the writing side: text in any script as words of ASCII. Always UTF-8; `Q` where that stays readable, else `B`;
 * cut between code points.
 *
 *     encoded-word = "=?" charset "?" encoding "?" encoded-text "?="        ; 75 characters at most
 */
import { encodeBase64, encodeUtf8 } from '@mailwright/wire';

const WORD_CHARACTERS = 75; // RFC 2047 2
const AROUND_TEXT = '=?utf-8?Q??='.length;
const LINE_COLUMNS = 77; // a folded line, after its space
/** What `Q` may leave as it is in every place where an encoded word may stand, a display name included (section 5 (3)). */
const SAFE = /^[A-Za-z0-9!*+/-]$/;

/**
 * Cuts `text` into encoded words.
 *
 * Units: `columns` are left on the current line for the first word. Where they are too few the first word is as long as a new line
 * allows, and the caller folds before it; `isFirst` says that it can't, so the word is made as short as needed, one code point at least.
 * @rfc 2047 2
 * @rfc 2047 5
 */
export function encodeWords(text: string, columns: number, isFirst: boolean): string[] {
  const points = Array.from(text, (character) => encodeUtf8(character));
  const encoding = chooseEncoding(points);
  const words: string[] = [];
  let left = columns;
  for (let from = 0; from < points.length; ) {
    const tooFew = left < AROUND_TEXT + encoding.longestPoint && !(isFirst && from === 0);
    const most = Math.min(WORD_CHARACTERS, tooFew ? LINE_COLUMNS : left) - AROUND_TEXT;
    let to = from + 1;
    let size = encoding.add(0, points[from]!);
    for (; to < points.length; to++) {
      const next = encoding.add(size, points[to]!);
      if (encoding.characters(next) > most) break;
      size = next;
    }
    words.push(`=?utf-8?${encoding.name}?${encoding.encode(points.slice(from, to))}?=`);
    left = 0; // a second word stands on a line of its own
    from = to;
  }
  return words;
}

/** One of the two encodings. `size` counts in a unit of its own; `characters` says how long the encoded text is. */
interface WordEncoding {
  readonly name: 'Q' | 'B';
  /** Characters that one code point takes at most. */
  readonly longestPoint: number;
  add(size: number, point: Uint8Array): number;
  characters(size: number): number;
  encode(points: readonly Uint8Array[]): string;
}

/** Section 4.2; the size is in characters. */
const Q: WordEncoding = {
  name: 'Q',
  longestPoint: 12,
  add: (size, point) => size + encodeQ(point).length,
  characters: (size) => size,
  encode: (points) => points.map(encodeQ).join(''),
};

/** Section 4.1; the size is in octets. */
const B: WordEncoding = {
  name: 'B',
  longestPoint: 8,
  add: (size, point) => size + point.length,
  characters: (size) => Math.ceil(size / 3) * 4,
  encode: (points) => encodeBase64(joinPoints(points)),
};

/** `Q` where it leaves half of the text readable, else `B`, which is shorter. */
function chooseEncoding(points: readonly Uint8Array[]): WordEncoding {
  const readable = points.filter((point) => encodeQ(point).length === 1).length;
  return readable * 2 >= points.length ? Q : B;
}

function encodeQ(point: Uint8Array): string {
  const octet = point[0]!;
  if (octet === 0x20) return '_';
  const character = String.fromCharCode(octet);
  if (point.length === 1 && SAFE.test(character)) return character;
  return Array.from(point, (value) => `=${value.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

function joinPoints(points: readonly Uint8Array[]): Uint8Array {
  const octets = new Uint8Array(points.reduce((count, point) => count + point.length, 0));
  let at = 0;
  for (const point of points) {
    octets.set(point, at);
    at += point.length;
  }
  return octets;
}
