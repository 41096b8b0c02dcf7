import { connect as connectTls } from 'node:tls';
import { connect as connectSocket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { NetError, createClientContext, createServerTls, listen } from '@mailwright/net';
import type { TlsClientOptions, TlsPolicy, Transport } from '@mailwright/net';
import type { CertificateFault } from '../../testing/src/certificates/test-authority.ts';
import { FakeClock, settle } from '../../testing/src/fake-clock.ts';
import { memoryEnds, socketPair, unixPair } from './pairs.ts';
import { Recorder, failureOf, octets, record } from './recorder.ts';
import { NAME, attempt, authority, ca, issued, secure, serverTls, verified, withTls } from './tls-fixtures.ts';
import { transportContract } from './transport-contract.ts';
import type { MakePair } from './transport-contract.ts';

transportContract('TLS over TCP', withTls(socketPair), { resets: true });
transportContract('TLS 1.2 over TCP', withTls(socketPair, createServerTls({ ...issued, maxVersion: 'TLSv1.2' })), { resets: true });
transportContract('TLS over a Unix socket', withTls(unixPair), { resets: true });
transportContract('TLS over TCP dialed with recycles', withTls(() => socketPair('127.0.0.1', { recycles: true })), { resets: true });
transportContract('TLS over the memory pair', withTls(() => memoryEnds()), { resets: true, floodOctets: 4_000_000 });

const KINDS: readonly (readonly [string, MakePair])[] = [
  ['TCP', () => socketPair()],
  ['a Unix socket', unixPair],
  ['the memory pair', () => memoryEnds()],
];

describe.each(KINDS)('startTls over %s', (_kind, makePair) => {
  test('rfc3207 4: clear text, handshake, then the same transports speak TLS', async () => {
    const [client, server] = await makePair();
    const [atClient, atServer] = [record(client), record(server)];
    client.write(octets('STARTTLS\r\n'));
    await atServer.untilOctets(10);
    server.write(octets('220 go ahead\r\n'));
    const handshake = server.startTls(serverTls);
    await atClient.untilOctets(14);
    const clientFacts = await client.startTls(verified);
    const serverFacts = await handshake;
    expect(client.tls).toBe(clientFacts);
    expect(server.tls).toBe(serverFacts);
    expect(clientFacts).toMatchObject({ protocol: 'TLSv1.3', serverName: NAME, resumed: false, alpn: undefined });
    expect(clientFacts).toMatchObject({ authorized: true, authorizationError: undefined });
    expect(serverFacts).toMatchObject({ protocol: 'TLSv1.3', cipher: clientFacts.cipher, serverName: NAME });
    expect(serverFacts).toMatchObject({ authorized: false, authorizationError: undefined, peerCertificate: undefined });
    client.write(octets('EHLO a\r\n'));
    await atServer.untilOctets(18);
    server.write(octets('250 b\r\n'));
    await atClient.untilOctets(21);
    expect(atServer.text).toBe('STARTTLS\r\nEHLO a\r\n');
    expect(atClient.text).toBe('220 go ahead\r\n250 b\r\n');
    client.close();
    await atServer.untilTold('end');
    server.close();
    await Promise.all([atClient.untilTold('closed'), atServer.untilTold('closed')]);
    expect(atClient.events.slice(-2)).toEqual(['end', 'closed']);
    expect([atClient.error, atServer.error]).toEqual([undefined, undefined]);
  });

  test('octets right behind the handshake -> told after startTls was seen to resolve', async () => {
    const [client, server] = await makePair();
    const order: string[] = [];
    const atServer = record(server);
    atServer.onData = () => void order.push('data');
    record(client);
    const handshake = (async () => {
      await (await Promise.resolve(server.startTls(serverTls)));
      await Promise.resolve(); // somebody in between may pass the promise on
      order.push('resolved');
    })();
    await client.startTls(verified);
    client.write(octets('EHLO a\r\n'));
    await handshake;
    await atServer.untilOctets(8);
    expect(order).toEqual(['resolved', 'data']);
    client.destroy();
    server.destroy();
  });

  test('started inside data, as a driver does -> the handshake is done', async () => {
    const [client, server] = await makePair();
    const atServer = new Recorder();
    const handshakes: Promise<unknown>[] = [];
    atServer.onData = () => {
      if (handshakes.length > 0) return;
      server.write(octets('220 go ahead\r\n'));
      handshakes.push(server.startTls(serverTls));
    };
    server.attach(atServer);
    const atClient = new Recorder();
    atClient.onData = () => handshakes.push(client.startTls(verified));
    client.attach(atClient);
    client.write(octets('STARTTLS\r\n'));
    await atClient.untilOctets(14);
    await Promise.all(handshakes);
    expect(client.tls?.authorized).toBe(true);
    client.destroy();
    server.destroy();
  });

  test('paused on both sides before the handshake -> it runs, and data waits for resume', async () => {
    const [client, server] = await makePair();
    const [atClient, atServer] = [record(client), record(server)];
    client.pause();
    server.pause();
    await secure([client, server]);
    client.write(octets('hello'));
    await settle();
    expect(atServer.events).toEqual([]);
    server.resume();
    await atServer.untilOctets(5);
    expect(atClient.events).toEqual([]);
    client.destroy();
    server.destroy();
  });

  test('much clear text still queued when the handshake starts -> it leaves first, then the handshake', async () => {
    const [client, server] = await makePair();
    const atClient = record(client);
    client.pause();
    const sent = new Uint8Array(8 * 1024 * 1024).fill(0x61);
    server.write(sent);
    await settle();
    expect(server.bufferedOctets).toBeGreaterThan(0);
    const handshake = server.startTls(serverTls);
    client.resume();
    await atClient.untilOctets(sent.length);
    expect(atClient.octetCount).toBe(sent.length);
    await Promise.all([handshake, client.startTls(verified)]);
    expect(client.tls?.authorized).toBe(true);
    client.destroy();
    server.destroy();
  });

  test('plaintext that comes in place of the handshake -> NET_TLS_HANDSHAKE_FAILED, never data', async () => {
    const [client, server] = await makePair();
    const [atClient, atServer] = [record(client), record(server)];
    const handshake = client.startTls(verified);
    server.write(octets('250 injected by somebody\r\n'));
    const error = await failureOf(handshake);
    expect(error).toBeInstanceOf(NetError);
    expect(error).toMatchObject({ code: 'NET_TLS_HANDSHAKE_FAILED', phase: 'tls' });
    await atClient.untilTold('closed');
    expect(atClient.events).toEqual(['closed']);
    expect(atClient.error).toBe(error);
    await atServer.until(() => atServer.events.some((event) => event !== 'data'));
    server.destroy();
  });

  test('plaintext held back by a pause before the handshake -> it fails, the plaintext is never data', async () => {
    const [client, server] = await makePair();
    const atClient = record(client);
    client.pause();
    server.write(octets('250 injected by somebody\r\n'));
    await settle();
    const error = await failureOf(client.startTls(verified));
    expect(error.code).toBe('NET_TLS_HANDSHAKE_FAILED');
    await atClient.untilTold('closed');
    expect(atClient.octetCount).toBe(0);
    server.destroy();
  });

  test('a peer that never answers -> NET_TLS_TIMEOUT after timeoutMs, nothing stays open', async () => {
    const [client, server] = await makePair();
    const clock = new FakeClock();
    const atClient = record(client);
    const atServer = record(server);
    const outcome = failureOf(client.startTls({ ...verified, timeoutMs: 5000, clock }));
    await clock.advanceAsync(4999);
    expect(atClient.events).toEqual([]);
    await clock.advanceAsync(1);
    const error = await outcome;
    expect(error).toMatchObject({ code: 'NET_TLS_TIMEOUT', phase: 'tls', peer: client.peer });
    await atClient.untilTold('closed');
    expect(atClient.error).toBe(error);
    await atServer.until(() => atServer.events.some((event) => event !== 'data'));
    expect(clock.pending).toBe(0);
    server.destroy();
  });

  test('bounds of one handshake stand in place of those in the options, on either side', async () => {
    const [client, server] = await makePair();
    const clock = new FakeClock();
    const aborter = new AbortController();
    const atClient = failureOf(client.startTls({ ...verified, timeoutMs: 5000 }, { timeoutMs: 60_000, clock }));
    const atServer = failureOf(server.startTls({ ...serverTls, timeoutMs: 1, chooseContext: () => new Promise(() => undefined) }, { timeoutMs: Infinity, clock, signal: aborter.signal }));
    await clock.advanceAsync(59_999);
    expect([client.tls, server.tls]).toEqual([undefined, undefined]);
    aborter.abort();
    expect(await atServer).toMatchObject({ code: 'NET_ABORTED' });
    expect(await atClient).toMatchObject({ code: expect.stringMatching(/^NET_TLS_/) });
    expect(clock.pending).toBe(0);
  });

  test('a client that never begins -> the server side ends by its timeout', async () => {
    const [client, server] = await makePair();
    const clock = new FakeClock();
    const atServer = record(server);
    const outcome = failureOf(server.startTls(Object.assign(createServerTls(issued), { clock })));
    await clock.advanceAsync(30_000);
    expect((await outcome).code).toBe('NET_TLS_TIMEOUT');
    await atServer.untilTold('closed');
    expect(clock.pending).toBe(0);
    client.destroy();
  });

  test('a signal aborted during the handshake and one aborted before -> NET_ABORTED', async () => {
    for (const early of [true, false]) {
      const [client, server] = await makePair();
      const controller = new AbortController();
      const reason = new Error('changed my mind');
      if (early) controller.abort(reason);
      const clock = new FakeClock();
      const outcome = failureOf(client.startTls({ ...verified, signal: controller.signal, clock }));
      controller.abort(reason);
      const error = await outcome;
      expect(error).toMatchObject({ code: 'NET_ABORTED', phase: 'tls', cause: reason });
      const atClient = record(client);
      await atClient.untilTold('closed');
      expect(clock.pending).toBe(0);
      server.destroy();
    }
  });

  test('destroy during the handshake -> NET_ABORTED, closed without an error', async () => {
    const [client, server] = await makePair();
    const atClient = record(client);
    const outcome = failureOf(client.startTls(verified));
    client.destroy();
    expect((await outcome).code).toBe('NET_ABORTED');
    await atClient.untilTold('closed');
    expect(atClient.error).toBeUndefined();
    server.destroy();
  });

  test('the peer drops the connection during the handshake -> NET_TLS_HANDSHAKE_FAILED on either side', async () => {
    for (const start of [(end: Transport) => end.startTls(verified), (end: Transport) => end.startTls(serverTls)]) {
      const [one, other] = await makePair();
      const outcome = failureOf(start(one));
      await settle();
      other.destroy();
      expect((await outcome).code).toBe('NET_TLS_HANDSHAKE_FAILED');
    }
  });

  test('write during the handshake, a second startTls -> TypeError', async () => {
    const [client, server] = await makePair();
    const handshake = client.startTls(verified);
    expect(() => client.write(octets('x'))).toThrow(TypeError);
    await expect(client.startTls(verified)).rejects.toThrow(TypeError);
    await Promise.all([server.startTls(serverTls), handshake]);
    await expect(client.startTls(verified)).rejects.toThrow(TypeError);
    client.destroy();
    server.destroy();
  });

  test('startTls on a connection that is closed -> NET_CLOSED', async () => {
    const [client, server] = await makePair();
    server.destroy();
    const atClient = record(client);
    await atClient.until(() => atClient.events.length > 0);
    expect((await failureOf(client.startTls(verified))).code).toBe('NET_CLOSED');
    expect((await failureOf(server.startTls(serverTls))).code).toBe('NET_CLOSED');
  });

  test('rfc5705: keying material is the same on both ends, and is not to be had after the end', async () => {
    const { client, server, clientFacts, serverFacts } = await secure(await makePair());
    const material = clientFacts.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', new Uint8Array(0));
    expect(material).toHaveLength(32);
    expect(serverFacts.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', new Uint8Array(0))).toEqual(material);
    expect(serverFacts.exportKeyingMaterial(32, 'EXPORTER-Other')).not.toEqual(material);
    const atClient = record(client);
    client.destroy();
    server.destroy();
    await atClient.untilTold('closed');
    expect(() => clientFacts.exportKeyingMaterial(32, 'EXPORTER-Other')).toThrow(expect.objectContaining({ code: 'NET_CLOSED' }));
    expect(clientFacts.peerCertificate?.subject).toBe(`CN=${NAME}`);
  });

  const faults: readonly (readonly [CertificateFault, string, string | undefined])[] = [
    ['expired', 'NET_TLS_UNTRUSTED', 'CERT_HAS_EXPIRED'],
    ['not-yet-valid', 'NET_TLS_UNTRUSTED', 'CERT_NOT_YET_VALID'],
    ['self-signed', 'NET_TLS_UNTRUSTED', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['unknown-authority', 'NET_TLS_UNTRUSTED', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['wrong-purpose', 'NET_TLS_UNTRUSTED', 'INVALID_PURPOSE'],
    ['wrong-name', 'NET_TLS_NAME_MISMATCH', undefined],
    ['common-name-only', 'NET_TLS_NAME_MISMATCH', undefined],
  ];

  test.each(faults)('certificate %s: verified -> %s; opportunistic and required -> accepted and told (%s)', async (fault, code, reason) => {
    const { key, cert } = authority.issueFaulty(fault, [NAME]);
    const faulty = createServerTls({ key, cert });
    const { client } = await attempt(await makePair(), verified, faulty);
    expect(client).toMatchObject({ code, phase: 'tls' });
    for (const mode of ['opportunistic', 'required'] as const) {
      const { clientFacts, ...pair } = await secure(await makePair(), { policy: { mode }, ca, serverName: NAME }, faulty);
      expect(clientFacts.authorized).toBe(reason === undefined);
      expect(clientFacts.authorizationError).toBe(reason);
      expect(clientFacts.peerCertificate).toBeDefined();
      pair.client.destroy();
      pair.server.destroy();
    }
  });
});

describe('rfc9525: names of a verified policy', () => {
  const star = createServerTls(authority.issue({ names: ['*.example.test', 'xn--bcher-kva.test'] }));
  const rows: readonly (readonly [string, readonly string[], boolean])[] = [
    ['the name', [NAME], true],
    ['one of several names', ['other.test', NAME], true],
    ['an IPv4 address', ['127.0.0.1'], true],
    ['an IPv6 address in another spelling', ['0:0:0:0:0:0:0:1'], true],
    ['an address that is not in it', ['127.0.0.2'], false],
    ['another name', ['example.test'], false],
  ];
  test.each(rows)('%s -> %j holds: %s', async (_name, names, holds) => {
    const { client } = await attempt(await memoryEnds(), { policy: { mode: 'verified', names }, ca });
    expect(client instanceof Error).toBe(!holds);
  });

  test.each([
    ['mx1.example.test', true],
    ['MX1.Example.TEST.', true],
    ['example.test', false],
    ['a.b.example.test', false],
    ['bücher.test', true],
  ])('wildcard and A-labels: %s -> %s', async (name, holds) => {
    const { client } = await attempt(await memoryEnds(), { policy: { mode: 'verified', names: [name] }, ca }, star);
    expect(client instanceof Error).toBe(!holds);
  });
});

describe('the text of NET_TLS_NAME_MISMATCH', () => {
  test('names of the certificate -> some of them, in one line', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `n${index}.test`);
    const { client } = await attempt(await memoryEnds(), verified, createServerTls(authority.issue({ names })));
    expect((client as Error).message).toBe(
      `TLS with memory: the certificate is for ${names.slice(0, 8).join(', ')} and 4 more, not for ${NAME}; `
      + 'connect by a name the certificate has, or put that name into the policy',
    );
  });
});

describe('options of a client', () => {
  test.each<[string, TlsClientOptions]>([
    ['policy none', { policy: { mode: 'none' } }],
    ['verified without names', { policy: { mode: 'verified', names: [] } }],
    ['TLS 1.1 with required', { policy: { mode: 'required' }, minVersion: 'TLSv1.1' }],
    ['TLS 1.0 with verified', { ...verified, minVersion: 'TLSv1' }],
    ['a server name with a line break', { policy: { mode: 'required' }, serverName: 'a\r\nb' }],
    ['a server name that is two', { policy: { mode: 'required' }, serverName: 'a b' }],
    ['a context and a ca', { policy: { mode: 'required' }, context: createClientContext(), ca }],
    ['a server name with NUL', { policy: { mode: 'required' }, serverName: 'a\0b' }],
  ])('%s -> TypeError, the transport is as it was', async (_name, options) => {
    const [client, server] = await memoryEnds();
    await expect(client.startTls(options)).rejects.toThrow(TypeError);
    const atServer = record(server);
    client.write(octets('still clear'));
    await atServer.untilOctets(11);
    client.destroy();
  });

  test('rfc8996: a peer that has TLS 1.1 only -> refused; opportunistic may lower it by name', async () => {
    const old = createServerTls({ ...issued, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' });
    const policies: readonly TlsPolicy[] = [{ mode: 'opportunistic' }, { mode: 'required' }, { mode: 'verified', names: [NAME] }];
    for (const policy of policies) {
      const { client } = await attempt(await socketPair(), { policy, ca }, old);
      expect(client).toMatchObject({ code: 'NET_TLS_HANDSHAKE_FAILED' });
    }
    const { client } = await attempt(await socketPair(), { policy: { mode: 'opportunistic' }, ca, minVersion: 'TLSv1' }, old);
    expect(client).toMatchObject({ protocol: 'TLSv1.1' });
  });
});

describe('timeoutMs', () => {
  test.each([0, -1, NaN])('%s -> RangeError on either side', async (timeoutMs) => {
    const [client, server] = await memoryEnds();
    await expect(client.startTls({ ...verified, timeoutMs })).rejects.toThrow(RangeError);
    await expect(server.startTls({ ...issued, timeoutMs })).rejects.toThrow(RangeError);
  });
});

describe('ALPN (rfc7301)', () => {
  const server = createServerTls({ ...issued, alpn: ['smtp', 'imap'] });

  test('an overlap -> the server chooses; no offer -> none; no overlap -> the handshake fails', async () => {
    const chosen = await attempt(await memoryEnds(), { ...verified, alpn: ['pop3', 'imap', 'smtp'] }, server);
    expect(chosen).toMatchObject({ client: { alpn: 'smtp' }, server: { alpn: 'smtp' } });
    expect(await attempt(await memoryEnds(), verified, server)).toMatchObject({ client: { alpn: undefined }, server: { alpn: undefined } });
    expect(await attempt(await memoryEnds(), { ...verified, alpn: ['pop3'] }, server)).toMatchObject({ client: { code: 'NET_TLS_HANDSHAKE_FAILED' } });
    expect(await attempt(await memoryEnds(), { ...verified, alpn: ['pop3'] })).toMatchObject({ client: { alpn: undefined } });
  });
});

describe('client certificates', () => {
  const asking = createServerTls({ ...issued, ca, requestClientCertificate: true });
  const mine = authority.issue({ names: ['client.example.test'], clientAuth: true, serverAuth: false });
  const stranger = authority.issueFaulty('unknown-authority', ['client.example.test']);

  test('none, a trusted one, one of a stranger -> the server is told', async () => {
    const none = await attempt(await socketPair(), verified, asking);
    expect(none.server).toMatchObject({ authorized: false, authorizationError: 'NO_CERTIFICATE', peerCertificate: undefined });
    const trusted = await attempt(await socketPair(), { ...verified, key: mine.key, cert: mine.cert }, asking);
    expect(trusted.server).toMatchObject({ authorized: true, authorizationError: undefined, peerCertificate: { subject: 'CN=client.example.test' } });
    const strange = await attempt(await socketPair(), { ...verified, key: stranger.key, cert: stranger.cert }, asking);
    expect(strange.server).toMatchObject({ authorized: false, peerCertificate: { subject: 'CN=client.example.test' } });
    expect((strange.server as { authorizationError?: string }).authorizationError).toMatch(/UNABLE_TO/);
  });
});

describe('after the handshake', () => {
  test('octets that are no TLS record -> the server side is closed with an error, the process lives', async () => {
    let accepted: ((transport: Transport) => void) | undefined;
    const transport = new Promise<Transport>((resolve) => {
      accepted = resolve;
    });
    const listener = await listen({ tls: serverTls }, (taken) => accepted?.(taken));
    const raw = connectSocket({ host: '127.0.0.1', port: listener.address.port });
    const socket = connectTls({ socket: raw, ca, servername: NAME });
    await new Promise<void>((resolve) => socket.once('secureConnect', resolve));
    socket.on('error', () => undefined);
    const atServer = record(await transport);
    raw.write('this is no TLS record at all\r\n');
    await atServer.untilTold('closed');
    expect(atServer.error?.code).toBe('NET_IO_FAILED');
    expect(atServer.octetCount).toBe(0);
    socket.destroy();
    await listener.close();
  });
});
