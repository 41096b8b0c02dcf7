/** Back-pressure through compression: whoever was told to wait is told to go on, whatever the transport below does meanwhile. */
import { ForwardingTransport, memoryPair } from '@mailwright/net';
import { inflateRawSync, constants } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { CompressedTransport } from '../src/compressed-transport.ts';

const MANY_OCTETS = 300_000;

/** Takes everything, and has always something left to write. */
class Slow extends ForwardingTransport {
  readonly written: Uint8Array[] = [];
  full = false;

  override get bufferedOctets(): number {
    return 1;
  }

  override write(octets: Uint8Array): boolean {
    this.written.push(octets.slice());
    return !this.full;
  }
}

function setUp(): { readonly slow: Slow; readonly transport: CompressedTransport; readonly drained: Promise<void> } {
  const slow = new Slow(memoryPair()[0]);
  const transport = new CompressedTransport(slow);
  const drained = new Promise<void>((resolve) => transport.attach({ data: () => undefined, end: () => undefined, closed: () => undefined, drained: resolve }));
  return { slow, transport, drained };
}

describe('rfc4978 4: a write that is too much for now', () => {
  test('the transport below never had enough -> the writer is told to go on once all is deflated', async () => {
    const { slow, transport, drained } = setUp();
    const octets = new SeededRandom(1).octets(MANY_OCTETS);
    expect(transport.write(octets)).toBe(false);
    await drained;
    expect(Buffer.compare(inflateRawSync(Buffer.concat(slow.written), { finishFlush: constants.Z_SYNC_FLUSH }), octets)).toBe(0);
    transport.destroy();
  });

  test('the transport below had enough and wants more while octets are being deflated -> the writer is told once they are', async () => {
    const { slow, transport, drained } = setUp();
    slow.full = true;
    expect(transport.write(new SeededRandom(2).octets(MANY_OCTETS))).toBe(false);
    let isTold = false;
    void drained.then(() => (isTold = true));
    while (slow.written.length === 0) await new Promise((resolve) => setImmediate(resolve));
    slow.full = false;
    transport.drained();
    await Promise.resolve();
    expect(isTold).toBe(false);
    await drained;
    transport.destroy();
  });
});
