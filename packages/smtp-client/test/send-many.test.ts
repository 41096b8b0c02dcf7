import { createSmtpPool, createSmtpPools, type IndexedSendResult, type SmtpMessage } from '@mailwright/smtp-client';
import { describe, expect, test } from 'vitest';
import { octets, type Peer, scripted, type ScriptedDial } from './support/peer.ts';
import { FakeClock, message, offline, settle } from './support/world.ts';

const taking = (): ScriptedDial => scripted(async (peer: Peer) => {
  await peer.greet('PIPELINING');
  for (let line = await peer.hear(); ; line = await peer.hear()) {
    if (line.startsWith('DATA')) {
      peer.say('354 go');
      const text = await peer.hearMessage();
      peer.say(text.includes('bad') ? '550 no' : '250 queued');
    } else if (line.startsWith('QUIT')) {
      peer.say('221 bye');
      return peer.transport.close();
    } else peer.say('250 ok');
  }
});

async function* source(count: number, onPull: (index: number) => void = () => {}): AsyncGenerator<SmtpMessage> {
  for (let index = 0; index < count; index++) {
    onPull(index);
    yield message({ body: octets(`${index}\r\n`) });
  }
}

async function all(results: AsyncIterable<IndexedSendResult>): Promise<IndexedSendResult[]> {
  const list: IndexedSendResult[] = [];
  for await (const result of results) list.push(result);
  return list;
}

describe('sendMany', () => {
  test('every message once, each result with its place', async () => {
    const pool = createSmtpPool({ ...offline(taking(), new FakeClock()), maxConnections: 3 });
    const results = await all(pool.sendMany(source(100)));
    expect(results.map(({ index }) => index).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(results.every(({ outcome, message: sent, index }) => outcome === 'accepted' && Buffer.from(sent.body as Uint8Array).toString() === `${index}\r\n`)).toBe(true);
    await pool.close({ timeoutMs: 0 });
  });

  test('an array is a source as well; what is no message is a result of its own', async () => {
    const pool = createSmtpPool(offline(taking(), new FakeClock()));
    const results = await all(pool.sendMany([message(), message({ to: 'a@b\r\nRCPT TO:<c@d>' }), message({ body: octets('bad\r\n') })]));
    results.sort((a, b) => a.index - b.index);
    expect(results.map(({ outcome, error }) => `${outcome} ${error?.code}`)).toEqual(['accepted undefined', 'not-sent SMTP_BAD_MESSAGE', 'rejected SMTP_REJECTED']);
    expect(results[1]!.error).toMatchObject({ side: 'local', cause: expect.any(TypeError) as TypeError });
    await pool.close({ timeoutMs: 0 });
  });

  test('no messages, no results', async () => {
    const pool = createSmtpPool(offline(taking(), new FakeClock()));
    expect(await all(pool.sendMany([]))).toEqual([]);
    await pool.close();
  });

  test('the source is read no faster than results are taken', async () => {
    let pulled = 0;
    const pool = createSmtpPool({ ...offline(taking(), new FakeClock()), maxConnections: 2 });
    const results = pool.sendMany(source(1000, () => pulled++), { inFlight: 5 });
    await results.next();
    await settle();
    expect(pulled).toBeLessThanOrEqual(7);
    for (let count = 0; count < 10; count++) await results.next();
    await settle();
    expect(pulled).toBeLessThanOrEqual(17);
    await results.return?.();
    await pool.close({ timeoutMs: 0 });
  });

  test('who stops taking stops the source', async () => {
    let returned = false;
    let pulled = 0;
    async function* endless(): AsyncGenerator<SmtpMessage> {
      try {
        for (;;) {
          pulled++;
          yield message();
        }
      } finally {
        returned = true;
      }
    }
    const pool = createSmtpPool(offline(taking(), new FakeClock()));
    for await (const { index } of pool.sendMany(endless())) if (index >= 10) break;
    await settle();
    const before = pulled;
    await settle();
    expect(returned).toBe(true);
    expect(pulled).toBe(before);
    await pool.close({ timeoutMs: 0 });
  });

  test('an error of the source comes behind the results of what it gave', async () => {
    async function* failing(): AsyncGenerator<SmtpMessage> {
      yield message();
      yield message();
      throw new Error('the list is torn');
    }
    const pool = createSmtpPool(offline(taking(), new FakeClock()));
    const seen: string[] = [];
    await expect((async () => {
      for await (const { outcome } of pool.sendMany(failing())) seen.push(outcome);
    })()).rejects.toThrow('the list is torn');
    expect(seen).toEqual(['accepted', 'accepted']);
    await pool.close({ timeoutMs: 0 });
  });

  test.each([0, -1, 1.5, Number.NaN])('inFlight %d is a RangeError', (inFlight) => {
    const pool = createSmtpPool(offline(taking(), new FakeClock()));
    expect(() => pool.sendMany([], { inFlight })).toThrow(RangeError);
  });
});

describe('pools for many destinations', () => {
  test('one pool for each destination, and none shared by two identities', async () => {
    const clock = new FakeClock();
    const dialer = taking();
    const pools = createSmtpPools({ defaults: offline(dialer, clock) });
    await Promise.all([
      pools.send({ host: 'one.example' }, message()), pools.send({ host: 'two.example' }, message()), pools.send({ host: 'one.example' }, message()),
      pools.send({ host: 'one.example', helloDomain: 'other.example' }, message()),
    ]);
    expect(pools.size).toBe(3);
    expect(pools.pool({ host: 'two.example' })).toBe(pools.pool({ host: 'two.example' }));
    expect(() => pools.pool({ host: 'a\r\nb' })).toThrow(TypeError);
    await pools.close({ timeoutMs: 0 });
    expect(pools.size).toBe(0);
    await settle();
    expect(clock.pending).toBe(0);
  });

  test('maxPools: those that have nothing to do are forgotten first', async () => {
    const dialer = taking();
    const pools = createSmtpPools({ defaults: { ...offline(dialer, new FakeClock()), maxMessagesPerConnection: 1 }, maxPools: 2 });
    for (const host of ['a.example', 'b.example', 'c.example', 'd.example']) {
      expect((await pools.send({ host }, message())).outcome).toBe('accepted');
      await settle();
      await settle();
    }
    expect(pools.size).toBeLessThanOrEqual(2);
    expect(() => createSmtpPools({ maxPools: 0 })).toThrow(RangeError);
    await pools.close({ timeoutMs: 0 });
  });

  test('await using closes all', async () => {
    const dialer = taking();
    const clock = new FakeClock();
    {
      await using pools = createSmtpPools({ defaults: offline(dialer, clock) });
      await pools.send({ host: 'one.example' }, message());
    }
    expect(dialer.peers[0]!.received.endsWith('QUIT\r\n')).toBe(true);
  });
});
