import { describe, expect, test } from 'vitest';
import { TlsSessionCache, createClientContext, createServerTls } from '@mailwright/net';
import type { ServerTls, TlsClientOptions, TlsFacts, TlsSession, Transport } from '@mailwright/net';
import { createTestAuthority } from '../../testing/src/certificates/test-authority.ts';
import { withoutCertificate } from '../src/tls-session-octets.ts';
import { memoryEnds, socketPair } from './pairs.ts';
import { octets, record } from './recorder.ts';
import { NAME, attempt, authority, ca, issued, secure, serverTls, verified } from './tls-fixtures.ts';
import type { MakePair } from './transport-contract.ts';

/** A handshake and one octet from the server, behind which TLS 1.3 has sent its tickets. */
async function visit(pair: [Transport, Transport], options: TlsClientOptions, server: ServerTls = serverTls): Promise<TlsFacts> {
  const secured = await secure(pair, options, server);
  const atClient = record(secured.client);
  record(secured.server);
  secured.server.write(octets('.'));
  await atClient.untilOctets(1);
  secured.client.destroy();
  secured.server.destroy();
  await atClient.untilTold('closed');
  expect(secured.serverFacts.resumed).toBe(secured.clientFacts.resumed);
  return secured.clientFacts;
}

/** All connections of a test must look like one destination: the ports of `socketPair` differ. */
const samePlace: MakePair = () => memoryEnds();

