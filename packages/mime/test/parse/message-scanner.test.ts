import { describe, expect, test } from 'vitest';
import { latin1 } from '@mailwright/wire';
import { MessageScanner, parseMessage } from '@mailwright/mime';
import type { MessageEvent } from '@mailwright/mime';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { lines, octets, randomMessage, scan } from './messages.ts';

const NESTED = lines(
  'Subject: x', 'Content-Type: multipart/mixed; boundary="o u"', '', 'preamble', '--o u', 'Content-Type: multipart/alternative; boundary=in', '', '--in', '', 'one', '--in \t', 'Content-Type: text/html',
  'Content-Transfer-Encoding: base64', '', 'QUJD', 'REVG', '--in--', '', '--o u', 'Content-Type: message/rfc822', '', 'Subject: y', '', '--o', '-', '--o u--', 'epilogue',
);

const types = (events: readonly unknown[]): readonly string[] => events.map((event) => `${(event as MessageEvent).type} ${(event as { part?: number }).part ?? ''}`.trim());

describe('MessageScanner', () => {
  test('events in the order of the octets', () => {
    expect(types(scan([NESTED]))).toEqual([
      'part-begin 0', 'headers 0', 'body 0', 'part-begin 1', 'headers 1', 'part-begin 2', 'headers 2', 'body 2', 'part-end 2', 'part-begin 3', 'headers 3', 'body 3', 'part-end 3', 'body 1',
      'part-end 1', 'part-begin 4', 'headers 4', 'part-begin 5', 'headers 5', 'body 5', 'part-end 5', 'part-end 4', 'body 0', 'part-end 0', 'end',
    ]);
  });

  test('every chunk split gives the same events', () => {
    const whole = scan([NESTED]);
    for (let at = 1; at < NESTED.length; at++) expect(scan([NESTED.subarray(0, at), NESTED.subarray(at)])).toEqual(whole);
    for (const count of [1, 2, 3, 5, 7]) expect(scan(chunksOf(NESTED, count))).toEqual(whole);
  });

  test('generated messages: every chunk split gives the events of the whole, and the parts of parseMessage', () => {
    const random = new SeededRandom(5322);
    for (let run = 0; run < 600; run++) {
      const source = randomMessage(random);
      const limits = run % 4 === 0 ? { parts: 3, depth: 2, headerOctets: 48, headerFields: 3 } : {};
      const whole = scan([source], limits);
      expect(scan(chunksOf(source, 1), limits)).toEqual(whole);
      expect(scan(random.split(source), limits)).toEqual(whole);
      const ends = whole.filter((event) => (event as MessageEvent).type === 'part-end') as { part: number; bodyEnd: number }[];
      const parsed = parseMessage(source, limits);
      expect(ends.toSorted((a, b) => a.part - b.part).map(({ bodyEnd }) => bodyEnd)).toEqual(parsed.parts.map(({ bodyEnd }) => bodyEnd));
      expect((whole.at(-1) as { defects: unknown }).defects).toEqual(parsed.defects);
    }
  });

  test('bodies: false -> the same offsets, no body events', () => {
    expect(scan([NESTED], { bodies: false })).toEqual(scan([NESTED]).filter((event) => (event as MessageEvent).type !== 'body'));
  });

  test('skip -> no more of that body', () => {
    const scanner = new MessageScanner();
    const told: string[] = [];
    for (const chunk of chunksOf(NESTED, 16)) {
      scanner.push(chunk);
      for (let event = scanner.next(); event.type !== 'need-data'; event = scanner.next()) {
        if (event.type === 'headers' && event.part === 3) scanner.skip();
        if (event.type === 'body') told.push(`${event.part} ${latin1(event.octets)}`);
      }
    }
    expect(told.filter((text) => text.startsWith('3'))).toEqual([]);
    expect(told.filter((text) => text.startsWith('2')).join('')).toContain('one');
  });

  test('a body without boundaries comes as the chunks themselves', () => {
    const scanner = new MessageScanner();
    scanner.push(octets('Subject: x\r\n\r\n'));
    while (scanner.next().type !== 'need-data');
    const chunk = octets('--x\r\n');
    scanner.push(chunk);
    expect(scanner.next()).toEqual({ type: 'body', part: 0, octets: chunk, offset: 14 });
  });

  test('a line that may be a delimiter is held, and nothing else', () => {
    const scanner = new MessageScanner();
    scanner.push(lines('Content-Type: multipart/mixed; boundary=b', '', '--b', '', ''));
    const text = (): string => {
      let all = '';
      for (let event = scanner.next(); event.type !== 'need-data'; event = scanner.next()) if (event.type === 'body') all += latin1(event.octets);
      return all;
    };
    const told = ['one\r', '\nab\r\n', '-', '-b', ' ', 'c\r\n', `--b${' '.repeat(2000)}`].map((chunk) => {
      scanner.push(octets(chunk));
      return text();
    });
    expect(told).toEqual(['\r\none', '\r\nab', '', '', '', '\r\n--b c', `\r\n--b${' '.repeat(2000)}`]);
  });

  test('the end is told again and again; push after it -> TypeError', () => {
    const scanner = new MessageScanner();
    scanner.end();
    expect([1, 2, 3, 4, 5, 6].map(() => scanner.next().type)).toEqual(['part-begin', 'headers', 'part-end', 'end', 'end', 'end']);
    expect(() => scanner.push(octets('x'))).toThrow(TypeError);
  });
});

function chunksOf(all: Uint8Array, count: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < all.length; at += count) chunks.push(all.slice(at, at + count));
  return chunks;
}
