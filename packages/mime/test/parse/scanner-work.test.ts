import { describe, expect, test } from 'vitest';
import { MessageScanner } from '@mailwright/mime';
import type { ScanOptions } from '@mailwright/mime';
import { octets } from './messages.ts';

const MIXED = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n';
const BASE64 = `${MIXED}--b\r\nContent-Transfer-Encoding: base64\r\n\r\n`;

/** How many octets the scanner looked at, and how many events it told, for a message that comes in chunks of `chunkOctets`. */
function work(source: Uint8Array, chunkOctets: number, options: ScanOptions): { readonly searched: number; readonly events: number; readonly parts: number } {
  const scanner = new MessageScanner(options);
  let events = 0;
  let parts = 0;
  const drain = (): void => {
    for (let event = scanner.next(); event.type !== 'need-data'; event = scanner.next()) {
      events++;
      if (event.type === 'part-begin') parts++;
      if (event.type === 'end') return;
    }
  };
  for (let at = 0; at < source.length; at += chunkOctets) {
    scanner.push(source.subarray(at, at + chunkOctets));
    drain();
  }
  scanner.end();
  drain();
  return { searched: scanner.octetsSearched, events, parts };
}

/** Multiparts in each other, each with a boundary that begins like those around it. */
function nested(count: number): string {
  let text = '';
  for (let at = 0; at < count; at++) text += `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`;
  return text;
}

const MANY: ScanOptions = { parts: 1_000_000, depth: 1_000_000, headerFields: 1_000_000, headerOctets: 100_000_000 };

describe('linear time: twice the message is twice the work', () => {
  test.each<readonly [string, (count: number) => string]>([
    ['lines that begin like the delimiter', (count) => MIXED + '--b\r\n\r\n' + '--bb\r\n'.repeat(count)],
    ['lines of two hyphens', (count) => MIXED + '--\r\n'.repeat(count)],
    ['hyphens without end', (count) => MIXED + '-'.repeat(10 * count)],
    ['hyphens without end in base64', (count) => BASE64 + '-'.repeat(10 * count)],
    ['lines of hyphens in base64', (count) => BASE64 + '--b-\r\n'.repeat(count)],
    ['white space behind the boundary', (count) => MIXED + `--b${' '.repeat(900)}x\r\n`.repeat(count >> 7)],
    ['one line of white space behind the boundary', (count) => `${MIXED}--b${' '.repeat(10 * count)}`],
    ['parts of nothing', (count) => MIXED + '--b\r\n'.repeat(count)],
    ['parts with an empty header section', (count) => MIXED + '--b\r\n\r\n'.repeat(count)],
    ['multiparts in each other', nested],
    ['lines in many open multiparts', (count) => nested(200) + '\r\n' + '--b1x\r\n--b199x\r\n'.repeat(count)],
    ['multiparts that end each other', (count) => MIXED + '--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\n'.repeat(count)],
    ['multiparts of the boundary that is open', (count) => `--b\r\n${MIXED}`.repeat(count)],
    ['messages in messages', (count) => 'Content-Type: message/rfc822\r\n\r\n'.repeat(count)],
    ['many fields', (count) => 'A: b\r\n'.repeat(count)],
    ['one long field', (count) => `A:${' b\r\n'.repeat(count)}`],
    ['a header section without a line end', (count) => 'x'.repeat(10 * count)],
    ['a header section without an end in a part', (count) => `${MIXED}--b\r\n${'--x\r\n'.repeat(count)}`],
    ['long boundaries', (count) => `Content-Type: multipart/mixed; boundary=${'b'.repeat(900)}\r\n\r\n${`--${'b'.repeat(899)}\r\n`.repeat(count >> 7)}`],
  ])('%s', (_, make) => {
    for (const chunkOctets of [1_000_000_000, 1000, 7]) {
      const small = work(octets(make(2000)), chunkOctets, MANY);
      const large = work(octets(make(4000)), chunkOctets, MANY);
      expect(large.searched).toBeLessThan(2.5 * small.searched + 20_000);
      expect(large.events).toBeLessThan(2.5 * small.events + 100);
    }
  });

  test('in all these, no octet is looked at more than a few times', () => {
    const source = octets(`${MIXED}${'--b\r\nSubject: x\r\n\r\n--bb\r\n-- \r\ntext\r\n'.repeat(3000)}`);
    expect(work(source, 1_000_000_000, MANY).searched).toBeLessThan(4 * source.length);
    expect(work(source, 100, MANY).searched).toBeLessThan(6 * source.length);
  });

  test('10 MB of base64 without bodies: one pass', () => {
    const source = octets(`${BASE64}${`${'QUJD'.repeat(19)}\r\n`.repeat(130_000)}--b--\r\n`);
    expect(work(source, 1_000_000_000, { bodies: false }).searched).toBeLessThan(1.01 * source.length);
  });

  test('the default limits: 10,000 parts, 100 deep', () => {
    expect(work(octets(MIXED + '--b\r\n\r\nx\r\n'.repeat(20_000)), 1000, {}).parts).toBe(10_000);
    expect(work(octets(nested(200)), 1000, {}).parts).toBe(101);
  });
});
