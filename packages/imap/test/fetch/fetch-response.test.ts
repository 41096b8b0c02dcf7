import { describe, expect, test } from 'vitest';
import { encodeLatin1 } from '@mailwright/wire';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import type { FetchData, FetchedSection, FetchResponse } from '../../src/fetch/fetch-data.ts';
import { emptyFetchData } from '../../src/make-values.ts';
import { fetchData, readFetchData, writeFetchData } from '../../src/fetch/fetch-response.ts';
import type { StreamedLiteral } from '../../src/frame.ts';
import { CLIENT_LIMITS } from '../../src/limits.ts';
import { allSpecs } from '../../src/tables.ts';
import { ValueReader } from '../../src/value-reader.ts';
import { readAll, readData, readerOf, text, writtenText, written } from './frames.ts';
import { anyEnvelope, anyStructure, maybe } from './generate.ts';

const ENVELOPE = '("d" "Subj" (("N" NIL "m" "x.org")) NIL NIL NIL NIL NIL NIL "id")';
const STRUCTURE = '("text" "plain" NIL NIL NIL "7bit" 5 1 NIL NIL NIL NIL)';
const EVERYTHING = `(UID 40 FLAGS (\\Seen $Junk) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 44827 ENVELOPE ${ENVELOPE} BODYSTRUCTURE ${STRUCTURE} `
  + `BODY ("text" "plain" NIL NIL NIL "7bit" 5 1) BODY[1.MIME] {3}\r\na\r\n BODY[HEADER.FIELDS (DATE)]<2> "x")`;

describe('reading', () => {
  test('rfc9051 7.5.2: every item of IMAP', () => {
    const data = readData(EVERYTHING);
    expect(data).toMatchObject({
      uid: 40, flags: ['\\Seen', '$Junk'], rfc822Size: 44_827, internalDate: { ms: Date.UTC(1996, 6, 17, 9, 44, 25), offsetMinutes: -420 },
      envelope: { subject: 'Subj', messageId: 'id' }, bodyStructure: { kind: 'text', octetCount: 5 }, body: { kind: 'text' }, invalid: [], others: [],
    });
    expect(data.sections.map(({ section, origin, octets }) => [section.part, section.text?.type, origin, text(octets)])).toEqual([
      [[1], 'MIME', undefined, 'a\r\n'], [[], 'HEADER.FIELDS', 2, 'x'],
    ]);
  });

  test('every field is there, undefined or empty, whatever the response holds', () => {
    expect(Object.keys(readData('(UID 1)'))).toEqual(Object.keys(emptyFetchData()));
    expect(readData('()')).toEqual(emptyFetchData());
    expect(emptyFetchData()).toMatchObject({ uid: undefined, flags: undefined, sections: [], invalid: [], others: [] });
  });

  test('rfc3501 7.4.2: RFC822, RFC822.HEADER, RFC822.TEXT, names in any case', () => {
    const data = readData('(rfc822 {2}\r\nab Rfc822.Header "h" RFC822.TEXT NIL)');
    expect([text(data.rfc822), text(data.rfc822Header), data.rfc822Text]).toEqual(['ab', 'h', undefined]);
  });

  test('rfc9051 7.5.2: no flags, a section that is not there, an empty one, 32 bits of UID, 2^53 octets', () => {
    const data = readData('(FLAGS () BODY[2] NIL BODY[1] "" UID 4294967295 RFC822.SIZE 9007199254740991)');
    expect([data.flags, data.sections.map(({ octets }) => octets?.constructor), data.uid, data.rfc822Size]).toEqual([[], [undefined, Uint8Array], 4_294_967_295, 9_007_199_254_740_991]);
  });

  test('octets of a section are a view into the frame, a copy where escapes were taken out', () => {
    const frame = encodeLatin1('(BODY[1] {3}\r\nabc BODY[2] "d\\"e")');
    const [first, second] = readData(frame).sections as (FetchedSection & { octets: Uint8Array })[];
    expect(first!.octets.buffer).toBe(frame.buffer);
    expect(text(second!.octets)).toBe('d"e');
  });

  test('the same octets fail nowhere when they come after `* n`', () => {
    const reader = readerOf(' (UID 7)');
    expect(fetchData.parse(reader, 12)).toEqual({ name: 'FETCH', sequenceNumber: 12, data: { ...emptyFetchData(), uid: 7 } });
  });
});

