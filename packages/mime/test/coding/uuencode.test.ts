import { describe, expect, test } from 'vitest';
import { createTransferDecoder, decodeTransfer, findUuencoded } from '@mailwright/mime';
import { latin1 } from '@mailwright/wire';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { cuts, feed, octets, told } from './feed.ts';

/** The lines of data of a uuencoded file. `zero` stands for six zero bits. */
function dataLines(value: Uint8Array, zero: string): readonly string[] {
  const character = (bits: number): string => (bits === 0 ? zero : String.fromCharCode(bits + 0x20));
  const lines: string[] = [];
  for (let from = 0; from < value.length; from += 45) {
    const line = value.subarray(from, from + 45);
    let text = character(line.length);
    for (let at = 0; at < line.length; at += 3) {
      const group = (line[at]! << 16) | ((line[at + 1] ?? 0) << 8) | (line[at + 2] ?? 0);
      text += character(group >> 18) + character((group >> 12) & 63) + character((group >> 6) & 63) + character(group & 63);
    }
    lines.push(text);
  }
  return lines;
}

function uuencode(value: Uint8Array, lineEnd: string, zero: string, name: string = 'a b.bin'): string {
  return [`begin 644 ${name}`, ...dataLines(value, zero), zero, 'end', ''].join(lineEnd);
}

const CAT = 'begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n';

describe('uuencode as a transfer encoding', () => {
  test.each([
    ['a file', CAT, 'Cat', []],
    ['LF alone, no line for the end of data', 'begin 644 cat.txt\n#0V%T\nend\n', 'Cat', []],
    ['text and empty lines before it', `\r\nHello\r\n${CAT}`, 'Cat', ['MIME_UUENCODE_JUNK 2']],
    ['text behind it is not looked at', `${CAT}Hello\r\n#0V%T`, 'Cat', []],
    ['a line that is none', 'begin 644 x\n#0V%T\nhello\n#0V%T\nend', 'CatCat', ['MIME_UUENCODE_JUNK 18']],
    ['a character outside the alphabet', 'begin 644 x\n#0V~T\n#0V%T\nend', 'Cat', ['MIME_UUENCODE_JUNK 12']],
    ['no end', 'begin 644 x\r\n#0V%T\r\n', 'Cat', ['MIME_UUENCODE_NO_END 20']],
    ['cut inside a line', 'begin 644 x\r\n#0V%T\r\n#0V', 'CatC`\x00', ['MIME_UUENCODE_NO_END 23']],
    ['spaces at the end of a line removed', 'begin 644 x\n#86\n#\nend\n', 'a`\x00\x00\x00\x00', []],
    ['a checksum behind the data', 'begin 644 x\n#0V%TZ\nend\n', 'Cat', []],
    ['no begin', '#0V%T\r\n', '', ['MIME_UUENCODE_JUNK 0', 'MIME_UUENCODE_NO_END 7']],
    ['nothing', '', '', ['MIME_UUENCODE_NO_END 0']],
  ])('%s', (_, encoded, text, defects) => {
    const whole = decodeTransfer('uuencode', octets(encoded));
    expect([latin1(whole.octets), told(whole.defects)]).toEqual([text, defects]);
    for (const chunks of cuts(octets(encoded))) {
      const fed = feed(createTransferDecoder('uuencode'), chunks);
      expect([fed.text, told(fed.defects)]).toEqual([text, defects]);
    }
  });

  test.each([['`', '\r\n'], ['`', '\n'], [' ', '\r\n'], [' ', '\n']])('files with %j for zero and line ends %j in any chunks', (zero, lineEnd) => {
    const random = new SeededRandom(644);
    for (let round = 0; round < 60; round++) {
      const value = random.octets(random.integer(0, 500)).map((octet) => (octet < 80 ? 0 : octet));
      const encoded = octets(uuencode(value, lineEnd, zero));
      expect(decodeTransfer('uuencode', encoded)).toEqual({ octets: value, defects: [] });
      expect(feed(createTransferDecoder('uuencode'), random.split(encoded))).toEqual({ text: latin1(value), defects: [] });
    }
  });

  test.each([999, 1000, 1001, 1002, 3000])('a line of %d characters in any chunks', (count) => {
    const encoded = octets(`begin 644 x\r\n#0V%T${'Z'.repeat(count - 5)}\r\n#0V%T\r\nend\r\n`);
    const expected = count <= 1000 ? ['CatCat', []] : ['Cat', ['MIME_UUENCODE_JUNK 13']];
    for (const chunks of [...cuts(encoded)]) {
      const fed = feed(createTransferDecoder('uuencode'), chunks);
      expect([fed.text, told(fed.defects)]).toEqual(expected);
    }
  });
});

