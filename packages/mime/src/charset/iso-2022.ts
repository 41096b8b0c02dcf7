/**
 * ISO-2022-JP and its kin (-1, -2, -3, -MS), ISO-2022-KR, ISO-2022-CN: seven-bit text in which escape sequences call up character sets. One machine
 * reads all of them, since the sequences never contradict each other; the label only says which set a shift means that names none.
 *
 * A line end leads back to US-ASCII, as each of the RFCs has writers do it.
 * Left out: CNS 11643 (each pair of it is one U+FFFD); JIS X 0213 is read as JIS X 0208, which it extends; ISO-IR-165 as GB 2312.
 *
 * @rfc 1468 2
 * @rfc 1554 2
 * @rfc 1557 2
 * @rfc 1922 2
 */
import { ascii } from '@mailwright/wire';
import type { Charset, ReadCharacters } from './charset-decoder.ts';
import { koreanTable } from './double-byte.ts';
import { chineseTable } from './gb18030.ts';
import { halfWidthKatakana, jis0208Table, jis0212Table } from './japanese-sets.ts';
import { unitAt } from './pair-table.ts';
import { expandRanges } from './single-byte.ts';
import { ISO_TABLES } from './table-iso.ts';
import type { TextWriter } from './text-writer.ts';
import { REPLACEMENT } from './text-writer.ts';

const LF = 0x0a;
const CR = 0x0d;
const SHIFT_OUT = 0x0e;
const SHIFT_IN = 0x0f;
const ESC = 0x1b;
const SP = 0x20;
const DEL = 0x7f;
const LONGEST_SEQUENCE = 3; // ESC itself not counted

/** A set by its characters; octets are 0x21 to 0x7e, the second is 0 in sets of one octet. */
interface CharacterSet {
  readonly octets: 1 | 2;
  readonly unit: (first: number, second: number) => number;
}

function pairSet(table: () => Uint16Array): CharacterSet {
  return { octets: 2, unit: (first, second) => unitAt(table(), first | 0x80, second | 0x80) };
}

const US_ASCII: CharacterSet = { octets: 1, unit: (octet) => octet };
/** JIS X 0201: a yen sign and an overline in the place of backslash and tilde. */
const JIS_ROMAN: CharacterSet = { octets: 1, unit: (octet) => (octet === 0x5c ? 0xa5 : octet === 0x7e ? 0x203e : octet) };
const KATAKANA: CharacterSet = { octets: 1, unit: (octet) => halfWidthKatakana(octet | 0x80) };
const LATIN_1: CharacterSet = { octets: 1, unit: (octet) => octet | 0x80 };
const GREEK: CharacterSet = { octets: 1, unit: (octet) => expandRanges(ISO_TABLES['iso-8859-7']!)[octet]! };
const JIS_X_0208 = pairSet(jis0208Table);
const JIS_X_0212 = pairSet(jis0212Table);
const GB_2312 = pairSet(chineseTable);
const KS_X_1001 = pairSet(koreanTable);
const UNKNOWN_PAIRS: CharacterSet = { octets: 2, unit: () => REPLACEMENT };

/** What an escape sequence does: puts a set in G0, G1 or G2, or takes the next character from G2. */
type Effect = { readonly to: 'g0' | 'g1' | 'g2'; readonly set: CharacterSet } | 'single-shift' | 'nothing';

const g0 = (set: CharacterSet): Effect => ({ to: 'g0', set });
const g1 = (set: CharacterSet): Effect => ({ to: 'g1', set });
const g2 = (set: CharacterSet): Effect => ({ to: 'g2', set });

/** By what follows ESC. */
const SEQUENCES: ReadonlyMap<string, Effect> = new Map<string, Effect>([
  ['(B', g0(US_ASCII)], ['(J', g0(JIS_ROMAN)], ['(H', g0(JIS_ROMAN)], ['(I', g0(KATAKANA)],
  ['$@', g0(JIS_X_0208)], ['$B', g0(JIS_X_0208)], ['$(@', g0(JIS_X_0208)], ['$(B', g0(JIS_X_0208)],
  ['$(O', g0(JIS_X_0208)], ['$(Q', g0(JIS_X_0208)], ['$(P', g0(UNKNOWN_PAIRS)], ['$(D', g0(JIS_X_0212)],
  ['$A', g0(GB_2312)], ['$(A', g0(GB_2312)], ['$(C', g0(KS_X_1001)],
  ['$)A', g1(GB_2312)], ['$)E', g1(GB_2312)], ['$)G', g1(UNKNOWN_PAIRS)], ['$)C', g1(KS_X_1001)],
  ['$*H', g2(UNKNOWN_PAIRS)], ['.A', g2(LATIN_1)], ['.F', g2(GREEK)],
  ['N', 'single-shift'], ['&@', 'nothing'],
]);

