/** Encoded words, quoted-printable, dates, Message-ID. */
import { describe, expect, test } from 'vitest';
import {
  decodeEncodedText, decodeEncodedWords, decodeQuotedPrintable, encodeQuotedPrintable, formatDate, makeMessageId, parseDate,
} from '@mailwright/mime';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { decodeCharset } from '../src/charset/charset.ts';
import { encodeWords } from '../src/header/encoded-word-encode.ts';

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array): string => Buffer.from(value).toString('utf8');
const ALPHABET = ['a', 'b', 'Z', '0', ' ', '  ', '=', '?', '_', '"', ',', '<', '=?utf-8?q?x?=', 'ä', 'ß', '€', '漢', '字', '😀', '👩‍👩‍👧', '\t', '.', '\x7f', 'é'];
const generate = (random: SeededRandom, most: number): string => Array.from({ length: random.integer(0, most) }, () => random.pick(ALPHABET)).join('');

describe('decodeEncodedWords', () => {
  test.each([
    ['rfc2047 8: one word', '=?ISO-8859-1?Q?a?=', 'a'],
    ['rfc2047 8: a word and text', '=?ISO-8859-1?Q?a?= b', 'a b'],
    ['rfc2047 8: white space between words goes', '=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=', 'ab'],
    ['rfc2047 8: much of it, too', '=?ISO-8859-1?Q?a?=  \t =?ISO-8859-1?Q?b?=', 'ab'],
    ['rfc1468: text of two octets that goes on in the next word', '=?iso-2022-jp?B?GyRCJDM=?= =?ISO-2022-JP?B?JHMbKEI=?=', 'こん'],
    ['rfc1468: each word begins anew where the one before ended in ASCII', '=?iso-2022-jp?B?GyRCJDMbKEI=?= =?iso-2022-jp?B?JHM=?=', 'こ$s'],
    ['rfc2047 8: an underscore is a space', '=?ISO-8859-1?Q?a_b?=', 'a b'],
    ['rfc2047 8: a space of its own', '=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=', 'a b'],
    ['rfc2047 8: a name', '=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?=', 'Keld Jørn Simonsen'],
    ['rfc2047 8: base64', '=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?= =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=', 'If you can read this you understand the example.'],
    ['rfc2231 5: with a language', '=?US-ASCII*EN?Q?Keith_Moore?=', 'Keith Moore'],
    ['a character cut between two words', '=?utf-8?B?4oI=?= =?utf-8?B?rA==?=', '€'],
    ['the same with Q', '=?utf-8?Q?=E2=82?=\t=?UTF-8?q?=AC?=', '€'],
    ['padding in the middle', '=?utf-8?B?8J+YivCfmIo=?= =?UTF-8?B?d29ybGQ=?=', '😊😊world'],
    ['no padding', '=?utf-8?B?4oKs4oI?= =?utf-8?B?rA?=', '€€'],
    ['words that touch', '=?utf-8?Q?a?==?utf-8?Q?b?=', 'ab'],
    ['text that touches', 'x=?utf-8?Q?a?=y', 'xay'],
    ['windows-1252, also where ISO-8859-1 is claimed', '=?windows-1252?Q?=80?= =?iso-8859-1?Q?=80=FC?=', '€€ü'],
    ['a charset of the engine', '=?koi8-r?B?8NLJ18XU?=', 'Привет'],
    ['a charset with states, word by word', '=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?= =?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=', 'テストテスト'],
    ['an unknown charset is UTF-8 where it can be that', 'a =?x-none?b?UMOkaXbDpMOk?= =?utf-8?Q?c?=', 'a Päivääc'],
    ['an unknown charset that is no UTF-8 is windows-1252', '=?x-none?Q?=E4=80?=', 'ä€'],
    ['an unknown encoding stays', '=?utf-8?X?b?=', '=?utf-8?X?b?='],
    ['white space inside makes it no word', '=?utf-8?Q?a b?=', '=?utf-8?Q?a b?='],
    ['an unfinished word stays', '=?utf-8?Q?a', '=?utf-8?Q?a'],
    ['only the beginning', '=?', '=?'],
    ['nothing in it', 'a =?utf-8?Q??= b', 'a  b'],
    ['a bad digit stands for itself', '=?utf-8?Q?a=4G=?=', 'a=4G='],
    ['not UTF-8', '=?utf-8?Q?=FF?=', '\ufffd'],
    ['raw UTF-8 in a word', '=?utf-8?Q?ä€?=', 'ä€'],
    ['raw text in a word of another charset', '=?iso-8859-1?Q?Fr\u00f6sche_=E9?=', 'Fr\u00f6sche \u00e9'],
    ['raw text at a seam', '=?utf-8?Q?=C3?= =?utf-8?Q?=A4\u{1f600}?=', '\u00e4\u{1f600}'],
    ['a lone surrogate in a word', '=?utf-8?Q?\ud800?=', '?'],
    ['a charset named like a property', '=?constructor?Q?a?=', 'a'],
    ['no charset', '=??Q?a?=', '=??Q?a?='],
    ['no words', 'Hello, world', 'Hello, world'],
  ])('%s', (_, input, output) => {
    expect(decodeEncodedWords(input)).toBe(output);
  });

  test.each([
    ['a good word', 'a =?utf-8?Q?b?=', []],
    ['white space inside', 'a =?utf-8?Q?b c?=', [['MIME_BAD_ENCODED_WORD', 2]]],
    ['an unknown encoding', '=?utf-8?X?b?=', [['MIME_BAD_ENCODED_WORD', 0]]],
    ['no end', 'a =?utf-8?Q?b', [['MIME_BAD_ENCODED_WORD', 2]]],
    ['an unknown charset', 'a =?x-none?Q?b?=', [['MIME_UNKNOWN_CHARSET', 2]]],
    ['octets that are no text', 'a =?utf-8?Q?=FF?=', [['MIME_CHARSET_REPLACED', 2]]],
    ['what looks little like a word', 'http://a/?b=?&c=?d=?', []],
  ])('defects: %s', (_, input, defects) => {
    expect(decodeEncodedText(input).defects.map(({ code, offset }) => [code, offset])).toEqual(defects);
  });

  test('raw text in hundreds of thousands of pieces is decoded', () => {
    const word = `=?utf-8?Q?${'a\u00e4'.repeat(200_000)}?=`;
    expect(decodeEncodedWords(`${word} ${word}`)).toBe('a\u00e4'.repeat(400_000));
  });

  test('LIMIT_ENCODED_WORDS: the default is 10,000; the rest stays as it is written', () => {
    const word = '=?utf-8?Q?a?=';
    const all = Array.from({ length: 10_001 }, () => word).join(' ');
    expect(decodeEncodedText(all)).toMatchObject({ text: `${'a'.repeat(10_000)} ${word}`, limit: { code: 'LIMIT_ENCODED_WORDS', limit: 10_000, offset: 140_000 } });
    expect(decodeEncodedWords(`${word} ${word} ${word}`, { encodedWords: 2 })).toBe(`aa ${word}`);
    expect(decodeEncodedText(`${word} ${word}`, { encodedWords: 2 }).limit).toBeUndefined();
  });

  test('every truncation of a text with words is decoded without a throw', () => {
    const input = 'a =?utf-8?Q?=E2=82?= =?utf-8?B?rA==?= =?koi8-r*ru?B?8NLJ18XU?=';
    for (let length = 0; length <= input.length; length++) expect(typeof decodeEncodedWords(input.slice(0, length))).toBe('string');
  });

  test.each(['=?', '=?a?', '=?a?q', '=?a?q?', '=?utf-8?q?x', '=?utf-8?q?x?= '])('half a megabyte of %j is decoded in linear time', (piece) => {
    const input = piece.repeat(Math.ceil(500_000 / piece.length));
    expect(decodeEncodedWords(input).length).toBeLessThanOrEqual(input.length);
  });

  test('every single byte of windows-1252 is one character', () => {
    const all = decodeCharset('windows-1252', Uint8Array.from({ length: 256 }, (_, octet) => octet))!;
    expect(all).toHaveLength(256);
    expect([all[0x80], all[0x99], all[0x9f], all[0xa4], all[0xff]].join('')).toBe('€™Ÿ¤ÿ');
  });
});

