import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DEVIATIONS, NOT_COMPARED } from './mime-deviations.ts';
import { suites as fields } from './mime-fields.ts';
import { suites as mime4j } from './mime-mime4j.ts';
import { suites as postal } from './mime-postal.ts';
import { suites as reference } from './mime-reference.ts';
import { suites as roundTrip, writePart } from './mime-round-trip.ts';
import { suites as structure } from './mime-structure.ts';
import { parseMessage } from '@mailwright/mime';

const page = readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8');
const rows = [...DEVIATIONS, ...NOT_COMPARED];

test('every deviation of the mime cases is a row of docs/conformance.md, with its reason', () => {
  expect(rows.filter(({ suite, id, reason }) => !page.includes(`| \`${suite}\` ${id} | ${reason} |`)).map(({ suite, id }) => `${suite} ${id}`)).toEqual([]);
});

test('every row of docs/conformance.md about mime is a deviation', () => {
  const written = page.split('\n').filter((line) => line.startsWith('| `mime/') && line.split('|').length === 4 && !line.includes('.ts`'));
  expect(written).toHaveLength(rows.length);
});

test('deviations: each names a suite that there is, once', () => {
  const names = [...fields, ...mime4j, ...postal, ...reference, ...roundTrip, ...structure].map(({ suite }) => suite);
  expect(new Set(names).size).toBe(names.length);
  expect(rows.filter(({ suite }) => !names.includes(suite))).toEqual([]);
  expect(new Set(rows.map(({ suite, id }) => `${suite} ${id}`)).size).toBe(rows.length);
});

test('writePart: the slices of a message with a message in a multipart are the message', () => {
  const text = 'A: 1\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b \r\nContent-Type: message/rfc822\r\n\r\nB: 2\r\n\r\ninner\r\n--b\r\n\r\n--b--\r\nepilogue';
  const message = parseMessage(Buffer.from(text));
  expect(message.parts).toHaveLength(4);
  expect(Buffer.concat(writePart(message, message.parts[0]!)).toString()).toBe(text);
});
