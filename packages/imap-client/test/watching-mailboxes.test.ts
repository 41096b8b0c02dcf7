import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../testing/src/fake-clock.ts';
import type { MailboxNews } from '../src/watching-mailboxes.ts';
import { connectScripted } from './connect-scripted.ts';
import { allBut, mail, realServer } from './real-server.ts';

const MAILBOXES = { INBOX: [mail('one')], Work: [mail('two'), mail('three')], Other: [] };

async function value(news: AsyncGenerator<MailboxNews, void, undefined>): Promise<readonly [mailbox: string, messages: number | undefined, unseen: number | undefined, live: string]> {
  const { value: told, done } = await news.next();
  if (done === true) throw new Error('the watch has ended');
  return [told.mailbox, told.status?.messages, told.status?.unseen, told.live];
}

describe.each([['notify', []], ['poll', ['NOTIFY']]] as const)('watching mailboxes, %s', (live, without) => {
  test('rfc5465 5: what happens in mailboxes that are not open is told', async () => {
    await using server = realServer({ mailboxes: MAILBOXES, capabilities: allBut(...without) });
    const watching = await server.connect();
    const other = await server.connect();
    const news = watching.watchMailboxes(['inbox', 'Work', 'Nowhere'], { pollMs: 5 });
    expect([await value(news), await value(news), await value(news)]).toEqual([['inbox', 1, 1, live], ['Work', 2, 2, live], ['Nowhere', undefined, undefined, live]]);
    await other.append('Work', { message: mail('four') });
    expect(await value(news)).toEqual(['Work', 3, 3, live]);
    await using box = await other.open('INBOX');
    await box.addFlags(1, ['\\Seen']);
    expect(await value(news)).toEqual(['inbox', 1, 0, live]);
    await box.delete(1);
    let last = await value(news);
    while (last[1] !== 0) last = await value(news);
    expect(last).toEqual(['inbox', 0, 0, live]);
    await news.return();
    await watching.noop();
  });

  test('the mailbox that is open is told of, too, and its own watch goes on', async () => {
    await using server = realServer({ mailboxes: MAILBOXES, capabilities: allBut(...without) });
    const watching = await server.connect();
    const other = await server.connect();
    await using box = await watching.open('Work');
    const updates = box.watch({ pollMs: 5 });
    await updates.next();
    const next = updates.next();
    const news = watching.watchMailboxes(['Work'], { pollMs: 5 });
    expect(await value(news)).toEqual(['Work', 2, 2, live]);
    await other.append('Work', { message: mail('four') });
    expect(await value(news)).toEqual(['Work', 3, 3, live]);
    expect((await next).value?.added).toEqual([3]);
    await news.return();
    await other.append('Work', { message: mail('five') });
    expect((await updates.next()).value?.added).toEqual([4]);
    await updates.return();
  });

  test('signal -> the loop ends', async () => {
    await using server = realServer({ mailboxes: MAILBOXES, capabilities: allBut(...without) });
    const client = await server.connect();
    const stop = new AbortController();
    const told: string[] = [];
    for await (const { mailbox } of client.watchMailboxes(['INBOX'], { signal: stop.signal })) {
      told.push(mailbox);
      queueMicrotask(() => stop.abort());
    }
    expect(told).toEqual(['INBOX']);
    await client.noop();
  });
});

describe('watching mailboxes', () => {
  const STATUS = (command: string, messages: number): string | undefined => (command.startsWith('STATUS') ? `* STATUS Work (MESSAGES ${messages})\r\n{tag} OK done` : undefined);

  test('rfc5465 5.8: NOTIFICATIONOVERFLOW -> STATUS is asked, now and then from there on', async () => {
    let messages = 1;
    const clock = new FakeClock();
    await using setup = await connectScripted((command) => (command.startsWith('NOTIFY') ? '{tag} OK done' : STATUS(command, messages)), { capabilities: 'IMAP4rev1 NOTIFY' }, { clock });
    const news = setup.client.watchMailboxes(['Work']);
    expect(await value(news)).toEqual(['Work', 1, undefined, 'notify']);
    messages = 2;
    const next = value(news);
    setup.server.say('* OK [NOTIFICATIONOVERFLOW] too much');
    expect(await next).toEqual(['Work', 2, undefined, 'poll']);
    messages = 3;
    const last = value(news);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(60_000);
    expect(await last).toEqual(['Work', 3, undefined, 'poll']);
    await news.return();
  });

  test('rfc5465 5: events that the server does not tell (BADEVENT) -> polling', async () => {
    await using setup = await connectScripted((command) => (command.startsWith('NOTIFY') ? '{tag} NO [BADEVENT (MessageNew)] no' : STATUS(command, 1)), { capabilities: 'IMAP4rev1 NOTIFY' });
    const news = setup.client.watchMailboxes(['Work']);
    expect(await value(news)).toEqual(['Work', 1, undefined, 'poll']);
    await news.return();
  });

  test('the connection is made again -> the wishes are said again, and what happened meanwhile is told', async () => {
    let messages = 1;
    await using setup = await connectScripted((command) => (command.startsWith('NOTIFY') ? '{tag} OK done' : STATUS(command, messages)), { capabilities: 'IMAP4rev1 NOTIFY' }, { reconnect: { firstDelayMs: 1 } });
    const news = setup.client.watchMailboxes(['Work']);
    await value(news);
    messages = 5;
    const next = value(news);
    setup.server.transport.destroy();
    expect(await next).toEqual(['Work', 5, undefined, 'notify']);
    expect(setup.servers[1]!.commands).toContainEqual(expect.stringMatching(/^NOTIFY SET \(SELECTED \(MessageNew MessageExpunge FlagChange\)\) \(MAILBOXES \(?Work\)? \(/));
    await news.return();
    await setup.client.noop();
    expect(setup.servers[1]!.commands).toContain('NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge FlagChange))');
  });
});
