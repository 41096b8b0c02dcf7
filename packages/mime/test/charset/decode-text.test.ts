/** Text by label: what is said about it, what is guessed, and that chunks never show. */
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { CHARSET_NAMES, charsetName } from '../../src/charset/aliases.ts';
import { decodeCharset, isStatefulCharset } from '../../src/charset/charset.ts';
import { createTextDecoder, decodeText } from '../../src/charset/decode-text.ts';
import { fromBase64, hashOf, octetsOf } from './octets-of.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The same octets in chunks; an object like `decodeText` gives. */
function inChunks(chunks: readonly Uint8Array[], declared: string | undefined): ReturnType<typeof decodeText> {
  const decoder = createTextDecoder(declared);
  const reused = new Uint8Array(Math.max(0, ...chunks.map((chunk) => chunk.length)));
  let text = '';
  for (const chunk of chunks) {
    reused.set(chunk); // the decoder must not keep views of what it is given
    text += decoder.decode(reused.subarray(0, chunk.length));
    reused.fill(0x2a);
  }
  text += decoder.end();
  return { text, declared, used: decoder.used, replacements: decoder.replacements };
}

/** Written by Python's codecs. */
const SAMPLES: readonly (readonly [string, string, string])[] = [
  ['iso-2022-jp', 'GyRCJUYlOSVIISI0QTt6JEgbKEJBQkMKGyRCRnM5VExcGyhC', 'テスト、漢字とABC\n二行目'],
  ['iso-2022-jp-1', 'GyQoRDAhMCIbKEIgSklTIFggMDIxMg==', '丂丄 JIS X 0212'],
  ['iso-2022-jp-2', 'GyRCRnxLXDhsGyhCIBskKENHUTE5Pm4bKEIgGyQoQTo6U28bKEIgGyRCJiUmSyZLJkcmTSZJJkobJChEJnEbKEIgGyQoRCsxGyhC', '日本語 한국어 汉语 Ελληνικά é'],
  ['iso-2022-jp-3', 'GyRCNEE7ehsoQiAbKEk2RRsoQg==', '漢字 ｶﾅ'],
  ['iso-2022-kr', 'GyQpQw5HUTE5Pm4PIHRleHQgDjVRDwoONFlAPQ8gDkFZDw==', '한국어 text 둘\n다음 줄'],
  ['iso-2022-cn', 'GyQpQQ5WUE5EDyBhYmMgDjo6V1YPChskKUEOT0IP', '中文 abc 汉字\n下'],
  ['hz-gb-2312', 'fntWUE5Efn1+fkFTQ0lJIH57OjpXVn59Cn57T0JSO1BQfn0=', '中文~ASCII 汉字\n下一行'],
  ['utf-7', 'QStJbUlEa1EuICtaZVZuTElxZUFDcy0xICsyRFRkSGcgK0FPay0t', 'A≢Α. 日本語+1 𝄞 é-'],
  ['shift_jis', 'lVyOpoNclFy2xYdAgWA=', '表示ソ能ｶﾅ①～'],
  ['euc-jp', 'xvzL3LjsjraOxY+woQ==', '日本語ｶﾅ丂'],
  ['euc-kr', 'jGO55rCix88gvIS9w8TdtvMgx9Gx2w==', '똠방각하 펲시콜라 한글'],
  ['gb18030', '1tDOxKLjgTnuOZUygjaopoFA', '中文€㐀𠀀é丂'],
  ['big5', 'wWPF6aSkpOWzXKVcu1w=', '繁體中文許功蓋'],
  ['utf-16', '/v8AYQDpIKzYNN0e', 'aé€𝄞'],
  ['utf-16', '//5hAOkArCA02B7d', 'aé€𝄞'],
  ['utf-16', 'AGEA6SCs2DTdHg==', 'aé€𝄞'],
  ['utf-16le', 'YQDpAKwgNNge3Q==', 'aé€𝄞'],
  ['utf-32', 'AAD+/wAAAGEAACCsAAHRHg==', 'a€𝄞'],
  ['utf-32', '//4AAGEAAACsIAAAHtEBAA==', 'a€𝄞'],
  ['utf-32be', 'AAAAYQAAIKwAAdEe', 'a€𝄞'],
];

