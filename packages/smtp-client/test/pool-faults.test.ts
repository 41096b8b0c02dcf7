/**
 * The pool against servers with moods, hundreds of times by seed: every message is settled, nothing is told that is not so,
 * nothing is delivered twice, and nothing is left behind.
 */
import { getEventListeners } from 'node:events';
import { type DialOptions, memoryPair } from '@mailwright/net';
import { createSmtpPool, type SendResult, type SmtpMessage, type SmtpPool, type SmtpPoolOptions } from '@mailwright/smtp-client';
import { describe, expect, test } from 'vitest';
import type { Dial } from '../src/options.ts';
import { FaultyServer, type Ledger } from './support/faulty-server.ts';
import { octets } from './support/peer.ts';
import { FakeClock, SeededRandom, settle } from './support/world.ts';

const SEEDS = 300;
/** Longer than all timeouts of one scenario together. */
const LONG_MS = 3_600_000;

interface Sent {
  readonly key: string;
  readonly controller: AbortController | undefined;
  result: SendResult | undefined;
}

class Scenario {
  readonly random: SeededRandom;
  readonly clock = new FakeClock();
  readonly ledger: Ledger = { complete: new Map(), taken: new Map() };
  readonly sent: Sent[] = [];
  readonly pool: SmtpPool;
  readonly options: SmtpPoolOptions;
  dials = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    const { random } = this;
    const keywords = random.pick([[], ['PIPELINING'], ['PIPELINING', 'SIZE 1000000'], ['PIPELINING', 'CHUNKING']]);
    const trouble = random.pick([0, 0.02, 0.1, 0.3]);
    const dial: Dial = async (options) => {
      this.dials++;
      if (random.chance(trouble)) throw new Error('nobody there');
      if (random.chance(trouble / 2)) return await this.#stall(options);
      const [client, server] = memoryPair({ clock: this.clock, latencyMs: random.pick([0, 0, 5]), maxChunkOctets: random.pick([Infinity, Infinity, 7, 1]) });
      new FaultyServer(server, random, { trouble: random.chance(0.5) ? trouble : 0, keywords }, this.ledger);
      return client;
    };
    this.options = {
      host: 'server.example', dial, clock: this.clock, random, helloDomain: 'client.example', tls: { mode: 'none' }, closeTimeoutMs: 50,
      maxConnections: random.integer(1, 4),
      maxMessagesPerConnection: random.pick([1, 2, 5, Infinity]),
      attempts: random.integer(1, 3),
      idleTimeoutMs: random.pick([0, 100, 5000]),
      probeAfterIdleMs: random.pick([0, 50, Infinity]),
      waitTimeoutMs: random.pick([500, 20_000, 600_000]),
      window: random.pick([1, 1, 4]),
      pipelineBehindMessage: random.chance(0.8),
      backOff: { firstMs: random.pick([0, 100, 1000]), lastMs: 5000 },
      rateLimit: random.chance(0.2) ? { messages: random.integer(1, 3), perMs: 1000 } : undefined,
      timeouts: { greetingMs: 3000, commandMs: 3000, mailMs: 3000, rcptMs: 3000, dataMs: 3000, dataBlockMs: 3000, finalDotMs: 6000 },
      connectTimeoutMs: 3000,
    };
    this.pool = createSmtpPool(this.options);
  }

  /** A dial that comes to nothing, in its time. */
  #stall({ signal, timeoutMs }: DialOptions): Promise<never> {
    return new Promise((_, reject) => {
      const timer = this.clock.setTimer(() => reject(new Error('timed out')), timeoutMs!);
      signal?.addEventListener('abort', () => {
        timer.cancel();
        reject(new Error('aborted'));
      }, { once: true });
    });
  }

  async run(): Promise<void> {
    const { random, clock } = this;
    for (let round = random.integer(1, 12); round > 0; round--) {
      for (let count = random.integer(0, 4); count > 0; count--) this.#send();
      if (random.chance(0.2)) random.pick([...this.sent, undefined])?.controller?.abort();
      await clock.advanceAsync(random.pick([0, 1, 20, 200, 3000, 10_000]));
      this.#checkProgress();
    }
  }

  /** Lets all time pass that could be waited for. */
  async finish(): Promise<void> {
    await this.clock.advanceAsync(LONG_MS);
    await settle();
  }

  #send(): void {
    const { random } = this;
    const key = `message-${this.sent.length}`;
    const controller = random.chance(0.15) ? new AbortController() : undefined;
    const text = `${key}\r\n`;
    const message: SmtpMessage = {
      from: 'a@client.example', to: random.chance(0.8) ? 'b@server.example' : ['b@server.example', 'c@server.example'],
      body: random.chance(0.7) ? octets(text) : this.#pieces(text),
      signal: controller?.signal, deadlineMs: random.chance(0.1) ? random.pick([0, 10, 1000]) : undefined,
      requireRecipients: random.pick([undefined, undefined, 'any', 'all']),
    };
    const sent: Sent = { key, controller, result: undefined };
    this.sent.push(sent);
    void this.pool.send(message).then((result) => (sent.result = result));
  }

  async *#pieces(text: string): AsyncGenerator<Uint8Array> {
    const fails = this.random.chance(0.1);
    for (const piece of this.random.split(octets(text))) {
      yield piece;
      if (fails) throw new Error('disk on fire');
    }
  }

  /** Whoever waits while a connection could be made waits for something that will come. */
  #checkProgress(): void {
    const { waiting, connections, dialing } = this.pool.stats;
    if (waiting > 0 && connections + dialing < this.options.maxConnections! && dialing === 0) expect(this.clock.pending).toBeGreaterThan(0);
  }

  /** What was told is so. */
  checkResults(): void {
    for (const { key, result } of this.sent) {
      expect(result, `${key} was never settled`).toBeDefined();
      const complete = this.ledger.complete.get(key) ?? 0;
      const taken = this.ledger.taken.get(key) ?? 0;
      expect(taken, `${key} was delivered more than once`).toBeLessThanOrEqual(1);
      expect(complete, `${key} was sent more than once`).toBeLessThanOrEqual(1);
      const { outcome } = result!;
      if (outcome === 'accepted' || outcome === 'partial') expect(taken, `${key} was not delivered, but told as ${outcome}`).toBe(1);
      if (outcome === 'rejected' || outcome === 'not-sent') expect(taken, `${key} was delivered, but told as ${outcome}`).toBe(0);
      if (outcome === 'not-sent' && result!.reply === undefined) expect(complete, `${key} was sent, but told as not sent`).toBe(0);
    }
  }
}

