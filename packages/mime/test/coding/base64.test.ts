import { describe, expect, test } from 'vitest';
import { createTransferDecoder, createTransferEncoder, decodeTransfer, encodedBase64Octets } from '@mailwright/mime';
import { latin1 } from '@mailwright/wire';
import { encodeBase64Body } from '../../src/coding/base64-encode.ts';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { cuts, feed, feedEncoder, octets, told } from './feed.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 as a mailer makes it, by Node, in lines of `lineCharacters`. */
function encodeByNode(value: Uint8Array, lineCharacters: number, lineEnd: string): string {
  return Buffer.from(value).toString('base64').replace(new RegExp(`.{1,${lineCharacters}}`, 'g'), `$&${lineEnd}`);
}

/** The rules of the decoder, one character at a time. */
function decodeSlowly(text: string): { readonly text: string; readonly codes: readonly string[] } {
  const codes = new Set<string>();
  let group: number[] = [];
  let result = '';
  let padded = false;
  let paddingLeft = 0;
  const flush = (): void => {
    const bits = [...group, 0, 0, 0].slice(0, 4).reduce((all, value) => all * 64 + value, 0);
    const whole = [bits >> 16, (bits >> 8) & 255, bits & 255].slice(0, Math.max(0, group.length - 1));
    result += String.fromCharCode(...whole);
    group = [];
  };
  for (const character of text) {
    const value = ALPHABET.indexOf(character);
    if (value >= 0) {
      if (padded) codes.add('MIME_BASE64_JUNK');
      padded = false;
      paddingLeft = 0;
      group.push(value);
      if (group.length === 4) flush();
    } else if (character === '=') {
      if (group.length > 0) {
        if (group.length === 1) codes.add('MIME_BASE64_CUT');
        paddingLeft = 3 - group.length;
        padded = true;
        flush();
      } else if (paddingLeft-- <= 0) {
        paddingLeft = 0;
        codes.add('MIME_BASE64_JUNK');
      }
    } else if (!' \t\r\n'.includes(character)) codes.add('MIME_BASE64_JUNK');
  }
  if (group.length > 0) codes.add('MIME_BASE64_CUT');
  flush();
  return { text: result, codes: [...codes].sort() };
}

describe('base64 decoding', () => {
  test.each([
    ['rfc4648 10: one value', 'Zm9vYmE=', 'fooba', []],
    ['rfc2045 6.8: lines', 'Zm9v\r\nYmFy\r\n', 'foobar', []],
    ['lines of LF alone, spaces and tabs', ' Zm9v\n\tYm Fy \n', 'foobar', []],
    ['a group over two lines', 'Zm9vY\r\nmFy', 'foobar', []],
    ['rfc2045 6.8: characters outside the alphabet are ignored', 'Zm*9v!', 'foo', ['MIME_BASE64_JUNK 2']],
    ['the URL alphabet is outside', 'Zm-9_v', 'foo', ['MIME_BASE64_JUNK 2']],
    ['octets above 127 and NUL', 'Zm9\xed\x00v', 'foo', ['MIME_BASE64_JUNK 3']],
    ['padding in the middle: values one behind the other', 'Zg==\r\nZm8=\r\nZm9v', 'ffofoo', ['MIME_BASE64_JUNK 6']],
    ['half the padding in the middle', 'Zg=Zg==', 'ff', ['MIME_BASE64_JUNK 3']],
    ['padding over a line end', 'Zg=\r\n=', 'f', []],
    ['padding too long', 'Zg===', 'f', ['MIME_BASE64_JUNK 4']],
    ['padding and nothing else', '====', '', ['MIME_BASE64_JUNK 0']],
    ['padding behind one character', 'Zm9vZ===', 'foo', ['MIME_BASE64_CUT 5']],
    ['no padding, two characters', 'Zg', 'f', ['MIME_BASE64_CUT 2']],
    ['no padding, three characters', 'Zm8\r\n', 'fo', ['MIME_BASE64_CUT 5']],
    ['no padding, one character', 'Zm9vZ', 'foo', ['MIME_BASE64_CUT 5']],
    ['half the padding at the end', 'Zg=', 'f', []],
    ['nothing', '', '', []],
    ['white space alone', '\r\n \r\n', '', []],
  ])('%s', (_, encoded, text, defects) => {
    const whole = decodeTransfer('base64', octets(encoded));
    expect([latin1(whole.octets), told(whole.defects)]).toEqual([text, defects]);
    for (const chunks of cuts(octets(encoded))) {
      const fed = feed(createTransferDecoder('base64'), chunks);
      expect([fed.text, told(fed.defects)]).toEqual([text, defects]);
    }
  });

  test.each([[76, '\r\n'], [76, '\n'], [72, '\r\n'], [60, '\n'], [75, '\r\n'], [1, '\n'], [64, ' \r\n'], [1_000_000, '']])(
    'rfc2045 6.8: lines of %d characters and %j, a large body in any chunks', (lineCharacters, lineEnd) => {
      const random = new SeededRandom(lineCharacters);
      const value = random.octets(100_001);
      const encoded = octets(encodeByNode(value, lineCharacters, lineEnd));
      const whole = decodeTransfer('base64', encoded);
      expect(Buffer.compare(whole.octets, value)).toBe(0);
      expect(whole.defects).toEqual([]);
      for (let round = 0; round < 5; round++) {
        const fed = feed(createTransferDecoder('base64'), random.split(encoded));
        expect([fed.text === latin1(value), fed.defects]).toEqual([true, []]);
      }
    },
  );

  test('any octets in any chunks: the same as character by character', () => {
    const random = new SeededRandom(2045);
    for (let round = 0; round < 400; round++) {
      let text = '';
      for (let piece = random.integer(1, 8); piece > 0; piece--) {
        const value = random.octets(random.integer(0, 1500));
        const encoded = encodeByNode(value, random.pick([76, 76, 64, 13]), random.pick(['\r\n', '\r\n', '\n', '']));
        text += random.chance(0.3) ? encoded.slice(0, random.integer(0, encoded.length)) : encoded;
        text += random.text('=AZ-_*\xff\r\n ', random.pick([0, 0, 1, 3]));
      }
      const expected = decodeSlowly(text);
      const whole = decodeTransfer('base64', octets(text));
      expect(latin1(whole.octets) === expected.text).toBe(true);
      expect(whole.defects.map(({ code }) => code).sort()).toEqual(expected.codes);
      const fed = feed(createTransferDecoder('base64'), random.split(octets(text)));
      expect(fed.text === expected.text).toBe(true);
      expect(fed.defects).toEqual(whole.defects);
    }
  });

  test('a view into a larger array; the result is the caller\'s to keep', () => {
    const around = octets('****Zm9v****');
    const decoder = createTransferDecoder('base64');
    const first = decoder.decode(around.subarray(4, 8));
    decoder.decode(octets('YmFy'));
    expect(latin1(first)).toBe('foo');
  });
});

