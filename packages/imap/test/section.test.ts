import { describe, expect, test } from 'vitest';
import { formatSection, parseSection, type Partial, readOrigin, readPartial, readSection, sameSection, type Section, writePartial, writeSection } from '../src/section.ts';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { readAll, readerOf, written, writtenText } from './fetch/frames.ts';

const whole: Section = { part: [], text: undefined };

describe('sections', () => {
  test.each<[string, string, Section]>([
    ['the whole message', '[]', whole],
    ['a part', '[1]', { part: [1], text: undefined }],
    ['a part of a part', '[4.2.1]', { part: [4, 2, 1], text: undefined }],
    ['the header', '[HEADER]', { part: [], text: { type: 'HEADER' } }],
    ['the text, in lower case', '[text]', { part: [], text: { type: 'TEXT' } }],
    ['fields of the header', '[HEADER.FIELDS (DATE FROM)]', { part: [], text: { type: 'HEADER.FIELDS', fields: ['DATE', 'FROM'] } }],
    ['all but some fields', '[Header.Fields.Not (Subject)]', { part: [], text: { type: 'HEADER.FIELDS.NOT', fields: ['Subject'] } }],
    ['the MIME header of a part', '[4.1.MIME]', { part: [4, 1], text: { type: 'MIME' } }],
    ['the header of a message in a part', '[4.2.HEADER]', { part: [4, 2], text: { type: 'HEADER' } }],
    ['fields of it', '[3.HEADER.FIELDS (TO)]', { part: [3], text: { type: 'HEADER.FIELDS', fields: ['TO'] } }],
    ['names of fields as quoted strings', '[HEADER.FIELDS ("DATE" "X ODD")]', { part: [], text: { type: 'HEADER.FIELDS', fields: ['DATE', 'X ODD'] } }],
    ['names of fields as literals', '[HEADER.FIELDS ({4}\r\nDATE {2}\r\n())]', { part: [], text: { type: 'HEADER.FIELDS', fields: ['DATE', '()'] } }],
    ['names of fields with "]", which an astring may hold', '[HEADER.FIELDS (a]b)]', { part: [], text: { type: 'HEADER.FIELDS', fields: ['a]b'] } }],
  ])('rfc9051 6.4.5: %s: %s', (_, wire, section) => {
    expect(readAll(wire, readSection)).toEqual(section);
  });

  test.each([
    ['a part 0', '[0]'], ['a part beyond 32 bits', '[4294967296]'], ['MIME of the message', '[MIME]'], ['a dot without more', '[1.]'], ['an unknown word', '[1.BODY]'],
    ['no fields', '[HEADER.FIELDS ()]'], ['no list of fields', '[HEADER.FIELDS]'], ['no end', '[1'], ['nothing', ''], ['a blank', '[ ]'], ['a word that goes on', '[HEADERS]'],
  ])('rfc9051 6.4.5: %s is refused: %s', (_, wire) => {
    const reader = readerOf(wire);
    readSection(reader);
    expect(reader.failure).toBeDefined();
  });

  test('partial: origin and number of octets; an answer has the origin alone', () => {
    expect(readAll('<0.2048>', readPartial)).toEqual({ origin: 0, octetCount: 2048 });
    expect(readAll('<4294967296.1>', readPartial)).toEqual({ origin: 4_294_967_296, octetCount: 1 });
    expect(readAll('<2048>', readOrigin)).toBe(2048);
    expect(readAll('', readPartial)).toBeUndefined();
  });

  test('a server that repeats the whole partial in its answer is understood', () => {
    expect(readAll('<10.20>', readOrigin)).toBe(10);
  });

  test.each(['<0.0>', '<0>', '<.1>', '<1.2', '<-1.2>'])('rfc9051 6.4.5: partial %s is refused', (wire) => {
    const reader = readerOf(wire);
    readPartial(reader);
    expect(reader.failure).toBeDefined();
  });

  test.each<[string, Section]>([
    ['MIME of the message', { part: [], text: { type: 'MIME' } }],
    ['no fields', { part: [1], text: { type: 'HEADER.FIELDS', fields: [] } }],
  ])('writing: %s throws a TypeError', (_, section) => {
    expect(() => writtenText((writer) => writeSection(writer, section))).toThrow(TypeError);
  });

  test.each<[string, Section]>([['0', { part: [0], text: undefined }], ['1.5', { part: [1.5], text: undefined }], ['NaN', { part: [NaN], text: undefined }]])(
    'writing: part %s throws a RangeError', (_, section) => {
      expect(() => writtenText((writer) => writeSection(writer, section))).toThrow(RangeError);
    },
  );

  test('writing: a name of a field can bring no line into the command', () => {
    const section: Section = { part: [], text: { type: 'HEADER.FIELDS', fields: ['X\r\nA1 LOGOUT'] } };
    expect(writtenText((writer) => writeSection(writer, section))).toBe('[HEADER.FIELDS ({12}\r\nX\r\nA1 LOGOUT)]');
  });

  test('inverse: what is written is read as it was, 500 generated sections', () => {
    const random = new SeededRandom(1);
    for (let round = 0; round < 500; round++) {
      const section = anySection(random);
      const partial: Partial = { origin: random.integer(0, 1e6), octetCount: random.integer(1, 1e6) };
      const wire = written((writer) => {
        writeSection(writer, section);
        writePartial(writer, partial);
      });
      expect(readAll(wire, (reader) => [readSection(reader), readPartial(reader)])).toEqual([section, partial]);
    }
  });
});

describe('sections as text', () => {
  test.each(['', '1', '1.2.3', 'HEADER', '1.MIME', '2.TEXT', '1.HEADER.FIELDS (SUBJECT TO)'])('%j is read and written alike', (spec) => {
    expect(formatSection(parseSection(spec)!)).toBe(spec);
  });

  test.each(['0', '1.', 'FOO', '1.2]', '[1]', 'MIME', '1 2'])('%j is no section', (spec) => {
    expect(parseSection(spec)).toBeUndefined();
  });

  test('fields are the same in any case and order', () => {
    expect(sameSection(parseSection('1.HEADER.FIELDS (Subject TO)')!, parseSection('1.HEADER.FIELDS (to SUBJECT)')!)).toBe(true);
    expect(sameSection(parseSection('1.HEADER.FIELDS (TO)')!, parseSection('1.HEADER.FIELDS.NOT (TO)')!)).toBe(false);
    expect(sameSection(parseSection('1')!, parseSection('1.MIME')!)).toBe(false);
  });
});

function anySection(random: SeededRandom): Section {
  const part = Array.from({ length: random.integer(0, 4) }, () => random.integer(1, 300));
  const fields = Array.from({ length: random.integer(1, 4) }, () => random.text('AZaz-]"\\ (){%*\u00e9\r\n', random.integer(0, 8)));
  const texts: (Section['text'])[] = [undefined, { type: 'HEADER' }, { type: 'TEXT' }, { type: 'HEADER.FIELDS', fields }, { type: 'HEADER.FIELDS.NOT', fields }];
  return { part, text: random.pick(part.length > 0 ? [...texts, { type: 'MIME' as const }] : texts) };
}
