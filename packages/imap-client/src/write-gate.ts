/** Whether the transport takes more octets now, and who waits until it does. */
export class WriteGate {
  #blocked = false;
  readonly #waiting: (() => void)[] = [];

  get blocked(): boolean {
    return this.#blocked;
  }

  /** What a write said: whether there is room for more. */
  wrote(room: boolean): void {
    this.#blocked = !room;
  }

  /** There is room again. Writers are woken by `wake`, when the session has written what is its own. */
  unblock(): void {
    this.#blocked = false;
  }

  /** Resolves when more may be written, or never will. */
  wait(): Promise<void> {
    return this.#blocked ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve();
  }

  wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