describe('a large literal that was streamed', () => {
  const literal = (at: number, octetCount = 1e6): StreamedLiteral => ({ type: 'streamed-literal', at, octetCount, binary: false });
  const reading = (wire: string, streamed: readonly StreamedLiteral[], complete = true) => {
    const reader = new ValueReader({ octets: encodeLatin1(wire), streamed, complete }, CLIENT_LIMITS, false, 0, allSpecs());
    return { reader, data: readFetchData(reader) };
  };

  test('stands in the place of the octets, and what follows it is read', () => {
    const wire = '(UID 5 BODY[] {1000000}\r\n FLAGS (\\Seen))';
    const streamed = literal(wire.indexOf('\n') + 1);
    const { reader, data } = reading(wire, [streamed]);
    expect(reader.failure).toBeUndefined();
    expect(data).toMatchObject({ uid: 5, flags: ['\\Seen'], sections: [{ octets: streamed }] });
  });

  test('rfc3501 7.4.2: in RFC822 as well', () => {
    const wire = '(RFC822 {1000000}\r\n)';
    expect(reading(wire, [literal(wire.length - 1)]).data.rfc822).toMatchObject({ type: 'streamed-literal', octetCount: 1e6 });
  });

  test('before it is streamed, the frame up to it tells UID and section', () => {
    const wire = '(UID 5 BODY[1.2]<100> {1000000}\r\n';
    const { reader, data } = reading(wire, [literal(wire.length)], false);
    expect(reader.cut).toBe(true);
    expect(data).toMatchObject({ uid: 5, invalid: [], sections: [{ section: { part: [1, 2] }, origin: 100, octets: { octetCount: 1e6 } }] });
  });

  test('where no octets are expected, it costs that item alone', () => {
    const wire = '(FLAGS {1000000}\r\n UID 5)';
    const { reader, data } = reading(wire, [literal(wire.indexOf('\n') + 1)]);
    expect(reader.failure).toBeUndefined();
    expect(data).toMatchObject({ uid: 5, flags: undefined, invalid: [{ name: 'FLAGS' }] });
  });

  test('in the middle of an envelope or a structure, the rest of it is read', () => {
    const wire = '(ENVELOPE ("d" {1000000}\r\n (("N" NIL "m" "h")) NIL NIL NIL NIL NIL NIL "id") UID 5)';
    expect(reading(wire, [literal(wire.indexOf('\n') + 1)]).data).toMatchObject({ uid: 5, envelope: { subject: undefined, messageId: 'id' } });
    const parts = '(BODYSTRUCTURE ("text" "plain" ("name" {1000000}\r\n) NIL NIL "7bit" 5 1) UID 5)';
    expect(reading(parts, [literal(parts.indexOf('\n') + 1)]).data).toMatchObject({ uid: 5, bodyStructure: { octetCount: 5 } });
  });
});

