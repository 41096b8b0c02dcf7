import { describe, expect, test } from 'vitest';
import { findField, findFields, parseHeaders } from '@mailwright/mime';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);
const pairs = (input: string) => parseHeaders(octets(input)).fields.map(({ name, text }) => [name, text]);
const codes = (input: string) => parseHeaders(octets(input)).defects.map(({ code, offset }) => [code, offset]);

const MESSAGE = 'From: Jane <jane@example.com>\r\nSubject: a long\r\n\tsubject\r\nX-Empty:\r\nX-Folded:\r\n value\r\n\r\nbody: no field\r\n';

describe('fields', () => {
  test('rfc5322 2.2: names, unfolded text, and where the body begins', () => {
    const section = parseHeaders(octets(MESSAGE));
    expect(section.fields.map(({ name, text }) => [name, text])).toEqual([
      ['From', 'Jane <jane@example.com>'], ['Subject', 'a long\tsubject'], ['X-Empty', ''], ['X-Folded', 'value'],
    ]);
    expect(MESSAGE.slice(section.bodyOffset)).toBe('body: no field\r\n');
    expect([section.defects, section.limit]).toEqual([[], undefined]);
  });

  test('every offset cuts the input where it says', () => {
    const input = octets(MESSAGE);
    const section = parseHeaders(input);
    const slice = (from: number, to: number) => new TextDecoder().decode(input.subarray(from, to));
    expect(section.fields.map(({ start, end }) => slice(start, end)).join('')).toBe(MESSAGE.slice(0, section.bodyOffset - 2));
    for (const field of section.fields) {
      expect(slice(field.start, field.valueStart)).toBe(`${field.name}:`);
      expect(new TextDecoder().decode(field.raw)).toBe(slice(field.valueStart, field.end - 2));
      expect(field.raw.buffer).toBe(input.buffer);
    }
  });

  test('findField: any letter case, the first one', () => {
    const section = parseHeaders(octets('A: 1\r\na: 2\r\n\r\n'));
    expect(findField(section, 'a')?.text).toBe('1');
    expect(findField(section, 'b')).toBeUndefined();
    expect(findFields(section, 'A').map((field) => field.text)).toEqual(['1', '2']);
  });

  test('complete: the empty line was there', () => {
    expect(['', 'A: 1', 'A: 1\r\n', 'A: 1\r\n\r\n', '\n', 'A: 1\r\n\r'].map((input) => parseHeaders(octets(input)).complete)).toEqual([false, false, false, true, true, false]);
  });

  test('from, to, base: a section in the middle, offsets in the message', () => {
    const input = octets(`xx${MESSAGE}`);
    const section = parseHeaders(input, { from: 2, to: 43, base: 100 });
    expect(section.fields.map(({ name, start, valueStart, end, text }) => [name, start, valueStart, end, text])).toEqual([
      ['From', 102, 107, 133, 'Jane <jane@example.com>'], ['Subject', 133, 141, 143, 'a'],
    ]);
  });

  test.each([
    ['no body', 'A: 1\r\n', [['A', '1']]],
    ['no line end at the end', 'A: 1\r\nB: 2', [['A', '1'], ['B', '2']]],
    ['nothing', '', []],
    ['only a body', '\r\nA: 1', []],
    ['a line of white space continues the field', 'A: 1\r\n \r\nB: 2\r\n\r\n', [['A', '1'], ['B', '2']]],
    ['rfc6532 3.2: UTF-8', 'A: ä€😀\r\n\r\n', [['A', 'ä€😀']]],
    ['only space and tab are white space', 'A: \u00a0x\u00a0\r\n\r\n', [['A', '\u00a0x\u00a0']]],
    ['a colon in the value', 'A: b: c\r\n\r\n', [['A', 'b: c']]],
  ])('%s', (_, input, expected) => {
    expect(pairs(input)).toEqual(expected);
  });
});

