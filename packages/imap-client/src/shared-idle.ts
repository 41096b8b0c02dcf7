/**
 * One IDLE for all who listen on a connection: a second one would end the first, and the first, begun again, the second, without end.
 *
 * @rfc 2177 3
 */
import type { Demand } from './command-observer.ts';
import type { Session } from './session.ts';

/** Hears that IDLE is over, because another command came or the server does not do it (`refused`). */
export type IdleListener = (refused: boolean) => void;

const IDLES: WeakMap<Session, SharedIdle> = new WeakMap();

export class SharedIdle {
  readonly #session: Session;
  readonly #listeners: Set<IdleListener> = new Set();
  #id: number | undefined = undefined;

  private constructor(session: Session) {
    this.#session = session;
  }

  /** The one of a connection. */
  static of(session: Session): SharedIdle {
    const idle = IDLES.get(session) ?? new SharedIdle(session);
    IDLES.set(session, idle);
    return idle;
  }

  /** Listens until IDLE is over; begins it where it is not under way. */
  listen(listener: IdleListener): void {
    this.#listeners.add(listener);
    this.#id ??= this.#start();
  }

  /** Who listened last ends it. */
  leave(listener: IdleListener): void {
    if (this.#listeners.delete(listener) && this.#listeners.size === 0 && this.#id !== undefined) this.#session.endIdle(this.#id);
  }

  #start(): number {
    let idling = false;
    return this.#session.start({ name: 'IDLE' }, {
      // It is in no hurry: a loop that reads slowly before it is not to be read ahead for its sake.
      get demand(): Demand {
        return idling ? 'hungry' : 'patient';
      },
      idling: () => {
        idling = true;
      },
      settled: (outcome) => {
        this.#id = undefined;
        const listeners = [...this.#listeners];
        this.#listeners.clear();
        for (const listener of listeners) listener(outcome.type === 'completed' && outcome.status !== 'OK');
      },
    });
  }
}
