/** Our client against our server when things go wrong: it ends with an error of its own, never hangs, never leaves an error unhandled. */
import { describe, expect, test } from 'vitest';
import { memoryPair, type Transport } from '@mailwright/net';
import { type MailFaultScript, mailFaults, startImapServer, type TestImapServer } from '@mailwright/testing';
import { ImapClient, type ImapConnectOptions, ImapError } from '../../imap-client/src/index.ts';

const BODY = `Subject: large\r\n\r\n${'0123456789\r\n'.repeat(10)}`;
const FIXTURE = { users: { ann: { password: 'secret', mailboxes: { INBOX: ['Subject: one\r\n\r\nHello\r\n', { raw: BODY, flags: ['\\Seen'] }, 'Subject: three\r\n\r\nbye\r\n'] } } } };
const CAPABILITIES = ['IMAP4rev1', 'IDLE', 'UIDPLUS'];

async function serverWith(faults?: MailFaultScript): Promise<TestImapServer> {
  return startImapServer({ fixture: FIXTURE, tls: 'none', capabilities: CAPABILITIES, mechanisms: ['PLAIN'], faults });
}

/** Connects without a socket. */
function optionsFor(server: TestImapServer): ImapConnectOptions {
  const dial = async (): Promise<Transport> => {
    const [client, transport] = memoryPair();
    server.serve(transport);
    return client;
  };
  return { dial, tls: { mode: 'none' }, allowClearTextAuth: true, auth: { username: 'ann', password: 'secret' }, commandTimeoutMs: 300, abortGraceMs: 50, closeTimeoutMs: 100 };
}

