/**
 * Several connections to one destination, and the messages that wait for them.
 *
 * A message goes to a connection that rests; else a connection is made for it while there may be one more; else it goes behind
 * the end of another message on a connection that has room. Connections ask for work by themselves when they come free.
 *
 * Nothing here can wait for ever. While messages wait and a connection may still be made, a dial is under way or the pool's
 * own deadline is set (`deadline`: back-off, rate limit, the patience of the message that waits longest). Every change of
 * anything ends in `#serve`, the one place that decides what to do next. `pool-faults.test.ts` holds it to that.
 *
 * Read next: `pool-api.ts` (what users see), `pool-dialer.ts`, `pool-sessions.ts`, `session.ts`, `try-again.ts`.
 */
import { ProcessHold } from '@mailwright/driver';
import { type DeadlineMember, DeadlineSet, TlsSessionCache } from '@mailwright/net';
import type { Attempt, Delivery } from './delivery.ts';
import { Closing } from './closing.ts';
import { type Failure, localFailure, type SmtpError } from './errors.ts';
import { abortFailure, Guard } from './guard.ts';
import { prepareDelivery, type SmtpMessage } from './message.ts';
import { type ResolvedOptions, resolveOptions } from './options.ts';
import type { SmtpPool, SmtpPoolStats } from './pool-api.ts';
import { type DialOwner, PoolDialer } from './pool-dialer.ts';
import { type ResolvedPoolSettings, resolvePoolSettings, type SmtpPoolOptions } from './pool-options.ts';
import { PoolSessions } from './pool-sessions.ts';
import { RateLimit } from './rate-limit.ts';
import { conclude, notSent, type SendResult } from './result.ts';
import { type IndexedSendResult, type SendManyOptions, sendMany } from './send-many.ts';
import { ScannedBodies } from './scanned-bodies.ts';
import type { SessionStack } from './session-stack.ts';
import type { SessionOwner } from './session-owner.ts';
import type { Session } from './session.ts';
import { isHopeless, mayTryAgain } from './try-again.ts';
import { WaitingQueue } from './waiting-queue.ts';

const CLOSE_TIMEOUT_MS = 30_000;
const PROBE_TIMEOUT_MS = 10_000;

/**
 * Makes a pool. Nothing is dialed before the first message.
 *
 * Errors: throws a `TypeError` or a `RangeError` for bad options.
 */
export function createSmtpPool(options: SmtpPoolOptions): SmtpPool {
  const settings = resolvePoolSettings(options);
  const resolved = resolveOptions(options);
  return new Pool({ ...resolved, sessionCache: resolved.sessionCache ?? new TlsSessionCache() }, settings);
}

class Pool implements SmtpPool, SessionOwner, DialOwner, DeadlineMember {
  deadlineIndex = -1;
  readonly #options: ResolvedOptions;
  readonly #settings: ResolvedPoolSettings;
  readonly #bodies: ScannedBodies;
  readonly #deadlines: DeadlineSet;
  readonly #dialer: PoolDialer;
  readonly #waiting = new WaitingQueue();
  readonly #sessions = new PoolSessions();
  readonly #rateLimit: RateLimit | undefined;
  readonly #hold = new ProcessHold();
  /** Sessions that are being asked whether they are still there; each will take a message or end. */
  #probing = 0;
  #inFlight = 0;
  #closing: Closing | undefined = undefined;
  /** Set by `#serve`, and only there. */
  #wakeAt: number | undefined = undefined;

  constructor(options: ResolvedOptions, settings: ResolvedPoolSettings) {
    this.#options = options;
    this.#settings = settings;
    this.#bodies = new ScannedBodies({ lineEnds: options.machine.lineEnds ?? 'reject', nul: options.machine.nul ?? 'reject' });
    this.#deadlines = new DeadlineSet(options.clock);
    this.#dialer = new PoolDialer(options, settings, this.#deadlines, this);
    this.#rateLimit = settings.rateLimit === undefined ? undefined : new RateLimit(settings.rateLimit);
    this.#deadlines.add(this);
  }

  get stats(): SmtpPoolStats {
    const now = this.#now();
    return {
      connections: this.#sessions.count,
      resting: this.#sessions.resting.size,
      dialing: this.#dialer.count,
      waiting: this.#waiting.length,
      inFlight: this.#inFlight,
      backOffUntil: this.#dialer.backOffUntil(now),
    };
  }

