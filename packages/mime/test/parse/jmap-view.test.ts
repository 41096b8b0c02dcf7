import { describe, expect, test } from 'vitest';
import { jmapView, messageAttachments, messageHtml, messageText, parseMessage } from '@mailwright/mime';
import type { ParsedMessage } from '@mailwright/mime';
import { lines, octets } from './messages.ts';

/** `['mixed', 'text/plain', ['related', ...]]`: a leaf is its media type, a name behind it, and `!` where it is an attachment. Its content is its own number. */
type Tree = string | readonly [string, ...Tree[]];

function write(tree: Tree, counter: { value: number }): string[] {
  if (typeof tree === 'string') {
    const [type, name] = tree.replace('!', '').split(' ');
    return [`Content-Type: ${type}${name === undefined ? '' : `; name=${name}`}`, ...(tree.endsWith('!') ? ['Content-Disposition: attachment'] : []), '', `${tree} ${counter.value++}`];
  }
  const boundary = `b${counter.value++}`;
  const [subtype, ...children] = tree;
  return [`Content-Type: multipart/${subtype}; boundary=${boundary}`, '', ...children.flatMap((child) => [`--${boundary}`, ...write(child, counter)]), `--${boundary}--`];
}

const make = (tree: Tree): ParsedMessage => parseMessage(lines(...write(tree, { value: 0 })));

describe('jmapView: rfc8621 4.1.4, which part is what', () => {
  // the lists hold the numbers of the leaves and multiparts in their order
  test.each<readonly [string, Tree, readonly string[], readonly string[], readonly string[]]>([
    ['plain text', 'text/plain', ['0'], ['0'], []],
    ['html alone', 'text/html', ['0'], ['0'], []],
    ['neither', 'application/pdf', [], [], ['0']],
    ['alternative', ['alternative', 'text/plain', 'text/html'], ['1'], ['2'], []],
    ['alternative with a calendar', ['alternative', 'text/plain', 'text/html', 'text/calendar'], ['1'], ['2'], ['3']],
    ['alternative of one form', ['alternative', 'text/html'], ['1'], ['1'], []],
    ['alternative with related', ['alternative', 'text/plain', ['related', 'text/html', 'image/png']], ['1'], ['3'], ['4']],
    ['related around alternative', ['related', ['alternative', 'text/plain', 'text/html'], 'image/png'], ['2'], ['3'], ['4']],
    ['attachments behind the text', ['mixed', ['alternative', 'text/plain', 'text/html'], 'application/pdf', 'text/plain!'], ['2'], ['3'], ['4', '5']],
    ['pictures between texts', ['mixed', 'text/plain', 'image/png', 'text/plain', 'image/gif!'], ['1', '2', '3'], ['1', '2', '3'], ['4']],
    ['a text with a name is an attachment, the first is not', ['mixed', 'text/plain a.txt', 'text/plain b.txt', 'text/plain'], ['1', '3'], ['1', '3'], ['2']],
    ['the example of the section', ['mixed', 'text/plain', ['mixed', ['alternative', ['mixed', 'text/plain', 'image/jpeg', 'text/plain'], ['related', 'text/html', 'image/jpeg']], 'image/jpeg!', 'application/x-excel', 'message/rfc822'], 'text/plain'],
      ['1', '5', '6', '7', '15'], ['1', '9', '15'], ['6', '10', '11', '12', '13']],
    ['only the first part of a related', ['related', 'text/html', 'text/plain', 'text/html'], ['1'], ['1'], ['2', '3']],
    ['alternatives in alternatives', ['alternative', ['alternative', 'text/plain', 'text/html'], 'text/html'], ['2'], ['3', '4'], []],
    ['mixed in alternative: what follows html is html only', ['alternative', ['mixed', 'text/html', 'image/png', ['alternative', 'text/plain', 'text/html']]], ['2', '3', '6'], ['2', '3', '6'], ['3']],
  ])('%s', (_, tree, text, html, attachments) => {
    const { textBody, htmlBody, attachments: attached, hasAttachment } = jmapView(make(tree));
    const ids = (parts: readonly { readonly partId: string | null }[]): readonly (string | null)[] => parts.map(({ partId }) => partId);
    expect([ids(textBody), ids(htmlBody), ids(attached), hasAttachment]).toEqual([text, html, attachments, attachments.length > 0]);
  });

  test.each([['start', '<root@x>', ['4'], ['2', '3']], ['start without brackets', 'root@x', ['4'], ['2', '3']], ['start that names nothing', '<gone@x>', ['2'], ['3', '4']]])('rfc2387 3.2: %s', (_, start, html, attachments) => {
    const view = jmapView(parseMessage(lines(
      'Content-Type: multipart/mixed; boundary=a', '', '--a', `Content-Type: multipart/related; boundary=b; start="${start}"`, '', '--b', 'Content-Type: image/png', '', 'p', '--b', 'Content-Type: text/css', '', 'c',
      '--b', 'Content-Type: text/html', 'Content-ID: <root@x>', '', 'h', '--b--', '--a--',
    )));
    expect(view.htmlBody.map(({ partId }) => partId)).toEqual(html);
    expect(view.attachments.map(({ partId }) => partId)).toEqual(attachments);
  });

  test('a message inside is one attachment', () => {
    const view = jmapView(parseMessage(lines('Content-Type: multipart/mixed; boundary=b', '', '--b', '', 'text', '--b', 'Content-Type: message/rfc822', '', 'Subject: inner', '', 'inner', '--b--')));
    expect(view.attachments).toMatchObject([{ partId: '2', type: 'message/rfc822', subParts: null }]);
    expect(view.bodyStructure.subParts?.length).toBe(2);
  });
});

