/**
 * One leaf of the map of message sequence numbers: some numbers in a row, with the UIDs that are known among them.
 *
 * Read next: `sequence-map.ts`.
 */

/**
 * Entries of a leaf. 100,000 messages, all expunged in random order: 38 ms at 256 and 512 entries, 51 at 1024, 78 at 2048; UIDs learnt in random
 * order: 26 ms at 256, 20 from 512 on. Few entries make many leaves to walk over, many make long moves inside one.
 */
export const LEAF_ENTRIES = 512;
const LEAST_CAPACITY = 8;

/** The numbers `start + 1` to `start + span`, where `start` is the sum of the spans before. */
export interface Leaf {
  span: number;
  count: number;
  /** Number minus `start` minus 1, ascending; the first `count` count. */
  offsets: Uint32Array;
  /** The UIDs at these offsets. */
  uids: Uint32Array;
}

/** A leaf of numbers whose UIDs are not known. */
export function emptyLeaf(span: number): Leaf {
  return { span, count: 0, offsets: new Uint32Array(LEAST_CAPACITY), uids: new Uint32Array(LEAST_CAPACITY) };
}

/** Puts a UID in as entry `entry`. */
export function insertEntry(leaf: Leaf, entry: number, offset: number, uid: number): void {
  if (leaf.count === leaf.offsets.length) grow(leaf);
  leaf.offsets.copyWithin(entry + 1, entry, leaf.count);
  leaf.uids.copyWithin(entry + 1, entry, leaf.count);
  leaf.offsets[entry] = offset;
  leaf.uids[entry] = uid;
  leaf.count++;
}

/** Takes out the entries `from` up to `to`, not included; gives how many. The numbers stay. */
export function dropEntries(leaf: Leaf, from: number, to: number): number {
  if (from === to) return 0;
  leaf.offsets.copyWithin(from, to, leaf.count);
  leaf.uids.copyWithin(from, to, leaf.count);
  leaf.count -= to - from;
  return to - from;
}

/** Cuts a leaf before its entry `at` and the offset `offset`; gives the other half. */
export function splitLeaf(leaf: Leaf, at: number, offset: number): Leaf {
  const right = emptyLeaf(leaf.span - offset);
  while (right.offsets.length < leaf.count - at) grow(right);
  for (let entry = at; entry < leaf.count; entry++) right.offsets[entry - at] = leaf.offsets[entry]! - offset;
  right.uids.set(leaf.uids.subarray(at, leaf.count));
  right.count = leaf.count - at;
  leaf.span = offset;
  leaf.count = at;
  return right;
}

/** Puts the leaf that follows into this one. */
export function joinLeaves(leaf: Leaf, next: Leaf): void {
  while (leaf.offsets.length < leaf.count + next.count) grow(leaf);
  for (let entry = 0; entry < next.count; entry++) leaf.offsets[leaf.count + entry] = next.offsets[entry]! + leaf.span;
  leaf.uids.set(next.uids.subarray(0, next.count), leaf.count);
  leaf.count += next.count;
  leaf.span += next.span;
}

function grow(leaf: Leaf): void {
  const capacity = leaf.offsets.length * 2;
  const { offsets, uids } = leaf;
  leaf.offsets = new Uint32Array(capacity);
  leaf.offsets.set(offsets);
  leaf.uids = new Uint32Array(capacity);
  leaf.uids.set(uids);
}

/** The index of the first of the ascending numbers that is not below `bound`. */
export function lowerBound(numbers: Uint32Array, count: number, bound: number): number {
  let low = 0;
  let high = count;
  if (count > 0 && numbers[count - 1]! < bound) return count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
