import { describe, expect, test } from 'vitest';
import { dial, memoryPair, type Transport } from '@mailwright/net';
import { FakeClock, type FixtureMessage, type MailFixture, memoryStoreOf, startPop3Server, TestError, type TestPop3Server, type TestPop3ServerOptions, TestTimeoutError, virtualNetwork } from '@mailwright/testing';
import { Pop3Client, type Pop3ConnectOptions, Pop3Error } from '../../pop3-client/src/index.ts';

const MESSAGES: readonly FixtureMessage[] = ['Subject: one\n\nHello\n', { raw: 'Subject: two\n\n.dot\n..\nlast\n', flags: ['\\Seen'] }, { message: { from: 'a@example.com', to: 'ann@example.com', subject: 'Drei ✓', text: 'Grüße' } }];
const FIXTURE: MailFixture = { users: { ann: { password: 'secret', mailboxes: { INBOX: MESSAGES } }, bob: { password: 'b' } } };
const text = (octets: Uint8Array): string => new TextDecoder().decode(octets);

async function connect(server: TestPop3Server, more: Pop3ConnectOptions = {}): Promise<Pop3Client> {
  return Pop3Client.connect({ url: server.urlFor('ann'), ca: server.ca, tls: { mode: 'verified', names: ['localhost'] }, ...more });
}

async function started(options: TestPop3ServerOptions = {}): Promise<TestPop3Server> {
  return startPop3Server({ fixture: FIXTURE, ...options });
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(() => 'resolved', (error: unknown) => (error as { code?: string }).code ?? String(error));
}

describe('a maildrop', () => {
  test('the INBOX of a fixture is listed, sized as it is sent, and read', async () => {
    await using server = await started();
    await using client = await connect(server);
    expect(client.tls?.protocol).toBe('TLSv1.3');
    const one = await client.retrieve(1).toOctets();
    expect(text(one)).toBe('Subject: one\r\n\r\nHello\r\n');
    expect(text(await client.retrieve(2).toOctets())).toBe('Subject: two\r\n\r\n.dot\r\n..\r\nlast\r\n');
    expect(text(await client.retrieve(3).toOctets())).toContain('Subject: Drei =?utf-8?B?4pyT?=');
    expect((await client.list())[0]).toEqual({ number: 1, octets: one.length });
    expect(text(await client.top(2, 1).toOctets())).toBe('Subject: two\r\n\r\n.dot\r\n');
  });

  test('bare LF, and no line end at the end -> LIST says what RETR sends', async () => {
    await using server = await startPop3Server({ fixture: { users: { ann: { password: 'secret', mailboxes: { INBOX: [new TextEncoder().encode('A: b\n\nx\r\ny\rz')] } } } } });
    await using client = await connect(server);
    const octets = await client.retrieve(1).toOctets();
    expect(text(octets)).toBe('A: b\r\n\r\nx\r\ny\r\nz\r\n');
    expect((await client.stat()).octets).toBe(octets.length);
  });

  test('lineOctets beyond what is kept of a client that runs ahead: a long line is read to its end', async () => {
    await using server = await started({ tls: 'none', limits: { lineOctets: 300_000 } });
    const transport = await dial({ host: server.host, port: server.port });
    const said = new Promise<string>((resolve) => {
      let heard = '';
      transport.attach({ data: (octets) => (heard += text(octets)).includes('-ERR') && resolve(heard), end: () => resolve(heard), drained: () => undefined, closed: () => resolve(heard) });
    });
    for (let count = 0; count < 200; count++) transport.write('x'.repeat(1000));
    transport.write('\r\n');
    expect(await said).toMatch(/-ERR unknown command\r\n$/);
    transport.destroy();
  });

  test('rfc1939 7: unique-ids are those of the last session, also when what was before them is gone', async () => {
    await using server = await started();
    const client = await connect(server);
    const uids = await client.uidl();
    await client.delete(1);
    await client.quit();
    await using again = await connect(server);
    expect(await again.uidl()).toEqual([{ number: 1, uid: uids[1]!.uid }, { number: 2, uid: uids[2]!.uid }]);
  });

  test('rfc1939 6: what is marked is removed after QUIT alone', async () => {
    await using server = await started();
    const inbox = await (await server.store.account('ann'))!.open('INBOX');
    const client = await connect(server);
    await client.delete(1);
    client.close();
    await server.waitForCommand('DELE 1');
    expect(inbox.messages().length).toBe(3);
    const second = await retryConnect(server);
    await second.delete(2);
    await second.quit();
    expect(inbox.messages().map(({ uid }) => uid)).toEqual([1, 3]);
  });

  test('rfc2449 8.1.2: a maildrop that is open is in use, also over another server, until the session ends', async () => {
    const store = memoryStoreOf(FIXTURE);
    await using server = await startPop3Server({ store });
    await using other = await startPop3Server({ store });
    const auth = { username: 'ann', password: 'secret' };
    const first = await connect(server, { url: server.url, auth });
    const refused = await connect(other, { url: other.url, auth }).catch((error: unknown) => error);
    expect((refused as Pop3Error).response?.code).toBe('IN-USE');
    await first.quit();
    const second = await connect(other, { url: other.url, auth });
    await second.quit();
  });

  test('rfc6856 2: a message with UTF-8 in its header is read in UTF8 mode alone', async () => {
    await using server = await startPop3Server({ fixture: { users: { ann: { password: 'secret', mailboxes: { INBOX: ['Subject: Grüße\n\nx\n', 'Subject: y\n\nGrüße\n'] } } } } });
    await using plain = await connect(server);
    expect(await codeOf(plain.retrieve(1).toOctets())).toBe('POP3_REJECTED');
    expect(text(await plain.retrieve(2).toOctets())).toContain('Grüße');
    await plain.quit();
    await using utf8 = await connect(server, { utf8: true });
    expect(text(await utf8.retrieve(1).toOctets())).toBe('Subject: Grüße\r\n\r\nx\r\n');
  });

  test('a message of 3 MB to a client that reads slowly arrives whole', async () => {
    const raw = `Subject: large\r\n\r\n${'.0123456789\r\n'.repeat(240_000)}`;
    await using server = await startPop3Server({ tls: 'none', fixture: { users: { ann: { password: 'secret', mailboxes: { INBOX: [raw] } } } } });
    await using client = await connect(server, { tls: { mode: 'none' }, allowClearTextAuth: true });
    let octets = 0;
    for await (const piece of client.retrieve(1)) {
      octets += piece.length;
      await Promise.resolve();
    }
    expect(octets).toBe(raw.length);
  });
});