describe('defects', () => {
  test.each([
    ['a line without a colon is skipped, with what continues it', 'A: 1\r\nnone\r\n more\r\nB: 2\r\n\r\n', [['MIME_NO_COLON', 6]], [['A', '1'], ['B', '2']]],
    ['a name with a space', 'A b: 1\r\nC: 2\r\n\r\n', [['MIME_BAD_FIELD_NAME', 0]], [['C', '2']]],
    ['no name', ': 1\r\nC: 2\r\n\r\n', [['MIME_BAD_FIELD_NAME', 0]], [['C', '2']]],
    ['a name with 8 bits', 'Ä: 1\r\nC: 2\r\n\r\n', [['MIME_BAD_FIELD_NAME', 0]], [['C', '2']]],
    ['rfc5322 4.5: a space before the colon', 'A \t: 1\r\n\r\n', [['MIME_SPACE_BEFORE_COLON', 0]], [['A', '1']]],
    ['rfc5322 4.5: the same for From is no line of a mailbox file', 'From : 1\r\nfrom  : 2\r\n\r\n', [['MIME_SPACE_BEFORE_COLON', 0], ['MIME_SPACE_BEFORE_COLON', 10]], [['From', '1'], ['from', '2']]],
    ['a byte order mark before the first field', '\ufeffSubject: Grüße\r\nB: 2\r\n\r\n', [['MIME_BYTE_ORDER_MARK', 0]], [['Subject', 'Grüße'], ['B', '2']]],
    ['a byte order mark, and no field behind it', '\ufeffno\r\nB: 2\r\n\r\n', [['MIME_BYTE_ORDER_MARK', 0], ['MIME_NO_COLON', 3]], [['B', '2']]],
    ['a byte order mark elsewhere is no part of a name', 'A: 1\r\n\ufeffB: 2\r\n\r\n', [['MIME_BAD_FIELD_NAME', 6]], [['A', '1']]],
    ['a continuation of nothing', ' x: 1\r\nA: 1\r\n\r\n', [['MIME_LEADING_CONTINUATION', 0]], [['A', '1']]],
    ['a line of a mailbox file', 'From jane Fri Nov 21 09:55:06 1997\r\nA: 1\r\n\r\n', [['MIME_MBOX_LINE', 0]], [['A', '1']]],
    ['LF alone', 'A: 1\nB: 2\n 3\n\nbody', [['MIME_BARE_LF', 4], ['MIME_BARE_LF', 9], ['MIME_BARE_LF', 12]], [['A', '1'], ['B', '2 3']]],
    ['CR alone does not end a line', 'A: 1\rB: 2\r\n\r\n', [['MIME_BARE_CR', 4]], [['A', '1\rB: 2']]],
    ['CR alone at the very end', 'A: 1\r', [['MIME_BARE_CR', 4]], [['A', '1\r']]],
    ['CR alone before CRLF, and more of it in one line', 'A: 1\r\r\nB: \r2\r3\r\n\r\n', [['MIME_BARE_CR', 4], ['MIME_BARE_CR', 10]], [['A', '1\r'], ['B', '\r2\r3']]],
    ['NUL', 'A: 1\0\r\n\r\n', [['MIME_NUL', 4]], [['A', '1\0']]],
    ['what is in the body is none', 'A: 1\r\n\r\n\0\r', [], [['A', '1']]],
    ['a line of 999 octets', `A: ${'x'.repeat(996)}\r\n\r\n`, [['MIME_LINE_TOO_LONG', 0]], [['A', 'x'.repeat(996)]]],
  ])('%s', (_, input, defects, fields) => {
    expect(codes(input)).toEqual(defects);
    expect(pairs(input)).toEqual(fields);
  });

  test('a line of 998 octets is none', () => {
    expect(codes(`A: ${'x'.repeat(995)}\r\n\r\n`)).toEqual([]);
  });

  test('octets that are not UTF-8 are read as windows-1252, field by field', () => {
    const section = parseHeaders(Buffer.concat([Buffer.from('A: J\u00f8rn \x80\r\n ok\r\n', 'latin1'), octets('B: J\u00f8rn\r\nC: 1\r\n\r\n')]));
    expect(section.fields.map((field) => field.text)).toEqual(['J\u00f8rn \u20ac ok', 'J\u00f8rn', '1']);
    expect(section.defects).toEqual([{ code: 'MIME_NOT_UTF8', offset: 2, done: expect.any(String) }]);
  });

  test('in the order of their offsets', () => {
    const input = Buffer.from('A b: 1\nB: \xff\nC: \0\r\n\r\n', 'latin1');
    expect(parseHeaders(input).defects.map(({ code, offset }) => [code, offset])).toEqual([
      ['MIME_BAD_FIELD_NAME', 0], ['MIME_BARE_LF', 6], ['MIME_NOT_UTF8', 9], ['MIME_BARE_LF', 11], ['MIME_NUL', 15],
    ]);
  });

  test('100 are kept', () => {
    expect(codes('A: 1\n'.repeat(300))).toHaveLength(100);
  });
});

