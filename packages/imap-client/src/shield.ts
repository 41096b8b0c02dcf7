/** Functions of the options are called in the middle of a session's work: what they throw must not stop it. */
import { publishSession } from './diagnostics.ts';

/** `tell`, with what it throws, or what the promise that it gives is rejected with, told on the diagnostics channel and nowhere else. */
export function shield<T>(option: 'trace' | 'onAlert', tell: (value: T) => unknown): (value: T) => void {
  const fail = (error: unknown): void => publishSession({ type: 'function-failed', option, error });
  return (value) => {
    try {
      const done = tell(value);
      if (done instanceof Promise) done.catch(fail);
    } catch (error) {
      fail(error);
    }
  };
}
