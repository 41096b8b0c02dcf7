import { describe, expect, test } from 'vitest';
import { NetError, type Transport } from '@mailwright/net';
import { connectSmtp, createSmtpPool } from '@mailwright/smtp-client';
import { FakeClock, faults, greylister, type Reachability, SeededRandom, settle, startSmtpServer, type VirtualNetwork, virtualNetwork } from '@mailwright/testing';

const MESSAGE = new TextEncoder().encode('Subject: x\r\n\r\nHello\r\n');
const DAY_MS = 86_400_000;

/** What a transport tells, as a list. */
function record(transport: Transport): string[] {
  const told: string[] = [];
  transport.attach({
    data: (octets) => void told.push(new TextDecoder().decode(octets)),
    end: () => void told.push('end'),
    drained: () => void told.push('drained'),
    closed: (error) => void told.push(error === undefined ? 'closed' : error.code),
  });
  return told;
}

/** Runs `work` while the clock goes on, as far as it must. */
async function passTime<T>(clock: FakeClock, work: Promise<T>, limitMs: number = 10 * DAY_MS): Promise<T> {
  let done = false;
  const settled = work.finally(() => {
    done = true;
  });
  settled.catch(() => undefined);
  await settle();
  while (!done && clock.now() < limitMs) {
    const due = clock.nextDue;
    if (due === undefined) await settle();
    else await clock.advanceAsync(Math.max(0, due - clock.now()));
  }
  return settled;
}

async function failure(promise: Promise<unknown>): Promise<NetError> {
  return promise.then(() => expect.unreachable('it should have failed'), (error: unknown) => error as NetError);
}

