/** Content-Type and Content-Disposition: writing, and reading back what was written. */
import { describe, expect, test } from 'vitest';
import { findField, findParameter, formatContentType, formatDisposition, parameterValue, parseContentTypeField, parseDisposition, parseHeaders } from '@mailwright/mime';
import type { ParameterMode } from '@mailwright/mime';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';

const MODES: readonly ParameterMode[] = ['strict', 'compat', 'both'];
const type = (name: string, value: string, mode?: ParameterMode): string => formatContentType('text/plain', [{ name, value }], mode);
const disposition = (value: string, mode?: ParameterMode): string => formatDisposition('attachment', [{ name: 'filename', value }], mode);
const fieldText = (field: string, name: string): string => findField(parseHeaders(new TextEncoder().encode(`${field}\r\n`)), name)!.text;

describe('forms', () => {
  test.each([
    ['rfc2045 5.1: no parameters', formatContentType('text/plain', []), 'Content-Type: text/plain\r\n'],
    ['rfc2045 5.1: a token', type('charset', 'utf-8'), 'Content-Type: text/plain; charset=utf-8\r\n'],
    ['rfc2045 5.1: quotes for tspecials', type('name', 'a/b'), 'Content-Type: text/plain; name="a/b"\r\n'],
    ['rfc2045 5.1: quotes for spaces', disposition('a b.txt'), 'Content-Disposition: attachment; filename="a b.txt"\r\n'],
    ['rfc2045 5.1: nothing', type('name', ''), 'Content-Type: text/plain; name=""\r\n'],
    ['quoted pairs', type('name', 'a"b\\c'), 'Content-Type: text/plain; name="a\\"b\\\\c"\r\n'],
    ['rfc2231 4: other text', disposition('ä.txt'), "Content-Disposition: attachment; filename*=utf-8''%C3%A4.txt\r\n"],
    ['a control character', disposition('a\tb'), "Content-Disposition: attachment; filename*=utf-8''a%09b\r\n"],
    ['what looks like an encoded word', disposition('=?x?q?y?='), "Content-Disposition: attachment; filename*=utf-8''%3D%3Fx%3Fq%3Fy%3F%3D\r\n"],
    ['rfc2231 5: a language', formatContentType('text/plain', [{ name: 'title', value: 'a b', language: 'en-GB' }]), "Content-Type: text/plain; title*=utf-8'en-GB'a%20b\r\n"],
    ['both: the twin in Content-Type is legacy', type('name', 'ä.txt', 'both'), 'Content-Type: text/plain; name="=?utf-8?Q?=C3=A4=2Etxt?="\r\n'],
    ['both is the default', type('NAME', 'ä.txt'), 'Content-Type: text/plain; NAME="=?utf-8?Q?=C3=A4=2Etxt?="\r\n'],
    ['both: only the name is', type('title', 'ä', 'both'), "Content-Type: text/plain; title*=utf-8''%C3%A4\r\n"],
    ['strict: never legacy', type('name', 'ä.txt', 'strict'), "Content-Type: text/plain; name*=utf-8''%C3%A4.txt\r\n"],
    ['compat: legacy in both fields', disposition('ä.txt', 'compat'), 'Content-Disposition: attachment; filename="=?utf-8?Q?=C3=A4=2Etxt?="\r\n'],
    ['compat: a language is left out', formatDisposition('attachment', [{ name: 'filename', value: 'ä', language: 'de' }], 'compat'), 'Content-Disposition: attachment; filename="=?utf-8?B?w6Q=?="\r\n'],
    ['strict: long plain text in sections', disposition('x'.repeat(90), 'strict'), `Content-Disposition: attachment;\r\n filename*0="${'x'.repeat(63)}";\r\n filename*1="${'x'.repeat(27)}"\r\n`],
    ['both: long plain text on a line of its own, since all read that', disposition('x'.repeat(90)), `Content-Disposition: attachment;\r\n filename="${'x'.repeat(90)}"\r\n`],
  ])('%s', (_, written, expected) => {
    expect(written).toBe(expected);
  });

  test('folded between parameters and between sections, and nowhere else', () => {
    const field = formatDisposition('attachment', [{ name: 'filename', value: '漢字仮名交じり文'.repeat(8) }, { name: 'size', value: '3' }]);
    expect(field.split('\r\n').slice(1, -1).every((line) => /^ filename\*\d+\*=\S+;(?: size=3)?$/.test(line) || line === ' size=3')).toBe(true);
    expect(field.split('\r\n').every((line) => line.length <= 78)).toBe(true);
  });
});

describe('inverse', () => {
  const ALPHABET = ['a', 'Z', '0', '.', ' ', '"', '\\', "'", '%', '*', ';', '=', '?', '=?', '?=', '/', '(', 'ä', '€', '漢', '😀', '\t', '\x7f', 'report', '=?utf-8?q?x?='];

  test.each(MODES)('%s: what is written is read back, in lines of 998 octets', (mode) => {
    const random = new SeededRandom(2231);
    for (let round = 0; round < 700; round++) {
      const value = Array.from({ length: random.integer(0, random.pick([4, 40, 300])) }, () => random.pick(ALPHABET)).join('');
      const contentType = formatContentType('application/pdf', [{ name: 'name', value }, { name: 'x-other', value }], mode);
      const read = parseContentTypeField(fieldText(contentType, 'content-type'));
      expect([findParameter(read.contentType!, 'name'), findParameter(read.contentType!, 'x-other'), read.defects]).toEqual([value, value, []]);
      const field = formatDisposition('attachment', [{ name: 'filename', value }], mode);
      expect(parameterValue(parseDisposition(fieldText(field, 'content-disposition')).parameters, 'filename')).toBe(value);
      for (const line of `${contentType}${field}`.split('\r\n')) {
        expect(line).toMatch(/^[\x20-\x7e]*$/);
        expect(line.length).toBeLessThanOrEqual(mode === 'strict' ? 78 : 998);
      }
    }
  });

  test('no section cuts a character', () => {
    for (const section of disposition('漢😀ä'.repeat(40)).matchAll(/\*\d+\*=(?:utf-8'')?([^;\r]+)/g)) expect(() => decodeURIComponent(section[1]!)).not.toThrow();
  });
});

describe('refused', () => {
  test.each(['a\rb', 'a\nb', 'a\r\nX: y', 'a\0b', '\ud800'])('the value %j -> TypeError, in every mode', (value) => {
    for (const mode of MODES) {
      expect(() => type('name', value, mode)).toThrow(TypeError);
      expect(() => disposition(value, mode)).toThrow(TypeError);
    }
  });

  test.each(['', 'a b', 'a=b', 'a*', "a'b", 'a%', 'a;b', 'ä', 'a\r\nX: y', 'x'.repeat(61)])('the name %j -> TypeError', (name) => {
    expect(() => type(name, 'x')).toThrow(TypeError);
  });

  test.each(['', 'text', 'text/', '/plain', 'text/plain; x=y', 'text/plain\r\nX: y', 'te xt/plain', 'text/pl/ain'])('the media type %j -> TypeError', (mediaType) => {
    expect(() => formatContentType(mediaType, [])).toThrow(TypeError);
  });

  test.each(['', 'in line', 'inline; x=y', 'inline\r\nX: y', 'in/line'])('the disposition %j -> TypeError', (value) => {
    expect(() => formatDisposition(value, [])).toThrow(TypeError);
  });

  test.each(['', 'e n', "en'", 'en\r\n'])('the language %j -> TypeError', (language) => {
    expect(() => formatContentType('text/plain', [{ name: 'a', value: 'b', language }])).toThrow(TypeError);
  });
});
