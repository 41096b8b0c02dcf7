import { describe, expect, test } from 'vitest';
import { layoutMessage, readMessageLayout } from '@mailwright/imap-server';
import type { MessageLayout } from '@mailwright/imap-server';
import type { BodyStructure } from '@mailwright/imap';
import { encodeUtf8 } from '@mailwright/wire';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { NESTED, message, storedContent } from './content-helpers.ts';

/** The tree in short: number, type, octets, lines. */
function sketch(structure: BodyStructure): unknown {
  const head = `${structure.part} ${structure.type}/${structure.subtype}`;
  if (structure.kind === 'multipart') return [head, ...structure.parts.map(sketch)];
  if (structure.kind === 'message') return [`${head} ${structure.octetCount} ${structure.lineCount}`, structure.envelope.subject, sketch(structure.body)];
  return structure.kind === 'text' ? `${head} ${structure.octetCount} ${structure.lineCount}` : `${head} ${structure.octetCount}`;
}

describe('rfc9051 6.4.5.1: parts and their numbers', () => {
  test('multiparts and messages in each other', () => {
    expect(sketch(layoutMessage(NESTED).bodyStructure)).toEqual([
      ' multipart/mixed',
      ['1 multipart/alternative', '1.1 text/plain 16 1', '1.2 text/html 29 0'],
      ['2 message/rfc822 283 13', 'within', ['2.TEXT multipart/mixed', '2.1 text/plain 9 0', '2.2 application/octet-stream 8']],
      ['3 message/rfc822 30 3', 'plain one', '3.1 text/plain 8 1'],
    ]);
    expect([...layoutMessage(NESTED).parts.keys()]).toEqual(['1', '1.1', '1.2', '2', '2.1', '2.2', '3', '3.1']);
  });

  test.each<readonly [name: string, octets: Uint8Array, tree: unknown]>([
    ['a plain text', message('A: b', '', 'one', 'two', ''), '1 text/plain 10 2'],
    ['an empty message', message(''), '1 text/plain 0 0'],
    ['a header alone', message('Subject: x', ''), '1 text/plain 0 0'],
    ['a header that is cut', message('Subject: x'), '1 text/plain 0 0'],
    ['no header', message('', 'one', ''), '1 text/plain 5 1'],
    ['lines that end in LF', encodeUtf8('Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n\n--b--\n'), [' multipart/mixed', '1 text/plain 4 1']],
    ['a message that is a message', message('Content-Type: message/rfc822', '', 'Subject: s', '', 'x'), ['1 message/rfc822 15 2', 's', '1.1 text/plain 1 0']],
    ['a message that is a message with parts', message('Content-Type: message/rfc822', '', 'Content-Type: multipart/mixed; boundary=b', '', '--b', '', 'x', '--b--'),
      ['1 message/rfc822 60 5', undefined, ['1.TEXT multipart/mixed', '1.1 text/plain 1 0']]],
    ['a digest', message('Content-Type: multipart/digest; boundary=b', '', '--b', '', 'Subject: s', '', 'x', '--b--'), [' multipart/digest', ['1 message/rfc822 15 2', 's', '1.1 text/plain 1 0']]],
    ['a multipart without parts', message('Content-Type: multipart/mixed; boundary=b', '', 'nothing here', ''), [' multipart/mixed', '1 text/plain 0 0']],
    ['a multipart without a boundary', message('Content-Type: multipart/mixed', '', 'text', ''), '1 text/plain 6 1'],
    ['a multipart that is not closed', message('Content-Type: multipart/mixed; boundary=b', '', '--b', '', 'x', ''), [' multipart/mixed', '1 text/plain 3 1']],
    ['a message with a transfer coding', message('Content-Type: message/rfc822', 'Content-Transfer-Encoding: base64', '', 'AAAA'), '1 application/octet-stream 4'],
    ['an attached file', message('Content-Type: image/png', '', 'x'), '1 image/png 1'],
    ['a delivery status', message('Content-Type: message/delivery-status', '', 'x: y', ''), '1 message/delivery-status 6'],
  ])('%s', (_, octets, tree) => {
    expect(sketch(layoutMessage(octets).bodyStructure)).toEqual(tree);
  });

  test('a message that comes in chunks cut anywhere is laid out as one that is in memory', async () => {
    const whole = layoutMessage(NESTED);
    for (const chunkOctets of [1, 2, 3, 7, 64, 100_000]) expect(await readMessageLayout(storedContent(NESTED, chunkOctets))).toEqual(whole);
  });

  test('places are those of the source: every part has the octets that are told', () => {
    const random = new SeededRandom(11);
    for (let round = 0; round < 300; round++) {
      const lineEnd = random.chance(0.3) ? '\n' : '\r\n';
      const octets = encodeUtf8(randomMessage(random, 3).replaceAll('\n', lineEnd));
      checkPlaces(layoutMessage(octets), octets);
    }
  });

  test('rfc9051 7.5.2: depth and breadth without end are told up to a limit, in linear time', () => {
    const deep = Array.from({ length: 5000 }, () => 'Content-Type: message/rfc822\r\n\r\n').join('');
    let depth = 0;
    for (let at = layoutMessage(encodeUtf8(deep)).bodyStructure; at.kind === 'message'; at = at.body) depth++;
    expect(depth).toBe(50);
    const multiparts = Array.from({ length: 3000 }, (_, index) => `Content-Type: multipart/mixed; boundary=b${index}\r\n\r\n--b${index}\r\n`).join('');
    expect(layoutMessage(encodeUtf8(multiparts)).parts.size).toBe(50);
    const broad = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\n'.repeat(20_000)}`;
    expect(layoutMessage(encodeUtf8(broad)).parts.size).toBe(1999);
  });
});

