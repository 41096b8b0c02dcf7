import { latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { SERVER_LIMITS } from '../../src/limits.ts';
import { allOfKeys, anyOfKeys, notKey } from '../../src/search/combine.ts';
import { isAsciiSearch, writeSearchProgram } from '../../src/search/encode.ts';
import { MAX_SEARCH_DEPTH, readSearchProgram, type SearchProgram } from '../../src/search/parse.ts';
import type { SearchKey } from '../../src/search/search-key.ts';
import { STAR } from '../../src/sequence-set.ts';
import { allSpecs } from '../../src/tables.ts';
import type { Failure } from '../../src/value-cursor.ts';
import { ValueReader } from '../../src/value-reader.ts';
import { ValueWriter } from '../../src/value-writer.ts';
import { frameOf, generatedKey, textFrame } from './generated.ts';

function parse(text: string): SearchProgram | Failure {
  const reader = new ValueReader(textFrame(text), SERVER_LIMITS, false, 0, allSpecs());
  const program = readSearchProgram(reader);
  reader.finish();
  return reader.failure ?? program;
}

function write(search: SearchKey, utf8: boolean = false, charset?: string): string {
  const writer = new ValueWriter(utf8, allSpecs());
  writeSearchProgram(writer, { charset, search });
  return latin1(frameOf(writer).octets);
}

describe('readSearchProgram and writeSearchProgram', () => {
  test.each<[string, string, SearchKey]>([
    ['rfc9051 6.4.4: several keys are all of them', 'FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"',
      { key: 'AND', keys: [{ key: 'FLAGGED' }, { key: 'SINCE', date: { year: 1994, month: 2, day: 1 } }, { key: 'NOT', not: { key: 'FROM', value: 'Smith' } }] }],
    ['rfc9051 6.4.4: OR takes two keys', 'or (seen to x) 2:4',
      { key: 'OR', left: { key: 'AND', keys: [{ key: 'SEEN' }, { key: 'TO', value: 'x' }] }, right: { key: 'SEQUENCE', set: [[2, 4]] } }],
    ['rfc9051 6.4.4: a set may begin with *', '*:4,7', { key: 'SEQUENCE', set: [[4, STAR], [7, 7]] }],
    ['rfc9051 9: a quoted date', 'ON "01-Mar-2024"', { key: 'ON', date: { year: 2024, month: 3, day: 1 } }],
    ['rfc5182 2.1: $ is the saved result', '$', { key: 'SEQUENCE', set: '$' }],
    ['rfc5182 2.1: $ as UIDs', 'UID $', { key: 'UID', set: '$' }],
    ['rfc9051 6.4.4: HEADER with an empty text', 'HEADER X-Spam ""', { key: 'HEADER', field: 'X-Spam', value: '' }],
    ['rfc5032 2: YOUNGER', 'YOUNGER 86400', { key: 'YOUNGER', seconds: 86_400 }],
    ['rfc6203 3: FUZZY takes a key', 'FUZZY (SUBJECT "x" BODY y)',
      { key: 'FUZZY', search: { key: 'AND', keys: [{ key: 'SUBJECT', value: 'x' }, { key: 'BODY', value: 'y' }] } }],
    ['rfc5466 2.1: FILTER', 'FILTER on-the-road', { key: 'FILTER', filter: 'on-the-road' }],
    ['a blank at the end of the line', 'UNSEEN ', { key: 'UNSEEN' }],
  ])('%s', (_name, text, search) => {
    expect(parse(text)).toEqual({ charset: undefined, search });
  });

  test.each([
    ['no key', '', 'a name'],
    ['a key that is none', 'FOO', 'a search key'],
    ['an empty list', '()', 'a search key'],
    ['a day that the month does not have', 'ON 30-Feb-2024', 'a date'],
    ['a number of seconds of 0', 'OLDER 0', 'a number of seconds above 0'],
    ['NOT without a key', 'NOT', 'a space'],
    ['OR with one key', 'OR SEEN', 'a space'],
    ['a filter with a slash', 'FILTER a/b', 'the name of a filter'],
  ])('rfc9051 9: %s -> refused', (_name, text, expected) => {
    expect(parse(text)).toMatchObject({ expected });
  });

  test('inverse law: what is written is read back the same', () => {
    const random = new SeededRandom(9051);
    for (let round = 0; round < 3000; round++) {
      const search = generatedKey(random);
      const utf8 = random.chance(0.5);
      const charset = utf8 || isAsciiSearch(search) ? undefined : 'UTF-8';
      const writer = new ValueWriter(utf8, allSpecs());
      writeSearchProgram(writer, { charset, search });
      const reader = new ValueReader(frameOf(writer), SERVER_LIMITS, utf8, 0, allSpecs());
      expect(readSearchProgram(reader)).toEqual({ charset, search });
      reader.finish();
      expect(reader.failure).toBeUndefined();
    }
  });

  test('rfc3501 6.4.4: other than ASCII is written with CHARSET UTF-8, as a literal', () => {
    expect(write({ key: 'SUBJECT', value: 'ä' })).toBe('CHARSET UTF-8 SUBJECT {2}\r\nÃ¤');
  });

  test('rfc9755 3: no charset is named once UTF-8 is enabled', () => {
    expect(write({ key: 'SUBJECT', value: 'ä' }, true)).toBe('SUBJECT "Ã¤"');
  });

  test('injection by a text with CRLF (imapclient#657) -> a literal, the line goes on behind it', () => {
    const value = 'x"\r\nA2 DELETE INBOX';
    const written = write({ key: 'SUBJECT', value });
    expect(written).toBe(`SUBJECT {${value.length}}\r\n${value}`);
    expect(parse(written)).toEqual({ charset: undefined, search: { key: 'SUBJECT', value } });
  });

  test.each<[string, SearchKey]>([
    ['NUL in a text', { key: 'SUBJECT', value: 'a\0b' }],
    ['CRLF in the name of a field', { key: 'HEADER', field: 'X\r\nY', value: '' }],
    ['a blank in the name of a field', { key: 'HEADER', field: 'X Y', value: '' }],
    ['CRLF in a keyword', { key: 'KEYWORD', flag: 'a\r\nb' }],
    ['a backslash in a keyword', { key: 'KEYWORD', flag: '\\Seen' }],
    ['CRLF in the name of a filter', { key: 'FILTER', filter: 'a\r\nb' }],
    ['a key that is none', { key: 'SEEN\r\nA2 NOOP' } as unknown as SearchKey],
    ['a key that is an atom but none', { key: 'FOO' } as unknown as SearchKey],
  ])('injection: %s -> TypeError', (_name, search) => {
    expect(() => write(search)).toThrow(TypeError);
  });

  test('injection: CRLF in a charset -> TypeError', () => {
    expect(() => write({ key: 'ALL' }, false, 'UTF-8\r\nA2 NOOP')).toThrow(TypeError);
  });

  test.each<[string, SearchKey]>([
    ['an empty AND', { key: 'AND', keys: [] }],
    ['an empty set', { key: 'UID', set: [] }],
    ['a day that is none', { key: 'ON', date: { year: 2024, month: 2, day: 30 } }],
    ['a year of five digits', { key: 'ON', date: { year: 12_024, month: 2, day: 3 } }],
    ['a size below 0', { key: 'LARGER', octetCount: -1 }],
    ['an age of 0', { key: 'OLDER', seconds: 0 }],
  ])('%s -> RangeError', (_name, search) => {
    expect(() => write(search)).toThrow(RangeError);
  });

  test.each([
    ['NOT', 'NOT '.repeat(100_000)],
    ['OR', 'OR ALL '.repeat(100_000)],
    ['FUZZY', 'FUZZY '.repeat(100_000)],
    ['parentheses', '('.repeat(100_000)],
  ])('limits: %s within each other are refused, not followed', (_name, text) => {
    expect(parse(`${text}ALL`)).toMatchObject({ expected: expect.stringContaining('LIMIT_DEPTH') as unknown });
  });

  test('limits: more keys than elements are refused', () => {
    const reader = new ValueReader(textFrame('SEEN '.repeat(50)), { ...SERVER_LIMITS, elements: 40 }, false);
    readSearchProgram(reader);
    expect(reader.failure).toMatchObject({ expected: expect.stringContaining('LIMIT_ELEMENTS') as unknown });
  });

  test('limits: keys of a caller nested too deep -> RangeError', () => {
    let search: SearchKey = { key: 'SEEN' };
    for (let depth = 0; depth < MAX_SEARCH_DEPTH; depth++) search = { key: 'NOT', not: search };
    expect(() => write(search)).toThrow(RangeError);
  });

  test('garbage: never throws', () => {
    const random = new SeededRandom(1);
    for (let round = 0; round < 3000; round++) {
      const words = [...Array(random.integer(1, 8)).keys()].map(() => random.pick(['OR', 'NOT', '(', ')', 'UID', '1:*', '"', '{3}\r\n', 'HEADER', 'CHARSET', 'SINCE', '1-Feb-1994', 'FUZZY', '$', '~{1}', ',', 'ÿ']));
      expect(() => parse(words.join(random.pick([' ', '', '  '])))).not.toThrow();
    }
  });
});

describe('combined keys', () => {
  test('1000 senders are ten levels of OR', () => {
    const keys = [...Array(1000).keys()].map((index): SearchKey => ({ key: 'FROM', value: `user${index}` }));
    expect(parse(write(anyOfKeys(keys)))).toMatchObject({ search: { key: 'OR' } });
  });

  test('of none, of one, of two', () => {
    const seen: SearchKey = { key: 'SEEN' };
    expect([allOfKeys([]), allOfKeys([seen]), anyOfKeys([]), anyOfKeys([seen]), notKey(seen), notKey(notKey(seen))]).toEqual([
      { key: 'ALL' }, seen, { key: 'NOT', not: { key: 'ALL' } }, seen, { key: 'NOT', not: seen }, seen,
    ]);
    expect(allOfKeys([seen, seen])).toEqual({ key: 'AND', keys: [seen, seen] });
  });
});
