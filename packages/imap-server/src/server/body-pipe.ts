/**
 * A literal on its way from the machine, which gives it in pieces, to a store, which asks for them: a queue that says when it is full.
 */

/** Octets that wait in the pipe above which the client is held back. */
const FULL_OCTETS = 262_144;

/** Read once, by one reader. */
export class BodyPipe implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array, undefined> {
  readonly #pieces: Uint8Array[] = [];
  readonly #onRoom: () => void;
  #octets = 0;
  #isEnded = false;
  #error: Error | undefined = undefined;
  /** Nobody reads any more. */
  #isLeft = false;
  #wake: (() => void) | undefined = undefined;

  /** `onRoom` is called when a pipe that was full is so no more. */
  constructor(onRoom: () => void) {
    this.#onRoom = onRoom;
  }

  get full(): boolean {
    return this.#octets > FULL_OCTETS;
  }

  push(octets: Uint8Array): void {
    if (this.#isLeft || octets.length === 0) return;
    this.#pieces.push(octets);
    this.#octets += octets.length;
    this.#wake?.();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  /** The reader gets this error behind nothing more. */
  break(error: Error): void {
    this.#error = error;
    this.#wake?.();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error;
      const piece = this.#pieces.shift();
      if (piece !== undefined) {
        this.#give(piece.length);
        return { done: false, value: piece };
      }
      if (this.#isEnded) return { done: true, value: undefined };
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.leave();
    return { done: true, value: undefined };
  }

  /** The reader is gone: what comes is dropped. */
  leave(): void {
    this.#isLeft = true;
    this.#pieces.length = 0;
    this.#give(this.#octets);
  }

  #give(octetCount: number): void {
    const wasFull = this.full;
    this.#octets -= octetCount;
    if (wasFull && !this.full) this.#onRoom();
  }
}
