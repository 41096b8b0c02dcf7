import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../testing/src/fake-clock.ts';
import { type Limited, TimeLimits, timeLimitsOf } from '../src/time-limits.ts';

function member(clock: FakeClock, ms: number, told: string[], name: string): Limited {
  return { deadline: clock.now() + ms, before: undefined, after: undefined, timeOut: () => void told.push(`${name} at ${clock.now()}`) };
}

describe('the time limits of checks', () => {
  test('several members, each runs out at its own time', () => {
    const clock = new FakeClock();
    const told: string[] = [];
    const limits = new TimeLimits(clock, 100, false);
    const start = clock.now();
    for (const name of ['a', 'b', 'c']) {
      limits.add(member(clock, 100, told, name));
      clock.advance(30);
    }
    clock.advance(200);
    expect(told).toEqual([`a at ${start + 100}`, `b at ${start + 130}`, `c at ${start + 160}`]);
    expect(clock.pending).toBe(0);
  });

  test.each([[0], [1], [2]])('member %i of three is removed: the others run out all the same', (index) => {
    const clock = new FakeClock();
    const told: string[] = [];
    const limits = new TimeLimits(clock, 100, false);
    const members = ['a', 'b', 'c'].map((name) => member(clock, 100, told, name));
    for (const one of members) limits.add(one);
    limits.remove(members[index]!);
    clock.advance(100);
    expect(told.map((line) => line[0])).toEqual(['a', 'b', 'c'].filter((_, at) => at !== index));
  });

  test('all are removed: a clock that was brought has no timer left, a shared one keeps it until it wakes in vain', () => {
    const clock = new FakeClock();
    for (const [isShared, pending] of [[false, 0], [true, 1]] as const) {
      const limits = new TimeLimits(clock, 100, isShared);
      const one = member(clock, 100, [], 'a');
      limits.add(one);
      limits.remove(one);
      limits.remove(one); // a second time changes nothing
      expect(clock.pending).toBe(pending);
    }
    clock.advance(100);
    expect(clock.pending).toBe(0);
  });

  test('a member that is added while another runs out waits its own time', () => {
    const clock = new FakeClock();
    const told: string[] = [];
    const limits = new TimeLimits(clock, 100, true);
    const start = clock.now();
    limits.add({ deadline: start + 100, before: undefined, after: undefined, timeOut: () => limits.add(member(clock, 100, told, 'second')) });
    clock.advance(199);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(told).toEqual([`second at ${start + 200}`]);
  });

  test('one list for each limit of the machine, one for each check with a clock of its own', () => {
    const clock = new FakeClock();
    expect(timeLimitsOf(undefined, 20_000)).toBe(timeLimitsOf(undefined, 20_000));
    expect(timeLimitsOf(undefined, 20_000)).not.toBe(timeLimitsOf(undefined, 10_000));
    expect(timeLimitsOf(clock, 20_000)).not.toBe(timeLimitsOf(clock, 20_000));
  });
});
