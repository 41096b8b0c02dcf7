import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../testing/src/fake-clock.ts';
import type { ImapClient } from '../src/client.ts';
import type { Mailbox } from '../src/mailbox.ts';
import { connectScripted, rejection } from './connect-scripted.ts';
import { allBut, mail, realServer } from './real-server.ts';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('injection', () => {
  const EVIL = ['x\r\nA9 DELETE INBOX', 'a"b\\c', '%s {5}', 'ü\r\n.', '"', '\\', 'NIL', ')'];

  test.each(EVIL)('imapclient#657: %j in a search, a name, a flag or a header field never ends its line', async (text) => {
    await using server = realServer({ mailboxes: { INBOX: [mail('x')] } });
    const client = await server.connect();
    await using box = await client.open('INBOX');
    expect((await box.search({ key: 'SUBJECT', value: text })).uids).toEqual([]);
    expect((await box.search({ key: 'HEADER', field: 'Message-ID', value: text })).uids).toEqual([]);
    await client.status(text, ['MESSAGES']).catch(() => undefined);
    await client.create(text).catch(() => undefined);
    await box.addFlags(1, [text]).catch(() => undefined);
    await box.search({ key: 'HEADER', field: text, value: 'x' }).catch(() => undefined);
    await box.search({ key: 'KEYWORD', flag: text }).catch(() => undefined);
    expect(box.exists).toBe(1);
    expect((await client.list({ pattern: 'INBOX' })).map(({ name }) => name)).toEqual(['INBOX']);
    await client.noop();
  });

  test('NUL is refused before anything is sent', async () => {
    await using session = await connectScripted();
    await using box = await session.client.open('INBOX');
    const sent = session.server.commands.length;
    for (const wrong of [box.search({ key: 'SUBJECT', value: 'a\0' }), session.client.create('a\0'), box.addFlags(1, ['a b']), session.client.rename('a', 'b\0')]) {
      await expect(wrong).rejects.toThrow(TypeError);
    }
    expect(session.server.commands).toHaveLength(sent);
  });
});