describe('uuencoded files in a text', () => {
  const find = (text: string): unknown => findUuencoded(octets(text)).map((file) => ({ ...file, octets: latin1(file.octets), defects: told(file.defects) }));

  test('one file between text', () => {
    expect(find(`Look:\r\n${CAT}Bye\r\n`)).toEqual([{ name: 'cat.txt', mode: 0o644, start: 7, end: 7 + CAT.length, octets: 'Cat', defects: [] }]);
  });

  test('two files, one behind the other; a name in UTF-8, one in Latin-1', () => {
    const first = uuencode(octets('one'), '\n', '`', 'gr\xc3\xbcn.txt');
    const second = uuencode(octets('two'), '\n', '`', 'gr\xfcn.txt');
    expect(find(`${first}${second}`)).toEqual([
      { name: 'grün.txt', mode: 0o644, start: 0, end: first.length, octets: 'one', defects: [] },
      { name: 'gr\xfcn.txt', mode: 0o644, start: first.length, end: first.length + second.length, octets: 'two', defects: [] },
    ]);
  });

  test('a file without an end goes on to the next, and to the end of the text', () => {
    expect(find(`begin 600 a\n#0V%T\n${CAT}begin 600 b\n#0V%T\nso long\n`)).toEqual([
      { name: 'a', mode: 0o600, start: 0, end: 18, octets: 'Cat', defects: ['MIME_UUENCODE_NO_END 18'] },
      { name: 'cat.txt', mode: 0o644, start: 18, end: 18 + CAT.length, octets: 'Cat', defects: [] },
      { name: 'b', mode: 0o600, start: 18 + CAT.length, end: 44 + CAT.length, octets: 'Cat', defects: ['MIME_UUENCODE_JUNK 70', 'MIME_UUENCODE_NO_END 78'] },
    ]);
  });

  test('an empty file', () => {
    expect(find('begin 644 x\r\n`\r\nend\r\n')).toEqual([{ name: 'x', mode: 0o644, start: 0, end: 21, octets: '', defects: [] }]);
  });

  test.each([
    'begin 644 reading here\r\nand go on\r\n', 'we begin 644 x\r\n#0V%T\r\nend\r\n', 'begin 999 x\r\n#0V%T\r\nend\r\n', 'begin 644\r\n#0V%T\r\nend\r\n',
    'begin 644 x', 'begin 644 x\r\nTHIS IS TEXT\r\n', '', 'begin ', 'begin  two blanks\r\n',
  ])('%j holds none', (text) => {
    expect(find(text)).toEqual([]);
  });

  test('1,000 files at most', () => {
    expect(findUuencoded(octets(CAT.repeat(1001)))).toHaveLength(1000);
  });

  test('every file of any octets comes back', () => {
    const random = new SeededRandom(45);
    for (let round = 0; round < 100; round++) {
      const value = random.octets(random.integer(0, 300));
      const [file] = findUuencoded(octets(`text\n${uuencode(value, random.pick(['\r\n', '\n']), '`')}text\n`));
      expect([file?.name, file?.octets, file?.defects]).toEqual(['a b.bin', value, []]);
    }
  });
});
