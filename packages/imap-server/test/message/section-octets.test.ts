import { describe, expect, test } from 'vitest';
import { LayoutCache, findBinary, findSection, layoutMessage, octetsContent, readMessageLayout } from '@mailwright/imap-server';
import type { Partial, Section } from '@mailwright/imap';
import { encodeUtf8, utf8 } from '@mailwright/wire';
import { NESTED, message, storedContent, textOfFound } from './content-helpers.ts';

/** `1.2.HEADER`, `HEADER.FIELDS a b`. */
function section(text: string): Section {
  const [, numbers, name, fields] = /^((?:\d+\.?)*)([A-Z.]*)(?: (.*))?$/.exec(text)!;
  const part = numbers!.split('.').filter((number) => number !== '').map(Number);
  if (name === '') return { part, text: undefined };
  return { part, text: fields === undefined ? { type: name as 'TEXT' } : { type: name as 'HEADER.FIELDS', fields: fields.split(' ') } };
}

const nested = utf8(NESTED);
const between = (from: string, to: string): string => nested.slice(nested.indexOf(from), nested.indexOf(to, nested.indexOf(from)));

async function fetch(octets: Uint8Array, name: string, partial?: Partial): Promise<string | undefined> {
  const inMemory = await textOfFound(await findSection(octetsContent(octets), layoutMessage(octets), section(name), partial));
  const stored = storedContent(octets, 11);
  expect(await textOfFound(await findSection(stored, layoutMessage(octets), section(name), partial))).toBe(inMemory);
  return inMemory;
}

describe('rfc9051 6.4.5: sections', () => {
  test.each<readonly [name: string, octets: string | undefined]>([
    ['', nested],
    ['HEADER', between('From: Ann', 'preamble')],
    ['TEXT', nested.slice(nested.indexOf('preamble'))],
    ['1', between('--inner\r\n', '\r\n--outer')],
    ['1.MIME', 'Content-Type: multipart/alternative; boundary=inner\r\n\r\n'],
    ['1.1', 'Hall=C3=B6\r\nWelt'],
    ['1.2.MIME', 'Content-Type: text/html\r\n\r\n'],
    ['2', between('From: bob', '\r\n--outer')],
    ['2.MIME', 'Content-Type: message/rfc822\r\nContent-Description: forwarded\r\n\r\n'],
    ['2.HEADER', between('From: bob', '--deep')],
    ['2.TEXT', between('--deep', '\r\n--outer')],
    ['2.1', 'deep text'],
    ['2.1.MIME', '\r\n'],
    ['2.2', 'AAEC/w=='],
    ['2.HEADER.FIELDS subject to', 'Subject: within\r\n\r\n'],
    ['2.HEADER.FIELDS.NOT subject', 'From: bob@example.net\r\nContent-Type: multipart/mixed; boundary=deep\r\n\r\n'],
    ['HEADER.FIELDS FROM MIME-version', 'From: Ann <ann@example.org>\r\nMIME-Version: 1.0\r\n\r\n'],
    ['HEADER.FIELDS x-none', '\r\n'],
    ['3.1', 'one\r\ntwo'],
    ['3.HEADER', 'Subject: plain one\r\n\r\n'],
    ['3.1.MIME', 'Subject: plain one\r\n\r\n'],
    ['1.HEADER', undefined], ['1.1.TEXT', undefined], ['4', undefined], ['3.2', undefined], ['1.1.1', undefined], ['MIME', undefined],
  ])('BODY[%s]', async (name, octets) => {
    expect(await fetch(NESTED, name)).toBe(octets);
  });

  test.each<readonly [name: string, octets: Uint8Array, section: string, expected: string]>([
    ['a message that is no multipart is its own part 1', message('Subject: s', '', 'text', ''), '1', 'text\r\n'],
    ['its MIME header is that of the message', message('Subject: s', '', 'text', ''), '1.MIME', 'Subject: s\r\n\r\n'],
    ['an empty message', message(''), '', ''], ['the header of an empty message', message(''), 'HEADER', ''], ['fields of an empty message', message(''), 'HEADER.FIELDS subject', '\r\n'],
    ['no header', message('', 'text'), 'HEADER', '\r\n'], ['no header, fields', message('', 'text'), 'HEADER.FIELDS.NOT x', '\r\n'],
    ['no body', message('Subject: s', '', ''), 'TEXT', ''],
    ['a header that is cut behind a line', message('Subject: s', ''), 'HEADER.FIELDS subject', 'Subject: s\r\n\r\n'],
    ['a header that is cut inside a line', message('A: b', 'Subject: s'), 'HEADER.FIELDS subject', 'Subject: s\r\n\r\n'],
    ['lines that end in LF', encodeUtf8('A: b\nSubject: s\n t\n\ntext\n'), 'HEADER.FIELDS subject', 'Subject: s\n t\n\n'],
    ['a field that stands twice', message('A: 1', 'B: 2', 'a: 3', '', ''), 'HEADER.FIELDS A', 'A: 1\r\na: 3\r\n\r\n'],
    ['lines that are no fields', message('From x Mon', 'A: 1', 'nonsense', 'B: 2', '', ''), 'HEADER.FIELDS.NOT a', 'B: 2\r\n\r\n'],
    ['the empty part of a multipart without parts', message('Content-Type: multipart/mixed; boundary=b', '', 'text'), '1', ''],
  ])('%s', async (_, octets, name, expected) => {
    expect(await fetch(octets, name)).toBe(expected);
  });

  test.each([[0, 5], [3, 4], [0, 1000], [17, 3], [1000, 5], [0, 0]])('rfc9051 6.4.5: <%d.%d> of a section, whatever pieces it is made of', async (origin, octetCount) => {
    for (const name of ['', '1.1', '2.HEADER.FIELDS subject', 'HEADER.FIELDS from subject mime-version', '2.TEXT']) {
      const whole = (await fetch(NESTED, name))!;
      expect(await fetch(NESTED, name, { origin, octetCount })).toBe(whole.slice(origin, origin + octetCount));
    }
  });

  test('a part of a large message: no more is read than the part is', async () => {
    const large = message('Content-Type: multipart/mixed; boundary=b', '', '--b', '', 'x'.repeat(500_000), '--b', 'A: b', '', 'small', '--b--');
    const layout = layoutMessage(large);
    const content = storedContent(large, 4096);
    expect(await textOfFound(await findSection(content, layout, section('2')))).toBe('small');
    expect(content.octetsRead()).toBe(2 * 'small'.length);
  });
});

