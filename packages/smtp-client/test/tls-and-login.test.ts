/** TLS by every policy, and every mechanism of SASL, against a real server. */
import { createTestAuthority, startSmtpServer, type TestAuthority, type TestServerOptions, type TestSmtpServer } from '../../testing/src/index.ts';
import { TlsSessionCache } from '@mailwright/net';
import type { MechanismName } from '@mailwright/sasl';
import { connectSmtp, createSmtpPool, type SmtpConnectOptions, type SmtpError } from '@mailwright/smtp-client';
import { afterEach, describe, expect, test } from 'vitest';
import { failureOf, scripted } from './support/peer.ts';
import { FakeClock, message, offline, settle } from './support/world.ts';

const authority: TestAuthority = createTestAuthority();
const open: TestSmtpServer[] = [];

async function serve(options: TestServerOptions = {}): Promise<TestSmtpServer> {
  const server = await startSmtpServer({ authority, ...options });
  open.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

function to(server: TestSmtpServer, over: Partial<SmtpConnectOptions> = {}): SmtpConnectOptions {
  return { host: 'localhost', port: server.port, ca: authority.certificate, ...over };
}

const VERIFIED = { mode: 'verified', names: ['localhost'] } as const;
const LOGIN = { username: 'jane', password: 'hunter2' };

describe('TLS', () => {
  test.each<[string, Partial<SmtpConnectOptions>]>([
    ['opportunistic, the default without credentials', {}],
    ['required', { tls: { mode: 'required' } }],
    ['verified', { tls: VERIFIED }],
    ['verified, the default with credentials', { auth: LOGIN }],
  ])('STARTTLS: %s', async (_name, over) => {
    const server = await serve({ auth: { jane: 'hunter2' }, mechanisms: ['PLAIN'] });
    await using connection = await connectSmtp(to(server, over));
    expect(connection.tls).toMatchObject({ protocol: 'TLSv1.3', authorized: true, serverName: 'localhost' });
    expect(connection.capabilities.startTls).toBe(false);
    expect((await connection.send(message())).outcome).toBe('accepted');
    expect(server.messages[0]!.session.tls).toBeDefined();
  });

  test('none: STARTTLS is offered and not used', async () => {
    const server = await serve();
    await using connection = await connectSmtp(to(server, { tls: { mode: 'none' } }));
    expect(connection.tls).toBeUndefined();
    expect(connection.capabilities.startTls).toBe(true);
  });

  test('rfc8314 3.3: TLS from the first octet', async () => {
    const server = await serve({ implicitTls: true });
    await using connection = await connectSmtp(to(server, { implicitTls: true }));
    expect(connection.tls).toMatchObject({ authorized: true });
    await using byUrl = await connectSmtp({ url: server.url, ca: authority.certificate });
    expect(byUrl.tls).toMatchObject({ authorized: true });
    expect((await byUrl.send(message())).outcome).toBe('accepted');
  });

  test.each<[string, TestServerOptions, Partial<SmtpConnectOptions>, string, string | undefined]>([
    ['verified, unknown authority', { certificate: 'unknown-authority' }, { tls: VERIFIED }, 'SMTP_TLS_FAILED', 'NET_TLS_UNTRUSTED'],
    ['verified, another name', {}, { tls: { mode: 'verified', names: ['other.example'] } }, 'SMTP_TLS_FAILED', 'NET_TLS_NAME_MISMATCH'],
    ['verified, expired', { certificate: 'expired' }, { tls: VERIFIED }, 'SMTP_TLS_FAILED', 'NET_TLS_UNTRUSTED'],
    ['verified, from the first octet', { implicitTls: true, certificate: 'self-signed' }, { tls: VERIFIED, implicitTls: true }, 'SMTP_TLS_FAILED', 'NET_TLS_UNTRUSTED'],
    ['required, not offered', { tls: 'none' }, { tls: { mode: 'required' } }, 'SMTP_TLS_NOT_OFFERED', undefined],
    ['verified, not offered', { tls: 'none' }, { tls: VERIFIED }, 'SMTP_TLS_NOT_OFFERED', undefined],
  ])('refused: %s', async (_name, serverOptions, over, code, cause) => {
    const server = await serve(serverOptions);
    const error = await failureOf<SmtpError>(connectSmtp(to(server, over)));
    expect(error).toMatchObject({ code, phase: 'tls', side: 'remote', usable: false, outcome: 'not-sent' });
    expect((error.cause as { readonly code?: string } | undefined)?.code).toBe(cause);
  });

  test('a certificate of ours that can not be read', async () => {
    const server = await serve();
    expect(await failureOf<SmtpError>(connectSmtp(to(server, { cert: 'no PEM', key: 'none' })))).toMatchObject({ code: 'SMTP_TLS_FAILED', phase: 'tls', side: 'local' });
  });

  test.each<[string, TestServerOptions]>([['whoever answers', { certificate: 'self-signed' }], ['not offered', { tls: 'none' }]])('opportunistic goes on: %s', async (_name, serverOptions) => {
    const server = await serve(serverOptions);
    await using connection = await connectSmtp(to(server));
    expect((await connection.send(message())).outcome).toBe('accepted');
  });

  const brokenTls = (): ReturnType<typeof scripted> => scripted([
    async (peer) => {
      await peer.greet('STARTTLS', 'PIPELINING');
      await peer.hear('STARTTLS');
      peer.say('220 go');
      await peer.hearOctets(5);
      peer.write('this is no TLS');
    },
    async (peer) => {
      await peer.greet('STARTTLS', 'PIPELINING', 'AUTH PLAIN');
      for (;;) await peer.takeMessage();
    },
  ]);

  test('kumomta 577: a failed handshake falls back to clear text on a new connection where the policy is opportunistic', async () => {
    const dialer = brokenTls();
    const connection = await connectSmtp(offline(dialer, new FakeClock()));
    expect(dialer.peers).toHaveLength(2);
    expect(connection.tls).toBeUndefined();
    expect((await connection.send(message())).outcome).toBe('accepted');
    connection.close();
  });

  test('kumomta 577: so does one that stalls, and the pool remembers', async () => {
    const clock = new FakeClock();
    const dialer = scripted([
      async (peer) => {
        await peer.greet('STARTTLS');
        await peer.hear('STARTTLS');
        peer.say('220 go');
      },
      async (peer) => {
        await peer.greet('STARTTLS', 'PIPELINING');
        for (;;) await peer.takeMessage();
      },
    ]);
    const pool = createSmtpPool({ ...offline(dialer, clock), maxMessagesPerConnection: 1, tlsTimeoutMs: 1000, closeTimeoutMs: 10 });
    const first = pool.send(message());
    await settle();
    await clock.advanceAsync(1000);
    expect((await first).outcome).toBe('accepted');
    await clock.advanceAsync(100);
    expect((await pool.send(message())).outcome).toBe('accepted');
    expect(dialer.peers.map((peer) => peer.received.includes('STARTTLS'))).toEqual([true, false, false]);
    await pool.close({ timeoutMs: 0 });
  });

  test.each<[string, Partial<SmtpConnectOptions>]>([
    ['required', { tls: { mode: 'required' } }],
    ['opportunistic with credentials', { tls: { mode: 'opportunistic' }, auth: LOGIN }],
  ])('nothing else ever falls back: %s', async (_name, over) => {
    const dialer = brokenTls();
    const error = await failureOf<SmtpError>(connectSmtp(offline(dialer, new FakeClock(), over)));
    expect(error).toMatchObject({ code: 'SMTP_TLS_FAILED', phase: 'tls' });
    expect(dialer.peers).toHaveLength(1);
  });

  test('STARTTLS refused: opportunistic goes on in clear text on the same connection, required does not', async () => {
    const refusing = (): ReturnType<typeof scripted> => scripted(async (peer) => {
      await peer.greet('STARTTLS');
      await peer.hear('STARTTLS');
      peer.say('454 4.7.0 not now');
      await peer.hear('QUIT');
      peer.say('221 bye');
      peer.transport.close();
    });
    const dialer = refusing();
    const connection = await connectSmtp(offline(dialer, new FakeClock()));
    expect(connection.usable).toBe(true);
    expect(dialer.peers).toHaveLength(1);
    connection.close();
    expect(await failureOf<SmtpError>(connectSmtp(offline(refusing(), new FakeClock(), { tls: { mode: 'required' } })))).toMatchObject({ code: 'SMTP_TLS_REFUSED', phase: 'tls', reply: { code: 454 } });
  });

  test('sessions are resumed: by a cache, and by a pool of its own accord', async () => {
    const server = await serve();
    const sessionCache = new TlsSessionCache();
    await (await connectSmtp(to(server, { sessionCache }))).quit();
    const second = await connectSmtp(to(server, { sessionCache }));
    expect(second.tls!.resumed).toBe(true);
    await second.quit();
    await using pool = createSmtpPool({ ...to(server), maxConnections: 1, maxMessagesPerConnection: 1 });
    for (let count = 0; count < 3; count++) await pool.send(message());
    expect(server.messages.map(({ session }) => session.tls!.resumed)).toEqual([false, true, true]);
  });
});

describe('login', () => {
  test.each<MechanismName>(['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'])('%s', async (mechanism) => {
    const server = await serve({ auth: { jane: 'hunter2' }, mechanisms: ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256', 'CRAM-MD5', 'PLAIN', 'LOGIN'] });
    await using connection = await connectSmtp(to(server, { auth: LOGIN, mechanisms: [mechanism] }));
    expect((await connection.send(message())).outcome).toBe('accepted');
    expect(server.messages[0]!.session.identity).toMatchObject({ authenticationId: 'jane' });
    const wrong = await failureOf<SmtpError>(connectSmtp(to(server, { auth: { username: 'jane', password: 'swordfish' }, mechanisms: [mechanism] })));
    expect(wrong).toMatchObject({ code: 'SMTP_AUTH_REJECTED', phase: 'auth', side: 'remote', reply: { code: 535 } });
    expect(`${wrong.stack} ${JSON.stringify(wrong)}`).not.toContain('swordfish');
  });

  test.each<[MechanismName, object]>([['XOAUTH2', { username: 'jane', token: 'abc' }], ['OAUTHBEARER', { username: 'jane', token: 'abc' }]])('%s', async (mechanism, auth) => {
    const server = await serve({ auth: (attempt) => attempt.token === 'abc', mechanisms: [mechanism] });
    await using connection = await connectSmtp(to(server, { auth: auth as typeof LOGIN }));
    expect((await connection.send(message())).outcome).toBe('accepted');
    expect(await failureOf<SmtpError>(connectSmtp(to(server, { auth: { username: 'jane', token: 'old' } })))).toMatchObject({ code: 'SMTP_AUTH_REJECTED', phase: 'auth' });
  });

  test('the strongest that is offered is taken', async () => {
    const server = await serve({ auth: { jane: 'hunter2' }, mechanisms: ['PLAIN', 'SCRAM-SHA-256', 'LOGIN', 'SCRAM-SHA-256-PLUS', 'CRAM-MD5'] });
    const lines: (string | undefined)[] = [];
    await using connection = await connectSmtp(to(server, { auth: LOGIN, trace: ({ text }) => lines.push(text) }));
    expect(connection.usable).toBe(true);
    expect(lines.filter((text) => text?.startsWith('AUTH'))).toEqual(['AUTH SCRAM-SHA-256-PLUS ***']);
  });

  test('credentials of a function are asked for at each connection', async () => {
    const server = await serve({ auth: (attempt) => attempt.token === 'token-2', mechanisms: ['XOAUTH2'] });
    let asked = 0;
    const auth = async (): Promise<{ username: string; token: string }> => ({ username: 'jane', token: `token-${++asked}` });
    await failureOf(connectSmtp(to(server, { auth })));
    await using connection = await connectSmtp(to(server, { auth }));
    expect(connection.usable).toBe(true);
    expect(asked).toBe(2);
  });

  test('a function that has no credentials to give', async () => {
    const server = await serve({ auth: { jane: 'hunter2' }, mechanisms: ['PLAIN'] });
    const auth = (): never => {
      throw new Error('the vault is shut');
    };
    expect(await failureOf<SmtpError>(connectSmtp(to(server, { auth })))).toMatchObject({ code: 'SMTP_AUTH_FAILED', phase: 'auth', side: 'local', cause: { message: 'the vault is shut' } });
    await using pool = createSmtpPool(to(server, { auth }));
    expect(await pool.send(message())).toMatchObject({ outcome: 'not-sent', phase: 'auth', error: { code: 'SMTP_AUTH_FAILED', side: 'local' } });
  });

  test.each<[string, readonly string[], Partial<SmtpConnectOptions>, string]>([
    ['nothing offered', [], {}, 'SMTP_AUTH_UNAVAILABLE'],
    ['nothing that fits', ['AUTH XOAUTH2'], {}, 'SMTP_AUTH_UNAVAILABLE'],
    ['nothing that is allowed', ['AUTH CRAM-MD5'], { mechanisms: ['SCRAM-SHA-256'] }, 'SMTP_AUTH_UNAVAILABLE'],
    ['only what shows the password, in clear text', ['AUTH PLAIN LOGIN'], {}, 'SMTP_AUTH_CLEAR_TEXT'],
  ])('not written at all: %s', async (_name, keywords, over, code) => {
    const clock = new FakeClock();
    const dialer = scripted(async (peer) => await peer.greet(...keywords));
    const failed = failureOf<SmtpError>(connectSmtp(offline(dialer, clock, { auth: LOGIN, tls: { mode: 'opportunistic' }, ...over })));
    await clock.advanceAsync(1000);
    expect(await failed).toMatchObject({ code, phase: 'auth', side: 'local' });
    await settle();
    expect(dialer.peers[0]!.received).not.toContain('AUTH');
    expect(clock.pending).toBe(0);
  });

  test('rfc4954 4: a first message that is too long for the command waits for the empty challenge', async () => {
    const dialer = scripted(async (peer) => {
      await peer.greet('AUTH XOAUTH2');
      if ((await peer.hear('AUTH')) !== 'AUTH XOAUTH2') throw new Error('an initial response');
      peer.say('334 ');
      heard = await peer.hear();
      peer.say('235 ok');
    });
    let heard = '';
    const connection = await connectSmtp(offline(dialer, new FakeClock(), { auth: { username: 'jane', token: 'x'.repeat(2000) }, tls: { mode: 'none' }, allowClearTextAuth: true }));
    expect(Buffer.from(heard, 'base64').toString()).toContain('x'.repeat(2000));
    expect(dialer.errors).toEqual([]);
    connection.close();
  });
});
