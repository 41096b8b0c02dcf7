/**
 * Whether a set of message numbers holds a number, asked for every message of a mailbox: ranges are put in order once, then halved.
 *
 * @rfc 9051 6.4.4
 */
import { type SequenceSet, STAR } from '../sequence-set.ts';

/**
 * Makes the question. `*` is the largest number, so it is put in order anew where that has changed; `maximum` 0 is a mailbox without messages.
 * A range may be written backwards once `*` has its value: `559:*` holds the last message even where that is 12. @rfc 9051 6.4.8
 */
export function setMatcher(set: SequenceSet): (number: number, maximum: number) => boolean {
  let ordered: Float64Array | undefined;
  let orderedFor = -1;
  return (number, maximum) => {
    if (ordered === undefined || orderedFor !== maximum) {
      ordered = order(set, maximum);
      orderedFor = maximum;
    }
    return isIn(ordered, number);
  };
}

/** Firsts and lasts by turns, in order, without overlaps. */
function order(set: SequenceSet, maximum: number): Float64Array {
  const ranges = set.map(([first, last]): [number, number] => {
    const from = first === STAR ? maximum : first;
    const to = last === STAR ? maximum : last;
    return from <= to ? [from, to] : [to, from];
  }).sort((one, other) => one[0] - other[0]);
  const bounds: number[] = [];
  for (const [first, last] of ranges) {
    const before = bounds.length - 1;
    if (before > 0 && first <= bounds[before]! + 1) bounds[before] = Math.max(bounds[before]!, last);
    else bounds.push(first, last);
  }
  return Float64Array.from(bounds);
}

function isIn(bounds: Float64Array, number: number): boolean {
  let low = 0;
  let high = bounds.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bounds[middle * 2 + 1]! < number) low = middle + 1;
    else high = middle;
  }
  return low * 2 < bounds.length && bounds[low * 2]! <= number;
}
