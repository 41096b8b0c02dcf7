/** The real time and chance, for callers that bring none. (`@mailwright/net` has the same for its floor; neither imports the other.) */
import { randomBytes } from 'node:crypto';
import type { Clock, Random } from '@mailwright/wire';

export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  setTimer: (callback, delayMs) => {
    const timer = setTimeout(callback, delayMs).unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

export const systemRandom: Random = { octets: (count) => new Uint8Array(randomBytes(count)) };