describe('commands', () => {
  test('NO and BAD -> coded errors with the words of the server, and the connection stays', async () => {
    await using session = await connectScripted((command) => (command.startsWith('CREATE') ? '{tag} NO [ALREADYEXISTS] there is one' : command.startsWith('DELETE') ? '{tag} BAD what' : undefined));
    expect(await rejection(session.client.create('x'))).toMatchObject({ code: 'IMAP_REJECTED', status: 'NO', text: 'there is one', responseCode: { name: 'ALREADYEXISTS' }, command: 'CREATE', usable: true });
    expect(await rejection(session.client.delete('x'))).toMatchObject({ code: 'IMAP_BAD_COMMAND', status: 'BAD', command: 'DELETE', usable: true });
    await session.client.noop();
  });

  test('rfc9051 5.5: what may go together goes together', async () => {
    await using session = await connectScripted((command) => (command.startsWith('STATUS') ? `* STATUS ${command.split(' ')[1]} (MESSAGES 1)\r\n{tag} OK done` : undefined));
    const before = session.client.stats.roundTripsSaved;
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => session.client.status(name, ['MESSAGES'])));
    expect(session.client.stats.roundTripsSaved - before).toBe(3);
  });

  test('commands that change what the connection is are not for run', async () => {
    await using session = await connectScripted();
    await expect(session.client.run({ name: 'LOGOUT' })).rejects.toThrow(TypeError);
    await expect(session.client.run({ name: 'IDLE' })).rejects.toThrow(/watch/);
  });

  test('MailKit#493: signal -> rejects at once, the answer is dropped, and the connection goes on', async () => {
    let finish: (text: string) => void = () => undefined;
    await using session = await connectScripted((command) => (command.startsWith('STATUS') ? new Promise((resolve) => (finish = resolve)) : undefined));
    const stop = new AbortController();
    const failing = rejection(session.client.status('x', ['MESSAGES'], { signal: stop.signal }));
    await session.server.got(/^STATUS/);
    stop.abort();
    expect(await failing).toMatchObject({ code: 'IMAP_ABORTED', usable: true });
    finish('* STATUS x (MESSAGES 1)\r\n{tag} OK done');
    await session.client.noop();
    expect((await rejection(session.client.noop({ signal: stop.signal }))).code).toBe('IMAP_ABORTED');
  });

  test('a command given up that never ends -> the connection is closed after the grace', async () => {
    const clock = new FakeClock();
    await using session = await connectScripted((command) => (command.startsWith('STATUS') ? '' : undefined), {}, { clock, abortGraceMs: 500 });
    const failing = rejection(session.client.status('x', ['MESSAGES'], { timeoutMs: 100 }));
    await session.server.got(/^STATUS/);
    clock.advance(100);
    expect(await failing).toMatchObject({ code: 'IMAP_DEADLINE', usable: true });
    expect(session.client.usable).toBe(true);
    clock.advance(500);
    expect((await session.client.closed).error?.code).toBe('IMAP_DEADLINE');
  });

  test('silence -> IMAP_TIMEOUT for all that wait, and closed says so', async () => {
    const clock = new FakeClock();
    await using session = await connectScripted((command) => (command.startsWith('STATUS') ? '' : undefined), {}, { clock });
    const failing = [rejection(session.client.status('x')), rejection(session.client.status('y'))];
    await session.server.got(/^STATUS y/);
    clock.advance(300_001);
    for (const error of await Promise.all(failing)) expect(error).toMatchObject({ code: 'IMAP_TIMEOUT', usable: false });
    expect((await session.client.closed).error?.code).toBe('IMAP_TIMEOUT');
    expect((await rejection(session.client.noop())).code).toBe('IMAP_TIMEOUT');
  });

  test('BYE -> IMAP_GOODBYE with its words; nothing is ever thrown that nobody waits for', async () => {
    await using session = await connectScripted((command, server) => {
      if (!command.startsWith('STATUS')) return undefined;
      server.say('* BYE [UNAVAILABLE] restarting');
      return '';
    });
    expect(await rejection(session.client.status('x'))).toMatchObject({ code: 'IMAP_GOODBYE', status: 'BYE', text: 'restarting', usable: false });
    expect((await session.client.closed).error?.code).toBe('IMAP_GOODBYE');
  });

  test.each([
    ['a tag that was never sent', 'A99 OK done', 'IMAP_UNKNOWN_TAG'], ['"+" where nobody waits', '+ go on', 'IMAP_UNEXPECTED_CONTINUATION'],
    ['an end that can not be read', '{tag} MAYBE', 'IMAP_UNREADABLE_REPLY'], ['a line without end', `* OK ${'x'.repeat(1_100_000)}`, 'LIMIT_LINE_OCTETS'],
  ])('%s -> %3$s', async (_, answer, code) => {
    await using session = await connectScripted((command) => (command.startsWith('STATUS') ? answer : undefined));
    expect(await rejection(session.client.status('x'))).toMatchObject({ code, usable: false, side: 'remote' });
  });

  test('ALERT reaches the user', async () => {
    const alerts: string[] = [];
    await using session = await connectScripted((command) => (command === 'NOOP' ? '* OK [ALERT] tomorrow down\r\n{tag} NO [ALERT] quota' : undefined), {}, { onAlert: (text) => alerts.push(text) });
    await rejection(session.client.noop());
    expect(alerts).toEqual(['tomorrow down', 'quota']);
  });

  test('logout is bounded, close is at once, both more than once', async () => {
    const clock = new FakeClock();
    const session = await connectScripted((command) => (command === 'LOGOUT' ? '' : undefined), {}, { clock });
    const leaving = session.client.logout();
    await session.server.got(/^LOGOUT/);
    clock.advance(3001);
    await leaving;
    await session.client.logout();
    await session.client.close();
    expect(session.client.usable).toBe(false);
    expect(await rejection(session.client.noop())).toMatchObject({ code: 'IMAP_CLOSED' });
    const other = await connectScripted();
    const waiting = rejection(other.client.status('x'));
    await other.client.close();
    expect((await waiting).code).toMatch(/IMAP_CLOSED|IMAP_BAD_COMMAND/);
    expect(await other.client.closed).toEqual({ error: undefined });
  });
});