  send(message: SmtpMessage): Promise<SendResult> {
    return new Promise((resolve) => this.#accept(message, prepareDelivery(message, this.#bodies, resolve)));
  }

  sendMany(messages: Iterable<SmtpMessage> | AsyncIterable<SmtpMessage>, options?: SendManyOptions): AsyncIterableIterator<IndexedSendResult> {
    const { window = 1 } = this.#options.machine;
    return sendMany(this, messages, { inFlight: options?.inFlight ?? 2 * Math.max(2, window) * this.#settings.maxConnections });
  }

  async verify(): Promise<void> {
    const session = await this.#dialer.open();
    await session.quit();
    session.abort(CLOSED);
  }

  close({ timeoutMs = CLOSE_TIMEOUT_MS }: { readonly timeoutMs?: number | undefined } = {}): Promise<void> {
    if (!(timeoutMs >= 0)) throw new RangeError(`timeoutMs must be a number from 0, not ${String(timeoutMs)}`);
    const until = this.#now() + timeoutMs;
    this.#closing ??= new Closing(until);
    if (until < this.#closing.until) this.#closing.until = until;
    if (timeoutMs === 0 && !this.#closing.dropped) this.#drop();
    else this.#serve();
    return this.#closing.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  // For the sessions

  take(session: Session): Delivery | undefined {
    if (this.#waiting.length === 0 || session.begun >= this.#settings.maxMessagesPerConnection) return undefined;
    const working = session.transactionCount > 0;
    if (working && this.#mayDial()) return undefined;
    if (!this.#isAllowedNow() || (!working && this.#needsProbe(session))) return undefined;
    const delivery = this.#waiting.shift();
    if (delivery === undefined) return undefined;
    this.#rateLimit?.take(this.#now());
    this.#sessions.unlist(session);
    this.#inFlight++;
    session.final = session.begun + 1 >= this.#settings.maxMessagesPerConnection;
    return delivery;
  }

  finished(session: Session, attempt: Attempt): void {
    const { delivery } = attempt;
    this.#inFlight--;
    if (delivery.settled) return;
    const result = conclude(attempt, { failure: session.failure, usable: session.open, peer: session.peer });
    if (!this.#dialer.stopped && mayTryAgain(attempt, result, session.failure, this.#settings.attempts)) return this.#wait(delivery, true);
    delivery.settle(result);
  }

  rested(session: Session): void {
    if (!this.#sessions.has(session)) return;
    const working = session.transactionCount > 0;
    const worn = session.begun >= this.#settings.maxMessagesPerConnection;
    if (!working && (worn || this.#mayLeave())) return this.#retire(session);
    const stack = working ? this.#sessions.roomy : this.#sessions.resting;
    if (stack.has(session) || (working && worn)) return;
    this.#sessions.unlist(session);
    if (!working) {
      session.restingSince = this.#now();
      session.restUntil = session.restingSince + this.#settings.idleTimeoutMs;
    }
    stack.push(session);
    if (this.#waiting.length > 0) this.#serve();
  }

  ended(session: Session): void {
    if (this.#sessions.end(session)) this.#serve();
  }

  gone(session: Session): void {
    this.#sessions.gone(session);
    this.#serve();
  }

  // For the dialer

  dialed(session: Session): void {
    this.#sessions.add(session);
    session.attachOwner(this);
    session.fill();
    this.#serve();
  }

  dialFailed(error: SmtpError, startedAt: number): void {
    const nobodyLeft = this.#sessions.count === 0 && this.#dialer.count === 0;
    if (nobodyLeft) this.#chargeWaiting(error, startedAt);
    this.#serve();
  }

  // The pool's own deadline

  get deadline(): number | undefined {
    return this.#wakeAt;
  }

  /** When something happens although nobody calls: `undefined` for never. */
  #nextWake(): number | undefined {
    let wake = this.#closing?.until ?? Infinity;
    const { oldest } = this.#waiting;
    if (oldest !== undefined) {
      const now = this.#now();
      const allowed = this.#rateLimit?.nextAt(now) ?? now;
      wake = Math.min(wake, oldest.waitingSince + this.#settings.waitTimeoutMs);
      wake = Math.min(wake, this.#dialer.backOffUntil(now) ?? Infinity);
      if (allowed > now) wake = Math.min(wake, allowed);
    }
    return wake === Infinity ? undefined : wake;
  }

  onDeadline(now: number): void {
    if (this.#closing !== undefined && now >= this.#closing.until) return this.#drop();
    for (let oldest = this.#oldestOverdue(now); oldest !== undefined; oldest = this.#oldestOverdue(now)) {
      this.#waiting.gaveUp();
      const cause = this.#dialer.lastError;
      oldest.settle(notSent(oldest, localFailure('SMTP_WAIT_TIMEOUT', 'no connection came free in time', cause), 'dial', cause?.peer));
    }
    this.#serve();
  }

  #oldestOverdue(now: number): Delivery | undefined {
    const { oldest } = this.#waiting;
    return oldest !== undefined && now >= oldest.waitingSince + this.#settings.waitTimeoutMs ? oldest : undefined;
  }

  // Inside

  #now(): number {
    return this.#options.clock.now();
  }

  #accept(message: SmtpMessage, delivery: Delivery): void {
    const { signal, deadlineMs } = message;
    if (signal?.aborted === true) return delivery.settle(notSent(delivery, abortFailure(signal), 'dial', undefined));
    if (this.#closing !== undefined) return delivery.settle(notSent(delivery, CLOSED, 'dial', undefined));
    if (signal !== undefined || deadlineMs !== undefined) {
      const deadline = deadlineMs === undefined ? undefined : this.#now() + deadlineMs;
      new Guard(delivery, { signal, deadline, deadlines: this.#deadlines }, this.#giveUp);
    }
    this.#wait(delivery, false);
    this.#serve();
  }

  #wait(delivery: Delivery, again: boolean): void {
    delivery.waitingSince = this.#now();
    if (again) this.#waiting.pushAgain(delivery);
    else this.#waiting.push(delivery);
  }

  readonly #giveUp = (delivery: Delivery, failure: Failure): void => {
    if (delivery.settled) return;
    const { attempt, session } = delivery;
    if (session !== undefined) return delivery.settle(attempt === undefined ? notSent(delivery, failure, 'mail', session.peer) : session.cancel(attempt, failure));
    this.#waiting.gaveUp();
    delivery.settle(notSent(delivery, failure, 'dial', undefined));
    this.#serve();
  };

  /** The one place where it is decided what happens next: who gets a message, and whether to dial. */
  #serve(): void {
    if (this.#closing !== undefined) this.#close();
    if (this.#waiting.length > 0 && this.#isAllowedNow()) {
      this.#giveWork(this.#sessions.resting);
      while (this.#waiting.length > this.#dialer.count + this.#probing && this.#mayDial()) this.#dialer.begin();
      if (this.#waiting.length > 0 && !this.#mayDial()) this.#giveWork(this.#sessions.roomy);
    }
    this.#hold.set(this.#waiting.length > 0 && this.#sessions.none && this.#dialer.count === 0);
    this.#wakeAt = this.#nextWake();
    this.#deadlines.reschedule(this);
  }

  #isAllowedNow(): boolean {
    if (this.#rateLimit === undefined) return true;
    const now = this.#now();
    return this.#rateLimit.nextAt(now) <= now;
  }

  /** Lets sessions of a stack take messages. Each leaves the stack, and comes back at the end of its turn if it has room. */
  #giveWork(stack: SessionStack): void {
    for (let session = stack.top; session !== undefined && this.#waiting.length > this.#probing; session = stack.top) {
      stack.remove(session);
      session.fill();
    }
  }

  #mayDial(): boolean {
    return this.#sessions.count + this.#dialer.count < this.#settings.maxConnections && this.#dialer.mayBegin(this.#now());
  }

  /** Nobody serves those that wait: the failed dial was a try of each that had been waiting for it. */
  #chargeWaiting(error: SmtpError, startedAt: number): void {
    const hopeless = isHopeless(error);
    for (const delivery of [...this.#waiting]) {
      if (delivery.waitingSince > startedAt && !hopeless) continue;
      delivery.attempts++;
      if (!hopeless && delivery.attempts < this.#settings.attempts) continue;
      this.#waiting.gaveUp();
      const { code, side, message, reply, cause, phase, peer } = error;
      delivery.settle(notSent(delivery, { code, side, message, reply, cause }, phase, peer));
    }
  }

  #needsProbe(session: Session): boolean {
    if (session.begun === 0 || this.#now() - session.restingSince < this.#settings.probeAfterIdleMs) return false;
    void this.#probe(session);
    return true;
  }

  async #probe(session: Session): Promise<void> {
    this.#probing++;
    this.#sessions.unlist(session);
    session.restingSince = Infinity; // it need not be asked again before its next rest
    try {
      await session.perform('command', (machine) => machine.command({ verb: 'NOOP', argument: '' }), PROBE_TIMEOUT_MS);
    } catch {
      // It was gone; `ended` has told.
    } finally {
      this.#probing--;
      session.schedule();
      this.#serve();
    }
  }

  #retire(session: Session): void {
    this.#sessions.unlist(session);
    void session.quit();
  }

  // The end

  /** While closing, a session that rests has nothing to wait for. */
  #mayLeave(): boolean {
    return this.#closing !== undefined && this.#waiting.length === 0;
  }

  #close(): void {
    if (this.#waiting.length > 0) return;
    this.#dialer.stop();
    const { resting } = this.#sessions;
    for (let session = resting.top; session !== undefined; session = resting.top) this.#retire(session);
    if (this.#sessions.none && this.#dialer.count === 0) this.#finishClosing();
  }

  /** The second time it waits for nothing any more. */
  #drop(): void {
    if (this.#closing!.dropped) return this.#finishClosing();
    this.#closing!.dropped = true;
    this.#closing!.until = this.#now() + this.#options.closeTimeoutMs;
    for (const delivery of [...this.#waiting]) {
      this.#waiting.gaveUp();
      delivery.settle(notSent(delivery, CLOSED, 'dial', undefined));
    }
    this.#dialer.stop();
    for (const session of this.#sessions.all()) session.abort(CLOSED);
    this.#serve();
  }

  #finishClosing(): void {
    this.#deadlines.remove(this);
    this.#closing!.done();
  }
}

const CLOSED: Failure = localFailure('SMTP_CLOSED', 'the pool is closed');
