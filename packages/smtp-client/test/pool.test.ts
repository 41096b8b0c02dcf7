/** The pool: who gets a message, when it dials, what it tries again, and how it ends. */
import { assertAll, createSmtpPool, type SendResult, type SmtpPool, type SmtpPoolOptions } from '@mailwright/smtp-client';
import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { octets, type Peer, scripted, type ScriptedDial } from './support/peer.ts';
import { FakeClock, message, offline, settle } from './support/world.ts';

const pools: SmtpPool[] = [];

interface PoolWorld extends ScriptedDial {
  readonly clock: FakeClock;
  readonly pool: SmtpPool;
}

type Script = (peer: Peer) => Promise<void>;

function pooled(scripts: Script | readonly Script[], over: Partial<SmtpPoolOptions> = {}): PoolWorld {
  const clock = new FakeClock();
  const dialer = scripted(scripts);
  const pool = createSmtpPool({ ...offline(dialer, clock), closeTimeoutMs: 100, ...over });
  pools.push(pool);
  return { ...dialer, clock, pool };
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close({ timeoutMs: 0 })));
});

/** Takes all messages that come, and QUIT. */
const obliging = (...keywords: string[]): Script => async (peer) => {
  await peer.greet(...keywords);
  await serveOn(peer);
};

async function serveOn(peer: Peer): Promise<void> {
  for (let line = await peer.hear(); ; line = await peer.hear()) {
    if (line.startsWith('DATA')) {
      peer.say('354 go');
      await peer.hearMessage();
      peer.say('250 queued');
    } else if (line.startsWith('QUIT')) {
      peer.say('221 bye');
      return peer.transport.close();
    } else peer.say('250 ok');
  }
}

const outcomes = async (sent: readonly Promise<SendResult>[]): Promise<string[]> => (await Promise.all(sent)).map(({ outcome }) => outcome);
const times = (count: number, send: () => Promise<SendResult>): Promise<SendResult>[] => Array.from({ length: count }, send);

