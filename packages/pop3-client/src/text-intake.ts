/**
 * The message whose text is under way: who reads it, whether more of it may come, and how long and how much is read of one that nobody reads any more.
 */
import { type Failure, localFailure } from './errors.ts';
import type { MessageSource } from './message-source.ts';

/** What is spent on a message that was left. */
export interface DrainLimits {
  readonly drainOctets: number;
  readonly drainMs: number;
}

export class TextIntake {
  /** When one stops to wait for the rest of a message that nobody reads; `undefined` while somebody does. On the session's clock. */
  drainUntil: number | undefined = undefined;
  readonly #limits: DrainLimits;
  #source: MessageSource | undefined = undefined;

  constructor(limits: DrainLimits) {
    this.#limits = limits;
  }

  /** Its reader has enough for now. */
  get full(): boolean {
    return this.#source !== undefined && !this.#source.wants;
  }

  begin(source: MessageSource, now: number): void {
    this.#source = source;
    if (source.left) this.left(source, now);
  }

  /** Takes a piece; false when more was dropped than may be. */
  piece(octets: Uint8Array): boolean {
    const source = this.#source!;
    source.piece(octets);
    return source.droppedOctets <= this.#limits.drainOctets;
  }

  /** The message is complete. */
  end(): void {
    this.#source!.end();
    this.clear();
  }

  /** Nobody reads this message any more. One whose turn has not come is counted from then. */
  left(source: MessageSource, now: number): void {
    if (source === this.#source) this.drainUntil = now + this.#limits.drainMs;
  }

  clear(): void {
    this.#source = undefined;
    this.drainUntil = undefined;
  }
}

export const LEFT_UNREAD: Failure = localFailure('POP3_LEFT_UNREAD', 'a message was left before its end, and too much of it was still to come');
