/** The end of a server: idle clients are told at once, transactions may end, nobody waits longer than the deadline. */
import { connect, type Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dial, memoryPair } from '@mailwright/net';
import type { Reply } from '@mailwright/smtp';
import { createSmtpServer, SmtpServerError } from '@mailwright/smtp-server';
import { describe, expect, test } from 'vitest';
import { settle } from '../../testing/src/fake-clock.ts';
import { deferred, ENVELOPE, harness } from './support/harness.ts';
import { RawClient } from './support/raw-client.ts';

const LINGER_MS = 2000;

describe('close', () => {
  test('rfc5321 3.8: idle clients get 421 at once, wherever they stand', async () => {
    const greeting = deferred<undefined>();
    let connections = 0;
    await using h = harness({ auth: () => true, clearTextAuth: 'allow', connection: () => (++connections === 3 ? greeting.promise : undefined) });
    const before = h.connect();
    await before.reply();
    const after = await h.session();
    const ungreeted = h.connect();
    const loggingIn = await h.session();
    await loggingIn.ask('AUTH LOGIN');
    const closing = h.server.close();
    for (const client of [before, after, loggingIn]) expect(await client.rest()).toMatch(/^421 [^\r]*\r\n$/);
    expect(ungreeted.ended).toBe(false);
    greeting.resolve(undefined);
    expect(await ungreeted.rest()).toMatch(/^220 [^\r]*\r\n421 [^\r]*\r\n$/);
    for (const client of [before, after, ungreeted, loggingIn]) client.transport.close();
    expect(await closing).toEqual({ idle: 3, drained: 1, cut: 0 });
    expect(h.ends).toEqual(['shutdown', 'shutdown', 'shutdown', 'shutdown']);
  });

  test('a client that was refused at the greeting is idle too', async () => {
    await using h = harness({ connection: () => ({ code: 554, enhanced: undefined, lines: ['no'] }) });
    const client = h.connect();
    await client.reply();
    const closing = h.server.close();
    expect(await client.rest()).toMatch(/^421 /);
    client.transport.close();
    expect(await closing).toEqual({ idle: 1, drained: 0, cut: 0 });
  });

  test.each([
    ['behind MAIL', 'MAIL FROM:<a@b.example>\r\n', 1, 'RCPT TO:<c@d.example>\r\nDATA\r\n', 2],
    ['in a message', `${ENVELOPE}DATA\r\n`, 3, '', 0],
    ['between chunks', `${ENVELOPE}BDAT 3\r\nabc`, 3, '', 0],
  ])('a transaction %s may end, then 421', async (_name, said, replies, more, moreReplies) => {
    const messages: string[] = [];
    await using h = harness({ data: async ({ body }) => void messages.push(Buffer.from(await body.octets()).toString()) });
    const client = await h.session();
    client.say(said);
    await client.codes(replies);
    const closing = h.server.close();
    await settle();
    expect(client.text).toBe('');
    client.say(more);
    await client.codes(moreReplies);
    client.say(said.includes('BDAT') ? 'BDAT 3 LAST\r\ndef' : 'the message\r\n.\r\n');
    expect(await client.codes(2)).toEqual([250, 421]);
    await client.rest();
    client.transport.close();
    expect(await closing).toEqual({ idle: 0, drained: 1, cut: 0 });
    expect(messages).toHaveLength(1);
  });

  test('a handler at work may end', async () => {
    const verdict = deferred<Reply | undefined>();
    await using h = harness({ data: () => verdict.promise });
    const client = await h.session();
    client.say(`${ENVELOPE}DATA\r\nhi\r\n.\r\n`);
    await client.codes(3);
    const closing = h.server.close();
    await settle();
    verdict.resolve(undefined);
    expect(await client.codes(2)).toEqual([250, 421]);
    client.transport.close();
    expect(await closing).toEqual({ idle: 0, drained: 1, cut: 0 });
  });

  test('what takes longer than the deadline is cut; the handler learns that its message will not come', async () => {
    let outcome: unknown;
    await using h = harness({ data: async ({ body }) => void (await body.octets().catch((error: unknown) => { outcome = error; })) });
    const slow = await h.session();
    slow.say(`${ENVELOPE}DATA\r\nhalf`);
    await slow.codes(3);
    const idle = await h.session();
    const closing = h.server.close({ timeoutMs: 5000 });
    await idle.rest();
    idle.transport.close();
    await h.pass(4999);
    expect(slow.gone).toBe(false);
    await h.pass(1);
    expect(await closing).toEqual({ idle: 1, drained: 0, cut: 1 });
    expect(outcome).toMatchObject({ code: 'SMTP_BODY_INCOMPLETE' });
    expect(h.ends).toEqual(['shutdown', 'lost']);
  });

  test('an idle client that does not close its side costs a moment, not the deadline, and counts as idle', async () => {
    await using h = harness();
    const client = await h.session();
    const closing = h.server.close();
    await client.rest();
    await h.pass(LINGER_MS);
    expect(await closing).toEqual({ idle: 1, drained: 0, cut: 0 });
  });

  test('an idle client that the tarpit holds up is told at once, its replies before the 421', async () => {
    await using h = harness({ tarpit: { errors: 0, delayMs: 5000, maxDelayMs: 5000 } });
    const client = await h.session();
    client.say('GARBAGE\r\nGARBAGE\r\n');
    await settle();
    expect(client.text).toBe('');
    const closing = h.server.close();
    expect(await client.codes(2)).toEqual([500, 421]);
    await client.rest();
    client.transport.close();
    expect(await closing).toEqual({ idle: 1, drained: 0, cut: 0 });
    expect(h.ends).toEqual(['shutdown']);
  });

  test('or less, when the deadline is shorter', async () => {
    await using h = harness();
    await h.session();
    const closing = h.server.close({ timeoutMs: 100 });
    await h.pass(100);
    expect(await closing).toEqual({ idle: 1, drained: 0, cut: 0 });
  });

  test('a client that goes during its transaction has ended it', async () => {
    await using h = harness();
    const client = await h.session();
    client.say('MAIL FROM:<>\r\n');
    await client.reply();
    const closing = h.server.close();
    await settle();
    client.transport.close();
    expect(await closing).toEqual({ idle: 0, drained: 1, cut: 0 });
    expect(h.ends).toEqual(['eof']);
  });

  test('a client that does not read its replies is cut', async () => {
    await using h = harness({ limits: { errors: Infinity }, tarpit: false });
    const [near, far] = memoryPair({ windowOctets: 1000, clock: h.clock });
    h.server.serve(far);
    near.write(Buffer.from('DATA\r\n'.repeat(20_000)));
    await settle();
    const closing = h.server.close({ timeoutMs: 1000 });
    await h.pass(1000);
    await closing;
    expect(h.ends).toEqual(['lost']);
  });

  test('with nobody there it is done at once', async () => {
    await using h = harness();
    expect(await h.server.close()).toEqual({ idle: 0, drained: 0, cut: 0 });
  });

  test('is idempotent', async () => {
    await using h = harness();
    const client = await h.session();
    const [first, second] = [h.server.close({ timeoutMs: 1000 }), h.server.close({ timeoutMs: 1 })];
    expect(second).toBe(first);
    await client.rest();
    client.transport.close();
    expect(await first).toEqual({ idle: 1, drained: 0, cut: 0 });
    expect(await h.server.close()).toEqual({ idle: 1, drained: 0, cut: 0 });
  });

  test('called by a handler', async () => {
    const closings: Promise<unknown>[] = [];
    await using h = harness({ vrfy: () => void closings.push(h.server.close()) });
    const client = await h.session();
    expect((await client.ask('VRFY a')).code).toBe(252);
    expect((await client.reply()).code).toBe(421);
    client.transport.close();
    expect(await closings[0]).toEqual({ idle: 1, drained: 0, cut: 0 });
  });

  test('a connection served later is refused: 421', async () => {
    let asked = 0;
    await using h = harness({ connection: () => void asked++ });
    await h.server.close();
    const client = h.connect();
    expect(await client.rest()).toMatch(/^421 [^\r]*\r\n$/);
    expect(asked).toBe(0);
    client.transport.close();
    await client.until(() => client.gone);
    expect(h.ends).toEqual(['refused']);
  });

  test('a time that is none', async () => {
    await using h = harness();
    expect(() => h.server.close({ timeoutMs: NaN })).toThrow(RangeError);
    expect(() => h.server.close({ timeoutMs: -1 })).toThrow(RangeError);
    expect((await h.connect().reply()).code).toBe(220);
  });

  test('listening after close is refused, and listening that had begun is undone', async () => {
    const server = createSmtpServer();
    const begun = server.listen();
    await server.close();
    await expect(begun).rejects.toMatchObject({ code: 'SMTP_SERVER_CLOSED' });
    await expect(server.listen()).rejects.toBeInstanceOf(SmtpServerError);
  });
});