describe('who gets a message', () => {
  test('nothing is dialed before the first message; one message makes one connection, the next takes the same', async () => {
    const { pool, peers } = pooled(obliging());
    await settle();
    expect(peers).toHaveLength(0);
    await pool.send(message());
    await pool.send(message());
    expect(peers).toHaveLength(1);
    expect(pool.stats).toEqual({ connections: 1, resting: 1, dialing: 0, waiting: 0, inFlight: 0, backOffUntil: undefined });
  });

  test('as many connections as messages, up to maxConnections', async () => {
    const { pool, peers } = pooled(obliging(), { maxConnections: 3 });
    const two = times(2, () => pool.send(message()));
    expect(pool.stats).toMatchObject({ dialing: 2, waiting: 2 });
    await Promise.all(two);
    expect(peers).toHaveLength(2);
    expect(await outcomes(times(10, () => pool.send(message())))).toEqual(Array(10).fill('accepted'));
    expect(peers).toHaveLength(3);
  });

  test('many dials at the same time, under Node 20: no warning of a leak', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    const { pool, peers } = pooled(obliging(), { maxConnections: 30 });
    expect(await outcomes(times(30, () => pool.send(message())))).toEqual(Array.from({ length: 30 }, () => 'accepted'));
    process.removeListener('warning', note);
    expect([peers.length, warnings]).toEqual([30, []]);
  });

  test('rfc2920 3.1: when no more connections may be made, a message goes behind the end of another', async () => {
    const { pool, peers } = pooled(obliging('PIPELINING'), { maxConnections: 1 });
    await outcomes(times(4, () => pool.send(message())));
    expect(peers[0]!.chunks.filter((chunk) => chunk.includes('\r\n.\r\nMAIL'))).toHaveLength(3);
  });

  test('the message of one connection is not held up by the verdict that another waits for', async () => {
    let release = (): void => {};
    const { pool, peers } = pooled([
      async (peer) => {
        await peer.greet('PIPELINING');
        for (const verb of ['MAIL', 'RCPT', 'DATA']) await peer.hear(verb);
        peer.say('250 ok', '250 ok', '354 go');
        await peer.hearMessage();
        await new Promise<void>((resolve) => (release = resolve));
        peer.say('250 ok');
      },
      obliging('PIPELINING'),
    ]);
    const slow = pool.send(message());
    await settle();
    expect((await pool.send(message())).outcome).toBe('accepted');
    expect(peers).toHaveLength(2);
    release();
    expect((await slow).outcome).toBe('accepted');
  });

  test('nodemailer: a recipient that is refused costs no connection', async () => {
    const { pool, peers } = pooled(async (peer) => {
      await peer.greet();
      for (let count = 0; count < 3; count++) {
        await peer.hear('MAIL');
        peer.say('250 ok');
        await peer.hear('RCPT');
        peer.say('550 no such user');
        await peer.hear(count === 2 ? '' : 'RSET');
        peer.say('250 ok');
      }
    }, { maxConnections: 1 });
    expect(await outcomes(times(3, () => pool.send(message())))).toEqual(['rejected', 'rejected', 'rejected']);
    expect(peers).toHaveLength(1);
  });

  test('maxMessagesPerConnection: a connection says QUIT behind its last one, and another is made', async () => {
    const { pool, peers, errors } = pooled(obliging('PIPELINING'), { maxConnections: 1, maxMessagesPerConnection: 2 });
    expect(await outcomes(times(5, () => pool.send(message())))).toEqual(Array(5).fill('accepted'));
    await settle();
    expect(peers).toHaveLength(3);
    expect(peers.map((peer) => peer.received.match(/MAIL/g)?.length)).toEqual([2, 2, 1]);
    expect(peers.map((peer) => peer.received.endsWith('QUIT\r\n'))).toEqual([true, true, false]);
    expect(peers[0]!.chunks.at(-1)).toMatch(/\r\n\.\r\nQUIT\r\n$/);
    expect(errors).toEqual([]);
  });

  test('QUIT behind the last message: its verdict still counts, and a server that does not answer QUIT holds nothing up', async () => {
    const { pool, peers, clock } = pooled(async (peer) => {
      await peer.greet('PIPELINING');
      await peer.takeMessage('550 no');
      await peer.hear('QUIT');
    }, { maxConnections: 1, maxMessagesPerConnection: 1 });
    const sent = times(2, () => pool.send(message()));
    await clock.advanceAsync(99);
    expect(peers).toHaveLength(1);
    await clock.advanceAsync(1);
    expect(await outcomes(sent)).toEqual(['rejected', 'rejected']);
    expect(peers).toHaveLength(2);
  });

  test.each([['without PIPELINING', [], undefined], ['where nothing may stand behind a message', ['PIPELINING'], false]] as const)('QUIT waits for the verdict %s', async (_name, keywords, pipelineBehindMessage) => {
    const { pool, peers } = pooled(obliging(...keywords), { maxMessagesPerConnection: 1, pipelineBehindMessage });
    expect((await pool.send(message())).outcome).toBe('accepted');
    await settle();
    expect(peers[0]!.chunks.at(-1)).toBe('QUIT\r\n');
  });

  test('window: one connection takes many messages at once', async () => {
    const { pool, peers } = pooled(async (peer) => {
      await peer.greet('PIPELINING', 'CHUNKING');
      for (let line = await peer.hear(); ; line = await peer.hear()) {
        if (line.startsWith('BDAT')) await peer.hearOctets(Number(line.split(' ')[1]));
        peer.say('250 ok');
      }
    }, { maxConnections: 1, window: 8 });
    expect(await outcomes(times(8, () => pool.send(message())))).toEqual(Array(8).fill('accepted'));
    expect(peers[0]!.chunks).toHaveLength(2);
  });
});