/** The session before may not have ended yet. */
async function retryConnect(server: TestPop3Server): Promise<Pop3Client> {
  for (;;) {
    const client = await connect(server).catch((error: unknown) => error as Pop3Error);
    if (client instanceof Pop3Client) return client;
    if (client.response?.code !== 'IN-USE') throw client;
  }
}

describe('logins', () => {
  const mechanisms = ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256', 'SCRAM-SHA-1-PLUS', 'CRAM-MD5', 'PLAIN', 'LOGIN', 'USER', 'APOP'] as const;
  test.each(mechanisms)('%s lets who knows the password in, and nobody else', async (mechanism) => {
    await using server = await started();
    await using client = await connect(server, { mechanisms: [mechanism] });
    expect((await client.stat()).messageCount).toBe(3);
    expect(await codeOf(connect(server, { mechanisms: [mechanism], auth: { username: 'ann', password: 'wrong' } }))).toMatch(/^POP3_/);
    expect(await codeOf(connect(server, { mechanisms: [mechanism], auth: { username: 'nobody', password: 'secret' } }))).toMatch(/^POP3_/);
  });

  test.each(['OAUTHBEARER', 'XOAUTH2'] as const)('%s takes the token of the user', async (mechanism) => {
    await using server = await started({ tokens: { ann: 'token-of-ann', bob: 'token-of-bob' } });
    await using client = await connect(server, { mechanisms: [mechanism], auth: { username: 'ann', token: 'token-of-ann' } });
    expect((await client.stat()).messageCount).toBe(3);
    expect(await codeOf(connect(server, { mechanisms: [mechanism], auth: { username: 'ann', token: 'token-of-bob' } }))).toMatch(/^POP3_/);
  });

  test.each([['USER'], ['PLAIN'], ['LOGIN']] as const)('%s: a judge of the test decides who is let in, and as whom', async (mechanism) => {
    await using server = await started({ authenticate: (name, password) => (name === 'anybody' && password === 'x' ? 'ann' : undefined) });
    await using client = await connect(server, { mechanisms: [mechanism], auth: { username: 'anybody', password: 'x' } });
    expect((await client.stat()).messageCount).toBe(3);
    expect(await codeOf(connect(server, { mechanisms: [mechanism], auth: { username: 'ann', password: 'secret' } }))).toMatch(/^POP3_/);
  });

  test('rfc2595 2.1: no password in clear text while TLS is to be had', async () => {
    await using server = await started();
    expect(await codeOf(connect(server, { tls: { mode: 'none' }, allowClearTextAuth: true, mechanisms: ['USER'] }))).toMatch(/^POP3_/);
    expect(server.transcript().some(({ text: line }) => line?.startsWith('PASS') === true)).toBe(false);
  });

  test('TLS from the first octet, and none at all', async () => {
    await using implicit = await started({ tls: 'implicit' });
    expect(implicit.url).toMatch(/^pop3s:/);
    await using secured = await connect(implicit);
    expect(secured.tls).toBeDefined();
    await using none = await started({ tls: 'none' });
    await using clear = await connect(none, { tls: { mode: 'none' }, allowClearTextAuth: true });
    expect(clear.tls).toBeUndefined();
  });
});

