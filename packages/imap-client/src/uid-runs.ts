/** A set of UIDs that mostly come in ascending order: kept as runs, so that a mailbox of a million messages costs what its gaps cost. */
export class UidRuns {
  readonly #firsts: number[] = [];
  readonly #lasts: number[] = [];
  #others: Set<number> | undefined = undefined;

  add(uid: number): void {
    const at = this.#lasts.length - 1;
    const last = this.#lasts[at] ?? 0;
    if (uid === last + 1 && at >= 0) this.#lasts[at] = uid;
    else if (uid > last) {
      this.#firsts.push(uid);
      this.#lasts.push(uid);
    } else (this.#others ??= new Set()).add(uid);
  }

  has(uid: number): boolean {
    const { length } = this.#lasts;
    if (length === 0 || uid > this.#lasts[length - 1]!) return this.#others?.has(uid) ?? false;
    let low = 0;
    let high = length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#lasts[middle]! < uid) low = middle + 1;
      else high = middle;
    }
    return uid >= this.#firsts[low]! || (this.#others?.has(uid) ?? false);
  }
}
