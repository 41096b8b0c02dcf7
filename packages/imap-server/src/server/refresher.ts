/** While a client listens, the store is asked from time to time for what other programs did to its mailbox. */
import type { Clock } from '@mailwright/wire';

export interface RefresherHost {
  /** Somebody would hear of it. */
  readonly listens: boolean;
  refresh(): Promise<void>;
  failed(error: unknown): void;
}

export class Refresher {
  readonly #host: RefresherHost;
  readonly #clock: Clock;
  readonly #everyMs: number;
  #isRunning = false;

  constructor(host: RefresherHost, clock: Clock, everyMs: number) {
    this.#host = host;
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  /** To be called when somebody begins to listen; it ends by itself when nobody does. */
  start(): void {
    if (this.#isRunning || !this.#host.listens) return;
    this.#isRunning = true;
    this.#clock.setTimer(() => void this.#refresh(), this.#everyMs);
  }

  async #refresh(): Promise<void> {
    try {
      if (this.#host.listens) await this.#host.refresh();
    } catch (error) {
      this.#host.failed(error);
    }
    this.#isRunning = false;
    this.start();
  }
}
