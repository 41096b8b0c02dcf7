/** Nothing is left behind: no open handle of the system, no listener on a caller's signal, no timer. */
import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { dial, listen } from '@mailwright/net';
import type { Listener, Transport } from '@mailwright/net';
import { FakeClock, settle } from '../../testing/src/fake-clock.ts';
import { failureOf, record } from './recorder.ts';
import { serverTls, verified } from './tls-fixtures.ts';

const HANDLES: ReadonlySet<string> = new Set(['TCPSocketWrap', 'TCPServerWrap', 'PipeWrap', 'TLSWrap']);

function openHandles(): number {
  return process.getActiveResourcesInfo().filter((resource) => HANDLES.has(resource)).length;
}

async function untilHandles(count: number): Promise<void> {
  while (openHandles() !== count) await settle();
}

const accepted: Transport[] = [];
let listener: Listener | undefined;

async function start(tls: boolean): Promise<number> {
  listener = await listen(tls ? { tls: serverTls } : {}, (transport) => {
    accepted.push(transport);
    record(transport);
  });
  return listener.address.port;
}

afterEach(async () => {
  for (const transport of accepted.splice(0)) transport.destroy();
  await listener?.close();
});

describe('what a dial leaves behind', () => {
  test.each(['abort', 'timeout'])('%s while the server is silent in the handshake -> nothing', async (how) => {
    const before = openHandles();
    const port = await start(false);
    const clock = new FakeClock();
    const controller = new AbortController();
    const outcome = failureOf(dial({ host: '127.0.0.1', port, signal: controller.signal, clock, tls: verified }));
    while (accepted.length === 0) await settle();
    expect(openHandles()).toBeGreaterThan(before + 1);
    if (how === 'abort') controller.abort();
    else await clock.advanceAsync(30_000);
    await outcome;
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    expect(clock.pending).toBe(0);
    for (const transport of accepted) transport.destroy();
    await listener!.close();
    await untilHandles(before);
    expect(openHandles()).toBe(before);
  });

  test('a name mismatch -> nothing', async () => {
    const before = openHandles();
    const port = await start(true);
    const clock = new FakeClock();
    const { signal } = new AbortController();
    const tls = { ...verified, policy: { mode: 'verified', names: ['other.test'] } } as const;
    expect((await failureOf(dial({ host: '127.0.0.1', port, signal, clock, tls }))).code).toBe('NET_TLS_NAME_MISMATCH');
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(clock.pending).toBe(0);
    for (const transport of accepted) transport.destroy();
    await listener!.close();
    await untilHandles(before);
    expect(openHandles()).toBe(before);
  });

  test('success, used and closed -> nothing; the signal has no hold on the connection any more', async () => {
    const before = openHandles();
    const port = await start(true);
    const clock = new FakeClock();
    const controller = new AbortController();
    const transport = await dial({ host: '127.0.0.1', port, signal: controller.signal, clock, tls: verified });
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    expect(clock.pending).toBe(0);
    const atClient = record(transport);
    controller.abort();
    await settle();
    expect(atClient.events).toEqual([]);
    transport.destroy();
    await atClient.untilTold('closed');
    while (accepted.length === 0) await settle();
    for (const end of accepted) end.destroy();
    await listener!.close();
    await untilHandles(before);
    expect(openHandles()).toBe(before);
  });
});
