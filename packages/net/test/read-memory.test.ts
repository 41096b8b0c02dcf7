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
      client.recycle(octets.slice()); // not what was handed out
      client.recycle(octets.subarray(0, 0));
    };
    server.write(sent);
    await recorder.untilOctets(sent.length);
    expect(Buffer.compare(recorder.octets, sent)).toBe(0);
    client.destroy();
    server.destroy();
  });

  test('property: some octets are given back at once, some later in parts, some never: those that are kept stay as they came', async () => {
    const [client, server] = await socketPair('127.0.0.1', { recycles: true });
    const random = new SeededRandom(9);
    const sent = random.octets(6_000_000);
    const recorder = record(client);
    const kept: { readonly octets: Uint8Array; readonly at: number }[] = [];
    const later: Uint8Array[] = [];
    let at = 0;
    recorder.onData = (octets) => {
      recorder.chunks.length = 0;
      const fate = random.integer(0, 3);
      if (fate === 0) kept.push({ octets, at });
      else if (fate === 1) later.push(...random.split(octets));
      else client.recycle(octets);
      if (later.length > 20) for (const part of later.splice(0)) client.recycle(part);
      at += octets.length;
    };
    server.write(sent);
    await recorder.untilOctets(sent.length);
    expect(kept.length).toBeGreaterThan(3);
    for (const { octets, at: from } of kept) expect(Buffer.compare(octets, sent.subarray(from, from + octets.length))).toBe(0);
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