describe('connections that rest', () => {
  test('idleTimeoutMs: one that rested long enough says QUIT', async () => {
    const { pool, peers, clock } = pooled(obliging(), { idleTimeoutMs: 5000 });
    await pool.send(message());
    await clock.advanceAsync(4999);
    expect(pool.stats.connections).toBe(1);
    await clock.advanceAsync(1);
    await settle();
    expect(peers[0]!.received.endsWith('QUIT\r\n')).toBe(true);
    expect(pool.stats.connections).toBe(0);
    expect((await pool.send(message())).outcome).toBe('accepted');
  });

  test.each<[string, Script]>([
    ['lettre 743: closed by the server', async (peer) => peer.transport.close()],
    ['nodemailer 1205: 421, then closed', async (peer) => {
      peer.say('421 4.4.2 idle for too long');
      peer.transport.close();
    }],
    ['haraka 1551: reset', async (peer) => peer.transport.destroy()],
    ['a reply that nobody asked for', async (peer) => peer.say('250 hello?')],
  ])('%s: put aside in silence, the next message gets a new one', async (_name, end) => {
    const { pool, peers } = pooled([
      async (peer) => {
        await peer.greet();
        await peer.takeMessage();
        await settle();
        await end(peer);
      },
      obliging(),
    ]);
    await pool.send(message());
    await settle();
    await settle();
    expect(pool.stats).toMatchObject({ connections: 0, backOffUntil: undefined });
    expect(await pool.send(message())).toMatchObject({ outcome: 'accepted', attempts: 1 });
    expect(peers).toHaveLength(2);
  });

  test.each<[string, (peer: Peer) => void]>([
    ['closed', (peer) => peer.transport.close()],
    ['reset', (peer) => peer.transport.destroy()],
    ['421', (peer) => peer.say('421 closing')],
  ])('%s just as the next message is written: tried once more on a new one, free of charge', async (_name, end) => {
    const { pool, peers } = pooled([
      async (peer) => {
        await peer.greet();
        await peer.takeMessage();
        await peer.hear('MAIL');
        end(peer);
      },
      obliging(),
    ]);
    await pool.send(message());
    expect(await pool.send(message())).toMatchObject({ outcome: 'accepted', attempts: 1 });
    expect(peers).toHaveLength(2);
  });

  test('the second time it is told', async () => {
    const dying: Script = async (peer) => {
      await peer.greet();
      if (peer === peers[0]) await peer.takeMessage();
      await peer.hear('MAIL');
      peer.transport.destroy();
    };
    const { pool, peers } = pooled(dying);
    await pool.send(message());
    expect(await pool.send(message())).toMatchObject({ outcome: 'not-sent', attempts: 1, error: { code: 'SMTP_CONNECTION_LOST' } });
    expect(peers).toHaveLength(2);
  });

  test('a body in pieces that was not begun can go again, one that was can not', async () => {
    const { pool, peers } = pooled([
      async (peer) => {
        await peer.greet();
        await peer.takeMessage();
        await peer.hear('MAIL');
        peer.transport.destroy();
      },
      async (peer) => {
        await peer.greet();
        await peer.takeMessage();
        for (const verb of ['MAIL', 'RCPT', 'DATA']) {
          await peer.hear(verb);
          peer.say(verb === 'DATA' ? '354 go' : '250 ok');
        }
        await peer.until(() => peer.received.includes('begun'));
        peer.transport.destroy();
      },
    ], { attempts: 3 });
    async function* body(): AsyncGenerator<Uint8Array> {
      yield octets('begun\r\n');
      await new Promise(() => {});
    }
    await pool.send(message());
    expect((await pool.send(message({ body: [octets('a\r\n')] }))).outcome).toBe('accepted');
    expect(await pool.send(message({ body: body() }))).toMatchObject({ outcome: 'not-sent', phase: 'data' });
    expect(peers).toHaveLength(2);
  });

  test('probeAfterIdleMs: after a long rest it is asked first; one that does not answer is dropped', async () => {
    const { pool, peers, clock } = pooled([
      async (peer) => {
        await peer.greet();
        await peer.takeMessage();
        await peer.hear('NOOP');
        peer.say('250 ok');
        await peer.takeMessage();
        await peer.hear('NOOP');
      },
      obliging(),
    ], { idleTimeoutMs: Infinity, probeAfterIdleMs: 1000, maxConnections: 1 });
    await pool.send(message());
    await clock.advanceAsync(1000);
    expect((await pool.send(message())).outcome).toBe('accepted');
    expect(peers).toHaveLength(1);
    await clock.advanceAsync(1000);
    const third = pool.send(message());
    await clock.advanceAsync(10_000);
    expect(await third).toMatchObject({ outcome: 'accepted', attempts: 1 });
    expect(peers).toHaveLength(2);
  });
});

