import { budgeted, inMemoryZone } from '@mailwright/dns';
import { describe, expect, test } from 'vitest';
import { FakeClock, settle } from '../../testing/src/fake-clock.ts';

const zone = (clock = new FakeClock()) => inMemoryZone({ 'a.test': { A: '192.0.2.1' }, 'slow.test': { A: '192.0.2.2', script: { delayMs: 400 } }, 'bad.test': { script: { status: 'temp' } } }, { clock });

describe('budgeted', () => {
  test('counts what was asked, what was void, what failed', async () => {
    const purse = budgeted(zone());
    for (const [name, type] of [['a.test', 'A'], ['a.test', 'MX'], ['gone.test', 'A'], ['bad.test', 'A']] as const) await purse.query(name, type);
    expect(purse.spent).toMatchObject({ queries: 4, voids: 2, failures: 1, refused: 0 });
  });

  test('rfc7208 4.6.4: so many questions, and the next is refused', async () => {
    const purse = budgeted(zone(), { queries: 2 });
    const statuses = [];
    for (let round = 0; round < 3; round++) statuses.push((await purse.query('a.test', 'A')).status);
    expect(statuses).toEqual(['ok', 'ok', 'temp']);
    expect(await purse.query('a.test', 'A')).toMatchObject({ status: 'temp', reason: 'budget', source: 'budget' });
    expect(purse.spent).toMatchObject({ queries: 2, refused: 2 });
  });

  test('so many voids; after one more the next question is refused', async () => {
    const purse = budgeted(zone(), { voids: 1 });
    const reasons = [];
    for (let round = 0; round < 3; round++) reasons.push((await purse.query('gone.test', 'A')).status);
    expect(reasons).toEqual(['nxdomain', 'nxdomain', 'temp']);
  });

  test('milliseconds: a deadline for all questions together', async () => {
    const clock = new FakeClock();
    const purse = budgeted(zone(clock), { ms: 600, clock });
    const ask = async () => {
      const pending = purse.query('slow.test', 'A');
      await settle();
      await clock.advanceAsync(clock.nextDue === undefined ? 0 : clock.nextDue - clock.now());
      return await pending;
    };
    expect((await ask()).status).toBe('ok');
    expect(await ask()).toMatchObject({ status: 'temp', reason: 'deadline' });
    expect(await ask()).toMatchObject({ status: 'temp', reason: 'budget' });
    expect(purse.spent).toEqual({ queries: 2, voids: 0, failures: 1, ms: 600, refused: 1 });
  });

  test('an abort rejects, and is not counted twice', async () => {
    const abort = new AbortController();
    const purse = budgeted(zone());
    const pending = purse.query('slow.test', 'A', { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
    await expect(purse.query('a.test', 'A', { signal: abort.signal })).rejects.toThrow('enough');
    expect(purse.spent).toMatchObject({ queries: 1, failures: 0 });
  });

  test('a caller mistake, a limit below 0 -> RangeError', () => {
    expect(() => budgeted(zone(), { voids: -1 })).toThrow(RangeError);
    expect(() => budgeted(zone(), { ms: Number.NaN })).toThrow(RangeError);
  });
});
