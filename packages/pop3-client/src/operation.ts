/**
 * Who waits for something of the session: a command for its response, a reader for octets. Both may be given up by a signal or a deadline of the caller.
 */
import type { DeadlineMember, DeadlineSet } from '@mailwright/net';
import type { ClientEvent, CommandId } from '@mailwright/pop3';
import { abortFailure, type Failure, localFailure, type Pop3Error, type Pop3Phase } from './errors.ts';

/** What the caller may say of any command. */
export interface CallOptions {
  /** Gives the command up. One that was written already may still be done by the server. The connection goes on. */
  readonly signal?: AbortSignal | undefined;
  /** The same, so many milliseconds from the call. */
  readonly deadlineMs?: number | undefined;
}

/** How many wait for something that has not come: while anybody does, a message that nobody reads must not stand in the way. */
export interface Waiters {
  count: number;
}

/** What answers a command. */
export type Answer = Extract<ClientEvent, { readonly type: 'greeting' | 'response' | 'challenge' | 'upgrade-tls' }>;

/** Calls back when the caller's signal or deadline says so, once. Made only where there is one of them. */
export class Guard implements DeadlineMember {
  deadlineIndex = -1;
  readonly deadline: number | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #deadlines: DeadlineSet;
  readonly #giveUp: (failure: Failure) => void;

  constructor({ signal, deadlineMs }: CallOptions, now: number, deadlines: DeadlineSet, giveUp: (failure: Failure) => void) {
    this.deadline = deadlineMs === undefined ? undefined : now + deadlineMs;
    this.#signal = signal;
    this.#deadlines = deadlines;
    this.#giveUp = giveUp;
    signal?.addEventListener('abort', this.#onAbort);
    if (this.deadline !== undefined) deadlines.add(this);
  }

  onDeadline(): void {
    this.release();
    this.#giveUp(localFailure('POP3_DEADLINE', 'the deadline of the call has passed'));
  }

  release(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#deadlines.remove(this);
  }

  readonly #onAbort = (): void => {
    this.release();
    this.#giveUp(abortFailure(this.#signal!));
  };
}

/** A command that waits for its response. */
export class Operation {
  readonly kind = 'command' as const;
  readonly phase: Pop3Phase;
  readonly answer: Promise<Answer>;
  id: CommandId = 0;
  /** Nobody waits any more; a response that comes is dropped. */
  settled = false;
  guard: Guard | undefined = undefined;
  readonly #waiters: Waiters;
  #resolve!: (answer: Answer) => void;
  #reject!: (error: Pop3Error) => void;

  constructor(phase: Pop3Phase, waiters: Waiters) {
    this.phase = phase;
    this.#waiters = waiters;
    waiters.count++;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  resolve(answer: Answer): void {
    this.#settle();
    this.#resolve(answer);
  }

  reject(error: Pop3Error): void {
    this.#settle();
    this.#reject(error);
  }

  #settle(): void {
    if (!this.settled) this.#waiters.count--;
    this.settled = true;
    this.guard?.release();
  }
}

/** Throws a `RangeError` for a deadline that is no number from 0. */
export function checkCall({ deadlineMs }: CallOptions): void {
  if (deadlineMs !== undefined && (typeof deadlineMs !== 'number' || !(deadlineMs >= 0))) throw new RangeError(`deadlineMs must be a number from 0, not ${String(deadlineMs)}`);
}
