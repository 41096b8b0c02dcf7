import { encodeLatin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { CLIENT_LIMITS } from '../../src/limits.ts';
import {
  countSet, differenceOfSets, formatSet, intersectionOfSets, type MessageSet, normalizeSet, type NumberRange, numbersOfSet, readSet, resolveSet, setContains, setOf, STAR,
  unionOfSets,
} from '../../src/sequence-set.ts';
import { ValueReader } from '../../src/value-reader.ts';

function read(text: string, elements: number = 1000): MessageSet | string {
  const reader = new ValueReader({ octets: encodeLatin1(text), streamed: [], complete: true }, { ...CLIENT_LIMITS, elements }, false);
  const set = readSet(reader);
  reader.finish();
  return reader.failure === undefined ? set : `${reader.failure.expected} at ${reader.failure.at}`;
}

describe('on the wire', () => {
  test.each([
    ['1', [[1, 1]]],
    ['1:3,7', [[1, 3], [7, 7]]],
    ['5:2', [[2, 5]]],
    ['*', [[STAR, STAR]]],
    ['4:*', [[4, STAR]]],
    ['*:4', [[4, STAR]]],
    ['$', '$'],
    ['4294967295', [[4294967295, 4294967295]]],
  ])('rfc9051 9: %s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test.each([
    ['', 'a number at 0'], ['0', 'a message number at 0'], ['1,', 'a number at 2'], ['1:', 'a number at 2'], ['1,,2', 'a number at 2'], ['4294967296', 'a message number at 0'],
    ['1 2', 'the end at 1'], ['a', 'a number at 0'], ['-1', 'a number at 0'],
  ])('rfc9051 9: %s -> refused', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  test('more ranges than the limit of elements -> refused with its code', () => {
    expect(read('1,2,3', 3)).toEqual([[1, 1], [2, 2], [3, 3]]);
    expect(read('1,2,3,4', 3)).toBe('at most 3 elements (LIMIT_ELEMENTS) at 7');
  });

  test.each([[[]], [[[0, 1]]], [[[1.5, 2]]], [[[1, STAR + 1]]]] as [readonly NumberRange[]][])('%j -> a RangeError when it is written', (set) => {
    expect(() => formatSet(set)).toThrow(RangeError);
  });
});

describe('as sets of numbers', () => {
  const random = new SeededRandom(11);
  const universe = Array.from({ length: 40 }, (_, index) => index + 1);
  const draw = (): NumberRange[] =>
    Array.from({ length: random.integer(0, 6) }, () => {
      const first = random.integer(1, 40);
      return [first, Math.min(40, first + random.integer(0, 8))];
    });
  const members = (set: readonly NumberRange[]): number[] => universe.filter((number) => set.some(([first, last]) => number >= first && number <= last));

  test('union, difference, normal form, members and count agree with lists of numbers', () => {
    for (let round = 0; round < 500; round++) {
      const a = draw();
      const b = draw();
      const inA = new Set(members(a));
      const inB = new Set(members(b));
      expect(members(normalizeSet(a))).toEqual([...inA]);
      expect(unionOfSets(a, b)).toEqual(setOf([...inA, ...inB]));
      expect(differenceOfSets(a, b)).toEqual(setOf([...inA].filter((number) => !inB.has(number))));
      expect(intersectionOfSets(a, b)).toEqual(setOf([...inA].filter((number) => inB.has(number))));
      expect(countSet(normalizeSet(a))).toBe(inA.size);
      expect([...numbersOfSet(normalizeSet(a), 1000)]).toEqual([...inA]);
      expect(universe.filter((number) => setContains(a, number))).toEqual([...inA]);
      if (a.length > 0) expect(read(formatSet(a))).toEqual(a);
    }
  });

  test('`*` stays by itself, also beside the largest number', () => {
    expect(normalizeSet([[STAR, STAR], [4294967295, 4294967295]])).toEqual([[4294967295, 4294967295], [STAR, STAR]]);
    expect(setOf([4294967295, STAR])).toEqual([[4294967295, 4294967295], [STAR, STAR]]);
  });

  test('rfc9051 9: resolveSet: 4:* is 3:4 where 3 is the largest, nothing in an empty mailbox', () => {
    expect(resolveSet([[4, STAR]], 3)).toEqual([[3, 4]]);
    expect(resolveSet([[2, STAR], [STAR, STAR]], 5)).toEqual([[2, 5], [5, 5]]);
    expect(resolveSet([[2, STAR], [1, 1]], 0)).toEqual([[1, 1]]);
    expect(setContains([[4, STAR]], 3, 3)).toBe(true);
    expect(setContains([[4, STAR]], 2, 3)).toBe(false);
  });

  test('numbersOfSet stops at its limit, and refuses `*`', () => {
    expect([...numbersOfSet([[1, 4294967295]], 3)]).toEqual([1, 2, 3]);
    expect([...numbersOfSet([[1, 2], [7, 8]], 3)]).toEqual([1, 2, 7]);
    expect(() => [...numbersOfSet([[1, STAR]], 3)]).toThrow(RangeError);
  });

  test('setOf refuses what is no message number', () => {
    expect(() => setOf([0])).toThrow(RangeError);
    expect(() => setOf([1.5])).toThrow(RangeError);
  });
});
