import { generateKeyPairSync } from 'node:crypto';
import { inMemoryZone } from '@mailwright/dns';
import type { ZoneObject } from '@mailwright/dns';
import { describe, expect, test } from 'vitest';
import { explainDkimFailure, formatKeyRecord, loadSigningKey } from '../src/index.ts';
import type { DkimCause, DkimSignerOptions } from '../src/index.ts';
import { octets } from './octets.ts';
import { MESSAGE, NOW, keys, sign, signByHand, verify, zone } from './world.ts';

const RICH = [
  'From: Alice <alice@example.com>', 'To: Bob <bob@example.net>', 'Subject: Re: Lunch tomorrow,', ' at noon', 'Date: Sun, 22 Nov 2026 11:59:00 +0000',
  'Comments: one', 'Comments: two', 'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '',
  'Hi Bob,', '', '.lunch?', 'From here it is not far.', 'Caf\xc3\xa9 \xe2\x82\xac 5', 'a\tb', '-- ', 'Alice', '',
].join('\r\n');

async function causes(message: string, records: ZoneObject = zone): Promise<readonly DkimCause[]> {
  const [result] = await verify(message, {}, records);
  return explainDkimFailure(octets(message), result!, { verifier: { resolver: inMemoryZone(records), now: NOW } });
}

const short = (found: readonly DkimCause[]): string[] => found.map(({ cause, proven }) => (proven ? cause : `${cause}?`));

const quotedPrintable = (message: string): string => message
  .replace('Encoding: 8bit', 'Encoding: quoted-printable').replace('Caf\xc3\xa9 \xe2\x82\xac', 'Caf=C3=A9 =E2=82=AC');

describe.each([['rsa', keys[0]], ['ed25519', keys[1]]] as const)('what happened on the way (%s)', (_, key) => {
  test.each<[string, DkimSignerOptions['canonicalization'], (message: string) => string, readonly string[]]>([
    ['nothing', 'relaxed/relaxed', (message) => message, []],
    ['a footer', 'relaxed/relaxed', (message) => `${message}____\r\nA list\r\n`, ['footer-appended']],
    ['a footer (simple)', 'simple/simple', (message) => `${message}____\r\nA list\r\n`, ['footer-appended']],
    ['a banner', 'relaxed/relaxed', (message) => message.replace('Hi Bob', 'CAUTION: from outside\r\n\r\nHi Bob'), ['banner-inserted']],
    ['dots doubled', 'relaxed/relaxed', (message) => message.replace('.lunch', '..lunch'), ['dots-changed']],
    ['dots lost', 'relaxed/relaxed', (message) => message.replace('.lunch', 'lunch'), ['body-changed?']], // nobody knows which line had one
    ['From mangled', 'relaxed/relaxed', (message) => message.replace('\r\nFrom here', '\r\n>From here'), ['from-mangled']],
    ['tabs expanded (simple)', 'simple/simple', (message) => message.replace('a\tb', 'a        b'), ['white-space-changed']],
    ['a signature line without its space (simple)', 'relaxed/simple', (message) => message.replace('-- \r', '--\r'), ['white-space-changed']],
    ['encoded anew', 'relaxed/relaxed', quotedPrintable, ['transfer-encoding-changed', 'transfer-encoding-changed']],
    ['other words', 'relaxed/relaxed', (message) => message.replace('lunch?', 'dinner?'), ['body-changed?']],
    ['a tag in Subject', 'relaxed/relaxed', (message) => message.replace('Subject: ', 'Subject: [list] '), ['subject-tagged']],
    ['a tag behind Re:', 'relaxed/relaxed', (message) => message.replace('Re: ', 'Re: [list] '), ['subject-tagged']],
    ['two tags in Subject (simple)', 'simple/simple', (message) => message.replace('Subject: ', 'Subject: *****SPAM***** [list] '), ['subject-tagged']],
    ['a footer and a tag', 'relaxed/relaxed', (message) => `${message.replace('Subject: ', 'Subject: [list] ')}____\r\nA list\r\n`, ['footer-appended', 'subject-tagged']],
    ['a Cc', 'relaxed/relaxed', (message) => message.replace('Date:', 'Cc: c@example.org\r\nDate:'), ['field-added']],
    ['a second From on top', 'relaxed/relaxed', (message) => `From: Evil <evil@example.org>\r\n${message}`, ['field-added']],
    ['a tag and a Reply-To', 'relaxed/relaxed', (message) => message.replace('Subject: ', 'Reply-To: list@example.org\r\nSubject: [list] '), ['subject-tagged', 'field-added']],
    ['From rewritten', 'relaxed/relaxed', (message) => message.replace('\nFrom: Alice <alice@example.com>', '\nFrom: Alice via List <list@example.org>\r\nX-Original-From: Alice <alice@example.com>'), ['from-rewritten']],
    ['folded anew (simple)', 'simple/simple', (message) => message.replace('Lunch tomorrow,\r\n at', 'Lunch tomorrow, at'), ['refolded']],
    ['folded elsewhere (simple)', 'simple/simple', (message) => message.replace('Lunch tomorrow,\r\n at', 'Lunch\r\n tomorrow, at'), ['refolded']],
    ['folds put in (simple)', 'simple/simple', (message) => message.replace('Alice <alice', 'Alice\r\n <alice'), ['refolded']],
    ['reordered', 'relaxed/relaxed', (message) => message.replace('Comments: one\r\nComments: two', 'Comments: two\r\nComments: one'), ['fields-reordered']],
    ['another Subject', 'relaxed/relaxed', (message) => message.replace('Lunch tomorrow', 'Dinner today'), ['fields-changed?']],
    ['LF for CRLF', 'relaxed/relaxed', (message) => message.replaceAll('\r\n', '\n'), ['line-ends-changed']],
    ['a lone CR that was always there', 'relaxed/relaxed', (message) => message.replace('lunch?', 'lu\rnch?'), ['not-checked']],
  ])('%s (%s)', async (_name, canonicalization, change, expected) => {
    const rules = [...['From', 'To', 'Cc', 'Subject', 'Date', 'Reply-To', 'Content-Type', 'Content-Transfer-Encoding'].map((name) => ({ name, oversign: 'always' as const })), { name: 'Comments', oversign: 'never' as const }];
    const message = sign(RICH, { keys: [key], canonicalization, headers: rules });
    expect(short(await causes(change(message)))).toEqual(expected);
  });

  test('z= tells which field it was, and proves it', async () => {
    const message = sign(MESSAGE, { keys: [key], copyFields: true }).replace('Lunch  tomorrow', 'Dinner today');
    const found = await causes(message);
    expect(short(found)).toEqual(['fields-changed']);
    expect(found[0]!.data).toEqual({ field: 'subject', signed: 'subject:Lunch tomorrow at noon\r\n', now: 'subject:Dinner today at noon\r\n' });
  });
});

