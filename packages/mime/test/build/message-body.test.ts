import { describe, expect, test } from 'vitest';
import type { MessageInput } from '@mailwright/mime';
import { buildMessage, findParameter, parseMessage, part } from '@mailwright/mime';
import { BASE, octetsOf, parse, shapeOf, textOf } from './read-back.ts';

const PNG = { contentId: 'logo@example.com', fileName: 'logo.png', content: new Uint8Array([0x89, 0x50]) };
const PDF = { fileName: 'a.pdf', content: new Uint8Array([0x25, 0x50]) };
const EVENT = 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n';
const INVITE = { content: EVENT };
const FILED = { content: EVENT, attach: true };

describe('the tree that clients show right', () => {
  test.each<[string, Partial<MessageInput>]>([
    ['text/plain', {}],
    ['text/plain', { text: 'a' }],
    ['text/html', { html: 'a' }],
    ['alternative(text/plain, text/html)', { text: 'a', html: 'b' }],
    ['related(text/html, image/png)', { html: 'b', inline: [PNG] }],
    ['alternative(text/plain, related(text/html, image/png))', { text: 'a', html: 'b', inline: [PNG] }],
    ['alternative(text/plain, text/calendar)', { text: 'a', calendar: INVITE }],
    ['alternative(text/plain, related(text/html, image/png), text/calendar)', { text: 'a', html: 'b', inline: [PNG], calendar: EVENT }],
    ['mixed(alternative(text/plain, text/html, text/calendar), application/pdf)', { text: 'a', html: 'b', calendar: INVITE, attachments: [PDF] }],
    ['mixed(alternative(text/plain, text/calendar), application/pdf, application/ics)', { text: 'a', calendar: FILED, attachments: [PDF] }],
    ['mixed(text/calendar, application/ics)', { calendar: FILED }],
    ['alternative(text/plain, text/x-amp-html, text/html)', { text: 'a', html: 'b', alternatives: [{ mediaType: 'text/x-amp-html', content: 'c' }] }],
    ['mixed(text/plain, application/pdf, application/pdf)', { text: 'a', attachments: [PDF, PDF] }],
    ['mixed(alternative(text/plain, related(text/html, image/png)), application/pdf)', { text: 'a', html: 'b', inline: [PNG], attachments: [PDF] }],
    ['mixed(text/plain, image/png)', { text: 'a', inline: [PNG] }],
    ['application/pdf', { attachments: [PDF] }],
    ['mixed(application/pdf, application/pdf)', { attachments: [PDF, PDF] }],
    ['text/csv', { body: part({ content: 'a,b\r\n', mediaType: 'text/csv' }) }],
  ])('%s', (shape, input) => {
    const message = parse(buildMessage({ ...BASE, ...input }));
    expect(shapeOf(message)).toBe(shape);
    expect(message.defects).toEqual([]);
  });

  test('rfc2387 3.1: multipart/related names the media type of its root', () => {
    const { parts } = parse(buildMessage({ ...BASE, html: '<img src="cid:logo@example.com">', inline: [PNG] }));
    expect(findParameter(parts[0]!.contentType, 'type')).toBe('text/html');
    expect(parts[2]).toMatchObject({ contentId: 'logo@example.com', disposition: 'inline', fileName: 'logo.png' });
  });

  test('an attachment: its octets, name and disposition', () => {
    const content = Uint8Array.from({ length: 1000 }, (_, index) => (index * 7) & 0xff);
    const { parts } = parse(buildMessage({ ...BASE, text: 'a', attachments: [{ fileName: 'Übersicht 2026.xlsx', content, description: 'Zahlen für März' }] }));
    expect(parts[2]).toMatchObject({ disposition: 'attachment', fileName: 'Übersicht 2026.xlsx', transferEncoding: 'base64' });
    expect(parts[2]!.mediaType).toBe('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
    expect(parts[2]!.content()).toEqual(content);
  });

  test('rfc6047 2.4: the method stands on the invitation and on its file', () => {
    const { parts } = parse(buildMessage({ ...BASE, text: 'a', calendar: { content: EVENT, method: 'request', attach: 'event.ics' } }));
    const [, , , calendar, file] = parts;
    expect(findParameter(calendar!.contentType, 'method')).toBe('REQUEST');
    expect(findParameter(calendar!.contentType, 'charset')).toBe('utf-8');
    expect(calendar!.disposition).toBeUndefined();
    expect(findParameter(file!.contentType, 'method')).toBe('REQUEST');
    expect(file).toMatchObject({ mediaType: 'application/ics', fileName: 'event.ics', disposition: 'attachment' });
    expect(textOf(file!.content())).toBe(EVENT);
  });

  test('a calendar without a method is one all the same', () => {
    const { parts } = parse(buildMessage({ ...BASE, calendar: 'BEGIN:VCALENDAR\nEND:VCALENDAR\n' }));
    expect(findParameter(parts[0]!.contentType, 'method')).toBeUndefined();
  });

  test.each<[string, Partial<MessageInput>]>([
    ['a calendar with another method than it says', { calendar: { content: EVENT, method: 'CANCEL' } }],
    ['a method that the calendar does not have', { calendar: { content: 'BEGIN:VCALENDAR\r\n', method: 'CANCEL' } }],
    ['an inline picture without contentId', { html: 'a', inline: [{ content: 'a' } as never] }],
    ['two inline pictures of one contentId', { html: 'a', inline: [PNG, PNG] }],
    ['a contentId that is none', { html: 'a', inline: [{ ...PNG, contentId: 'logo' }] }],
    ['text beside body', { text: 'a', body: part({ content: 'a' }) }],
    ['a body that is no part', { body: { type: 'leaf', mediaType: 'text/plain' } }],
    ['an option that nobody knows', { attachements: [] } as never],
    ['an option of an attachment that nobody knows', { attachments: [{ content: 'a', filename: 'a.txt' } as never] }],
    ['an attachment that is none', { attachments: ['a' as never] }],
    ['attachments that are no array', { attachments: PDF as never }],
    ['no media type', { attachments: [{ content: 'a', mediaType: 'text' }] }],
    ['a media type with a parameter', { attachments: [{ content: 'a', mediaType: 'text/plain; charset=utf-8' }] }],
    ['a multipart as an attachment', { attachments: [{ content: 'a', mediaType: 'multipart/mixed' }] }],
    ['a parameter twice', { attachments: [{ content: 'a', parameters: [['a', '1'], ['A', '2']] }] }],
    ['a name as a parameter', { attachments: [{ content: 'a', parameters: { name: 'a.txt' } }] }],
    ['a parameter that is no token', { attachments: [{ content: 'a', parameters: { 'a b': 'c' } }] }],
    ['a disposition that is none', { attachments: [{ content: 'a', disposition: 'form-data' as never }] }],
    ['a transfer encoding that is none', { attachments: [{ content: 'a', transferEncoding: 'uuencode' as never }] }],
    ['a transfer encoding of texts that is none', { text: 'a', textEncoding: 'x' as never }],
    ['an empty file name', { attachments: [{ content: 'a', fileName: '' }] }],
    ['another charset for text', { attachments: [{ content: 'ü', mediaType: 'text/plain', parameters: { charset: 'iso-8859-1' } }] }],
    ['a priority that is none', { priority: 'urgent' as never }],
    ['one click without https', { listUnsubscribe: { mailto: 'mailto:leave@example.com', oneClick: true } }],
    ['http', { listUnsubscribe: { https: 'http://example.com/' } }],
    ['List-Unsubscribe twice', { listUnsubscribe: { https: 'https://example.com/' }, headers: { 'List-Unsubscribe': '<mailto:a@example.com>' } }],
    ['an identifier with a space', { inReplyTo: ['a b@example.com'] }],
    ['an identifier with brackets inside', { references: ['<a><b>'] }],
    ['an identifier that is not ASCII', { references: ['ä@example.com'] }],
    ['no identifier', { references: ['<>'] }],
    ['chance that is none', { text: 'a', html: 'b', boundary: {} as never }],
    ['a parameterMode that is none', { parameterMode: 'x' as never }],
  ])('%s -> TypeError', (_, input) => {
    expect(() => buildMessage({ ...BASE, ...input })).toThrow(TypeError);
  });
});

describe('fields', () => {
  const fieldOf = (input: Partial<MessageInput>, name: string): string | undefined =>
    parse(buildMessage({ ...BASE, ...input })).parts[0]!.headers.fields.find((field) => field.name.toLowerCase() === name.toLowerCase())?.text;

  test.each<[string, Partial<MessageInput>, string, string | undefined]>([
    ['an answer', { inReplyTo: '<a@example.com>' }, 'In-Reply-To', '<a@example.com>'],
    ['a thread', { references: ['a@example.com', '<b@example.com>'] }, 'References', '<a@example.com> <b@example.com>'],
    ['a thread as text', { references: '<a@example.com> <b@example.com>' }, 'References', '<a@example.com> <b@example.com>'],
    ['identifiers that their writers got wrong', { inReplyTo: '<9F:3C,x@host>', references: '<foo>  <a@b@c> <"q"@x>' }, 'References', '<foo> <a@b@c> <"q"@x>'],
    ['no thread', { references: [] }, 'References', undefined],
    ['high', { priority: 'high' }, 'Importance', 'high'],
    ['low', { priority: 'low' }, 'X-Priority', '5 (Lowest)'],
    ['normal', { priority: 'normal' }, 'X-Priority', undefined],
    ['rfc8058 3.1: one click', { listUnsubscribe: { https: 'https://example.com/u?t=1' } }, 'List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
    ['rfc2369 3.2: both ways', { listUnsubscribe: { https: 'https://example.com/', mailto: 'mailto:u@example.com' } }, 'List-Unsubscribe', '<https://example.com/>, <mailto:u@example.com>'],
    ['a group', { to: { group: 'Friends', members: ['a@example.com', 'B <b@example.com>'] } }, 'To', 'Friends: a@example.com, B <b@example.com>;'],
    ['a group of none', { to: [{ group: 'undisclosed-recipients', members: [] }, 'a@example.com'] }, 'To', 'undisclosed-recipients:;, a@example.com'],
    ['a group with a name in UTF-8', { to: { group: 'Köche', members: ['a@example.com'] } }, 'To', '=?utf-8?Q?K=C3=B6che?= : a@example.com;'],
    ['two groups', { to: [{ group: 'A', members: ['a@example.com'] }, { group: 'B', members: ['b@example.com'] }] }, 'To', 'A: a@example.com;, B: b@example.com;'],
  ])('%s', (_, input, name, value) => {
    expect(fieldOf(input, name)).toBe(value);
  });

  test('bcc stands on the envelope and nowhere in the message', () => {
    const built = buildMessage({ ...BASE, to: ['a@example.com', { group: 'G', members: ['b@example.com'] }], cc: 'a@example.com', bcc: ['secret@example.org', { group: 'H', members: ['more@example.org'] }] });
    expect(built.envelope).toEqual({ from: 'jane@example.com', to: ['a@example.com', 'b@example.com', 'secret@example.org', 'more@example.org'] });
    expect(textOf(built.octets())).not.toMatch(/bcc|secret|more@/i);
  });

  test('the envelope is from the sender where there is one', () => {
    expect(buildMessage({ ...BASE, from: ['a@example.com', 'b@example.com'], sender: 'c@exämple.com' }).envelope.from).toBe('c@xn--exmple-cua.com');
  });

  test('rfc6532: an address that needs SMTPUTF8 makes the message need it; names go out in UTF-8 only to a hop that takes it', () => {
    const input = { ...BASE, to: { name: 'Jörg', address: 'jörg@exämple.com' }, subject: 'Grüße' };
    const ascii = buildMessage(input);
    expect(ascii.requires).toEqual({ smtpUtf8: true, eightBit: true, binary: false });
    expect(textOf(ascii.octets())).toContain('To: =?utf-8?Q?J=C3=B6rg?= <jörg@exämple.com>\r\n');
    const utf8 = textOf(buildMessage({ ...input, nextHop: { smtpUtf8: true } }).octets());
    expect(utf8).toContain('To: "Jörg" <jörg@exämple.com>\r\n');
    expect(utf8).toContain('Subject: Grüße\r\n');
  });

  test('a hop that takes SMTPUTF8 does not make a message need it', () => {
    const built = buildMessage({ ...BASE, to: { name: 'Jörg', address: 'joerg@exämple.com' }, subject: 'Grüße', nextHop: { smtpUtf8: true } });
    expect(built.requires.smtpUtf8).toBe(false);
    expect(textOf(built.header())).toMatch(/^[\x00-\x7f]*$/);
  });

  test('rfc6532 3.2: what is not seen stays encoded in UTF-8 headers', () => {
    const built = buildMessage({ ...BASE, to: 'jörg@example.com', subject: 'a \u202eb\x07 ü', nextHop: { smtpUtf8: true } });
    expect(textOf(built.header())).not.toMatch(/[\u202e\x07]/);
  });

  test('header() is the header section with its empty line', () => {
    const built = buildMessage({ ...BASE, text: 'a', attachments: [PDF] });
    const octets = built.octets();
    expect(built.header()).toEqual(octets.subarray(0, parseMessage(octets).parts[0]!.bodyStart));
  });
});

describe('messages inside', () => {
  test('rfc2046 5.2.1: an attached message is never encoded, and its line ends are CRLF', () => {
    const inner = 'Subject: inner\n\nGrüße\n';
    const built = buildMessage({ ...BASE, text: 'a', attachments: [{ fileName: 'a.eml', content: octetsOf(inner) }] });
    const message = parse(built);
    expect(shapeOf(message)).toBe('mixed(text/plain, message/rfc822(text/plain))');
    expect(message.parts[2]).toMatchObject({ transferEncoding: '8bit', fileName: 'a.eml' });
    expect(message.parts[0]!.transferEncoding).toBe('8bit');
    expect(textOf(message.parts[2]!.rawBody())).toBe(inner.replaceAll('\n', '\r\n'));
    expect(built.requires).toEqual({ smtpUtf8: false, eightBit: true, binary: false });
  });

  test('rfc6532 3.7: one with a header in UTF-8 is a message/global', () => {
    const built = buildMessage({ ...BASE, attachments: [{ mediaType: 'message/rfc822', content: 'Subject: Grüße\r\n\r\na\r\n' }] });
    expect(parse(built).parts[0]!.mediaType).toBe('message/global');
    expect(built.requires.smtpUtf8).toBe(true);
  });

  test.each(['base64', 'quoted-printable'] as const)('rfc2046 5.2.1: %s for one -> TypeError', (transferEncoding) => {
    expect(() => buildMessage({ ...BASE, attachments: [{ mediaType: 'message/rfc822', content: 'a: b\r\n\r\n', transferEncoding }] })).toThrow(TypeError);
  });

  test('one that no text transport takes -> TypeError, unless the hop has BINARYMIME', () => {
    const attachments = [{ mediaType: 'message/rfc822', content: `a: b\r\n\r\n${'x'.repeat(999)}` }];
    expect(() => buildMessage({ ...BASE, attachments })).toThrow(/BINARYMIME/);
    expect(buildMessage({ ...BASE, attachments, nextHop: { binaryMime: true } }).requires.binary).toBe(true);
  });
});
