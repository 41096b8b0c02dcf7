import { describe, expect, test } from 'vitest';
import { TlsSessionCache, createServerContext, createServerTls } from '@mailwright/net';
import type { SecureContext, TlsClientOptions, TlsServerOptions } from '@mailwright/net';
import { memoryEnds, socketPair } from './pairs.ts';
import { NAME, attempt, authority, ca, issued, secure } from './tls-fixtures.ts';

async function shownName(server: TlsServerOptions, serverName: string | undefined): Promise<string | undefined> {
  const options: TlsClientOptions = { policy: { mode: 'required' }, ca, ...(serverName === undefined ? {} : { serverName }) };
  const { client, clientFacts, server: other } = await secure(await memoryEnds(), options, server);
  client.destroy();
  other.destroy();
  expect(clientFacts.authorized).toBe(true);
  return clientFacts.peerCertificate?.altNames[0]?.value;
}

describe('rfc6066 3: certificates chosen by SNI', () => {
  const contexts = new Map<string, SecureContext>([
    ['one.test', createServerContext(authority.issue({ names: ['one.test'] }))],
    ['xn--bcher-kva.test', createServerContext(authority.issue({ names: ['xn--bcher-kva.test'] }))],
  ]);
  const asked: string[] = [];
  const server = createServerTls({
    ...issued,
    chooseContext: (serverName) => {
      asked.push(serverName);
      if (serverName === 'broken.test') throw new Error('no such thing');
      if (serverName === 'later.test') return Promise.resolve(contexts.get('one.test'));
      if (serverName === 'rejected.test') return Promise.reject(new Error('the store is down'));
      return contexts.get(serverName);
    },
  });

  test.each<[string, string | undefined, string]>([
    ['a known name', 'one.test', 'one.test'],
    ['a known name in other letters', 'ONE.test', 'one.test'],
    ['a name found later', 'later.test', 'one.test'],
    ['a U-label', 'bücher.test', 'xn--bcher-kva.test'],
    ['an unknown name', 'nobody.test', NAME],
    ['no name', undefined, NAME],
    ['an IP address, which is not sent', '127.0.0.1', NAME],
  ])('%s -> the certificate of that name, or the default one', async (_name, serverName, shown) => {
    expect(await shownName(server, serverName)).toBe(shown);
  });

  test('a name with IP address or none -> chooseContext is not called', () => {
    expect(asked).not.toContain('');
    expect(asked).not.toContain('127.0.0.1');
  });

  test.each(['broken.test', 'rejected.test'])('%s: chooseContext fails -> both sides fail, the server with its cause', async (serverName) => {
    const outcomes = await attempt(await socketPair(), { policy: { mode: 'required' }, serverName }, server);
    expect(outcomes.client).toMatchObject({ code: 'NET_TLS_HANDSHAKE_FAILED' });
    expect(outcomes.server).toMatchObject({ code: 'NET_TLS_HANDSHAKE_FAILED', cause: { message: expect.stringMatching(/no such thing|store is down/) as string } });
  });
});

describe('renewing a certificate at run time', () => {
  test('update -> new handshakes show the new one, connections live on, old sessions are not resumed', async () => {
    const server = createServerTls({ ...authority.issue({ names: ['old.test'] }) });
    const options: TlsClientOptions = { policy: { mode: 'required' }, ca, sessionCache: new TlsSessionCache() };
    const before = await secure(await memoryEnds(), options, server);
    expect(before.clientFacts.peerCertificate?.altNames[0]?.value).toBe('old.test');
    server.update(authority.issue({ names: ['new.test'] }));
    const after = await secure(await memoryEnds(), options, server);
    expect(after.clientFacts.peerCertificate?.altNames[0]?.value).toBe('new.test');
    expect(after.clientFacts.resumed).toBe(false);
    expect(before.client.write(new Uint8Array(1))).toBe(true);
    for (const end of [before.client, before.server, after.client, after.server]) end.destroy();
  });

  test('update with an unreadable key -> throws, and the old certificate stays', async () => {
    const server = createServerTls({ ...authority.issue({ names: ['old.test'] }) });
    const { cert, key } = server;
    expect(() => server.update({ key: 'not a key', cert: issued.cert })).toThrow();
    expect(() => server.update({ key: issued.key, cert })).toThrow();
    expect([server.cert, server.key]).toEqual([cert, key]);
    expect(await shownName(server, undefined)).toBe('old.test');
  });

  test('plain TlsServerOptions, used twice -> made ready once', async () => {
    const options = { key: issued.key, cert: issued.cert };
    expect(await shownName(options, undefined)).toBe(NAME);
    expect(await shownName(options, undefined)).toBe(NAME);
  });

  test('unreadable key at creation -> throws at once', () => {
    expect(() => createServerTls({ key: 'nothing', cert: issued.cert })).toThrow();
  });

  test('key and certificate as octets -> work as text does', async () => {
    const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
    expect(await shownName({ key: encode(issued.key), cert: encode(issued.cert) }, undefined)).toBe(NAME);
  });
});

describe('an intermediate authority', () => {
  test('the chain is sent by the server -> verified with the root alone', async () => {
    const intermediate = authority.createIntermediate();
    const server = createServerTls(intermediate.issue({ names: ['deep.test'] }));
    const { client } = await attempt(await memoryEnds(), { policy: { mode: 'verified', names: ['deep.test'] }, ca }, server);
    expect(client).toMatchObject({ authorized: true });
  });
});
