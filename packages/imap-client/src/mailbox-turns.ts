/**
 * Who may have the one selected mailbox of a connection: one at a time, first come first served, each wait with an end of its own. Whoever
 * waits in vain is told who has it, and since when.
 */
import type { Clock, Timer } from '@mailwright/wire';
import { abortFailure, type Failure, localFailure } from './errors.ts';

/** What has the turn: the name for texts, and what to do when it is taken away. */
export interface TurnHolder {
  readonly name: string;
  /** Another one takes the turn. */
  displaced(): void;
}

export interface TurnWishes {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Do not wait: take the turn away from who has it. Those that wait go on waiting. */
  readonly takeOver: boolean;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (failure: Failure) => void;
  timer: Timer | undefined;
}

export class MailboxTurns {
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  #holder: TurnHolder | undefined = undefined;
  #reserved = false;
  #since = 0;
  #ended: Failure | undefined = undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get holder(): TurnHolder | undefined {
    return this.#holder;
  }

  /** Somebody waits: whoever lets go now need not tidy up. */
  get wanted(): boolean {
    return this.#waiting.length > 0;
  }

  /** Waits for the turn; then it is reserved until `hold` or `release`. Rejects with a `Failure`. */
  take({ timeoutMs, signal, takeOver }: TurnWishes): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(abortFailure(signal));
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    if (!this.#taken || (takeOver && !this.#reserved)) {
      const before = this.#holder;
      this.#holder = undefined;
      this.#reserved = true;
      before?.displaced();
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        timer: undefined,
        resolve: () => {
          settle();
          resolve();
        },
        reject: (failure) => {
          settle();
          this.#remove(waiting);
          reject(failure);
        },
      };
      const onAbort = (): void => waiting.reject(abortFailure(signal!));
      const settle = (): void => {
        waiting.timer?.cancel();
        signal?.removeEventListener('abort', onAbort);
      };
      signal?.addEventListener('abort', onAbort);
      waiting.timer = this.#clock.setTimer(() => waiting.reject(this.#inVain(timeoutMs)), timeoutMs);
      this.#waiting.push(waiting);
    });
  }

  /** Whoever has the reserved turn names itself. */
  hold(holder: TurnHolder): void {
    this.#reserved = false;
    this.#holder = holder;
    this.#since = this.#clock.now();
  }

  /** Lets the turn go; `holder` is undefined for one that was only reserved. Who does not have it lets nothing go. */
  release(holder: TurnHolder | undefined): void {
    if (holder === undefined ? !this.#reserved : this.#holder !== holder) return;
    this.#holder = undefined;
    this.#reserved = false;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#reserved = true;
    next.resolve();
  }

  /** Nobody gets a turn any more. */
  end(failure: Failure): void {
    this.#ended = failure;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(failure);
  }

  get #taken(): boolean {
    return this.#holder !== undefined || this.#reserved;
  }

  #remove(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  #inVain(timeoutMs: number): Failure {
    const who = this.#holder === undefined ? 'another mailbox is being opened' : `${JSON.stringify(this.#holder.name)} is open since ${Math.round(this.#clock.now() - this.#since)} ms`;
    return localFailure('IMAP_WAIT_TIMEOUT', `no turn within ${timeoutMs} ms: ${who}; close it, open with takeOver, or use another connection`);
  }
}