describe('idle', () => {
  test('go-imap#602: an IDLE that is never answered -> IMAP_TIMEOUT, the loop throws', async () => {
    const clock = new FakeClock();
    await using session = await connectScripted((command) => (command === 'IDLE' ? '' : command.startsWith('UID SEARCH') ? '* SEARCH 10 20 30\r\n{tag} OK done' : undefined), {}, { clock });
    await using box = await session.client.open('INBOX');
    const updates = box.watch();
    await updates.next();
    const failing = rejection(updates.next());
    await session.server.got(/^IDLE/);
    clock.advance(300_001);
    expect((await failing).code).toBe('IMAP_TIMEOUT');
  });

  test('imapclient#403: DONE that is never answered -> the command behind it is told in 30 seconds', async () => {
    const clock = new FakeClock();
    await using session = await connectScripted((command) => (command === 'DONE' ? '' : command.startsWith('UID SEARCH') ? '* SEARCH 10 20 30\r\n{tag} OK done' : undefined), {}, { clock });
    await using box = await session.client.open('INBOX');
    const updates = box.watch();
    await updates.next();
    const failing = rejection(updates.next());
    await session.server.got(/^IDLE/);
    await tick();
    const noop = rejection(session.client.noop());
    await tick();
    clock.advance(30_001);
    expect((await noop).code).toBe('IMAP_TIMEOUT');
    expect((await failing).code).toBe('IMAP_TIMEOUT');
  });
});

describe('turns', () => {
  async function opened(client: ImapClient, order: string[], name: string): Promise<Mailbox> {
    const box = await client.open(name);
    order.push(name);
    return box;
  }

  test('imapflow#35: several handles wait their turn, first come first served', async () => {
    await using server = realServer({ mailboxes: { A: [], B: [], C: [] } });
    const client = await server.connect();
    const order: string[] = [];
    const first = await opened(client, order, 'INBOX');
    const others = ['A', 'B', 'C'].map((name) => opened(client, order, name));
    await client.noop();
    expect(order).toEqual(['INBOX']);
    await first.close();
    for (const other of others) await (await other).close();
    expect(order).toEqual(['INBOX', 'A', 'B', 'C']);
    expect(first.usable).toBe(false);
    expect((await rejection(first.search({ key: 'ALL' }))).code).toBe('IMAP_MAILBOX_CLOSED');
  });

  test('imapflow#48: a turn that does not come -> IMAP_WAIT_TIMEOUT says who has it; signal and waiting 0 too', async () => {
    const clock = new FakeClock();
    await using session = await connectScripted(undefined, {}, { clock });
    const box = await session.client.open('INBOX');
    const waiting = rejection(session.client.open('Other', { waitTimeoutMs: 1000 }));
    const stop = new AbortController();
    const stopped = rejection(session.client.open('Other', { signal: stop.signal }));
    await tick();
    stop.abort();
    clock.advance(1000);
    expect(await waiting).toMatchObject({ code: 'IMAP_WAIT_TIMEOUT', message: expect.stringContaining('"INBOX" is open') as string });
    expect((await stopped).code).toBe('IMAP_ABORTED');
    await box.close();
    await (await session.client.open('Other')).close();
  });

  test('takeOver -> the other handle is stale, with a code', async () => {
    await using server = realServer({ mailboxes: { INBOX: [mail('x')], A: [] } });
    const client = await server.connect();
    const box = await client.open('INBOX');
    await using other = await client.open('A', { takeOver: true });
    expect(other.exists).toBe(0);
    expect(await rejection(box.fetch('all', { flags: true }).all())).toMatchObject({ code: 'IMAP_MAILBOX_STALE', usable: true });
    await box.close();
    expect((await other.search({ key: 'ALL' })).uids).toEqual([]);
  });

  test('a mailbox that can not be opened gives its turn back', async () => {
    await using server = realServer();
    const client = await server.connect();
    expect((await rejection(client.open('Nothing'))).code).toBe('IMAP_REJECTED');
    await (await client.open('INBOX')).close();
  });
});

