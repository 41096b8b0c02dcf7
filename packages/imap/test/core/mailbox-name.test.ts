import { encodeLatin1, encodeUtf8, latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { CLIENT_LIMITS } from '../../src/limits.ts';
import { decodeMailboxName, encodeMailboxName, readListMailbox, readMailbox, readMailboxString, writeListMailbox, writeMailbox, writeMailboxString } from '../../src/mailbox-name.ts';
import { ValueReader } from '../../src/value-reader.ts';
import { ValueWriter } from '../../src/value-writer.ts';
import { joinPieces } from './wire-text.ts';

function written(write: (writer: ValueWriter, name: string) => void, name: string, utf8: boolean): Uint8Array {
  const writer = new ValueWriter(utf8);
  write(writer, name);
  return joinPieces(writer.finish()).slice(0, -2);
}

function read(readName: (reader: ValueReader) => string, octets: Uint8Array, utf8: boolean): string {
  const reader = new ValueReader({ octets, streamed: [], complete: true }, CLIENT_LIMITS, utf8);
  const name = readName(reader);
  reader.finish();
  return reader.failure === undefined ? name : `failed: ${reader.failure.expected}`;
}

describe('modified UTF-7', () => {
  test.each([
    ['~peter/mail/台北/日本語', '~peter/mail/&U,BTFw-/&ZeVnLIqe-'],
    ['Entwürfe', 'Entw&APw-rfe'],
    ['a&b', 'a&-b'],
    ['&', '&-'],
    ['Отправленные', '&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-'],
    ['☺!', '&Jjo-!'],
    ['😀', '&2D3eAA-'],
    ['tab\there', 'tab&AAk-here'],
    ['', ''],
  ])('rfc3501 5.1.3: %s <-> %s', (name, wire) => {
    expect(encodeMailboxName(name)).toBe(wire);
    expect(decodeMailboxName(wire)).toBe(name);
  });

  test.each(['a&b', '&', '&Jjo', '&Jjo!', '&AGE-', '&Jjo-&Jjo-', '&#-', 'x&A-', '&Jjp-&'])('rfc3501 5.1.3: %s is none -> it stays as it is, so that the server gets back what it sent', (wire) => {
    expect(decodeMailboxName(wire)).toBe(wire);
  });
});

describe('names on the wire', () => {
  test.each([
    ['inbox', false, 'INBOX'],
    ['Inbox/Sub', false, 'Inbox/Sub'],
    ['with blank', false, '"with blank"'],
    ['"quoted\\"', false, '"\\"quoted\\\\\\""'],
    ['', false, '""'],
    ['NIL', false, '"NIL"'],
    ['Entwürfe', false, 'Entw&APw-rfe'],
    ['Entwürfe', true, latin1(encodeUtf8('"Entwürfe"'))],
    ['a&b', true, 'a&b'],
    ['wild*%', false, '"wild*%"'],
  ])('rfc9051 5.1: %s, UTF-8 %s -> %s', (name, utf8, wire) => {
    expect(latin1(written(writeMailbox, name, utf8))).toBe(wire);
  });

  test('rfc9051 6.3.9: a pattern keeps its wildcards without quotes', () => {
    expect(latin1(written(writeListMailbox, 'Entwürfe/*', false))).toBe('Entw&APw-rfe/*');
    expect(read(readListMailbox, encodeLatin1('INBOX/%'), false)).toBe('INBOX/%');
    expect(read(readListMailbox, encodeLatin1('""'), false)).toBe('');
  });

  test.each(['a\rb', 'a\nb', 'a\0b', 'a\ud800b'])('%j -> a TypeError, never cleaned', (name) => {
    for (const write of [writeMailbox, writeListMailbox, writeMailboxString]) expect(() => written(write, name, true)).toThrow(TypeError);
  });

  test('read(write(name)) is the name, for names of all kinds of characters', () => {
    const random = new SeededRandom(21);
    const alphabet = [...'ab&-,/."\\ *%(){}[]~\u007f\täßж日本語', '😀', 'INBOX', 'NIL', '\u0080', '\uffff'];
    for (let round = 0; round < 1000; round++) {
      const name = Array.from({ length: random.integer(0, 8) }, () => random.pick(alphabet)).join('');
      const utf8 = random.chance(0.5);
      if (name.toUpperCase() === 'INBOX') continue;
      expect(read(readMailbox, written(writeMailbox, name, utf8), utf8)).toBe(name);
      expect(read(readListMailbox, written(writeListMailbox, name, utf8), utf8)).toBe(name);
      expect(read(readMailboxString, written(writeMailboxString, name, utf8), utf8)).toBe(name);
    }
  });
});
