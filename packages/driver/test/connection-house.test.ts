import { describe, expect, test } from 'vitest';
import { ConnectionCounts, ConnectionHouse, type HousedConnection } from '@mailwright/driver';
import { type Endpoint, memoryPair, systemClock, type Transport } from '@mailwright/net';
import { FakeClock } from '../../testing/src/fake-clock.ts';

const at = (address: string): Endpoint => ({ address, port: 25, family: 'IPv4' });
const NO_LIMITS = { connections: Infinity, connectionsPerAddress: Infinity, refusedConnections: Infinity };

describe('counts', () => {
  test('rfc5321 7.8: in total and by address; those that are gone make room', () => {
    const counts = new ConnectionCounts({ connections: 3, connectionsPerAddress: 2, refusedConnections: 1 });
    expect([counts.admit(at('a')), counts.admit(at('a')), counts.admit(at('a')), counts.admit(at('b')), counts.admit(at('c'))]).toEqual([undefined, undefined, 'connectionsPerAddress', undefined, 'connections']);
    counts.release(at('a'));
    expect([counts.admit(at('a')), counts.admit(at('c'))]).toEqual([undefined, 'connections']);
  });

  test('Unix sockets are not told apart', () => {
    const counts = new ConnectionCounts({ ...NO_LIMITS, connectionsPerAddress: 1 });
    const peer: Endpoint = { address: '', port: 0, family: 'unix' };
    expect([counts.admit(peer), counts.admit(peer)]).toEqual([undefined, undefined]);
  });
});

/** A connection that has something under way, or not. */
class Guest implements HousedConnection {
  readonly peer: Endpoint;
  readonly id: number;
  readonly log: string[] = [];
  busy = false;
  readonly #house: () => ConnectionHouse<Guest, string>;

  constructor(transport: Transport, id: number, house: () => ConnectionHouse<Guest, string>) {
    this.peer = transport.peer;
    this.id = id;
    this.#house = house;
  }

  shutdown(): boolean {
    this.log.push('shutdown');
    if (!this.busy) this.leave();
    return !this.busy;
  }

  destroy(): void {
    this.log.push('destroy');
    this.leave();
  }

  flushDue(): void {
    this.log.push('flush');
  }

  leave(): boolean {
    return this.#house().remove(this);
  }
}

function house(limits: Partial<typeof NO_LIMITS> = {}, clock: FakeClock | typeof systemClock = systemClock): ConnectionHouse<Guest, string> {
  const made: ConnectionHouse<Guest, string> = new ConnectionHouse<Guest, string>({
    clock,
    limits: { ...NO_LIMITS, ...limits },
    refusals: { connections: 'full', connectionsPerAddress: 'you again', closed: 'closed' },
    connect: (transport, id) => new Guest(transport, id, () => made),
    closedError: () => new Error('is closed'),
  });
  return made;
}

describe('a house', () => {
  test('those without room are told why, and one more is dropped without a word', () => {
    const full = house({ connections: 1, refusedConnections: 1 });
    const first = full.admit(memoryPair()[0])!;
    const second = full.admit(memoryPair()[0])!;
    expect([full.refusal(first), full.refusal(second)]).toEqual([undefined, 'full']);
    expect([first.id, second.id, full.connections.size]).toEqual([1, 2, 2]);
    let dropped = false;
    const third = Object.assign(memoryPair()[0], { destroy: () => (dropped = true) });
    expect([full.admit(third), dropped, full.connections.size]).toEqual([undefined, true, 2]);
    expect([second.leave(), second.leave(), first.leave()]).toEqual([true, false, true]);
    expect(full.refusal(full.admit(memoryPair()[0]))).toBe(undefined);
  });

  test('what is written in one turn leaves in the next', async () => {
    const one = house();
    const [a, b] = [one.admit(memoryPair()[0])!, one.admit(memoryPair()[0])!];
    one.flushLater(a);
    one.flushLater(b);
    expect([a.log, b.log]).toEqual([[], []]);
    await new Promise((resolve) => setImmediate(resolve));
    expect([a.log, b.log]).toEqual([['flush'], ['flush']]);
  });

  test('closing: the idle at once, the busy within the time, the rest is cut', async () => {
    const clock = new FakeClock();
    const one = house({}, clock);
    const guests = [0, 1, 2].map(() => one.admit(memoryPair()[0])!);
    guests[1]!.busy = guests[2]!.busy = true;
    const closing = one.close({ timeoutMs: 1000 });
    expect(one.close()).toBe(closing);
    await Promise.resolve();
    await Promise.resolve();
    guests[1]!.leave();
    expect(one.refusal(one.admit(memoryPair()[0]))).toBe('closed');
    clock.advance(1000);
    expect(await closing).toEqual({ idle: 1, drained: 1, cut: 1 });
    expect(guests.map(({ log }) => log)).toEqual([['shutdown'], ['shutdown'], ['shutdown', 'destroy']]);
    await expect(one.listen({}, () => undefined)).rejects.toThrow('is closed');
  });

  test('nobody there: closed at once; a time that is none is a mistake', async () => {
    const one = house();
    expect(() => one.close({ timeoutMs: -1 })).toThrow(RangeError);
    expect(await one.close()).toEqual({ idle: 0, drained: 0, cut: 0 });
  });

  test('listens where it is told, more than once', async () => {
    const one = house();
    const served: Transport[] = [];
    const endpoints = [await one.listen({}, (transport) => void served.push(transport)), await one.listen({}, () => undefined)];
    expect(one.addresses).toEqual(endpoints);
    await one.close();
  });
});