describe('session resumption', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s: a second visit -> resumed, and still knows the certificate', async (version) => {
    const server = createServerTls({ ...issued, maxVersion: version });
    const sessionCache = new TlsSessionCache();
    const options = { ...verified, sessionCache };
    const first = await visit(await samePlace(), options, server);
    expect(first).toMatchObject({ protocol: version, resumed: false });
    expect(sessionCache.size).toBeGreaterThan(0);
    for (let round = 0; round < 5; round++) {
      const again = await visit(await samePlace(), options, server);
      expect(again).toMatchObject({ protocol: version, resumed: true, authorized: true, authorizationError: undefined });
      expect(again.peerCertificate).toEqual(first.peerCertificate);
    }
  });

  test('an untrusted certificate under opportunistic -> resumed, and still told untrusted', async () => {
    const options: TlsClientOptions = { policy: { mode: 'opportunistic' }, sessionCache: new TlsSessionCache() };
    const first = await visit(await samePlace(), options);
    const second = await visit(await samePlace(), options);
    expect(second.resumed).toBe(true);
    expect([second.authorized, second.authorizationError]).toEqual([first.authorized, first.authorizationError]);
    expect(second.authorized).toBe(false);
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s: what is kept -> no session holds a certificate, and OpenSSL takes it up', async (version) => {
    const sessionCache = new TlsSessionCache();
    const kept: Uint8Array[] = [];
    const put = sessionCache.put.bind(sessionCache);
    sessionCache.put = (key, session) => {
      kept.push(session.octets);
      put(key, session);
    };
    const options: TlsClientOptions = { ...verified, sessionCache };
    const { peerCertificate } = await visit(await samePlace(), options, createServerTls({ ...issued, maxVersion: version }));
    expect(kept.length).toBeGreaterThan(0);
    for (const session of kept) {
      expect(Buffer.from(session).includes(Buffer.from(peerCertificate!.raw))).toBe(false);
      expect(withoutCertificate(session)).toBe(session);
    }
  });

  test('rfc8446 C.4: with reuseLastTicket off -> no ticket is offered twice', async () => {
    const sessionCache = new TlsSessionCache({ reuseLastTicket: false });
    const used: string[] = [];
    const take = sessionCache.take.bind(sessionCache);
    sessionCache.take = (key) => {
      const session = take(key);
      if (session !== undefined) used.push(Buffer.from(session.octets).toString('hex'));
      return session;
    };
    const resumed: boolean[] = [];
    for (let round = 0; round < 7; round++) resumed.push((await visit(await samePlace(), { ...verified, sessionCache })).resumed);
    expect(resumed.filter((again) => again)).toHaveLength(used.length);
    expect(used.length).toBeGreaterThan(2);
    expect(new Set(used).size).toBe(used.length);
  });

  test('a server that has lost its keys -> a full handshake, and its new tickets replace the old ones', async () => {
    const options = { ...verified, sessionCache: new TlsSessionCache() };
    await visit(await samePlace(), options);
    const restarted = createServerTls(issued);
    const resumed: boolean[] = [];
    for (let round = 0; round < 6; round++) resumed.push((await visit(await samePlace(), options, restarted)).resumed);
    expect(resumed).toEqual([false, true, true, true, true, true]);
  });

  test('no cache -> never resumed', async () => {
    await visit(await samePlace(), verified);
    expect((await visit(await samePlace(), verified)).resumed).toBe(false);
  });

  const mine = authority.issue({ names: ['client.example.test'], clientAuth: true });
  test.each<[string, TlsClientOptions]>([
    ['another policy', { policy: { mode: 'required' }, ca, serverName: NAME }],
    ['other names', { policy: { mode: 'verified', names: [NAME, 'other.test'] }, ca, serverName: NAME }],
    ['another server name', { ...verified, serverName: 'other.test' }],
    ['another ALPN offer', { ...verified, alpn: ['smtp'] }],
    ['other trust', { ...verified, ca: [ca, createTestAuthority().certificate] }],
    ['a client certificate', { ...verified, key: mine.key, cert: mine.cert }],
    ['another context', { policy: verified.policy, context: createClientContext({ ca }) }],
  ])('%s -> a session is not shared', async (_name, other) => {
    const sessionCache = new TlsSessionCache();
    await visit(await samePlace(), { ...verified, sessionCache });
    expect((await visit(await samePlace(), { ...other, sessionCache })).resumed).toBe(false);
    expect((await visit(await samePlace(), { ...verified, sessionCache })).resumed).toBe(true);
  });

  test('another port -> a session is not shared', async () => {
    const sessionCache = new TlsSessionCache();
    await visit(await socketPair(), { ...verified, sessionCache });
    expect((await visit(await socketPair(), { ...verified, sessionCache })).resumed).toBe(false);
  });

  test('a peer that is refused -> its session is not kept', async () => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const sessionCache = new TlsSessionCache();
      const server = createServerTls({ ...authority.issueFaulty('wrong-name', [NAME]), maxVersion });
      const { client } = await attempt(await samePlace(), { ...verified, sessionCache }, server);
      expect(client).toMatchObject({ code: 'NET_TLS_NAME_MISMATCH' });
      expect(sessionCache.size).toBe(0);
    }
  });

  test('a server that asks for client certificates -> sessions are resumed all the same', async () => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const server = createServerTls({ ...issued, ca, requestClientCertificate: true, maxVersion });
      const options = { ...verified, key: mine.key, cert: mine.cert, sessionCache: new TlsSessionCache() };
      await visit(await samePlace(), options, server);
      const pair = await secure(await samePlace(), options, server);
      expect(pair.serverFacts).toMatchObject({ resumed: true, authorized: true });
      expect(pair.serverFacts.peerCertificate?.subject).toBe('CN=client.example.test');
      pair.client.destroy();
      pair.server.destroy();
    }
  });
});