describe('declared charsets', () => {
  test.each(SAMPLES)('%s: a text', (declared, base64, text) => {
    expect(decodeText(fromBase64(base64), declared)).toEqual({ text, declared, used: charsetName(declared), replacements: 0 });
  });

  test.each(SAMPLES)('%s: cut at any place, and octet by octet, it is the same', (declared, base64, text) => {
    const octets = fromBase64(base64);
    for (let at = 0; at <= octets.length; at++) expect(inChunks([octets.subarray(0, at), octets.subarray(at)], declared).text).toBe(text);
    expect(inChunks(Array.from(octets, (octet) => Uint8Array.of(octet)), declared).text).toBe(text);
  });

  test.each([
    ['utf-8', 'EF BB BF 61', 'a', 0], ['utf-8', '61 EF BB BF', 'a\ufeff', 0], ['utf-8', 'E2 82', '\ufffd', 1], ['utf-8', 'F0 9F 98 41', '\ufffdA', 1],
    ['utf-8', 'C0 80', '\ufffd\ufffd', 2], ['utf-8', 'ED A0 80', '\ufffd\ufffd\ufffd', 3], ['utf-8', 'EF BF BD FF', '\ufffd\ufffd', 1], ['utf-8', 'F4 90 80 80', '\ufffd'.repeat(4), 4],
    ['utf-16be', 'D8 00 00 61', '\ufffda', 1], ['utf-16be', 'DC 00', '\ufffd', 1], ['utf-16be', 'D8 00', '\ufffd', 1], ['utf-16be', '00 61 00', 'a\ufffd', 1],
    ['utf-16le', 'FF FE 61 00', 'a', 0], ['utf-16', 'FF', '\ufffd', 1], ['utf-32be', '00 11 00 00 00 00 D8 00', '\ufffd\ufffd', 2], ['utf-32be', '00 00', '\ufffd', 1],
    ['shift_jis', '81 22', '\ufffd"', 1], ['shift_jis', '81', '\ufffd', 1], ['shift_jis', 'A0 FD B1', '\ufffd\ufffdｱ', 2], ['shift_jis', '1A 1C 5C 7E 7F', '\x1a\x1c\\~\x7f', 0],
    ['ibm866', '1A 1C 7F 80', '\x1a\x1c\x7fА', 0], ['windows-1252', '80 93 94 E4', '€“”ä', 0], ['iso-8859-1', '93 E4 A0', '“ä\xa0', 0],
    ['euc-kr', 'C9 A1', '\ufffd', 1], ['euc-kr', 'B0 0A', '\ufffd\n', 1], ['big5', 'FF 80 A4 A4', '\ufffd\ufffd中', 2],
    ['euc-jp', '8F A1 41', '\ufffdA', 1], ['euc-jp', '8F 41', '\ufffdA', 1], ['euc-jp', '8E E0 85 A4 A2', '\ufffd\ufffdあ', 2],
    ['gbk', '80 A2 E3', '€€', 0], ['gbk', '81 30 22', '\ufffd0"', 1], ['gbk', '81 30 81 22', '\ufffd0\ufffd"', 2], ['gbk', 'FF', '\ufffd', 1],
    ['hz', '7E 78 61', '\ufffdxa', 1], ['hz', '61 7E 0A 62', 'ab', 0], ['hz', '7E 7B 56 50 0A 61', '中\na', 0], ['hz', 'D6 D0', '中', 0], ['hz', 'D6 41', '\ufffdA', 1], ['hz', '7E 7B 56', '\ufffd', 1],
    ['iso-2022-jp', '1B 24 42 24 22 0A 24 22', 'あ\n$"', 0], ['iso-2022-jp', '1B 28 4A 5C 7E', '¥‾', 0], ['iso-2022-jp', '1B 41', '\ufffdA', 1], ['iso-2022-jp', '1B 24', '\ufffd$', 1],
    ['iso-2022-jp', '1B 24 42 24', '\ufffd', 1], ['iso-2022-jp', '1B 24 42 24 20 61', '\ufffd \ufffd', 2], ['iso-2022-jp', 'A4 A2', '\ufffd\ufffd', 2], ['iso-2022-jp', '0E 31 0F 31', 'ｱ1', 0],
    ['iso-2022-jp-2', '1B 2E 41 61 1B 4E 69 69', 'aéi', 0], ['iso-2022-jp-2', '1B 2E 46 1B 4E 61', 'α', 0], ['iso-2022-jp', '1B 26 40 1B 24 42 24 22', 'あ', 0],
    ['iso-2022-cn', '1B 24 29 47 0E 5D 42 0F 61', '\ufffda', 1], ['iso-2022-kr', '0E 47 51 0F', '한', 0],
    ['utf-7', '2B 41', '\ufffd', 1], ['utf-7', '2B', '\ufffd', 1], ['utf-7', '2B 20', '\ufffd ', 1], ['utf-7', 'E4', '\ufffd', 1], ['utf-7', '2B 32 44 51 2D', '\ufffd', 1], ['utf-7', '2B 2D 2B 2D', '++', 0],
    ['viscii', '02 61', 'Ẳa', 0],
  ])('%s: octets %s -> %j, %i replaced, in any chunks', (declared, hex, text, replacements) => {
    const octets = Uint8Array.from(hex.split(' '), (digits) => Number.parseInt(digits, 16));
    const expected = { text, declared, used: charsetName(declared), replacements };
    expect(decodeText(octets, declared)).toEqual(expected);
    for (let at = 0; at <= octets.length; at++) expect(inChunks([octets.subarray(0, at), octets.subarray(at)], declared)).toEqual(expected);
  });
});

