import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attachFile } from '@mailwright/smtp-client';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailwright-attach-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function gather(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('a file, as a path and as a URL -> its name, its size, its octets as often as they are asked for', async () => {
  const path = join(folder, 'Grüße 1%.bin');
  const octets = Buffer.alloc(200_000, 'mail');
  await writeFile(path, octets);
  for (const name of [path, pathToFileURL(path)]) {
    const file = await attachFile(name);
    expect([file.fileName, file.sizeOctets]).toEqual(['Grüße 1%.bin', octets.length]);
    for (let round = 0; round < 2; round++) expect((await gather(file.content)).equals(octets)).toBe(true);
  }
  expect((await attachFile(path, 'other.bin')).fileName).toBe('other.bin');
});

test('an empty file -> no octets', async () => {
  const path = join(folder, 'empty');
  await writeFile(path, '');
  const { content, sizeOctets } = await attachFile(path);
  expect([sizeOctets, (await gather(content)).length]).toEqual([0, 0]);
});

test('a folder, or nothing -> rejected at once', async () => {
  await expect(attachFile(folder)).rejects.toThrow(`${folder} is not a file`);
  await expect(attachFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each([['grew', 'more'], ['shrank', undefined]])('a file that %s before it is read -> its content rejects', async (what, added) => {
  const path = join(folder, what);
  await writeFile(path, 'twelve chars');
  const { content } = await attachFile(path);
  await (added === undefined ? writeFile(path, 'less') : appendFile(path, added));
  await expect(gather(content)).rejects.toThrow('has changed since it was attached: it had 12 octets');
});
