import { Socket, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { NetError, dial, dialWithAttempts, listen } from '@mailwright/net';
import type { ConnectTarget, DialAttempt, DialHostOptions, DialOptions, HostAddress, Lookup } from '@mailwright/net';
import { FakeClock, settle } from '../../testing/src/fake-clock.ts';
import { failureOf, octets, record } from './recorder.ts';
import type { Recorder } from './recorder.ts';
import { unixPath } from './pairs.ts';
import { NAME, ca, serverTls, verified } from './tls-fixtures.ts';

const V4: readonly HostAddress[] = [1, 2, 3].map((last) => ({ address: `192.0.2.${last}`, family: 'IPv4' }));
const V6: readonly HostAddress[] = [1, 2, 3].map((last) => ({ address: `2001:db8::${last}`, family: 'IPv6' }));

function found(...addresses: readonly HostAddress[]): Lookup {
  return () => Promise.resolve(addresses);
}

/** A network in which the test decides what becomes of each address. An address without a word is a black hole. */
class Network {
  readonly started: ConnectTarget[] = [];
  readonly startedAt: number[] = [];
  readonly sockets: Socket[] = [];
  readonly fate: Record<string, 'connect' | 'refuse' | 'throw'>;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock, fate: Record<string, 'connect' | 'refuse' | 'throw'> = {}) {
    this.#clock = clock;
    this.fate = fate;
  }

  readonly connect = (target: ConnectTarget): Socket => {
    this.started.push(target);
    this.startedAt.push(this.#clock.now());
    if (this.fate[target.address] === 'throw') throw new Error('no socket to be had');
    const socket = new Socket();
    this.sockets.push(socket);
    if (this.fate[target.address] === 'connect') queueMicrotask(() => socket.emit('connect'));
    if (this.fate[target.address] === 'refuse') queueMicrotask(() => socket.destroy(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })));
    return socket;
  };

  get addresses(): string[] {
    return this.started.map((target) => target.address);
  }

  /** Nothing of the losers is left: every socket but the winner's is destroyed. */
  openSockets(): Socket[] {
    return this.sockets.filter((socket) => !socket.destroyed);
  }
}

function options(clock: FakeClock, network: Network, more: Partial<DialHostOptions> = {}): DialHostOptions {
  return { host: 'mx.test', port: 25, clock, connect: network.connect, lookup: found(...V6, ...V4), ...more };
}

