import { octetsForWriting, textForWriting } from '@mailwright/wire';
import { expect, test } from 'vitest';

test('slab: parts are zero, of the size asked for, and never overlap', () => {
  const parts = Array.from({ length: 3000 }, (_, index) => octetsForWriting((index * 37) % 9000));
  parts.forEach((part, index) => {
    expect(part.length).toBe((index * 37) % 9000);
    expect(part.every((octet) => octet === 0)).toBe(true);
    part.fill((index % 255) + 1);
  });
  parts.forEach((part, index) => expect(part.every((octet) => octet === (index % 255) + 1)).toBe(true));
});

test.each(['', 'QUIT\r\n', 'grüße\r\n', 'x'.repeat(10_000), 'é'.repeat(5000), '😀'.repeat(3000), '\ud800'.repeat(3)])('slab: text in UTF-8, %#', (text) => {
  expect(Buffer.from(textForWriting(text)).equals(Buffer.from(text))).toBe(true);
});

test('slab: texts of every length, one behind the other, keep what they were', () => {
  const texts = Array.from({ length: 3000 }, (_, index) => (index % 3 === 0 ? 'é' : 'x').repeat((index * 7) % 100));
  const written = texts.map((text) => textForWriting(text));
  expect(written.map((octets) => Buffer.from(octets).toString('utf8'))).toEqual(texts);
  expect(octetsForWriting(1000).every((octet) => octet === 0)).toBe(true);
});