describe('what servers get wrong costs one item', () => {
  test.each<[string, string, string, string]>([
    ['an envelope that is no list', 'ENVELOPE', '"x"', 'an envelope'],
    ['a structure that is no list', 'BODYSTRUCTURE', 'x', 'a body structure'],
    ['a size below 0', 'RFC822.SIZE', '-1', 'a number'],
    ['a size of more than 2^53', 'RFC822.SIZE', '99999999999999999999', 'a number below 2^53'],
    ['a UID 0', 'UID', '0', 'a UID'],
    ['a UID with letters', 'UID', '12abc', 'a blank or the end of the list'],
    ['flags without a list', 'FLAGS', '\\Seen', '"("'],
    ['a date that is none', 'INTERNALDATE', '"yesterday"', 'a date-time'],
    ['a list for a date', 'INTERNALDATE', '(1 (2 "3)" {2}\r\n))))', 'a string'],
    ['a section that is none', 'BODY[]', '[FOO]<1> {3}\r\nabc', 'a part, HEADER, HEADER.FIELDS or TEXT'],
    ['octets that are a list', 'BODY[]', '[1] (a b)', 'a string'],
    ['nesting beyond the limit', 'BODYSTRUCTURE', `${'('.repeat(100)}${')'.repeat(100)}`, 'at most 64 levels of parentheses (LIMIT_DEPTH)'],
  ])('%s: %s %s', (_, name, raw, expected) => {
    const data = readData(`(FLAGS (\\Old) ${name.replace('[]', '')}${name.endsWith(']') ? '' : ' '}${raw} RFC822.TEXT "after")`);
    expect(data.invalid.map(({ name: item, value }) => [item, text(value.raw), value.expected])).toEqual([[name, raw, expected]]);
    expect(text(data.rfc822Text)).toBe('after');
    expect(data.flags).toEqual(['\\Old']);
  });

  test('`raw` is a copy and `at` an offset into it', () => {
    const frame = encodeLatin1('(UID 12abc)');
    const { value } = readData(frame).invalid[0]!;
    expect([value.raw.buffer === frame.buffer, value.at]).toEqual([false, 2]);
  });

  test('NIL for an item tells nothing', () => {
    expect(readData('(RFC822.SIZE NIL INTERNALDATE NIL ENVELOPE NIL BODYSTRUCTURE NIL UID 3)')).toEqual({ ...emptyFetchData(), uid: 3 });
    expect(readData('(FLAGS NIL)').flags).toEqual([]);
  });

  test('Yandex: a section without its value', () => {
    const { sections } = readData('(UID 3016 BODY[2.MIME] {2}\r\n\r\n BODY[2] )');
    expect(sections.map(({ octets }) => (octets instanceof Uint8Array ? octets.length : octets))).toEqual([2, undefined]);
  });

  test('blanks before the end and between items, none behind a list', () => {
    expect(readData('( UID 87567  RFC822.SIZE 5799845 )')).toMatchObject({ uid: 87_567, rfc822Size: 5_799_845 });
    expect(readData('(FLAGS (\\Seen )UID 5)')).toMatchObject({ flags: ['\\Seen'], uid: 5, invalid: [] });
  });

  test('AOL: items that no extension knows are kept, literals and lists in them too', () => {
    const data = readData('(XAOL.SPAM.REASON 0 UID 1 XAOL-PAREN-LIST (A {3}\r\nb)( (C D)) X-SECTION[1.2]<3> "v")');
    expect(data.others.map(({ name, raw }) => [name, text(raw)])).toEqual([
      ['XAOL.SPAM.REASON', '0'], ['XAOL-PAREN-LIST', '(A {3}\r\nb)( (C D))'], ['X-SECTION[]', '[1.2]<3> "v"'],
    ]);
    expect(data.uid).toBe(1);
  });

  test('something behind the list is kept under an empty name', () => {
    expect(readData('(UID 1)) x').invalid).toMatchObject([{ name: '', value: { raw: encodeLatin1(') x') } }]);
    expect(readData('(UID 1) ').invalid).toEqual([]);
  });

  test('a literal longer than its count: the line ends before the list does, what was read counts', () => {
    const data = readData('(UID 1 BODY[HEADER] {6}\r\nA: b\r\n ');
    expect(data.sections.map(({ octets }) => text(octets))).toEqual(['A: b\r\n']);
    expect(data.invalid).toMatchObject([{ name: '', value: { expected: '")"' } }]);
  });

  test('Mail.ru: quotes that are not paired are read over by what follows them', () => {
    const data = readData('(X-ODD ("a "b) c" d) UID 4)');
    expect(data.uid).toBe(4);
  });
});

describe('no octets can do more', () => {
  test('every cut of a response fails or is contained, nothing throws', () => {
    for (let length = 0; length < EVERYTHING.length; length++) {
      const reader = readerOf(EVERYTHING.slice(0, length));
      const data = readFetchData(reader);
      expect(reader.failure !== undefined || data.invalid.length === 1, `cut at ${length}`).toBe(true);
    }
  });

  test('every octet of a response changed to every other kind fails or is contained', () => {
    const frame = encodeLatin1(EVERYTHING);
    let contained = 0;
    for (let at = 0; at < frame.length; at++) {
      for (const octet of encodeLatin1('()"\\{}[]<> \r\n\0~*%0aZ\u00ff')) {
        const changed = frame.slice();
        changed[at] = octet;
        const reader = readerOf(changed);
        const data = readFetchData(reader);
        expect(Object.keys(data)).toHaveLength(Object.keys(emptyFetchData()).length);
        if (reader.failure === undefined && data.invalid.length > 0) contained++;
      }
    }
    expect(contained).toBeGreaterThan(100);
  });

  test('octets of chance are read to their end', () => {
    const random = new SeededRandom(7);
    const alphabet = encodeLatin1('()"\\{}1234[]<> NILUIDFLAGSBODY\r\n');
    for (let round = 0; round < 3000; round++) {
      const octets = Uint8Array.from({ length: random.integer(0, 60) }, () => random.pick([...alphabet]));
      const reader = readerOf(octets);
      readFetchData(reader);
      expect(reader.failure !== undefined || reader.atEnd).toBe(true);
    }
  });

  test('a line full of items is read in time linear in its length', () => {
    const data = readData(`(${'X 1 UID x '.repeat(20_000)}${'BODY[1] "" '.repeat(20_000)})`);
    expect([data.others.length, data.invalid.length, data.sections.length]).toEqual([20_000, 20_000, 20_000]);
  });

  test('more items than the limit fail', () => {
    const reader = readerOf(`(${'X 1 '.repeat(101)})`, { ...CLIENT_LIMITS, elements: 100 });
    readFetchData(reader);
    expect(reader.failure?.expected).toContain('LIMIT_ELEMENTS');
  });

  test('a name twice: the last value counts, sections add up', () => {
    const data = readData('(UID 1 UID 2 BODY[1] "a" BODY[1] "b")');
    expect([data.uid, data.sections.length]).toEqual([2, 2]);
  });
});

