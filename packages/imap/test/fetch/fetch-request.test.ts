import { describe, expect, test } from 'vitest';
import { expandMacros, type FetchRequest, readFetchRequests, sectionRequest, writeFetchRequests } from '../../src/fetch/fetch-request.ts';
import { readAll, readerOf, writtenText } from './frames.ts';

const read = (wire: string) => readAll(wire, readFetchRequests);
const write = (...requests: FetchRequest[]) => writtenText((writer) => writeFetchRequests(writer, requests));
const whole = { part: [], text: undefined };

describe('reading', () => {
  test.each<[string, FetchRequest[]]>([
    ['ALL', [{ name: 'ALL' }]],
    ['fast', [{ name: 'FAST' }]],
    ['FLAGS', [{ name: 'FLAGS' }]],
    ['(UID rfc822.size internaldate)', [{ name: 'UID' }, { name: 'RFC822.SIZE' }, { name: 'INTERNALDATE' }]],
    ['BODY', [{ name: 'BODY' }]],
    ['BODY[]', [{ name: 'BODY[]', section: whole, partial: undefined }]],
    ['(BODY BODYSTRUCTURE ENVELOPE)', [{ name: 'BODY' }, { name: 'BODYSTRUCTURE' }, { name: 'ENVELOPE' }]],
    ['body.peek[1.MIME]<0.100>', [{ name: 'BODY.PEEK[]', section: { part: [1], text: { type: 'MIME' } }, partial: { origin: 0, octetCount: 100 } }]],
    ['(FLAGS BODY[HEADER.FIELDS (DATE FROM)])', [{ name: 'FLAGS' }, { name: 'BODY[]', section: { part: [], text: { type: 'HEADER.FIELDS', fields: ['DATE', 'FROM'] } }, partial: undefined }]],
    ['(RFC822 RFC822.HEADER RFC822.TEXT)', [{ name: 'RFC822' }, { name: 'RFC822.HEADER' }, { name: 'RFC822.TEXT' }]],
  ])('rfc9051 6.4.5: %s', (wire, requests) => {
    expect(read(wire)).toEqual(requests);
  });

  test.each(['', '()', 'NONSENSE', '(FLAGS NONSENSE)', '(FLAGS', 'BODY[', 'BODY[1]<0>', 'BODY.PEEK', '(ALL)', '(FLAGS ALL)', 'ALLES', 'FLAGS[]'])('rfc9051 6.4.5: %j is refused', (wire) => {
    const reader = readerOf(wire);
    readFetchRequests(reader);
    reader.finish();
    expect(reader.failure).toBeDefined();
  });
});

describe('writing', () => {
  test('a macro or an item of IMAP alone needs no list', () => {
    expect(write({ name: 'FULL' })).toBe('FULL');
    expect(write({ name: 'ENVELOPE' })).toBe('ENVELOPE');
    expect(write(sectionRequest(''))).toBe('BODY.PEEK[]');
    expect(write({ name: 'UID' }, { name: 'FLAGS' })).toBe('(UID FLAGS)');
  });

  test('sections with partials, with `\\Seen` or without', () => {
    expect(write(sectionRequest('1.2.HEADER', { peek: false, partial: { origin: 10, octetCount: 20 } }))).toBe('BODY[1.2.HEADER]<10.20>');
    expect(write(sectionRequest({ part: [1], text: { type: 'HEADER.FIELDS', fields: ['X Y', 'to'] } }))).toBe('BODY.PEEK[1.HEADER.FIELDS ("X Y" to)]');
  });

  test.each<[string, FetchRequest[]]>([
    ['nothing', []],
    ['a macro among others', [{ name: 'ALL' }, { name: 'UID' }]],
    ['an unknown item', [{ name: 'NONSENSE' } as unknown as FetchRequest]],
  ])('%s throws a TypeError', (_, requests) => {
    expect(() => write(...requests)).toThrow(TypeError);
  });

  test('a section that is none throws a TypeError', () => {
    expect(() => sectionRequest('1.2]')).toThrow(TypeError);
  });
});

test('rfc9051 6.4.5: what the macros stand for', () => {
  const names = (...requests: FetchRequest[]) => expandMacros(requests).map(({ name }) => name);
  expect(names({ name: 'FAST' })).toEqual(['FLAGS', 'INTERNALDATE', 'RFC822.SIZE']);
  expect(names({ name: 'ALL' })).toEqual(['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE']);
  expect(names({ name: 'FULL' })).toEqual(['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY']);
  expect(names({ name: 'UID' })).toEqual(['UID']);
});
