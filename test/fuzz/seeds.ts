/**
 * Messages to mutate: some of our own, which are always there, and every message file of the public cases where that folder is (`../shared/conformance` beside
 * the repository, or `$MAILWRIGHT_CONFORMANCE`).
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const lines = (...text: readonly string[]): Uint8Array => new Uint8Array(Buffer.from(text.join('\r\n'), 'latin1'));

/** One of each: plain, alternative, related in mixed, messages in messages, a digest, encoded words and parameters in pieces, uuencode, flowed. */
export const OWN_SEEDS: readonly Uint8Array[] = [
  lines('From: a@b.example', 'To: Group: c@d.example, "D, E" <d@e.example>;, (x) f@g.example', 'Date: Mon, 1 Jan 2024 00:00:00 +0000', 'Message-ID: <1@b.example>', 'Subject: plain', '', 'Text', ''),
  lines(
    'From: =?utf-8?Q?J=C3=BCrgen?= <a@b.example>', 'Subject: =?utf-8?B?w7w=?= =?iso-2022-jp?B?GyRCJDMbKEI=?=', 'MIME-Version: 1.0', 'Content-Type: multipart/alternative; boundary="b1"', '', 'preamble', '--b1',
    'Content-Type: text/plain; charset=iso-8859-1; format=flowed; delsp=yes', 'Content-Transfer-Encoding: quoted-printable', '', 'Gr=FC=DFe, =', 'flowed ', 'text', '--b1', 'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: base64', '', 'PHA+R3LDvMOfZTwvcD4=', '--b1--', 'epilogue', '',
  ),
  lines(
    'Content-Type: multipart/mixed; boundary=outer', '', '--outer', 'Content-Type: multipart/related; boundary="inner one"; type="text/html"', '', '--inner one', 'Content-Type: text/html', '', '<img src="cid:p@x">',
    '--inner one', 'Content-Type: image/png; name="=?utf-8?Q?b=C3=BC.png?="', 'Content-ID: <p@x>', 'Content-Disposition: inline; filename*0*=utf-8\'en\'b%C3%BC; filename*1="ld.png"', 'Content-Transfer-Encoding: base64', '',
    'iVBORw0KGgo=', '--inner one--', '--outer', 'Content-Type: message/rfc822', '', 'From: x@y.example', 'Content-Type: multipart/digest; boundary=d', '', '--d', '', 'Subject: one', '', 'first', '--d', '',
    'Subject: two', '', 'second', '--d--', '', '--outer--', '',
  ),
  lines('Subject: uu', 'Content-Type: text/plain; charset=utf-7', '', 'A file +AOQ-:', 'begin 644 a.txt', '#86)C', '`', 'end', ''),
  lines('Content-Type: text/plain; charset=gb18030', 'Content-Transfer-Encoding: x-uuencode', '', 'begin 644 x', '#86)C', '`', 'end', ''),
  lines('Content-Type: multipart/report; report-type=delivery-status; boundary=r', '', '--r', '', 'It failed.', '--r', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; x.example', '', 'Final-Recipient: rfc822; a@b.example', '--r', 'Content-Type: text/rfc822-headers', '', 'Subject: s', '--r--', ''),
  lines('DKIM-Signature: v=1; a=rsa-sha256; d=b.example; s=s; h=from:to:subject; bh=AAAA; b=BBBB', 'Received: from a (b [192.0.2.1]) by c.example with ESMTPS id 1; Mon, 1 Jan 2024 00:00:00 +0000', 'List-Unsubscribe: <https://x.example/u>, <mailto:u@x.example>', 'From: a@b.example', '', 'x', ''),
];

const MESSAGE_FILE = /\.(?:eml|msg|raw|txt)$/;

/** Ours, then those of the folder in the order of their paths. */
export function messageSeeds(): readonly Uint8Array[] {
  const folder = join(process.env['MAILWRIGHT_CONFORMANCE'] ?? fileURLToPath(new URL('../../../shared/conformance', import.meta.url)), 'mime');
  if (!existsSync(folder)) return OWN_SEEDS;
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && MESSAGE_FILE.test(entry.name) && !entry.name.includes('_decoded'))
    .map((entry) => join(entry.parentPath, entry.name));
  return [...OWN_SEEDS, ...paths.sort().map((path) => new Uint8Array(readFileSync(path)))];
}

/** Words of the grammar, whole lines and pieces of them. */
export const WORDS: readonly string[] = [
  '\r\n', '\n', '\r', '\0', '\t', ' ', '--', '\r\n--', '\r\n\r\n', ':', ';', '"', '\\', '(', ')', '<', '>', '@', ',', '=', '=?', '?=', '=\r\n', '=3D', '=C3', '\x80', '\xff', '\xc3\xa9', '\xef\xbb\xbf',
  '=?utf-8?Q?=E2=82=AC?=', '=?utf-8?B?4oKs?=', '=?utf-7?Q?+AOQ-?=', '=?iso-2022-jp?B?GyRC?=', '=?x-unknown?Q?a?=', '=?utf-8*en?q?_?=', '=?utf-8?B??=', 'From ', '>From x\r\n', 'begin 644 x\r\n', 'end\r\n', '`\r\n',
  'Content-Type: multipart/mixed; boundary=b\r\n', 'Content-Type: multipart/mixed; boundary=""\r\n', 'Content-Type: multipart/digest; boundary="b1"\r\n', 'Content-Type: message/rfc822\r\n', 'Content-Type: text/plain; charset=utf-16\r\n',
  'Content-Type: text/plain; charset=utf-7\r\n', 'Content-Type: text/plain; charset=iso-2022-kr\r\n', 'Content-Type: text/plain; charset=hz-gb-2312\r\n', 'Content-Type: text/plain; charset=x\r\n', 'Content-Type: /\r\n',
  'Content-Transfer-Encoding: base64\r\n', 'Content-Transfer-Encoding: quoted-printable\r\n', 'Content-Transfer-Encoding: uuencode\r\n', 'Content-Transfer-Encoding: x\r\n', 'Content-Disposition: attachment; filename="../../x"\r\n',
  'Content-Disposition: attachment; filename*0*=utf-8\'\'%; filename*2=b; filename*1*=%zz\r\n', '; name*=utf-7\'\'%2BAOQ-', '; boundary=b', '; charset*=utf-8\'\'utf-8', '; a=b', '; filename*9999999999=x', '\r\n--b\r\n', '\r\n--b--\r\n', '\r\n--b1\r\n', '--outer--\r\n',
  'To: a: b: c;;, <@x,@y:z@w>\r\n', 'To: "', 'To: ((((', 'Date: Mon, 99 Foo 99999 99:99:99 +9999 (', 'Message-ID: <<>>\r\n', 'References: <a@b> <c@d>\r\n', 'Received: from (((\r\n', 'Subject: \r\n \r\n x\r\n', ' folded\r\n', '\tfolded\r\n', 'X-Empty:\r\n', ': no name\r\n',
];
