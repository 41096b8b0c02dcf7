/** The UIDs that answers to a SEARCH tell, whatever their form; no more of them than a mailbox can have, whatever the server claims. */
import { type Data, normalizeSet, numbersOfSet, type SequenceSet, STAR } from '@mailwright/imap';

/** How many more messages may be found than were told of: some may have come meanwhile. */
const MARGIN = 1_000_000;

export class FoundUids {
  readonly #most: number;
  readonly #uids: number[] = [];

  /** `exists`: how many messages there are. */
  constructor(exists: number) {
    this.#most = exists + MARGIN;
  }

  /** Takes what an answer tells; others are passed over. What is beyond the bound is left out: no mailbox has it. */
  take(data: Data): void {
    if (data.name === 'SEARCH') this.#add(data.numbers);
    else if (data.name === 'ESEARCH' && data.all !== undefined) this.#add(expand(data.all, this.#most - this.#uids.length));
  }

  /** Ascending, each once. */
  ascending(): number[] {
    const uids = this.#uids;
    return uids.every((uid, index) => index === 0 || uid > uids[index - 1]!) ? uids : [...new Set(uids)].sort((a, b) => a - b);
  }

  #add(numbers: Iterable<number>): void {
    for (const uid of numbers) {
      if (this.#uids.length >= this.#most) return;
      this.#uids.push(uid);
    }
  }
}

/** A set of a server's as numbers, at most so many; ranges that end in `*` say nothing in an answer, and are passed over. */
export function expand(set: SequenceSet, most: number): Generator<number, void, undefined> {
  return numbersOfSet(normalizeSet(withoutStar(set)), Math.max(0, most));
}

/** What stands for numbers in every place. */
export function withoutStar(set: SequenceSet): SequenceSet {
  return set.some(([, last]) => last === STAR) ? set.filter(([, last]) => last !== STAR) : set;
}
