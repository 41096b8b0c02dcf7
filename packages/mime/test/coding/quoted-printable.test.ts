import { describe, expect, test } from 'vitest';
import { createTransferDecoder, createTransferEncoder, decodeQuotedPrintable, decodeTransfer, encodeQuotedPrintable } from '@mailwright/mime';
import { encodeUtf8, latin1 } from '@mailwright/wire';
import { encodeQuotedPrintableBody } from '../../src/coding/quoted-printable-encode.ts';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { cuts, feed, feedEncoder, octets, told } from './feed.ts';

const PIECES = ['a', 'text of some length', '=', '=3D', '=c3=BC', '=4', '=zz', ' ', '\t', '   ', '\r\n', '\n', '\r', '=\r\n', '=\n', '= \t\r\n', '=20\r\n', '==', '\xfc', '.'];

/** The rules of the decoder, line by line. */
function decodeSlowly(text: string): string {
  const lines = text.split('\n');
  return lines.map((line, index) => {
    const isLast = index === lines.length - 1;
    const hasCr = !isLast && line.endsWith('\r');
    const content = (hasCr ? line.slice(0, -1) : line).replace(/[ \t]+$/, '');
    const isSoft = content.endsWith('=');
    const decoded = (isSoft ? content.slice(0, -1) : content).replace(/=([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
    return isSoft || isLast ? decoded : `${decoded}${hasCr ? '\r\n' : '\n'}`;
  }).join('');
}

describe('quoted-printable decoding', () => {
  test.each([
    ['rfc2045 6.7 (2): literal text', 'Now is the time', 'Now is the time', []],
    ['rfc2045 6.7 (1): digits', 'a=3Db=0D=0A=FF', 'a=b\r\n\xff', []],
    ['rfc2045 6.7: digits in lower case', '=c3=bc', '\xc3\xbc', []],
    ['rfc2045 6.7 (5): soft line breaks', "Now's the time =\r\nfor all folk to come=\r\n to the aid", "Now's the time for all folk to come to the aid", []],
    ['rfc2045 6.7 (3): white space at the end of a line goes', 'a  \r\nb \t\nc \t', 'a\r\nb\nc', []],
    ['rfc2045 6.7 (3): encoded white space at the end of a line stays', 'a =20\r\nb=09', 'a  \r\nb\t', []],
    ['rfc2045 6.7 (3): white space behind a soft line break\'s equals sign', 'a= \t\r\nb= \nc=\t', 'abc', []],
    ['LF alone stays', 'a\nb=\nc', 'a\nbc', []],
    ['a CR alone stays', 'a\rb \r', 'a\rb \r', []],
    ['CR CR LF', 'a \r\r\nb', 'a \r\r\nb', []],
    ['an equals sign without digits stands for itself', 'a=zz=4x==3D', 'a=zz=4x==', ['MIME_QUOTED_PRINTABLE_JUNK 1']],
    ['an equals sign with white space and text behind it', 'x= y', 'x= y', ['MIME_QUOTED_PRINTABLE_JUNK 1']],
    ['an equals sign and a CR alone', 'x=\ry', 'x=\ry', ['MIME_QUOTED_PRINTABLE_JUNK 1']],
    ['an equals sign at the very end', 'abcd=', 'abcd', []],
    ['one digit at the very end', 'ab=4', 'ab=4', ['MIME_QUOTED_PRINTABLE_JUNK 2']],
    ['a line of white space behind a soft line break', 'a=\r\n  \r\nb', 'a\r\nb', []],
    ['a soft line break at the end, then white space', 'a=\r\n  ', 'a', []],
    ['raw 8-bit', 'gr\xfc\xdfe', 'gr\xfc\xdfe', []],
    ['nothing', '', '', []],
  ])('%s', (_, encoded, text, defects) => {
    const whole = decodeTransfer('quoted-printable', octets(encoded));
    expect([latin1(whole.octets), told(whole.defects)]).toEqual([text, defects]);
    for (const chunks of cuts(octets(encoded))) {
      const fed = feed(createTransferDecoder('quoted-printable'), chunks);
      expect([fed.text, told(fed.defects)]).toEqual([text, defects]);
    }
  });

  test('any octets in any chunks: the same as line by line', () => {
    const random = new SeededRandom(67);
    for (let round = 0; round < 3000; round++) {
      const text = Array.from({ length: random.integer(0, 40) }, () => random.pick(PIECES)).join('');
      const whole = decodeTransfer('quoted-printable', octets(text));
      expect(latin1(whole.octets)).toBe(decodeSlowly(text));
      for (const chunks of [random.split(octets(text)), cuts(octets(text))[1]!]) {
        expect(feed(createTransferDecoder('quoted-printable'), chunks)).toEqual({ text: decodeSlowly(text), defects: whole.defects });
      }
    }
  });

  test('deviation: a run of more than 998 white spaces stays, in any chunks', () => {
    const random = new SeededRandom(998);
    for (const count of [996, 997, 998, 999, 1000, 2500]) {
      for (const [before, after] of [['a', '\r\nb'], ['a', '\n'], ['a', ''], ['a', 'b'], ['a=', '\r\nb'], ['a=', 'b'], ['', '\r'], ['a=20', '\r\n']] as const) {
        const text = `${before}${' '.repeat(count)}${after}`;
        const isRemoved = count <= 998 && after !== 'b' && after !== '\r';
        const expected = isRemoved ? decodeSlowly(text) : text.replace('=20', ' ');
        expect(latin1(decodeQuotedPrintable(octets(text)))).toBe(expected);
        for (let round = 0; round < 4; round++) expect(feed(createTransferDecoder('quoted-printable'), random.split(octets(text))).text).toBe(expected);
        for (const at of [1, 2, count - 1, count, count + 1, count + 2]) {
          const chunks = [octets(text.slice(0, at)), octets(text.slice(at))];
          expect(feed(createTransferDecoder('quoted-printable'), chunks).text).toBe(expected);
        }
      }
    }
  });

  test('a view into a larger array', () => {
    expect(latin1(decodeQuotedPrintable(octets('=3Dabc=3D=33').subarray(3, 9)))).toBe('abc=');
  });
});

describe('quoted-printable encoding', () => {
  const CHARACTERS = ['a', 'From ', 'F', ' ', '\t', '=', '\r\n', '\r', '\n', 'ü', '€', '😀', 'x'.repeat(20), '\x07', '.', '\0'];

  test('text in any chunks: the same as whole; lines of 76 characters at most', () => {
    const random = new SeededRandom(76);
    for (let round = 0; round < 1500; round++) {
      const text = Array.from({ length: random.integer(0, 60) }, () => random.pick(CHARACTERS)).join('');
      const encoded = encodeQuotedPrintable(text);
      expect(decodeQuotedPrintable(octets(encoded))).toEqual(encodeUtf8(text));
      expect(Math.max(...encoded.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(76);
      const value = encodeUtf8(text);
      for (const chunks of [random.split(value), cuts(value)[1]!]) {
        expect(latin1(feedEncoder(createTransferEncoder('quoted-printable', { text: true }), chunks))).toBe(encoded);
      }
    }
  });

  test('rfc2045 6.7 (4): octets that are no text come back as they are, whatever line ends become on the way', () => {
    const random = new SeededRandom(256);
    for (let round = 0; round < 300; round++) {
      const value = random.chance(0.5) ? random.octets(random.integer(0, 300)) : octets(random.text('a\r\n \xe4\x80=', 200));
      const encoded = latin1(encodeQuotedPrintableBody(value, false));
      expect(decodeQuotedPrintable(octets(encoded.replaceAll('\r\n', '\n')))).toEqual(value);
      for (const line of encoded.split('\r\n')) expect(line).toMatch(/^[\t\x20-\x7e]{0,75}[\x21-\x7e]?$/);
      expect(latin1(feedEncoder(createTransferEncoder('quoted-printable'), random.split(value)))).toBe(encoded);
    }
  });
});
