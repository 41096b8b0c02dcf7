import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { mailFaults, startImapServer, type TestImapServer } from '@mailwright/testing';
import { runMailwright } from '../src/run.ts';
import { capturedIo, record, records } from './support/captured-io.ts';
import { run, scratchFolder } from './support/run-command.ts';

const LARGE = `Subject: large\r\n\r\n${'0123456789'.repeat(20_000)}\r\n`;
const FIXTURE = {
  users: {
    jane: {
      password: 'se:cret',
      mailboxes: {
        INBOX: ['From: Joe <joe@x.example>\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n\nhello\n', { raw: 'From: ann@x.example\nSubject: \u001b[31mred\n\nx\n', flags: ['\\Seen', '\\Flagged'] }, LARGE],
        Sent: { specialUse: ['\\Sent'] },
      },
    },
  },
};

async function started(): Promise<TestImapServer> {
  return startImapServer({ fixture: FIXTURE, tls: 'none' });
}

const options = { env: { MAILWRIGHT_PASSWORD: 'se:cret' } };

function args(server: TestImapServer, ...words: readonly string[]): readonly string[] {
  return ['imap', server.url.replace('//', '//jane@'), ...words, '--tls', 'none', '--allow-clear-text-auth'];
}

describe('mailwright imap', () => {
  test('ls: mailboxes, what they are for, how full they are', async () => {
    await using server = await started();
    const { code, out, err } = await run(args(server, 'ls', '--status'), options);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^mailbox +for +messages +unseen\nINBOX +3 +2\nSent +sent +0 +0\n$/);
    const json = await run(args(server, 'ls', 'S*', '--json'), options);
    expect(records(json.out)).toMatchObject([{ type: 'mailbox', name: 'Sent', specialUse: '\\Sent' }]);
    expect(await run(args(server, 'ls', 'nothing*'), options)).toMatchObject({ code: 1, out: 'No mailboxes.\n' });
  });

  test('fetch: a line for each message, nothing in it acts on the terminal; the server is not changed', async () => {
    await using server = await started();
    const { code, out } = await run(args(server, 'fetch'), options);
    expect(code).toBe(0);
    expect(out).toMatch(/^ *uid/);
    expect(out).toMatch(/1 +N .*Joe <joe@x\.example> +Grüße/);
    expect(out).toMatch(/2 +F .*ann@x\.example/);
    expect(out).not.toContain('\u001b[31mred');
    expect((await server.mailbox('jane')).map(({ flags }) => flags)).toEqual([[], ['\\Flagged', '\\Seen'], []]);
    expect((await run(args(server, 'fetch', '2:*', '--limit', '1'), options)).out).toContain('The last 1 of 2 messages; --limit 0 shows all.');
    expect(records((await run(args(server, 'fetch', '1', '--json'), options)).out)).toMatchObject([{ type: 'message', uid: 1, subject: 'Grüße', from: ['Joe <joe@x.example>'], flags: [] }, { type: 'found', messages: 1 }]);
  });

  test('search: the keys of IMAP; words with blanks are quoted', async () => {
    await using server = await started();
    expect(records((await run(args(server, 'search', 'FROM', 'joe', 'UNSEEN', '--json'), options)).out)).toMatchObject([{ uid: 1 }, { messages: 1 }]);
    expect((await run(args(server, 'search', 'SUBJECT', 'no such thing'), options)).out).toBe('No messages.\n');
    expect((await run(args(server, 'search', 'LARGER', '1000', '--json'), options)).out).toContain('"uid":3');
  });

  test('get: a message octet by octet, to a file or to the standard output; a part of it', async () => {
    await using server = await started();
    const file = `${await scratchFolder()}/large.eml`;
    expect(await run(args(server, 'get', '3', '--out', file, '--json'), options)).toMatchObject({ code: 0, out: `{"type":"saved","file":${JSON.stringify(file)},"octets":${LARGE.length}}\n` });
    expect(await readFile(file, 'utf8')).toBe(LARGE);
    expect((await run(args(server, 'get', '3'), options)).out).toBe(LARGE);
    expect((await run(args(server, 'get', '3', '--section', 'HEADER'), options)).out).toBe('Subject: large\r\n\r\n');
    const missing = await run(args(server, 'get', '99'), options);
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('IMAP_NO_SUCH_MESSAGE')]);
  });

  test('get --out: what can\'t be written is told, nothing is overwritten, and no half of a message stays', async () => {
    await using server = await started();
    const folder = await scratchFolder();
    const there = `${folder}/there.eml`;
    await writeFile(there, 'mine');
    const refused = await run(args(server, 'get', '3', '--out', there), options);
    expect([refused.code, refused.err.replace(/\s+/g, ' '), await readFile(there, 'utf8')]).toEqual([2, expect.stringContaining('no file is overwritten'), 'mine']);
    const nowhere = await run(args(server, 'get', '3', '--out', `${folder}/no/such/x.eml`), options);
    expect([nowhere.code, nowhere.err.replace(/\s+/g, ' ')]).toEqual([2, expect.stringContaining('there is no such folder')]);
    expect((await run(args(server, 'get', '99', '--out', `${folder}/none.eml`), options)).code).toBe(1);
    await using broken = await startImapServer({ fixture: FIXTURE, tls: 'none', faults: mailFaults().on('* FETCH').byeInLiteral(100_000, 'maintenance') });
    expect((await run(args(broken, 'get', '3', '--out', `${folder}/half.eml`), options)).code).toBe(3);
    expect(await readdir(folder)).toEqual(['there.eml']);
  });

  test('get: nobody reads the rest -> it ends', async () => {
    await using server = await started();
    const io = capturedIo(options);
    const drained: boolean[] = [];
    const stdout = Object.assign(io.stdout, { drained: async () => void (drained.push(true), io.stopReading()) });
    expect(await runMailwright(args(server, 'get', '3'), { ...io, stdout })).toBe(0);
    expect(drained).toEqual([true]);
  });

  test('get: Ctrl-C while the pipe behind it is full -> exit code 3, and it says why', async () => {
    await using server = await started();
    const io = capturedIo(options);
    const stdout = Object.assign(io.stdout, { drained: () => new Promise<void>(() => void queueMicrotask(() => io.interrupt())) });
    expect(await runMailwright(args(server, 'get', '3'), { ...io, stdout })).toBe(3);
    expect(io.stderr.text).toContain('IMAP_CLOSED');
  });

  test.each([
    ['a token that is none', 'garbage', 'not a sync token'],
    ['a token of another mailbox', '1;77;5;6;2:4', undefined],
  ])('watch --since: %s', async (_name, token, refusal) => {
    await using server = await started();
    const { code, out, err } = await run(args(server, 'watch', '--json', '--max', '1', '--since', token), options);
    if (refusal !== undefined) expect([code, out + err]).toEqual([2, expect.stringContaining(refusal)]);
    else expect(record(out, 'update')).toMatchObject({ reset: true, unknown: [], added: [{ uid: 1 }, { uid: 2 }, { uid: 3 }] });
  });

  test('watch: a mailbox that is another one is told', async () => {
    await using server = await started();
    expect((await run(args(server, 'watch', '--max', '1', '--since', '1;77;5;6;2:4'), options)).out).toMatch(/! The mailbox is another one/);
  });

  test.each([
    ['a server of SMTP', '220 mx.example.net ESMTP\r\n', 'IMAP is on port 993'],
    ['a server that hangs up', '', '143 by STARTTLS'],
  ])('%s -> exit code 3, and what to do', async (_name, greeting, advice) => {
    const server = createServer((socket) => socket.end(greeting));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { code, err } = await run(['imap', `imap://jane@127.0.0.1:${(server.address() as AddressInfo).port}`, 'ls', '--tls', 'none'], options);
    expect([code, err.replace(/\s+/g, ' ')]).toEqual([3, expect.stringContaining(advice)]);
  });

  test('nobody logs in -> exit code 3, and what to do', async () => {
    await using server = await started();
    const { code, err } = await run(['imap', server.url, 'ls', '--tls', 'none']);
    expect([code, err.replace(/\s+/g, ' ')]).toEqual([3, expect.stringContaining('Name a user: imaps://user@host')]);
  });

  test('a mailbox that is not there -> exit code 1, and what to do', async () => {
    await using server = await started();
    const { code, err } = await run(args(server, 'fetch', '--mailbox', 'Nope'), options);
    expect([code, err.replace(/\s+/g, ' ')]).toEqual([1, expect.stringContaining('"mailwright imap URL ls" shows which mailboxes there are')]);
  });

  test('watch: what comes, changes and goes, until it is interrupted', async () => {
    await using server = await started();
    const io = capturedIo(options);
    const ended = runMailwright(args(server, 'watch'), io);
    await server.waitForCommand(/ IDLE$/);
    const inbox = await (await server.store.account('jane'))!.open('INBOX');
    await inbox.append([{ body: new TextEncoder().encode('From: kim@x.example\r\nSubject: news\r\n\r\n') }]);
    await io.stdout.waitFor(/\+ .*kim@x\.example +news/);
    await inbox.setFlags([4], { operation: 'add', flags: ['\\Flagged'] });
    await io.stdout.waitFor(/~ 4 .*\\Flagged/);
    await inbox.expunge([4], { force: true });
    await io.stdout.waitFor(/- 4\n/);
    io.interrupt();
    expect(await ended).toBe(0);
    expect(io.stdout.text).toMatch(/^Watching INBOX: 3 messages\. Ctrl-C ends it\.\n/);
  });

  test('watch --json --max 1: the first update, with a token to go on from', async () => {
    await using server = await started();
    const { code, out } = await run(args(server, 'watch', '--json', '--max', '1'), options);
    expect(code).toBe(0);
    expect(record(out, 'update')).toMatchObject({ sync: 'start', live: 'idle', removed: [] });
    const inbox = await (await server.store.account('jane'))!.open('INBOX');
    await inbox.append([{ body: new TextEncoder().encode('Subject: meanwhile\r\n\r\n') }]);
    const again = await run(args(server, 'watch', '--json', '--max', '1', '--since', record(out, 'update')['token'] as string), options);
    expect(record(again.out, 'update')).toMatchObject({ added: [{ uid: 4, subject: 'meanwhile' }] });
  });

  test('--explain and --trace: every line, no password', async () => {
    await using server = await started();
    const { out, err } = await run(args(server, 'ls', '--explain', '--trace'), options);
    expect(out).toContain('The client asks for the mailboxes');
    expect(out).toContain('RFC 9051 6.3.9');
    expect(err).toMatch(/C {2}A\d+ LIST/);
    expect(out + err).not.toContain('se:cret');
    expect(records((await run(args(server, 'ls', '--explain', '--json'), options)).out).some(({ type }) => type === 'explained')).toBe(true);
  });

  test.each([
    ['no server', ['imap'], 'the server is missing'],
    ['another scheme', ['imap', 'http://x', 'ls'], 'url must begin with imap: or imaps:'],
    ['nothing to do', ['imap', 'imaps://jane@x.example'], 'what to do is missing'],
    ['something misspelt', ['imap', 'imaps://jane@x.example', 'fetsch'], 'Did you mean fetch?'],
    ['no password', ['imap', 'imaps://jane@x.example', 'ls'], 'Set $MAILWRIGHT_PASSWORD'],
    ['UIDs that are none', ['imap', 'imaps://jane@x.example', 'fetch', 'abc'], 'UIDS look like'],
    ['a UID that is none', ['imap', 'imaps://jane@x.example', 'get', '0'], 'a UID is a number'],
    ['a search that is none', ['imap', 'imaps://jane@x.example', 'search', 'NOSUCHKEY'], 'this is no search'],
    ['too many words', ['imap', 'imaps://jane@x.example', 'watch', 'more'], 'watch has nothing to do with "more"'],
    ['a section that is none', ['imap', 'imaps://jane@x.example', 'get', '1', '--section', 'bogus'], 'there is no section "bogus"'],
    ['--json without a file', ['imap', 'imaps://jane@x.example', 'get', '1', '--json'], '--json needs --out FILE'],
    ['an option of another verb', ['imap', 'imaps://jane@x.example', 'ls', '--mailbox', 'Sent'], '--mailbox means nothing to ls'],
    ['a limit that is none', ['imap', 'imaps://jane@x.example', 'fetch', '--limit', 'x'], '--limit must be a whole number'],
    ['too few', ['imap', 'imaps://jane@x.example', 'get'], 'get needs more: URL get UID'],
  ])('used wrongly: %s -> exit code 2, and what to do', async (_name, words, text) => {
    const { code, out, err } = await run(words);
    expect([code, `${out}${err}`.replace(/\s+/g, ' ')]).toEqual([2, expect.stringContaining(text)]);
  });

  test('a wrong password -> exit code 3; nobody there -> exit code 3', async () => {
    await using server = await started();
    const { code, err } = await run(args(server, 'ls'), { env: { MAILWRIGHT_PASSWORD: 'wrong' } });
    expect([code, err]).toEqual([3, expect.stringContaining('IMAP_AUTH_REJECTED')]);
    await server.close();
    expect((await run(args(server, 'ls'), options)).code).toBe(3);
  });
});