describe('connections', () => {
  test('octets both ways, after the latency of each way', async () => {
    const clock = new FakeClock();
    const network = virtualNetwork({ clock, latencyMs: 50 });
    let server: Transport | undefined;
    await network.listen({ host: 'mx.example.com', port: 25 }, (transport) => (server = transport));
    const dialed = network.dial({ host: 'MX.example.com', port: 25 });
    await clock.advanceAsync(50);
    expect(server).toBeDefined();
    await clock.advanceAsync(50);
    const client = await dialed;
    const [atClient, atServer] = [record(client), record(server!)];
    client.write(new TextEncoder().encode('a'));
    await clock.advanceAsync(49);
    expect(atServer).toEqual([]);
    await clock.advanceAsync(1);
    expect(atServer).toEqual(['a']);
    server!.close();
    await clock.advanceAsync(50);
    expect(atClient).toEqual(['end']);
    client.close();
    await clock.advanceAsync(50);
    expect([atClient, atServer]).toEqual([['end', 'closed'], ['a', 'end', 'closed']]);
    expect(network.connectionCount).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test('endpoints: names have addresses, clients have ports of their own', async () => {
    const network = virtualNetwork({ clock: new FakeClock() });
    network.addHost('two.example', ['192.0.2.1', '2001:db8::1']);
    const peers: Transport[] = [];
    const listener = await network.listen({ host: 'two.example', port: 0 }, (transport) => peers.push(transport));
    const { port } = listener.address;
    const first = await network.dial({ host: 'two.example', port });
    const second = await network.dial({ host: 'two.example', port, family: 'IPv6', localAddress: '2001:db8::99' });
    const third = await network.dial({ host: '[2001:db8::1]', port });
    expect([first.peer.address, second.peer.address, third.peer.address]).toEqual(['192.0.2.1', '2001:db8::1', '2001:db8::1']);
    expect(peers.map(({ peer }) => peer.address)).toEqual(['198.18.0.1', '2001:db8::99', '198.18.0.1']);
    expect(new Set(peers.map(({ peer }) => peer.port)).size).toBe(3);
    expect(network.addressOf('another.example')).toMatch(/^198\.18\./);
    expect(network.addressOf('another.example')).toBe(network.addressOf('ANOTHER.example'));
  });

  test('a port that is taken -> NET_LISTEN_FAILED; free again after close', async () => {
    const network = virtualNetwork({ clock: new FakeClock() });
    const first = await network.listen({ host: 'a', port: 25 }, () => undefined);
    expect((await failure(network.listen({ host: 'a', port: 25 }, () => undefined))).code).toBe('NET_LISTEN_FAILED');
    await first.close();
    await using _second = await network.listen({ host: 'a', port: 25 }, () => undefined);
    expect(await failure(network.listen({ host: 'a', port: 65_536 }, () => undefined))).toBeInstanceOf(RangeError);
  });

  test.each<[string, () => unknown]>([
    ['latency', () => virtualNetwork({ latencyMs: -1 })],
    ['loss', () => virtualNetwork({ lossShare: 1.5 })],
    ['octets', () => virtualNetwork({ lossOctets: Number.NaN })],
  ])('bad numbers: %s -> RangeError', (_name, make) => {
    expect(make).toThrow(RangeError);
  });

  test('bad addresses and Unix sockets -> TypeError', async () => {
    const network = virtualNetwork();
    expect(() => network.addHost('a', ['x'])).toThrow(TypeError);
    expect(() => network.addHost('a', [])).toThrow(TypeError);
    expect(await failure(network.dial({ path: '/x' }))).toBeInstanceOf(TypeError);
  });
});

describe('what goes wrong', () => {
  async function listening(reachability: Reachability): Promise<{ clock: FakeClock; network: VirtualNetwork }> {
    const clock = new FakeClock();
    const network = virtualNetwork({ clock });
    await network.listen({ host: 'a', port: 25 }, (transport) => record(transport));
    network.setReachability('a', reachability);
    return { clock, network };
  }

  test('nobody listens, or the host refuses -> NET_DIAL_FAILED with the attempts', async () => {
    const { network } = await listening('refusing');
    for (const host of ['a', 'nobody']) {
      const error = await failure(network.dial({ host, port: 25 }));
      expect(error).toMatchObject({ code: 'NET_DIAL_FAILED', phase: 'dial', attempts: [{ outcome: 'failed', address: network.addressOf(host) }] });
      expect(error.message).toContain('ECONNREFUSED');
    }
    network.setReachability('a', 'up');
    await network.dial({ host: 'a', port: 25 });
  });

  test('a silent host -> NET_DIAL_TIMEOUT when the time is up', async () => {
    const { clock, network } = await listening('silent');
    const failed = failure(network.dial({ host: 'a', port: 25, timeoutMs: 5000 }));
    await clock.advanceAsync(5000);
    expect(await failed).toMatchObject({ code: 'NET_DIAL_TIMEOUT' });
    expect(clock.pending).toBe(0);
  });

  test('aborted meanwhile and before -> NET_ABORTED', async () => {
    const { clock, network } = await listening('silent');
    const abort = new AbortController();
    const failed = failure(network.dial({ host: 'a', port: 25, signal: abort.signal }));
    await settle();
    abort.abort();
    expect((await failed).code).toBe('NET_ABORTED');
    expect((await failure(network.dial({ host: 'a', port: 25, signal: abort.signal }))).code).toBe('NET_ABORTED');
    expect(clock.pending).toBe(0);
  });

  test('the first address is silent -> the second one, a moment later', async () => {
    const clock = new FakeClock();
    const network = virtualNetwork({ clock });
    network.addHost('mx', ['192.0.2.1', '192.0.2.2']);
    await network.listen({ host: 'mx', port: 25 }, (transport) => record(transport));
    network.setReachability('192.0.2.1', 'silent');
    const outcomes: string[] = [];
    const dialed = network.dial({ host: 'mx', port: 25, onAttempt: ({ outcome }) => outcomes.push(outcome) });
    await clock.advanceAsync(250);
    expect((await dialed).peer.address).toBe('192.0.2.2');
    expect(outcomes).toEqual(['abandoned', 'connected']);
  });

  test('cut -> both ends learn of it', async () => {
    const clock = new FakeClock();
    const network = virtualNetwork({ clock });
    const ends: string[][] = [];
    for (const host of ['a', 'b']) await network.listen({ host, port: 25 }, (transport) => ends.push(record(transport)));
    for (const host of ['a', 'b']) ends.push(record(await network.dial({ host, port: 25 })));
    network.cut('a');
    await settle();
    expect(ends).toEqual([['NET_RESET'], ['NET_RESET'], [], []]);
    network.cut();
    await settle();
    expect(ends.flat()).toHaveLength(4);
    expect(network.connectionCount).toBe(0);
  });

  test('lost connections: the same seed loses the same ones at the same octet', async () => {
    const run = async (seed: number): Promise<string[]> => {
      const network = virtualNetwork({ clock: new FakeClock(), random: new SeededRandom(seed), lossShare: 0.5, lossOctets: 100 });
      const received: string[][] = [];
      await network.listen({ host: 'a', port: 25 }, (transport) => received.push(record(transport)));
      for (let index = 0; index < 20; index++) {
        const client = await network.dial({ host: 'a', port: 25 });
        record(client);
        client.write(new Uint8Array(100).fill(0x78));
      }
      await settle();
      return received.map((told) => told.join(' ').replace(/x+/, (octets) => String(octets.length)));
    };
    const outcomes = await run(7);
    expect(await run(7)).toEqual(outcomes);
    expect(await run(8)).not.toEqual(outcomes);
    const lost = outcomes.filter((told) => told.includes('NET_RESET')).length;
    expect(lost).toBeGreaterThan(3);
    expect(lost).toBeLessThan(17);
    expect(outcomes).toContain('100');
  });
});

describe('client and server on it', () => {
  test('a message over STARTTLS with latency and a fake clock, no socket at all', async () => {
    const clock = new FakeClock();
    const network = virtualNetwork({ clock, latencyMs: 40 });
    const server = await startSmtpServer({ network, hostname: 'mx.example.com' });
    expect(server.url).toBe('smtp://mx.example.com:25');
    const client = await passTime(clock, connectSmtp({
      host: 'mx.example.com', port: 25, dial: network.dial, clock, ca: server.ca, tls: { mode: 'verified', names: ['mx.example.com'] }, helloDomain: 'c.example',
    }));
    const result = await passTime(clock, client.send({ from: 'a@example.com', to: ['b@example.com'], body: MESSAGE }));
    expect(result.outcome).toBe('accepted');
    expect(server.messages[0]?.session.tls?.protocol).toBe('TLSv1.3');
    expect(server.messages[0]?.octets).toEqual(MESSAGE);
    await passTime(clock, client.quit());
    await clock.advanceAsync(100); // what is on its way arrives
    await server.close();
    expect(network.connectionCount).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test('greylisting and five days of an unreachable host -> delivered in milliseconds', async () => {
    const clock = new FakeClock();
    const network = virtualNetwork({ clock, latencyMs: 20 });
    await using server = await startSmtpServer({ network, hostname: 'mx.example.com', tls: 'none', faults: greylister({ delayMs: 300_000 }) });
    network.setReachability('mx.example.com', 'silent');
    const attempt = async (): Promise<string> => {
      try {
        const client = await connectSmtp({ host: 'mx.example.com', port: 25, dial: network.dial, clock, helloDomain: 'c.example' });
        const { outcome } = await client.send({ from: 'a@example.com', to: ['b@example.com'], body: MESSAGE });
        await client.quit();
        return outcome;
      } catch (error) {
        return (error as { readonly phase: string }).phase;
      }
    };
    const outcomes: string[] = [];
    for (let hours = 0; hours < 120; hours += 12) {
      if (hours === 96) network.setReachability('mx.example.com', 'up');
      outcomes.push(await passTime(clock, attempt()));
      await clock.advanceAsync(12 * 3_600_000);
    }
    expect(outcomes.slice(0, 9)).toEqual([...Array<string>(8).fill('dial'), 'rejected']);
    expect(outcomes[9]).toBe('accepted');
    expect(server.messages[0]?.receivedAt).toBeGreaterThan(Date.UTC(2026, 0, 5));
  });

  test('a pool on a network that loses every third connection -> every message has an outcome, and what was accepted was received', async () => {
    const clock = new FakeClock();
    const network = virtualNetwork({ clock, latencyMs: 5, random: new SeededRandom(42), lossShare: 0.33, lossOctets: 2000 });
    await using server = await startSmtpServer({ network, hostname: 'mx.example.com', tls: 'none', faults: faults().on('RCPT').nth(5).reply(451, '4.2.1', 'Busy') });
    const pool = createSmtpPool({ host: 'mx.example.com', port: 25, dial: network.dial, clock, random: new SeededRandom(1), helloDomain: 'c.example', maxConnections: 3 });
    const sends = Array.from({ length: 30 }, (_, index) => pool.send({ from: 'a@example.com', to: [`r${index}@example.com`], body: MESSAGE }));
    const results = await passTime(clock, Promise.all(sends));
    expect(results).toHaveLength(30);
    const arrived = new Set(server.messages.flatMap(({ envelope }) => envelope.to));
    for (const [index, { outcome }] of results.entries()) {
      if (outcome === 'accepted') expect(arrived).toContain(`r${index}@example.com`);
      if (outcome === 'rejected') expect(arrived).not.toContain(`r${index}@example.com`);
    }
    expect(results.some(({ outcome }) => outcome === 'accepted')).toBe(true);
    await passTime(clock, pool.close());
  });
});
