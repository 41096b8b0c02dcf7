import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createImapServer, type ImapServer, MemoryStore } from '../../imap-server/src/index.ts';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { ImapClient } from '../src/client.ts';
import type { ImapConnectOptions } from '../src/options.ts';
import { mail } from './real-server.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const SIZES = [3_000_000, 500, 800_000, 70_000];

const texts = SIZES.map((size, index) => mail(`number ${index}`, new SeededRandom(index + 1).text(ALPHABET, size)));
let server: ImapServer;
let port = 0;

beforeAll(async () => {
  const store = new MemoryStore({ users: { ann: { password: 'secret', mailboxes: { INBOX: { messages: texts } } } } });
  server = createImapServer({ store, clearTextAuth: 'allow' });
  ({ port } = await server.listen({ host: '127.0.0.1', port: 0 }));
});

afterAll(() => server.close({ timeoutMs: 0 }));

function connect(options: ImapConnectOptions = {}): Promise<ImapClient> {
  return ImapClient.connect({ host: '127.0.0.1', port, tls: { mode: 'none' }, allowClearTextAuth: true, auth: { username: 'ann', password: 'secret' }, ...options });
}

function hashOf(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex');
}

/** Looks at each piece, and again after some turns of the event loop, in which more was read. */
async function hashLent(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  let count = 0;
  for await (const piece of pieces) {
    if (++count % 4 === 0) for (let turn = 0; turn < 3; turn++) await setImmediate();
    hash.update(piece);
  }
  return hash.digest('hex');
}

describe('bodies whose memory is lent, over TCP', () => {
  test.each([
    ['enough memory for what waits', {}],
    ['little memory', { memoryOctets: 100_000 }],
    ['a trace, which looks at the octets too', { trace: () => {} }],
  ] as const)('%s: every body as it was sent, while other commands are answered', async (_, options) => {
    await using client = await connect(options);
    await using box = await client.open('INBOX');
    const hashes: string[] = [];
    for await (const message of box.fetch('all', { bodies: [''] })) {
      hashes.push(await hashLent(message.body().lent()));
      await client.noop();
    }
    expect(hashes).toEqual(texts.map(hashOf));
  });

  test('a download that lends, from its middle on, and one that is left early', async () => {
    await using client = await connect();
    await using box = await client.open('INBOX');
    for await (const piece of box.download(3).lent()) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    const download = box.download(1, '', { from: 1_000_000 });
    expect(await hashLent(download.lent())).toBe(hashOf(texts[0]!.slice(1_000_000)));
    expect(download.position).toBe(texts[0]!.length);
  });

  test('bodies that are kept, beside bodies that are lent: those that are kept stay as they came', async () => {
    await using client = await connect();
    await using box = await client.open('INBOX');
    const kept: Uint8Array[] = [];
    for await (const message of box.fetch([1, 3, 4], { bodies: [''] })) kept.push(await message.body().octets());
    for (let round = 0; round < 3; round++) expect(await hashLent(box.download(1).lent())).toBe(hashOf(texts[0]!));
    expect(kept.map((octets) => createHash('sha256').update(octets).digest('hex'))).toEqual([texts[0]!, texts[2]!, texts[3]!].map(hashOf));
  });

  test('a body that nobody reads goes by, and the next one is right', async () => {
    await using client = await connect();
    await using box = await client.open('INBOX');
    const hashes: string[] = [];
    for await (const message of box.fetch('all', { bodies: [''] })) if (message.uid !== 1) hashes.push(await hashLent(message.body().lent()));
    expect(hashes).toEqual(texts.slice(1).map(hashOf));
  });
});