describe('rfc3516 4.2: decoded parts', () => {
  const LINES = Array.from({ length: 2000 }, (_, line) => `line ${line} ä`).join('\r\n');
  const encoded = message(
    'Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Transfer-Encoding: base64', '', Buffer.from(LINES).toString('base64').replace(/.{76}/g, '$&\r\n'),
    '--b', 'Content-Transfer-Encoding: x-own', '', 'text', '--b', '', '8bit', '--b--',
  );
  const binary = async (octets: Uint8Array, part: readonly number[], partial?: Partial): Promise<string | undefined> => {
    const layout = layoutMessage(octets);
    const found = await findBinary(storedContent(octets, 1000), layout, part, partial);
    const again = await findBinary(octetsContent(octets), layout, part, partial);
    if (found === 'unknown-cte' || again === 'unknown-cte') return found === again ? 'unknown-cte' : 'differs';
    expect(await textOfFound(again)).toBe(await textOfFound(found));
    return textOfFound(found);
  };

  test('base64 and quoted-printable, whole and in ranges', async () => {
    expect(await binary(encoded, [1])).toBe(LINES);
    expect(await binary(encoded, [1], { origin: 5, octetCount: 7 })).toBe(utf8(encodeUtf8(LINES).subarray(5, 12)));
    expect(await binary(encoded, [1], { origin: 1_000_000, octetCount: 7 })).toBe('');
    expect(await binary(NESTED, [1, 1])).toBe('Hallö\r\nWelt');
  });

  test('what is not encoded, what is made of parts, the message: as it stands', async () => {
    expect(await binary(encoded, [3])).toBe('8bit');
    expect(await binary(NESTED, [3])).toBe('Subject: plain one\r\n\r\none\r\ntwo');
    expect(await binary(NESTED, [])).toBe(nested);
  });

  test('rfc3516 4.3: an encoding that is not known is said to be; a part that is not there is none', async () => {
    expect(await binary(encoded, [2])).toBe('unknown-cte');
    expect(await binary(encoded, [4])).toBeUndefined();
  });
});

describe('messages that are kept laid out', () => {
  test('a message is laid out once; the least recently used goes', async () => {
    const cache = new LayoutCache(2);
    const content = storedContent(NESTED, 100);
    const first = await cache.read('M1', content);
    const read = content.octetsRead();
    expect(await cache.read('M1', content)).toBe(first);
    expect(content.octetsRead()).toBe(read);
    await cache.read('M2', content);
    await cache.read('M1', content);
    await cache.read('M3', content);
    expect(cache.size).toBe(2);
    expect(await cache.read('M1', content)).toBe(first);
    expect(first).toEqual(await readMessageLayout(content));
  });

  test('parts count: messages of many parts are not kept by the thousand', async () => {
    const broad = octetsContent(encodeUtf8(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\n'.repeat(1500)}`));
    const cache = new LayoutCache();
    for (let index = 0; index < 20; index++) await cache.read(`M${index}`, broad);
    expect(cache.size).toBeLessThan(8);
  });

  test('a size that can not be: a RangeError', () => {
    expect(() => new LayoutCache(-1)).toThrow(RangeError);
  });
});
