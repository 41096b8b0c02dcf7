import { encodeLatin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { dayAfter1970, daysSince1970, readDate, readDateTime, writeDate, writeDateTime } from '../../src/dates.ts';
import { CLIENT_LIMITS } from '../../src/limits.ts';
import { ValueReader } from '../../src/value-reader.ts';
import { ValueWriter } from '../../src/value-writer.ts';
import { wireText } from './wire-text.ts';

function read<T>(readValue: (reader: ValueReader) => T, text: string): T | string {
  const reader = new ValueReader({ octets: encodeLatin1(text), streamed: [], complete: true }, CLIENT_LIMITS, false);
  const value = readValue(reader);
  reader.finish();
  return reader.failure === undefined ? value : reader.failure.expected;
}

function write(use: (writer: ValueWriter) => void): string {
  const writer = new ValueWriter(false);
  use(writer);
  return wireText(writer.finish());
}

describe('date-time', () => {
  test.each([
    ['"17-Jul-1996 02:44:25 -0700"', { ms: Date.UTC(1996, 6, 17, 9, 44, 25), offsetMinutes: -420 }],
    ['" 7-Jul-1996 02:44:25 +0000"', { ms: Date.UTC(1996, 6, 7, 2, 44, 25), offsetMinutes: 0 }],
    ['"29-Feb-2000 23:59:59 +0530"', { ms: Date.UTC(2000, 1, 29, 18, 29, 59), offsetMinutes: 330 }],
    ['"01-Jan-0000 00:00:00 +0000"', { ms: Date.parse('0000-01-01T00:00:00Z'), offsetMinutes: 0 }],
  ])('rfc9051 9: %s', (text, expected) => {
    expect(read(readDateTime, text)).toEqual(expected);
    expect(write((writer) => writeDateTime(writer, expected))).toBe(text.replace('"01-', '" 1-'));
  });

  test.each([
    ['"7-jul-1996 02:44:25 +0200"', { ms: Date.UTC(1996, 6, 7, 0, 44, 25), offsetMinutes: 120 }],
    ['"07-JUL-1996 02:44:60 +0200"', { ms: Date.UTC(1996, 6, 7, 0, 44, 59), offsetMinutes: 120 }],
    ['"07-Jul-1996 02:44:25"', { ms: Date.UTC(1996, 6, 7, 2, 44, 25), offsetMinutes: 0 }],
  ])('%s -> read, as servers write such', (text, expected) => {
    expect(read(readDateTime, text)).toEqual(expected);
  });

  test.each(['"31-Feb-1996 02:44:25 +0000"', '"17-Foo-1996 02:44:25 +0000"', '"17-Jul-1996 24:00:00 +0000"', '"17-Jul-1996 02:60:00 +0000"', '"0-Jul-1996 02:44:25 +0000"', '"17-Jul-96 02:44:25 +0000"', '""'])(
    '%s -> refused', (text) => {
      expect(read(readDateTime, text)).toBe('a date-time');
    },
  );

  test.each([[{ ms: 1, offsetMinutes: 0 }], [{ ms: 0, offsetMinutes: 1440 }], [{ ms: 0, offsetMinutes: 0.5 }], [{ ms: NaN, offsetMinutes: 0 }], [{ ms: Date.UTC(10000, 0, 1), offsetMinutes: 0 }]])(
    '%j -> a RangeError when it is written', (value) => {
      expect(() => write((writer) => writeDateTime(writer, value))).toThrow(RangeError);
    },
  );

  test('read(write(value)) is the value', () => {
    const random = new SeededRandom(31);
    for (let round = 0; round < 500; round++) {
      const value = { ms: (random.integer(0, 0x7fffffff) - 0x3fffffff) * 16_000, offsetMinutes: random.integer(-1439, 1439) };
      expect(read(readDateTime, write((writer) => writeDateTime(writer, value)))).toEqual(value);
    }
  });
});

describe('date', () => {
  test.each([['1-Feb-1994', { year: 1994, month: 2, day: 1 }], ['"01-feb-1994"', { year: 1994, month: 2, day: 1 }]])('rfc9051 9: %s', (text, expected) => {
    expect(read(readDate, text)).toEqual(expected);
  });

  test.each(['30-Feb-1994', '1-Foo-1994', '1994-02-01', '1-Feb-94'])('%s -> refused', (text) => {
    expect(read(readDate, text)).toBe('a date');
  });

  test.each([[{ year: 1994, month: 13, day: 1 }], [{ year: 1994, month: 2, day: 29 }], [{ year: 10000, month: 1, day: 1 }], [{ year: 1994.5, month: 1, day: 1 }]])('%j -> a RangeError when it is written', (date) => {
    expect(() => write((writer) => writeDate(writer, date))).toThrow(RangeError);
  });

  test('every 37th day of ten thousand years: as the engine counts them, and read(write(day)) is the day', () => {
    for (let days = -719_528; days < 2_932_896; days += 37) {
      const date = dayAfter1970(days);
      const engine = new Date(days * 86_400_000);
      expect(date).toEqual({ year: engine.getUTCFullYear(), month: engine.getUTCMonth() + 1, day: engine.getUTCDate() });
      expect(daysSince1970(date)).toBe(days);
      if (days % 5 === 0) expect(read(readDate, write((writer) => writeDate(writer, date)))).toEqual(date);
    }
  });
});