describe('encodeWords', () => {
  test('rfc2047 2: words of 75 characters at most that read back as the same text, whatever is left on the first line', () => {
    const random = new SeededRandom(2047);
    for (let round = 0; round < 1000; round++) {
      const value = generate(random, 60);
      const columns = random.integer(0, 77);
      const words = encodeWords(value, columns, random.chance(0.5));
      expect(decodeEncodedWords(words.join(' '))).toBe(value);
      for (const word of words) {
        expect(word.length).toBeLessThanOrEqual(75);
        expect(word).toMatch(/^=\?utf-8\?[QB]\?[^ ?\t]+\?=$/);
      }
    }
  });

  test('rfc2047 5: no word cuts a character', () => {
    for (const word of encodeWords('漢字仮名交じり文😀'.repeat(20), 60, true)) expect(decodeEncodedWords(word)).not.toContain('\ufffd');
  });

  test('Q where most is ASCII, B where little is', () => {
    expect(encodeWords('Grüße aus der Stadt', 60, true)).toEqual(['=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus_der_Stadt?=']);
    expect(encodeWords('漢字', 60, true)).toEqual(['=?utf-8?B?5ryi5a2X?=']);
  });

  test('B where it makes one word of what Q would cut', () => {
    const name = 'Ελληνικά <someone@example>';
    expect(encodeWords(name, 60, false)).toEqual(['=?utf-8?B?zpXOu867zrfOvc65zrrOrCA8c29tZW9uZUBleGFtcGxlPg==?=']);
    expect(encodeWords(`${name} and some words more`, 60, false)[0]).toMatch(/^=\?utf-8\?Q/);
  });
});

