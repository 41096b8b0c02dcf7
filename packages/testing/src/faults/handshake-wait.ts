/** What a handshake waits for: a time, or an event; or that the connection is gone, whichever comes first. */
import type { Clock } from '@mailwright/wire';

export class HandshakeWait {
  readonly #clock: Clock;
  #go: (() => void) | undefined = undefined;
  #forEvent = false;
  #over = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves after so long; at once when the connection is gone. */
  time(ms: number): Promise<void> {
    return this.#wait(false, ms);
  }

  /** Resolves when `happened` is called. */
  event(): Promise<void> {
    return this.#wait(true, undefined);
  }

  happened(): void {
    if (this.#forEvent) this.#go?.();
  }

  /** The connection is gone: nothing is waited for any more. */
  end(): void {
    this.#over = true;
    this.#go?.();
  }

  #wait(forEvent: boolean, ms: number | undefined): Promise<void> {
    if (this.#over) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : this.#clock.setTimer(() => this.#go?.(), ms);
      this.#forEvent = forEvent;
      this.#go = () => {
        this.#go = undefined;
        timer?.cancel();
        resolve();
      };
    });
  }
}