describe('what is tried again', () => {
  const failAt = (verb: string, act: (peer: Peer) => void): Script => async (peer) => {
    await peer.greet();
    for (let line = await peer.hear(); !line.startsWith(verb); line = await peer.hear()) peer.say('250 ok');
    act(peer);
  };
  const cut = (peer: Peer): void => peer.transport.destroy();

  test.each<[string, Script, number, string]>([
    ['a connection cut at MAIL', failAt('MAIL', cut), 2, 'accepted 2'],
    ['a connection cut at RCPT', failAt('RCPT', cut), 2, 'accepted 2'],
    ['421 to RCPT', failAt('RCPT', (peer) => peer.say('421 no')), 2, 'accepted 2'],
    ['attempts 1', failAt('RCPT', cut), 1, 'not-sent 1'],
  ])('%s', async (_name, first, attempts, expected) => {
    const { pool } = pooled([first, obliging()], { attempts });
    const result = await pool.send(message());
    expect(`${result.outcome} ${result.attempts}`).toBe(expected);
  });

  test.each<[string, Script, string]>([
    ['a refused sender', failAt('MAIL', (peer) => peer.say('550 no')), 'rejected'],
    ['a sender that is refused for now', failAt('MAIL', (peer) => peer.say('450 no')), 'rejected'],
    ['a message of which nothing is known', failAt('DATA', (peer) => {
      peer.say('354 go');
      void peer.hearMessage().then(() => peer.transport.destroy());
    }), 'ambiguous'],
  ])('never: %s', async (_name, first, outcome) => {
    const { pool, peers } = pooled([first, obliging()], { attempts: 5 });
    expect(await pool.send(message())).toMatchObject({ outcome, attempts: 1 });
    expect(peers).toHaveLength(1);
  });

  test('never: a recipient that was refused, together with one that was not', async () => {
    const { pool } = pooled(async (peer) => {
      await peer.greet();
      await peer.hear('MAIL');
      peer.say('250 ok');
      await peer.hear('RCPT');
      peer.say('550 no');
      await peer.hear('RCPT');
      peer.transport.destroy();
    }, { attempts: 5 });
    const result = await pool.send(message({ to: ['a@server.example', 'b@server.example'] }));
    expect(result.recipients.map(({ status }) => status)).toEqual(['rejected', 'not-sent']);
    expect(result.attempts).toBe(1);
  });
});

