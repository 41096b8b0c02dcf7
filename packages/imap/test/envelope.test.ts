import { describe, expect, test } from 'vitest';
import { writeEnvelope } from '../src/envelope-encode.ts';
import { readEnvelope } from '../src/envelope-parse.ts';
import type { Envelope } from '../src/envelope.ts';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { readAll, readerOf, written, writtenText } from './fetch/frames.ts';
import { anyEnvelope } from './fetch/generate.ts';

const NOBODY = { from: [], sender: [], replyTo: [], to: [], cc: [], bcc: [] };
const EMPTY: Envelope = { date: undefined, subject: undefined, ...NOBODY, inReplyTo: undefined, messageId: undefined };
const read = (wire: string) => readAll(wire, readEnvelope);
const person = (mailbox: string, name?: string) => ({ name, route: undefined, mailbox, host: 'x.org' });

describe('the grammar', () => {
  test('rfc9051 7.5.2: the example: every field, groups of addresses, From shared with Sender and Reply-To', () => {
    const from = '(("Terry Gray" NIL "gray" "cac.washington.edu"))';
    const envelope = read(
      `("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev2 WG mtg summary and minutes" ${from} ${from} ${from} ((NIL NIL "imap" "cac.washington.edu")) `
      + '((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU")) NIL NIL "<B27397-0100000@cac.washington.ed>")',
    )!;
    const gray = { name: 'Terry Gray', route: undefined, mailbox: 'gray', host: 'cac.washington.edu' };
    expect(envelope).toEqual({
      date: 'Wed, 17 Jul 1996 02:23:25 -0700 (PDT)',
      subject: 'IMAP4rev2 WG mtg summary and minutes',
      from: [gray], sender: [gray], replyTo: [gray],
      to: [{ name: undefined, route: undefined, mailbox: 'imap', host: 'cac.washington.edu' }],
      cc: [
        { name: undefined, route: undefined, mailbox: 'minutes', host: 'CNRI.Reston.VA.US' },
        { name: 'John Klensin', route: undefined, mailbox: 'KLENSIN', host: 'MIT.EDU' },
      ],
      bcc: [], inReplyTo: undefined, messageId: '<B27397-0100000@cac.washington.ed>',
    });
    expect(envelope.sender).toBe(envelope.from);
  });

  test('rfc3501 7.4.2: every string as a literal, blanks between addresses', () => {
    const envelope = read('({4}\r\ndate {3}\r\na"b (({1}\r\nN NIL {1}\r\nm {5}\r\nx.org) (NIL NIL "k" "x.org")) NIL NIL NIL NIL NIL NIL {2}\r\nid)');
    expect(envelope).toEqual({ ...EMPTY, date: 'date', subject: 'a"b', from: [person('m', 'N'), person('k')], messageId: 'id' });
  });

  test('a Sender that begins as From does is read for itself', () => {
    const envelope = read('(NIL NIL ((NIL NIL "a" "x.org")) ((NIL NIL "a" "x.org")(NIL NIL "b" "x.org")) ((NIL NIL "a" "x.or")) NIL NIL NIL NIL NIL)')!;
    expect(envelope.sender).toEqual([person('a'), person('b')]);
    expect(envelope.replyTo).toEqual([{ ...person('a'), host: 'x.or' }]);
  });

  test('texts are as sent: encoded words stay, UTF-8 is read, what is none is Latin-1, escapes are taken out', () => {
    expect(read('(NIL "=?utf-8?Q?=C3=A9?=" NIL NIL NIL NIL NIL NIL NIL NIL)')!.subject).toBe('=?utf-8?Q?=C3=A9?=');
    expect(read('(NIL "Grüße" NIL NIL NIL NIL NIL NIL NIL NIL)')!.subject).toBe('Grüße');
    expect(read('(NIL "a \\"b\\" \\\\c" NIL NIL NIL NIL NIL NIL NIL NIL)')!.subject).toBe('a "b" \\c');
    const latin = Uint8Array.from('(NIL "Gr\u00fc\u00dfe" NIL NIL NIL NIL NIL NIL NIL NIL)', (character) => character.charCodeAt(0));
    expect(readAll(latin, readEnvelope)!.subject).toBe('Grüße');
  });

  test('rfc9051 7.5.2: a group is told by addresses without a host', () => {
    const { to } = read('(NIL NIL NIL NIL NIL ((NIL NIL "friends" NIL)(NIL NIL "a" "x.org")(NIL NIL NIL NIL)) NIL NIL NIL NIL)')!;
    expect(to.map(({ mailbox, host }) => [mailbox, host])).toEqual([['friends', undefined], ['a', 'x.org'], [undefined, undefined]]);
  });

  test('NIL is no envelope', () => {
    expect(read('NIL')).toBeUndefined();
  });

  test.each(['', '"text"', '(', '(NIL', '(NIL NIL ((NIL NIL "a"', '12', '(NIL "open'])('%j fails', (wire) => {
    const reader = readerOf(wire);
    readEnvelope(reader);
    expect(reader.failure).toBeDefined();
  });
});

