import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock, systemRandom } from '@mailwright/net';

const DAY_MS = 86_400_000;

describe('systemClock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('a timer -> called once after its delay', () => {
    const calls: number[] = [];
    systemClock.setTimer(() => calls.push(1), 1000);
    vi.advanceTimersByTime(999);
    expect(calls).toEqual([]);
    vi.advanceTimersByTime(5000);
    expect(calls).toEqual([1]);
  });

  test('a cancelled timer -> never called; cancelling again is harmless', () => {
    const timer = systemClock.setTimer(() => {
      throw new Error('called');
    }, 1000);
    timer.cancel();
    timer.cancel();
    vi.advanceTimersByTime(5000);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a delay beyond the 24.8 days of setTimeout -> kept', () => {
    const calls: number[] = [];
    systemClock.setTimer(() => calls.push(1), 60 * DAY_MS);
    vi.advanceTimersByTime(60 * DAY_MS - 1);
    expect(calls).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(calls).toEqual([1]);
  });

  test('Infinity -> no timer at all; below zero -> at once; NaN -> RangeError', () => {
    systemClock.setTimer(() => undefined, Infinity).cancel();
    expect(vi.getTimerCount()).toBe(0);
    const calls: number[] = [];
    systemClock.setTimer(() => calls.push(1), -5);
    vi.advanceTimersByTime(0);
    expect(calls).toEqual([1]);
    expect(() => systemClock.setTimer(() => undefined, NaN)).toThrow(RangeError);
  });
});

describe('the system', () => {
  test('now -> never goes back; wallTime -> the date', () => {
    const before = systemClock.now();
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
    expect(new Date(systemClock.wallTime()).getUTCFullYear()).toBeGreaterThan(2024);
  });

  test('random octets -> as many as asked for, not the same twice', () => {
    const [one, other] = [systemRandom.octets(32), systemRandom.octets(32)];
    expect(one).toHaveLength(32);
    expect(Buffer.compare(one, other)).not.toBe(0);
    expect(systemRandom.octets(0)).toHaveLength(0);
  });
});