describe('writing', () => {
  test('short items first, octets last, empty fields not at all', () => {
    const data: FetchData = {
      ...emptyFetchData(), rfc822: encodeLatin1('m'), uid: 4, flags: [], sections: [{ section: { part: [1], text: undefined }, origin: 0, octets: undefined }],
    };
    const response: FetchResponse = { name: 'FETCH', sequenceNumber: 3, data };
    expect(writtenText((writer) => fetchData.encode(writer, response))).toBe('3 FETCH (UID 4 FLAGS () BODY[1]<0> NIL RFC822 {1}\r\nm)');
  });

  test('a pending literal is passed on, a streamed one throws', () => {
    const section = { part: [], text: undefined };
    const pending = { type: 'pending-literal', octetCount: 9, binary: false, source: 'file' } as const;
    expect(() => written((writer) => writeFetchData(writer, { ...emptyFetchData(), sections: [{ section, origin: undefined, octets: pending }] }))).toThrow('a pending literal has no octets');
    const streamed = { type: 'streamed-literal', at: 0, octetCount: 9, binary: false } as const;
    expect(() => written((writer) => writeFetchData(writer, { ...emptyFetchData(), sections: [{ section, origin: undefined, octets: streamed }] }))).toThrow(TypeError);
  });

  test('a UID of 0 throws a RangeError, a flag with a blank a TypeError', () => {
    expect(() => written((writer) => writeFetchData(writer, { ...emptyFetchData(), uid: 0 }))).toThrow(RangeError);
    expect(() => written((writer) => writeFetchData(writer, { ...emptyFetchData(), flags: ['a b'] }))).toThrow(TypeError);
  });

  test('inverse: what is written is read as it was, 300 generated responses', () => {
    const random = new SeededRandom(6);
    for (let round = 0; round < 300; round++) {
      const data = anyData(random);
      const wire = written((writer) => writeFetchData(writer, data), round % 2 === 0);
      expect(readAll(wire, readFetchData)).toEqual(data);
    }
  });

  test('explain tells a response in words', () => {
    expect(fetchData.explain({ name: 'FETCH', sequenceNumber: 3, data: readData('(UID 4 FLAGS (\\Seen) X-NEW 1 RFC822.SIZE -1 BODY[1.MIME] "x")') }))
      .toBe("Message 3: UID 4, flags \\Seen, section [1.MIME], RFC822.SIZE, which can't be read, X-NEW, which is not known here.");
  });
});

function anyData(random: SeededRandom): FetchData {
  const octets = () => random.octets(random.integer(0, 40)).map((octet) => octet || 1);
  return {
    ...emptyFetchData(),
    uid: maybe(random, () => random.integer(1, 0xffff_ffff)),
    flags: maybe(random, () => Array.from({ length: random.integer(0, 3) }, () => random.pick(['\\Seen', '\\Flagged', '$Junk', 'a.b', '\\X-y']))),
    internalDate: maybe(random, () => ({ ms: random.integer(0, 4e9) * 1000, offsetMinutes: random.integer(-720, 840) })),
    rfc822Size: maybe(random, () => random.integer(0, 1e9)),
    envelope: maybe(random, () => anyEnvelope(random)),
    bodyStructure: maybe(random, () => anyStructure(random, true)),
    body: maybe(random, () => anyStructure(random, false)),
    rfc822: maybe(random, octets), rfc822Header: maybe(random, octets), rfc822Text: maybe(random, octets),
    sections: Array.from({ length: random.integer(0, 3) }, () => ({
      section: { part: [random.integer(1, 9)], text: random.pick([undefined, { type: 'MIME' as const }, { type: 'HEADER.FIELDS' as const, fields: ['To', 'x y'] }]) },
      origin: maybe(random, () => random.integer(0, 1e6)),
      octets: maybe(random, octets),
    })),
  };
}
