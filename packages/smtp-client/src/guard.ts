/**
 * What may end a message before its time: the caller's signal, the caller's deadline. Made only for a message that has one of
 * them.
 */
import type { DeadlineMember, DeadlineSet } from '@mailwright/net';
import type { Delivery } from './delivery.ts';
import { type Failure, localFailure } from './errors.ts';

/** Gives a message up, wherever it is. */
export type GiveUp = (delivery: Delivery, failure: Failure) => void;

export interface GuardOptions {
  readonly signal: AbortSignal | undefined;
  /** On the clock of `deadlines`. */
  readonly deadline: number | undefined;
  readonly deadlines: DeadlineSet;
}

export class Guard implements DeadlineMember {
  deadlineIndex = -1;
  readonly deadline: number | undefined;
  readonly #delivery: Delivery;
  readonly #giveUp: GiveUp;
  readonly #signal: AbortSignal | undefined;
  readonly #deadlines: DeadlineSet;

  constructor(delivery: Delivery, { signal, deadline, deadlines }: GuardOptions, giveUp: GiveUp) {
    this.deadline = deadline;
    this.#delivery = delivery;
    this.#giveUp = giveUp;
    this.#signal = signal;
    this.#deadlines = deadlines;
    delivery.guard = this;
    signal?.addEventListener('abort', this.#onAbort);
    if (deadline !== undefined) deadlines.add(this);
  }

  onDeadline(): void {
    this.#giveUp(this.#delivery, localFailure('SMTP_DEADLINE', 'the deadline of the message has passed'));
  }

  /** The message has its result. */
  release(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#deadlines.remove(this);
  }

  readonly #onAbort = (): void => {
    this.#giveUp(this.#delivery, abortFailure(this.#signal!));
  };
}

export function abortFailure(signal: AbortSignal): Failure {
  return localFailure('SMTP_ABORTED', 'given up by the caller', signal.reason);
}
