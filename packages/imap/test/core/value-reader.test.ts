import { encodeLatin1, encodeUtf8 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { CLIENT_LIMITS } from '../../src/limits.ts';
import { ValueReader } from '../../src/value-reader.ts';
import { ValueWriter } from '../../src/value-writer.ts';
import { wireText } from './wire-text.ts';

function readerOf(text: string): ValueReader {
  return new ValueReader({ octets: encodeLatin1(text), streamed: [], complete: true }, CLIENT_LIMITS, false);
}

/** What was read, the failure in place of it, and how much is left. */
function read<T>(text: string, use: (reader: ValueReader) => T): unknown {
  const reader = readerOf(text);
  const value = use(reader);
  return reader.failure === undefined ? value : `${reader.failure.expected} at ${reader.failure.at}`;
}

function write(use: (writer: ValueWriter) => unknown, utf8: boolean = false): string {
  const writer = new ValueWriter(utf8);
  use(writer);
  return wireText(writer.finish());
}

describe('reading', () => {
  test.each([
    ['an atom', 'abc def', (reader: ValueReader) => reader.atom(), 'abc'],
    ['a name in upper case', 'aBc', (reader: ValueReader) => reader.keyword(), 'ABC'],
    ['a quoted string with escapes', '"a\\"b\\\\c"', (reader: ValueReader) => reader.string(), 'a"b\\c'],
    ['a literal', '{3}\r\na"b', (reader: ValueReader) => reader.string(), 'a"b'],
    ['a literal behind LF alone', '{3}\na"b', (reader: ValueReader) => reader.string(), 'a"b'],
    ['a literal8', '~{2}\r\n\0\x01', (reader: ValueReader) => reader.literalOrString(), new Uint8Array([0, 1])],
    ['NIL', 'nil', (reader: ValueReader) => reader.nstring(), undefined],
    ['a string that begins like NIL', 'NILS', (reader: ValueReader) => reader.astring(), 'NILS'],
    ['a flag', '\\Seen', (reader: ValueReader) => reader.flag(), '\\Seen'],
    ['the flag of new keywords', '\\*', (reader: ValueReader) => reader.flag(), '\\*'],
    ['a list', '(a b  c )', (reader: ValueReader) => reader.list(() => reader.atom()), ['a', 'b', 'c']],
    ['an empty list', '()', (reader: ValueReader) => reader.list(() => reader.atom()), []],
    ['2^53 - 1', '9007199254740991', (reader: ValueReader) => reader.number(), Number.MAX_SAFE_INTEGER],
    ['2^64 - 1', '18446744073709551615', (reader: ValueReader) => reader.number64(), 18446744073709551615n],
  ])('rfc9051 9: %s', (_name, text, use, expected) => {
    expect(read(text, use as (reader: ValueReader) => unknown)).toEqual(expected);
  });

  test.each([
    ['no atom', '(', (reader: ValueReader) => reader.atom(), 'an atom at 0'],
    ['no string', 'abc', (reader: ValueReader) => reader.string(), 'a string at 0'],
    ['a quoted string without end', '"abc', (reader: ValueReader) => reader.string(), 'the end of a quoted string at 4'],
    ['a quoted string over a line end', '"a\r\nb"', (reader: ValueReader) => reader.string(), 'the end of a quoted string at 6'],
    ['a literal that is cut', '{5}\r\nab', (reader: ValueReader) => reader.string(), 'the octets of a literal at 7'],
    ['a literal without size', '{}\r\n', (reader: ValueReader) => reader.string(), 'a number at 1'],
    ['2^53', '9007199254740993', (reader: ValueReader) => reader.number(), 'a number below 2^53 at 0'],
    ['2^64', '18446744073709551616', (reader: ValueReader) => reader.number64(), 'a number of 64 bits at 0'],
    ['many digits', '9'.repeat(10_000), (reader: ValueReader) => reader.number64(), 'a number of 64 bits at 0'],
    ['a list without end', '(a b', (reader: ValueReader) => reader.list(() => reader.atom()), '")" at 4'],
    ['a reader that takes nothing', '(a)', (reader: ValueReader) => reader.list(() => ''), 'an element at 1'],
    ['more than was to be', 'ab c', (reader: ValueReader) => (reader.atom(), reader.finish()), 'the end at 2'],
  ])('%s -> a failure with its place', (_name, text, use, expected) => {
    expect(read(text, use as (reader: ValueReader) => unknown)).toBe(expected);
  });

  test('the first failure counts, and what is read behind it is empty', () => {
    const reader = readerOf('(abc');
    expect(reader.atom()).toBe('');
    expect([reader.atom(), reader.string(), reader.number(), reader.number64(), reader.flags(), reader.rest()]).toEqual(['', '', 0, 0n, [], '']);
    expect(reader.failure).toEqual({ expected: 'an atom', at: 0 });
  });

  test('a value that is wrong is contained with its octets, and the next one is read', () => {
    const reader = readerOf('(x (y "z)" {1}\r\n)) w) 12');
    expect(reader.contain(() => reader.number())).toEqual({ type: 'invalid', raw: encodeLatin1('(x (y "z)" {1}\r\n)) w)'), expected: 'a number', at: 0 });
    reader.space();
    expect(reader.contain(() => reader.number())).toBe(12);
    expect(reader.failure).toBeUndefined();
  });

  test('a hundred thousand parentheses are skipped without recursion', () => {
    const reader = readerOf(`${'('.repeat(100_000)}${')'.repeat(100_000)} x`);
    reader.skipValue();
    expect(reader.failure).toBeUndefined();
    expect(reader.at).toBe(200_000);
  });

  test('a text is UTF-8 where it is that, else Latin-1', () => {
    expect(read('"\xc3\xa4"', (reader) => reader.string())).toBe('ä');
    expect(read('"\xe4"', (reader) => reader.string())).toBe('ä');
    expect(read('"\xff"', (reader) => reader.string())).toBe('ÿ');
  });
});

describe('writing', () => {
  test.each([
    ['an atom', 'abc', 'abc'],
    ['NIL would be read as no string', 'nil', '"nil"'],
    ['nothing', '', '""'],
    ['specials', 'a"b\\c', '"a\\"b\\\\c"'],
    ['a blank', 'a b', '"a b"'],
    ['CR and LF', 'a\r\nb', '{4}\r\na\r\nb'],
    ['a long text', 'x '.repeat(600), `{1200}\r\n${'x '.repeat(600)}`],
    ['more than ASCII', 'ä', '{2}\r\n\xc3\xa4'],
  ])('rfc9051 9: astring, %s', (_name, text, expected) => {
    expect(write((writer) => writer.astring(text))).toBe(expected);
  });

  test('rfc9051 4.3: UTF-8 stands in quotes once it is enabled', () => {
    expect(write((writer) => writer.astring('ä'), true)).toBe('"\xc3\xa4"');
  });

  test('octets: quoted where they are ASCII, else a literal; literal8 for any', () => {
    expect(write((writer) => writer.string(encodeLatin1('abc')))).toBe('"abc"');
    expect(write((writer) => writer.string(encodeUtf8('ä')))).toBe('{2}\r\n\xc3\xa4');
    expect(write((writer) => writer.literal8(new Uint8Array([0])))).toBe('~{1}\r\n\0');
  });

  test.each([
    ['NUL in a string', (writer: ValueWriter) => writer.string('a\0'), TypeError],
    ['NUL in octets', (writer: ValueWriter) => writer.string(new Uint8Array(1)), TypeError],
    ['an atom with a blank', (writer: ValueWriter) => writer.atom('a b'), TypeError],
    ['an atom with a line end', (writer: ValueWriter) => writer.atom('a\r\nb'), TypeError],
    ['an atom that ends its line', (writer: ValueWriter) => writer.atom('a\n'), TypeError],
    ['an empty atom', (writer: ValueWriter) => writer.atom(''), TypeError],
    ['a flag with parentheses', (writer: ValueWriter) => writer.flag('\\Seen)'), TypeError],
    ['a quoted string with a line end', (writer: ValueWriter) => writer.quoted('a\r\nb'), TypeError],
    ['a number below 0', (writer: ValueWriter) => writer.number(-1), RangeError],
    ['a number that is not whole', (writer: ValueWriter) => writer.number(1.5), RangeError],
    ['a number that is none', (writer: ValueWriter) => writer.number(NaN), RangeError],
    ['2^64', (writer: ValueWriter) => writer.number64(1n << 64n), RangeError],
    ['an empty set', (writer: ValueWriter) => writer.set([]), RangeError],
  ])('%s -> thrown at once', (_name, use, error) => {
    expect(() => use(new ValueWriter(true))).toThrow(error as new () => Error);
  });
});
