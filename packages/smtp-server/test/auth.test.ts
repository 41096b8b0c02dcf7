/** Logging in: every mechanism with a client of its own kind, and with a client that says what it should not. */
import { TlsSessionCache } from '@mailwright/net';
import type { MechanismName, SaslIdentity } from '@mailwright/sasl';
import { reply } from '@mailwright/smtp';
import type { AuthRequest, SmtpServerOptions, SmtpSession } from '@mailwright/smtp-server';
import { describe, expect, test } from 'vitest';
import { connectSmtp, type SmtpConnectOptions, SmtpError } from '../../smtp-client/src/index.ts';
import { settle } from '../../testing/src/fake-clock.ts';
import { deferred, type Harness, harness, told } from './support/harness.ts';
import { authority, type Listening, listening, TLS, VERIFIED } from './support/listening.ts';
import type { RawClient } from './support/raw-client.ts';

const PASSWORD_MECHANISMS: readonly MechanismName[] = ['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'];
const TOKEN_MECHANISMS: readonly MechanismName[] = ['XOAUTH2', 'OAUTHBEARER'];
const JANE: SaslIdentity = { authenticationId: 'jane', authorizationId: 'jane' };
const USERS: ReadonlyMap<string, string> = new Map([['jane', 'hunter2']]);

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const plain = (authorizationId: string, username: string, password: string): string => base64(`${authorizationId}\0${username}\0${password}`);

/** Knows one user by her password, and one token. */
async function checkUser(request: AuthRequest): Promise<boolean> {
  if (request.token !== undefined) return request.username === 'jane' && request.token === 'token';
  const password = USERS.get(request.username);
  return request.verify(password === undefined ? undefined : { password });
}

/** Logs in, asks the server who it says we are, and leaves. Rejects as `connectSmtp` does. */
async function login(server: Listening, over: Partial<SmtpConnectOptions>): Promise<string | undefined> {
  const connection = await connectSmtp({ host: '127.0.0.1', port: server.port, ca: authority.certificate, tls: VERIFIED.policy, servername: 'localhost', ...over });
  const { tls } = connection;
  await connection.quit();
  return tls?.protocol;
}

async function failedLogin(server: Listening, over: Partial<SmtpConnectOptions>): Promise<SmtpError> {
  const error: unknown = await login(server, over).then(() => undefined, (cause: unknown) => cause);
  if (!(error instanceof SmtpError)) throw new Error('no SmtpError', { cause: error });
  return error;
}

/** A server that remembers who came in. */
async function guarded(options: SmtpServerOptions): Promise<{ readonly server: Listening; readonly identities: (SaslIdentity | undefined)[] }> {
  const identities: (SaslIdentity | undefined)[] = [];
  const server = await listening({ tls: TLS, auth: checkUser, ...options, quit: (session: SmtpSession) => void identities.push(session.identity) });
  return { server, identities };
}

