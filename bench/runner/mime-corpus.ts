/** The messages and lists of the `mime` entries: made from a seed, the same octets on every machine. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SeededRandom } from '@mailwright/testing';
import { temporaryFolder } from './corpus.ts';

const SEED = 2045;
const LINE_OCTETS = 76;
const WORDS = 'invoice order delivery the of and a to in is your account with for this week new offer terms price we are happy that you have read so far gr\u00fc\u00dfe caf\u00e9 f\u00fcr \u20ac10'.split(' ');
const BASE64_GROUP = 57;

const HEADER = [
  'Return-Path: <bounce+5321@news.example>',
  'Received: from mx1.example (mx1.example [192.0.2.1]) by mail.example with ESMTPS id 4bXq1r0Wz\r\n\tfor <recipient@server.example>; Tue, 01 Jul 2025 10:00:02 +0000',
  'Received: from app.example ([198.51.100.7]) by mx1.example with ESMTPSA id 1a2b3c; Tue, 01 Jul 2025 10:00:01 +0000',
  'Date: Tue, 01 Jul 2025 10:00:00 +0000', 'From: =?utf-8?Q?J=C3=BCrgen_Sender?= <sender@client.example>',
  'To: Recipient <recipient@server.example>, "Second, The" <second@server.example>', 'Reply-To: help@client.example',
  'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe_aus_der_Ferne:?= a message from a seed', 'Message-ID: <5321@client.example>',
  'List-Unsubscribe: <https://news.example/u/5321>', 'X-Mailer: a seed', 'MIME-Version: 1.0',
].join('\r\n');

/** Words in lines of 76 octets at most, with soft line breaks, as quoted-printable that has non-ASCII words here and there; `octets` long or a line more. */
function quotedPrintable(random: SeededRandom, octets: number, wrap: (text: string) => string): string {
  const lines: string[] = [];
  let size = 0;
  while (size < octets) {
    let paragraph = wrap(Array.from({ length: random.integer(8, 40) }, () => random.pick(WORDS)).join(' ')).replace(/=/g, '=3D');
    paragraph = paragraph.replace(/[^\x20-\x7e]/gu, (character) => [...Buffer.from(character)].map((octet) => `=${octet.toString(16).toUpperCase()}`).join(''));
    for (const line of softLines(paragraph)) {
      lines.push(line);
      size += line.length + 2;
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** Cut with `=` at the end of each line but the last, never inside an escape. */
function softLines(paragraph: string): string[] {
  const lines: string[] = [];
  let from = 0;
  while (paragraph.length - from > LINE_OCTETS) {
    let to = from + LINE_OCTETS - 1;
    while (paragraph[to - 1] === '=' || paragraph[to - 2] === '=') to--;
    lines.push(`${paragraph.slice(from, to)}=`);
    from = to;
  }
  return [...lines, paragraph.slice(from)];
}

const inHtml = (text: string): string => `<p style="margin: 0 0 12px; font-family: Georgia, serif"><a href="https://news.example/c?id=5321&amp;l=7">${text}</a></p>`;

function text2k(): string {
  return `${HEADER}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${quotedPrintable(new SeededRandom(SEED), 1200, (text) => text)}`;
}

function newsletter60k(): string {
  const random = new SeededRandom(SEED + 1);
  const part = (type: string, octets: number, wrap: (text: string) => string): string =>
    `--=_newsletter\r\nContent-Type: text/${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${quotedPrintable(random, octets, wrap)}\r\n`;
  return `${HEADER}\r\nContent-Type: multipart/alternative;\r\n boundary="=_newsletter"\r\n\r\n${part('plain', 12_000, (text) => text)}${part('html', 46_000, inHtml)}--=_newsletter--\r\n`;
}

function attach10m(): string {
  const random = new SeededRandom(SEED + 2);
  const encoded = Buffer.from(random.octets(7_664_000)).toString('base64').replace(/.{76}/g, '$&\r\n');
  return [
    HEADER, 'Content-Type: multipart/mixed; boundary="=_attachment"', '', '--=_attachment', 'Content-Type: text/plain; charset=utf-8', '', 'The file.', '--=_attachment',
    'Content-Type: application/octet-stream; name="data.bin"', 'Content-Disposition: attachment; filename="data.bin"', 'Content-Transfer-Encoding: base64', '', encoded, '--=_attachment--', '',
  ].join('\r\n');
}

function buildInput(characters: number, attachmentOctets: number): string {
  const random = new SeededRandom(SEED + 3);
  let text = '';
  while (text.length < characters) text += `${Array.from({ length: 10 }, () => random.pick(WORDS.filter((word) => /^[a-z]+$/.test(word)))).join(' ')}\n`;
  return JSON.stringify({
    from: { name: 'Sender', address: 'sender@client.example' }, to: { name: 'Recipient', address: 'recipient@server.example' }, subject: 'A message from a seed',
    text: text.slice(0, characters - 1).trimEnd(), date: 'Tue, 01 Jul 2025 10:00:00 +0000', messageId: '<5321@client.example>', attachmentBase64: Buffer.from(random.octets(attachmentOctets)).toString('base64'),
  });
}

/** `Name 17 <user17@host7.example>`, comma and space between. */
function addressList(count: number): string {
  return Array.from({ length: count }, (_, index) => `Name Number ${index} <user${index}@host${index % 10}.example>`).join(', ');
}

export type MimeInput = 'text2k' | 'newsletter60k' | 'attach10m' | 'text1k' | 'attach1m' | 'list1000' | 'list4000';

const MAKERS: Readonly<Record<MimeInput, () => string>> = {
  text2k: () => text2k(),
  newsletter60k: () => newsletter60k(),
  attach10m: () => attach10m(),
  text1k: () => buildInput(1024, 0),
  attach1m: () => buildInput(200, 1024 * 1024 - (1024 * 1024) % BASE64_GROUP),
  list1000: () => addressList(1000),
  list4000: () => addressList(4000),
};

const written = new Map<MimeInput, string>();

/** Path of that input. */
export function mimeInputPath(name: MimeInput): string {
  const known = written.get(name);
  if (known !== undefined) return known;
  const path = join(temporaryFolder, `mime-${name}`);
  writeFileSync(path, MAKERS[name]());
  written.set(name, path);
  return path;
}