describe('quoted-printable', () => {
  test.each([
    ['rfc2045 6.7 (1): an equals sign', 'a=b', 'a=3Db'],
    ['rfc2045 6.7 (2): UTF-8', 'ü€😀', '=C3=BC=E2=82=AC=F0=9F=98=80'],
    ['rfc2045 6.7 (3): a space at the end of a line', 'a \r\nb\t', 'a=20\r\nb=09'],
    ['spaces elsewhere stay', ' a\tb', ' a\tb'],
    ['"From " at the beginning of a line', 'From me\r\nFrom: x\r\n From y', '=46rom me\r\nFrom: x\r\n From y'],
    ['a control', '\x07', '=07'],
    ['a CR or LF alone', 'a\rb\nc', 'a=0Db=0Ac'],
    ['a lone surrogate', '\ud800', '=EF=BF=BD'],
    ['nothing', '', ''],
  ])('%s', (_, input, output) => {
    expect(encodeQuotedPrintable(input)).toBe(output);
  });

  test('rfc2045 6.7 (5): lines of 76 characters at most, never cut in a character, and decode is the inverse', () => {
    const random = new SeededRandom(2045);
    for (let round = 0; round < 500; round++) {
      const value = Array.from({ length: random.integer(0, 4) }, () => generate(random, 80)).join('\r\n');
      const encoded = encodeQuotedPrintable(value);
      expect(text(decodeQuotedPrintable(octets(encoded)))).toBe(value);
      for (const line of encoded.split('\r\n')) {
        expect(line.length).toBeLessThanOrEqual(76);
        expect(line).toMatch(/^[\t\x20-\x7e]*$/);
        expect(line).not.toMatch(/[ \t]$/);
        expect(line).not.toMatch(/^From /);
        expect(text(decodeQuotedPrintable(octets(line)))).not.toContain('\ufffd');
      }
    }
  });

  test.each([
    ['spaces that were added at the end of lines go', 'a  \r\nb= \r\nc', 'a\r\nbc'],
    ['digits in lower case', '=c3=bc', 'ü'],
    ['an equals sign without digits', 'a=zz', 'a=zz'],
    ['an equals sign at the very end', 'a=', 'a'],
    ['LF alone', 'a=\nb\nc', 'ab\nc'],
    ['raw 8-bit', 'ü', 'ü'],
  ])('decode: %s', (_, input, output) => {
    expect(text(decodeQuotedPrintable(octets(input)))).toBe(output);
  });

  test('a megabyte of spaces is decoded in linear time', () => {
    expect(decodeQuotedPrintable(octets(`${' '.repeat(1_000_000)}x`)).length).toBe(1_000_001);
  });
});