describe('append', () => {
  test('a message without a size, under another name -> TypeError, whatever the server takes', async () => {
    await using session = await connectScripted(undefined, { capabilities: 'IMAP4rev1 LITERAL+ APPENDLIMIT=100' });
    const message = { octets: new Uint8Array(3), octetCount: 3 } as never;
    await expect(session.client.append('INBOX', { message })).rejects.toThrow(new TypeError('sizeOctets must be the number of octets of the message'));
  });

  test('rfc7889: too large -> IMAP_TOO_LARGE before anything is sent', async () => {
    await using session = await connectScripted(undefined, { capabilities: 'IMAP4rev1 LITERAL+ APPENDLIMIT=100' });
    expect(await rejection(session.client.append('INBOX', { message: 'x'.repeat(101) }))).toMatchObject({ code: 'IMAP_TOO_LARGE', usable: true });
    expect(session.server.commands.join()).not.toContain('APPEND');
  });

  test.each([['IMAP4rev1 LITERAL+'], ['IMAP4rev1']])('a source in pieces, large, to a slow reader (%s)', async (capabilities) => {
    await using session = await connectScripted((command) => (command.startsWith('APPEND') ? '{tag} OK [APPENDUID 3 9] in' : undefined), { capabilities });
    const piece = new Uint8Array(50_000).fill(0x61);
    const source = { content: Array.from({ length: 20 }, () => piece), sizeOctets: 1_000_000 };
    expect(await session.client.append('INBOX', { message: source, flags: ['\\Seen'], internalDate: new Date(0) })).toEqual({ uidValidity: 3, uids: [9] });
    expect(session.server.commands.find((command) => command.startsWith('APPEND'))?.length).toBeGreaterThan(1_000_000);
  });

  test.each([
    ['shorter than it said', [new Uint8Array(5)], 10], ['longer than it said', [new Uint8Array(20)], 10],
    ['that fails', (async function* (): AsyncGenerator<Uint8Array> { yield await Promise.reject(new Error('disk')); })(), 10],
  ])('a source %s -> IMAP_SOURCE_FAILED, and the connection is closed', async (_, content, sizeOctets) => {
    await using session = await connectScripted();
    expect(await rejection(session.client.append('INBOX', { message: { content, sizeOctets } }))).toMatchObject({ code: 'IMAP_SOURCE_FAILED', side: 'local', usable: false });
  });

  test('without MULTIAPPEND each message has a command, and TRYCREATE makes the mailbox', async () => {
    await using server = realServer({ capabilities: allBut('MULTIAPPEND') });
    const client = await server.connect();
    expect((await rejection(client.append('New', { message: mail('x') }))).code).toBe('IMAP_REJECTED');
    expect((await client.append('New', [{ message: mail('x') }, { message: mail('y') }], { create: true })).uids).toEqual([1, 2]);
  });
});

describe('what extensions bring', () => {
  test('quota, rights, notes, language: asked where they are, IMAP_NOT_OFFERED where they are not', async () => {
    await using server = realServer();
    const client = await server.connect();
    await client.metadata.set('INBOX', { '/private/comment': 'mine' });
    expect(new TextDecoder().decode((await client.metadata.get('INBOX', '/private/comment')).get('/private/comment'))).toBe('mine');
    expect(await client.acl.mine('INBOX')).toContain('r');
    expect(Array.isArray(await client.quota.of('INBOX'))).toBe(true);
    expect((await client.id()).get('name')).toBe('mailwright');
    await using bare = realServer({ capabilities: ['IMAP4rev1'] });
    const plain = await bare.connect();
    for (const wrong of [plain.metadata.get('INBOX', '/private/comment'), plain.acl.get('INBOX'), plain.quota.of('INBOX'), plain.id(), plain.language()]) {
      expect(await rejection(wrong)).toMatchObject({ code: 'IMAP_NOT_OFFERED', usable: true });
    }
  });

  test('rfc7162 3.1.3: a change that came too late is told, and not made', async () => {
    await using server = realServer({ mailboxes: { INBOX: [mail('a'), mail('b')] } });
    const client = await server.connect();
    await using box = await client.open('INBOX');
    const modseq = (await box.fetchOne(2, { modseq: true }))!.modseq!;
    await box.addFlags(1, ['\\Flagged']);
    const { failed } = await box.addFlags([1, 2], ['\\Answered'], { unchangedSince: modseq });
    expect(failed).toEqual([1]);
    expect((await box.search({ key: 'ANSWERED' })).uids).toEqual([2]);
  });
});
