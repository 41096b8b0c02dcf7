import { octetsForWriting } from '@mailwright/wire';
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