describe('dials that fail', () => {
  const refusing: Script = async (peer) => peer.say('421 too many');

  test('haraka 2597: the message that waited is told, the destination left alone for a while, and then it works again', async () => {
    const { pool, peers, clock } = pooled([refusing, obliging()], { backOff: { firstMs: 1000, lastMs: 60_000 } });
    expect(await pool.send(message())).toMatchObject({ outcome: 'not-sent', phase: 'greeting', attempts: 1, reply: { code: 421 }, error: { code: 'SMTP_GREETING_REFUSED' } });
    const second = pool.send(message());
    await settle();
    expect(peers).toHaveLength(1);
    expect(pool.stats).toMatchObject({ waiting: 1, dialing: 0 });
    expect(pool.stats.backOffUntil).toBeGreaterThanOrEqual(clock.now() + 500);
    await clock.advanceAsync(1000);
    expect((await second).outcome).toBe('accepted');
    expect(pool.stats.backOffUntil).toBeUndefined();
  });

  test('attempts: a message outlasts dials that fail', async () => {
    const { pool, peers, clock } = pooled([refusing, refusing, obliging()], { attempts: 3 });
    const sent = pool.send(message());
    await clock.advanceAsync(10_000);
    expect(await sent).toMatchObject({ outcome: 'accepted', attempts: 3 });
    expect(peers).toHaveLength(3);
  });

  test('the delays double up to the last, and are not all the same', async () => {
    const { pool, peers, clock } = pooled(refusing, { attempts: 1000, maxConnections: 4, backOff: { firstMs: 1000, lastMs: 8000 } });
    const at: number[] = [];
    const sent = pool.send(message());
    for (let count = 0; count < 60_000 && peers.length < 8; count += 50) {
      await clock.advanceAsync(50);
      while (at.length < peers.length) at.push(clock.now());
    }
    const delays = at.slice(1).map((moment, index) => moment - at[index]!);
    for (const [index, delay] of delays.entries()) {
      const full = Math.min(8000, 1000 * 2 ** index);
      expect(delay).toBeGreaterThanOrEqual(full / 2 - 50);
      expect(delay).toBeLessThanOrEqual(full + 50);
    }
    expect(new Set(delays).size).toBeGreaterThan(3);
    await pool.close({ timeoutMs: 0 });
    expect(await sent).toMatchObject({ outcome: 'not-sent', error: { code: 'SMTP_CLOSED' } });
    expect(clock.pending).toBe(0);
  });

  test('while they fail, one at a time', async () => {
    const { pool, peers, clock } = pooled(refusing, { attempts: 3, maxConnections: 4 });
    const sent = times(8, () => pool.send(message()));
    await settle();
    expect(peers).toHaveLength(4);
    await clock.advanceAsync(60_000);
    expect(await outcomes(sent)).toEqual(Array(8).fill('not-sent'));
    expect(peers).toHaveLength(6);
  });

  test('what no other dial will change is told at once', async () => {
    const { pool, peers } = pooled(async (peer) => {
      await peer.greet('AUTH PLAIN');
      await peer.hear('AUTH');
      peer.say('535 5.7.8 no');
      await serveOn(peer);
    }, { attempts: 5, maxConnections: 2, auth: { username: 'a', password: 'b' }, tls: { mode: 'none' }, allowClearTextAuth: true });
    const results = await Promise.all(times(3, () => pool.send(message())));
    expect(results.map(({ outcome, phase, attempts }) => `${outcome} ${phase} ${attempts}`)).toEqual(Array(3).fill('not-sent auth 1'));
    expect(results[0]!.error).toMatchObject({ code: 'SMTP_AUTH_REJECTED', reply: { code: 535 } });
    expect(peers).toHaveLength(2);
  });

  test('a dial that fails beside a connection that works costs no message anything', async () => {
    const { pool, peers } = pooled([obliging(), refusing], { maxConnections: 2 });
    await pool.send(message());
    expect(await outcomes(times(6, () => pool.send(message())))).toEqual(Array(6).fill('accepted'));
    expect(peers).toHaveLength(2);
  });

  test('a message that waits for the end of a back-off keeps the process alive, and nothing does afterwards', async () => {
    const { pool, clock } = pooled([refusing, obliging()], { attempts: 2 });
    const set = vi.spyOn(globalThis, 'setInterval');
    const clear = vi.spyOn(globalThis, 'clearInterval');
    const sent = pool.send(message());
    await settle();
    expect(pool.stats).toMatchObject({ waiting: 1, connections: 0, dialing: 0 });
    const hold = set.mock.results[set.mock.calls.findIndex(([, periodMs]) => periodMs === 0x7fff_ffff)]!.value as NodeJS.Timeout;
    expect(hold.hasRef()).toBe(true);
    expect(clear).not.toHaveBeenCalledWith(hold);
    await clock.advanceAsync(1000);
    expect((await sent).outcome).toBe('accepted');
    expect(clear).toHaveBeenCalledWith(hold);
    vi.restoreAllMocks();
  });

  test('waitTimeoutMs bounds the wait for a connection', async () => {
    const { pool, clock } = pooled(async (peer) => await peer.greet(), { maxConnections: 1, waitTimeoutMs: 2000 });
    const first = pool.send(message());
    await settle();
    const second = pool.send(message());
    await clock.advanceAsync(1999);
    expect(pool.stats.waiting).toBe(1);
    await clock.advanceAsync(1);
    expect(await second).toMatchObject({ outcome: 'not-sent', attempts: 0, error: { code: 'SMTP_WAIT_TIMEOUT', side: 'local' } });
    await pool.close({ timeoutMs: 0 });
    expect((await first).outcome).toBe('not-sent');
  });

  test('verify dials, logs in and leaves', async () => {
    const { pool, peers, errors } = pooled([obliging(), refusing], {});
    await pool.verify();
    expect(peers[0]!.received).toMatch(/^EHLO client.example\r\nQUIT\r\n$/);
    await expect(pool.verify()).rejects.toMatchObject({ code: 'SMTP_GREETING_REFUSED' });
    expect(errors).toEqual([]);
  });
});

describe('rateLimit', () => {
  test('no more than so many in any window', async () => {
    const { pool, clock } = pooled(obliging('PIPELINING'), { rateLimit: { messages: 3, perMs: 1000 }, maxConnections: 2 });
    const at: number[] = [];
    const sent = times(10, () => pool.send(message()));
    for (const one of sent) void one.then(() => at.push(clock.now()));
    for (let count = 0; count < 40; count++) await clock.advanceAsync(100);
    expect(await outcomes(sent)).toEqual(Array(10).fill('accepted'));
    expect(at).toEqual([0, 0, 0, 1000, 1000, 1000, 2000, 2000, 2000, 3000]);
  });
});

