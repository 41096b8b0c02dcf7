import { describe, expect, test } from 'vitest';
import { TextScanner, encodeLatin1 } from '@mailwright/wire';
import type { TextIrregularity } from '@mailwright/wire';
import { SeededRandom } from '../../testing/src/seeded-random.ts';

interface Report {
  stops: [TextIrregularity, number][];
  atLineStart: boolean;
  eightBit: boolean;
  longestLineOctets: number;
}

/** The scanner over chunks; offsets are counted from the start of the text. */
function scan(chunks: readonly Uint8Array[]): Report {
  const scanner = new TextScanner();
  const stops: Report['stops'] = [];
  let base = 0;
  for (const chunk of chunks) {
    for (let from = 0; from < chunk.length; ) {
      const at = scanner.next(chunk, from);
      if (scanner.kind === 'none') break;
      stops.push([scanner.kind, base + at]);
      from = at + 1;
    }
    base += chunk.length;
  }
  const { atLineStart } = scanner;
  if (scanner.end() === 'bare-cr') stops.push(['bare-cr', base - 1]);
  return { stops, atLineStart, eightBit: scanner.eightBit, longestLineOctets: scanner.longestLineOctets };
}

/** The same an octet at a time, in the plainest words. */
function model(text: Uint8Array): Report {
  const stops: Report['stops'] = [];
  let lineStart = 0;
  let longest = 0;
  let eightBit = false;
  for (let at = 0; at < text.length; at++) {
    const octet = text[at]!;
    if (octet > 0x7f) eightBit = true;
    if (octet === 0x2e && at === lineStart) stops.push(['dot', at]);
    if (octet === 0) stops.push(['nul', at]);
    if (octet === 0x0d && text[at + 1] !== 0x0a) stops.push(['bare-cr', at]);
    if (octet === 0x0a && text[at - 1] !== 0x0d) stops.push(['bare-lf', at]);
    if (octet === 0x0a && text[at - 1] === 0x0d) {
      longest = Math.max(longest, at - 1 - lineStart);
      lineStart = at + 1;
    }
  }
  return { stops, atLineStart: lineStart === text.length, eightBit, longestLineOctets: Math.max(longest, text.length - lineStart) };
}

const split = (octets: Uint8Array, at: number): Uint8Array[] => [octets.subarray(0, at), octets.subarray(at)];

