/**
 * The one session of a client, and, where that is wanted, the next one when it is lost: tried at once, then after longer and longer waits. A
 * login that is refused is not tried again.
 */
import { ProcessHold } from '@mailwright/driver';
import type { DeadlineSet } from '@mailwright/net';
import { type Failure, ImapError, localFailure } from './errors.ts';
import { openSession, type OpenedSession } from './open-session.ts';
import type { ResolvedOptions } from './options.ts';
import { reconnectDelayMs } from './reconnect-options.ts';
import type { Session } from './session.ts';
import type { Stats } from './stats.ts';

/** How the connection of a client ended: `error` is `undefined` when it was closed from this side. */
export interface Closed {
  readonly error: ImapError | undefined;
}

/** What another try would not change. */
const HOPELESS: ReadonlySet<string> = new Set(['IMAP_AUTH_REJECTED', 'IMAP_AUTH_UNAVAILABLE', 'IMAP_AUTH_CLEAR_TEXT', 'IMAP_TLS_NOT_OFFERED', 'IMAP_PREAUTH_REFUSED']);

export class SessionKeeper {
  readonly #options: ResolvedOptions;
  readonly #deadlines: DeadlineSet;
  readonly #stats: Stats;
  readonly #hold: ProcessHold = new ProcessHold();
  readonly #stop: AbortController = new AbortController();
  #opened: OpenedSession;
  #next: Promise<Session> | undefined = undefined;
  #ended: ImapError | undefined = undefined;
  #closing = false;
  #resolveClosed!: (closed: Closed) => void;
  /** Resolves when there is no connection and there won't be one. Never rejects. */
  readonly closed: Promise<Closed>;

  constructor(opened: OpenedSession, options: ResolvedOptions, deadlines: DeadlineSet, stats: Stats) {
    this.#opened = opened;
    this.#options = options;
    this.#deadlines = deadlines;
    this.#stats = stats;
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
    this.#watch(opened.session);
  }

  /** The present session, or the last one. */
  get opened(): OpenedSession {
    return this.#opened;
  }

  get session(): Session {
    return this.#opened.session;
  }

  /** Whether commands are taken. */
  get usable(): boolean {
    return this.#ended === undefined && !this.#closing;
  }

  /** The present session, or the next one. Rejects with why there will be none, or when `signal` aborts. */
  async ready(signal?: AbortSignal): Promise<Session> {
    if (this.#ended !== undefined) throw this.#renewed(this.#ended);
    if (this.session.open && this.#next === undefined) return this.session;
    if (this.#next === undefined) {
      this.#next = this.#gone();
      this.#next.catch(() => undefined); // whoever waits is told; that nobody does is no fault
    }
    return await withSignal(this.#next, signal, () => this.session.error(localFailure('IMAP_ABORTED', 'given up by the caller', signal!.reason), 'command'));
  }

  /** No session follows the present one. */
  stopReconnecting(): void {
    this.#closing = true;
    this.#stop.abort();
  }

  /** The session is over or about to be: what follows it, settled when that is known. */
  async #gone(): Promise<Session> {
    await this.session.gone();
    const next = await this.#following;
    if (next !== undefined) return next;
    throw this.#renewed(this.#ended!);
  }

  /** The session that follows the present one; `undefined` where none does. */
  #following: Promise<Session | undefined> = Promise.resolve(undefined);

  #watch(session: Session): void {
    this.#following = session.gone().then(() => this.#follow(session));
  }

  async #follow(session: Session): Promise<Session | undefined> {
    const { reconnect } = this.#options;
    const end = session.endError('command');
    if (this.#closing || reconnect === undefined || session.failure === undefined) return this.#finish(session.failure === undefined || this.#closing ? undefined : end, end);
    this.#hold.set(true);
    try {
      const opened = await this.#reopen(end);
      this.#opened = opened;
      this.#next = undefined;
      this.#stats.reconnects++;
      this.#watch(opened.session);
      return opened.session;
    } catch (error) {
      return this.#finish(this.#closing ? undefined : (error as ImapError), error as ImapError);
    } finally {
      this.#hold.set(false);
    }
  }

  async #reopen(first: ImapError): Promise<OpenedSession> {
    const { reconnect, random } = this.#options;
    const options = { ...this.#options, signal: undefined };
    let last = first;
    for (let attempt = 0; attempt < reconnect!.attempts; attempt++) {
      await sleep(this.#options, reconnectDelayMs(reconnect!, attempt, random.octets(1)[0]! / 255), this.#stop.signal);
      if (this.#stop.signal.aborted) break;
      try {
        return await openSession(options, { deadlines: this.#deadlines, stats: this.#stats, signal: this.#stop.signal });
      } catch (error) {
        last = error instanceof ImapError ? error : first;
        if (HOPELESS.has(last.code) || (last.side === 'local' && last.code !== 'IMAP_ABORTED')) break;
      }
    }
    throw last;
  }

  #finish(error: ImapError | undefined, end: ImapError): undefined {
    this.#ended = end;
    this.#resolveClosed({ error });
    return undefined;
  }

  /** The same error once more, with a stack of its own. */
  #renewed({ code, side, message, phase }: ImapError): ImapError {
    const failure: Failure = { code, side, message, cause: this.#ended };
    return new ImapError(failure, { phase, usable: false });
  }
}

function sleep({ clock }: ResolvedOptions, delayMs: number, signal: AbortSignal): Promise<void> {
  if (delayMs === 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.setTimer(done, delayMs);
    signal.addEventListener('abort', done);
  });
}

/** A promise, or the error of a signal that aborts before. */
export function withSignal<T>(promise: Promise<T>, signal: AbortSignal | undefined, error: () => Error): Promise<T> {
  if (signal === undefined) return promise;
  if (signal.aborted) return Promise.reject(error());
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(error());
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
