import { connect as connectSocket } from 'node:net';
import type { Socket } from 'node:net';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createServerTls, dial, listen } from '@mailwright/net';
import type { NetError, Transport } from '@mailwright/net';
import { FakeClock, settle } from '../../testing/src/fake-clock.ts';
import { failureOf, octets, record } from './recorder.ts';
import type { Recorder } from './recorder.ts';
import { unixPath } from './pairs.ts';
import { issued, serverTls, verified } from './tls-fixtures.ts';

/** A bare socket that ignores everything. */
function bareClient(port: number, host = '127.0.0.1'): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connectSocket({ host, port, allowHalfOpen: true }, () => resolve(socket));
    socket.on('error', () => undefined);
  });
}

/** Waits, in turns of the event loop, for something no event tells of. */
async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await settle();
}

describe('listen', () => {
  test('no options -> a free port on the loopback', async () => {
    const listener = await listen({}, () => undefined);
    expect(listener.address).toMatchObject({ address: '127.0.0.1', family: 'IPv4' });
    expect(listener.address.port).toBeGreaterThan(0);
    await listener.close();
  });

  test('a port that is taken -> NET_LISTEN_FAILED with EADDRINUSE', async () => {
    const listener = await listen({}, () => undefined);
    const error = await failureOf(listen({ host: '127.0.0.1', port: listener.address.port }, () => undefined));
    expect(error).toMatchObject({ code: 'NET_LISTEN_FAILED', phase: 'listen', cause: { code: 'EADDRINUSE' } });
    expect(error.message).toBe(
      `listening on 127.0.0.1:${listener.address.port} failed (EADDRINUSE); choose another port or address, or end who holds it`,
    );
    await listener.close();
  });

  test('an address that is not ours, a path that cannot be -> NET_LISTEN_FAILED', async () => {
    expect((await failureOf(listen({ host: '192.0.2.1' }, () => undefined))).code).toBe('NET_LISTEN_FAILED');
    expect((await failureOf(listen({ path: '/no/such/directory/socket' }, () => undefined))).code).toBe('NET_LISTEN_FAILED');
  });

  test.each([-1, 65_536, 1.5, NaN])('port %s -> RangeError', async (port) => {
    await expect(listen({ port }, () => undefined)).rejects.toThrow(RangeError);
  });

  test(':: -> IPv4 peers have their IPv4 address', async () => {
    const peers: Transport[] = [];
    const listener = await listen({ host: '::' }, (transport) => {
      peers.push(transport);
      record(transport);
    });
    const [four, six] = [await bareClient(listener.address.port), await bareClient(listener.address.port, '::1')];
    await eventually(() => peers.length === 2);
    expect(peers.map((transport) => [transport.peer.family, transport.peer.address]).sort()).toEqual([['IPv4', '127.0.0.1'], ['IPv6', '::1']]);
    expect(peers.map((transport) => transport.local.address).sort()).toEqual(['127.0.0.1', '::1']);
    four.destroy();
    six.destroy();
    await listener.close();
  });

  test('close -> the port is free at once, accepted transports live on, connections counts them', async () => {
    const accepted: Transport[] = [];
    const listener = await listen({}, (transport) => accepted.push(transport));
    const { port } = listener.address;
    const client = await dial({ host: '127.0.0.1', port });
    await eventually(() => accepted.length === 1);
    expect(listener.connections).toBe(1);
    await listener.close();
    await listener.close();
    const again = await listen({ host: '127.0.0.1', port }, () => undefined);
    const atClient = record(client);
    accepted[0]!.write(octets('still here'));
    await atClient.untilOctets(10);
    const atServer = record(accepted[0]!);
    client.close();
    await atServer.untilTold('end');
    accepted[0]!.close();
    await atServer.untilTold('closed');
    expect(listener.connections).toBe(0);
    await again.close();
  });

  test('await using, a signal -> no longer listening', async () => {
    const controller = new AbortController();
    const listener = await listen({ signal: controller.signal }, () => undefined);
    controller.abort();
    expect((await failureOf(dial({ host: '127.0.0.1', port: listener.address.port }))).code).toBe('NET_DIAL_FAILED');
    expect((await failureOf(listen({ signal: controller.signal }, () => undefined))).code).toBe('NET_ABORTED');
    const other = await listen({}, () => undefined);
    await other[Symbol.asyncDispose]();
    expect((await failureOf(dial({ host: '127.0.0.1', port: other.address.port }))).code).toBe('NET_DIAL_FAILED');
  });

  test('a Unix socket -> its path is the address, and is gone after close', async () => {
    const path = unixPath();
    const accepted: Transport[] = [];
    const listener = await listen({ path }, (transport) => accepted.push(transport));
    expect(listener.address).toEqual({ address: path, port: 0, family: 'unix' });
    const client = await dial({ path });
    await eventually(() => accepted.length === 1);
    expect(accepted[0]).toMatchObject({ peer: { address: '', family: 'unix' }, local: { address: path, family: 'unix' } });
    expect(client).toMatchObject({ peer: { address: path, family: 'unix' }, local: { address: '', family: 'unix' } });
    client.destroy();
    accepted[0]!.destroy();
    await listener.close();
    expect(existsSync(path)).toBe(false);
  });

  test('an idle connection that is reset, nobody attached -> the process lives, closed is told to who attaches', async () => {
    const accepted: Transport[] = [];
    const listener = await listen({}, (transport) => accepted.push(transport));
    const client = await bareClient(listener.address.port);
    await eventually(() => accepted.length === 1);
    client.resetAndDestroy();
    await eventually(() => listener.connections === 0);
    const atServer = record(accepted[0]!);
    await atServer.untilTold('closed');
    expect(atServer.events).toEqual(['closed']);
    expect(atServer.error?.code).toBe('NET_RESET');
    await listener.close();
  });
});

