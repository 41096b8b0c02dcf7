/** The sessions of a pool, by what they can be used for. */
import { SessionStack } from './session-stack.ts';
import type { Session } from './session.ts';

export class PoolSessions {
  /** Sessions without work. */
  readonly resting: SessionStack = new SessionStack();
  /** Sessions at work that could take one more. */
  readonly roomy: SessionStack = new SessionStack();
  readonly #open = new Set<Session>();
  /** Sessions that are over, for the server as well (221), and whose transport is not closed yet. */
  readonly #leaving = new Set<Session>();

  /** Those that are not over. */
  get count(): number {
    return this.#open.size;
  }

  /** Not even one that is leaving. */
  get none(): boolean {
    return this.#open.size + this.#leaving.size === 0;
  }

  add(session: Session): void {
    this.#open.add(session);
  }

  has(session: Session): boolean {
    return this.#open.has(session);
  }

  /** A session is over; false when that was known. */
  end(session: Session): boolean {
    if (!this.#open.delete(session)) return false;
    this.unlist(session);
    this.#leaving.add(session);
    return true;
  }

  gone(session: Session): void {
    this.#open.delete(session);
    this.#leaving.delete(session);
  }

  /** It takes no work for now. */
  unlist(session: Session): void {
    this.resting.remove(session);
    this.roomy.remove(session);
  }

  /** All of them, the leaving ones last; a copy. */
  all(): readonly Session[] {
    return [...this.#open, ...this.#leaving];
  }
}
