/**
 * What bounds a fetch loop: its signal, as long as the loop lasts; a deadline (`timeoutMs`), as long as its commands do, since the reader may take its
 * time; and the reader's patience (`commandTimeoutMs`), whenever nothing comes.
 */
import type { Timer } from '@mailwright/wire';
import type { CommandOptions } from './command-run.ts';
import { abortFailure, type Failure, localFailure } from './errors.ts';
import type { Session } from './session.ts';

export class FetchGuard {
  readonly #session: Session;
  readonly #options: CommandOptions;
  readonly #onGiveUp: (failure: Failure) => void;
  readonly #ids: number[] = [];
  #timer: Timer | undefined = undefined;

  /** `onGiveUp` hears of it once; the session gives the commands up. */
  constructor(session: Session, options: CommandOptions, onGiveUp: (failure: Failure) => void) {
    this.#session = session;
    this.#options = options;
    this.#onGiveUp = onGiveUp;
    options.signal?.addEventListener('abort', this.#onAbort);
  }

  /** A command of the fetch is under way. */
  watch(id: number): void {
    this.#ids.push(id);
    const { timeoutMs } = this.#options;
    if (timeoutMs === undefined || timeoutMs === Infinity) return;
    this.#timer ??= this.#session.clock.setTimer(() => this.#giveUp(localFailure('IMAP_DEADLINE', `not done within ${timeoutMs} ms`)), timeoutMs);
  }

  /** All commands are over; the reader need not be. */
  commandsOver(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#ids.length = 0;
  }

  /** The reader has waited for `patienceMs`, and nothing came. */
  late(patienceMs: number): void {
    this.#giveUp(localFailure('IMAP_DEADLINE', `nothing came for ${patienceMs} ms`));
  }

  /** The loop is over. */
  release(): void {
    this.commandsOver();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => this.#giveUp(abortFailure(this.#options.signal!));

  #giveUp(failure: Failure): void {
    const ids = [...this.#ids];
    this.release();
    this.#onGiveUp(failure);
    for (const id of ids) this.#session.giveUp(id, failure);
  }
}