describe('over TLS, with a client of the same kind', () => {
  test.each(PASSWORD_MECHANISMS)('%s: the right password lets in as that user', async (mechanism) => {
    const { server, identities } = await guarded({ mechanisms: [mechanism] });
    await using _ = server;
    expect(await login(server, { auth: { username: 'jane', password: 'hunter2' }, mechanisms: [mechanism] })).toBe('TLSv1.3');
    expect(identities).toEqual([JANE]);
    expect(server.errors).toEqual([]);
  });

  test.each(PASSWORD_MECHANISMS)('%s: a wrong password and an unknown user get the same 535', async (mechanism) => {
    const { server } = await guarded({ mechanisms: [mechanism] });
    await using _ = server;
    const wrong = await failedLogin(server, { auth: { username: 'jane', password: 'swordfish' } });
    const unknown = await failedLogin(server, { auth: { username: 'june', password: 'hunter2' } });
    expect(wrong).toMatchObject({ code: 'SMTP_AUTH_REJECTED', reply: { code: 535 } });
    expect(unknown.reply).toEqual(wrong.reply);
    expect(server.errors).toEqual([]);
  });

  test.each(TOKEN_MECHANISMS)('%s: the right token lets in, another gives 535', async (mechanism) => {
    const { server, identities } = await guarded({ mechanisms: [mechanism] });
    await using _ = server;
    await login(server, { auth: { username: 'jane', token: 'token' } });
    expect(identities).toEqual([JANE]);
    for (const auth of [{ username: 'jane', token: 'old' }, { username: 'june', token: 'token' }]) {
      expect(await failedLogin(server, { auth })).toMatchObject({ code: 'SMTP_AUTH_REJECTED', reply: { code: 535 } });
    }
    expect(server.errors).toEqual([]);
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s: SCRAM-SHA-256 announced alone works with a client that could bind the channel', async (version) => {
    const { server, identities } = await guarded({ mechanisms: ['SCRAM-SHA-256'], tls: { ...TLS, minVersion: version, maxVersion: version } });
    await using _ = server;
    expect(await login(server, { auth: { username: 'jane', password: 'hunter2' } })).toBe(version);
    expect(identities).toEqual([JANE]);
  });

  test.each([
    ['TLSv1.3', false, true], ['TLSv1.3', true, true], ['TLSv1.2', false, false], ['TLSv1.2', true, false],
  ] as const)('rfc9266 4.2: %s, implicit %s: -PLUS is announced only where there is something to bind to: %s', async (version, implicitTls, announced) => {
    const { server } = await guarded({ mechanisms: ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'], tls: { ...TLS, minVersion: version, maxVersion: version }, implicitTls });
    await using _ = server;
    const client = await server.connect();
    if (!implicitTls) {
      await client.greet();
      await client.ask('STARTTLS');
    }
    await client.startTls(VERIFIED);
    if (implicitTls) await client.reply();
    const { text } = await client.ask('EHLO client.example');
    expect(text.split('\n').find((line) => line.includes('AUTH'))).toBe(announced ? 'AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256' : 'AUTH SCRAM-SHA-256');
    expect((await client.ask(`AUTH SCRAM-SHA-256-PLUS ${base64('p=tls-exporter,,n=jane,r=abcdefghijklmnop')}`)).code).toBe(announced ? 334 : 504);
    // Nothing was announced that could be bound: who says so has not been cheated of it.
    if (!announced) expect((await client.ask(`AUTH SCRAM-SHA-256 ${base64('y,,n=jane,r=abcdefghijklmnop')}`)).code).toBe(334);
  });

  test('rfc5802 6: a client that could bind, and was told of no -PLUS though there is one, is refused', async () => {
    const { server } = await guarded({ mechanisms: ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'] });
    await using _ = server;
    const client = await secureSession(server);
    expect((await client.ask(`AUTH SCRAM-SHA-256 ${base64('y,,n=jane,r=abcdefghijklmnop')}`)).code).toBe(535);
  });
});

describe('EXTERNAL', () => {
  const issued = authority.issue({ names: ['jane.example'], clientAuth: true });
  const asking = { tls: { ...TLS, ca: authority.certificate, requestClientCertificate: true }, mechanisms: ['EXTERNAL'] } as const;

  test('rfc4422 A.1: a certificate of a trusted authority lets in as its subject', async () => {
    const names: string[] = [];
    const { server, identities } = await guarded({ ...asking, auth: (request) => names.push(request.username) > 0 });
    await using _ = server;
    await login(server, { auth: { external: true }, cert: issued.cert, key: issued.key });
    expect(names).toEqual([expect.stringContaining('jane.example')]);
    expect(identities).toEqual([{ authenticationId: names[0], authorizationId: names[0] }]);
  });

  test('the handler may know who it is better: its identity counts', async () => {
    const { server, identities } = await guarded({ ...asking, auth: () => JANE });
    await using _ = server;
    await login(server, { auth: { external: true }, cert: issued.cert, key: issued.key });
    expect(identities).toEqual([JANE]);
  });

  test.each([
    ['no certificate', undefined],
    ['one of an authority that nobody trusts', authority.issueFaulty('unknown-authority', ['jane.example'])],
  ])('%s: 535, and the handler is not asked', async (_name, shown) => {
    let asked = 0;
    const { server } = await guarded({ ...asking, auth: () => ++asked > 0 });
    await using _ = server;
    const error = await failedLogin(server, { auth: { external: true }, cert: shown?.cert, key: shown?.key });
    expect(error).toMatchObject({ code: 'SMTP_AUTH_REJECTED', reply: { code: 535 } });
    expect(asked).toBe(0);
  });

  test('rfc8446 2.2: a resumed TLS session proves the same certificate', async () => {
    const resumed: (boolean | undefined)[] = [];
    const { server } = await guarded({ ...asking, auth: (_request, { tls }) => (resumed.push(tls?.resumed), JANE) });
    await using _ = server;
    const sessionCache = new TlsSessionCache();
    for (let count = 0; count < 2; count++) await login(server, { auth: { external: true }, cert: issued.cert, key: issued.key, sessionCache });
    expect(resumed).toEqual([false, true]);
  });

  test('verify has nothing to prove: the handler gets a TypeError, the client 454', async () => {
    const { server } = await guarded({ ...asking, auth: (request) => request.verify({ password: 'hunter2' }) });
    await using _ = server;
    const error = await failedLogin(server, { auth: { external: true }, cert: issued.cert, key: issued.key });
    expect(error.reply?.code).toBe(454);
    expect(server.errors).toEqual([expect.any(TypeError)]);
  });
});

async function secureSession(server: Listening): Promise<RawClient> {
  const client = await server.session();
  expect((await client.ask('STARTTLS')).code).toBe(220);
  await client.startTls(VERIFIED);
  expect((await client.ask('EHLO client.example')).code).toBe(250);
  return client;
}

/** All in clear text from here on: what is said matters, not what carries it. */
const CLEAR = { clearTextAuth: 'allow', mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-256', 'XOAUTH2'], auth: checkUser } as const;

describe('clear text', () => {
  test.each(['PLAIN', 'LOGIN', 'XOAUTH2', 'OAUTHBEARER'] as const)('rfc4954 4: %s is not announced without TLS and not to be had', async (mechanism) => {
    let asked = 0;
    await using h = harness({ tls: TLS, mechanisms: [mechanism, 'CRAM-MD5'], auth: () => ++asked > 0 });
    const client = h.connect();
    const hello = await client.greet();
    expect(hello.text.split('\n').find((line) => line.startsWith('AUTH'))).toBe('AUTH CRAM-MD5');
    expect((await client.ask(`AUTH ${mechanism} ${base64('x')}`)).code).toBeGreaterThanOrEqual(500);
    expect(asked).toBe(0);
  });

  test('without TLS there is no way in, so AUTH is not announced', async () => {
    await using h = harness({ auth: () => true });
    const client = h.connect();
    expect((await client.greet()).text).not.toContain('AUTH');
    expect((await client.ask(`AUTH PLAIN ${plain('', 'jane', 'hunter2')}`)).code).toBeGreaterThanOrEqual(500);
  });

  test('CRAM-MD5 and SCRAM show nothing and may run without TLS', async () => {
    const { server, identities } = await guarded({ tls: undefined, mechanisms: ['CRAM-MD5', 'SCRAM-SHA-256'] });
    await using _ = server;
    for (const mechanism of ['CRAM-MD5', 'SCRAM-SHA-256'] as const) await login(server, { tls: { mode: 'none' }, mechanisms: [mechanism], auth: { username: 'jane', password: 'hunter2' } });
    expect(identities).toEqual([JANE, JANE]);
  });
});

describe('what the client says', () => {
  test('rfc4954 4: PLAIN and LOGIN with and without an initial response', async () => {
    await using h = harness(CLEAR);
    const secret = plain('', 'jane', 'hunter2');
    const [jane, password] = [base64('jane'), base64('hunter2')];
    for (const [command, ...answers] of [[`AUTH PLAIN ${secret}`], ['AUTH PLAIN', secret], ['AUTH LOGIN', jane, password], [`AUTH LOGIN ${jane}`, password]]) {
      const client = await h.session();
      let last = await client.ask(command!);
      for (const answer of answers) {
        expect(last.code).toBe(334);
        last = await client.ask(answer);
      }
      expect({ command, code: last.code }).toEqual({ command, code: 235 });
    }
  });

  test.each(['PLAIN', 'LOGIN', 'CRAM-MD5'])('rfc4954 4: %s cancelled with *: 501, and the session goes on', async (mechanism) => {
    await using h = harness(CLEAR);
    const client = await h.session();
    expect((await client.ask(`AUTH ${mechanism}`)).code).toBe(334);
    expect((await client.ask('*')).code).toBe(501);
    expect((await client.ask(`AUTH PLAIN ${plain('', 'jane', 'hunter2')}`)).code).toBe(235);
    expect(h.errors).toEqual([]);
  });

  test.each<[string, (client: RawClient, h: Harness) => void | Promise<void>, number | undefined]>([
    ['cancelled', (client) => client.say('*\r\n'), 501],
    ['broken off by what is no base64', (client) => client.say('?\r\n'), 501],
    ['broken off by a line that is too long', (client) => client.say(`${'A'.repeat(20_000)}\r\n`), 500],
    ['broken off by a bare LF', (client) => client.say('QUJD\n'), 500],
    ['ended by the client\'s silence', (_client, h) => h.pass(300_000), 421],
    ['ended with the connection', (client) => client.transport.close(), undefined],
    ['ended with the server', (_client, h) => void h.server.close(), 421],
  ])('rfc4954 4: %s between the name and the proof of SCRAM: verify says no, nobody gets in', async (_name, end, code) => {
    const proofs: boolean[] = [];
    await using h = harness({
      ...CLEAR,
      auth: async (request) => {
        const proven = await request.verify({ password: 'hunter2' });
        proofs.push(proven);
        return true;
      },
    });
    const client = await h.session();
    expect((await client.ask(`AUTH SCRAM-SHA-256 ${base64('n,,n=jane,r=abcdefghijklmnop')}`)).code).toBe(334);
    await end(client, h);
    if (code !== undefined) expect((await client.reply()).code).toBe(code);
    await settle();
    expect(proofs).toEqual([false]);
    expect(h.errors).toEqual([]);
    if (client.ended) return;
    expect((await client.ask(`AUTH PLAIN ${plain('', 'jane', 'hunter2')}`)).code).toBe(235);
  });

  test('the connection is gone before the handler asks for the proof: verify says no', async () => {
    const looked = deferred<void>();
    const proofs: boolean[] = [];
    await using h = harness({
      ...CLEAR,
      auth: async (request) => {
        await looked.promise;
        proofs.push(await request.verify({ password: 'hunter2' }));
        return true;
      },
    });
    const client = h.connect();
    client.transport.pause(); // what it has not read makes its end a reset
    client.say(`EHLO client.example\r\nAUTH SCRAM-SHA-256 ${base64('n,,n=jane,r=abcdefghijklmnop')}\r\n`);
    await settle();
    await client.destroy();
    await settle();
    looked.resolve();
    await settle();
    expect(proofs).toEqual([false]);
  });

  test.each([
    ['no base64', 'AUTH PLAIN ?', 501],
    ['no message of PLAIN', `AUTH PLAIN ${base64('jane')}`, 535],
    ['an empty response', 'AUTH PLAIN =', 535],
    ['an initial response where the server speaks first', `AUTH CRAM-MD5 ${base64('jane')}`, 501],
    ['no mechanism of this server', `AUTH EXTERNAL ${base64('jane')}`, 504],
    ['no mechanism at all', `AUTH NTLM ${base64('jane')}`, 504],
    ['nothing', 'AUTH', 501],
  ])('%s: %s -> %i, and the session goes on', async (_name, line, code) => {
    let asked = 0;
    await using h = harness({ ...CLEAR, auth: () => ++asked > 0 });
    const client = await h.session();
    expect((await client.ask(line)).code).toBe(code);
    expect((await client.ask('NOOP')).code).toBe(250);
    expect(asked).toBe(0);
    expect(h.errors).toEqual([]);
  });

  test('rfc4954 4: 503 a second time, and in a transaction', async () => {
    await using h = harness(CLEAR);
    const client = await h.session();
    await client.ask('MAIL FROM:<a@client.example>');
    expect((await client.ask(`AUTH PLAIN ${plain('', 'jane', 'hunter2')}`)).code).toBe(503);
    await client.ask('RSET');
    expect((await client.ask(`AUTH PLAIN ${plain('', 'jane', 'hunter2')}`)).code).toBe(235);
    expect((await client.ask(`AUTH PLAIN ${plain('', 'jane', 'hunter2')}`)).code).toBe(503);
  });

  test('rfc4954 4: a response longer than the limit: 500 5.5.6, and the session goes on', async () => {
    await using h = harness(CLEAR);
    const client = await h.session();
    await client.ask('AUTH PLAIN');
    const { code, text } = await client.ask('A'.repeat(12_288));
    expect({ code, text: text.slice(0, 5) }).toEqual({ code: 500, text: '5.5.6' });
    expect((await client.ask('NOOP')).code).toBe(250);
  });

  test('rfc3207 4.2: who logged in in clear text is nobody behind STARTTLS', async () => {
    const { server, identities } = await guarded({ clearTextAuth: 'allow', requireAuth: true });
    await using _ = server;
    const client = await server.session();
    expect((await client.ask(`AUTH PLAIN ${plain('', 'jane', 'hunter2')}`)).code).toBe(235);
    expect((await client.ask('STARTTLS')).code).toBe(220);
    await client.startTls(VERIFIED);
    await client.ask('EHLO client.example');
    expect((await client.ask('MAIL FROM:<a@client.example>')).code).toBe(530);
    await client.ask('QUIT');
    expect(identities).toEqual([undefined]);
  });
});

describe('what the handler says', () => {
  const AS_JOHN = `AUTH PLAIN ${plain('john', 'jane', 'hunter2')}`;

  test('rfc4422 3.4.1: to act as somebody else takes an identity; a yes, and a reply that is one, are not enough', async () => {
    const asked: (string | undefined)[] = [];
    const answers = [true, reply(235, '2.7.0', 'Hello'), { authenticationId: 'jane', authorizationId: 'john' }];
    const identities: (SaslIdentity | undefined)[] = [];
    await using h = harness({
      ...CLEAR,
      auth: (request) => {
        asked.push(request.authorizationId);
        return answers[asked.length - 1]!;
      },
      mail: (_request, session) => void identities.push(session.identity),
    });
    const client = await h.session();
    for (const code of [535, 535, 235]) expect((await client.ask(AS_JOHN)).code).toBe(code);
    await client.ask('MAIL FROM:<a@client.example>');
    expect(asked).toEqual(['john', 'john', 'john']);
    expect(identities).toEqual([{ authenticationId: 'jane', authorizationId: 'john' }]);
  });

  test.each(['SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'] as const)('rfc5802 5.1: %s: the same, whatever was proven', async (mechanism) => {
    let answer: true | SaslIdentity = true;
    const { server, identities } = await guarded({ mechanisms: [mechanism], auth: async (request) => (await request.verify({ password: 'hunter2' })) && answer });
    await using _ = server;
    const auth = { username: 'jane', password: 'hunter2', authorizationId: 'john' };
    expect(await failedLogin(server, { auth })).toMatchObject({ reply: { code: 535 } });
    answer = { authenticationId: 'jane', authorizationId: 'john' };
    await login(server, { auth });
    expect(identities.filter((identity) => identity !== undefined)).toEqual([answer]);
  });

  test('to ask to be who one is is nothing special', async () => {
    await using h = harness({ ...CLEAR, auth: () => true });
    const client = await h.session();
    expect((await client.ask(`AUTH PLAIN ${plain('jane', 'jane', 'hunter2')}`)).code).toBe(235);
  });

  test('false: 535; a refusal: its words; a positive reply: its words', async () => {
    const answers = [false, reply(454, '4.7.0', 'Ask again'), reply(235, '2.7.0', 'Hello Jane')];
    await using h = harness({ ...CLEAR, auth: () => answers.shift()! });
    const client = await h.session();
    const said = [];
    for (let count = 0; count < 3; count++) said.push(await client.ask(`AUTH PLAIN ${plain('', 'jane', 'hunter2')}`));
    expect(said.map(({ code }) => code)).toEqual([535, 454, 235]);
    expect(said[1]!.text).toContain('Ask again');
    expect(said[2]!.text).toContain('Hello Jane');
  });

  test.each<[string, () => never]>([
    ['throws', () => { throw new Error('secret'); }],
    ['rejects', (() => Promise.reject(new Error('secret'))) as unknown as () => never],
  ])('%s: 454 without the error\'s text; the error handler gets it', async (_name, auth) => {
    await using h = harness({ ...CLEAR, auth });
    const client = await h.session();
    const { code, text } = await client.ask(`AUTH PLAIN ${plain('', 'jane', 'hunter2')}`);
    expect(code).toBe(454);
    expect(text).not.toContain('secret');
    expect(told(h.errors)).toEqual(['secret']);
    expect((await client.ask('NOOP')).code).toBe(250);
  });

  test.each([undefined, null, 1, 'yes', {}, { authenticationId: 'jane' }])('what is no answer, %j: 454, nobody gets in', async (answer) => {
    await using h = harness({ ...CLEAR, requireAuth: true, auth: () => answer as unknown as boolean });
    const client = await h.session();
    expect((await client.ask(`AUTH PLAIN ${plain('', 'jane', 'hunter2')}`)).code).toBe(454);
    expect(h.errors).toEqual([expect.any(TypeError)]);
    expect((await client.ask('MAIL FROM:<a@client.example>')).code).toBe(530);
  });

  test.each(['CRAM-MD5', 'SCRAM-SHA-256'] as const)('%s: a yes without verify lets nobody in', async (mechanism) => {
    const { server } = await guarded({ mechanisms: [mechanism], auth: () => true });
    await using _ = server;
    expect(await failedLogin(server, { auth: { username: 'jane', password: 'hunter2' } })).toMatchObject({ reply: { code: 535 } });
  });

  test.each(PASSWORD_MECHANISMS)('%s: a yes in spite of a verify that said no lets nobody in', async (mechanism) => {
    const { server } = await guarded({ mechanisms: [mechanism], auth: async (request) => (await request.verify({ password: 'other' }), true) });
    await using _ = server;
    expect(await failedLogin(server, { auth: { username: 'jane', password: 'hunter2' } })).toMatchObject({ reply: { code: 535 } });
  });

  test('verify a second time: a TypeError', async () => {
    await using h = harness({ ...CLEAR, auth: async (request) => (await request.verify({ password: 'hunter2' })) && request.verify({ password: 'hunter2' }) });
    const client = await h.session();
    expect((await client.ask(`AUTH PLAIN ${plain('', 'jane', 'hunter2')}`)).code).toBe(454);
    expect(h.errors).toEqual([expect.any(TypeError)]);
  });

  test('an answer that comes after handlerMs: 454, and then it counts no more', async () => {
    const late = deferred<boolean>();
    await using h = harness({ ...CLEAR, requireAuth: true, timeouts: { handlerMs: 1000 }, auth: () => late.promise });
    const client = await h.session();
    client.say(`AUTH PLAIN ${plain('', 'jane', 'hunter2')}\r\n`);
    await h.pass(999);
    expect(client.text).toBe('');
    await h.pass(1);
    expect((await client.reply()).code).toBe(454);
    expect(told(h.errors)).toEqual(['SMTP_HANDLER_TIMEOUT']);
    late.resolve(true);
    await settle();
    expect((await client.ask('MAIL FROM:<a@client.example>')).code).toBe(530);
  });

  test('rfc4954 6: requireAuth: 530 to MAIL before, 250 after', async () => {
    await using h = harness({ ...CLEAR, requireAuth: true });
    const client = await h.session();
    expect((await client.ask('MAIL FROM:<a@client.example>')).code).toBe(530);
    await client.ask(`AUTH PLAIN ${plain('', 'jane', 'hunter2')}`);
    expect((await client.ask('MAIL FROM:<a@client.example>')).code).toBe(250);
  });
});
