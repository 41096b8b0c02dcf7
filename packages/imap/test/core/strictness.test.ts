/** What peers and callers give that must be refused or contained: values nobody could say again, words that would break out of their place, work that grows with the square. */
import { describe, expect, test } from 'vitest';
import type { Command } from '../../src/command.ts';
import { encodeCommand } from '../../src/command-encode.ts';
import { type Section, writeSection } from '../../src/section.ts';
import { encodeResponse } from '../../src/response-encode.ts';
import { makeParameters } from '../../src/make-values.ts';
import { isSecret, redactCommand } from '../../src/transcript/redact.ts';
import { ValueWriter } from '../../src/value-writer.ts';
import { readCommand, readResponse, wireText } from './wire-text.ts';

const refused = (command: unknown, utf8: boolean = false) => (): unknown => encodeCommand('A1', command as Command, utf8);

describe('linear work', () => {
  test.each(['ENVELOPE ("x"y) ', 'BODYSTRUCTURE ("x"y) ', 'X ("x"y) '])('a line full of %s whose quotes never end -> each is contained, before the test runs out of time', (item) => {
    const count = 30_000; // 30 s and more where each quote is looked for to the end
    expect(readResponse(`* 1 FETCH (${item.repeat(count)}UID 5)`)).toMatchObject({ type: 'data', data: { data: { uid: 5 } } });
  });

  test('behind many quotes that never end, proper strings are read', () => {
    expect(readResponse(`* 1 FETCH (${'X ("x"y) '.repeat(50)}Z {1}\r\na BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1))`)).toMatchObject({ data: { data: { bodyStructure: { kind: 'text', octetCount: 5 } } } });
  });
});

describe('what is read could be written again', () => {
  test.each(['+9900', '+2400', '-0160'])('rfc9051 9: a zone of %s -> no date-time', (zone) => {
    expect(readCommand(`A APPEND x "01-Jan-2020 00:00:00 ${zone}" {1+}\r\na`).ok).toBe(false);
    expect(readResponse(`* 1 FETCH (UID 5 INTERNALDATE "01-Jan-2020 00:00:00 ${zone}")`)).toMatchObject({ data: { data: { uid: 5, internalDate: undefined, invalid: [{ name: 'INTERNALDATE' }] } } });
  });

  test.each(['/a//b', '//a', '/', '/a/', '/a*', '/\xe4'])('rfc5464 3.2: the entry %s -> refused', (entry) => {
    expect(readCommand(`A GETMETADATA INBOX "${entry}"`).ok).toBe(false);
    expect(refused({ name: 'GETMETADATA', mailbox: '', entries: [entry], maxSizeOctets: undefined, depth: undefined })).toThrow(TypeError);
  });

  test('rfc4959 3: "=" is an empty initial response, and nothing stands behind it', () => {
    expect(readCommand('A AUTHENTICATE PLAIN =')).toMatchObject({ ok: true, command: { initialResponse: new Uint8Array(0) } });
    expect(readCommand('A AUTHENTICATE PLAIN =AAAA').ok).toBe(false);
  });

  test.each(['1 2 (1 1) 5', '1 2 5 6', '1 2 (1 1) (2 2)'])('rfc7162 3.2.5: QRESYNC (%s) -> refused', (state) => {
    expect(readCommand(`A SELECT x (QRESYNC (${state}))`).ok).toBe(false);
  });

  test('rfc9051 6.3.9.7: OLDNAME again and again takes no depth', () => {
    expect(readResponse(`* LIST () "/" x (${'"OLDNAME" ("y") '.repeat(100)})`)).toMatchObject({ type: 'data', data: { oldName: 'y' } });
  });
});

describe('what callers give that has no form', () => {
  test.each<[string, () => unknown]>([
    ['rfc9051 6.4.5: a section type that is none', () => writeSection(new ValueWriter(false), { part: [], text: { type: 'TEXT] BODY[' } } as unknown as Section)],
    ['rfc5464 4.2.2: a depth that is none', refused({ name: 'GETMETADATA', mailbox: '', entries: ['/a'], maxSizeOctets: undefined, depth: '1) x' })],
    ['rfc5464 4.3: a code METADATA about something else', () => encodeResponse({ type: 'status', status: 'NO', code: { name: 'METADATA', about: 'X]' as 'TOOMANY', octetCount: undefined }, text: '' }, false)],
    ['rfc4314 3.1: a change of rights that is none', refused({ name: 'SETACL', mailbox: 'x', identifier: 'y', change: 'set', rights: ['l'] })],
    ['rfc9051 9: a lone surrogate in a quoted string', refused({ name: 'LOGIN', user: '\ud800', password: 'x' }, true)],
    ['rfc9051 9: a lone surrogate in a literal', refused({ name: 'LOGIN', user: 'a\udc00', password: 'x' })],
    ['rfc3501 6.4.4: a text that the charset does not name for', refused({ name: 'SEARCH', uid: true, returnOptions: undefined, charset: 'KOI8-R', search: { key: 'SUBJECT', value: '\u0436' } })],
  ])('%s -> a TypeError', (_what, write) => {
    expect(write).toThrow(TypeError);
  });

  test('rfc9755 3: a pair of surrogates is one character of a quoted string', () => {
    expect(encodeCommand('A', { name: 'LOGIN', user: '\u{1f600}', password: 'x' }, true)).toEqual(['A LOGIN "\u{1f600}" x']);
  });

  test('rfc3501 6.4.4: a text of ASCII goes with any charset', () => {
    expect(wireText(encodeCommand('A', { name: 'SEARCH', uid: false, returnOptions: makeParameters('SEARCH-RETURN', {}), charset: 'KOI8-R', search: { key: 'SUBJECT', value: 'x' } }, false))).toBe('A SEARCH RETURN () CHARSET KOI8-R SUBJECT x');
  });

  test('rfc2971 3.3: the limits of ID are octets, not characters', () => {
    expect(refused({ name: 'ID', fields: new Map([['name', '\u20ac'.repeat(342)]]) })).toThrow(RangeError);
    expect(refused({ name: 'ID', fields: new Map([['name', '\u20ac'.repeat(341)]]) })).not.toThrow();
  });
});

test.each([['LOGIN bob secret', 'LOGIN bob ***'], ['authenticate PLAIN AGFubgBzZWNyZXQ=', 'authenticate PLAIN ***']])('transcripts: %s, without its tag -> %s', (line, shown) => {
  expect(isSecret(line)).toBe(true);
  expect(redactCommand(line)).toBe(shown);
});

