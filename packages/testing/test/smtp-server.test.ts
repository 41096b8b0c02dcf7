import { describe, expect, test } from 'vitest';
import { memoryPair } from '@mailwright/net';
import { reply } from '@mailwright/smtp';
import {
  createTestAuthority, FakeClock, formatDialogue, startSmtpServer, TestError, type TestServerOptions, type TestSmtpServer, TestTimeoutError,
} from '@mailwright/testing';
import { RawClient } from './raw-client.ts';

const MESSAGE = 'From: a@example.com\r\nSubject: Your code\r\n is 4711\r\n\r\nHello\r\n..dot\r\n';
const utf8 = (octets: Uint8Array | undefined): string => new TextDecoder().decode(octets);

async function greeted(port: number): Promise<RawClient> {
  const client = await RawClient.connect(port);
  await client.replies(1);
  await client.ask('EHLO client.example\r\n');
  return client;
}

async function deliver(client: RawClient, to: readonly string[] = ['b@example.com'], text: string = MESSAGE): Promise<string> {
  const rcpt = to.map((address) => `RCPT TO:<${address}>\r\n`).join('');
  await client.ask(`MAIL FROM:<a@example.com>\r\n${rcpt}DATA\r\n`, 2 + to.length);
  return (await client.ask(`${text}.\r\n`))[0]!;
}

/** Starts a server and brings it one message. */
async function deliveredTo(options: TestServerOptions, to?: readonly string[], text?: string): Promise<{ server: TestSmtpServer; verdict: string; client: RawClient }> {
  const server = await startSmtpServer(options);
  const client = await greeted(server.port);
  return { server, client, verdict: await deliver(client, to, text) };
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.unreachable('it should have been rejected'),
    (error: unknown) => error as Error,
  );
}