describe('rfc8305: Happy Eyeballs', () => {
  test.each<[string, readonly HostAddress[], readonly string[]]>([
    ['IPv6 first', [...V6, ...V4], ['2001:db8::1', '192.0.2.1', '2001:db8::2', '192.0.2.2', '2001:db8::3', '192.0.2.3']],
    ['IPv4 first', [V4[0]!, ...V6], ['192.0.2.1', '2001:db8::1', '2001:db8::2', '2001:db8::3']],
    ['one family', V4, ['192.0.2.1', '192.0.2.2', '192.0.2.3']],
  ])('4: %s -> families take turns, the order within each stays', async (_name, addresses, order) => {
    const clock = new FakeClock();
    const network = new Network(clock);
    const outcome = failureOf(dial(options(clock, network, { lookup: found(...addresses), timeoutMs: 10_000 })));
    await clock.advanceAsync(10_000);
    await outcome;
    expect(network.addresses).toEqual(order);
  });

  test('5: nobody answers -> an attempt every 250 ms, none cut short', async () => {
    const clock = new FakeClock();
    const network = new Network(clock);
    const outcome = failureOf(dial(options(clock, network)));
    await clock.advanceAsync(1300);
    expect(network.startedAt).toEqual([0, 250, 500, 750, 1000, 1250]);
    expect(network.openSockets()).toHaveLength(6);
    await clock.advanceAsync(30_000);
    expect((await outcome).code).toBe('NET_DIAL_TIMEOUT');
    expect(network.openSockets()).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  test('5: the first is a black hole, the second connects -> the second wins, the first is destroyed, both are told', async () => {
    const clock = new FakeClock();
    const network = new Network(clock, { '192.0.2.1': 'connect' });
    const told: DialAttempt[] = [];
    const dialing = dialWithAttempts(options(clock, network, { onAttempt: (attempt) => told.push(attempt) }));
    await clock.advanceAsync(250);
    const { transport, attempts } = await dialing;
    expect(transport.peer).toEqual({ address: '192.0.2.1', port: 25, family: 'IPv4' });
    expect(attempts).toEqual([
      { address: '2001:db8::1', port: 25, family: 'IPv6', startedMs: 0, endedMs: 250, outcome: 'abandoned', error: undefined },
      { address: '192.0.2.1', port: 25, family: 'IPv4', startedMs: 250, endedMs: 250, outcome: 'connected', error: undefined },
    ]);
    expect(new Set(told)).toEqual(new Set(attempts));
    expect(network.openSockets()).toHaveLength(1);
    expect(clock.pending).toBe(0);
    transport.destroy();
  });

  test('5: an attempt fails -> the next starts at once, and has its own 250 ms', async () => {
    const clock = new FakeClock();
    const network = new Network(clock, { '2001:db8::1': 'refuse' });
    const outcome = failureOf(dial(options(clock, network)));
    await clock.advanceAsync(249);
    expect(network.startedAt).toEqual([0, 0]);
    await clock.advanceAsync(1);
    expect(network.startedAt).toEqual([0, 0, 250]);
    await clock.advanceAsync(30_000);
    await outcome;
    expect(clock.pending).toBe(0);
  });

  test('5: a late failure of an early attempt -> the running ones go on, the next starts', async () => {
    const clock = new FakeClock();
    const network = new Network(clock, { '192.0.2.2': 'connect' });
    const dialing = dialWithAttempts(options(clock, network));
    await clock.advanceAsync(300);
    network.sockets[0]!.destroy(new Error('late'));
    await settle();
    expect(network.startedAt).toEqual([0, 250, 300]);
    network.sockets[1]!.destroy(new Error('late'));
    const { transport, attempts } = await dialing;
    expect(attempts.map((attempt) => attempt.outcome)).toEqual(['failed', 'failed', 'abandoned', 'connected']);
    expect(transport.peer.address).toBe('192.0.2.2');
    expect(network.openSockets()).toHaveLength(1);
    transport.destroy();
  });

  test('all fail -> NET_DIAL_FAILED with every attempt, nothing open', async () => {
    const clock = new FakeClock();
    const network = new Network(clock, { '2001:db8::1': 'refuse', '192.0.2.1': 'throw' });
    const error = await failureOf(dial(options(clock, network, { lookup: found(V6[0]!, V4[0]!) })));
    expect(error).toBeInstanceOf(NetError);
    expect(error).toMatchObject({ name: 'NetError', code: 'NET_DIAL_FAILED', phase: 'dial' });
    expect(error.attempts.map(({ address, outcome, error: cause }) => [address, outcome, cause?.message])).toEqual([
      ['2001:db8::1', 'failed', 'refused'], ['192.0.2.1', 'failed', 'no socket to be had'],
    ]);
    expect(error.message).toContain('[2001:db8::1]:25 ECONNREFUSED, 192.0.2.1:25 no socket to be had');
    expect(network.openSockets()).toHaveLength(0);
    expect(clock.pending).toBe(0);
  });

  test('another attemptDelayMs -> used', async () => {
    const clock = new FakeClock();
    const network = new Network(clock);
    const outcome = failureOf(dial(options(clock, network, { attemptDelayMs: 100, timeoutMs: 350 })));
    await clock.advanceAsync(350);
    expect((await outcome).code).toBe('NET_DIAL_TIMEOUT');
    expect(network.startedAt).toEqual([0, 100, 200, 300]);
  });

  test.each<[string, Partial<DialHostOptions>, string]>([
    ['an IPv4 source address', { localAddress: '127.0.0.1' }, 'IPv4'],
    ['an IPv6 source address', { localAddress: '::1' }, 'IPv6'],
    ['family IPv4', { family: 'IPv4' }, 'IPv4'],
    ['family IPv6', { family: 'IPv6' }, 'IPv6'],
  ])('%s -> only its family is raced', async (_name, more, family) => {
    const clock = new FakeClock();
    const network = new Network(clock);
    const outcome = failureOf(dial(options(clock, network, more)));
    await clock.advanceAsync(30_000);
    await outcome;
    expect(network.started).toHaveLength(3);
    for (const target of network.started) {
      expect(target.family).toBe(family);
      expect(target.localAddress).toBe(more.localAddress);
    }
  });

  test.each<[string, Partial<DialHostOptions>]>([
    ['no address of the source family', { localAddress: '::1', lookup: found(...V4) }],
    ['no address of the family', { family: 'IPv6', lookup: found(...V4) }],
    ['no address at all', { lookup: found() }],
    ['an address literal of another family', { host: '192.0.2.1', family: 'IPv6' }],
  ])('%s -> NET_LOOKUP_FAILED', async (_name, more) => {
    const clock = new FakeClock();
    const error = await failureOf(dial(options(clock, new Network(clock), more)));
    expect(error).toMatchObject({ code: 'NET_LOOKUP_FAILED', phase: 'dial', attempts: [] });
    expect(clock.pending).toBe(0);
  });

  test.each([['192.0.2.9', '192.0.2.9'], ['[2001:db8::9]', '2001:db8::9'], ['2001:db8::9', '2001:db8::9']])('%s -> no lookup', async (host, address) => {
    const clock = new FakeClock();
    const network = new Network(clock, { [address]: 'connect' });
    const transport = await dial(options(clock, network, { host, lookup: () => Promise.reject(new Error('must not be asked')) }));
    expect(transport.peer.address).toBe(address);
    transport.destroy();
  });
});

describe('a dial that ends early', () => {
  test('lookup fails or throws -> NET_LOOKUP_FAILED with its cause', async () => {
    const cause = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
    const lookups: Lookup[] = [() => Promise.reject(cause), () => {
      throw cause;
    }];
    for (const lookup of lookups) {
      const clock = new FakeClock();
      const error = await failureOf(dial(options(clock, new Network(clock), { lookup })));
      expect(error).toMatchObject({ code: 'NET_LOOKUP_FAILED', cause });
      expect(error.message).toContain('ENOTFOUND');
      expect(clock.pending).toBe(0);
    }
  });

  test('timeout and abort during the lookup -> its signal is aborted, a late answer starts nothing', async () => {
    for (const code of ['NET_DIAL_TIMEOUT', 'NET_ABORTED']) {
      const clock = new FakeClock();
      const network = new Network(clock);
      const controller = new AbortController();
      let answer: ((addresses: readonly HostAddress[]) => void) | undefined;
      let lookupSignal: AbortSignal | undefined;
      const lookup: Lookup = (_host, signal) => {
        lookupSignal = signal;
        return new Promise((resolve) => {
          answer = resolve;
        });
      };
      const outcome = failureOf(dial(options(clock, network, { lookup, signal: controller.signal, timeoutMs: 1000 })));
      await settle();
      expect(lookupSignal?.aborted).toBe(false);
      if (code === 'NET_ABORTED') controller.abort(new Error('enough'));
      else await clock.advanceAsync(1000);
      expect((await outcome).code).toBe(code);
      expect(lookupSignal?.aborted).toBe(true);
      answer?.(V4);
      await settle();
      expect(network.started).toEqual([]);
      expect(clock.pending).toBe(0);
    }
  });

  test('abort while connecting -> NET_ABORTED with the attempts and the reason, nothing open', async () => {
    const clock = new FakeClock();
    const network = new Network(clock);
    const controller = new AbortController();
    const outcome = failureOf(dial(options(clock, network, { signal: controller.signal })));
    await clock.advanceAsync(300);
    const reason = new Error('enough');
    controller.abort(reason);
    const error = await outcome;
    expect(error).toMatchObject({ code: 'NET_ABORTED', phase: 'dial', cause: reason });
    expect(error.attempts.map((attempt) => attempt.outcome)).toEqual(['abandoned', 'abandoned']);
    expect(network.openSockets()).toHaveLength(0);
    expect(clock.pending).toBe(0);
    await clock.advanceAsync(60_000);
    expect(network.started).toHaveLength(2);
  });

  test('a signal that is aborted already -> NET_ABORTED, nothing is tried', async () => {
    const clock = new FakeClock();
    const network = new Network(clock);
    expect((await failureOf(dial(options(clock, network, { signal: AbortSignal.abort() })))).code).toBe('NET_ABORTED');
    expect(network.started).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  test.each<[string, Record<string, unknown>, ErrorConstructor]>([
    ['port 0', { port: 0 }, RangeError],
    ['port 65536', { port: 65_536 }, RangeError],
    ['port NaN', { port: NaN }, RangeError],
    ['an empty host', { host: '' }, TypeError],
    ['a host with a line break', { host: 'a\r\nb' }, TypeError],
    ['a host with NUL', { host: 'a\0b' }, TypeError],
    ['a source that is no address', { localAddress: 'eth0' }, TypeError],
    ['timeoutMs 0', { timeoutMs: 0 }, RangeError],
    ['rfc8305 8: attemptDelayMs below 10', { attemptDelayMs: 9 }, RangeError],
    ['a path with NUL', { path: 'a\0b' }, TypeError],
    ['an empty path', { path: '' }, TypeError],
  ])('%s -> refused', async (_name, bad, kind) => {
    await expect(dial({ host: 'mx.test', port: 25, ...bad } as DialOptions)).rejects.toThrow(kind);
  });
});

describe('real sockets', () => {
  /** A port of 127.0.0.1 on which nobody listens. */
  async function closedPort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  test.each([['::1', '127.0.0.1'], ['127.0.0.1', '::1']])('%s refuses, %s listens -> the second is used', async (dead, alive) => {
    const listener = await listen({ host: alive }, (transport) => record(transport));
    const lookup = found(...[dead, alive].map((address): HostAddress => ({ address, family: address.includes(':') ? 'IPv6' : 'IPv4' })));
    const { transport, attempts } = await dialWithAttempts({ host: 'both.test', port: listener.address.port, lookup });
    expect(attempts.map(({ address, outcome }) => [address, outcome])).toEqual([[dead, 'failed'], [alive, 'connected']]);
    expect((attempts[0]?.error as NodeJS.ErrnoException).code).toBe('ECONNREFUSED');
    expect(transport.peer).toEqual({ address: alive, port: listener.address.port, family: alive.includes(':') ? 'IPv6' : 'IPv4' });
    const atClient = record(transport);
    transport.destroy();
    await atClient.untilTold('closed');
    await listener.close();
  });

  test('a black hole before a live address -> the live one wins, the socket into the hole is destroyed', async () => {
    const listener = await listen({ host: '127.0.0.1' }, (transport) => record(transport));
    const clock = new FakeClock();
    const hole = new Socket();
    const lookup = found({ address: '2001:db8::1', family: 'IPv6' }, { address: '127.0.0.1', family: 'IPv4' });
    const dialing = dialWithAttempts({
      host: 'half.test', port: listener.address.port, lookup, clock,
      connect: (target) => (target.family === 'IPv6' ? hole : new Socket({ allowHalfOpen: true }).connect(target.port, target.address)),
    });
    await clock.advanceAsync(250);
    const { transport, attempts } = await dialing;
    expect(attempts.map((attempt) => attempt.outcome)).toEqual(['abandoned', 'connected']);
    expect(hole.destroyed).toBe(true);
    transport.destroy();
    await listener.close();
  });

  test('nobody listens -> NET_DIAL_FAILED with ECONNREFUSED, and what to look at in the text', async () => {
    const port = await closedPort();
    const error = await failureOf(dial({ host: '127.0.0.1', port }));
    expect(error).toMatchObject({ code: 'NET_DIAL_FAILED', peer: { address: '127.0.0.1', port, family: 'IPv4' } });
    expect(error.message).toBe(
      `dialing 127.0.0.1 port ${port} failed: 127.0.0.1:${port} ECONNREFUSED; check host and port, and that a server listens there and no firewall is between`,
    );
  });

  test('a source address -> the peer sees it', async () => {
    const peers: string[] = [];
    const listener = await listen({ host: '127.0.0.1' }, (transport) => {
      peers.push(transport.peer.address);
      transport.write(octets('.'));
      record(transport);
    });
    const transport = await dial({ host: 'localhost', port: listener.address.port, localAddress: '127.0.0.2' });
    const atClient = record(transport);
    await atClient.untilOctets(1);
    expect(peers).toEqual(['127.0.0.2']);
    expect(transport.local.address).toBe('127.0.0.2');
    transport.destroy();
    await listener.close();
  });

  test('a Unix socket that is not there -> NET_DIAL_FAILED', async () => {
    const path = unixPath();
    const error = await failureOf(dial({ path }));
    expect(error).toMatchObject({ code: 'NET_DIAL_FAILED', peer: { address: path, port: 0, family: 'unix' } });
    expect(error.message).toContain('ENOENT');
  });

  test('localhost by the system -> connected', async () => {
    const listener = await listen({}, (transport) => record(transport));
    const transport = await dial({ host: 'localhost', port: listener.address.port });
    expect(['127.0.0.1', '::1']).toContain(transport.peer.address);
    transport.destroy();
    await listener.close();
  });

  test('a name that cannot exist -> NET_LOOKUP_FAILED', async () => {
    expect((await failureOf(dial({ host: 'no-such-host.invalid', port: 25 }))).code).toBe('NET_LOOKUP_FAILED');
  });
});

describe('implicit TLS', () => {
  test('verified by the host name, which is also the SNI', async () => {
    const listener = await listen({ tls: serverTls }, (transport) => {
      transport.write(octets('220 hello\r\n'));
      record(transport);
    });
    const lookup = found({ address: '127.0.0.1', family: 'IPv4' });
    const transport = await dial({ host: NAME, port: listener.address.port, lookup, tls: { policy: { mode: 'verified', names: [NAME] }, ca } });
    expect(transport.tls).toMatchObject({ authorized: true, serverName: NAME });
    const atClient = record(transport);
    await atClient.untilOctets(11);
    transport.destroy();
    await listener.close();
  });

  test('policy none -> clear text', async () => {
    const listener = await listen({}, (transport) => record(transport));
    const transport = await dial({ host: '127.0.0.1', port: listener.address.port, tls: { policy: { mode: 'none' } } });
    expect(transport.tls).toBeUndefined();
    transport.destroy();
    await listener.close();
  });

  test('an IP address as host -> no SNI', async () => {
    const listener = await listen({ tls: serverTls }, (transport) => record(transport));
    const transport = await dial({ host: '127.0.0.1', port: listener.address.port, tls: { policy: { mode: 'verified', names: ['127.0.0.1'] }, ca } });
    expect(transport.tls).toMatchObject({ authorized: true, serverName: undefined });
    transport.destroy();
    await listener.close();
  });

  test.each(['NET_TLS_TIMEOUT', 'NET_ABORTED'])('a server that says nothing -> %s with the attempts, nothing stays open', async (code) => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const accepted: Recorder[] = [];
    const listener = await listen({}, (transport) => accepted.push(record(transport)));
    let connected: (() => void) | undefined;
    const standing = new Promise<void>((resolve) => {
      connected = resolve;
    });
    const outcome = failureOf(dial({
      host: '127.0.0.1', port: listener.address.port, clock, signal: controller.signal, tls: verified, onAttempt: () => connected?.(),
    }));
    await standing;
    await settle();
    if (code === 'NET_ABORTED') controller.abort();
    else await clock.advanceAsync(30_000);
    const error = await outcome;
    expect(error).toMatchObject({ code, phase: 'tls' });
    expect(error.attempts).toMatchObject([{ address: '127.0.0.1', outcome: 'connected' }]);
    await accepted[0]!.until(() => accepted[0]!.events.some((event) => event !== 'data'));
    expect(clock.pending).toBe(0);
    await listener.close();
  });

  test('bad TLS options -> TypeError before anything is dialed', async () => {
    const clock = new FakeClock();
    const network = new Network(clock);
    const tls = { policy: { mode: 'verified', names: [] } } as const;
    await expect(dial(options(clock, network, { tls }))).rejects.toThrow(TypeError);
    await expect(dial(options(clock, network, { host: 'not a host', tls: verified }))).rejects.toThrow(TypeError);
    expect(network.started).toEqual([]);
  });
});
