import { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { memoryPair, streamTransport } from '@mailwright/net';
import type { MemoryPairOptions } from '@mailwright/net';
import { FakeClock, settle } from '../../testing/src/fake-clock.ts';
import { octets, record } from './recorder.ts';
import { secure } from './tls-fixtures.ts';

describe('memoryPair', () => {
  test('latency -> octets and the end arrive that much later, in order', async () => {
    const clock = new FakeClock();
    const [a, b] = memoryPair({ latencyMs: 40, clock });
    const [atA, atB] = [record(a), record(b)];
    a.write(octets('one'));
    await clock.advanceAsync(10);
    a.write(octets('two'));
    a.close();
    await clock.advanceAsync(29);
    expect(atB.text).toBe('');
    await clock.advanceAsync(1);
    expect(atB.text).toBe('one');
    await clock.advanceAsync(10);
    expect(atB.text).toBe('onetwo');
    expect(atB.events.at(-1)).toBe('end');
    b.close();
    await clock.advanceAsync(39);
    expect(atA.events).toEqual([]);
    await clock.advanceAsync(1);
    expect(atA.events).toEqual(['end', 'closed']);
    expect(clock.pending).toBe(0);
  });

  test('a whole dialogue without latency -> done within one turn of the event loop', async () => {
    const [a, b] = memoryPair();
    const [atA, atB] = [record(a), record(b)];
    atB.onData = (chunk) => void b.write(chunk);
    atA.onData = () => {
      if (atA.octetCount < 1000) a.write(octets('ping'));
    };
    a.write(octets('ping'));
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(atA.octetCount).toBe(1000);
  });

  test('maxChunkOctets 1 -> every octet comes alone, and a handshake survives it', async () => {
    const [a, b] = memoryPair({ maxChunkOctets: 1 });
    const atB = record(b);
    a.write(octets('drip'));
    await atB.untilOctets(4);
    expect(atB.chunks.map((chunk) => chunk.length)).toEqual([1, 1, 1, 1]);
    await secure([a, b]);
    a.write(octets('!'));
    await atB.untilOctets(5);
    expect(a.tls?.authorized).toBe(true);
    a.destroy();
  });

  test('a handshake with latency -> runs on the clock of the pair', async () => {
    const clock = new FakeClock();
    const pair = memoryPair({ latencyMs: 100, clock });
    const secured = secure(pair);
    await settle();
    expect(pair[0].tls).toBeUndefined();
    await clock.advanceAsync(400);
    const { client, server } = await secured;
    client.destroy();
    server.destroy();
    await clock.advanceAsync(100);
    expect(clock.pending).toBe(0);
  });

  test('windowOctets -> a reader that pauses stalls the writer after that many', async () => {
    const [a, b] = memoryPair({ windowOctets: 1000 });
    const atB = record(b);
    b.pause();
    a.write(new Uint8Array(100_000));
    await settle();
    const before = a.bufferedOctets;
    expect(a.write(new Uint8Array(100))).toBe(false);
    expect(a.bufferedOctets).toBeGreaterThan(before);
    b.resume();
    await atB.untilOctets(100_100);
  });

  test('endpoints -> each end has its own and the other', () => {
    const firstEndpoint = { address: '192.0.2.1', port: 40_000, family: 'IPv4' } as const;
    const secondEndpoint = { address: '192.0.2.2', port: 25, family: 'IPv4' } as const;
    const [a, b] = memoryPair({ firstEndpoint, secondEndpoint });
    expect([a.local, a.peer, b.local, b.peer]).toEqual([firstEndpoint, secondEndpoint, secondEndpoint, firstEndpoint]);
    const [c] = memoryPair();
    expect([c.local, c.peer]).toEqual(Array(2).fill({ address: 'memory', port: 0, family: 'memory' }));
  });

  test.each<MemoryPairOptions>([{ latencyMs: -1 }, { latencyMs: NaN }, { maxChunkOctets: 0 }, { windowOctets: 0 }])('%j -> RangeError', (options) => {
    expect(() => memoryPair(options)).toThrow(RangeError);
  });
});

describe('streamTransport', () => {
  test('any duplex -> a transport over it', async () => {
    const written: string[] = [];
    const stream = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        written.push(chunk.toString());
        done();
      },
    });
    const transport = streamTransport(stream, { peer: { address: '192.0.2.7', port: 25, family: 'IPv4' } });
    const recorder = record(transport);
    stream.push('220 hi\r\n');
    stream.push(null);
    await recorder.untilTold('end');
    expect(recorder.text).toBe('220 hi\r\n');
    transport.write([octets('QUIT'), octets('\r\n')]);
    transport.close();
    await recorder.untilTold('closed');
    expect(written).toEqual(['QUIT\r\n']);
    expect(transport.peer.address).toBe('192.0.2.7');
  });
});
