/** What a session knows of who gives it its work: a connection (`connection.ts`) or a pool (`pool.ts`). */
import type { Attempt, Delivery } from './delivery.ts';
import type { Session } from './session.ts';

/** All calls come from inside the session's turn. */
export interface SessionOwner {
  /** The next message for this session; `undefined` when there is none for it. */
  take(session: Session): Delivery | undefined;
  /** A transaction is over; the owner gives the result, or sends the message again. */
  finished(session: Session, attempt: Attempt): void;
  /** Nothing is left to do at the end of a turn, and there is room for more. */
  rested(session: Session): void;
  /** The session is over: nothing more is sent on it. */
  ended(session: Session): void;
  /** The transport is closed. The last call. */
  gone(session: Session): void;
}

/** The owner of a session that is still being made ready. */
export const NO_OWNER: SessionOwner = { take: () => undefined, finished: () => {}, rested: () => {}, ended: () => {}, gone: () => {} };