const BEGINNINGS: ReadonlySet<string> = new Set([...SEQUENCES.keys()].flatMap((key) => Array.from(key, (_, length) => key.slice(0, length))));

class Iso2022Reader {
  #g0 = US_ASCII;
  #g1: CharacterSet;
  #g2: CharacterSet = UNKNOWN_PAIRS;
  #shiftedOut = false;
  #singleShift = false;

  constructor(shifted: CharacterSet) {
    this.#g1 = shifted;
  }

  /** `ReadCharacters`. */
  read(octets: Uint8Array, last: boolean, writer: TextWriter): number {
    let at = 0;
    while (at < octets.length) {
      const octet = octets[at]!;
      const read = octet === ESC ? this.#readSequence(octets, at, last, writer)
        : octet <= SP || octet >= DEL ? this.#readControl(octet, writer)
        : this.#readCharacter(octet, octets[at + 1], last, writer);
      if (read === 0) return at;
      at += read;
    }
    return octets.length;
  }

  /** Gives the octets read, 0 for "more are needed". An unknown sequence is U+FFFD and what follows its ESC. */
  #readSequence(octets: Uint8Array, at: number, last: boolean, writer: TextWriter): number {
    let key = '';
    for (let length = 1; length <= LONGEST_SEQUENCE; length++) {
      if (at + length >= octets.length && !last) return 0;
      key = ascii(octets, at + 1, Math.min(at + 1 + length, octets.length));
      const effect = SEQUENCES.get(key);
      if (effect !== undefined) {
        this.#apply(effect);
        return length + 1;
      }
      if (!BEGINNINGS.has(key)) break;
    }
    writer.replacement();
    return 1;
  }

  #apply(effect: Effect): void {
    if (effect === 'single-shift') this.#singleShift = true;
    else if (effect === 'nothing') return;
    else if (effect.to === 'g0') this.#g0 = effect.set;
    else if (effect.to === 'g1') this.#g1 = effect.set;
    else this.#g2 = effect.set;
  }

  #readControl(octet: number, writer: TextWriter): number {
    if (octet === LF || octet === CR) {
      this.#g0 = US_ASCII;
      this.#shiftedOut = false;
      this.#singleShift = false;
    }
    if (octet === SHIFT_OUT || octet === SHIFT_IN) this.#shiftedOut = octet === SHIFT_OUT;
    else if (octet > DEL) writer.replacement();
    else writer.unit(octet);
    return 1;
  }

  #readCharacter(octet: number, next: number | undefined, last: boolean, writer: TextWriter): number {
    const set = this.#singleShift ? this.#g2 : this.#shiftedOut ? this.#g1 : this.#g0;
    if (set.octets === 2 && next === undefined && !last) return 0;
    this.#singleShift = false;
    const paired = set.octets === 1 || (next !== undefined && next > SP && next < DEL);
    const unit = paired ? set.unit(octet, next ?? 0) : REPLACEMENT;
    if (unit === REPLACEMENT) writer.replacement();
    else writer.unit(unit);
    return paired ? set.octets : 1;
  }
}

function iso2022(name: string, shifted: CharacterSet): Charset {
  const open = (): ReadCharacters => {
    const reader = new Iso2022Reader(shifted);
    return (octets, last, writer) => reader.read(octets, last, writer);
  };
  return { name, ascii: false, stateful: true, marked: false, open };
}

export const ISO_2022_CHARSETS: readonly Charset[] = [
  iso2022('iso-2022-jp', KATAKANA),
  iso2022('iso-2022-kr', KS_X_1001),
  iso2022('iso-2022-cn', GB_2312),
];
