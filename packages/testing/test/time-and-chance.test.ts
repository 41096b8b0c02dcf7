import { describe, expect, test } from 'vitest';
import { FakeClock, SeededRandom, settle } from '@mailwright/testing';

describe('FakeClock', () => {
  test('timers run in the order in which they are due, those set meanwhile included', () => {
    const clock = new FakeClock();
    const ran: string[] = [];
    clock.setTimer(() => ran.push('b'), 20);
    clock.setTimer(() => {
      ran.push('a');
      clock.setTimer(() => ran.push('between'), 5);
    }, 10);
    clock.setTimer(() => ran.push('b2'), 20);
    const cancelled = clock.setTimer(() => ran.push('never'), 15);
    cancelled.cancel();
    cancelled.cancel();
    expect([clock.pending, clock.nextDue]).toEqual([3, 10]);
    clock.advance(19);
    expect(ran).toEqual(['a', 'between']);
    clock.advance(1);
    expect(ran).toEqual(['a', 'between', 'b', 'b2']);
    expect([clock.now(), clock.wallTime(), clock.pending, clock.nextDue]).toEqual([20, Date.UTC(2026, 0, 1) + 20, 0, undefined]);
  });

  test('inside a timer the time is the one it was due at', () => {
    const clock = new FakeClock(1000);
    let at = 0;
    clock.setTimer(() => (at = clock.wallTime()), 7);
    clock.advance(100);
    expect([at, clock.wallTime()]).toEqual([1007, 1100]);
  });

  test('an infinite delay never goes off and is not pending', () => {
    const clock = new FakeClock();
    clock.setTimer(() => expect.unreachable(), Infinity).cancel();
    clock.setTimer(() => expect.unreachable(), Infinity);
    expect([clock.pending, clock.nextDue]).toEqual([0, undefined]);
    clock.advance(1e12);
  });

  test('advanceAsync lets promises settle before each timer', async () => {
    const clock = new FakeClock();
    const ran: string[] = [];
    void (async () => {
      for (const name of ['one', 'two', 'three']) {
        await new Promise<void>((resolve) => void clock.setTimer(resolve, 10));
        await new Promise<void>((resolve) => setImmediate(resolve));
        ran.push(name);
      }
    })();
    await clock.advanceAsync(25);
    await settle();
    expect(ran).toEqual(['one', 'two']);
  });
});

describe('SeededRandom', () => {
  test('the same seed -> the same draws; another one -> others', () => {
    const draws = (seed: number): unknown[] => {
      const random = new SeededRandom(seed);
      return [random.octets(8), random.integer(1, 1000), random.pick(['a', 'b', 'c', 'd', 'e']), random.text('xyz', 12), random.split(random.octets(100)).map(({ length }) => length)];
    };
    expect(draws(1)).toEqual(draws(1));
    expect(draws(1)).not.toEqual(draws(2));
  });

  test('draws stay within their bounds and reach both', () => {
    const random = new SeededRandom(3);
    const numbers = Array.from({ length: 1000 }, () => random.integer(-2, 2));
    expect([Math.min(...numbers), Math.max(...numbers)]).toEqual([-2, 2]);
    expect(Array.from({ length: 100 }, () => random.chance(0))).not.toContain(true);
    expect(Array.from({ length: 100 }, () => random.chance(1))).not.toContain(false);
  });

  test('split gives back all octets in order', () => {
    const random = new SeededRandom(4);
    const octets = random.octets(500);
    expect(Buffer.concat(random.split(octets)).equals(Buffer.from(octets))).toBe(true);
    expect(random.split(new Uint8Array(0))).toEqual([]);
  });
});
