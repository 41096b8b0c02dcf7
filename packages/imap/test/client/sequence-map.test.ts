import { describe, expect, test } from 'vitest';
import { SequenceMap } from '../../src/client/sequence-map.ts';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';

/** The same map as a plain array of UIDs, 0 for those not known. */
class PlainMap {
  uids: number[] = [];

  set(number: number, uid: number): number {
    let forgotten = 0;
    for (let index = 0; index < this.uids.length; index++) {
      const known = this.uids[index]!;
      const wrong = index < number - 1 ? known >= uid : index > number - 1 && known !== 0 && known <= uid;
      if (known === 0 || !wrong) continue;
      this.uids[index] = 0;
      forgotten++;
    }
    this.uids[number - 1] = uid;
    return forgotten;
  }
}

function compare(map: SequenceMap, plain: PlainMap, random: SeededRandom): void {
  expect(map.length).toBe(plain.uids.length);
  expect(map.known).toBe(plain.uids.filter((uid) => uid !== 0).length);
  const entries = plain.uids.map((uid, index) => [index + 1, uid]).filter(([, uid]) => uid !== 0);
  expect([...map.entries()]).toEqual(entries);
  for (let count = 0; count < 20; count++) {
    const number = random.integer(0, plain.uids.length + 1);
    expect(map.uidAt(number)).toBe(plain.uids[number - 1] ?? 0);
    const uid = random.integer(1, 20_000);
    expect(map.numberOf(uid)).toBe(plain.uids.indexOf(uid) + 1);
    expect(map.firstFrom(uid)?.number).toBe(entries.find(([, known]) => known! >= uid)?.[0]);
    expect(map.lastBelow(uid)?.number).toBe(entries.findLast(([, known]) => known! < uid)?.[0]);
  }
}

describe('numbers and UIDs', () => {
  test.each(Array.from({ length: 24 }, (_, seed) => seed))('generated changes %i: as a plain array', (seed) => {
    const random = new SeededRandom(seed);
    const map = new SequenceMap();
    const plain = new PlainMap();
    const orderly = random.chance(0.5);
    const most = seed % 3 === 0 ? 2500 : 300;
    for (let step = 0; step < 300; step++) {
      const { length } = plain.uids;
      const choice = random.integer(0, 9);
      if (choice < 3 && length < most) {
        const count = random.integer(0, seed % 3 === 0 ? 700 : 20);
        map.append(count);
        plain.uids.push(...new Array<number>(count).fill(0));
      } else if (choice < 5 && length > 0) {
        const first = random.integer(1, length);
        const last = Math.min(length, first + (random.chance(0.05) ? random.integer(0, 2000) : random.integer(0, 3)));
        map.remove(first, last);
        plain.uids.splice(first - 1, last - first + 1);
      } else if (length > 0) {
        for (let count = random.integer(1, 120), number = random.integer(1, length); count > 0 && number <= plain.uids.length; count--, number++) {
          const before = plain.uids.slice(0, number - 1).findLast((uid) => uid !== 0) ?? 0;
          const uid = orderly ? before + random.integer(1, 3) : random.integer(1, 20_000);
          expect(map.set(number, uid)).toBe(plain.set(number, uid));
        }
      }
      if (step % 40 === 0) compare(map, plain, random);
    }
    compare(map, plain, random);
  });

  test('a mailbox of four thousand million: nothing is held for numbers without UIDs', () => {
    const map = new SequenceMap();
    map.append(4_294_967_295);
    map.set(4_000_000_000, 4_100_000_000);
    map.set(3, 7);
    map.remove(1, 2);
    map.remove(1_000_000, 1_999_999);
    expect(map.length).toBe(4_293_967_293);
    expect(map.numberOf(4_100_000_000)).toBe(3_998_999_998);
    expect([...map.entries()]).toEqual([[1, 7], [3_998_999_998, 4_100_000_000]]);
  });

  test('all taken out, then filled again: begins anew', () => {
    const map = new SequenceMap();
    map.append(3000);
    for (let number = 1; number <= 3000; number++) map.set(number, number * 2);
    map.remove(1, 3000);
    expect([map.length, map.known]).toEqual([0, 0]);
    map.append(2);
    map.set(2, 9);
    expect([map.uidAt(1), map.uidAt(2)]).toEqual([0, 9]);
  });
});