describe('TextScanner', () => {
  test.each<[name: string, text: string, stops: Report['stops']]>([
    ['rfc5321 4.5.2: an ordinary line -> no stop', 'Hello, world\r\n', []],
    ['rfc5321 4.5.2: a dot first in the text -> dot', '.a\r\n', [['dot', 0]]],
    ['rfc5321 4.5.2: a dot after CRLF -> dot', 'a\r\n.b', [['dot', 3]]],
    ['rfc5321 4.5.2: a dot inside a line -> no stop', 'a.b\r\nc.\r\n', []],
    ['rfc5321 4.5.2: two dots first in a line -> one dot', 'a\r\n..\r\n', [['dot', 3]]],
    ['rfc5321 2.3.8: a CR before text -> bare-cr', 'a\rb', [['bare-cr', 1]]],
    ['rfc5321 2.3.8: a CR at the end of the text -> bare-cr', 'a\r', [['bare-cr', 1]]],
    ['rfc5321 2.3.8: an LF without CR -> bare-lf', 'a\nb', [['bare-lf', 1]]],
    ['smuggling: LF dot CRLF -> bare-lf and no dot', 'a\n.\r\n', [['bare-lf', 1]]],
    ['smuggling: CR dot CRLF -> bare-cr and no dot', 'a\r.\r\n', [['bare-cr', 1]]],
    ['smuggling: LF dot LF -> two bare-lf and no dot', 'a\n.\n', [['bare-lf', 1], ['bare-lf', 3]]],
    ['smuggling: CR CR LF dot -> bare-cr, then the dot of a line', 'a\r\r\n.', [['bare-cr', 1], ['dot', 4]]],
    ['rfc5321 4.5.2: NUL -> nul', 'a\0b', [['nul', 1]]],
    ['rfc5321 4.5.2: CR NUL LF -> each by itself', '\r\0\n', [['bare-cr', 0], ['nul', 1], ['bare-lf', 2]]],
    ['rfc5321 4.5.2: TAB, VT, FF -> no stop', '\ta\x0b\x0c\r\n', []],
  ])('%s', (_, text, stops) => {
    expect(scan([encodeLatin1(text)]).stops).toEqual(stops);
  });

  test('seeded texts, every split in two -> as the octet-by-octet model', () => {
    const random = new SeededRandom(5321);
    const pieces = ['\r\n', '\r\n.', '\r', '\n', '.', '\0', '\t', 'ordinary text', 'a line that is longer than a few words', '\r\n..\r\n', '\xe9', '\r\r\n'];
    for (let round = 0; round < 150; round++) {
      let text = '';
      for (let count = random.integer(0, 14); count > 0; count--) text += random.chance(0.5) ? 'twenty-four octets here..\r\n' : random.pick(pieces);
      const octets = encodeLatin1(text);
      const expected = model(octets);
      for (let at = 0; at <= octets.length; at++) expect(scan(split(octets, at))).toEqual(expected);
    }
  });

  test('seeded texts, octet by octet and in random chunks -> as the octet-by-octet model', () => {
    const random = new SeededRandom(2045);
    for (let round = 0; round < 400; round++) {
      const octets = encodeLatin1(random.text('abcdefghijklmnop....\r\r\n\n\0\xff', random.integer(0, 120)).replaceAll('a', '\r\n').replaceAll('b', 'a long run of plain text'));
      const expected = model(octets);
      expect(scan(Array.from(octets, (octet) => Uint8Array.of(octet)))).toEqual(expected);
      expect(scan(random.split(octets))).toEqual(expected);
    }
  });

  test('8-bit: octets behind the stop are not counted before they are scanned', () => {
    const octets = encodeLatin1('0123456789\r\n.\r\n\xff\xff\xff\xff');
    const scanner = new TextScanner();
    expect(scanner.next(octets, 0)).toBe(12);
    expect(scanner.eightBit).toBe(false);
    expect(scanner.next(octets, 13)).toBe(octets.length);
    expect(scanner.eightBit).toBe(true);
  });

  test('a view into a larger array, at an odd offset -> offsets count from the view', () => {
    const octets = encodeLatin1('###' + 'x'.repeat(70) + '\r\n.' + '###').subarray(3, 76);
    expect(scan([octets]).stops).toEqual([['dot', 72]]);
  });

  test('a CR at a chunk end, no LF in the next chunk -> -1, and scanning goes on at 0', () => {
    const scanner = new TextScanner();
    expect(scanner.next(encodeLatin1('ab\r'), 0)).toBe(3);
    expect(scanner.afterCr).toBe(true);
    const next = encodeLatin1('.c');
    expect([scanner.next(next, 0), scanner.kind]).toEqual([-1, 'bare-cr']);
    expect([scanner.next(next, 0), scanner.kind]).toEqual([2, 'none']);
  });

  test('startLine: after a normalized bare LF a dot is the first octet of a line', () => {
    const octets = encodeLatin1('ab\n.c');
    const scanner = new TextScanner();
    expect(scanner.next(octets, 0)).toBe(2);
    scanner.startLine();
    expect([scanner.next(octets, 3), scanner.kind]).toEqual([3, 'dot']);
  });

  test('reset: a scanner used before -> as new', () => {
    const scanner = new TextScanner();
    scanner.next(encodeLatin1('\xff'.repeat(40) + '\r'), 0);
    scanner.reset();
    expect([scanner.eightBit, scanner.atLineStart, scanner.longestLineOctets, scanner.lineOctets, scanner.kind]).toEqual([false, true, 0, 0, 'none']);
    expect([scanner.next(encodeLatin1('.'), 0), scanner.kind]).toEqual([0, 'dot']);
  });

  test('longestLineOctets and lineOctets: a line over chunk borders -> counted whole', () => {
    const scanner = new TextScanner();
    scanner.next(encodeLatin1('x'.repeat(600)), 0);
    scanner.next(encodeLatin1('x'.repeat(500)), 0);
    expect(scanner.lineOctets).toBe(1100);
    scanner.next(encodeLatin1('\r\nshort'), 0);
    expect([scanner.longestLineOctets, scanner.lineOctets]).toEqual([1100, 5]);
  });
});
