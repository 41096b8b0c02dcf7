/**
 * Waiting for something to happen in a server, with a test's patience: at most so long of real time, less when the caller
 * gives up or the server is closed.
 */
import { systemClock } from '@mailwright/net';
import type { WaitOptions } from './message-log.ts';
import { TestError, TestTimeoutError } from './errors.ts';

const DEFAULT_TIMEOUT_MS = 4000; // below the 5000 that vitest and jest give a test, or nobody would see the error

/** How a wait ended that was not cut short by what it waited for. */
type Vain = 'timeout' | 'aborted' | 'closed';

interface Waiter {
  look(): void;
  close(): void;
}

export class Waits {
  readonly #waiting = new Set<Waiter>();
  /** What did happen, for the text of an error. */
  readonly #story: () => string;
  #closed = false;

  constructor(story: () => string) {
    this.#story = story;
  }

  /** Something has happened: everybody who waits looks again. */
  changed(): void {
    for (const waiter of [...this.#waiting]) waiter.look();
  }

  /** Whoever waits still, waits in vain. */
  close(): void {
    this.#closed = true;
    for (const waiter of [...this.#waiting]) waiter.close();
  }

  /**
   * What `look` gives as soon as it gives something; it is asked now, and behind every change. `what` stands in the text of the error.
   * Errors: rejects with a `TestTimeoutError`, with `TEST_ABORTED`, with `TEST_SERVER_CLOSED`, and with what `look` throws.
   */
  async for<T extends object | string>(what: string, look: () => T | undefined, options: WaitOptions = {}): Promise<T> {
    const { timeout = DEFAULT_TIMEOUT_MS, signal } = options;
    if (!(timeout >= 0)) throw new RangeError(`timeout must be a number of milliseconds from 0, not ${timeout}`);
    const outcome = await this.#wait(look, timeout, options);
    if ('found' in outcome) return outcome.found;
    // Thrown here and not in the timer, so that its stack leads to the test that waits.
    if (outcome.vain === 'aborted') throw new TestError('TEST_ABORTED', `waiting was aborted: ${what} had come`, { cause: signal?.reason });
    const text = `${what} ${outcome.vain === 'timeout' ? `came within ${timeout} ms` : 'had come when the server was closed'}\n${this.#story()}`;
    throw outcome.vain === 'timeout' ? new TestTimeoutError(text, []) : new TestError('TEST_SERVER_CLOSED', text);
  }

  #wait<T>(look: () => T | undefined, timeout: number, { clock = systemClock, signal }: WaitOptions): Promise<{ readonly found: T } | { readonly vain: Vain }> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        timer.cancel();
        signal?.removeEventListener('abort', onAbort);
        this.#waiting.delete(waiter);
        act();
      };
      const waiter: Waiter = {
        look: () => {
          try {
            const found = look();
            if (found !== undefined) settle(() => resolve({ found }));
          } catch (error) {
            settle(() => reject(error as Error)); // the test's own predicate failed
          }
        },
        close: () => settle(() => resolve({ vain: 'closed' })),
      };
      const onAbort = (): void => settle(() => resolve({ vain: 'aborted' }));
      const timer = clock.setTimer(() => settle(() => resolve({ vain: 'timeout' })), timeout);
      this.#waiting.add(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
      waiter.look();
      if (signal?.aborted === true) onAbort();
      else if (this.#closed) waiter.close();
    });
  }
}
