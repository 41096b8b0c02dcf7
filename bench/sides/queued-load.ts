/** A load made through a library that queues: more messages are handed over than there are connections, as a mailing would. */
import { Load } from './load.ts';

/** Messages handed over per connection: one under way, and others that wait, so that a freed connection finds one at once. */
const QUEUED_PER_CONNECTION = 4;

export abstract class QueuedLoad extends Load {
  /** Messages handed over at the same time. */
  protected get queued(): number {
    return this.options.concurrency * QUEUED_PER_CONNECTION;
  }

  #workers: Promise<void>[] = [];

  async begin(): Promise<void> {
    await this.open();
    this.#workers = Array.from({ length: this.queued }, () => this.#work());
    for (const worker of this.#workers) worker.catch(this.fail);
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers);
    await this.close();
  }

  async #work(): Promise<void> {
    while (!this.stopping) {
      await this.sendOne();
      this.messages++;
    }
  }

  protected abstract open(): Promise<void>;
  /** Resolves when the message was accepted; rejects when it was not. */
  protected abstract sendOne(): Promise<void>;
  protected abstract close(): Promise<void>;
}