describe('undeclared and unknown charsets', () => {
  const latin = octetsOf('Gr\xfc\xdfe \x80');
  test.each([
    [undefined, 'plain', utf8('plain'), 'plain', 'us-ascii'],
    ['US-ASCII', 'plain', utf8('plain'), 'plain', 'us-ascii'],
    ['x-none', 'plain', utf8('plain'), 'plain', 'utf-8'],
    ['utf-8', 'plain', utf8('plain'), 'plain', 'utf-8'],
    ['iso-8859-1', 'plain', utf8('plain'), 'plain', 'windows-1252'],
    [undefined, 'UTF-8', utf8('Grüße €'), 'Grüße €', 'utf-8'],
    ['us-ascii', 'UTF-8', utf8('Grüße €'), 'Grüße €', 'utf-8'],
    ['x-none', 'UTF-8 with a mark', utf8('\ufeffGrüße €'), 'Grüße €', 'utf-8'],
    ['x-none', 'UTF-8 with a mark that is none', utf8('a\ufeffGrüße €'), 'a\ufeffGrüße €', 'utf-8'],
    [undefined, 'windows-1252', latin, 'Grüße €', 'windows-1252'],
    ['ascii', 'windows-1252', latin, 'Grüße €', 'windows-1252'],
    ['unknown-8bit', 'windows-1252', latin, 'Grüße €', 'windows-1252'],
    ['', 'windows-1252', latin, 'Grüße €', 'windows-1252'],
    [undefined, 'UTF-8 that ends too early', octetsOf('a\xe2\x82'), 'aâ‚', 'windows-1252'],
    [undefined, 'nothing', new Uint8Array(0), '', 'us-ascii'],
  ])('%j, %s: in any chunks', (declared, _, octets, text, used) => {
    const expected = { text, declared, used, replacements: 0 };
    expect(decodeText(octets, declared)).toEqual(expected);
    for (let at = 0; at <= octets.length; at++) expect(inChunks([octets.subarray(0, at), octets.subarray(at)], declared)).toEqual(expected);
  });

  test('limit: the guess is made at 65,536 octets, wherever they are cut; a bad octet after that is U+FFFD', () => {
    const early = utf8(`abc${'ü'.repeat(40_000)}`);
    const late = early.slice();
    early[3 + 65_534] = 0xff; // the last character within
    late[3 + 65_536] = 0xff;
    for (const size of [1000, 65_535, 65_539, 70_000, 100_000]) {
      const chunks = (octets: Uint8Array): Uint8Array[] => Array.from({ length: Math.ceil(octets.length / size) }, (_, index) => octets.slice(index * size, (index + 1) * size));
      expect(inChunks(chunks(early), undefined)).toEqual(decodeText(early, undefined));
      expect(inChunks(chunks(late), undefined)).toEqual(decodeText(late, undefined));
    }
    expect(decodeText(early, undefined)).toMatchObject({ used: 'windows-1252', replacements: 0 });
    expect(decodeText(late, undefined)).toMatchObject({ used: 'utf-8', replacements: 2 });
  });

  test('limit: a guess that is cut in a character is made without it', () => {
    const octets = utf8(`a${'€'.repeat(30_000)}`); // 65,536 is not a multiple of 3
    expect(decodeText(octets, undefined)).toMatchObject({ used: 'utf-8', replacements: 0 });
    expect(inChunks([octets.subarray(0, 65_537), octets.subarray(65_537)], undefined)).toEqual(decodeText(octets, undefined));
  });

  test('ascii comes out at once, what is guessed at the end', () => {
    const decoder = createTextDecoder(undefined);
    expect(decoder.decode(octetsOf('abc'))).toBe('abc');
    expect(decoder.decode(octetsOf('d\xe4e'))).toBe('d');
    expect(decoder.end()).toBe('äe');
  });
});