describe('dates', () => {
  test.each([
    [0, 0, 'Thu, 1 Jan 1970 00:00:00 +0000'],
    [Date.UTC(1997, 10, 21, 15, 55, 6), -360, 'Fri, 21 Nov 1997 09:55:06 -0600'],
    [Date.UTC(2026, 1, 28, 23, 59, 59, 999), 330, 'Sun, 1 Mar 2026 05:29:59 +0530'],
  ])('rfc5322 3.3: %i at %i minutes', (time, offsetMinutes, written) => {
    expect(formatDate(time, offsetMinutes)).toBe(written);
    expect(parseDate(written)).toEqual({ time: time - (time % 1000), offsetMinutes });
  });

  test('parse is the inverse of format on generated moments', () => {
    const random = new SeededRandom(5322);
    for (let round = 0; round < 500; round++) {
      const time = Date.UTC(random.integer(1901, 9998), random.integer(0, 11), random.integer(1, 28), random.integer(0, 23), random.integer(0, 59), random.integer(0, 59));
      const offsetMinutes = random.integer(-1439, 1439);
      expect(parseDate(formatDate(time, offsetMinutes))).toEqual({ time, offsetMinutes });
    }
  });

  test.each([
    ['rfc5322 A.6.2: two digits and a name', '21 Nov 97 09:55:06 GMT', '1997-11-21T09:55:06.000Z'],
    ['rfc5322 A.6.3: comments and white space', 'Fri, 21 Nov 1997 09(comment):   55  :  06 -0600', '1997-11-21T15:55:06.000Z'],
    ['rfc5322 A.5: a comment at the end', 'Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n               -0330 (Newfoundland Time)', '1969-02-14T03:02:00.000Z'],
    ['rfc5322 4.3: comments at the name of the day, and around the rest', '(a) Thu (b), 1(c) Jan(d)2026 (e) 01 : 02 : 03 -0000 (f)', '2026-01-01T01:02:03.000Z'],
    ['rfc5322 4.3: two digits below 50', '1 Jan 49 00:00 UT', '2049-01-01T00:00:00.000Z'],
    ['rfc5322 4.3: three digits', '1 Jan 126 00:00 EDT', '2026-01-01T04:00:00.000Z'],
    ['rfc5322 4.3: a military zone', '1 Jan 2026 00:00:00 A', '2026-01-01T00:00:00.000Z'],
    ['deviation: no zone', 'Wed, 07 Nov 2007 01:07:20', '2007-11-07T01:07:20.000Z'],
    ['rfc5322 3.3: a leap second', '31 Dec 2016 23:59:60 +0000', '2017-01-01T00:00:00.000Z'],
  ])('%s', (_, input, output) => {
    expect(new Date(parseDate(input)!.time).toISOString()).toBe(output);
  });

  test.each([
    '', 'yesterday', '32 Jan 2026 00:00:00 +0000', '29 Feb 2025 00:00:00 +0000', '0 Jan 2026 00:00:00 +0000', '1 Jan 2026 24:00:00 +0000', '1 Jan 2026 00:60:00 +0000',
    '1 Jan 2026 00:00:61 +0000', '1 Jan 2026 00:00:00 +0060', '1 Jan 2026 00:00:00 +000', '1 Jan 2026 00:00:00 (+0000', `1 Jan 2026 00:00:00 +0000${' '.repeat(300)}`,
  ])('%j is none', (input) => {
    expect(parseDate(input)).toBeUndefined();
  });

  test.each([[Number.NaN, 0], [Date.UTC(1899, 0), 0], [Date.UTC(10_000, 0), 0], [0, 1440], [0, 0.5]])('formatDate(%d, %d) -> RangeError', (time, offsetMinutes) => {
    expect(() => formatDate(time, offsetMinutes)).toThrow(RangeError);
  });
});

describe('makeMessageId', () => {
  test('rfc5322 3.6.4: the same chance gives the same identifier', () => {
    expect(makeMessageId(new SeededRandom(1), 'example.com')).toMatch(/^<[0-9a-f]{32}@example\.com>$/);
    expect(makeMessageId(new SeededRandom(1), 'example.com')).toBe(makeMessageId(new SeededRandom(1), 'example.com'));
  });

  test.each(['', 'a b', 'exämple.com', 'example.com>\r\nX: y', '[1.2.3.4]', '-a'])('the domain %j -> TypeError', (domain) => {
    expect(() => makeMessageId(new SeededRandom(1), domain)).toThrow(TypeError);
  });
});