describe('messages', () => {
  test('a delivered message is there when its 250 is seen, complete and parsed', async () => {
    const { server, verdict, client } = await deliveredTo({}, ['b@example.com', 'c@example.com']);
    expect(verdict).toMatch(/^250 /);
    const [message] = server.messages;
    expect(message?.envelope).toMatchObject({ from: 'a@example.com', to: ['b@example.com', 'c@example.com'] });
    expect(utf8(message?.octets)).toBe('From: a@example.com\r\nSubject: Your code\r\n is 4711\r\n\r\nHello\r\n.dot\r\n');
    expect(message?.subject).toBe('Your code is 4711');
    expect(message?.header('FROM')).toBe('a@example.com');
    expect(message?.header('Bcc')).toBeUndefined();
    expect(message?.session).toMatchObject({ id: 1, helloDomain: 'client.example', tls: undefined, identity: undefined });
    client.destroy();
    await server.close();
  });

  test('a message in parts and encodings -> text() is what a reader sees, raw() what was sent', async () => {
    const text = [
      'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=', 'Content-Type: multipart/mixed; boundary="x y"', '', 'preamble', '--x y', 'Content-Type: multipart/alternative; boundary=in', '',
      '--in', 'Content-Type: text/plain; charset=iso-8859-1', 'Content-Transfer-Encoding: quoted-printable', '', 'code: 47=', '11 =FC', '--in',
      'Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: base64', '', 'PGI+SGk8L2I+', '--in--', '--x y',
      'Content-Type: text/plain; charset=x-nobody', 'Content-Disposition: attachment; filename=a.txt', '', 'not shown', '--x y', '', 'plain', '--x y--', 'epilogue', '',
    ].join('\r\n');
    const { server, client } = await deliveredTo({}, undefined, text);
    const [message] = server.messages;
    expect(message?.text()).toBe('code: 4711 \u00fc\r\n\r\n<b>Hi</b>\r\n\r\nplain');
    expect(message?.raw()).toBe(text);
    expect(message?.subject).toBe('Gr\u00fc\u00dfe');
    expect(message?.header('subject')).toBe('Gr\u00fc\u00dfe');
    expect(message?.summary.contentType.mediaType).toBe('multipart/mixed');
    expect((await server.waitFor({ text: 'code: 4711', subject: 'Gr\u00fc' })).id).toBe(1);
    client.destroy();
    await server.close();
  });

  test.each([
    ['a multipart without its boundary', 'Content-Type: multipart/mixed; boundary=b\r\n\r\nx\r\n', ''],
    ['a multipart that is cut', 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n', 'x\r\n'],
    ['a charset that nobody knows', 'Content-Type: text/plain; charset=x-nobody\r\n\r\nx\r\n', 'x\r\n'],
    ['no header at all', '\r\nx\r\n', 'x\r\n'],
    ['a multipart in itself, 50 deep', 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n'.repeat(50), ''],
  ])('%s -> text() gives what there is', async (_name, text, expected) => {
    const { server, client } = await deliveredTo({}, undefined, text);
    expect(server.messages[0]?.text()).toBe(expected);
    client.destroy();
    await server.close();
  });

  test('the null reverse-path is from the empty string', async () => {
    await using server = await startSmtpServer();
    const client = await greeted(server.port);
    await client.ask('MAIL FROM:<>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n', 3);
    await client.ask('\r\nbounce\r\n.\r\n');
    expect(server.messages[0]?.envelope.from).toBe('');
    client.destroy();
  });

  test('parameters of MAIL and RCPT are kept', async () => {
    await using server = await startSmtpServer();
    const client = await greeted(server.port);
    await client.ask('MAIL FROM:<a@example.com> BODY=8BITMIME\r\nRCPT TO:<b@example.com> NOTIFY=NEVER\r\nDATA\r\n', 3);
    await client.ask('\r\nx\r\n.\r\n');
    expect(server.messages[0]?.envelope.parameters.BODY).toBe('8BITMIME');
    expect(server.messages[0]?.envelope.recipientParameters[0]?.NOTIFY).toBeDefined();
    client.destroy();
  });

  test('BDAT brings the same message as DATA', async () => {
    await using server = await startSmtpServer();
    const client = await greeted(server.port);
    const replies = await client.ask('MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nBDAT 4\r\n\r\n.xBDAT 5 LAST\r\n.\r\n\r\n', 4);
    expect(replies.at(-1)).toMatch(/^250 /);
    expect(utf8(server.messages[0]?.octets)).toBe('\r\n.x.\r\n\r\n');
    client.destroy();
  });

  test('a message that the data handler refuses is not kept', async () => {
    const refusing: TestServerOptions = { data: async ({ body }) => (utf8(await body.octets()).includes('4711') ? reply(550, '5.7.1', 'No codes') : undefined) };
    const { server, verdict, client } = await deliveredTo(refusing);
    expect(verdict).toBe('550 5.7.1 No codes');
    expect(await deliver(client, ['b@example.com'], '\r\nfine\r\n')).toMatch(/^250 /);
    expect(server.messages.map(({ id }) => id)).toEqual([1]);
    expect(server.messages[0]?.text()).toContain('fine');
    client.destroy();
    await server.close();
  });

  test('clear forgets messages and the transcripts of sessions that are over, and keeps counting', async () => {
    const { server, client } = await deliveredTo({});
    await client.ask('QUIT\r\n');
    await client.ended();
    client.destroy();
    const second = await greeted(server.port);
    server.clear();
    expect(server.messages).toEqual([]);
    expect(server.transcripts.map(({ sessionId }) => sessionId)).toEqual([2]);
    await deliver(second);
    expect(server.messages[0]?.id).toBe(2);
    second.destroy();
    await server.close();
  });
});

describe('waitFor', () => {
  test('a message that is there already -> resolves with it', async () => {
    const { server, client } = await deliveredTo({});
    expect((await server.waitFor({ to: 'B@example.com', from: /^a@/, subject: '4711', text: 'Hello' })).id).toBe(1);
    client.destroy();
    await server.close();
  });

  test('a message that comes later -> resolves when it comes', async () => {
    await using server = await startSmtpServer();
    const waiting = server.waitFor(({ envelope }) => envelope.to.length === 2);
    const client = await greeted(server.port);
    await deliver(client);
    await deliver(client, ['x@example.com', 'y@example.com']);
    expect((await waiting).id).toBe(2);
    client.destroy();
  });

  test('two waits for the same -> two messages in order; again -> the first once more', async () => {
    const { server, client } = await deliveredTo({});
    const first = await server.waitFor({ to: 'b@example.com' });
    const second = server.waitFor({ to: 'b@example.com' });
    const third = server.waitFor({ to: 'b@example.com' });
    expect((await server.waitFor({ to: 'b@example.com' }, { again: true })).id).toBe(first.id);
    await deliver(client);
    await deliver(client);
    expect([first.id, (await second).id, (await third).id]).toEqual([1, 2, 3]);
    client.destroy();
    await server.close();
  });

  test('after -> only what came later', async () => {
    const { server, client } = await deliveredTo({});
    const waiting = server.waitFor({ to: 'b@example.com' }, { after: 1 });
    await deliver(client);
    expect((await waiting).id).toBe(2);
    client.destroy();
    await server.close();
  });

  test('nothing that fits in time -> TestTimeoutError lists what did arrive and the end of the dialogue', async () => {
    const { server, client } = await deliveredTo({});
    await server.waitFor({ to: 'b@example.com' });
    const clock = new FakeClock();
    const waiting = rejection(server.waitFor({ to: 'nobody@example.com', subject: /x/ }, { clock, timeout: 1000 }));
    clock.advance(1000);
    const error = (await waiting) as TestTimeoutError;
    expect(error).toBeInstanceOf(TestTimeoutError);
    expect(error.code).toBe('TEST_TIMEOUT');
    expect(error.messages).toHaveLength(1);
    expect(error.message).toContain('no message with to "nobody@example.com", subject /x/ came within 1000 ms');
    expect(error.message).toContain('1. from <a@example.com> to <b@example.com>, subject "Your code is 4711" (another wait got it)');
    expect(error.message).toContain('S: 250 ');
    expect(error.stack).toContain('smtp-server.test.ts');
    expect(clock.pending).toBe(0);
    client.destroy();
    await server.close();
  });

  test('nobody connected -> the error says so', async () => {
    await using server = await startSmtpServer();
    const clock = new FakeClock();
    const waiting = rejection(server.waitFor({ to: 'b@example.com' }, { clock }));
    clock.advance(4000);
    expect((await waiting).message).toBe('no message with to "b@example.com" came within 4000 ms\nnothing has arrived\nnobody has connected');
  });

  test('many messages -> the last 20 are listed', async () => {
    await using server = await startSmtpServer();
    const client = await greeted(server.port);
    for (let index = 0; index < 23; index++) await deliver(client);
    const clock = new FakeClock();
    const waiting = rejection(server.waitFor(() => false, { clock }));
    clock.advance(4000);
    const { message } = await waiting;
    expect(message).toContain('3 earlier ones left out');
    expect(message).toContain('\n  23. from');
    expect(message).not.toContain('\n  3. from');
    client.destroy();
  });

  test('aborted before and meanwhile -> TEST_ABORTED with the reason as cause', async () => {
    await using server = await startSmtpServer();
    const abort = new AbortController();
    const waiting = rejection(server.waitFor({ to: 'b@example.com' }, { signal: abort.signal }));
    abort.abort(new Error('enough'));
    expect(await waiting).toMatchObject({ code: 'TEST_ABORTED', cause: new Error('enough') });
    expect(await rejection(server.waitFor({ to: 'b@example.com' }, { signal: abort.signal }))).toMatchObject({ code: 'TEST_ABORTED' });
  });

  test('the server is closed before and meanwhile -> TEST_SERVER_CLOSED', async () => {
    const server = await startSmtpServer();
    const waiting = rejection(server.waitFor({ to: 'b@example.com' }));
    await server.close();
    expect(await waiting).toMatchObject({ code: 'TEST_SERVER_CLOSED' });
    const late = await rejection(server.waitForCount(1));
    expect(late).toBeInstanceOf(TestError);
    expect(late).toMatchObject({ code: 'TEST_SERVER_CLOSED' });
  });

  test('a predicate that throws -> the wait rejects with it, the client gets its 250', async () => {
    await using server = await startSmtpServer();
    const waiting = rejection(server.waitFor(() => { throw new Error('my mistake'); }));
    const client = await greeted(server.port);
    expect(await deliver(client)).toMatch(/^250 /);
    expect((await waiting).message).toBe('my mistake');
    client.destroy();
  });

  test('waitForCount -> all messages once there are so many', async () => {
    const { server, client } = await deliveredTo({});
    const waiting = server.waitForCount(2);
    await deliver(client);
    expect((await waiting).map(({ id }) => id)).toEqual([1, 2]);
    const clock = new FakeClock();
    const vain = rejection(server.waitForCount(9, { clock, timeout: 10 }));
    clock.advance(10);
    expect((await vain).message).toContain('fewer messages than 9 came within 10 ms');
    client.destroy();
    await server.close();
  });

  test('a timeout that is no number -> RangeError', async () => {
    await using server = await startSmtpServer();
    expect(await rejection(server.waitFor(() => true, { timeout: Number.NaN }))).toBeInstanceOf(RangeError);
  });
});

describe('TLS', () => {
  test('STARTTLS is offered, and the authority vouches for the certificate', async () => {
    await using server = await startSmtpServer();
    const client = await greeted(server.port);
    expect(client.text).toContain('STARTTLS');
    await client.ask('STARTTLS\r\n');
    const socket = await client.startTls(server.ca);
    expect(socket.authorized).toBe(true);
    await client.ask('EHLO client.example\r\n');
    await deliver(client);
    expect(server.messages[0]?.session.tls?.protocol).toBe('TLSv1.3');
    client.destroy();
  });

  test('implicit TLS -> smtps URL, no STARTTLS', async () => {
    await using server = await startSmtpServer({ implicitTls: true });
    expect(server.url).toBe(`smtps://localhost:${server.port}`);
    const client = await RawClient.connectTls(server.port, server.ca);
    await client.replies(1);
    expect((await client.ask('EHLO client.example\r\n'))[0]).not.toContain('STARTTLS');
    client.destroy();
  });

  test('none -> no STARTTLS', async () => {
    await using server = await startSmtpServer({ tls: 'none' });
    expect(server.url).toBe(`smtp://localhost:${server.port}`);
    const client = await greeted(server.port);
    expect(client.text).not.toContain('STARTTLS');
    client.destroy();
  });

  test('requireTls -> 530 in clear text', async () => {
    await using server = await startSmtpServer({ requireTls: true });
    const client = await greeted(server.port);
    expect((await client.ask('MAIL FROM:<a@example.com>\r\n'))[0]).toMatch(/^530 /);
    client.destroy();
  });

  test('a faulty certificate -> a client that checks refuses it', async () => {
    await using server = await startSmtpServer({ certificate: 'expired', implicitTls: true });
    expect(await rejection(RawClient.connectTls(server.port, server.ca))).toMatchObject({ code: 'CERT_HAS_EXPIRED' });
  });

  test('two servers may share an authority; a certificate of one\'s own is used as it is', async () => {
    const authority = createTestAuthority();
    await using first = await startSmtpServer({ authority, implicitTls: true, hostname: 'mx1.test' });
    const own = authority.issue({ names: ['localhost'] });
    await using second = await startSmtpServer({ certificate: own, implicitTls: true });
    expect([first.ca, second.ca]).toEqual([authority.certificate, authority.certificate]);
    for (const { port } of [first, second]) (await RawClient.connectTls(port, authority.certificate)).destroy();
  });
});

describe('who may', () => {
  const PLAIN = Buffer.from('\0ann\0secret').toString('base64');

  test('users as a table -> right password in, wrong password and unknown user out', async () => {
    await using server = await startSmtpServer({ auth: { ann: 'secret' }, implicitTls: true });
    const client = await RawClient.connectTls(server.port, server.ca);
    await client.replies(1);
    expect((await client.ask('EHLO c.example\r\n'))[0]).toMatch(/AUTH [^\n]*SCRAM-SHA-256/);
    expect((await client.ask(`AUTH PLAIN ${Buffer.from('\0ann\0no').toString('base64')}\r\n`))[0]).toMatch(/^535 /);
    expect((await client.ask(`AUTH PLAIN ${Buffer.from('\0toString\0no').toString('base64')}\r\n`))[0]).toMatch(/^535 /);
    expect((await client.ask(`AUTH PLAIN ${PLAIN}\r\n`))[0]).toMatch(/^235 /);
    await deliver(client);
    expect(server.messages[0]?.session.identity).toEqual({ authenticationId: 'ann', authorizationId: 'ann' });
    expect(formatDialogue(server.transcript())).not.toContain(PLAIN);
    client.destroy();
  });

  test('requireAuth -> 530 before it; without auth -> TypeError', async () => {
    await using server = await startSmtpServer({ auth: { ann: 'secret' }, requireAuth: true, clearTextAuth: 'allow' });
    const client = await greeted(server.port);
    expect((await client.ask('MAIL FROM:<a@example.com>\r\n'))[0]).toMatch(/^530 /);
    client.destroy();
    await expect(startSmtpServer({ requireAuth: true })).rejects.toBeInstanceOf(TypeError);
  });

  test('auth as a handler', async () => {
    await using server = await startSmtpServer({ auth: ({ password }) => password === 'secret', clearTextAuth: 'allow' });
    const client = await greeted(server.port);
    expect((await client.ask(`AUTH PLAIN ${PLAIN}\r\n`))[0]).toMatch(/^235 /);
    client.destroy();
  });

  test.each<[string, TestServerOptions['reject']]>([
    ['a table', { 'No@example.com': reply(550, '5.1.1', 'No such user') }],
    ['a function', ({ forwardPath }) => (forwardPath.localPart === 'no' ? reply(550, '5.1.1', 'No such user') : undefined)],
  ])('reject as %s -> those recipients are refused, the others get the message', async (_name, reject) => {
    await using server = await startSmtpServer({ reject });
    const client = await greeted(server.port);
    const replies = await client.ask('MAIL FROM:<a@example.com>\r\nRCPT TO:<no@example.com>\r\nRCPT TO:<yes@example.com>\r\nDATA\r\n', 4);
    expect(replies[1]).toBe('550 5.1.1 No such user');
    await client.ask('\r\nx\r\n.\r\n');
    expect(server.messages[0]?.envelope.to).toEqual(['yes@example.com']);
    client.destroy();
  });

  test('reject and a rcpt handler -> the handler decides about the rest', async () => {
    await using server = await startSmtpServer({ reject: { 'no@example.com': reply(550, '5.1.1', 'No') }, rcpt: () => reply(452, '4.2.2', 'Full') });
    const client = await greeted(server.port);
    const replies = await client.ask('MAIL FROM:<a@example.com>\r\nRCPT TO:<no@example.com>\r\nRCPT TO:<yes@example.com>\r\n', 3);
    expect(replies.map((text) => text.slice(0, 3))).toEqual(['250', '550', '452']);
    client.destroy();
  });

  test('options of the server below: keywords, limits, handlers', async () => {
    const close: string[] = [];
    await using server = await startSmtpServer({ disabled: ['CHUNKING'], limits: { messageOctets: 100 }, close: (_session, end) => void close.push(end) });
    const client = await greeted(server.port);
    expect(client.text).not.toContain('CHUNKING');
    expect(client.text).toContain('SIZE 100');
    await client.ask('QUIT\r\n');
    client.end();
    await client.ended();
    await server.close();
    expect(close).toEqual(['quit']);
  });
});

describe('the dialogue', () => {
  test('a session -> its transcript, and each line explained', async () => {
    const { server, client } = await deliveredTo({});
    await client.ask('QUIT\r\n');
    await client.ended();
    const lines = formatDialogue(server.transcript()).split('\n');
    expect(lines[0]).toBe('S: 220 localhost ESMTP mailwright');
    expect(lines).toContain('C: MAIL FROM:<a@example.com>');
    expect(lines).toContain(`C: (${MESSAGE.length + 3} octets of a message)`);
    expect(server.explain().find(({ text }) => text === 'DATA')?.source).toContain('RFC 5321');
    expect(server.transcripts).toMatchObject([{ sessionId: 1 }]);
    expect(server.transcript(7)).toEqual([]);
    client.destroy();
    await server.close();
  });

  test('a message\'s transcript -> its own transaction, also where transactions are pipelined', async () => {
    await using server = await startSmtpServer();
    const client = await greeted(server.port);
    const window = ['one', 'two'].map((name) => `MAIL FROM:<${name}@example.com>\r\nRCPT TO:<b@example.com>\r\nBDAT 5 LAST\r\n${name}\r\n`).join('');
    await client.ask(`MAIL FROM:<bad\r\n${window}QUIT\r\n`, 8);
    const [first, second] = server.messages;
    expect(formatDialogue(first!.transcript).split('\n').slice(0, -1)).toEqual([
      'C: MAIL FROM:<one@example.com>', 'C: RCPT TO:<b@example.com>', 'C: BDAT 5 LAST', 'C: (5 octets of a message)',
      expect.stringMatching(/^S: 250 2.1.0/), expect.stringMatching(/^S: 250 2.1.5/), expect.stringMatching(/^S: 250 2.0.0/),
    ]);
    expect(formatDialogue(second!.transcript)).toMatch(/^C: MAIL FROM:<two@/);
    expect(formatDialogue(second!.transcript).match(/S: /g)).toHaveLength(3);
    client.destroy();
  });
});

describe('life and death', () => {
  test('two servers at once -> two ports', async () => {
    await using first = await startSmtpServer();
    await using second = await startSmtpServer();
    expect(first.port).not.toBe(second.port);
  });

  test('a port that is taken -> NET_LISTEN_FAILED at once', async () => {
    await using first = await startSmtpServer();
    expect(await rejection(startSmtpServer({ port: first.port }))).toMatchObject({ code: 'NET_LISTEN_FAILED' });
  });

  test('close with an idle client -> it gets 421', async () => {
    const server = await startSmtpServer();
    const client = await greeted(server.port);
    const closing = server.close();
    expect((await client.replies(1))[0]).toMatch(/^421 /);
    client.end();
    await closing;
    expect(server.transcripts[0]?.open).toBe(false);
    client.destroy();
  });

  test('close with a client that does not go, and a clock that stands still -> it is dropped, nothing is left behind', async () => {
    const clock = new FakeClock();
    const server = await startSmtpServer({ clock });
    const client = await greeted(server.port);
    await client.ask('MAIL FROM:<a@example.com>\r\n');
    await server.close({ timeoutMs: 0 });
    await client.ended();
    expect(clock.pending).toBe(0);
    client.destroy();
  });

  test('the server\'s timeouts run on the clock that was given', async () => {
    const clock = new FakeClock();
    await using server = await startSmtpServer({ clock, timeouts: { commandMs: 1000 } });
    const client = await greeted(server.port);
    clock.advance(1000);
    expect((await client.replies(1))[0]).toMatch(/^421 4\.4\.2/);
    client.destroy();
  });

  test('a transport of one\'s own is served', async () => {
    await using server = await startSmtpServer();
    const [near, far] = memoryPair();
    const heard = new Promise<string>((resolve) => {
      near.attach({ data: (octets) => resolve(utf8(octets)), end: () => undefined, drained: () => undefined, closed: () => undefined });
    });
    server.serve(far);
    expect(await heard).toMatch(/^220 localhost /);
    near.destroy();
  });
});
