import { describe, expect, test } from 'vitest';
import { createTransferDecoder, createTransferEncoder, decodeTransfer, parseTransferEncoding } from '@mailwright/mime';
import { octets } from './feed.ts';

describe('parseTransferEncoding', () => {
  test.each([
    ['7bit', '7bit'], ['8BIT', '8bit'], ['Binary', 'binary'], ['Quoted-Printable', 'quoted-printable'], ['BASE64', 'base64'],
    [' base64 (RFC 2045) ', 'base64'], ['(a (nested) comment) base64', 'base64'], ['base64;', 'base64'], ['"base64"', 'base64'], ['quoted- printable', 'quoted-printable'],
    ['7-bit', '7bit'], ['8-Bit', '8bit'], ['7bits', '7bit'], ['8bit; charset=utf-8', '8bit'], ['base-64', 'base64'],
    ['x-uuencode', 'uuencode'], ['uuencode', 'uuencode'], ['X-UUE', 'uuencode'], ['uue', 'uuencode'],
  ])('rfc2045 6.1: %j is %s', (text, encoding) => {
    expect(parseTransferEncoding(text)).toBe(encoding);
  });

  test.each(['', 'utf-8', 'x-unknown', 'base65', '(base64)', 'base64 base64', '__proto__', 'constructor', 'b'.repeat(100_000)])('%.30j is none that is known', (text) => {
    expect(parseTransferEncoding(text)).toBeUndefined();
  });
});

describe('identity encodings', () => {
  test.each(['7bit', '8bit', 'binary'] as const)('%s: the octets themselves, both ways', (encoding) => {
    const value = octets('a\xff\0\r\n');
    const decoder = createTransferDecoder(encoding);
    expect(decodeTransfer(encoding, value).octets).toBe(value);
    expect(decoder.decode(value)).toBe(value);
    expect([decoder.end(), decoder.defects]).toEqual([new Uint8Array(0), []]);
    const encoder = createTransferEncoder(encoding);
    expect(encoder.encode(value)).toBe(value);
    expect(encoder.end()).toEqual(new Uint8Array(0));
  });
});

test('uuencode is not written -> TypeError', () => {
  expect(() => createTransferEncoder('uuencode')).toThrow(TypeError);
});