test('close: with a connection that is stalled, which holds no process, the wait for it does', async () => {
  const holders = (): number => process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
  const server = await serverWith(mailFaults().on('NOOP').stall());
  const client = await ImapClient.connect(optionsFor(server));
  const before = holders();
  void client.noop().catch(() => undefined);
  await server.waitForCommand('NOOP');
  let most = 0;
  let isClosed = false;
  const closing = server.close().then(() => (isClosed = true));
  while (!isClosed) {
    most = Math.max(most, holders());
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closing;
  await client.close();
  expect(most).toBeGreaterThan(before);
});

interface Seen {
  readonly outcome: string;
  readonly uids: readonly number[];
  readonly octets: number;
}

/** A session of everyday life; what it came to. */
async function session(server: TestImapServer): Promise<Seen> {
  const uids: number[] = [];
  let octets = 0;
  let client: ImapClient | undefined;
  try {
    client = await ImapClient.connect(optionsFor(server));
    await client.list();
    const box = await client.open('INBOX');
    for await (const message of box.fetch('all', { flags: true, bodies: [''] }, { timeoutMs: 300 })) {
      uids.push(message.uid);
      octets += (await message.body().octets()).length;
    }
    await box.close();
    await client.logout();
    return { outcome: 'done', uids, octets };
  } catch (error) {
    if (!(error instanceof ImapError)) throw error;
    return { outcome: error.code, uids, octets };
  } finally {
    await client?.close();
  }
}

describe('a client whose server goes wrong', () => {
  test('cut at every octet of what the server says -> an error of the client each time, and nothing hangs', { timeout: 60_000 }, async () => {
    await using whole = await serverWith();
    expect((await session(whole)).outcome).toBe('done');
    const said = whole.transcript().reduce((sum, { direction, octets }) => sum + (direction === 'server' ? octets : 0), 0);
    const outcomes = new Set<string>();
    const script = Array.from({ length: said }, (_, at) => mailFaults().afterOctets(at).onConnection(at + 1).cut());
    await using server = await serverWith(mailFaults().and({ faults: script.flatMap(({ faults }) => faults) }));
    for (let at = 0; at < said; at++) outcomes.add((await session(server)).outcome);
    expect(server.unusedFaults).toEqual([]);
    expect(said).toBeGreaterThan(700);
    expect([...outcomes].filter((outcome) => outcome !== 'done' && !/^IMAP_|^LIMIT_/.test(outcome))).toEqual([]);
    expect(outcomes.size).toBeGreaterThan(1);
  });

  test('written in two pieces at every fifth octet -> the same as in one', { timeout: 60_000 }, async () => {
    await using whole = await serverWith();
    const expected = await session(whole);
    const said = whole.transcript().reduce((sum, { direction, octets }) => sum + (direction === 'server' ? octets : 0), 0);
    const script = Array.from({ length: Math.ceil(said / 5) }, (_, index) => mailFaults().afterOctets(5 * index).onConnection(index + 1).split());
    await using server = await serverWith(mailFaults().and({ faults: script.flatMap(({ faults }) => faults) }));
    for (let at = 0; at < said; at += 5) expect(await session(server)).toEqual(expected);
  });

  test.each([
    ['BYE in a literal', mailFaults().on('* FETCH').nth(2).byeInLiteral(50), false],
    ['a literal that is shorter than it says, at the end of all', mailFaults().on('* FETCH').nth(3).literalSize(5000), false],
    ['a literal that is longer than it says', mailFaults().on('* FETCH').nth(2).literalSize(-100), false],
    ['a literal of 4 GB that never comes', mailFaults().on('* FETCH').nth(1).literalSize(4_000_000_000), false],
    ['BYE in place of an answer', mailFaults().on('SELECT').say('* BYE go away\r\n'), false],
    ['NO in place of OK', mailFaults().on('SELECT').replace(' OK ', ' NO '), false],
    ['nonsense between responses', mailFaults().on('* FETCH').nth(1).prepend('* 5 NONSENSE (((\r\n'), true],
    ['a FETCH that comes twice', mailFaults().on('* FETCH').nth(2).duplicate(), true],
    ['a UIDNEXT that is wrong', mailFaults().wrongUidNext(1), true],
    ['no answer at all', mailFaults().on('UID FETCH').stall(), false],
    ['an answer in drips', mailFaults().on('* FETCH').nth(1).drip({ octets: 7, everyMs: 1 }), true],
  ] as const)('%s', async (_name, faults, fine) => {
    await using server = await serverWith(faults);
    const seen = await session(server);
    expect(server.unusedFaults).toEqual([]);
    if (fine) expect([seen.outcome, [...new Set(seen.uids)]]).toEqual(['done', [1, 2, 3]]);
    else expect(seen.outcome).toMatch(/^(?:IMAP|LIMIT)_/);
  });

  test('numbers that change while the client idles -> it tells what went and what came, by UID', async () => {
    await using server = await serverWith();
    await using client = await ImapClient.connect(optionsFor(server));
    await using box = await client.open('INBOX');
    const inbox = await (await server.store.account('ann'))!.open('INBOX');
    const news: (readonly [added: readonly number[], removed: readonly number[]])[] = [];
    const changed = server.waitForCommand(/ IDLE$/).then(async () => {
      await inbox.append([{ body: new TextEncoder().encode('Subject: four\r\n\r\n') }]);
      await inbox.expunge([1, 2], { force: true });
    });
    for await (const { added, removed, sync } of box.watch()) {
      if (sync !== undefined) continue;
      news.push([added, removed]);
      if (news.flatMap(([, gone]) => gone).length === 2 && news.flatMap(([come]) => come).length === 1) break;
    }
    await changed;
    expect(news.flatMap(([added]) => added)).toEqual([4]);
    expect(news.flatMap(([, removed]) => removed).sort()).toEqual([1, 2]);
  });

  test.each([
    ['an EXPUNGE of a number that is not there', '* 99 EXPUNGE\r\n'],
    ['fewer messages than there were', '* 1 EXISTS\r\n'],
    ['BYE', '* BYE maintenance\r\n'],
  ])('while it idles: %s -> the watch ends with an error, or goes on; it never hangs', async (_name, text) => {
    await using server = await serverWith(mailFaults().renumberDuringIdle(text).on('+').matching('IDLE').nth(1).cut('after-reply'));
    const client = await ImapClient.connect(optionsFor(server));
    const box = await client.open('INBOX');
    const ended = await (async () => {
      for await (const _update of box.watch()) continue;
    })().then(() => 'ended', (error: unknown) => (error instanceof ImapError ? 'error' : String(error)));
    expect(ended).toBe('error');
    await client.close();
  });
});

describe('a server whose client goes wrong', () => {
  test('a reader that asks for 50 MB and never reads -> the server holds one message, and others are served', async () => {
    const large = new Uint8Array(10_000_000).fill(0x61);
    await using server = await startImapServer({ tls: 'none', fixture: { users: { ann: { password: 'secret', mailboxes: { INBOX: [large] } } } } });
    const [client, transport] = memoryPair();
    client.attach({ data: () => undefined, end: () => undefined, drained: () => undefined, closed: () => undefined });
    server.serve(transport);
    client.write(`a LOGIN ann secret\r\nb SELECT INBOX\r\n${Array.from({ length: 5 }, (_, index) => `c${index} FETCH 1 BODY.PEEK[]\r\n`).join('')}`);
    await server.waitForCommand(/^c0/);
    client.pause();
    await using other = await ImapClient.connect(optionsFor(server));
    expect((await other.list()).length).toBe(1);
    expect(transport.bufferedOctets).toBeLessThan(large.length + 1_000_000); // one message, as a view of the store's octets, and not five
    client.destroy();
  });

  test('a session that the client cuts at every octet -> the server goes on', async () => {
    await using server = await serverWith();
    const text = 'a LOGIN ann secret\r\nb SELECT INBOX\r\nc UID FETCH 1:* (FLAGS BODY.PEEK[])\r\nd APPEND INBOX {5+}\r\nhello\r\ne IDLE\r\nDONE\r\nf LOGOUT\r\n';
    for (let at = 0; at <= text.length; at++) {
      const [client, transport] = memoryPair();
      const closed = new Promise<void>((resolve) => client.attach({ data: () => undefined, end: () => client.close(), drained: () => undefined, closed: () => resolve() }));
      server.serve(transport);
      client.write(text.slice(0, at));
      await Promise.resolve();
      client.destroy();
      await closed;
    }
    expect((await session(server)).outcome).toBe('done');
  });
});