describe('details', () => {
  test('a footer: the length at which the body fits', async () => {
    const message = sign(MESSAGE, { keys: [keys[0]] });
    const [cause] = await causes(`${message}-- \r\nfooter\r\n`);
    expect(cause!.data).toEqual({ signedOctets: 'Hi Bob,\r\n\r\n.lunch?\r\n'.length, addedOctets: '\r\n\r\n--\r\nfooter\r\n'.length, added: '\r\n\r\n--\r\nfooter\r\n' });
  });

  test('l= that does not cover everything', async () => {
    const message = sign(MESSAGE, { keys: [keys[0]], bodyLength: true });
    expect(short(await causes(`${message}more\r\n`))).toEqual(['footer-appended']);
  });

  test('another key in the DNS: the signature was not made with it', async () => {
    const other = formatKeyRecord(loadSigningKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey));
    expect(short(await causes(sign(MESSAGE, { keys: [keys[0]] }), { 'r1._domainkey.example.com': { TXT: other } }))).toEqual(['other-key']);
  });

  test('what was not checked says why', async () => {
    const [cause] = await causes(sign(MESSAGE, { keys: [keys[0]] }), {});
    expect(cause).toEqual({ cause: 'not-checked', proven: true, text: 'there is no key record', data: { reason: 'no-key' } });
  });

  test('a signer that hashed nothing, or with the other canonicalization', async () => {
    const empty = signByHand('From: a@example.com\r\n\r\n', 'v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=r1; h=from;');
    expect(short(await causes(`${empty}Hello\r\n`))).toEqual(['signed-empty-body']);
    const wrong = signByHand('From: a@example.com\r\n\r\na  b\r\n', 'v=1; a=rsa-sha256; c=relaxed/simple; d=example.com; s=r1; h=from;');
    expect(short(await causes(wrong))).toEqual(['other-canonicalization']);
  });

  test('lines that were cut', async () => {
    const message = sign(`From: a@example.com\r\n\r\n${'x'.repeat(2500)}\r\nend\r\n`, { keys: [keys[0]] });
    expect(short(await causes(message.replace(/x{998}/g, '$&\r\n')))).toEqual(['lines-cut']);
    expect(short(await causes(message.replace(/x{998}/, '$&\r\n ').replace(/ x{997}/, '$&\r\n ')))).toEqual(['lines-cut']);
  });

  test('parts of a multipart that were encoded anew', async () => {
    const part = (encoding: string, body: string): string => `--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}\r\n`;
    const message = (encoding: string, body: string): string => `From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${part(encoding, body)}${part('7bit', 'x')}--b--\r\n`;
    const before = sign(message('8bit', 'Caf\xc3\xa9 = nice'), { keys: [keys[0]] });
    const signature = before.slice(0, -message('8bit', 'Caf\xc3\xa9 = nice').length);
    for (const [encoding, body] of [['quoted-printable', 'Caf=C3=A9 =3D nice'], ['base64', Buffer.from('Caf\xc3\xa9 = nice', 'latin1').toString('base64')]] as const) {
      expect(short(await causes(signature + message(encoding, body)))).toEqual(['transfer-encoding-changed']);
    }
  });

  test('a large body with very many lines is explained in bounded time', async () => {
    const message = sign(`From: a@example.com\r\n\r\n${'a\r\n'.repeat(60_000)}`, { keys: [keys[0]] });
    expect(short(await causes(`${message}footer\r\n`))).toEqual(['footer-appended']);
    expect(short(await causes(message.replace('\r\n\r\na', '\r\n\r\nb')))).toEqual(['body-changed?']);
  });
});
