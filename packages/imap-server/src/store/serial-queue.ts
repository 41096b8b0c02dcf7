/** Work that is done one piece after the other, in the order in which it was asked for. */

/** A queue. A piece that fails fails for its own caller; the next one runs. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when all that was asked for before is done. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
