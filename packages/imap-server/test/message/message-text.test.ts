import { describe, expect, test } from 'vitest';
import { layoutMessage, octetsContent, readPreview, readSearchableBody, readSearchableHeader } from '@mailwright/imap-server';
import type { SearchableBody, SearchableHeader } from '@mailwright/imap-server';
import { NESTED, message, storedContent } from './content-helpers.ts';

async function preview(octets: Uint8Array): Promise<string> {
  const text = await readPreview(octetsContent(octets), layoutMessage(octets));
  expect(await readPreview(storedContent(octets, 50), layoutMessage(octets))).toBe(text);
  return text;
}

describe('rfc8970 3.2: the preview', () => {
  test.each<readonly [name: string, octets: Uint8Array, text: string]>([
    ['a plain text on one line', message('', 'one  two', '', '\tthree', ''), 'one two three'],
    ['plain text before HTML', NESTED, 'Hallö Welt'],
    ['HTML without markup, links and style', message('Content-Type: text/html', '', '<style>p{}</style><p>Hello <a href="https://example.org/x">you</a> &amp; <b>me</b></p>'), 'Hello you & me'],
    ['an empty plain part: the HTML', message('Content-Type: multipart/alternative; boundary=b', '', '--b', '', ' ', '--b', 'Content-Type: text/html', '', '<i>hi</i>', '--b--'), 'hi'],
    ['no attachment', message('Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Disposition: attachment', '', 'no', '--b', '', 'yes', '--b--'), 'yes'],
    ['no message within', message('Content-Type: message/rfc822', '', '', 'no'), ''],
    ['no text', message('Content-Type: image/png', '', 'x'), ''],
    ['an empty message', message(''), ''],
    ['controls', message('', 'a\0b\x1b[31mc'), 'a b [31mc'],
    ['an encoding that is not known', message('Content-Transfer-Encoding: x-own', '', 'x'), ''],
  ])('%s', async (_, octets, text) => {
    expect(await preview(octets)).toBe(text);
  });

  test('200 characters, and no half of one', async () => {
    expect(await preview(message('', 'a'.repeat(500)))).toBe('a'.repeat(200));
    expect([...await preview(message('Content-Type: text/plain; charset=utf-8', '', `x${'😀'.repeat(300)}`))]).toEqual(['x', ...Array.from({ length: 199 }, () => '😀')]);
  });

  test('of a large text no more is read than its beginning', async () => {
    const octets = message('', 'word '.repeat(100_000));
    const content = storedContent(octets, 1000);
    await readPreview(content, layoutMessage(octets));
    expect(content.octetsRead()).toBeLessThan(20_000);
  });
});

describe('rfc9051 6.4.4: what is searched', () => {
  const search = async (octets: Uint8Array): Promise<SearchableHeader & SearchableBody> => {
    const layout = layoutMessage(octets);
    const found = { ...(await readSearchableHeader(octetsContent(octets), layout)), ...(await readSearchableBody(octetsContent(octets), layout)) };
    const content = storedContent(octets, 33);
    expect({ ...(await readSearchableHeader(content, layout)), ...(await readSearchableBody(content, layout)) }).toEqual(found);
    return found;
  };

  test('fields unfolded and decoded, addresses with their names decoded', async () => {
    const { fields, addresses } = await search(message('Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=', ' an alle', 'To: =?utf-8?Q?J=C3=B6rg?= <j@x>, Team: a@b;', '', ''));
    expect(fields).toEqual([{ name: 'Subject', value: 'Grüße an alle' }, { name: 'To', value: 'Jörg <j@x>, Team: a@b;' }]);
    expect(addresses.to.map(({ name, mailbox, host }) => [name, mailbox, host])).toEqual([['Jörg', 'j', 'x'], [undefined, 'Team', undefined], [undefined, 'a', 'b'], [undefined, undefined, undefined]]);
  });

  test('texts decoded, HTML as it is shown, fields of parts, headers of messages within; no attachments that are no text', async () => {
    const { partFields, texts } = await search(NESTED);
    expect(texts).toEqual(['Hallö\r\nWelt', 'Hallö Welt', 'From: bob@example.net\r\nSubject: within\r\nContent-Type: multipart/mixed; boundary=deep\r\n', 'deep text', 'Subject: plain one\r\n', 'one\r\ntwo']);
    expect(partFields.filter(({ name }) => name === 'Content-Description' || name === 'Content-Disposition')).toEqual([
      { name: 'Content-Description', value: 'forwarded' }, { name: 'Content-Disposition', value: 'attachment; filename="höhe.bin"' },
    ]);
    expect(partFields.filter(({ name, value }) => name === 'Subject' && value === 'Grüße')).toEqual([]);
  });

  test('an empty message: nothing to be found', async () => {
    expect(await search(message(''))).toEqual({ fields: [], addresses: { from: [], to: [], cc: [], bcc: [] }, partFields: [], texts: [''] });
  });
});
