/**
 * How a watch hears of what happens: IDLE (see `shared-idle.ts`), begun again whenever another command has ended it; NOTIFY, after which the server tells of its own
 * accord; or a NOOP now and then. A server that refuses the better way is asked in the next.
 *
 * @rfc 2177 3
 * @rfc 5465
 */
import type { Response } from '@mailwright/imap';
import type { Timer } from '@mailwright/wire';
import { forgetWish, type NotifyWish, wish } from './notify-wishes.ts';
import type { Session } from './session.ts';
import { SharedIdle } from './shared-idle.ts';
import type { LiveMethod } from './watch-update.ts';

export interface ListeningOptions {
  readonly live: LiveMethod | undefined;
  readonly pollMs: number;
}

/** With NOTIFY a dead connection is only noticed when something is asked; servers close after 30 minutes without a command. */
const KEEP_ALIVE_MS = 600_000;

export class Listening {
  readonly #session: Session;
  readonly #pollMs: number;
  readonly #rouse: () => void;
  readonly #onNews: (response: Response) => void;
  readonly #forgetGone: () => void;
  readonly #wish: NotifyWish = { mailboxes: [] };
  #method: LiveMethod;
  #timer: Timer | undefined = undefined;
  #stopped = false;

  constructor(session: Session, { live, pollMs }: ListeningOptions, rouse: () => void, onOverflow: () => void) {
    this.#session = session;
    this.#pollMs = pollMs;
    this.#rouse = rouse;
    this.#method = live ?? (session.has('IDLE') ? 'idle' : session.has('NOTIFY') ? 'notify' : 'poll');
    this.#onNews = (response) => {
      if (response.type === 'status' && response.code?.name === 'NOTIFICATIONOVERFLOW') onOverflow();
    };
    session.newsListeners.add(this.#onNews);
    this.#forgetGone = session.onGone(rouse);
  }

  get method(): LiveMethod {
    return this.#method;
  }

  /** Asks for news, where that has to be asked for once. */
  async begin(signal: AbortSignal | undefined): Promise<void> {
    if (this.#method !== 'notify') return;
    if (!(await wish(this.#session, this.#wish, signal))) this.#method = this.#session.has('IDLE') ? 'idle' : 'poll';
  }

  /** Nothing else is to be done now: listens. */
  listen(): void {
    if (this.#stopped || !this.#session.open) return this.#rouse();
    if (this.#method === 'idle') SharedIdle.of(this.#session).listen(this.#onIdleOver);
    else this.#startTimer(this.#method === 'poll' ? this.#pollMs : KEEP_ALIVE_MS);
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#session.newsListeners.delete(this.#onNews);
    this.#forgetGone();
    this.#timer?.cancel();
    SharedIdle.of(this.#session).leave(this.#onIdleOver);
    forgetWish(this.#session, this.#wish);
  }

  readonly #onIdleOver = (refused: boolean): void => {
    if (refused) this.#method = 'poll';
    this.#rouse();
  };

  #startTimer(delayMs: number): void {
    if (this.#timer !== undefined) return;
    this.#timer = this.#session.clock.setTimer(() => {
      this.#timer = undefined;
      if (this.#stopped || !this.#session.open) return;
      this.#session.start({ name: 'NOOP' }, { settled: () => this.#rouse() });
    }, delayMs);
  }
}
