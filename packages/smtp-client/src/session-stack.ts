/** Sessions that wait for work: the one that came last goes first, so that the others may rest long enough to be closed. */
import type { Session } from './session.ts';

export class SessionStack {
  readonly #sessions: Session[] = [];

  get size(): number {
    return this.#sessions.length;
  }

  /** Puts a session on top. A session stands in one stack at most. */
  push(session: Session): void {
    session.stackIndex = this.#sessions.length;
    this.#sessions.push(session);
  }

  get top(): Session | undefined {
    return this.#sessions.at(-1);
  }

  has(session: Session): boolean {
    return session.stackIndex >= 0 && this.#sessions[session.stackIndex] === session;
  }

  /** Takes a session out, wherever it stands. */
  remove(session: Session): void {
    if (!this.has(session)) return;
    const last = this.#sessions.pop()!;
    if (last !== session) {
      this.#sessions[session.stackIndex] = last;
      last.stackIndex = session.stackIndex;
    }
    session.stackIndex = -1;
  }
}
