/** A `close` that is under way. */
export class Closing {
  readonly promise: Promise<void>;
  /** When what is left is dropped; after that, when nothing is waited for any more. */
  until: number;
  /** What was left was dropped. */
  dropped = false;
  #resolve!: () => void;

  constructor(until: number) {
    this.until = until;
    this.promise = new Promise((resolve) => (this.#resolve = resolve));
  }

  done(): void {
    this.#resolve();
  }
}
