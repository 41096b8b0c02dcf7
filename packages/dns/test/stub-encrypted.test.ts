import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createStubResolver, type DnsServer, type NameServer, type StubResolver } from '@mailwright/dns';
import { describe, expect, test } from 'vitest';
import { createTestAuthority } from '../../testing/src/certificates/test-authority.ts';
import { FakeClock } from '../../testing/src/fake-clock.ts';
import { closing, counter, serve } from './sockets.ts';

const authority = createTestAuthority();
const issued = authority.issue({ names: ['dns.example.test', '127.0.0.1'] });
const tls = { key: issued.key, cert: issued.cert };
const { ca } = issued;

const overTls = ({ host, tlsPort }: DnsServer, facts: NameServer = {}): NameServer => ({ protocol: 'tls', address: host, port: tlsPort, serverName: 'dns.example.test', ca, ...facts });
const overHttps = ({ host, httpsPort }: DnsServer, facts: NameServer = {}): NameServer => ({ url: `https://dns.example.test:${httpsPort}/dns-query`, address: host, ca, ...facts });
const asking = (server: NameServer, options = {}): StubResolver => closing(createStubResolver({ servers: [server], ...options }));

describe.each([['tls', overTls], ['https', overHttps]] as const)('%s', (transport, over) => {
  test('records, nothing, and what is too long for a datagram', async () => {
    const server = await serve({ tls });
    const resolver = asking(over(server));
    expect(await resolver.query('alias.example.test', 'A')).toMatchObject({ status: 'ok', ttl: 30, canonicalName: 'mx1.example.test' });
    expect(await resolver.query('gone.example.test', 'A')).toMatchObject({ status: 'nxdomain', ttl: 120 });
    expect((await resolver.query('long.example.test', 'TXT')).records).toHaveLength(12);
    expect(server.queries.map((query) => query.transport)).toEqual([transport, transport, transport]);
  });

  test('64 at once, over few connections', async () => {
    const resolver = asking(over(await serve({ tls })));
    const answers = await Promise.all(Array.from({ length: 64 }, () => resolver.query('example.test', 'TXT')));
    expect(answers.every(({ status }) => status === 'ok')).toBe(true);
    expect(resolver.stats).toMatchObject({ sent: 64, ignored: 0 });
  });

  test('rfc8467 4.1: queries are padded to 128 octets', async () => {
    const server = await serve({ tls });
    const resolver = asking(over(server));
    for (const name of ['a.test', 'a-longer-name.example.test']) await resolver.query(name, 'A');
    const padding = server.queries.map(({ message }) => message.edns!.options);
    expect(padding.map(([option]) => option!.code)).toEqual([12, 12]);
    expect(padding.map(([option], index) => 12 + [8, 28][index]! + 4 + 11 + 4 + option!.octets.length)).toEqual([128, 128]);
  });

  test('AD counts when the server is declared trusted, only then', async () => {
    const server = await serve({ tls });
    expect((await asking(over(server, { trustAd: true })).query('signed.example.test', 'A')).secure).toBe(true);
    expect((await asking(over(server)).query('signed.example.test', 'A')).secure).toBe(false);
  });

  test.each<[string, NameServer]>([
    ['another authority is trusted', { ca: createTestAuthority({ commonName: 'another' }).issue({ names: ['x.test'] }).ca }],
    ['the public authorities are trusted', { ca: undefined }],
  ])('rfc8310 8: %s -> temp, and nothing was asked', async (_name, facts) => {
    const server = await serve({ tls });
    const answer = await asking(over(server, facts), { clock: new FakeClock() }).query('example.test', 'TXT');
    expect(answer).toMatchObject({ status: 'temp', reason: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    expect(server.queries).toEqual([]);
  });

  test('a silent server -> temp when the time is over; closed -> at once', async () => {
    const clock = new FakeClock();
    const seen = counter();
    const server = await serve({ tls, faults: [{ action: 'drop' }], onQuery: seen.count });
    const resolver = asking(over(server), { clock, timeoutMs: 500 });
    const pending = resolver.query('example.test', 'TXT');
    await seen.reached(1);
    clock.advance(500);
    expect(await pending).toMatchObject({ status: 'temp', reason: 'deadline' });
    const second = resolver.query('example.test', 'TXT');
    await seen.reached(2);
    await resolver.close();
    expect(await second).toMatchObject({ status: 'temp', reason: 'closed' });
    expect(clock.pending).toBe(0);
  });

  test('a server that closes the connection -> temp', async () => {
    const server = await serve({ tls, faults: [{ action: 'close' }] });
    expect((await asking(over(server), { clock: new FakeClock() }).query('example.test', 'TXT')).status).toBe('temp');
    expect(server.queries.length).toBeGreaterThan(2);
  });

  test.each(['garbage', 'wrong-question'] as const)('%s -> temp', async (action) => {
    // Behind 65 messages that answer nothing, a connection is given up; HTTP has one answer for each request.
    const server = await serve({ tls, faults: [{ action }] });
    const resolver = asking(over(server), { clock: new FakeClock(), tries: 1 });
    const answers = await Promise.all(Array.from({ length: 65 }, () => resolver.query('example.test', 'TXT')));
    expect(new Set(answers.map(({ status, reason }) => `${status} ${reason}`))).toEqual(new Set(['temp bad-message']));
  });
});

describe('names', () => {
  test('rfc8310 8.1: another name on the certificate -> temp, and nothing was asked', async () => {
    const server = await serve({ tls });
    for (const wrong of [overTls(server, { serverName: 'other.example.test' }), overHttps(server, { url: `https://other.example.test:${server.httpsPort}/dns-query` })]) {
      expect(await asking(wrong, { clock: new FakeClock() }).query('example.test', 'TXT')).toMatchObject({ status: 'temp', reason: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    }
    expect(server.queries).toEqual([]);
  });

  test('tls without a name: the address has to be on the certificate', async () => {
    const server = await serve({ tls });
    expect((await asking(overTls(server, { serverName: undefined })).query('example.test', 'TXT')).status).toBe('ok');
    const nameOnly = authority.issue({ names: ['dns.example.test'] });
    const other = await serve({ tls: { key: nameOnly.key, cert: nameOnly.cert } });
    expect((await asking(overTls(other, { serverName: undefined }), { clock: new FakeClock() }).query('example.test', 'TXT')).status).toBe('temp');
  });
});

describe('https answers that are none', () => {
  async function answering(status: number, mediaType: string, body: string | Uint8Array): Promise<Server> {
    const server = createServer(tls, (_request, response) => void response.writeHead(status, { 'content-type': mediaType }).end(body));
    closing({ close: () => server.closeAllConnections() });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing(server);
    return server;
  }

  test.each<[string, number, string, string | Uint8Array, string]>([
    ['404', 404, 'application/dns-message', '', 'HTTP404'],
    ['a redirect is not followed', 301, 'application/dns-message', '', 'HTTP301'],
    ['another media type', 200, 'text/html', '<html>', 'bad-message'],
    ['too few octets', 200, 'application/dns-message', 'short', 'bad-message'],
    ['too many octets', 200, 'application/dns-message', new Uint8Array(70_000), 'bad-message'],
  ])('rfc8484 4.2: %s -> temp', async (_name, status, mediaType, body, reason) => {
    const server = await answering(status, mediaType, body);
    const resolver = asking({ url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/dns-query`, ca }, { clock: new FakeClock(), tries: 1 });
    expect(await resolver.query('example.test', 'TXT')).toMatchObject({ status: 'temp', reason });
  });

  test('the service: GET with base64url, and refusals', async () => {
    const { httpsPort } = await serve({ tls });
    const { request } = await import('node:https');
    const ask = async (path: string, options: object = {}): Promise<number | undefined> => {
      const sent = request({ host: '127.0.0.1', port: httpsPort, path, ca, agent: false, ...options });
      sent.end((options as { body?: Uint8Array }).body);
      const [response] = (await once(sent, 'response')) as [{ statusCode?: number; resume(): void }];
      response.resume();
      return response.statusCode;
    };
    expect(await ask('/dns-query?dns=AAABAAABAAAAAAAAAWEEdGVzdAAAAQAB')).toBe(200);
    expect(await ask('/other')).toBe(404);
    expect(await ask('/dns-query')).toBe(405);
    expect(await ask('/dns-query', { method: 'POST', headers: { 'content-type': 'text/plain' } })).toBe(415);
  });
});
