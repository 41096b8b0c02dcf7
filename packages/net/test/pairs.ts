/** Connected pairs of every kind. */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dial, listen, memoryPair } from '@mailwright/net';
import type { DialOptions, DialSettings, ListenOptions, MemoryPairOptions, Transport } from '@mailwright/net';

/** Dials a listener and gives both ends; the listener takes one connection. */
export async function socketPair(host = '127.0.0.1', settings: DialSettings = {}): Promise<[Transport, Transport]> {
  return acceptedPair({ host }, (port) => ({ host, port, ...settings }));
}

let pathCount = 0;

export async function unixPair(settings: DialSettings = {}): Promise<[Transport, Transport]> {
  const path = unixPath();
  return acceptedPair({ path }, () => ({ path, ...settings }));
}

/** A path for a Unix socket that nothing uses. */
export function unixPath(): string {
  const path = join(tmpdir(), `mailwright-net-${process.pid}-${pathCount++}.sock`);
  rmSync(path, { force: true });
  return path;
}

export function memoryEnds(options?: MemoryPairOptions): Promise<[Transport, Transport]> {
  return Promise.resolve(memoryPair(options));
}

async function acceptedPair(options: ListenOptions, target: (port: number) => DialOptions): Promise<[Transport, Transport]> {
  let accepted: ((transport: Transport) => void) | undefined;
  const server = new Promise<Transport>((resolve) => {
    accepted = resolve;
  });
  const listener = await listen(options, (transport) => accepted?.(transport));
  const client = await dial(target(listener.address.port));
  const pair: [Transport, Transport] = [client, await server];
  await listener.close();
  return pair;
}
