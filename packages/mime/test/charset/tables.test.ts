/**
 * Every cell of every table, by hash. The hashes were made with other programs: Python's codecs (cp949, cp932, cp950, big5hkscs, gb18030, euc_jp and those
 * of one octet), GNU iconv for VISCII and ARMSCII-8. Where a table departs from them, the reason is beside its row.
 */
import { describe, expect, test } from 'vitest';
import { CHARSET_NAMES } from '../../src/charset/aliases.ts';
import { decodeText } from '../../src/charset/decode-text.ts';
import { hashOf } from './octets-of.ts';

const ALL_OCTETS = Uint8Array.from({ length: 256 }, (_, octet) => octet);

const SINGLE: readonly (readonly [string, string])[] = [
  // a windows page has the control of the same number where it has no character at 0x80 to 0x9f, as WHATWG's tables do
  ['windows-874', '6a2c7940c3d68216'], ['windows-1250', '03772ed2e875bd12'], ['windows-1251', 'b16600cf4e6d1a2d'], ['windows-1252', 'cc916e51644a12e8'],
  ['windows-1253', 'e4570135cbc6e3d5'], ['windows-1254', '4a8e99647c3e28e6'],
  ['windows-1255', '870c5c5e687fabcd'], // with U+05BA at 0xca, as WHATWG has it
  ['windows-1256', '6f6e8626197b1b6b'], ['windows-1257', 'd19a4e888879e36a'], ['windows-1258', 'e79b48db126bc71d'],
  ['iso-8859-2', 'a5871b0f978b840b'], ['iso-8859-3', 'e83895f2b7d7b82b'], ['iso-8859-4', '449076e20ebf45eb'], ['iso-8859-5', '9f31ddc0f7444afa'],
  ['iso-8859-6', 'beba4e6cf97dce83'], ['iso-8859-7', '71069977a6798ab7'], ['iso-8859-8', 'b43535e7aaeb7bcf'], ['iso-8859-10', '282514fbd01219c4'],
  ['iso-8859-13', '4426f6d2f1b025cd'], ['iso-8859-14', 'f03afb7e01e66cac'], ['iso-8859-15', '9b58b26dbd8fbff2'], ['iso-8859-16', '2de1faef4dc524c9'],
  ['koi8-r', 'fb0243455e64ef70'], ['koi8-u', '31757051a3101a8a'], ['koi8-t', '982016d0ea3acd63'], ['macintosh', '54112bce885d7b1a'],
  ['x-mac-cyrillic', '784db55e1c90195e'], ['x-mac-ce', 'a3e9390d6e0dd8ac'], ['hp-roman8', '1182b733a20e8bbc'],
  ['ibm437', '754c5bb3fea001ec'], ['ibm850', '4e721f6806dbbff2'], ['ibm852', 'a5798618e5ecfe1b'], ['ibm00858', 'bcd479c0617b954a'],
  ['ibm862', 'b1ef2b55aefd16e2'], ['ibm865', 'd4e3d8f3a2af7d10'], ['ibm866', '3c8cc5cb485f93d2'], ['cp1125', '12b86d242d075834'],
  ['viscii', '57116e40cb1edb40'], ['armscii-8', 'd9def9c1847a9a41'],
];

const PAIRS: readonly (readonly [string, string])[] = [
  ['euc-kr', '95d2aa175090fe64'], // cp949, and the two signs of 1998: 17,050 cells
  ['shift_jis', '0bdf6187336b7bb7'], // cp932: 9,604
  ['gb18030', 'a424f61c3cfae8ce'], // 23,940; twenty cells as in the edition of 2022, not private use
  ['big5', 'b806ffae745a86a8'], // cp950, but ETEN's rows 0xc6 to 0xc8 as in Big5-HKSCS
  ['euc-jp', '316c2afbf8ef1cab'], // the rows of cp932
];

/** The text of each pair, U+FFFD where it is not one character. */
function pairsOf(charset: string, prefix: readonly number[], first: number): string {
  let text = '';
  for (let lead = Math.max(first, 0x81); lead <= 0xfe; lead++) {
    for (let trail = first; trail <= 0xfe; trail++) {
      const cell = decodeText(Uint8Array.from([...prefix, lead, trail]), charset).text;
      text += cell.length === 1 ? cell : '\ufffd';
    }
  }
  return text;
}

describe('tables', () => {
  test.each(SINGLE)('%s: all 256 octets', (name, hash) => {
    const { text, used, replacements } = decodeText(ALL_OCTETS, name);
    expect([hashOf(text), text.length, used]).toEqual([hash, 256, name]);
    expect(replacements).toBe(text.split('\ufffd').length - 1);
  });

  test.each(PAIRS)('%s: all pairs of 0x81-0xfe and 0x40-0xfe', (name, hash) => {
    expect(hashOf(pairsOf(name, [], 0x40))).toBe(hash);
  });

  test('euc-jp: all of JIS X 0212', () => {
    expect(hashOf(pairsOf('euc-jp', [0x8f], 0xa1))).toBe('5eea0e0164f2e9df');
  });

  test('gb18030: all four-octet characters of the BMP; U+E7C7 where the edition of 2005 has it', () => {
    let text = '';
    for (let index = 0; index < 39_420; index++) {
      const octets = [0x81 + Math.floor(index / 12_600), 0x30 + (Math.floor(index / 1260) % 10), 0x81 + (Math.floor(index / 10) % 126), 0x30 + (index % 10)];
      text += decodeText(Uint8Array.from(octets), 'gb18030').text;
    }
    expect(hashOf(text)).toBe('efc8b18e905caa9e');
  });

  test.each([
    ['the first above the BMP', [0x90, 0x30, 0x81, 0x30], '\u{10000}'],
    ['the last', [0xe3, 0x32, 0x9a, 0x35], '\u{10ffff}'],
    ['none behind it', [0xe3, 0x32, 0x9a, 0x36], '\ufffd'],
    ['none between the BMP and it', [0x85, 0x30, 0x81, 0x30], '\ufffd'],
  ])('gb18030: %s', (_, octets, text) => {
    expect(decodeText(Uint8Array.from(octets), 'gb18030').text).toBe(text);
  });

  test('every charset has a table, a rule or a guess, and keeps US-ASCII but for its own signs', () => {
    const printable = Uint8Array.from({ length: 94 }, (_, index) => 0x21 + index).filter((octet) => !'+~'.includes(String.fromCharCode(octet)));
    for (const name of CHARSET_NAMES) {
      if (/^utf-(16|32)/.test(name)) continue; // their units are wider
      expect([name, decodeText(printable, name).text]).toEqual([name, String.fromCharCode(...printable)]);
    }
  });
});
