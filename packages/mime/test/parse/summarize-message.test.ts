import { describe, expect, test } from 'vitest';
import { buildMessage, summarizeMessage } from '@mailwright/mime';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('summarizeMessage', () => {
  test('what buildMessage wrote', () => {
    const message = buildMessage({
      from: { name: 'Jörg', address: 'joerg@example.com' }, to: ['a@example.com'], cc: '"Doe, Jane" <jane@example.com>', subject: 'Grüße 😀', text: 'a', html: 'b',
      date: Date.UTC(2026, 0, 2, 3, 4, 5), offsetMinutes: 60, messageId: '1@example.com', boundary: new SeededRandom(1),
    }).octets();
    const summary = summarizeMessage(message);
    expect(summary).toEqual({
      from: [{ name: 'Jörg', address: 'joerg@example.com' }],
      to: [{ name: undefined, address: 'a@example.com' }],
      cc: [{ name: 'Doe, Jane', address: 'jane@example.com' }],
      subject: 'Grüße 😀',
      date: { time: Date.UTC(2026, 0, 2, 3, 4, 5), offsetMinutes: 60 },
      messageId: '<1@example.com>',
      contentType: { mediaType: 'multipart/alternative', parameters: [{ name: 'boundary', value: expect.stringMatching(/^=_[0-9a-f]{24}$/) }] },
      bodyOffset: new TextDecoder().decode(message).indexOf('\r\n\r\n') + 4,
      sizeOctets: message.length,
      defects: [],
      limit: undefined,
    });
  });

  test('nothing', () => {
    expect(summarizeMessage(octets(''))).toEqual({
      from: [], to: [], cc: [], subject: undefined, date: undefined, messageId: undefined,
      contentType: { mediaType: 'text/plain', parameters: [{ name: 'charset', value: 'us-ascii' }] }, bodyOffset: 0, sizeOctets: 0, defects: [], limit: undefined,
    });
  });

  test('rfc2047 6.2: an encoded word never makes an address', () => {
    const summary = summarizeMessage(octets('From: =?utf-8?Q?evil=40example=2Enet=3E=2C?= <jane@example.com>\r\nTo: =?utf-8?Q?evil=40example=2Enet?=\r\n\r\n'));
    expect(summary.from).toEqual([{ name: 'evil@example.net>,', address: 'jane@example.com' }]);
    for (const { address } of summary.to) expect(address).not.toContain('evil@');
  });

  test('deviation from rfc2047 5: encoded words in a quoted string are decoded, by themselves', () => {
    expect(summarizeMessage(octets('From: "=?utf-8?Q?a?=" =?utf-8?Q?b?= <jane@example.com>\r\n\r\n')).from[0]!.name).toBe('a b');
  });

  test('the old form of a name: a comment', () => {
    expect(summarizeMessage(octets('From: jane@example.com (=?utf-8?Q?J=C3=A4ne?=)\r\n\r\n')).from).toEqual([{ name: 'Jäne', address: 'jane@example.com' }]);
  });

  test('of two fields the first counts; groups give their members', () => {
    const summary = summarizeMessage(octets('Subject: one\r\nSubject: two\r\nTo: friends: a@example.com, b@example.com;\r\n\r\n'));
    expect(summary.subject).toBe('one');
    expect(summary.to.map(({ address }) => address)).toEqual(['a@example.com', 'b@example.com']);
  });

  test('broken fields: what can be read is there', () => {
    const summary = summarizeMessage(octets('From: @@,,<\r\nDate: yesterday\r\nContent-Type: nonsense\r\nMessage-ID: none\r\n\r\nx'));
    expect([summary.date, summary.messageId, summary.contentType.mediaType, summary.sizeOctets - summary.bodyOffset]).toEqual([undefined, 'none', 'text/plain', 1]);
  });

  test('limits of addresses and encoded words', () => {
    const message = octets('To: a@example.com, b@example.com\r\nSubject: =?utf-8?Q?a?= =?us-ascii?Q?b?=\r\n\r\n');
    expect(summarizeMessage(message, { addresses: 1, encodedWords: 1 })).toMatchObject({ to: [{ address: 'a@example.com' }], subject: 'a =?us-ascii?Q?b?=' });
  });

  test('every truncation: no throw', () => {
    const message = buildMessage({ from: 'Jörg <j@example.com>', subject: 'ü', text: 'ü', date: 0, messageId: '1@example.com' }).octets();
    for (let length = 0; length <= message.length; length++) expect(summarizeMessage(message.subarray(0, length)).sizeOctets).toBe(length);
  });

  test('generated garbage: no throw', () => {
    const random = new SeededRandom(822);
    for (let round = 0; round < 1000; round++) {
      const message = octets(`From: ${random.text('a@<>,;:"\\() =?utf-8?Q?x?=.[]\r\n \t', random.integer(0, 60))}\r\nContent-Type: ${random.text('a/;="\\ ', 20)}\r\n\r\n`);
      expect(summarizeMessage(message).sizeOctets).toBe(message.length);
    }
  });
});