describe('jmapView: rfc8621 4.1', () => {
  const source = lines(
    'From: Joe <joe@example.com>', 'Subject: first', 'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=', 'To: =?utf-8?Q?J=C3=A4ne?= <jane@example.com>, friends: a@example.com, b@example.com;', 'Date: Fri, 2 Jan 2026 03:04:05 +0130',
    'Message-ID: <1@example.com>', 'References: <a@x> <b@y>', 'Content-Type: multipart/related; boundary=b', '', '--b', 'Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: quoted-printable', 'Content-Language: de, en', '',
    '<style>p { }</style><p>Gr=C3=BC=C3=9Fe &amp; <b>mehr</b></p>', '--b', 'Content-Type: image/png; name=a.png', 'Content-Transfer-Encoding: base64', 'Content-ID: <cid@x>', 'Content-Location: http://example.com/a.png', 'Content-Disposition: inline', '', 'QUJD', '--b--',
  );

  test('the whole view, as JSON', () => {
    const message = parseMessage(source);
    const view = jmapView(message, { fetchHTMLBodyValues: true, maxBodyValueBytes: 27 });
    const [, html, image] = message.parts;
    const htmlPart = { partId: '1', blob: { offset: html!.bodyStart, octets: html!.bodyEnd - html!.bodyStart, encoding: 'quoted-printable' }, size: 52, name: null, type: 'text/html', charset: 'utf-8', disposition: null, cid: null, language: ['de', 'en'], location: null, subParts: null };
    const imagePart = { partId: '2', blob: { offset: image!.bodyStart, octets: 4, encoding: 'base64' }, size: 3, name: 'a.png', type: 'image/png', charset: null, disposition: 'inline', cid: 'cid@x', language: null, location: 'http://example.com/a.png', subParts: null };
    expect(JSON.parse(JSON.stringify(view))).toEqual({
      size: source.length, messageId: ['1@example.com'], inReplyTo: null, references: ['a@x', 'b@y'], sender: null, from: [{ name: 'Joe', email: 'joe@example.com' }],
      to: [{ name: 'Jäne', email: 'jane@example.com' }, { name: null, email: 'a@example.com' }, { name: null, email: 'b@example.com' }], cc: null, bcc: null, replyTo: null,
      subject: 'Grüße', sentAt: '2026-01-02T03:04:05+01:30',
      bodyStructure: { partId: null, blob: null, size: message.parts[0]!.bodyEnd - message.parts[0]!.bodyStart, name: null, type: 'multipart/related', charset: null, disposition: null, cid: null, language: null, location: null, subParts: [htmlPart, imagePart] },
      textBody: [htmlPart], htmlBody: [htmlPart], attachments: [imagePart], hasAttachment: false, preview: 'Grüße & mehr',
      bodyValues: { 1: { value: '<style>p { }</style><p>Gr\u00fc', isEncodingProblem: false, isTruncated: true } },
    });
  });

  test('nothing', () => {
    const view = jmapView(parseMessage(new Uint8Array(0)), { fetchAllBodyValues: true });
    expect(view).toMatchObject({ size: 0, from: null, subject: null, sentAt: null, hasAttachment: false, preview: '', bodyValues: { 0: { value: '', isEncodingProblem: false, isTruncated: false } } });
    expect(view.bodyStructure).toMatchObject({ partId: '0', type: 'text/plain', charset: 'us-ascii', blob: { offset: 0, octets: 0, encoding: '7bit' } });
  });

  test('rfc8621 4.1.2.2: encoded NUL is dropped, text is in NFC', () => {
    const view = jmapView(parseMessage(lines('Subject: =?utf-8?Q?a=00b_u=CC=88?=', 'From: =?utf-8?Q?a=00=CC=88?= <a@example.com>', '', '')));
    expect([view.subject, view.from]).toEqual(['ab ü', [{ name: 'ä', email: 'a@example.com' }]]);
  });

  test('body values: lines end in LF, problems are told, only texts', () => {
    const message = parseMessage(lines('Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: text/plain; charset=utf-8', '', 'one', '\xff', '--b', 'Content-Type: text/csv', 'Content-Disposition: attachment', 'Content-Transfer-Encoding: base64', '', 'QQ', '--b', 'Content-Type: image/png', '', 'x', '--b--'));
    expect(jmapView(message, { fetchTextBodyValues: true }).bodyValues).toEqual({ 1: { value: 'one\n\ufffd', isEncodingProblem: true, isTruncated: false } });
    expect(Object.keys(jmapView(message, { fetchAllBodyValues: true }).bodyValues)).toEqual(['1', '2']);
    expect(() => jmapView(message, { maxBodyValueBytes: -1 })).toThrow(RangeError);
  });

  test('the preview: one line, 256 characters, no half of a pair', () => {
    expect(jmapView(parseMessage(octets(`\r\n  a\r\n\tb  c${' \r\n'.repeat(5)}`))).preview).toBe('a b c');
    const pairs = jmapView(parseMessage(octets(`Content-Type: text/plain; charset=utf-8\r\n\r\nx${'\xf0\x9f\x98\x80'.repeat(300)}`))).preview;
    expect(pairs.length).toBe(255);
    expect(pairs.endsWith('😀')).toBe(true);
  });
});

describe('messageText, messageHtml, messageAttachments', () => {
  test('of an alternative with an attachment', () => {
    const message = make(['mixed', ['alternative', 'text/plain', 'text/html'], 'application/pdf a.pdf', 'text/plain']);
    expect(messageText(message)).toBe('text/plain 2\r\ntext/plain 5'); // the line end of the message
    expect(messageHtml(message)).toBe('text/html 3');
    expect(messageAttachments(message).map(({ fileName }) => fileName)).toEqual(['a.pdf']);
  });

  test('rfc3676: lines of format=flowed are joined', () => {
    const flowed = parseMessage(lines('Content-Type: text/plain; format=Flowed; DelSp=Yes', '', 'one ', 'two', ' From x'));
    expect(messageText(flowed)).toBe('onetwo\r\nFrom x\r\n');
    expect(flowed.parts[0]!.text().text).toBe('one \r\ntwo\r\n From x\r\n');
  });

  test('what is not there is undefined', () => {
    expect([messageText(make('text/html')), messageHtml(make('text/plain')), messageText(make('image/png'))]).toEqual([undefined, undefined, undefined]);
  });
});