describe('listen with implicit TLS', () => {
  test('a handshake -> the transport comes after it', async () => {
    const accepted: Transport[] = [];
    const listener = await listen({ tls: serverTls }, (transport) => accepted.push(transport));
    const client = await dial({ host: '127.0.0.1', port: listener.address.port, tls: verified });
    await eventually(() => accepted.length === 1);
    expect(accepted[0]!.tls?.protocol).toBe(client.tls?.protocol);
    const atServer = record(accepted[0]!);
    client.write(octets('hello'));
    await atServer.untilOctets(5);
    client.destroy();
    accepted[0]!.destroy();
    await eventually(() => listener.connections === 0);
    await listener.close();
  });

  test('octets behind the handshake, before attach -> nothing is lost', async () => {
    const listener = await listen({ tls: serverTls }, (transport) => {
      transport.write(octets('220 hello\r\n'));
      transport.close();
      record(transport);
    });
    const client = await dial({ host: '127.0.0.1', port: listener.address.port, tls: verified });
    for (let turn = 0; turn < 10; turn++) await settle();
    const atClient = record(client);
    await atClient.untilTold('end');
    expect(atClient.text).toBe('220 hello\r\n');
    client.close();
    await atClient.untilTold('closed');
    expect(atClient.events).toEqual(['data', 'end', 'closed']);
    await listener.close();
  });

  test('a client that speaks clear text, one that is silent, one that goes away -> told to onError, never a transport', async () => {
    const errors: NetError[] = [];
    const clock = new FakeClock();
    const accepted: Transport[] = [];
    const tls = Object.assign(createServerTls(issued), { clock, timeoutMs: 1000 });
    const listener = await listen({ tls, onError: (error) => errors.push(error) }, (transport) => accepted.push(transport));
    const talker = await bareClient(listener.address.port);
    talker.write('EHLO client.example\r\n');
    await eventually(() => errors.length === 1);
    const silent = await bareClient(listener.address.port);
    await eventually(() => listener.connections === 1);
    await clock.advanceAsync(1000);
    await eventually(() => errors.length === 2);
    const gone = await bareClient(listener.address.port);
    gone.destroy();
    await eventually(() => errors.length === 3);
    expect(errors.map((error) => error.code)).toEqual(['NET_TLS_HANDSHAKE_FAILED', 'NET_TLS_TIMEOUT', 'NET_TLS_HANDSHAKE_FAILED']);
    await eventually(() => listener.connections === 0);
    expect(accepted).toEqual([]);
    expect(clock.pending).toBe(0);
    for (const socket of [talker, silent]) socket.destroy();
    await listener.close();
  });

  test('close during a handshake -> it is dropped', async () => {
    const errors: NetError[] = [];
    const listener = await listen({ tls: serverTls, onError: (error) => errors.push(error) }, () => undefined);
    const silent = await bareClient(listener.address.port);
    await eventually(() => listener.connections === 1);
    await listener.close();
    await eventually(() => listener.connections === 0);
    expect(errors.map((error) => error.code)).toEqual(['NET_ABORTED']);
    silent.destroy();
  });

  test('many connections come and go at once -> all are counted down', async () => {
    const recorders: Recorder[] = [];
    const listener = await listen({}, (transport) => {
      const recorder = record(transport);
      recorder.onData = (chunk) => transport.write(chunk);
      void recorder.untilTold('end').then(() => transport.close());
      recorders.push(recorder);
    });
    await Promise.all(Array.from({ length: 200 }, async (_, index) => {
      const client = await dial({ host: '127.0.0.1', port: listener.address.port });
      const atClient = record(client);
      client.write(octets(`${index}`));
      await atClient.untilOctets(`${index}`.length);
      expect(atClient.text).toBe(`${index}`);
      if (index % 2 === 0) client.close();
      else client.destroy();
      await atClient.untilTold('closed');
    }));
    await eventually(() => listener.connections === 0);
    expect(recorders).toHaveLength(200);
    for (const recorder of recorders) expect(recorder.count('closed')).toBe(1);
    await listener.close();
  });
});