function randomMessage(random: SeededRandom, depth: number): string {
  const boundary = `b${random.integer(1, 1_000_000)}`;
  const body = (): string => Array.from({ length: random.integer(0, 4) }, () => random.text('ab -', random.integer(0, 8))).join('\n');
  const kind = depth === 0 ? 'text' : random.pick(['text', 'multipart', 'message', 'binary']);
  if (kind === 'multipart') {
    const parts = Array.from({ length: random.integer(0, 3) }, () => `--${boundary}\n${randomMessage(random, depth - 1)}\n`).join('');
    return `Content-Type: multipart/mixed; boundary=${boundary}\n\n${body()}\n${parts}${random.chance(0.8) ? `--${boundary}--\n` : ''}${body()}`;
  }
  if (kind === 'message') return `Content-Type: message/rfc822\n\n${randomMessage(random, depth - 1)}`;
  return `${kind === 'binary' ? 'Content-Type: image/png\n' : random.pick(['', 'Subject: s\n'])}\n${body()}`;
}

function checkPlaces(layout: MessageLayout, octets: Uint8Array): void {
  expect([layout.header.from, layout.header.to, layout.text.to]).toEqual([0, layout.text.from, octets.length]);
  const check = (structure: BodyStructure): void => {
    if (structure.kind === 'multipart') return structure.parts.forEach(check);
    const { header, body, message: nested } = layout.parts.get(structure.part)!;
    expect(body.to - body.from).toBe(structure.octetCount);
    expect(header.to).toBe(body.from);
    if (structure.kind === 'basic') return;
    expect(structure.lineCount).toBe(octets.subarray(body.from, body.to).filter((octet) => octet === 10).length);
    if (structure.kind !== 'message') return;
    expect([nested!.header.from, nested!.header.to, nested!.text.to]).toEqual([body.from, nested!.text.from, body.to]);
    check(structure.body);
  };
  check(layout.bodyStructure);
}