describe('limits', () => {
  test('LIMIT_HEADER_OCTETS: what was read before it is there', () => {
    const section = parseHeaders(octets(`A: 1\r\nB: ${'x'.repeat(100)}\r\nC: 3\r\n\r\nbody`), { headerOctets: 50 });
    expect(section.fields.map(({ name }) => name)).toEqual(['A']);
    expect(section.limit).toMatchObject({ code: 'LIMIT_HEADER_OCTETS', limit: 50 });
    expect(section.bodyOffset).toBe(6);
  });

  test('LIMIT_HEADER_OCTETS: the default stops 256 KB without a line end', () => {
    const section = parseHeaders(octets(`A: ${'x'.repeat(1_000_000)}`));
    expect(section.limit).toEqual({ code: 'LIMIT_HEADER_OCTETS', limit: 262_144, offset: 262_145 });
  });

  test('LIMIT_HEADER_OCTETS: a section of exactly as many octets is read', () => {
    const section = parseHeaders(octets('A: 1\r\n\r\nbody'), { headerOctets: 6 });
    expect([section.limit, section.fields.length, section.bodyOffset]).toEqual([undefined, 1, 8]);
  });

  test.each(['A: 1\r\n', 'none\r\n'])('LIMIT_HEADER_FIELDS: 1,000 lines of %j', (line) => {
    expect(parseHeaders(octets(line.repeat(1000))).limit).toBeUndefined();
    expect(parseHeaders(octets(line.repeat(1001))).limit).toEqual({ code: 'LIMIT_HEADER_FIELDS', limit: 1000, offset: 1000 });
  });
});

describe('whatever comes', () => {
  test('every truncation of a message: no throw, offsets in order', () => {
    const input = octets(MESSAGE);
    for (let length = 0; length <= input.length; length++) {
      const section = parseHeaders(input.subarray(0, length));
      let at = 0;
      for (const field of section.fields) {
        expect(field.start).toBeGreaterThanOrEqual(at);
        expect(field.valueStart).toBeGreaterThan(field.start);
        expect(field.end).toBeGreaterThanOrEqual(field.valueStart);
        at = field.end;
      }
      expect(section.bodyOffset).toBeGreaterThanOrEqual(at);
      expect(section.bodyOffset).toBeLessThanOrEqual(length);
    }
  });

  test('generated octets: no throw, every octet of the section is in a field, a defect line or a line end', () => {
    const random = new SeededRandom(822);
    for (let round = 0; round < 2000; round++) {
      const input = octets(random.text('Aa: \t\r\n\r\n\0ä', random.integer(0, 60)));
      const section = parseHeaders(input);
      expect(section.bodyOffset).toBeLessThanOrEqual(input.length);
      expect(section.limit).toBeUndefined();
    }
  });
});