describe('a session without its certificate', () => {
  const field = (tag: number, contents: readonly number[]): number[] => {
    const { length } = contents;
    if (length < 0x80) return [tag, length, ...contents];
    return length < 0x100 ? [tag, 0x81, length, ...contents] : [tag, 0x82, length >> 8, length & 255, ...contents];
  };
  const fill = (length: number): number[] => Array.from({ length }, (_, index) => index & 255);
  const before = [...field(0x02, [1]), ...field(0x04, fill(48)), ...field(0xa1, field(0x02, [1, 2, 3, 4]))];
  const certificate = field(0xa3, field(0x30, fill(900)));

  test.each([0, 10, 60, 150, 300, 70_000])('a certificate with %i octets behind it -> it alone is gone', (count) => {
    const after = count > 65_535 ? [0xaa, 0x83, count >> 16, (count >> 8) & 255, count & 255, ...fill(count)] : field(0xaa, fill(count));
    const all = [...before, ...certificate, ...after];
    const length = all.length;
    const whole = length > 65_535 ? [0x30, 0x83, length >> 16, (length >> 8) & 255, length & 255, ...all] : field(0x30, all);
    const left = withoutCertificate(Uint8Array.from(whole));
    const expected = before.length + after.length;
    const header = expected > 65_535 ? [0x30, 0x83, expected >> 16, (expected >> 8) & 255, expected & 255] : field(0x30, fill(expected)).slice(0, -expected);
    expect([...left]).toEqual([...header, ...before, ...after]);
  });

  test('behind the name that Node 24 writes in front -> the name stays', () => {
    const prefix = Buffer.from('\0nodejs:tls:session:1\0\0\x0clocalhost.ex', 'latin1');
    const session = Uint8Array.from([...prefix, ...field(0x30, [...before, ...certificate, ...field(0xaa, fill(20))])]);
    expect([...withoutCertificate(session)]).toEqual([...prefix, ...field(0x30, [...before, ...field(0xaa, fill(20))])]);
    for (let length = 0; length < session.length; length++) {
      const cut = session.slice(0, length);
      expect(withoutCertificate(cut)).toBe(cut);
    }
  });

  test('octets of another shape, every truncation among them -> as they are', () => {
    const session = Uint8Array.from(field(0x30, [...before, ...certificate]));
    for (let length = 0; length < session.length; length++) {
      const cut = session.slice(0, length);
      expect(withoutCertificate(cut)).toBe(cut);
    }
    for (const octets of [[0x31, 0], [0x30, 0x84, 0, 0, 0, 0], [0x30, 0x80], [0x30, 3, 0xa3, 0x7f, 0]]) {
      const other = Uint8Array.from(octets);
      expect(withoutCertificate(other)).toBe(other);
    }
  });
});

describe('TlsSessionCache', () => {
  const session = (name: string, singleUse = true): TlsSession => ({ octets: octets(name), singleUse, certificate: undefined, verdict: { authorized: false, authorizationError: undefined } });

  test('tickets, newest first -> the last one again and again; none with reuseLastTicket off', () => {
    for (const [reuseLastTicket, third] of [[true, session('1')], [false, undefined]] as const) {
      const cache = new TlsSessionCache({ reuseLastTicket });
      cache.put('a', session('1'));
      cache.put('a', session('2'));
      expect([cache.take('a'), cache.take('a'), cache.take('a')]).toEqual([session('2'), session('1'), third]);
      expect(cache.size).toBe(reuseLastTicket ? 1 : 0);
    }
  });

  test('forget -> all of that destination', () => {
    const cache = new TlsSessionCache();
    for (const key of ['a', 'a', 'b']) cache.put(key, session(key));
    cache.forget('a');
    expect([cache.take('a'), cache.take('b')]).toEqual([undefined, session('b')]);
  });

  test('a session of TLS 1.2 -> stays until replaced', () => {
    const cache = new TlsSessionCache({ reuseLastTicket: false });
    cache.put('a', session('1', false));
    expect(cache.take('a')).toEqual(cache.take('a'));
    cache.put('a', session('2', false));
    expect([cache.take('a'), cache.size]).toEqual([session('2', false), 1]);
    cache.put('a', session('3'));
    expect([cache.take('a'), cache.take('a')]).toEqual([session('3'), undefined]);
  });

  test('limits -> the oldest destination and the oldest session go', () => {
    const cache = new TlsSessionCache({ maxKeys: 2, maxSessionsPerKey: 2 });
    for (const name of ['1', '2', '3']) cache.put('a', session(name));
    expect(cache.size).toBe(2);
    cache.put('b', session('4'));
    cache.put('a', session('5'));
    cache.put('c', session('6'));
    expect(cache.take('b')).toBeUndefined();
    expect([cache.take('a'), cache.take('a'), cache.take('c')]).toEqual([session('5'), session('3'), session('6')]);
    cache.put('a', session('7'));
    cache.clear();
    expect(cache.size).toBe(0);
  });

  test.each([{ maxKeys: 0 }, { maxKeys: 1.5 }, { maxSessionsPerKey: 0 }, { maxKeys: NaN }])('%j -> RangeError', (options) => {
    expect(() => new TlsSessionCache(options)).toThrow(RangeError);
  });
});
