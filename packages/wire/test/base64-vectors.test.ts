import { describe, expect, test, vi } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { decodeBase64Vectors } from '../src/base64-vectors.ts';
import { encodeBase64, encodeLatin1 } from '../src/index.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const MOST_LINES = 2 * 65_536 - 48;

function inLines(octets: Uint8Array, width: number, lineEnd: string): string {
  const text = encodeBase64(octets).replaceAll('=', '');
  return (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).map((line) => line + lineEnd).join('');
}

/** What is decoded, with an octet of 0xee on either side that must stay. */
function decode(lines: string | Uint8Array, room: number): Uint8Array | undefined {
  const target = new Uint8Array(room + 2).fill(0xee);
  const count = decodeBase64Vectors(target, 1, typeof lines === 'string' ? encodeLatin1(lines) : lines);
  expect([target[0], target[Math.max(count, 0) + 1]]).toEqual([0xee, 0xee]);
  return count < 0 ? undefined : target.subarray(1, 1 + count);
}

describe('rfc2045 6.8: lines of base64, sixteen characters at once', () => {
  test.each([4, 8, 12, 16, 20, 60, 64, 68, 72, 76, 80, 128, 1000])('lines of %i, with CRLF and with LF, every number of octets up to some lines', (width) => {
    const random = new SeededRandom(width);
    for (const lineEnd of ['\r\n', '\n']) {
      for (let count = 0; count < 400; count += count < 130 ? 3 : 27) {
        const octets = random.octets(count);
        expect(decode(inLines(octets, width, lineEnd), count)).toEqual(octets);
      }
    }
  });

  test('every character at every place of a line stands for its value', () => {
    for (let place = 0; place < 76; place++) {
      for (let value = 0; value < 64; value++) {
        const characters = 'A'.repeat(place) + ALPHABET[value]! + 'A'.repeat(75 - place);
        expect(decode(`${characters}\r\n`, 57)).toEqual(new Uint8Array(Buffer.from(characters, 'base64')));
      }
    }
  });

  test('every octet that is no character, at every place of a line: refused, but a line end between groups', () => {
    for (let place = 0; place < 77; place++) {
      for (let octet = 0; octet < 256; octet++) {
        if (ALPHABET.includes(String.fromCharCode(octet))) continue;
        const lines = encodeLatin1(`${'A'.repeat(76)}\r\n${'A'.repeat(76)}\r\n`);
        const withStranger = Uint8Array.from([...lines.subarray(0, place), octet, ...lines.subarray(place)]);
        const isLineEnd = octet === 0x0a && place % 4 === 0;
        expect(decode(withStranger, 114)?.length).toBe(isLineEnd || (octet === 0x0d && place === 77) ? 114 : undefined);
      }
    }
  });

  test.each([
    ['nothing', '', 0], ['line ends alone', '\r\n\n\r\n', 0], ['an empty line between', 'AAAA\r\n\r\nAAAA\r\n', 6], ['no line end behind the last', 'AAAA\r\nAAAA', 6],
  ])('%s: decoded', (_, lines, count) => {
    expect(decode(lines, 100)).toEqual(new Uint8Array(count));
  });

  test.each([
    ['a group over a line end', 'AAAAAA\r\nAA\r\n'], ['a group that is cut', 'AAAA\r\nAA'], ['padding', 'AAAA\r\nAA==\r\n'], ['a CR alone', 'AAAA\rAAAA'], ['a CR at the end', 'AAAA\r'],
    ['a space at the end of a line', 'AAAA \r\n'], ['the alphabet of URLs', 'AA-_\r\n'],
  ])('%s: left to others', (_, lines) => {
    expect(decode(lines, 100)).toBeUndefined();
  });

  test('what was decoded before does not go on behind shorter lines', () => {
    expect(decode(`${'B'.repeat(76)}\r\n`, 57)?.length).toBe(57);
    for (let count = 4; count <= 72; count += 4) expect(decode('A'.repeat(count), 57)).toEqual(new Uint8Array((count / 4) * 3));
  });

  test('as much as the memory holds is decoded, one octet more is left to others', () => {
    const lines = 'A'.repeat(MOST_LINES - (MOST_LINES % 4));
    expect(decode(lines, lines.length)?.length).toBe((lines.length / 4) * 3);
    expect(decode(`${lines}AAAA`, lines.length)).toBeUndefined();
  });

  test('more than there is room for: nothing is written', () => {
    expect(decode('AAAAAAAA', 4)).toBeUndefined();
  });
});

describe('an engine without vectors', () => {
  test.each([
    ['no WebAssembly', undefined],
    ['WebAssembly that may not compile', { Module: class { constructor() { throw new Error('refused'); } } }],
  ])('%s: nothing is decoded here, and writeBase64Lines does it all the same', async (_, absent) => {
    vi.resetModules();
    vi.stubGlobal('WebAssembly', absent);
    try {
      const vectors = await import('../src/base64-vectors.ts');
      const { writeBase64Lines } = await import('../src/base64.ts');
      const target = new Uint8Array(3);
      expect(vectors.decodeBase64Vectors(target, 0, encodeLatin1('QUJD'))).toBe(-1);
      expect(writeBase64Lines(target, 0, encodeLatin1('QUJD'), 4)).toBe(true);
      expect(target).toEqual(encodeLatin1('ABC'));
    } finally {
      vi.unstubAllGlobals();
      vi.resetModules();
    }
  });
});
