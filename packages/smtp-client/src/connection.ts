/**
 * One connection to a server, and the messages that are sent on it in the order in which they were given.
 *
 * Read next: `open-session.ts`, `session.ts`, `message.ts`, `result.ts`.
 */
import { DeadlineSet, type Endpoint, type TlsFacts } from '@mailwright/net';
import { type Capabilities, encodeCommand, isPositive, type Reply, type VrfyCommand } from '@mailwright/smtp';
import { vrfyCommand } from './commands.ts';
import { type Attempt, Delivery } from './delivery.ts';
import { Destination } from './destination.ts';
import { type Failure, localFailure, quoteReply, remoteFailure, SmtpError } from './errors.ts';
import { abortFailure, Guard } from './guard.ts';
import { prepareDelivery, type SmtpMessage } from './message.ts';
import { openSession } from './open-session.ts';
import { type ResolvedOptions, resolveOptions, type SmtpConnectOptions } from './options.ts';
import { conclude, notSent, type SendResult } from './result.ts';
import { ScannedBodies } from './scanned-bodies.ts';
import type { SessionOwner } from './session-owner.ts';
import type { Session } from './session.ts';
import { WaitingQueue } from './waiting-queue.ts';

/** A connection that is ready for messages. */
export interface SmtpConnection {
  /** What the server announced after TLS. */
  readonly capabilities: Capabilities;
  /** Facts of the TLS session, or `undefined` in clear text. */
  readonly tls: TlsFacts | undefined;
  /** The server's first words. */
  readonly greeting: Reply;
  readonly peer: Endpoint;
  /** False once the connection is over, or `quit` was called. */
  readonly usable: boolean;
  /**
   * Sends a message. Several may be given at once: they go in order, each behind the end of the one before where the server
   * allows it.
   *
   * Errors: resolves for every outcome of the delivery, refusals, lost connections and timeouts among them; `assertAll` makes
   * an exception of one. Rejects with a `TypeError` or a `RangeError` for what is no message, before anything is written.
   */
  send(message: SmtpMessage): Promise<SendResult>;
  /** Asks whether the server is still there. Rejects with an `SmtpError` unless it says yes. @rfc 5321 4.1.1.9 */
  verify(): Promise<void>;
  /** NOOP. Rejects with an `SmtpError` when the connection is over first, as all commands here do. @rfc 5321 4.1.1.9 */
  noop(): Promise<Reply>;
  /** Is this a mailbox? Throws a `TypeError` for control characters. @rfc 5321 4.1.1.6 */
  vrfy(text: string): Promise<Reply>;
  /** RSET. @rfc 5321 4.1.1.5 */
  reset(): Promise<Reply>;
  /** Sends what was given, then says QUIT and closes. Never rejects; `timeoutMs` bounds it all. Default 60000. */
  quit(options?: { readonly timeoutMs?: number | undefined }): Promise<void>;
  /** Drops the connection. Messages under way get their result: `not-sent`, or `ambiguous` when their end was written. */
  close(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Connects: dial, greeting, EHLO, STARTTLS as the policy demands, login.
 *
 * Errors: rejects with an `SmtpError` whose `phase` says how far it got; throws a `TypeError` or a `RangeError` for bad options.
 * @rfc 5321 3.1
 */
export async function connectSmtp(options: SmtpConnectOptions): Promise<SmtpConnection> {
  const resolved = resolveOptions(options);
  const deadlines = new DeadlineSet(resolved.clock);
  const session = await openSession(resolved, { destination: new Destination(resolved.machine.pipelineBehindMessage ?? true), deadlines, signal: undefined });
  return new Connection(session, resolved, deadlines);
}

const QUIT_TIMEOUT_MS = 60_000;

class Connection implements SmtpConnection, SessionOwner {
  readonly #session: Session;
  readonly #options: ResolvedOptions;
  readonly #bodies: ScannedBodies;
  readonly #deadlines: DeadlineSet;
  readonly #waiting = new WaitingQueue();
  readonly #whenGone: (() => void)[] = [];
  #state: 'open' | 'quitting' | 'ended' | 'gone' = 'open';
  #quitting: Promise<void> | undefined;

  constructor(session: Session, options: ResolvedOptions, deadlines: DeadlineSet) {
    this.#session = session;
    this.#options = options;
    this.#bodies = new ScannedBodies({ lineEnds: options.machine.lineEnds ?? 'reject', nul: options.machine.nul ?? 'reject' });
    this.#deadlines = deadlines;
    session.attachOwner(this);
  }

  get capabilities(): Capabilities {
    return this.#session.capabilities;
  }

  get tls(): TlsFacts | undefined {
    return this.#session.tls;
  }

  get greeting(): Reply {
    return this.#session.greeting!;
  }

  get peer(): Endpoint {
    return this.#session.peer;
  }

  get usable(): boolean {
    return this.#state === 'open' && this.#session.open;
  }

  send(message: SmtpMessage): Promise<SendResult> {
    return new Promise((resolve) => this.#accept(message, prepareDelivery(message, this.#bodies, resolve)));
  }

  async verify(): Promise<void> {
    const reply = await this.noop();
    if (isPositive(reply)) return;
    throw new SmtpError(remoteFailure('SMTP_REJECTED', `the server refuses NOOP: ${quoteReply(reply)}`, reply), { phase: 'command', outcome: 'not-sent', usable: this.usable, peer: this.peer });
  }

  noop(): Promise<Reply> {
    return this.#command({ verb: 'NOOP', argument: '' });
  }

  async vrfy(text: string): Promise<Reply> {
    return await this.#command(vrfyCommand(text));
  }

  reset(): Promise<Reply> {
    return this.#command({ verb: 'RSET' });
  }

  quit({ timeoutMs = QUIT_TIMEOUT_MS }: { readonly timeoutMs?: number | undefined } = {}): Promise<void> {
    this.#quitting ??= this.#quit(timeoutMs);
    return this.#quitting;
  }

  close(): void {
    this.#session.abort(localFailure('SMTP_CLOSED', 'the connection was closed by this side'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.quit();
  }

  // For the session

  take(): Delivery | undefined {
    return this.#waiting.shift();
  }

  finished(session: Session, attempt: Attempt): void {
    const { delivery } = attempt;
    if (!delivery.settled) delivery.settle(conclude(attempt, { failure: session.failure, usable: session.open, peer: session.peer }));
  }

  rested(): void {
    if (this.#state === 'quitting') this.#whenRested();
  }

  ended(session: Session): void {
    if (this.#state !== 'gone') this.#state = 'ended';
    for (let delivery = this.#waiting.shift(); delivery !== undefined; delivery = this.#waiting.shift()) {
      delivery.settle(notSent(delivery, session.failure ?? CLOSED, 'mail', session.peer));
    }
    this.#whenRested();
  }

  gone(): void {
    this.#state = 'gone';
    for (const resolve of this.#whenGone) resolve();
    this.#whenGone.length = 0;
  }

  // Inside

  #whenRested: () => void = () => {};

  #accept(message: SmtpMessage, delivery: Delivery): void {
    const { signal, deadlineMs } = message;
    if (signal?.aborted === true) return delivery.settle(notSent(delivery, abortFailure(signal), 'mail', this.peer));
    if (this.#state !== 'open') return delivery.settle(notSent(delivery, this.#session.failure ?? CLOSED, 'mail', this.peer));
    if (signal !== undefined || deadlineMs !== undefined) {
      const deadline = deadlineMs === undefined ? undefined : this.#options.clock.now() + deadlineMs;
      new Guard(delivery, { signal, deadline, deadlines: this.#deadlines }, this.#giveUp);
    }
    this.#waiting.push(delivery);
    this.#session.schedule();
  }

  readonly #giveUp = (delivery: Delivery, failure: Failure): void => {
    if (delivery.settled) return;
    const { attempt, session } = delivery;
    if (session !== undefined) return delivery.settle(attempt === undefined ? notSent(delivery, failure, 'mail', this.peer) : session.cancel(attempt, failure));
    this.#waiting.gaveUp();
    delivery.settle(notSent(delivery, failure, 'mail', this.peer));
  };

  async #command(command: { readonly verb: 'NOOP'; readonly argument: string } | { readonly verb: 'RSET' } | VrfyCommand): Promise<Reply> {
    encodeCommand(command);
    const answer = await this.#session.perform('command', (machine) => machine.command(command));
    return (answer as { readonly reply: Reply }).reply;
  }

  async #quit(timeoutMs: number): Promise<void> {
    if (this.#state === 'open') this.#state = 'quitting';
    const timer = this.#options.clock.setTimer(() => this.close(), timeoutMs);
    try {
      await this.#drained();
      await this.#session.quit();
      await this.#closed();
    } finally {
      timer.cancel();
    }
  }

  /** Resolves when nothing waits and nothing is in flight. */
  #drained(): Promise<void> {
    if (this.#state !== 'quitting') return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenRested = () => {
        if (this.#state !== 'quitting' || (this.#waiting.length === 0 && this.#session.transactionCount === 0)) resolve();
      };
      this.#whenRested();
    });
  }

  #closed(): Promise<void> {
    return this.#state === 'gone' ? Promise.resolve() : new Promise((resolve) => this.#whenGone.push(resolve));
  }
}

const CLOSED: Failure = localFailure('SMTP_CLOSED', 'the connection is closed');
