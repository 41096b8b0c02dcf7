/** The server over files: what is large goes through in pieces, and what other programs deliver is found. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MaildirStore } from '../../src/index.ts';
import { literal, login, makeServer } from './line-client.ts';

const LARGE = `Subject: large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n${'Hello, world!\r\n'.repeat(20_000)}\r\n--b\r\nContent-Type: image/png\r\n` +
  `Content-Transfer-Encoding: base64\r\n\r\n${`${'QUJD'.repeat(19)}\r\n`.repeat(2000)}--b--\r\n`;

describe('over a Maildir', () => {
  let folder: string;
  let store: MaildirStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mailwright-imap-'));
    store = new MaildirStore({ directory: folder, users: { ann: { password: 'secret' } } });
  });

  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  test('large sections, several of them, in one response', async () => {
    await using server = makeServer({ store });
    const client = await login(server, 'SELECT INBOX');
    expect((await client.say(`APPEND INBOX ${literal(LARGE)}`)).at(-1)).toMatch(/^\. OK \[APPENDUID \d+ 1\]/);
    const [whole] = await client.say('FETCH 1 BODY.PEEK[]');
    expect(whole).toBe(`* 1 FETCH (BODY[] {${LARGE.length}}\r\n${LARGE})`);
    const part = 'Hello, world!\r\n'.repeat(20_000);
    const image = 'ABC'.repeat(38_000);
    const [several] = await client.say('FETCH 1 (BODY.PEEK[1] BINARY.PEEK[2] RFC822.SIZE BODY.PEEK[1]<14.20> RFC822)');
    expect(several).toContain(`BODY[1] {${part.length}}\r\n${part} BODY[1]<14> {20}\r\n${part.slice(14, 34)}`);
    expect(several).toContain(`BINARY[2] ~{${image.length}}\r\n${image}`);
    expect(several).toContain(`RFC822 {${LARGE.length}}\r\n${LARGE}`);
    expect(several).toContain(`RFC822.SIZE ${LARGE.length}`);
  });

  test('a message that another program delivers is there at the next NOOP, and in IDLE by itself', async () => {
    await using server = makeServer({ store, timeouts: { refreshMs: 5 } });
    const client = await login(server, 'SELECT INBOX');
    await writeFile(join(folder, 'ann', 'new', '1.a.b'), 'Subject: one\n\nBody\n');
    expect(await client.say('NOOP')).toEqual(['* 1 EXISTS', '* 1 RECENT', '. OK NOOP completed']);
    client.send('i IDLE\r\n');
    expect(await client.line()).toBe('+ idling');
    await writeFile(join(folder, 'ann', 'new', '2.a.b'), 'Subject: two\n\nBody\n');
    expect(await client.lines(2)).toEqual(['* 2 EXISTS', '* 2 RECENT']);
    client.send('DONE\r\n');
    expect(await client.line()).toBe('i OK IDLE completed');
    expect(await client.say('SEARCH SUBJECT two')).toEqual(['* SEARCH 2', '. OK SEARCH completed']);
  });
});
