/**
 * Which messages were removed and when, as MODSEQ counts: what QRESYNC asks for. The memory of it is bounded, and says where it ends.
 *
 * @rfc 7162 3.2.5.2
 */
import type { UidRange } from './mailbox.ts';

/** Messages that were removed together. */
export interface Expunged {
  readonly modseq: bigint;
  readonly uids: readonly UidRange[];
}

/** What is remembered. */
export class ExpungedLog {
  readonly #entries: Expunged[] = [];
  readonly #most: number;
  #ranges = 0;
  #horizon: bigint;

  /** `most`: ranges of UIDs that are remembered. `horizon`: all that was removed behind this MODSEQ is in `entries`. */
  constructor(most: number, horizon: bigint, entries: readonly Expunged[] = []) {
    this.#most = most;
    this.#horizon = horizon;
    for (const { modseq, uids } of entries) this.#push(modseq, uids);
  }

  /** All that was removed behind this MODSEQ is remembered. */
  get horizon(): bigint {
    return this.#horizon;
  }

  /** In the order of MODSEQ. */
  get entries(): readonly Expunged[] {
    return this.#entries;
  }

  /** `uids` ascending; `modseq` above all before. */
  add(modseq: bigint, uids: readonly number[]): void {
    this.#push(modseq, uidRanges(uids));
  }

  /** What was removed behind `modseq`, or `undefined` where that is not remembered. */
  since(modseq: bigint): readonly UidRange[] | undefined {
    if (modseq < this.#horizon) return undefined;
    return mergeRanges(this.#entries.filter((entry) => entry.modseq > modseq).flatMap(({ uids }) => uids));
  }

  #push(modseq: bigint, uids: readonly UidRange[]): void {
    this.#entries.push({ modseq, uids });
    this.#ranges += uids.length;
    while (this.#ranges > this.#most) {
      const forgotten = this.#entries.shift()!;
      this.#ranges -= forgotten.uids.length;
      this.#horizon = forgotten.modseq;
    }
  }
}

/** Ascending UIDs as ranges. */
export function uidRanges(uids: readonly number[]): readonly UidRange[] {
  const ranges: [number, number][] = [];
  for (const uid of uids) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] + 1 >= uid) last[1] = uid;
    else ranges.push([uid, uid]);
  }
  return ranges;
}

/** All numbers from 1 to `most` that are not among the ascending `uids`. */
export function otherUids(uids: readonly { readonly uid: number }[], most: number): readonly UidRange[] {
  const ranges: UidRange[] = [];
  let next = 1;
  for (const { uid } of uids) {
    if (uid > next) ranges.push([next, uid - 1]);
    next = uid + 1;
  }
  if (next <= most) ranges.push([next, most]);
  return ranges;
}

function mergeRanges(ranges: readonly UidRange[]): readonly UidRange[] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [first, last] of sorted) {
    const before = merged.at(-1);
    if (before !== undefined && before[1] + 1 >= first) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}