describe('over sockets', () => {
  async function client(port: number): Promise<RawClient> {
    return new RawClient(await dial({ host: '127.0.0.1', port }));
  }

  test('close stops listening on every port and path, and leaves no handle', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mailwright-'));
    const handles = (): string[] => process.getActiveResourcesInfo().filter((name) => /TCP|Pipe/.test(name)).sort();
    await settle();
    const before = handles();
    const server = createSmtpServer({ hostname: 'server.example' });
    const one = await server.listen();
    const two = await server.listen({ host: '127.0.0.1' });
    await server.listen({ path: join(folder, 'smtp') });
    expect(server.addresses.map(({ family }) => family)).toEqual(['IPv4', 'IPv4', 'unix']);
    const clients = [await client(one.port), await client(two.port), new RawClient(await dial({ path: join(folder, 'smtp') }))];
    for (const each of clients) expect((await each.greet()).code).toBe(250);
    expect(server.connectionCount).toBe(3);
    const closing = server.close();
    for (const each of clients) {
      expect(await each.rest()).toMatch(/^421 4\.3\.2 /);
      each.transport.close();
    }
    expect(await closing).toEqual({ idle: 3, drained: 0, cut: 0 });
    for (const { port } of [one, two]) await expect(dial({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'NET_DIAL_FAILED' });
    await settle();
    expect(handles()).toEqual(before);
    rmSync(folder, { recursive: true });
  });

  test('await using', async () => {
    let port: number;
    let socket: Socket;
    {
      await using server = createSmtpServer();
      ({ port } = await server.listen());
      socket = connect(port, '127.0.0.1'); // closes its side when the server does
      socket.resume();
      await new Promise((resolve) => socket.once('data', resolve));
    }
    expect(socket.readableEnded || socket.destroyed).toBe(true);
    await expect(dial({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'NET_DIAL_FAILED' });
  });

  test('a port that is taken: rejected at once', async () => {
    await using one = createSmtpServer();
    await using two = createSmtpServer();
    const { port } = await one.listen();
    await expect(two.listen({ port })).rejects.toMatchObject({ code: 'NET_LISTEN_FAILED' });
    expect((await two.listen()).port).not.toBe(port);
  });

  test('signal stops the listening, not the sessions', async () => {
    await using server = createSmtpServer();
    const controller = new AbortController();
    const { port } = await server.listen({ signal: controller.signal });
    const open = await client(port);
    await open.greet();
    controller.abort();
    await expect(dial({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'NET_DIAL_FAILED' });
    expect((await open.ask('NOOP')).code).toBe(250);
    await open.ask('QUIT');
    await open.close();
  });
});
