import { expect, test } from 'vitest';
import { WaitingLine } from '../../src/client/waiting-line.ts';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';

test.each(Array.from({ length: 10 }, (_, seed) => seed))('generated use %i: as an array', (seed) => {
  const random = new SeededRandom(seed);
  const line = new WaitingLine<number>();
  const plain: number[] = [];
  for (let step = 0; step < 6000; step++) {
    const growing = Math.floor(step / 2000) % 2 === 0;
    if (random.chance(growing ? 0.8 : 0.2)) {
      line.push(step);
      plain.push(step);
    } else if (random.chance(0.05) && plain.length > 0) {
      const taken = random.pick(plain);
      expect(line.take((entry) => entry === taken)).toBe(taken);
      plain.splice(plain.indexOf(taken), 1);
    } else expect(line.shift()).toBe(plain.shift());
    expect(line.length).toBe(plain.length);
    expect(line.first).toBe(plain[0]);
  }
  expect(line.take(() => false)).toBeUndefined();
  expect(line.takeAll()).toEqual(plain);
  expect([line.length, line.shift()]).toEqual([0, undefined]);
});
