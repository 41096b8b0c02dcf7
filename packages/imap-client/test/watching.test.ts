import { describe, expect, test } from 'vitest';
import type { MailboxUpdate } from '../src/watch-update.ts';
import { allBut, mail, realServer } from './real-server.ts';
import { connectScripted, rejection } from './connect-scripted.ts';

const MAILBOXES = { INBOX: ['one', 'two', 'three'].map((subject) => mail(subject)) };
/** How the server is, how changes are heard of, how the past is found out. */
const SERVERS: readonly (readonly [name: string, without: readonly string[], live: MailboxUpdate['live'], sync: MailboxUpdate['sync']])[] = [
  ['everything', [], 'idle', 'qresync'],
  ['no QRESYNC', ['QRESYNC'], 'idle', 'condstore'],
  ['no CONDSTORE', ['QRESYNC', 'CONDSTORE'], 'idle', 'uids'],
  ['NOTIFY', ['IDLE', 'IMAP4rev2'], 'notify', 'qresync'],
  ['NOTIFY without QRESYNC', ['IDLE', 'IMAP4rev2', 'QRESYNC'], 'notify', 'condstore'],
  ['polling', ['IDLE', 'IMAP4rev2', 'NOTIFY', 'QRESYNC', 'CONDSTORE'], 'poll', 'uids'],
];

async function value(updates: AsyncGenerator<MailboxUpdate, void, undefined>): Promise<MailboxUpdate> {
  const { value: update, done } = await updates.next();
  if (done === true) throw new Error('the watch has ended');
  return update;
}

describe.each(SERVERS)('watch, %s', (_, without, live, sync) => {
  test('what another session does is told: added, changed, removed', async () => {
    await using server = realServer({ mailboxes: MAILBOXES, capabilities: allBut(...without) });
    const watching = await server.connect();
    const other = await server.connect();
    await using box = await watching.open('INBOX');
    const updates = box.watch({ pollMs: 5 });
    const first = await value(updates);
    expect(first).toMatchObject({ added: [], removed: [], changed: [], reset: false, sync: 'start', live });
    await other.append('INBOX', { message: mail('four') });
    expect(await value(updates)).toMatchObject({ added: [4], removed: [], sync: undefined });
    await using theirs = await other.open('INBOX');
    await theirs.addFlags(2, ['\\Flagged']);
    const changed = await value(updates);
    expect(changed.changed.map(({ uid, flags }) => [uid, flags?.includes('\\Flagged')])).toEqual([[2, true]]);
    await theirs.addFlags([1, 3], ['\\Deleted']);
    let seen: readonly number[] = [];
    while (seen.length < 2) seen = [...new Set([...seen, ...(await value(updates)).changed.map(({ uid }) => uid)])];
    await theirs.expunge();
    let removed: readonly number[] = [];
    let token = '';
    while (removed.length < 2) {
      const update = await value(updates);
      removed = [...removed, ...update.removed];
      token = update.token;
    }
    expect(removed).toEqual([1, 3]);
    // Any other command is legal meanwhile.
    expect((await box.search({ key: 'ALL' })).uids).toEqual([2, 4]);
    await updates.return();

    // A token survives: what happens while nobody watches is the first update.
    await theirs.removeFlags(2, ['\\Flagged']);
    await other.append('INBOX', [{ message: mail('five') }, { message: mail('six') }]);
    await theirs.delete(4, { expungeAll: true });
    await box.close();
    await using again = await watching.open('INBOX', { readOnly: true, syncToken: token });
    const later = again.watch();
    const caughtUp = await value(later);
    expect(caughtUp).toMatchObject({ added: [5, 6], removed: [4], sync, reset: false, unknown: sync === 'uids' ? ['changed'] : [] });
    if (sync !== 'uids') expect(caughtUp.changed.map(({ uid }) => uid)).toEqual([2]);
    await later.return();
  });
});