describe('the server around it', () => {
  test('transcripts hold what was said, without the secrets', async () => {
    await using server = await started({ tls: 'none' });
    await using client = await connect(server, { tls: { mode: 'none' }, allowClearTextAuth: true, mechanisms: ['USER'] });
    await client.quit();
    const lines = server.transcript().map(({ direction, text: line }) => `${direction[0]}: ${line}`);
    expect(lines).toContain('c: PASS ***');
    expect(lines).toContain('c: QUIT');
    expect(JSON.stringify(server.transcripts)).not.toContain('secret');
  });

  test('a wait gets a command that came, or the one to come; in vain it shows what was said', async () => {
    await using server = await started();
    const waiting = server.waitForCommand(/^NOOP/);
    await using client = await connect(server);
    await client.noop();
    expect(await waiting).toBe('NOOP');
    const error: unknown = await server.waitForCommand('NOOP', { timeout: 5 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TestTimeoutError);
    expect((error as Error).message).toContain('C: NOOP');
    const closed = codeOf(server.waitForCommand('RSET'));
    await server.close();
    expect(await closed).toBe('TEST_SERVER_CLOSED');
  });

  test('what is not announced is not there', async () => {
    await using server = await started({ disabled: ['TOP', 'SASL'], apop: false });
    await using client = await connect(server);
    expect(await codeOf(client.top(1, 1).toOctets())).toBe('POP3_REJECTED');
    expect(client.greeting.text).not.toContain('<');
  });

  test('rfc1939 3: a client that is silent for ten minutes is dropped without a word, and nothing is removed', async () => {
    const clock = new FakeClock();
    const network = virtualNetwork({ clock });
    await using server = await started({ network, hostname: 'pop.example.com', tls: 'none' });
    const client = await connect(server, { url: undefined, host: 'pop.example.com', port: 110, dial: network.dial, clock, tls: { mode: 'none' }, allowClearTextAuth: true, auth: { username: 'ann', password: 'secret' } } as Pop3ConnectOptions);
    await client.delete(1);
    clock.advance(600_000);
    expect(await codeOf(client.noop())).toMatch(/^POP3_/);
    const inbox = await (await server.store.account('ann'))!.open('INBOX');
    expect(inbox.messages().length).toBe(3);
  });

  test('close() lets nobody wait: idle sessions are told, silent ones dropped', async () => {
    const server = await started();
    const client = await connect(server);
    await server.close();
    expect(await codeOf(client.noop())).toMatch(/^POP3_/);
  });

  test('a fixture beside a store makes no sense', async () => {
    await expect(startPop3Server({ fixture: FIXTURE, store: memoryStoreOf() })).rejects.toThrow(TypeError);
    expect(new TestError('TEST_ABORTED', 'x').code).toBe('TEST_ABORTED');
  });
});

describe('faults of clients', () => {
  const SESSION = 'CAPA\r\nUSER ann\r\nPASS secret\r\nLIST\r\nRETR 2\r\nDELE 1\r\nNOOP\r\n';

  test('a session cut at every octet -> no error, nothing removed, the maildrop free again', async () => {
    const store = memoryStoreOf(FIXTURE);
    await using server = await startPop3Server({ store, tls: 'none' });
    for (let cut = 0; cut <= SESSION.length; cut++) await cutAt(server, cut);
    const inbox = await (await store.account('ann'))!.open('INBOX');
    expect(inbox.messages().length).toBe(3);
    await using client = await connect(server, { url: server.url, tls: { mode: 'none' }, allowClearTextAuth: true, auth: { username: 'ann', password: 'secret' } });
    expect((await client.stat()).messageCount).toBe(3);
  });

  async function cutAt(server: TestPop3Server, octets: number): Promise<void> {
    const [client, transport] = memoryPair();
    const closed = new Promise<void>((resolve) => client.attach({ data: () => undefined, end: () => undefined, drained: () => undefined, closed: () => resolve() }));
    const gone = new Promise<void>((resolve) => server.serve(noticing(transport, resolve)));
    client.write(SESSION.slice(0, octets));
    await Promise.resolve();
    client.destroy();
    await Promise.all([closed, gone]);
  }
});

/** The server's end of a pair, which tells when it is gone. */
function noticing(transport: Transport, gone: () => void): Transport {
  const attach = transport.attach.bind(transport);
  transport.attach = (sink) =>
    attach({
      data: (octets) => sink.data(octets),
      end: () => sink.end(),
      drained: () => sink.drained(),
      closed: (error) => {
        sink.closed(error);
        gone();
      },
    });
  return transport;
}
