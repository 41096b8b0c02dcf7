/** Messages that nobody means: whatever comes, what is told is true of the octets and can be written down. */
import { expect, test } from 'vitest';
import { findSection, layoutMessage, octetsContent, readMessageLayout, readPreview, readSearchableBody, readSearchableHeader } from '@mailwright/imap-server';
import type { MessageLayout } from '@mailwright/imap-server';
import { encodeLatin1 } from '@mailwright/wire';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { storedContent } from './content-helpers.ts';

const SCRAPS = [
  '\r\n', '\r\n', '\n', '\r', '\0', '--b', '--b--', '--c', ' ', '\t', ': ', '; ', '"', '(', ')', '=?utf-8?Q?=C3=BC=00?=', 'x', 'é', 'From: ', 'To: a@b, <c@d>; G: e@f;', 'Subject: ', 'Content-Type: multipart/mixed; boundary=b',
  'Content-Type: multipart/alternative; boundary="c"', 'Content-Type: message/rfc822', 'Content-Type: text/html; charset=utf-7', 'Content-Type: \0/\r', 'Content-Type: a/b; n\0m="v\rw"; n*0*=x\'\'%0d%0a; n*1=%00',
  'Content-Disposition: "attachment"; filename="a\0b"', 'Content-Transfer-Encoding: base64', 'Content-Transfer-Encoding: x-\0', 'Content-Language: , de,,\r', 'Content-ID: <\0>', 'AAAA', '=0D=0A', '<b>', '&#0;&#xd800;',
];

function soup(random: SeededRandom): Uint8Array {
  return encodeLatin1(Array.from({ length: random.integer(0, 40) }, () => random.pick(SCRAPS) + (random.chance(0.5) ? '\r\n' : '')).join(''));
}

/** All texts that would be written, wherever they stand. */
function* textsIn(value: unknown): Generator<string, void, undefined> {
  if (typeof value === 'string') yield value;
  else if (value instanceof Map) for (const entry of value) yield* textsIn(entry);
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) yield* textsIn(inner);
}

test('layout, sections, preview and texts of soups: nothing throws, sizes are right, no text holds what a string can not', async () => {
  const random = new SeededRandom(77);
  for (let round = 0; round < 1500; round++) {
    const octets = soup(random);
    const layout = layoutMessage(octets);
    for (const text of textsIn([layout.envelope, layout.bodyStructure])) expect(text).not.toMatch(/[\0\r\n]/);
    await checkSections(octets, layout);
    const content = octetsContent(octets);
    expect((await readPreview(content, layout)).length).toBeLessThanOrEqual(400);
    const header = await readSearchableHeader(content, layout);
    const body = await readSearchableBody(content, layout);
    expect(header.fields.length + body.texts.length).toBeGreaterThanOrEqual(0);
    if (round % 10 === 0) expect(await readMessageLayout(storedContent(octets, random.integer(1, 20)))).toEqual(layout);
  }
});

async function checkSections(octets: Uint8Array, layout: MessageLayout): Promise<void> {
  const content = octetsContent(octets);
  for (const part of [[], ...[...layout.parts.keys()].map((number) => number.split('.').map(Number))]) {
    for (const text of [undefined, { type: 'HEADER' }, { type: 'TEXT' }, { type: 'MIME' }, { type: 'HEADER.FIELDS', fields: ['to'] }, { type: 'HEADER.FIELDS.NOT', fields: ['to'] }] as const) {
      const found = await findSection(content, layout, { part, text });
      if (found !== undefined) expect((await found.read()).length).toBe(found.octetCount);
    }
  }
}
