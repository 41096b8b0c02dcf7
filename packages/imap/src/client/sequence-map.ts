/**
 * Which message sequence number stands for which UID, as far as the server told. Numbers whose UID is not known cost nothing, so that
 * a server which claims four thousand million messages is believed for free; removal anywhere moves one block of at most
 * `LEAF_ENTRIES` entries.
 *
 * The map is a row of leaves. A leaf covers `span` numbers and holds the known UIDs among them, each with its offset in the leaf. UIDs
 * ascend with the numbers through the whole row. A leaf holds at least one UID, unless it is the only one.
 *
 * Read next: `sequence-leaf.ts`, `mailbox-model.ts`, which decides what to believe.
 *
 * @rfc 9051 2.3.1
 */

import { dropEntries, emptyLeaf, insertEntry, joinLeaves, type Leaf, LEAF_ENTRIES, lowerBound, splitLeaf } from './sequence-leaf.ts';

/** Leaves with fewer entries are put together with a neighbour that has room. */
const SMALL_LEAF = 64;

/** A map from 1 to `length`. Numbers outside are the caller's mistake; UIDs are from 1 to 2^32 - 1. */
export class SequenceMap {
  #leaves: Leaf[] = [emptyLeaf(0)];
  #length = 0;
  #known = 0;
  /** Where the last search ended: most searches are for a neighbour. */
  #near = 0;
  #nearStart = 0;

  /** How many numbers there are. */
  get length(): number {
    return this.#length;
  }

  /** Of how many the UID is known. */
  get known(): number {
    return this.#known;
  }

  /** Forgets everything: `length` numbers, no UIDs. */
  reset(length: number): void {
    this.#leaves = [emptyLeaf(length)];
    this.#length = length;
    this.#known = 0;
    this.#near = 0;
    this.#nearStart = 0;
  }

  /** Adds numbers at the end. */
  append(count: number): void {
    this.#leaves.at(-1)!.span += count;
    this.#length += count;
  }

