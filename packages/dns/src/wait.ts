/** Waiting for work with two ways out: a deadline and a signal. The work itself is not stopped here. */
import type { Clock, Timer } from '@mailwright/wire';

export interface Patience {
  readonly clock: Clock;
  /** In milliseconds of `clock`; `undefined` waits for ever. */
  readonly deadline: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * What `work` gives, or `undefined` when the deadline comes first. Rejects with the signal's reason when it aborts first, and
 * as `work` does. Leaves neither timer nor listener behind.
 */
export function waitFor<T extends object>(work: Promise<T>, { clock, deadline, signal }: Patience): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    let timer: Timer | undefined;
    const leave = (): void => {
      timer?.cancel();
      signal?.removeEventListener('abort', abort);
    };
    const abort = (): void => {
      leave();
      reject(signal!.reason);
    };
    work.then((value) => (leave(), resolve(value)), (error: unknown) => (leave(), reject(error)));
    if (signal?.aborted === true) return abort();
    signal?.addEventListener('abort', abort, { once: true });
    if (deadline !== undefined && deadline !== Infinity) timer = clock.setTimer(() => (leave(), resolve(undefined)), deadline - clock.now());
  });
}