describe('a pool among servers with moods', () => {
  test.each(Array.from({ length: SEEDS / 10 }, (_, index) => index * 10))('seeds from %i', async (first) => {
    for (let seed = first; seed < first + 10; seed++) {
      const scenario = new Scenario(seed);
      try {
        await scenario.run();
        await scenario.finish();
        scenario.checkResults();
        const closed = scenario.pool.close();
        await scenario.clock.advanceAsync(60_000);
        await closed;
        expect(scenario.pool.stats).toMatchObject({ connections: 0, resting: 0, dialing: 0, waiting: 0, inFlight: 0 });
        expect(scenario.clock.pending).toBe(0);
        for (const { controller } of scenario.sent) if (controller !== undefined) expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
      }
    }
  });

  test.each(Array.from({ length: 10 }, (_, index) => 1000 + index * 5))('closed in the middle, seeds from %i', async (first) => {
    for (let seed = first; seed < first + 5; seed++) {
      const scenario = new Scenario(seed);
      await scenario.run();
      const closed = scenario.pool.close({ timeoutMs: scenario.random.pick([0, 10, 5000]) });
      await scenario.clock.advanceAsync(60_000);
      await closed;
      await settle();
      scenario.checkResults();
      expect(scenario.clock.pending, `seed ${seed}`).toBe(0);
      expect(scenario.pool.stats, `seed ${seed}`).toMatchObject({ connections: 0, dialing: 0, waiting: 0, inFlight: 0 });
    }
  });
});
