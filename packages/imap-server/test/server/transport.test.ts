/** What lies below the commands: TLS, compression, logins of all kinds, clients that do not read, and time. */
import { constants, createDeflateRaw, createInflateRaw, type DeflateRaw, type InflateRaw } from 'node:zlib';
import { channelBinding, deriveKey, nodePrimitives } from '@mailwright/driver';
import { dial, ForwardingTransport, type Transport } from '@mailwright/net';
import { createClientMechanism, type Credentials, type MechanismName, scramKeyRequest, scramKeys } from '@mailwright/sasl';
import { decodeBase64, encodeBase64 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { createTestAuthority } from '../../../testing/src/certificates/test-authority.ts';
import { connect, LineClient, literal, login, makeServer, makeStore } from './line-client.ts';

const MESSAGES = ['Subject: one\n\nFirst\n'];
const authority = createTestAuthority();
const issued = authority.issue({ names: ['localhost'] });
const TLS = { key: issued.key, cert: issued.cert };
const POLICY = { policy: { mode: 'required' } } as const;

/** A socket to a server that listens, behind the greeting where there is one to come in clear text. */
async function dialed(port: number, tls = false): Promise<LineClient> {
  const client = new LineClient(await dial({ host: '127.0.0.1', port, ...(tls ? { tls: { ...POLICY, serverName: 'localhost' } } : {}) }));
  await client.line();
  return client;
}

describe('TLS', () => {
  test('rfc9051 6.2.1: STARTTLS, and a password only behind it', async () => {
    await using server = makeServer({ store: makeStore({ INBOX: MESSAGES }), tls: TLS, clearTextAuth: 'refuse' });
    const client = await dialed((await server.listen()).port);
    expect((await client.say('CAPABILITY'))[0]).toMatch(/ STARTTLS LOGINDISABLED AUTH=SCRAM-SHA-256 AUTH=CRAM-MD5$/);
    expect(await client.say('LOGIN ann secret')).toEqual(['. NO [PRIVACYREQUIRED] Not without TLS']);
    expect(await client.say('STARTTLS')).toEqual(['. OK Begin TLS negotiation now']);
    await client.transport.startTls({ ...POLICY, serverName: 'localhost' });
    expect((await client.say('CAPABILITY'))[0]).toMatch(/ AUTH=SCRAM-SHA-256-PLUS AUTH=SCRAM-SHA-256 AUTH=CRAM-MD5 AUTH=PLAIN AUTH=LOGIN$/);
    expect(await client.say('LOGIN ann secret')).toEqual(['. OK Logged in']);
    expect(server.sessions[0]!.tls?.protocol).toBe('TLSv1.3');
    client.transport.destroy();
  });

  test('rfc8314 3: TLS from the first octet', async () => {
    await using server = makeServer({ store: makeStore(), tls: TLS, clearTextAuth: 'refuse' });
    const { port } = await server.listen({ implicitTls: true });
    expect(server.addresses.map((address) => address.port)).toEqual([port]);
    const client = await dialed(port, true);
    expect(await client.say('LOGIN ann secret')).toEqual(['. OK Logged in']);
    client.transport.destroy();
  });

  test('implicit TLS needs certificates', async () => {
    await using server = makeServer({ store: makeStore() });
    await expect(server.listen({ implicitTls: true })).rejects.toThrow(TypeError);
  });
});

/** The client's side of COMPRESS over `node:zlib` alone. */
class Zipped extends ForwardingTransport {
  readonly #deflate: DeflateRaw = createDeflateRaw({ flush: constants.Z_SYNC_FLUSH });
  readonly #inflate: InflateRaw = createInflateRaw();

  constructor(inner: Transport) {
    super(inner);
    this.#deflate.on('data', (octets: Uint8Array) => inner.write(octets));
    this.#inflate.on('data', (octets: Uint8Array) => this.sink.data(octets));
    this.#inflate.on('error', () => inner.destroy());
    this.#inflate.on('end', () => this.sink.end());
  }

  override end(): void {
    this.#inflate.end();
  }

  override write(octets: string | Uint8Array | readonly Uint8Array[]): boolean {
    this.#deflate.write(octets);
    return true;
  }

  override data(octets: Uint8Array): void {
    this.#inflate.write(octets);
  }
}

describe('rfc4978: COMPRESS', () => {
  test('both directions are compressed, large messages as well', async () => {
    const body = 'x'.repeat(3_000_000);
    await using server = makeServer({ store: makeStore({ INBOX: [`Subject: big\n\n${body}\n`] }) });
    const plain = await login(server);
    expect(await plain.say('COMPRESS DEFLATE')).toEqual(['. OK DEFLATE active']);
    const zipped = new Zipped(plain.transport);
    const client = new LineClient(zipped);
    expect((await client.say('CAPABILITY'))[0]).not.toContain('COMPRESS');
    await client.say('SELECT INBOX');
    expect((await client.say('FETCH 1 BODY.PEEK[TEXT]'))[0]).toBe(`* 1 FETCH (BODY[TEXT] {${body.length + 2}}\r\n${body}\r\n)`);
    expect(await client.say(`APPEND INBOX ${literal(`Subject: x\r\n\r\n${body}`)}`)).toEqual(['* 2 EXISTS', '* 1 RECENT', '. OK [APPENDUID 1 2] APPEND completed']);
    expect(await client.say('LOGOUT')).toEqual(['* BYE Logging out', '. OK LOGOUT completed']);
    expect(await client.line()).toBeUndefined();
  });

  test('octets that are not deflated end the session, and nothing is heard of it afterwards', async () => {
    const ends: string[] = [];
    await using server = makeServer({ store: makeStore(), close: (_session, end) => ends.push(end) });
    const client = await login(server, 'COMPRESS DEFLATE');
    client.send('\xff\xff\xff\xff\xff');
    expect(await client.line()).toBeUndefined();
    await server.close();
    expect(ends).toEqual(['lost']);
  });
});

const PASSWORD: Credentials = { username: 'ann', password: 'secret' };

/** The answers of one exchange, tags put as `.`. */
async function authenticate(client: LineClient, name: MechanismName, credentials: Credentials, tls?: Transport['tls']): Promise<string> {
  const mechanism = createClientMechanism(name, credentials, { primitives: nodePrimitives, nonce: new Uint8Array(18).fill(7), channelBinding: name.endsWith('-PLUS') ? channelBinding(tls) : undefined });
  let step = mechanism.start();
  const derive = async (): Promise<void> => {
    while (step.type === 'derive-key') step = mechanism.derived(await deriveKey(step));
  };
  const say = (): string => (step.type === 'respond' ? encodeBase64(step.octets) || '=' : '');
  await derive();
  client.send(`a AUTHENTICATE ${name}${step.type === 'respond' ? ` ${say()}` : ''}\r\n`);
  for (let line = await client.line(); line !== undefined; line = await client.line()) {
    if (!line.startsWith('+')) return line.replace(/^a /, '');
    step = mechanism.challenge(decodeBase64(line.slice(2))!);
    await derive();
    client.send(`${step.type === 'respond' ? encodeBase64(step.octets) : '*'}\r\n`);
  }
  return 'closed';
}

describe('rfc9051 6.2.2: AUTHENTICATE', () => {
  test.each(['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-256'] as const)('%s against the secrets of the store', async (name) => {
    await using server = makeServer({ store: makeStore() });
    expect(await authenticate(await connect(server), name, PASSWORD)).toBe('OK Logged in');
    expect(await authenticate(await connect(server), name, { username: 'ann', password: 'wrong' })).toBe('NO [AUTHENTICATIONFAILED] The name or the password is wrong');
    expect(await authenticate(await connect(server), name, { username: 'eve', password: 'secret' })).toBe('NO [AUTHENTICATIONFAILED] The name or the password is wrong');
  });

  test('SCRAM-SHA-256-PLUS is bound to the TLS channel', async () => {
    await using server = makeServer({ store: makeStore(), tls: TLS });
    const client = await dialed((await server.listen({ implicitTls: true })).port, true);
    expect(await authenticate(client, 'SCRAM-SHA-256-PLUS', PASSWORD, client.transport.tls)).toBe('OK Logged in');
    client.transport.destroy();
  });

  test('stored SCRAM keys do for SCRAM, PLAIN and LOGIN', async () => {
    const request = scramKeyRequest({ password: 'secret', salt: new Uint8Array(16).fill(3), iterations: 4096 });
    const scram = scramKeys(request, await deriveKey(request), nodePrimitives);
    const options = { store: makeStore(), mechanisms: ['SCRAM-SHA-256', 'PLAIN'] as const, authenticate: async (attempt: { verify(secret: { readonly scram: typeof scram }): Promise<boolean> }) => attempt.verify({ scram }) };
    await using server = makeServer(options);
    for (const name of options.mechanisms) expect(await authenticate(await connect(server), name, PASSWORD)).toBe('OK Logged in');
    expect(await (await connect(server)).say('LOGIN ann secret')).toEqual(['. OK Logged in']);
    expect(await (await connect(server)).say('LOGIN ann wrong')).toEqual(['. NO [AUTHENTICATIONFAILED] The name or the password is wrong']);
  });

  test.each(['XOAUTH2', 'OAUTHBEARER'] as const)('%s is judged by the handler', async (name) => {
    await using server = makeServer({ store: makeStore(), mechanisms: [name], authenticate: ({ token }) => (token === 'good' ? 'ann' : false) });
    const client = await connect(server);
    expect(await authenticate(client, name, { username: 'ann', token: 'good' })).toBe('OK Logged in');
    expect(server.sessions[0]!.user).toBe('ann');
    expect(await authenticate(await connect(server), name, { username: 'ann', token: 'bad' })).toBe('NO [AUTHENTICATIONFAILED] The name or the password is wrong');
  });

  test('EXTERNAL takes the certificate of the client', async () => {
    const mine = authority.issue({ names: ['ann.example'], clientAuth: true });
    const subjects: string[] = [];
    const options = { tls: { ...TLS, ca: authority.certificate, requestClientCertificate: true }, mechanisms: ['EXTERNAL'] as const };
    await using server = makeServer({ store: makeStore(), ...options, authenticate: ({ username }) => (subjects.push(username), 'ann') });
    const { port } = await server.listen({ implicitTls: true });
    const client = new LineClient(await dial({ host: '127.0.0.1', port, tls: { ...POLICY, serverName: 'localhost', key: mine.key, cert: mine.cert } }));
    await client.line();
    expect(await authenticate(client, 'EXTERNAL', { external: true })).toBe('OK Logged in');
    expect(subjects).toEqual([expect.stringContaining('ann.example')]);
    client.transport.destroy();
  });

  test('to act as another user takes its name from the handler', async () => {
    const credentials: Credentials = { username: 'ann', password: 'secret', authorizationId: 'bob' };
    await using strict = makeServer({ store: makeStore() });
    expect(await authenticate(await connect(strict), 'PLAIN', credentials)).toMatch(/^NO /);
    await using free = makeServer({ store: makeStore(), authenticate: async ({ verify, authorizationId }) => (await verify({ password: 'secret' })) && (authorizationId ?? false) });
    expect(await authenticate(await connect(free), 'PLAIN', credentials)).toBe('OK Logged in');
    expect(free.sessions[0]!.user).toBe('bob');
  });

  test('a handler that throws refuses, and the owner is told', async () => {
    const told: unknown[] = [];
    await using server = makeServer({ store: makeStore(), authenticate: () => { throw new Error('no database'); }, error: (error) => told.push(String(error)) });
    const client = await connect(server);
    expect(await client.say('LOGIN ann secret')).toEqual([expect.stringMatching(/^\. NO \[SERVERBUG\]/)]);
    expect(await authenticate(client, 'PLAIN', PASSWORD)).toMatch(/^NO \[SERVERBUG\]/);
    expect(await client.say('NOOP')).toEqual(['. OK NOOP completed']);
    expect(told).toEqual(['Error: no database', 'Error: no database']);
  });

  test('a user without an account', async () => {
    await using server = makeServer({ store: makeStore(), authenticate: () => 'nobody' });
    expect(await (await connect(server)).say('LOGIN ann secret')).toEqual(['. NO [AUTHORIZATIONFAILED] There is no such account']);
  });

  test('a client that gives up', async () => {
    await using server = makeServer({ store: makeStore() });
    const client = await connect(server);
    client.send('a AUTHENTICATE PLAIN\r\n');
    expect(await client.line()).toBe('+ ');
    client.send('*\r\n');
    expect(await client.line()).toBe('a BAD Cancelled');
    expect(await client.say('LOGIN ann secret')).toEqual(['. OK Logged in']);
  });
});

const KIB = 1024;

describe('a client that never reads', () => {
  test('one large message: little is read from the store', async () => {
    const store = makeStore({ INBOX: MESSAGES });
    const inbox = await (await store.account('ann'))!.open('INBOX');
    let read = 0;
    let isClosed = false;
    inbox.content = async () => ({
      sizeOctets: 1024 * KIB * KIB, octets: undefined, read: async () => new Uint8Array(0),
      async *stream() {
        for (; read < 1024 * KIB * KIB; yield new Uint8Array(16 * KIB)) read += 16 * KIB;
      },
      close: async () => void (isClosed = true),
    });
    await using server = makeServer({ store });
    const client = await login(server, 'SELECT INBOX');
    client.transport.pause();
    client.send('a FETCH 1 BODY.PEEK[]\r\n');
    await turns(200);
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(1024 * KIB);
    client.transport.destroy();
    await turns(20);
    expect(isClosed).toBe(true);
    expect(server.sessions).toEqual([]);
  });

  test('many messages: few are looked at', async () => {
    const store = makeStore({ INBOX: Array.from({ length: 2000 }, () => `Subject: x\n\n${'y'.repeat(4000)}\n`) });
    const inbox = await (await store.account('ann'))!.open('INBOX');
    let asked = 0;
    const content = inbox.content.bind(inbox);
    inbox.content = (uid) => (asked++, content(uid));
    await using server = makeServer({ store });
    const client = await login(server, 'SELECT INBOX');
    client.transport.pause();
    client.send('a FETCH 1:* BODY.PEEK[]\r\n');
    await turns(300);
    expect(asked).toBeGreaterThan(10);
    expect(asked).toBeLessThan(200);
    client.transport.resume();
    for (let line = await client.line(); line !== undefined && !line.startsWith('a '); line = await client.line()) continue;
    expect(asked).toBe(2000);
  });

  test('many commands: they wait with the client', async () => {
    await using server = makeServer({ store: makeStore({ INBOX: MESSAGES }) });
    const client = await login(server, 'SELECT INBOX');
    client.transport.pause();
    const flood = 'a FETCH 1 (ENVELOPE BODYSTRUCTURE)\r\n'.repeat(1000);
    for (let count = 0; count < 60; count++) client.send(flood);
    await turns(100);
    expect(client.transport.bufferedOctets).toBeGreaterThan(40 * flood.length);
    client.transport.destroy();
  });

  test('is dropped when its time is over', async () => {
    const ends: string[] = [];
    await using server = makeServer({ store: makeStore({ INBOX: Array.from({ length: 100 }, () => `\n${'y'.repeat(4000)}\n`) }), timeouts: { writeMs: 20 }, close: (_session, end) => ends.push(end) });
    const client = await login(server, 'SELECT INBOX');
    client.transport.pause();
    client.send('a FETCH 1:* BODY.PEEK[]\r\n');
    while (ends.length === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    expect(ends).toEqual(['timeout']);
  });
});

test('rfc9051 5.4: who does not log in is sent away', async () => {
  await using server = makeServer({ store: makeStore(), timeouts: { loginMs: 5 } });
  const client = await connect(server);
  expect(await client.lines(2)).toEqual(['* BYE Autologout; idle for too long', undefined]);
});

test('rfc2177: during IDLE the store is asked for what other programs did', async () => {
  const store = makeStore({ INBOX: MESSAGES });
  const inbox = await (await store.account('ann'))!.open('INBOX');
  let refreshed = 0;
  inbox.refresh = async () => {
    if (++refreshed === 4) await inbox.append([{ body: new Uint8Array(3) }]);
  };
  await using server = makeServer({ store, timeouts: { refreshMs: 1 } });
  const client = await login(server, 'SELECT INBOX');
  client.send('i IDLE\r\n');
  expect(await client.lines(3)).toEqual(['+ idling', '* 2 EXISTS', '* 1 RECENT']);
});

async function turns(count: number): Promise<void> {
  for (let index = 0; index < count; index++) await new Promise<void>((resolve) => setImmediate(resolve));
}
