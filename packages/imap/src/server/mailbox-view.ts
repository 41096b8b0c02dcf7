/**
 * A mailbox as one session sees it: which number stands for which UID. The store may change at any time; the view changes only when the client is
 * told (`flush`), so that a number the client says means the message that the client means.
 *
 * Changes are noticed at no cost and told all at once: expunges from the highest number down, as each of them then has the number it always had,
 * whatever goes before; EXISTS after them; flags last. A mailbox of 100,000 messages is an array of 400 KB; a flush that removes half of it is one
 * pass (12 ms, most of it for the 50,000 updates), a flush with nothing to tell is free.
 *
 * Read next: `view-change.ts`, `server.ts`.
 *
 * @rfc 9051 2.3.1.2
 * @rfc 9051 7.5.1
 */
import { assertNever } from '@mailwright/wire';
import { type MessageSet, type NumberRange, STAR } from '../sequence-set.ts';
import type { FlagsChanged, FlushOptions, StoreChange, ViewUpdate } from './view-change.ts';

/** What the numbers of a command name. */
export interface Resolved {
  /** Ascending, each once. An array of its own. */
  readonly uids: Uint32Array;
  /** How many more it named that are gone, though the client was not told yet. @rfc 2180 4.1 */
  readonly goneCount: number;
}

interface PendingFlags {
  readonly change: FlagsChanged;
  readonly silent: boolean;
}

const SPARE = 64;

export class MailboxView {
  #uids: Uint32Array;
  #count: number;
  /** The largest UID that was ever announced or waits to be. */
  #lastUid: number;
  readonly #recent: Set<number>;
  /** Not announced yet, ascending. */
  #added: number[] = [];
  readonly #addedRecent: Set<number> = new Set();
  /** Announced and gone. */
  readonly #removed: Set<number> = new Set();
  readonly #flags: Map<number, PendingFlags> = new Map();
  #saved: Uint32Array = new Uint32Array(0);

