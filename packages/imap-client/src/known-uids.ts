/**
 * The UIDs of the selected mailbox in the order of their numbers, and how many messages at its end have UIDs that were not told yet. What
 * happens to the mailbox is applied in order, so numbers always mean what the server means.
 *
 * @rfc 9051 2.3.1
 */
import type { MailboxChange, SequenceSet } from '@mailwright/imap';

export class KnownUids {
  /** Ascending. */
  #uids: number[] = [];
  #untold = 0;

  get all(): readonly number[] {
    return this.#uids;
  }

  /** Messages at the end that are there without a known UID. */
  get untold(): number {
    return this.#untold;
  }

  /** The largest UID that is known, or was. */
  last = 0;

  /** Begins anew. `uids` ascend; `exists`: how many messages there are. */
  reset(uids: readonly number[], exists: number): void {
    this.#uids = [...uids];
    this.#untold = Math.max(0, exists - uids.length);
    this.last = Math.max(this.#uids.at(-1) ?? 0, 0);
  }

  /** The UID of a number; `undefined` where it was not told yet. */
  at(sequenceNumber: number): number | undefined {
    return this.#uids[sequenceNumber - 1];
  }

  has(uid: number): boolean {
    const at = this.#find(uid);
    return this.#uids[at] === uid;
  }

  /** A message at the end was told; false where it was known, or is not above `above`: what was known once is not new again. */
  add(uid: number, above: number = this.last): boolean {
    if (uid <= above) return false;
    if (uid > this.last) this.#uids.push(uid);
    else if (this.has(uid)) return false;
    else this.#uids.splice(this.#find(uid), 0, uid); // a server may tell new messages in any order
    this.last = Math.max(this.last, uid);
    if (this.#untold > 0) this.#untold--;
    return true;
  }

  /** The server counts messages that it does not show: they are not asked for again. */
  forgetUntold(): void {
    this.#untold = 0;
  }

  /** Applies a change; gives the UIDs that are gone with it. */
  apply(change: MailboxChange): readonly number[] {
    switch (change.type) {
      case 'exists':
        this.#untold = Math.max(0, change.exists - this.#uids.length);
        return NONE;
      case 'expunged':
        return this.#expunge(change.sequenceNumber);
      case 'vanished':
        return change.earlier ? NONE : this.remove(change.uids);
      default:
        return NONE;
    }
  }

  /** Takes UIDs out; gives those that were known. Others were messages at the end. */
  remove(set: SequenceSet): readonly number[] {
    let gone: number[] = [];
    for (const [first, last] of set) {
      const from = this.#find(first);
      const to = this.#find(last + 1);
      if (to > from) gone = gone.concat(this.#uids.splice(from, to - from));
      const beyond = last - Math.max(first, this.last + 1) + 1;
      if (beyond > 0) this.#untold = Math.max(0, this.#untold - beyond);
    }
    return gone;
  }

  #expunge(sequenceNumber: number): readonly number[] {
    if (sequenceNumber <= this.#uids.length) return this.#uids.splice(sequenceNumber - 1, 1);
    this.#untold = Math.max(0, this.#untold - 1);
    return NONE;
  }

  /** The index of the first UID that is not below. */
  #find(uid: number): number {
    let low = 0;
    let high = this.#uids.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#uids[middle]! < uid) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const NONE: readonly number[] = [];

/** What is in `uids` and not in `others`; both ascend. */
export function missingFrom(uids: Iterable<number>, others: ReadonlySet<number>): number[] {
  return [...uids].filter((uid) => !others.has(uid));
}

