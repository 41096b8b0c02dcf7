/**
 * Shift_JIS (as windows-31J), Big5 with the extension of ETEN, and EUC-KR with all Hangul (UHC): one octet or two a character.
 *
 * A pair that is no character becomes one U+FFFD; where its second octet is US-ASCII that octet is read again, so that no bad lead octet swallows
 * a quote or a line end.
 *
 * Left out: the 4,900 characters of Hong Kong in Big5 (U+FFFD), what is above the two-octet characters of KS X 1001 in Johab.
 */
import type { Charset, ReadCharacters } from './charset-decoder.ts';
import { cellOf, dropPrivateUse, once, readPairTable, unitAt } from './pair-table.ts';
import { expandRanges } from './single-byte.ts';
import { REPLACEMENT } from './text-writer.ts';

/** 0xc6a1 to 0xc875 of Big5 as ETEN had it, which the engine's cp950 leaves for private use. */
const BIG5_ETEN = '①~⑩⑴~⑽ⅰ~ⅹ丶丿亅亠冂冖冫勹匸卩厶夊宀巛⼳广廴彐彡攴无疒癶辵隶¨ˆヽヾゝゞ〃仝々〆〇ー［］✽ぁ~んァ~ヶА~ЕЁЖ~Яа~еёж~я';

const FIRST_HANGUL = 0xac00;
const LAST_HANGUL = 0xd7a3;

/** The cells of Shift_JIS, also those of JIS X 0208 in their order. */
export const shiftJisTable: () => Uint16Array = once(() => readPairTable('shift_jis'));

/** The cells of KS X 1001 and, around them, the Hangul it does not have. */
export const koreanTable: () => Uint16Array = once(() => {
  const table = readPairTable('euc-kr');
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= (lead < 0xa1 ? 0xfe : 0xa0); trail++) table[cellOf(lead, trail)] = REPLACEMENT;
  }
  dropPrivateUse(table);
  table[cellOf(0xa2, 0xe6)] = 0x20ac; // the euro and the registered sign, which KS X 1001 got in 1998
  table[cellOf(0xa2, 0xe7)] = 0xae;
  addMissingHangul(table);
  return table;
});

/**
 * KS X 1001 has 2,350 of the 11,172 Hangul syllables. UHC has the other 8,822 in the order of Unicode, on the cells that are free: so the
 * cells follow from the syllables that are there.
 */
function addMissingHangul(table: Uint16Array): void {
  const present = new Set(table);
  let lead = 0x81;
  let trail = 0x40;
  for (let syllable = FIRST_HANGUL; syllable <= LAST_HANGUL; syllable++) {
    if (present.has(syllable)) continue;
    trail++;
    if (trail === 0x5b) trail = 0x61;
    else if (trail === 0x7b) trail = 0x81;
    else if (trail > (lead < 0xa1 ? 0xfe : 0xa0)) {
      lead++;
      trail = 0x41;
    }
    table[cellOf(lead, trail)] = syllable;
  }
}

function big5Table(): Uint16Array {
  const table = readPairTable('big5');
  dropPrivateUse(table);
  let lead = 0xc6;
  let trail = 0xa1;
  for (const unit of expandRanges(BIG5_ETEN)) {
    table[cellOf(lead, trail)] = unit;
    trail = trail === 0x7e ? 0xa1 : trail + 1;
    if (trail > 0xfe) {
      lead++;
      trail = 0x40;
    }
  }
  return table;
}

/** What an octet of 0x80 or above is alone: 0 for the first of a pair, else a unit, U+FFFD for none. */
export type SingleOctet = (octet: number) => number;

const pairsOnly: SingleOctet = (octet) => (octet === 0x80 || octet === 0xff ? REPLACEMENT : 0);

/** Half-width katakana stand alone at 0xa1 to 0xdf. */
const shiftJisSingle: SingleOctet = (octet) => {
  if (octet >= 0xa1 && octet <= 0xdf) return 0xff61 + octet - 0xa1;
  if (octet === 0x80) return 0x80;
  return octet === 0xa0 || octet > 0xfc ? REPLACEMENT : 0;
};

function readPairs(getTable: () => Uint16Array, single: SingleOctet): ReadCharacters {
  const table = getTable();
  return (octets, last, writer) => {
    let at = 0;
    while (at < octets.length) {
      const lead = octets[at]!;
      const alone = lead < 0x80 ? lead : single(lead);
      if (alone === REPLACEMENT) writer.replacement();
      else if (alone !== 0 || lead === 0) writer.unit(alone);
      else if (at + 1 === octets.length && !last) return at;
      else {
        const trail = octets[at + 1] ?? 0;
        const unit = unitAt(table, lead, trail);
        if (unit === REPLACEMENT) writer.replacement();
        else writer.unit(unit);
        if (unit !== REPLACEMENT || trail >= 0x80) at++;
      }
      at++;
    }
    return octets.length;
  };
}

function doubleByte(name: string, table: () => Uint16Array, single: SingleOctet): Charset {
  return { name, ascii: true, stateful: false, marked: false, open: () => readPairs(table, single) };
}

export const DOUBLE_BYTE_CHARSETS: readonly Charset[] = [
  doubleByte('shift_jis', shiftJisTable, shiftJisSingle),
  doubleByte('big5', once(big5Table), pairsOnly),
  doubleByte('euc-kr', koreanTable, pairsOnly),
];
