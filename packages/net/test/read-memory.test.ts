import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { socketPair } from './pairs.ts';
import { record } from './recorder.ts';

const READ_OCTETS = 65_536;

describe('a transport dialed with recycles', () => {
  test('octets given back in the order in which they came: all that comes is right, in a few pieces of memory', async () => {
    const [client, server] = await socketPair('127.0.0.1', { recycles: true });
    const sent = new SeededRandom(7).octets(4_000_000);
    const memory = new Set<ArrayBufferLike>();
    const received = new Uint8Array(sent.length);
    let at = 0;
    const recorder = record(client);
    recorder.onData = (octets) => {
      recorder.chunks.length = 0; // nobody may look at what was given back
      received.set(octets, at);
      at += octets.length;
      if (octets.buffer.byteLength === READ_OCTETS) memory.add(octets.buffer);
      client.recycle(octets);
    };
    server.write(sent);
    await recorder.untilOctets(sent.length);
    expect(Buffer.compare(received, sent)).toBe(0);
    expect(memory.size).toBeGreaterThan(0);
    expect(memory.size).toBeLessThanOrEqual(2);
    client.destroy();
    server.destroy();
  });

  test('octets that are kept: what comes behind them is not written into them', async () => {
    const [client, server] = await socketPair('127.0.0.1', { recycles: true });
    const sent = new SeededRandom(8).octets(4_000_000);
    const recorder = record(client);
    recorder.onData = (octets) => {
      if (recorder.chunks.length % 2 === 1) client.recycle(octets.slice()); // not what was handed out: no memory comes back
      client.recycle(octets.subarray(1)); // nor is a part of it
    };
    server.write(sent);
    await recorder.untilOctets(sent.length);
    expect(Buffer.compare(recorder.octets, sent)).toBe(0);
    client.destroy();
    server.destroy();
  });

  test('octets given back twice are read into once', async () => {
    const [client, server] = await socketPair('127.0.0.1', { recycles: true });
    const recorder = record(client);
    const given: Uint8Array[] = [];
    recorder.onData = (octets) => {
      given.push(octets);
      const isFirstLarge = octets.buffer.byteLength === READ_OCTETS && given.filter(({ buffer }) => buffer.byteLength === READ_OCTETS).length === 1;
      if (!isFirstLarge) return;
      client.recycle(octets);
      client.recycle(octets);
    };
    server.write(new Uint8Array(2_000_000).fill(1));
    await recorder.untilOctets(2_000_000);
    const large = given.filter(({ buffer }) => buffer.byteLength === READ_OCTETS).map(({ buffer }) => buffer);
    expect(large.length).toBeGreaterThan(2);
    expect(large.length - new Set(large).size).toBe(1);
    client.destroy();
    server.destroy();
  });

  test('a small read takes no more memory than it brought', async () => {
    const [client, server] = await socketPair('127.0.0.1', { recycles: true });
    const recorder = record(client);
    server.write('hello');
    await recorder.untilOctets(5);
    expect(recorder.text).toBe('hello');
    expect(recorder.chunks[0]!.buffer.byteLength).toBe(5);
    client.destroy();
    server.destroy();
  });
});
