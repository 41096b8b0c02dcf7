/**
 * The dials of a pool: how many are under way, whether one more may begin, and why the last one failed. After a failure it is
 * one at a time, later and later.
 */
import { setMaxListeners } from 'node:events';
import type { DeadlineSet } from '@mailwright/net';
import { BackOff } from './back-off.ts';
import { Destination } from './destination.ts';
import type { SmtpError } from './errors.ts';
import { openSession, type SessionContext } from './open-session.ts';
import type { ResolvedOptions } from './options.ts';
import type { ResolvedPoolSettings } from './pool-options.ts';
import type { Session } from './session.ts';
import { toSmtpError } from './try-again.ts';

/** Who is told how a dial ended, in the turn in which it did: what it had counted for is given back at the same moment. */
export interface DialOwner {
  dialed(session: Session): void;
  dialFailed(error: SmtpError, startedAt: number): void;
}

export class PoolDialer {
  readonly #options: ResolvedOptions;
  readonly #owner: DialOwner;
  readonly #context: SessionContext;
  readonly #backOff: BackOff;
  readonly #abort = new AbortController();
  /** Dials under way. */
  count = 0;
  lastError: SmtpError | undefined = undefined;

  constructor(options: ResolvedOptions, settings: ResolvedPoolSettings, deadlines: DeadlineSet, owner: DialOwner) {
    this.#options = options;
    this.#owner = owner;
    // Every dial under way listens; Node 20 takes more than ten for a leak and says so on standard error.
    setMaxListeners(0, this.#abort.signal);
    this.#context = { destination: new Destination(options.machine.pipelineBehindMessage ?? true), deadlines, signal: this.#abort.signal };
    this.#backOff = new BackOff(settings.backOff, options.random);
  }

  /** When the back-off ends; `undefined` when none is on. */
  backOffUntil(now: number): number | undefined {
    return this.#backOff.until > now ? this.#backOff.until : undefined;
  }

  /** No dial begins any more, and those under way are given up. */
  get stopped(): boolean {
    return this.#abort.signal.aborted;
  }

  stop(): void {
    this.#abort.abort();
  }

  /** Whether one more may begin now. While dials fail it is one at a time. */
  mayBegin(now: number): boolean {
    if (this.stopped || (this.#backOff.failing && this.count > 0)) return false;
    return this.#backOff.until <= now;
  }

  begin(): void {
    this.count++;
    const startedAt = this.#options.clock.now();
    this.open().then((session) => this.#succeeded(session), (error: unknown) => this.#failed(error, startedAt));
  }

  /** A session that counts for nothing. Rejects as `openSession` does. */
  open(): Promise<Session> {
    return openSession(this.#options, this.#context);
  }

  #succeeded(session: Session): void {
    this.count--;
    this.#backOff.succeeded();
    this.lastError = undefined;
    this.#owner.dialed(session);
  }

  #failed(error: unknown, startedAt: number): void {
    this.count--;
    this.#backOff.failed(this.#options.clock.now());
    this.lastError = toSmtpError(error);
    this.#owner.dialFailed(this.lastError, startedAt);
  }
}