  /**
   * `uids`: what SELECT announces, ascending. `recent`: those of them that are `\Recent` in this session.
   * Throws a `RangeError` for UIDs that do not ascend.
   */
  constructor(uids: ArrayLike<number>, recent: Iterable<number> = []) {
    this.#uids = Uint32Array.from(uids);
    this.#count = this.#uids.length;
    this.#lastUid = this.#uids[this.#count - 1] ?? 0;
    this.#recent = new Set(recent);
    for (let index = 1; index < this.#count; index++) {
      if (this.#uids[index]! <= this.#uids[index - 1]!) throw new RangeError('the UIDs of a mailbox must ascend');
    }
  }

  /** How many messages the client knows of. */
  get exists(): number {
    return this.#count;
  }

  /** How many of them are `\Recent` in this session. @rfc 3501 2.3.2 */
  get recent(): number {
    return this.#recent.size;
  }

  /** Whether a flush that may tell everything would tell something. */
  get pending(): boolean {
    return this.#added.length > 0 || this.#removed.size > 0 || this.#flags.size > 0;
  }

  isRecent(uid: number): boolean {
    return this.#recent.has(uid);
  }

  /** The UID behind a number, or `undefined` above `exists`. */
  uidOf(sequenceNumber: number): number | undefined {
    return sequenceNumber >= 1 && sequenceNumber <= this.#count ? this.#uids[sequenceNumber - 1] : undefined;
  }

  /** The number of a message, or `undefined` where the client knows of none with this UID. */
  sequenceNumberOf(uid: number): number | undefined {
    const index = this.#indexOf(uid);
    return index < this.#count && this.#uids[index] === uid ? index + 1 : undefined;
  }

  /** Whether the message is gone though the client still counts it. */
  isGone(uid: number): boolean {
    return this.#removed.has(uid);
  }

  /** All UIDs the client knows of, ascending: a copy. */
  uids(): Uint32Array {
    return this.#uids.slice(0, this.#count);
  }

  /**
   * Remembers what happened; the client is told by `flush`. `silent`: the client did it itself and asked for no answer (`.SILENT`).
   * Throws a `RangeError` for an added UID that is not above those announced.
   */
  notice(change: StoreChange, silent: boolean = false): void {
    switch (change.type) {
      case 'added':
        for (const uid of change.uids) this.#add(uid, change.recent);
        return;
      case 'removed':
        for (const uid of change.uids) this.#remove(uid);
        return;
      case 'flags':
        return this.#change(change, silent);
      default:
        assertNever(change);
    }
  }

  /**
   * What the client is to be told now, in the order to tell it; from then on the view is what the client knows. What may not be told yet is kept.
   */
  flush(options: FlushOptions): ViewUpdate[] {
    if (!this.pending) return [];
    const updates: ViewUpdate[] = [];
    if (options.allowExpunge && this.#removed.size > 0) this.#flushRemoved(options, updates);
    if (this.#added.length > 0) this.#flushAdded(options, updates);
    if (options.holdFlags !== true) this.#flushFlags(options, updates);
    return updates;
  }

  /**
   * The messages that a set names. Numbers above `exists` give `undefined` (the command is wrong); UIDs that are not there name nothing, and
   * the messages that are gone are left out and counted. `*` in an empty mailbox names nothing.
   * @rfc 9051 6.4.9
   */
  resolve(set: MessageSet, uid: boolean): Resolved | undefined {
    const spans = set === '$' ? this.#savedSpans() : uid ? this.#spansOfUids(set) : this.#spansOfNumbers(set);
    if (spans === undefined) return undefined;
    const merged = mergeSpans(spans);
    let count = 0;
    for (const [from, to] of merged) count += to - from;
    const uids = new Uint32Array(count);
    let length = 0;
    for (const [from, to] of merged) {
      uids.set(this.#uids.subarray(from, to), length);
      length += to - from;
    }
    return this.#withoutGone(uids);
  }

  /** Whether every number of the set is that of a message. @rfc 9051 9 */
  hasNumbers(set: MessageSet): boolean {
    if (set === '$') return true;
    for (const [first, last] of set) {
      if (this.#count === 0 && last === STAR) continue;
      if ((first !== STAR && first > this.#count) || (last !== STAR && last > this.#count)) return false;
    }
    return true;
  }

  /** Keeps the result of a SEARCH for `$`. @rfc 5182 2.1 */
  saveResult(uids: ArrayLike<number>): void {
    this.#saved = Uint32Array.from(uids).sort();
  }

  #add(uid: number, recent: boolean): void {
    if (uid <= this.#lastUid) {
      if (this.#isAdded(uid) || this.sequenceNumberOf(uid) !== undefined) return; // told twice
      throw new RangeError(`UID ${uid} was added after ${this.#lastUid}`);
    }
    this.#lastUid = uid;
    this.#added.push(uid);
    if (recent) this.#addedRecent.add(uid);
  }

  #remove(uid: number): void {
    this.#flags.delete(uid);
    if (this.sequenceNumberOf(uid) !== undefined) return void this.#removed.add(uid);
    if (!this.#isAdded(uid)) return;
    this.#added.splice(lowerBound(this.#added, this.#added.length, uid), 1); // came and went unseen
    this.#addedRecent.delete(uid);
  }

  #isAdded(uid: number): boolean {
    return this.#added[lowerBound(this.#added, this.#added.length, uid)] === uid;
  }

  #change(change: FlagsChanged, silent: boolean): void {
    const { uid } = change;
    if (this.#removed.has(uid) || this.sequenceNumberOf(uid) === undefined) return; // whoever learns of the message later asks for its flags
    const before = this.#flags.get(uid);
    this.#flags.set(uid, { change, silent: silent && before?.silent !== false });
  }

  #flushRemoved(options: FlushOptions, updates: ViewUpdate[]): void {
    const gone = Uint32Array.from(this.#removed).sort();
    const numbers: number[] = [];
    let kept = this.#indexOf(gone[0]!);
    for (let index = kept; index < this.#count; index++) {
      const uid = this.#uids[index]!;
      if (uid === gone[numbers.length]) numbers.push(index + 1);
      else this.#uids[kept++] = uid;
    }
    this.#count = kept;
    if (options.qresync || options.uidOnly) updates.push({ type: 'vanished', uids: rangesOf(gone) });
    else for (let at = gone.length - 1; at >= 0; at--) updates.push({ type: 'expunged', sequenceNumber: numbers[at]!, uid: gone[at]! });
    if (this.#recent.size > 0) for (const uid of gone) this.#recent.delete(uid);
    this.#removed.clear();
  }

  #flushAdded(options: FlushOptions, updates: ViewUpdate[]): void {
    const count = this.#count + this.#added.length;
    if (count > this.#uids.length) {
      const grown = new Uint32Array(count + SPARE + (count >> 3));
      grown.set(this.#uids.subarray(0, this.#count));
      this.#uids = grown;
    }
    this.#uids.set(this.#added, this.#count);
    this.#count = count;
    for (const uid of this.#addedRecent) this.#recent.add(uid);
    this.#added = [];
    this.#addedRecent.clear();
    updates.push({ type: 'exists', count });
    if (options.recent) updates.push({ type: 'recent', count: this.#recent.size });
  }

  #flushFlags({ condstore }: FlushOptions, updates: ViewUpdate[]): void {
    for (const [uid, { change, silent }] of this.#flags) {
      const sequenceNumber = this.sequenceNumberOf(uid);
      if (sequenceNumber === undefined || (silent && !condstore)) continue;
      updates.push({ type: 'flags', sequenceNumber, uid, flags: silent ? undefined : change.flags, modseq: condstore ? change.modseq : undefined });
    }
    this.#flags.clear();
  }

  /** The index of the first message whose UID is not below. */
  #indexOf(uid: number): number {
    return lowerBound(this.#uids, this.#count, uid);
  }

  #spansOfNumbers(set: readonly NumberRange[]): NumberRange[] | undefined {
    if (!this.hasNumbers(set)) return undefined;
    const spans: NumberRange[] = [];
    for (const [first, last] of set) {
      if (this.#count === 0 && last === STAR) continue;
      const low = first === STAR ? this.#count : first;
      const high = last === STAR ? this.#count : last;
      spans.push([Math.min(low, high) - 1, Math.max(low, high)]);
    }
    return spans;
  }

  /** `900:*` names the last message even if its UID is below 900. @rfc 9051 9 */
  #spansOfUids(set: readonly NumberRange[]): NumberRange[] {
    const largest = this.uidOf(this.#count) ?? 0;
    return set.map(([first, last]): NumberRange => {
      const low = first === STAR ? largest : first;
      const high = last === STAR ? largest : last;
      return [this.#indexOf(Math.min(low, high)), this.#indexOf(Math.max(low, high) + 1)];
    });
  }

  #savedSpans(): NumberRange[] {
    const spans: NumberRange[] = [];
    for (const uid of this.#saved) {
      const number = this.sequenceNumberOf(uid);
      if (number !== undefined) spans.push([number - 1, number]);
    }
    return spans;
  }

  #withoutGone(uids: Uint32Array): Resolved {
    if (this.#removed.size === 0) return { uids, goneCount: 0 };
    const left = uids.filter((uid) => !this.#removed.has(uid));
    return { uids: left, goneCount: uids.length - left.length };
  }
}

/** Ascending UIDs as ranges. */
export function rangesOf(uids: ArrayLike<number>): NumberRange[] {
  const ranges: NumberRange[] = [];
  let from = 0;
  for (let index = 1; index <= uids.length; index++) {
    if (index < uids.length && uids[index] === uids[index - 1]! + 1) continue;
    ranges.push([uids[from]!, uids[index - 1]!]);
    from = index;
  }
  return ranges;
}

/** Half-open spans of indexes, sorted, without overlaps. */
function mergeSpans(spans: NumberRange[]): NumberRange[] {
  if (spans.length < 2) return spans;
  const merged: [number, number][] = [];
  for (const [from, to] of spans.sort((left, right) => left[0] - right[0])) {
    const last = merged.at(-1);
    if (last === undefined || from > last[1]) merged.push([from, to]);
    else if (to > last[1]) last[1] = to;
  }
  return merged;
}

/** The first index below `count` whose value is not below `value`. */
function lowerBound(sorted: ArrayLike<number>, count: number, value: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
