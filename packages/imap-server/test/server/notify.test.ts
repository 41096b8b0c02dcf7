/** NOTIFY: what is told of which mailbox, and what is not. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MaildirStore } from '../../src/index.ts';
import { type LineClient, literal, login, makeServer, makeStore } from './line-client.ts';

const store = () => makeStore({ INBOX: ['Subject: one\n\nBody\n'], Work: [], 'Work/Deep': [], 'Work/Deep/Down': [] });

/** The lines of a client up to the first that begins so. */
async function linesUpTo(client: LineClient, last: string): Promise<(string | undefined)[]> {
  const lines: (string | undefined)[] = [];
  do lines.push(await client.line());
  while (lines.at(-1)?.startsWith(last) === false);
  return lines;
}

describe('NOTIFY', () => {
  test.each([
    ['rfc5465 5: MessageNew without MessageExpunge', '(selected (MessageNew))'],
    ['rfc5465 5: FlagChange without MessageNew', '(personal (FlagChange))'],
    ['rfc5465 6.1: SELECTED twice', '(selected (MessageNew MessageExpunge)) (selected-delayed (MessageNew MessageExpunge))'],
    ['rfc5465 6.1: SELECTED has events of messages only', '(selected (MailboxName))'],
    ['rfc5465 8: other mailboxes have nothing to fetch', '(personal (MessageNew (UID) MessageExpunge))'],
  ])('%s -> BAD', async (_title, groups) => {
    await using server = makeServer({ store: store() });
    const client = await login(server, 'SELECT INBOX');
    expect((await client.say(`NOTIFY SET ${groups}`)).at(-1)).toMatch(/^\. BAD /);
  });

  test('rfc5465 5.1: flags that FlagChange was not asked for wait for a command', async () => {
    await using server = makeServer({ store: store() });
    const client = await login(server, 'SELECT INBOX', 'NOTIFY SET (selected (MessageNew MessageExpunge))');
    const other = await login(server, 'SELECT INBOX');
    await other.say('STORE 1 +FLAGS (\\Flagged)');
    await other.say(`APPEND INBOX ${literal('x')}`);
    expect(await client.lines(2)).toEqual(['* 2 EXISTS', '* 1 RECENT']);
    expect(await client.say('NOOP')).toEqual(['* 1 FETCH (FLAGS (\\Flagged))', '. OK NOOP completed']);
  });

  test('rfc5465 4: IDLE tells the same events as NOTIFY', async () => {
    await using server = makeServer({ store: store() });
    const client = await login(server, 'SELECT INBOX', 'NOTIFY SET (selected (MessageNew MessageExpunge))');
    const other = await login(server, 'SELECT INBOX');
    client.send('i IDLE\r\n');
    expect(await client.line()).toBe('+ idling');
    await other.say('STORE 1 +FLAGS (\\Flagged)');
    await other.say(`APPEND INBOX ${literal('x')}`);
    expect(await client.lines(2)).toEqual(['* 2 EXISTS', '* 1 RECENT']);
    client.send('DONE\r\n');
    expect(await client.lines(2)).toEqual(['* 1 FETCH (FLAGS (\\Flagged))', 'i OK IDLE completed']);
  });

  test('rfc5465 5.1: flags are told with their UID', async () => {
    await using server = makeServer({ store: store() });
    const client = await login(server, 'SELECT INBOX', 'NOTIFY SET (selected (MessageNew MessageExpunge FlagChange))');
    const other = await login(server, 'SELECT INBOX');
    await other.say('STORE 1 +FLAGS (\\Flagged)');
    expect(await client.line()).toBe('* 1 FETCH (UID 1 FLAGS (\\Flagged))');
  });

  test('rfc5465 5.2: nothing is fetched of what the client itself appended', async () => {
    await using server = makeServer({ store: store() });
    const client = await login(server, 'SELECT INBOX', 'NOTIFY SET (selected (MessageNew (UID RFC822.SIZE) MessageExpunge))');
    expect(await client.say(`APPEND INBOX ${literal('x')}`)).toEqual(['* 2 EXISTS', '* 1 RECENT', '. OK [APPENDUID 1 2] APPEND completed']);
    const other = await login(server);
    await other.say(`APPEND INBOX ${literal('xyz')}`);
    expect(await client.lines(3)).toEqual(['* 3 EXISTS', '* 2 RECENT', '* 3 FETCH (UID 3 RFC822.SIZE 3)']);
  });

  test('rfc5465 6: what several groups say of a mailbox counts together', async () => {
    await using server = makeServer({ store: store() });
    const client = await login(server, 'NOTIFY SET (mailboxes Work (MessageNew MessageExpunge)) (personal (SubscriptionChange))');
    const other = await login(server);
    await other.say('SUBSCRIBE Work');
    expect(await client.line()).toBe('* LIST (\\Subscribed) "/" Work');
  });

  test('rfc5465 5.4: what is below a mailbox that is renamed goes without saying', async () => {
    await using server = makeServer({ store: store() });
    const client = await login(server, 'NOTIFY SET (personal (MailboxName))');
    const other = await login(server);
    await other.say('RENAME Work Job');
    await other.say('CREATE New');
    expect(await client.lines(2)).toEqual(['* LIST () "/" Job ("OLDNAME" (Work))', '* LIST () "/" New']);
  });

  test('the client\'s FETCH waits while a large message is told unasked', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mailwright-notify-'));
    const files = new MaildirStore({ directory: folder, users: { ann: { password: 'secret' } } });
    try {
      await using server = makeServer({ store: files });
      const client = await login(server, 'SELECT INBOX', 'NOTIFY SET (selected (MessageNew (UID BODY.PEEK[]) MessageExpunge))');
      const other = await login(server);
      const text = `Subject: large\r\n\r\n${'Hello, world!\r\n'.repeat(30_000)}`;
      const appended = other.say(`APPEND INBOX ${literal(text)}`);
      expect(await linesUpTo(client, '* 1 EXISTS')).toEqual(['* 1 EXISTS']);
      client.send('f UID FETCH 1 BODY.PEEK[]\r\n');
      const lines = (await linesUpTo(client, 'f ')).filter((line) => line !== '* 1 RECENT');
      expect(lines).toEqual([`* 1 FETCH (UID 1 BODY[] {${text.length}}\r\n${text})`, `* 1 FETCH (UID 1 BODY[] {${text.length}}\r\n${text})`, 'f OK FETCH completed']);
      await appended;
    } finally {
      await files.close();
      await rm(folder, { recursive: true });
    }
  });
});