describe('rfc9051 7.5.2: what is told of a part', () => {
  const structureOf = (...header: string[]): BodyStructure => layoutMessage(message(...header, '', 'x')).bodyStructure;

  test('all fields', () => {
    expect(structureOf(
      'Content-Type: TEXT/Plain; Charset="utf-8"; format=flowed', 'Content-ID: <a@b>', 'Content-Description: the text', 'Content-Transfer-Encoding: 8BIT', 'Content-MD5: Q2hlY2s=',
      'Content-Disposition: INLINE; filename=x.txt', 'Content-Language: de, en', 'Content-Location: http://example.org/',
    )).toEqual({
      kind: 'text', part: '1', type: 'text', subtype: 'plain', parameters: new Map([['charset', 'utf-8'], ['format', 'flowed']]), id: '<a@b>', description: 'the text', encoding: '8bit',
      octetCount: 1, lineCount: 0, md5: 'Q2hlY2s=', disposition: { type: 'inline', parameters: new Map([['filename', 'x.txt']]) }, languages: ['de', 'en'], location: 'http://example.org/',
    });
  });

  test('none of them', () => {
    expect(structureOf('Subject: x')).toEqual({
      kind: 'text', part: '1', type: 'text', subtype: 'plain', parameters: new Map([['charset', 'us-ascii']]), id: undefined, description: undefined, encoding: '7bit', octetCount: 1, lineCount: 0,
      md5: undefined, disposition: undefined, languages: [], location: undefined,
    });
  });

  test.each([
    ['encoded word', 'filename="=?utf-8?Q?h=C3=B6he?="'], ['continuations', "filename*0*=utf-8''h%C3%B6; filename*1=he"], ['raw UTF-8', 'filename="höhe"'], ['latin1', "filename*=iso-8859-1''h%F6he"],
  ])('rfc2231 4: a file name as %s is told in one form', (_, parameter) => {
    expect(structureOf(`Content-Disposition: attachment; ${parameter}`)).toMatchObject({ disposition: { type: 'attachment', parameters: new Map([['filename*', "utf-8''h%C3%B6he"]]) } });
  });

  test.each([['x-Own', 'x-own'], ['what is this?', 'x-unknown'], ['uuencode', 'x-uuencode'], ['Quoted_Printable', 'quoted-printable'], ['', '7bit']])('the encoding %j is told as %j', (written, told) => {
    expect(structureOf(`Content-Transfer-Encoding: ${written}`)).toMatchObject({ encoding: told });
  });
});

describe('rfc9051 7.5.2: the envelope', () => {
  const envelopeOf = (...header: string[]): MessageLayout['envelope'] => layoutMessage(message(...header, '', 'x')).envelope;
  const ann = { name: 'Ann', route: undefined, mailbox: 'ann', host: 'example.org' };

  test('fields as they were sent, encoded words left alone', () => {
    expect(envelopeOf(
      'Date: Fri, 2 Jan 2026 03:04:05 +0000', 'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=', ' folded', 'From: Ann <ann@example.org>', 'Sender: "Q, R" <"s t"@example.org>', 'Reply-To: <@a,@b:c@d>',
      'To: A group: x@y, Z <z@y>;, =?utf-8?Q?=C3=BC?= <u@v>', 'Cc: undisclosed:;', 'In-Reply-To: <1@x>', 'Message-ID: <2@x>',
    )).toEqual({
      date: 'Fri, 2 Jan 2026 03:04:05 +0000', subject: '=?utf-8?Q?Gr=C3=BC=C3=9Fe?= folded', from: [ann], sender: [{ name: 'Q, R', route: undefined, mailbox: 's t', host: 'example.org' }],
      replyTo: [{ name: undefined, route: '@a,@b', mailbox: 'c', host: 'd' }],
      to: [
        { name: undefined, route: undefined, mailbox: 'A group', host: undefined }, { name: undefined, route: undefined, mailbox: 'x', host: 'y' },
        { name: 'Z', route: undefined, mailbox: 'z', host: 'y' }, { name: undefined, route: undefined, mailbox: undefined, host: undefined },
        { name: '=?utf-8?Q?=C3=BC?=', route: undefined, mailbox: 'u', host: 'v' },
      ],
      cc: [{ name: undefined, route: undefined, mailbox: 'undisclosed', host: undefined }, { name: undefined, route: undefined, mailbox: undefined, host: undefined }],
      bcc: [], inReplyTo: '<1@x>', messageId: '<2@x>',
    });
  });

  test('Sender and Reply-To are those of From where they are missing or empty; what is missing is undefined, what is empty is empty', () => {
    expect(envelopeOf('From: Ann <ann@example.org>', 'Sender:', 'Subject:')).toMatchObject({ from: [ann], sender: [ann], replyTo: [ann], to: [], subject: '', date: undefined });
  });

  test('an address without a domain has an empty host: none would begin a group', () => {
    expect(envelopeOf('To: root, J Doe')).toMatchObject({ to: [{ name: undefined, mailbox: 'root', host: '' }, { name: 'J Doe', mailbox: '', host: '' }] });
  });

  test('controls in fields: nothing that a string cannot hold', () => {
    expect(envelopeOf('Subject: a\0b\rc', 'To: "x\0y" <z@y>')).toMatchObject({ subject: 'a?b c', to: [{ name: 'x?y' }] });
  });

  test('an address field without end is read up to a limit', () => {
    expect(envelopeOf(`To: ${'a@b, '.repeat(20_000)}`).to).toHaveLength(10_000);
  });
});
