/**
 * The machine over a `Resolver`: asks what it wants asked, as many questions at once as it has, and watches the clock.
 *
 * Written with callbacks instead of `async`, so that an answer costs one promise reaction and nothing else: a check of three includes
 * from memory takes some 4 microseconds, of which the resolver's own promises are one.
 */
import type { Answer, QueryOptions, Resolver } from '@mailwright/dns';
import type { Clock, Timer } from '@mailwright/wire';
import { SpfMachine } from './machine.ts';
import type { SpfMachineOptions } from './options.ts';
import type { SpfResult } from './result.ts';

export interface CheckSpfOptions extends SpfMachineOptions {
  readonly resolver: Resolver;
  /** Ends the check: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** For the time limit; the same one as the resolver's. Default the machine's. */
  readonly clock?: Clock | undefined;
}

const MS_LIMIT = 20_000;

const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  setTimer: (callback, delayMs) => {
    const timer = setTimeout(callback, delayMs).unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

/**
 * Checks whether the client at `ip` may send mail for the domain of `sender`, or of `helo` when the sender is null.
 *
 * Rejects with TypeError or RangeError for options that are none, and with the signal's reason; whatever the client or the DNS brings is
 * a result. Takes no longer than `limits.ms`.
 * @rfc 7208 2.4
 * @rfc 7208 4.1
 */
export function checkSpf(options: CheckSpfOptions): Promise<SpfResult> {
  return new Promise((resolve, reject) => {
    options.signal?.throwIfAborted();
    new Check(options, resolve, reject).pump();
  });
}

class Check {
  readonly #machine: SpfMachine;
  readonly #resolver: Resolver;
  readonly #queryOptions: QueryOptions;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (result: SpfResult) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #timer: Timer;
  #isOver = false;

  constructor(options: CheckSpfOptions, resolve: (result: SpfResult) => void, reject: (reason: unknown) => void) {
    const clock = options.clock ?? systemClock;
    const ms = options.limits?.ms ?? MS_LIMIT;
    this.#machine = new SpfMachine(options.explanation === true && options.now === undefined ? { ...options, now: clock.wallTime() } : options);
    this.#resolver = options.resolver;
    this.#signal = options.signal;
    this.#queryOptions = { signal: options.signal, deadline: clock.now() + ms };
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = clock.setTimer(this.#timeOut, ms);
    this.#signal?.addEventListener('abort', this.#abort, { once: true });
  }

  /** Asks until there is nothing to ask before an answer comes. */
  pump(): void {
    for (let step = this.#machine.next(); step.type !== 'wait'; step = this.#machine.next()) {
      if (step.type === 'result') return this.#finish(step.result);
      const { id } = step;
      this.#resolver.query(step.name, step.rrtype, this.#queryOptions).then((answer: Answer) => this.#take(id, answer), this.#fail);
    }
  }

  #take(id: number, answer: Answer): void {
    if (this.#isOver) return;
    try {
      this.#machine.answer(id, answer);
      this.pump();
    } catch (error) {
      this.#fail(error); // a resolver that throws instead of rejecting
    }
  }

  readonly #timeOut = (): void => {
    this.#machine.timeOut();
    this.pump(); // has the result now
  };

  readonly #abort = (): void => this.#fail(this.#signal!.reason);

  readonly #fail = (reason: unknown): void => {
    this.#leave();
    this.#reject(reason);
  };

  #finish(result: SpfResult): void {
    this.#leave();
    this.#resolve(result);
  }

  #leave(): void {
    this.#isOver = true;
    this.#timer.cancel();
    this.#signal?.removeEventListener('abort', this.#abort);
  }
}