describe('what servers send', () => {
  test('Exchange: nine fields, no Message-ID', () => {
    expect(read('("d" "s" ((NIL NIL "a" "x.org")) NIL NIL NIL NIL NIL NIL)')).toEqual({ ...EMPTY, date: 'd', subject: 's', from: [person('a')] });
  });

  test('Courier: more than ten fields', () => {
    expect(read('("d" "s" NIL NIL NIL NIL NIL NIL NIL "id" NIL ("extra"))')).toEqual({ ...EMPTY, date: 'd', subject: 's', messageId: 'id' });
  });

  test('a subject alone, nothing at all, empty lists', () => {
    expect(read('("d")')).toEqual({ ...EMPTY, date: 'd' });
    expect(read('()')).toEqual(EMPTY);
    expect(read('(NIL NIL () () () () () () NIL NIL)')).toEqual(EMPTY);
  });

  test('GroupWise: a NIL among the addresses of a list', () => {
    const list = '(NIL ("Name" NIL "m" "x.org"))';
    const envelope = read(`("d" "s" ${list} ${list} ((NIL NIL "r" "x.org")) NIL NIL NIL NIL "id")`)!;
    expect([envelope.from, envelope.sender, envelope.replyTo, envelope.messageId]).toEqual([[person('m', 'Name')], [person('m', 'Name')], [person('r')], 'id']);
  });

  test('a single address without its list, blanks inside an address', () => {
    expect(read('("d" "s" ("Name" NIL "m" "x.org") NIL NIL (( NIL  NIL "t" "x.org" )) NIL NIL NIL "id")')).toEqual({
      ...EMPTY, date: 'd', subject: 's', from: [person('m', 'Name')], to: [person('t')], messageId: 'id',
    });
  });

  test('Mail.ru: quotes inside a subject and a name that nobody escaped', () => {
    const envelope = read('("d" "Re: "hello" dear world" (("The "big" one" NIL "m" "x.org")) NIL NIL NIL NIL NIL NIL "id")')!;
    expect(envelope.subject).toBe('Re: "hello" dear world');
    expect(envelope.from[0]!.host).toBe('x.org');
    expect(envelope.from[0]!.mailbox).toBe('m');
    expect(envelope.messageId).toBe('id');
  });

  test('a literal whose count is of characters, not octets: the name goes on behind it', () => {
    const envelope = read('("d" "s" (({9}\r\nРецепция Офис NIL "facility" "x.org")) NIL NIL ((NIL NIL "t" "x.org")) NIL NIL NIL "id")')!;
    expect(envelope.from).toEqual([{ name: 'Рецепция Офис', route: undefined, mailbox: 'facility', host: 'x.org' }]);
    expect(envelope.to).toEqual([person('t')]);
  });

  test('the same where the count ends at a blank and quotes follow', () => {
    const envelope = read('("d" "s" (({38}\r\nРецепция Офис сграда "Данаил Дечев" №6 NIL "facility" "x.org")) NIL NIL NIL NIL NIL NIL "id")')!;
    expect(envelope.from).toEqual([{ name: 'Рецепция Офис сграда Данаил Дечев №6', route: undefined, mailbox: 'facility', host: 'x.org' }]);
  });

  test('texts where addresses belong are left out, lists where texts belong too', () => {
    expect(read('((x) "s" NIL "who" NIL NIL NIL NIL (y) "id")')).toEqual({ ...EMPTY, subject: 's', messageId: 'id' });
  });

  test('dates that are none stay as they are', () => {
    expect(read('("not a date" "Subj" NIL NIL NIL NIL NIL NIL NIL NIL)')).toEqual({ ...EMPTY, date: 'not a date', subject: 'Subj' });
  });
});

describe('writing', () => {
  test('no addresses are NIL, no blank stands between two', () => {
    const wire = writtenText((writer) => writeEnvelope(writer, { ...EMPTY, subject: 'a "b"', to: [person('a'), person('b', 'B')] }));
    expect(wire).toBe('(NIL "a \\"b\\"" NIL NIL NIL ((NIL NIL "a" "x.org")("B" NIL "b" "x.org")) NIL NIL NIL NIL)');
  });

  test('a line end is written as a literal, NUL throws', () => {
    expect(writtenText((writer) => writeEnvelope(writer, { ...EMPTY, subject: 'a\r\nb' }))).toBe('(NIL {4}\r\na\r\nb NIL NIL NIL NIL NIL NIL NIL NIL)');
    expect(() => writtenText((writer) => writeEnvelope(writer, { ...EMPTY, subject: 'a\0b' }))).toThrow(TypeError);
  });

  test('inverse: what is written is read as it was, 400 generated envelopes, with and without UTF-8', () => {
    const random = new SeededRandom(2);
    for (let round = 0; round < 400; round++) {
      const envelope = anyEnvelope(random);
      expect(readAll(written((writer) => writeEnvelope(writer, envelope), round % 2 === 0), readEnvelope)).toEqual(envelope);
    }
  });
});