describe('watch', () => {
  test('mailbox made anew under the same name -> reset with all that is there', async () => {
    await using server = realServer({ mailboxes: { Box: [mail('a'), mail('b')] } });
    const client = await server.connect();
    let token: string;
    {
      await using box = await client.open('Box');
      token = (await value(box.watch())).token;
    }
    await client.delete('Box');
    await client.create('Box');
    await client.append('Box', { message: mail('c') });
    await using box = await client.open('Box');
    expect(await value(box.watch({ token }))).toMatchObject({ reset: true, added: [1], removed: [] });
  });

  test('signal -> the loop ends', async () => {
    await using server = realServer({ mailboxes: MAILBOXES });
    const client = await server.connect();
    await using box = await client.open('INBOX');
    const stop = new AbortController();
    const told: MailboxUpdate[] = [];
    for await (const update of box.watch({ signal: stop.signal })) {
      told.push(update);
      queueMicrotask(() => stop.abort());
    }
    expect(told).toHaveLength(1);
    await client.noop();
  });

  test('mailbox closed -> the loop ends; another one opened over it -> the loop throws', async () => {
    await using server = realServer({ mailboxes: MAILBOXES });
    const client = await server.connect();
    const box = await client.open('INBOX');
    const updates = box.watch();
    await value(updates);
    const next = updates.next();
    await box.close();
    expect((await next).done).toBe(true);
    const second = await client.open('INBOX');
    const more = second.watch();
    await value(more);
    const failing = rejection(more.next());
    await client.open('INBOX', { takeOver: true });
    expect((await failing).code).toBe('IMAP_MAILBOX_STALE');
  });

  test('what is no token -> TypeError, before anything is sent', async () => {
    await using server = realServer({ mailboxes: MAILBOXES });
    const client = await server.connect();
    for (const syncToken of ['', 'x', '1;2', '1;1;1;;5:3', '1;1;1;;3,2', `1;1;1;;${'9'.repeat(11)}`, '2;1;1;;']) {
      await expect(client.open('INBOX', { syncToken })).rejects.toThrow(TypeError);
    }
  });

  test('imapflow#112: EXISTS without UIDs, told twice, then EXPUNGE of a message never seen', async () => {
    let said = 0;
    await using session = await connectScripted((command, server, tag) => {
      if (command.startsWith('UID SEARCH')) return '* SEARCH 10 20 30\r\n{tag} OK done';
      if (command.startsWith('UID FETCH 31:*')) return '* 4 FETCH (UID 40 FLAGS ())\r\n* 5 FETCH (UID 50 FLAGS ())\r\n{tag} OK done';
      if (command.startsWith('UID FETCH')) return '* 3 FETCH (UID 50 FLAGS ())\r\n{tag} OK done';
      if (command === 'IDLE' && said++ === 0) {
        server.say('+ idling\r\n* 4 EXISTS\r\n* 5 EXISTS');
        server.idleTag = tag;
        return '';
      }
      if (command === 'IDLE' && said === 2) {
        server.say('+ idling\r\n* 2 EXPUNGE\r\n* 2 EXPUNGE');
        server.idleTag = tag;
        return '';
      }
      return undefined;
    });
    await using box = await session.client.open('INBOX');
    const updates = box.watch();
    expect((await value(updates)).added).toEqual([]);
    expect((await value(updates)).added).toEqual([40, 50]);
    const removed = await value(updates);
    expect(removed.removed).toEqual([20, 30]);
  });

  test('rfc2177 3: two watches of one mailbox -> one IDLE for both, and both are told', async () => {
    await using setup = await connectScripted((command) => (command.startsWith('UID SEARCH') ? '* SEARCH 10 20 30\r\n{tag} OK done' : command.startsWith('UID FETCH 31') ? '* 4 FETCH (UID 40 FLAGS ())\r\n{tag} OK done' : undefined));
    const box = await setup.client.open('INBOX');
    const [one, two] = [box.watch(), box.watch()];
    await value(one);
    await value(two);
    const both = Promise.all([value(one), value(two)]);
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(setup.server.commands.filter((command) => command === 'IDLE').length).toBeLessThanOrEqual(2);
    setup.server.say('* 4 EXISTS');
    expect((await both).map(({ added }) => added)).toEqual([[40], [40]]);
    await one.return();
    const last = value(two);
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    setup.server.say('* 1 EXPUNGE');
    expect((await last).removed).toEqual([10]);
    await two.return();
  });
});