  /** The UID of a number; 0 where it is not known. */
  uidAt(number: number): number {
    if (number < 1 || number > this.#length) return 0;
    const leaf = this.#leaves[this.#find(number)]!;
    const offset = number - this.#nearStart - 1;
    const index = lowerBound(leaf.offsets, leaf.count, offset);
    return index < leaf.count && leaf.offsets[index] === offset ? leaf.uids[index]! : 0;
  }

  /** The number of a UID; 0 where it is not known. */
  numberOf(uid: number): number {
    const at = this.firstFrom(uid);
    return at !== undefined && at.uid === uid ? at.number : 0;
  }

  /** The first known UID that is not below `uid`, and its number. */
  firstFrom(uid: number): { number: number; uid: number } | undefined {
    let index = this.#leafOfUid(uid);
    let leaf = this.#leaves[index]!;
    let entry = lowerBound(leaf.uids, leaf.count, uid);
    if (entry === leaf.count && index + 1 < this.#leaves.length) {
      leaf = this.#leaves[++index]!;
      entry = 0;
    }
    return entry < leaf.count ? this.#entryAt(index, entry) : undefined;
  }

  /** The last known UID below `uid`, and its number. */
  lastBelow(uid: number): { number: number; uid: number } | undefined {
    let index = this.#leafOfUid(uid);
    let leaf = this.#leaves[index]!;
    let entry = lowerBound(leaf.uids, leaf.count, uid);
    if (entry === 0 && index > 0) {
      leaf = this.#leaves[--index]!;
      entry = leaf.count;
    }
    return entry > 0 ? this.#entryAt(index, entry - 1) : undefined;
  }

  /**
   * Learns a UID. What is known and contradicts it (UIDs ascend with the numbers) is forgotten: the last word counts. Gives how many
   * UIDs of other numbers were forgotten.
   */
  set(number: number, uid: number): number {
    const index = this.#find(number);
    const leaf = this.#leaves[index]!;
    const offset = number - this.#nearStart - 1;
    const entry = lowerBound(leaf.offsets, leaf.count, offset);
    const present = entry < leaf.count && leaf.offsets[entry] === offset;
    if (present && leaf.uids[entry] === uid) return 0;
    if (this.#inOrder(index, present ? entry + 1 : entry, entry, uid)) {
      if (present) leaf.uids[entry] = uid;
      else this.#insert(index, entry, offset, uid);
      return 0;
    }
    const forgotten = this.#forgetContradicting(number, uid);
    this.set(number, uid);
    return forgotten;
  }

  /** Takes numbers out; those behind move up. */
  remove(first: number, last: number): void {
    for (let left = last - first + 1; left > 0; ) {
      const index = this.#find(first);
      const leaf = this.#leaves[index]!;
      const offset = first - this.#nearStart - 1;
      const cut = Math.min(left, leaf.span - offset);
      const from = lowerBound(leaf.offsets, leaf.count, offset);
      const to = lowerBound(leaf.offsets, leaf.count, offset + cut);
      this.#drop(leaf, from, to);
      for (let entry = from; entry < leaf.count; entry++) leaf.offsets[entry] = leaf.offsets[entry]! - cut;
      leaf.span -= cut;
      this.#length -= cut;
      left -= cut;
      this.#tidy(index);
    }
  }

  /** The known UIDs with their numbers, ascending. The map must not change meanwhile. */
  *entries(): Generator<[number: number, uid: number], void, undefined> {
    let start = 0;
    for (const leaf of this.#leaves) {
      for (let entry = 0; entry < leaf.count; entry++) yield [start + leaf.offsets[entry]! + 1, leaf.uids[entry]!];
      start += leaf.span;
    }
  }

  // Finding

  /** The leaf of a number; its start is in `#nearStart`. */
  #find(number: number): number {
    let index = this.#near;
    let start = this.#nearStart;
    if (number <= this.#leaves[0]!.span) index = start = 0;
    while (number <= start) start -= this.#leaves[--index]!.span;
    while (number > start + this.#leaves[index]!.span && index + 1 < this.#leaves.length) start += this.#leaves[index++]!.span;
    this.#near = index;
    this.#nearStart = start;
    return index;
  }

  /** The last leaf whose first UID is not above `uid`; the first leaf where all are. */
  #leafOfUid(uid: number): number {
    let low = 0;
    let high = this.#leaves.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#leaves[middle]!.uids[0]! <= uid) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #entryAt(index: number, entry: number): { number: number; uid: number } {
    const leaf = this.#leaves[index]!;
    return { number: this.#startOf(index) + leaf.offsets[entry]! + 1, uid: leaf.uids[entry]! };
  }

  #startOf(index: number): number {
    let start = this.#nearStart;
    if (index < this.#near - index) {
      start = 0;
      for (let at = 0; at < index; at++) start += this.#leaves[at]!.span;
    } else {
      for (let at = this.#near; at < index; at++) start += this.#leaves[at]!.span;
      for (let at = this.#near; at > index; ) start -= this.#leaves[--at]!.span;
    }
    this.#near = index;
    this.#nearStart = start;
    return start;
  }

  /** The nearest known UID before a number. */
  #entryBefore(number: number): { number: number; uid: number } | undefined {
    const index = this.#find(number);
    const entry = lowerBound(this.#leaves[index]!.offsets, this.#leaves[index]!.count, number - this.#nearStart - 1);
    if (entry > 0) return this.#entryAt(index, entry - 1);
    return index > 0 ? this.#entryAt(index - 1, this.#leaves[index - 1]!.count - 1) : undefined;
  }

  /** The nearest known UID behind a number. */
  #entryBehind(number: number): { number: number; uid: number } | undefined {
    const index = this.#find(number);
    const leaf = this.#leaves[index]!;
    const entry = lowerBound(leaf.offsets, leaf.count, number - this.#nearStart);
    if (entry < leaf.count) return this.#entryAt(index, entry);
    return index + 1 < this.#leaves.length ? this.#entryAt(index + 1, 0) : undefined;
  }

  // Changing

  /** Whether `uid` may stand before the entry `next` and behind the entry before `entry`. */
  #inOrder(index: number, next: number, entry: number, uid: number): boolean {
    const leaf = this.#leaves[index]!;
    const before = entry > 0 ? leaf.uids[entry - 1]! : this.#lastUid(index - 1);
    if (before >= uid) return false;
    const after = next < leaf.count ? leaf.uids[next]! : (this.#leaves[index + 1]?.uids[0] ?? Infinity);
    return after > uid;
  }

  #lastUid(index: number): number {
    const leaf = this.#leaves[index];
    return leaf === undefined ? 0 : leaf.uids[leaf.count - 1]!;
  }

  #forgetContradicting(number: number, uid: number): number {
    const known = this.#known;
    if (this.uidAt(number) !== 0) this.#forget(number);
    const replaced = known - this.#known;
    for (let at = this.#entryBefore(number); at !== undefined && at.uid >= uid; at = this.#entryBefore(number)) this.#forget(at.number);
    for (let at = this.#entryBehind(number); at !== undefined && at.uid <= uid; at = this.#entryBehind(number)) this.#forget(at.number);
    return known - this.#known - replaced;
  }

  #forget(number: number): void {
    const index = this.#find(number);
    const leaf = this.#leaves[index]!;
    const entry = lowerBound(leaf.offsets, leaf.count, number - this.#nearStart - 1);
    this.#drop(leaf, entry, entry + 1);
    this.#tidy(index);
  }

  #drop(leaf: Leaf, from: number, to: number): void {
    this.#known -= dropEntries(leaf, from, to);
  }

  #insert(index: number, entry: number, offset: number, uid: number): void {
    const leaf = this.#leaves[index]!;
    if (leaf.count < LEAF_ENTRIES) return this.#insertInto(leaf, entry, offset, uid);
    // In its middle a leaf is halved; at its end it stays full, since mailboxes are learnt in ascending order.
    if (entry === leaf.count) {
      this.#split(index, entry, offset);
      return this.#insertInto(this.#leaves[index + 1]!, 0, 0, uid);
    }
    const half = leaf.count >> 1;
    this.#split(index, half, leaf.offsets[half]!);
    if (offset < leaf.span) this.#insertInto(leaf, entry, offset, uid);
    else this.#insertInto(this.#leaves[index + 1]!, entry - half, offset - leaf.span, uid);
  }

  #insertInto(leaf: Leaf, entry: number, offset: number, uid: number): void {
    insertEntry(leaf, entry, offset, uid);
    this.#known++;
  }

  /** Cuts a leaf before its entry `at` and the offset `offset`. */
  #split(index: number, at: number, offset: number): void {
    this.#leaves.splice(index + 1, 0, splitLeaf(this.#leaves[index]!, at, offset));
  }

  /** Puts a leaf together with a neighbour when it has become small; one without entries always. */
  #tidy(index: number): void {
    const { count } = this.#leaves[index]!;
    if (count >= SMALL_LEAF || this.#leaves.length === 1) return;
    if (index > 0 && this.#leaves[index - 1]!.count + count <= LEAF_ENTRIES) this.#join(index - 1);
    else if (index + 1 < this.#leaves.length && this.#leaves[index + 1]!.count + count <= LEAF_ENTRIES) this.#join(index);
  }

  /** Puts the leaf behind `index` into it. */
  #join(index: number): void {
    joinLeaves(this.#leaves[index]!, this.#leaves[index + 1]!);
    this.#leaves.splice(index + 1, 1);
    this.#near = 0;
    this.#nearStart = 0;
  }
}