describe('base64 encoding', () => {
  test('rfc2045 6.8: lines of 76 characters, each with its CRLF, in any chunks; the size known beforehand', () => {
    const random = new SeededRandom(68);
    for (const count of [0, 1, 2, 3, 56, 57, 58, 113, 114, 115, 840 * 57 - 1, 840 * 57, 840 * 57 + 1, 100_000]) {
      const value = random.octets(count);
      const expected = encodeByNode(value, 76, '\r\n');
      expect(latin1(encodeBase64Body(value)) === expected).toBe(true);
      expect(encodedBase64Octets(count)).toBe(expected.length);
      for (let round = 0; round < 10; round++) {
        expect(latin1(feedEncoder(createTransferEncoder('base64'), random.split(value))) === expected).toBe(true);
      }
    }
  });

  test('octet by octet, the chunks changed afterwards', () => {
    const value = new SeededRandom(1).octets(200);
    const encoder = createTransferEncoder('base64');
    const chunk = new Uint8Array(1);
    const parts: Uint8Array[] = [];
    for (const octet of value) {
      chunk[0] = octet;
      parts.push(encoder.encode(chunk));
    }
    parts.push(encoder.end());
    expect(parts.map((part) => latin1(part)).join('')).toBe(encodeByNode(value, 76, '\r\n'));
  });

  test('decode is the inverse', () => {
    const random = new SeededRandom(86);
    for (let count = 0; count < 300; count++) {
      const value = random.octets(count);
      expect(decodeTransfer('base64', encodeBase64Body(value))).toEqual({ octets: value, defects: [] });
    }
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('encodedBase64Octets(%d) -> RangeError', (count) => {
    expect(() => encodedBase64Octets(count)).toThrow(RangeError);
  });
});

describe('decode into room that is given', () => {
  test('enough of it: the octets are written there, and what came before is left over', () => {
    const room = new Uint8Array(60);
    const decoder = createTransferDecoder('base64');
    expect(latin1(decoder.decode(octets('QUJDREV'), room))).toBe('ABC');
    const decoded = decoder.decode(octets('GR0hJ'), room);
    expect(latin1(decoded)).toBe('DEFGHI');
    expect(decoded.buffer).toBe(room.buffer);
  });

  test('too little: an array of its own', () => {
    const room = new Uint8Array(5);
    const decoded = createTransferDecoder('base64').decode(octets('QUJDREVG'), room);
    expect(latin1(decoded)).toBe('ABCDEF');
    expect(decoded.buffer).not.toBe(room.buffer);
  });
});
