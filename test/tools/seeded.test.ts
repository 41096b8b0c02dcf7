import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../packages/testing/src/seeded-random.ts';
import { garbleLine, generateAddressLiteral, generateCommandLine, generateDomain, generateLocalPart, generateMailbox, generateMessage, generateNastyText, generateReply, seeds } from './seeded.ts';

const every = <T>(make: (random: SeededRandom) => T): T[] => seeds(120).map((seed) => make(new SeededRandom(seed)));
const latin1 = (octets: Uint8Array): string => Buffer.from(octets).toString('latin1');

describe('seeded generators', () => {
  test.each<[string, (random: SeededRandom) => unknown]>([
    ['generateDomain', generateDomain],
    ['generateMailbox', generateMailbox],
    ['generateReply', generateReply],
    ['generateCommandLine', generateCommandLine],
    ['generateMessage', generateMessage],
    ['generateNastyText', (random) => generateNastyText(random, 20)],
  ])('%s: the same seed gives the same value, other seeds give others', (_name, make) => {
    expect(every(make)).toEqual(every(make));
    expect(new Set(every(make).map((value) => JSON.stringify(value))).size).toBeGreaterThan(30);
  });

  test('domains hold to the grammar and the lengths', () => {
    for (const domain of every(generateDomain)) {
      expect(domain).toMatch(/^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/);
      expect(domain.length).toBeLessThanOrEqual(253);
    }
  });

  test('address literals hold to the grammar', () => {
    for (const literal of every(generateAddressLiteral)) expect(literal).toMatch(/^\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[0-9a-f:]{2,39})\]$/);
  });

  test('local parts: what is written says the value, both kinds occur, UTF-8 only when asked for', () => {
    const plain = every((random) => generateLocalPart(random));
    for (const { value, written } of plain) {
      expect(written.startsWith('"') ? written.slice(1, -1).replace(/\\(.)/g, '$1') : written).toBe(value);
      expect(Buffer.byteLength(written)).toBeLessThanOrEqual(64);
      expect(value).toMatch(/^[\x20-\x7e]+$/);
    }
    expect(new Set(plain.map(({ written }) => written.startsWith('"'))).size).toBe(2);
    const wide = every((random) => generateLocalPart(random, { utf8: true }));
    expect(wide.some(({ value }) => /[^\x00-\x7f]/.test(value))).toBe(true);
    expect(wide.every(({ written }) => Buffer.byteLength(written) <= 64)).toBe(true);
  });

  test('replies: class of the enhanced status, no line ends', () => {
    for (const { code, enhanced, lines } of every(generateReply)) {
      expect(code >= 200 && code < 560).toBe(true);
      expect(enhanced === undefined || enhanced.startsWith(`${Math.floor(code / 100)}.`)).toBe(true);
      for (const line of lines) expect(line).toMatch(/^[A-Za-z][\t\x20-\x7e]*$/);
    }
  });

  test('lines have no CR and no LF, garbled or not', () => {
    for (const line of every(generateCommandLine)) expect(line).not.toMatch(/[\r\n]/);
    for (const line of every((random) => garbleLine(random, generateCommandLine(random)))) expect(line).not.toMatch(/[\r\n]/);
  });

  test('messages: CRLF only, 998 octets a line, dots at line starts, 8-bit only when asked for', () => {
    for (const text of every((random) => latin1(generateMessage(random)))) {
      expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n\0\x80-\xff]/);
      expect(Math.max(...text.split('\r\n').map(({ length }) => length))).toBeLessThanOrEqual(998);
    }
    expect(every((random) => latin1(generateMessage(random))).some((text) => /\r\n\.\./.test(text))).toBe(true);
    expect(every((random) => latin1(generateMessage(random, { eightBit: true }))).some((text) => /[\x80-\xff]/.test(text))).toBe(true);
  });

  test('nasty text has bare CR, bare LF, NUL and ends of data', () => {
    const all = every((random) => latin1(generateNastyText(random, 20))).join('');
    for (const pattern of [/\r[^\n]/, /[^\r]\n/, /\0/, /\r\n\.\r\n/]) expect(all).toMatch(pattern);
  });
});