describe('signals and deadlines of messages that wait', () => {
  test('given up while waiting', async () => {
    const { pool, clock } = pooled(async (peer) => await peer.greet(), { maxConnections: 1 });
    void pool.send(message());
    await settle();
    const controller = new AbortController();
    const second = pool.send(message({ signal: controller.signal }));
    const third = pool.send(message({ deadlineMs: 500 }));
    controller.abort();
    expect(await second).toMatchObject({ outcome: 'not-sent', error: { code: 'SMTP_ABORTED' } });
    await clock.advanceAsync(500);
    expect(await third).toMatchObject({ outcome: 'not-sent', error: { code: 'SMTP_DEADLINE' } });
    expect(pool.stats.waiting).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('given up while in flight: the connection is replaced, the others go on', async () => {
    const { pool, peers } = pooled([async (peer) => await peer.greet(), obliging()], { maxConnections: 1 });
    const controller = new AbortController();
    const first = pool.send(message({ signal: controller.signal }));
    await settle();
    const second = pool.send(message());
    controller.abort();
    expect(await first).toMatchObject({ outcome: 'not-sent', error: { code: 'SMTP_ABORTED' } });
    expect((await second).outcome).toBe('accepted');
    expect(peers).toHaveLength(2);
  });
});

describe('close', () => {
  test('sends what it has, says QUIT, and takes nothing more', async () => {
    const { pool, peers, clock, errors } = pooled(obliging('PIPELINING'), { maxConnections: 2 });
    const sent = times(6, () => pool.send(message()));
    const closed = pool.close();
    const late = pool.send(message());
    expect(await late).toMatchObject({ outcome: 'not-sent', attempts: 0, error: { code: 'SMTP_CLOSED', side: 'local' } });
    expect(await outcomes(sent)).toEqual(Array(6).fill('accepted'));
    await closed;
    expect(peers.every((peer) => peer.received.endsWith('QUIT\r\n'))).toBe(true);
    expect(pool.stats).toEqual({ connections: 0, resting: 0, dialing: 0, waiting: 0, inFlight: 0, backOffUntil: undefined });
    expect(clock.pending).toBe(0);
    expect(errors).toEqual([]);
    await pool.close();
  });

  test('smtp-server and nodemailer: it is bounded, whatever the server does', async () => {
    const { pool, clock, peers } = pooled(async (peer) => await peer.greet(), { maxConnections: 1 });
    const sent = times(3, () => pool.send(message()));
    await settle();
    const closed = pool.close({ timeoutMs: 2000 });
    let done = false;
    void closed.then(() => (done = true));
    await clock.advanceAsync(1999);
    expect(done).toBe(false);
    await clock.advanceAsync(1);
    await closed;
    expect(await outcomes(sent)).toEqual(Array(3).fill('not-sent'));
    expect(peers[0]!.over).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test('while dialing, and while the destination is left alone', async () => {
    const stalling = pooled(async () => {});
    const sent = stalling.pool.send(message());
    await settle();
    await stalling.pool.close({ timeoutMs: 0 });
    expect(await sent).toMatchObject({ outcome: 'not-sent', error: { code: 'SMTP_CLOSED' } });
    await settle();
    expect(stalling.peers[0]!.over).toBe(true);
    expect(stalling.clock.pending).toBe(0);

    const refusing = pooled(async (peer) => peer.say('421 no'), { attempts: 10 });
    const waiting = refusing.pool.send(message());
    await settle();
    const closed = refusing.pool.close({ timeoutMs: 100 });
    await refusing.clock.advanceAsync(100);
    await closed;
    expect((await waiting).outcome).toBe('not-sent');
    expect(refusing.clock.pending).toBe(0);
  });

  test('an empty pool closes at once', async () => {
    const { pool, clock } = pooled(obliging());
    await pool.close();
    expect(clock.pending).toBe(0);
    expect(() => pool.close({ timeoutMs: -1 })).toThrow(RangeError);
  });

  test('await using', async () => {
    const dialer = scripted(obliging());
    {
      await using pool = createSmtpPool(offline(dialer, new FakeClock()));
      assertAll(await pool.send(message()));
    }
    expect(dialer.peers[0]!.received.endsWith('QUIT\r\n')).toBe(true);
  });
});
