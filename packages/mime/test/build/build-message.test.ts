import { describe, expect, test } from 'vitest';
import { mailbox } from '@mailwright/address';
import type { AddressInput, MessageInput } from '@mailwright/mime';
import { buildMessage, decodeEncodedWords, decodeQuotedPrintable, findField, parseHeaders, summarizeMessage } from '@mailwright/mime';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { decodeTransfer, parseTransferEncoding } from '../../src/coding/transfer-codec.ts';
import { formatUnstructured } from '../../src/header/header-writer.ts';

const text = (octets: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(octets);
const BASE = { from: 'jane@example.com', date: Date.UTC(2026, 0, 2, 3, 4, 5), messageId: '1@example.com' } as const;
const build = (more: Partial<MessageInput> = {}): string => text(buildMessage({ ...BASE, ...more }).octets());
const valueOf = (message: string, name: string): string => findField(parseHeaders(new TextEncoder().encode(message)), name)!.text;

describe('a message as it is written', () => {
  test('plain text', () => {
    expect(build({ from: 'Jane Doe <jane@example.com>', to: ['joe@example.net', { name: 'Smith, Ann', address: 'ann@example.org' }], subject: 'Hello', text: 'Hi Joe,\n\nbye' })).toBe(
      [
        'Date: Fri, 2 Jan 2026 03:04:05 +0000', 'From: Jane Doe <jane@example.com>', 'To: joe@example.net, "Smith, Ann" <ann@example.org>', 'Message-ID: <1@example.com>',
        'Subject: Hello', 'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 7bit', '', 'Hi Joe,', '', 'bye', '',
      ].join('\r\n'),
    );
  });

  test('text and HTML', () => {
    expect(build({ subject: 'Hëllo', text: 'Grüße\n', html: '<p>Grüße</p>', boundary: '=_edge', headers: { 'X-Mailer': 'mailwright' } })).toBe(
      [
        'Date: Fri, 2 Jan 2026 03:04:05 +0000', 'From: jane@example.com', 'Message-ID: <1@example.com>', 'Subject: =?utf-8?Q?H=C3=ABllo?=', 'X-Mailer: mailwright', 'MIME-Version: 1.0',
        'Content-Type: multipart/alternative; boundary="=_edge"', '',
        '--=_edge', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: quoted-printable', '', 'Gr=C3=BC=C3=9Fe', '', '--=_edge',
        'Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: quoted-printable', '', '<p>Gr=C3=BC=C3=9Fe</p>', '--=_edge--', '',
      ].join('\r\n'),
    );
  });

  test('HTML alone, nothing at all, a zone, all address fields', () => {
    expect(build({ html: '<p>Hi</p>' })).toContain('\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n<p>Hi</p>\r\n');
    expect(build()).toMatch(/\r\nContent-Transfer-Encoding: 7bit\r\n\r\n$/);
    expect(build({ date: new Date(BASE.date), offsetMinutes: -330 })).toContain('Date: Thu, 1 Jan 2026 21:34:05 -0530\r\n');
    const message = build({ from: ['a@example.com', 'b@example.com'], sender: 'c@example.com', replyTo: 'd@example.com', cc: ['e@example.com'] });
    expect(message).toContain('From: a@example.com, b@example.com\r\nSender: c@example.com\r\nReply-To: d@example.com\r\nCc: e@example.com\r\n');
  });

  test('the same seed gives the same octets', () => {
    const once = (): string => build({ text: 'a', html: '<p>a', boundary: new SeededRandom(7) });
    expect(once()).toBe(once());
    expect(once()).toMatch(/boundary="=_[0-9a-f]{24}"/);
  });
});

describe('bodies', () => {
  test.each([
    ['ASCII', 'a\tb', '7bit'],
    ['line ends of three customs', 'a\nb\rc\r\nd', '7bit'],
    ['a line of 998 octets', 'x'.repeat(998), '7bit'],
    ['a line of 999 octets', 'x'.repeat(999), 'quoted-printable'],
    ['UTF-8', 'ü', 'quoted-printable'],
    ['a space at the end of a line', 'a \nb', 'quoted-printable'],
    ['"From " at the beginning of a line', 'a\nFrom b', 'quoted-printable'],
    ['a control', 'a\x07b', 'quoted-printable'],
    ['a dot alone', '.\n..\n', '7bit'],
  ])('%s -> %3$s', (_, body, encoding) => {
    const octets = buildMessage({ ...BASE, text: body }).octets();
    const message = text(octets);
    expect(valueOf(message, 'Content-Transfer-Encoding')).toBe(encoding);
    const content = octets.subarray(parseHeaders(octets).bodyOffset);
    const decoded = text(encoding === '7bit' ? content : decodeQuotedPrintable(content));
    const expected = body.replace(/\r\n|\r|\n/g, '\r\n');
    expect(decoded).toBe(expected.endsWith('\r\n') ? expected : `${expected}\r\n`);
  });

  test('generated bodies read back as they were, in lines of CRLF without a bare CR or LF', () => {
    const random = new SeededRandom(2046);
    for (let round = 0; round < 300; round++) {
      const body = `${random.text('abc =.\nFrom \täüß漢', random.integer(0, 400))}x\n`;
      const octets = buildMessage({ ...BASE, text: body }).octets();
      const message = text(octets);
      expect(message.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      for (const line of message.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
      const content = octets.subarray(parseHeaders(octets).bodyOffset);
      const plain = decodeTransfer(parseTransferEncoding(valueOf(message, 'Content-Transfer-Encoding'))!, content).octets;
      expect(text(plain)).toBe(body.replaceAll('\n', '\r\n'));
    }
  });

  test('a drawn boundary that occurs in a part is drawn again', () => {
    const octets = (first: number) => new Uint8Array(12).fill(first);
    let draws = 0;
    const random = { octets: () => octets(draws++ === 0 ? 0xaa : 0xbb) };
    const message = build({ text: `--=_${'aa'.repeat(12)}`, html: '<p>', boundary: random });
    expect(message).toContain(`boundary="=_${'bb'.repeat(12)}"`);
    expect(draws).toBe(2);
  });
});

describe('header fields', () => {
  const unfold = (field: string): string => field.slice(field.indexOf(':') + 1, -2).replaceAll('\r\n', '').slice(1);

  test('rfc5322 2.1.1: folded at 78 columns between tokens, the first line never empty', () => {
    const subject = 'The quick brown fox jumps over the lazy dog and then it jumps back again over the very same dog';
    expect(build({ subject })).toContain('Subject: The quick brown fox jumps over the lazy dog and then it jumps back\r\n again over the very same dog\r\n');
    const url = `<https://example.com/${'x'.repeat(200)}>`;
    expect(build({ headers: { 'List-Unsubscribe': url } })).toContain(`List-Unsubscribe: ${url}\r\n`);
  });

  test('rfc2047 2: a long subject in another script: words of 75 characters, lines of 78', () => {
    const subject = '漢字かな交じり文をとても長くしたもの'.repeat(8);
    const field = formatUnstructured('Subject', subject);
    for (const line of field.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78);
    expect(field).toMatch(/^Subject: =\?utf-8\?B\?/);
    expect(decodeEncodedWords(unfold(field))).toBe(subject);
  });

  test.each([
    ['', 'Subject:\r\n'],
    ['a', 'Subject: a\r\n'],
    ['a =?utf-8?Q?b?= c', 'Subject: a =?utf-8?Q?=3D=3Futf-8=3FQ=3Fb=3F=3D?= c\r\n'],
    [' a', 'Subject: =?utf-8?Q?_a?=\r\n'],
    ['a ', 'Subject: =?utf-8?Q?a_?=\r\n'],
    ['one ü two', 'Subject: one =?utf-8?B?w7w=?= two\r\n'],
  ])('%j', (subject, field) => {
    expect(formatUnstructured('Subject', subject)).toBe(field);
  });

  test('generated texts read back as they were', () => {
    const random = new SeededRandom(5322);
    const pieces = ['a', 'word', 'a-rather-long-word-of-text', ' ', '  ', '\t', 'ü', '漢字', '😀', '=?utf-8?q?x?=', '=?', 'x'.repeat(950), ',', '"', '\x07', '\ufeff'];
    for (let round = 0; round < 1000; round++) {
      const value = Array.from({ length: random.integer(0, 25) }, () => random.pick(pieces)).join('');
      const field = formatUnstructured(random.pick(['Subject', 'X-A-Rather-Long-Name-Of-A-Field-That-Nearly-Fills-The-First-Line-Of-It-All']), value);
      expect(decodeEncodedWords(unfold(field))).toBe(value);
      for (const line of field.slice(0, -2).split('\r\n')) {
        expect(line).toMatch(/^[\t\x20-\x7e]+$/);
        expect(line.length).toBeLessThanOrEqual(998);
        if (!line.includes('xxx') && !line.startsWith('X-')) expect(line.length).toBeLessThanOrEqual(78);
        expect(line.trim()).not.toBe('');
      }
    }
  });
});

describe('addresses', () => {
  test.each<[string, AddressInput, string]>([
    ['alone', 'jane@example.com', 'jane@example.com'],
    ['a Mailbox', mailbox('jane doe', 'example.com'), '"jane doe"@example.com'],
    ['atoms', { name: 'Jane Doe', address: 'jane@example.com' }, 'Jane Doe <jane@example.com>'],
    ['a comma', { name: 'Doe, Jane', address: 'jane@example.com' }, '"Doe, Jane" <jane@example.com>'],
    ['quotes and backslashes', { name: 'a "b" \\c', address: 'jane@example.com' }, '"a \\"b\\" \\\\c" <jane@example.com>'],
    ['angle brackets in a name', { name: '<evil@example.net>', address: 'jane@example.com' }, '"<evil@example.net>" <jane@example.com>'],
    ['a name in UTF-8', { name: 'Jörg', address: 'jane@example.com' }, '=?utf-8?Q?J=C3=B6rg?= <jane@example.com>'],
    ['a name that looks like an encoded word', { name: '=?utf-8?Q?x?=', address: 'jane@example.com' }, '=?utf-8?Q?=3D=3Futf-8=3FQ=3Fx=3F=3D?= <jane@example.com>'],
    ['an empty name', { name: '', address: 'jane@example.com' }, 'jane@example.com'],
    ['a text with a name', '"Doe, Jane" <jane@example.com>', '"Doe, Jane" <jane@example.com>'],
    ['a domain in UTF-8 goes out in ASCII', 'jane@exämple.com', 'jane@xn--exmple-cua.com'],
    ['a local part in UTF-8 can only go out as it is', 'jörg@exämple.com', 'jörg@exämple.com'],
  ])('%s', (_, input, written) => {
    expect(valueOf(build({ to: input }), 'To')).toBe(written);
  });

  test('many addresses are folded between them, a long name inside of itself, and all read back', () => {
    const to = Array.from({ length: 40 }, (_, index) => ({ name: index % 3 === 0 ? `Nümber ${index} ${'ö'.repeat(index)}` : `Number ${index}, the one`, address: `user${index}@example.com` }));
    const octets = buildMessage({ ...BASE, to }).octets();
    for (const line of text(octets).split('\r\n')) expect(line.length).toBeLessThanOrEqual(78);
    expect(summarizeMessage(octets).to).toEqual(to);
  });

  test('generated names read back as they were', () => {
    const random = new SeededRandom(6854);
    const pieces = ['a', 'Jane', ' ', ',', '"', '\\', '<', '>', '@', '(', ')', 'ü', '漢', '😀', '=?utf-8?q?x?=', '.', ';', ':', '\t', '\x07', 'longer-than-that-'];
    for (let round = 0; round < 500; round++) {
      const name = Array.from({ length: random.integer(1, 12) }, () => random.pick(pieces)).join('');
      const octets = buildMessage({ ...BASE, to: { name, address: 'jane@example.com' } }).octets();
      expect(summarizeMessage(octets).to).toEqual([{ name: name, address: 'jane@example.com' }]);
    }
  });
});

describe('mistakes of the caller', () => {
  const INJECTED = ['\r', '\n', '\0', '\r\nBcc: evil@example.net'];

  test.each<[string, (bad: string) => Partial<MessageInput>]>([
    ['from', (bad) => ({ from: `jane@example.com${bad}` })],
    ['an address', (bad) => ({ to: { address: `jane${bad}@example.com` } })],
    ['a display name', (bad) => ({ to: { name: `Jane${bad}`, address: 'jane@example.com' } })],
    ['a display name in a text', (bad) => ({ to: `Jane${bad} <jane@example.com>` })],
    ['subject', (bad) => ({ subject: `Hello${bad}` })],
    ['the name of a field', (bad) => ({ headers: { [`X-A${bad}`]: 'b' } })],
    ['the value of a field', (bad) => ({ headers: [['X-A', `b${bad}`]] })],
    ['messageId', (bad) => ({ messageId: `<1@example.com${bad}>` })],
    ['boundary', (bad) => ({ text: '', html: '', boundary: `edge${bad}` })],
  ])('CR, LF or NUL in %s -> TypeError', (_, input) => {
    for (const bad of INJECTED) expect(() => build(input(bad))).toThrow(TypeError);
  });

  test.each<[string, Partial<MessageInput>]>([
    ['no author', { from: [] }],
    ['two authors without a sender', { from: ['a@example.com', 'b@example.com'] }],
    ['no address', { to: 'Jane' }],
    ['two addresses in one text', { to: 'a@example.com, b@example.com' }],
    ['a group', { to: 'friends: a@example.com;' }],
    ['an obsolete form', { to: 'Jane Q. Doe <jane . doe@example.com>' }],
    ['a domain that is none', { to: 'jane@exa_mple..com' }],
    ['a NUL in text', { text: 'a\0b' }],
    ['a NUL in HTML', { html: 'a\0b' }],
    ['a field of its own through headers', { headers: { subject: 'x' } }],
    ['Bcc', { headers: { Bcc: 'x@example.com' } }],
    ['a field about the body', { headers: { 'Content-Disposition': 'inline' } }],
    ['a field name with a colon', { headers: { 'X:': 'a' } }],
    ['a field name with a space', { headers: { 'X Y': 'a' } }],
    ['a field name that is empty', { headers: { '': 'a' } }],
    ['a value that is not a string', { headers: { 'X-A': 1 as unknown as string } }],
    ['a boundary that occurs', { text: '--edge', html: 'b', boundary: 'edge' }],
    ['a boundary of 71 characters', { text: 'a', html: 'b', boundary: 'x'.repeat(71) }],
    ['a boundary with a quote', { text: 'a', html: 'b', boundary: 'a"b' }],
    ['chance that stands still', { text: `--=_${'00'.repeat(12)}`, html: 'b', boundary: { octets: (count) => new Uint8Array(count) } }],
    ['a Message-ID without an at sign', { messageId: 'one' }],
    ['a field name that fills the line', { headers: { ['X'.repeat(1000)]: 'a' } }],
  ])('%s -> TypeError', (_, input) => {
    expect(() => build(input)).toThrow(TypeError);
  });

  test.each([['2026-01-02'], [undefined], [null], [true]])('%j in the place of a date -> TypeError', (date) => {
    expect(() => build({ date: date as unknown as Date })).toThrow(/^date is a Date or milliseconds since 1970/);
  });

  test.each([['filename', 'fileName'], ['contentType', 'mediaType'], ['cid', 'contentId'], ['encoding', 'transferEncoding'], ['contentDisposition', 'disposition']])('an attachment with the option %s of other libraries -> TypeError that names ours', (theirs, ours) => {
    expect(() => build({ attachments: [{ content: 'x', [theirs]: 'y' } as never] })).toThrow(`attachments[0].${theirs} is not an option: it is ${ours} here`);
  });

  test('a date that is none -> RangeError', () => {
    expect(() => build({ date: new Date(Number.NaN) })).toThrow(RangeError);
  });
});
