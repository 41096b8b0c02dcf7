/**
 * Sets of message numbers: UIDs or message sequence numbers, kept as ranges, so that a mailbox of a million messages costs
 * what its gaps cost. A set says nothing of which of the two numbers it holds; the command does.
 *
 *     sequence-set = (seq-number / seq-range) ["," sequence-set]
 *     sequence-set =/ "$"
 *     seq-number   = nz-number / "*"
 *
 * Read next: `value-writer.ts`, which writes them.
 *
 * @rfc 9051 9
 */
import { ASTERISK, COLON, COMMA } from '@mailwright/wire';
import type { ValueReader } from './value-reader.ts';

/** First and last number, both in the range; `first <= last`. */
export type NumberRange = readonly [first: number, last: number];

/** `*`, the largest number in use: above every number, so that `4:*` is `[4, STAR]` and `*` is `[STAR, STAR]`. */
export const STAR = 0x1_0000_0000;

/** Ranges as they were written: any order, overlaps allowed; `normalizeSet` tidies. */
export type SequenceSet = readonly NumberRange[];

/** What a command names messages by: numbers, or `$`, the result that the last SEARCH saved. @rfc 5182 2.1 */
export type MessageSet = SequenceSet | '$';

const DOLLAR = 0x24;

/** Reads a set, or `$`. */
export function readSet(reader: ValueReader): MessageSet {
  return reader.skip(DOLLAR) ? '$' : readSequenceSet(reader);
}

/** Reads a set of numbers. Each range counts as an element against the limit. `5:2` is `2:5`. */
export function readSequenceSet(reader: ValueReader): SequenceSet {
  const ranges: NumberRange[] = [];
  do {
    const first = readNumber(reader);
    const last = reader.skip(COLON) ? readNumber(reader) : first;
    ranges.push(first <= last ? [first, last] : [last, first]);
    reader.count();
  } while (reader.skip(COMMA));
  return ranges;
}

/** The set of these numbers, tidy. Throws a `RangeError` for what is no message number. */
export function setOf(numbers: Iterable<number>): SequenceSet {
  const sorted = Float64Array.from(numbers).sort();
  const ranges: [first: number, last: number][] = [];
  let current: [first: number, last: number] | undefined;
  for (const number of sorted) {
    checkNumber(number);
    if (current !== undefined && number <= current[1] + 1 && number !== STAR) current[1] = Math.max(current[1], number);
    else ranges.push((current = [number, number]));
  }
  return ranges;
}

/** The same numbers, ascending, without overlap, ranges that touch joined. `*` stays by itself: nothing says which number it is. */
export function normalizeSet(set: SequenceSet): SequenceSet {
  if (isNormal(set)) return set;
  const sorted = [...set].sort((a, b) => a[0] - b[0]);
  const ranges: [first: number, last: number][] = [];
  let current: [first: number, last: number] | undefined;
  for (const [first, last] of sorted) {
    const joins = current !== undefined && (first <= current[1] || (first === current[1] + 1 && first !== STAR));
    if (joins) current![1] = Math.max(current![1], last);
    else ranges.push((current = [first, last]));
  }
  return ranges;
}

/** Whether the number is in the set. `largest`: what `*` stands for; where it is not given, `4:*` holds every number from 4 on and `*` none. */
export function setContains(set: SequenceSet, number: number, largest?: number): boolean {
  if (largest !== undefined) return resolveSet(set, largest).some(([first, last]) => number >= first && number <= last);
  return set.some(([first, last]) => number >= first && number <= last);
}

/** `*` replaced by the largest number in use: `4:*` is `3:4` where 3 is the largest. Numbers above the largest stay. @rfc 9051 9 */
export function resolveSet(set: SequenceSet, largest: number): SequenceSet {
  if (!set.some(([, last]) => last === STAR)) return set;
  const resolved: NumberRange[] = [];
  for (const [first, last] of set) {
    if (last !== STAR) resolved.push([first, last]);
    else if (largest > 0) resolved.push(first === STAR ? [largest, largest] : [Math.min(first, largest), Math.max(first, largest)]);
  }
  return resolved;
}

/** Both sets together, tidy. */
export function unionOfSets(a: SequenceSet, b: SequenceSet): SequenceSet {
  return normalizeSet([...a, ...b]);
}

/** What is in `a` and not in `b`, tidy. `*` is taken for a number above all others. */
export function differenceOfSets(a: SequenceSet, b: SequenceSet): SequenceSet {
  const ranges: NumberRange[] = [];
  const removed = normalizeSet(b);
  let index = 0;
  for (const [first, last] of normalizeSet(a)) {
    let from = first;
    while (index < removed.length && removed[index]![1] < from) index++;
    for (let at = index; at < removed.length && removed[at]![0] <= last; at++) {
      if (removed[at]![0] > from) ranges.push([from, removed[at]![0] - 1]);
      from = removed[at]![1] + 1;
    }
    if (from <= last) ranges.push([from, last]);
  }
  return ranges;
}

/**
 * What is in both, tidy, in one walk over the two. `*` is taken for a number above all others: `resolveSet` before, where it is to be the largest in use.
 */
export function intersectionOfSets(a: SequenceSet, b: SequenceSet): SequenceSet {
  const ranges: NumberRange[] = [];
  const others = normalizeSet(b);
  let index = 0;
  for (const [first, last] of normalizeSet(a)) {
    while (index < others.length && others[index]![1] < first) index++;
    for (let at = index; at < others.length && others[at]![0] <= last; at++) {
      ranges.push([Math.max(first, others[at]![0]), Math.min(last, others[at]![1])]);
    }
  }
  return ranges;
}

/** How many numbers a tidy set holds. */
export function countSet(set: SequenceSet): number {
  return set.reduce((count, [first, last]) => count + last - first + 1, 0);
}

/**
 * The numbers of a set in its order, at most `limit` of them: a peer that says `1:4294967295` gets no more.
 *
 * Errors: a `RangeError` for a set with `*`, which `resolveSet` replaces.
 */
export function* numbersOfSet(set: SequenceSet, limit: number): Generator<number, void, undefined> {
  let left = limit;
  for (const [first, last] of set) {
    if (last === STAR) throw new RangeError('`*` stands for a number that only the mailbox knows: resolveSet first');
    for (let number = first; number <= last && left > 0; number++, left--) yield number;
    if (left === 0) return;
  }
}

/** `1:3,7,9:*`. Throws a `RangeError` for an empty set and for numbers that can't stand in one. */
export function formatSet(set: MessageSet): string {
  if (set === '$') return '$';
  if (set.length === 0) throw new RangeError('a set of messages must name at least one');
  return set.map(([first, last]) => (first === last ? formatNumber(first) : `${formatNumber(first)}:${formatNumber(last)}`)).join(',');
}

function formatNumber(number: number): string {
  checkNumber(number);
  return number === STAR ? '*' : String(number);
}

function checkNumber(number: number): void {
  if (!Number.isInteger(number) || number < 1 || number > STAR) throw new RangeError(`not a message number: ${number}`);
}

function isNormal(set: SequenceSet): boolean {
  for (let index = 1; index < set.length; index++) {
    const before = set[index - 1]![1];
    const first = set[index]![0];
    if (first <= before || (first === before + 1 && first !== STAR)) return false;
  }
  return true;
}

function readNumber(reader: ValueReader): number {
  if (reader.skip(ASTERISK)) return STAR;
  const from = reader.at;
  const number = reader.number();
  if (number >= 1 && number < STAR) return number;
  reader.fail('a message number', from);
  return 1;
}