describe('any octets', () => {
  const random = new SeededRandom(2978);
  /** Octets of the kinds that mean something anywhere, in short runs. */
  const generate = (count: number, random: SeededRandom): Uint8Array => {
    const kinds = [() => random.integer(0, 255), () => random.integer(0x80, 0xff), () => random.integer(0x21, 0x7e), () => random.pick([0x1b, 0x24, 0x28, 0x42, 0x2b, 0x2d, 0x7e, 0x7b, 0x0a, 0x0e]), () => random.integer(0x30, 0x39)];
    const octets = new Uint8Array(count);
    for (let at = 0; at < count;) {
      const kind = random.pick(kinds);
      for (const end = Math.min(count, at + random.integer(1, 6)); at < end;) octets[at++] = kind();
    }
    return octets;
  };
  const noise = generate(20_000, new SeededRandom(1));

  test.each(CHARSET_NAMES)('%s: any octets in any chunks are the same text, and are counted alike', (name) => {
    for (let round = 0; round < 60; round++) {
      const octets = generate(random.integer(0, 80), random);
      const whole = decodeText(octets, name);
      expect(inChunks(random.split(octets), name)).toEqual(whole);
      expect(inChunks(Array.from(octets, (octet) => Uint8Array.of(octet)), name)).toEqual(whole);
      expect(/\p{Surrogate}/u.test(whole.text)).toBe(false);
      expect(whole.replacements).toBeLessThanOrEqual(whole.text.split('\ufffd').length - 1);
    }
  });

  test('utf-8: what is replaced is what the WHATWG decoder replaces', () => {
    for (let round = 0; round < 2000; round++) {
      const octets = Uint8Array.from({ length: random.integer(0, 12) }, () => random.pick([0x41, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff]));
      expect(decodeText(octets, 'utf-8').text).toBe(new TextDecoder().decode(octets));
    }
  });

  test('every release of Node makes the same text of the same noise', () => {
    const texts = CHARSET_NAMES.map((name) => decodeText(noise, name)).map(({ text, used, replacements }) => `${used} ${replacements} ${text}`);
    expect(hashOf(texts.join('\n'))).toBe('9fc9a1f40c299cd5');
  });
});

describe('labels', () => {
  test.each([
    ['UTF-8', 'utf-8'], ['utf8', 'utf-8'], ['"Utf_8"', 'utf-8'], [' utf-8 ', 'utf-8'], ['ISO_8859-1:1987', 'windows-1252'], ['latin1', 'windows-1252'], ['cp-1252', 'windows-1252'],
    ['win-1251', 'windows-1251'], ['windows1251', 'windows-1251'], ['CP932', 'shift_jis'], ['ms936', 'gb18030'], ['gb-2312', 'gb18030'], ['ks_c_5601-1987', 'euc-kr'], ['uhc', 'euc-kr'],
    ['cp949', 'euc-kr'], ['cp950', 'big5'], ['macroman', 'macintosh'], ['cp28591', 'windows-1252'], ['646', 'us-ascii'], ['us-ascii646', 'us-ascii'], ['iso-2022-jp-ms', 'iso-2022-jp'],
    ['cp50220', 'iso-2022-jp'], ['cp51932', 'euc-jp'], ['x-unknown', 'unknown-8bit'], ['default', 'unknown-8bit'], ['8bit', 'unknown-8bit'], ['iso-8859-8-i', 'iso-8859-8'],
    ['iso-8859-9', 'windows-1254'], ['tis-620', 'windows-874'], ['unicode-1-1-utf-7', 'utf-7'], ['hz', 'hz-gb-2312'], ['cp866', 'ibm866'], ['cp858', 'ibm00858'],
    ['', undefined], ['x-none', undefined], ['constructor', undefined], ['__proto__', undefined], ['utf-8'.padEnd(200, '-'), undefined], ['日本', undefined],
  ])('%j is %s', (label, name) => {
    expect(charsetName(label)).toBe(name);
  });

  test('every preferred name is its own label', () => {
    for (const name of CHARSET_NAMES) expect(charsetName(name)).toBe(name);
  });

  test('states: those of escapes, shifts and marks', () => {
    expect(CHARSET_NAMES.filter(isStatefulCharset)).toEqual(['utf-7', 'utf-16', 'utf-32', 'iso-2022-jp', 'iso-2022-kr', 'iso-2022-cn', 'hz-gb-2312']);
    expect(isStatefulCharset('x-none')).toBe(false);
  });

  test('decodeCharset: an unknown charset is undefined, a mark inside a piece of UTF-8 stays', () => {
    expect(decodeCharset('x-none', octetsOf('a'))).toBeUndefined();
    expect(decodeCharset('utf-8', utf8('\ufeffa'))).toBe('\ufeffa');
    expect(decodeCharset('us-ascii', octetsOf('\xe4'))).toBe('ä');
  });
});
