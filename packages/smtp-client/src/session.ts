/**
 * A client machine on a transport: octets in, events out, octets on. This is the only file that touches both.
 *
 * The session pulls its work from its owner (`take`) whenever the machine has room for it, so a connection that comes free has
 * the next message in the same turn, behind the end of the one before where PIPELINING allows it. All that is begun in one
 * turn of the event loop leaves in one write. Per message there is no timer, no listener and no promise beside the caller's.
 *
 * Commands that are no part of a transaction (EHLO, AUTH, NOOP, QUIT) stand in a queue of their own and go when nothing is in
 * flight; while one waits, no transaction is begun.
 *
 * Read next: `session-work.ts` (the messages), `operations.ts` (the other commands), `open-session.ts` (how a session comes to
 * be), `connection.ts` and `pool.ts` (the two owners).
 *
 * @rfc 5321 3
 */
import type { DeadlineMember, DeadlineSet, Endpoint, NetError, TlsClientOptions, TlsFacts, Transport, TransportSink } from '@mailwright/net';
import { type Capabilities, type ClientEnd, ClientMachine, type ClientOptions, type Reply, type TranscriptRecorder } from '@mailwright/smtp';
import type { Clock } from '@mailwright/wire';
import type { Attempt } from './delivery.ts';
import { publishAttempt, publishSession } from './diagnostics.ts';
import { EndReason } from './end-reason.ts';
import type { Destination } from './destination.ts';
import { type Failure, localFailure, remoteFailure, SmtpError, type SmtpPhase } from './errors.ts';
import { type Answer, type Begin, Operations } from './operations.ts';
import { conclude, type SendResult } from './result.ts';
import type { SessionOwner } from './session-owner.ts';
import { SessionWork } from './session-work.ts';

export interface SessionOptions {
  readonly transport: Transport;
  readonly machine: ClientOptions;
  readonly clock: Clock;
  readonly deadlines: DeadlineSet;
  readonly destination: Destination;
  readonly closeTimeoutMs: number;
  /** Hears what is said, for the `trace` option. */
  readonly recorder: TranscriptRecorder | undefined;
}

export class Session implements TransportSink, DeadlineMember {
  deadlineIndex = -1;
  readonly #transport: Transport;
  readonly #machine: ClientMachine;
  readonly #clock: Clock;
  readonly #deadlines: DeadlineSet;
  readonly #closeTimeoutMs: number;
  readonly #recorder: TranscriptRecorder | undefined;
  readonly #operations: Operations;
  readonly #work: SessionWork;
  #state: 'open' | 'upgrading' | 'doomed' | 'ended' | 'gone' = 'open';
  #blocked = false;
  #scheduled = false;
  readonly #reason: EndReason = new EndReason();
  /** Why it is cut as soon as the messages before the one that was given up have their verdict. */
  #doom: Failure | undefined = undefined;
  #lingerUntil: number | undefined = undefined;
  /** Counts from 1; 0 while it is being made ready. */
  #id = 0;
  /** Set by the owner: no message comes after the ones that were begun, so QUIT may stand behind the end of the last. */
  final = false;
  /** The server's greeting; `undefined` before it came. */
  greeting: Reply | undefined = undefined;
  /** For the owner: since when nothing is in flight, until when it may rest, and its place in a stack. */
  restingSince = 0;
  restUntil: number | undefined = undefined;
  stackIndex = -1;

  constructor(options: SessionOptions) {
    const { transport, clock } = options;
    this.#transport = transport;
    this.#clock = clock;
    this.#deadlines = options.deadlines;
    this.#closeTimeoutMs = options.closeTimeoutMs;
    this.#recorder = options.recorder;
    this.#machine = new ClientMachine(options.machine, clock.now());
    this.#operations = new Operations(this.#machine, clock);
    this.#work = new SessionWork(this, this.#machine, options.destination);
    this.#deadlines.add(this);
    transport.attach(this);
  }

  get capabilities(): Capabilities {
    return this.#machine.capabilities;
  }

  get tls(): TlsFacts | undefined {
    return this.#transport.tls;
  }

  get peer(): Endpoint {
    return this.#transport.peer;
  }

  /** Nothing is in flight. */
  get idle(): boolean {
    return this.#machine.idle && this.#operations.none;
  }

  /** Transactions that were begun and are not over. */
  get transactionCount(): number {
    return this.#machine.transactionCount;
  }

  /** It is ready for messages. */
  opened(): void {
    this.#id = ++openedSessions;
    publishSession({ type: 'open', id: this.#id, peer: this.peer, tls: this.tls });
  }

  /** Messages begun. */
  get begun(): number {
    return this.#work.begun;
  }

  /** As results say it. */
  get usable(): boolean {
    return this.open;
  }

  /** Still usable for messages. */
  get open(): boolean {
    return this.#state === 'open';
  }

  /** Why it ended, or why it is about to. */
  get failure(): Failure | undefined {
    return this.#reason.failure ?? this.#doom;
  }

  /** Whether a message that is given now would be begun now. */
  get hasRoom(): boolean {
    return this.#state === 'open' && this.#operations.none && this.#work.hasRoom;
  }

  /** Gives the session to an owner; it is asked for work at once. */
  attachOwner(owner: SessionOwner): void {
    this.#work.owner = owner;
    if (this.#state === 'ended' || this.#state === 'gone') owner.ended(this);
    if (this.#state === 'gone') owner.gone(this);
    this.schedule();
  }

  // What an owner asks for

  /** Takes work from the owner now and writes it at the end of this turn of the event loop. */
  fill(): void {
    this.#fill();
    this.schedule();
  }

  /** Runs the session at the end of this turn: behind all promise reactions, so that what they begin leaves in the same write. */
  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    process.nextTick(runScheduled, this);
  }

  /** The greeting, which is due without being asked for. */
  awaitGreeting(): Promise<Answer> {
    return this.goOn('greeting', undefined);
  }

  /** A command, when nothing is in flight any more. `begin` writes it. Rejects with an `SmtpError` when the session ends first. */
  perform(phase: SmtpPhase, begin: Begin, timeoutMs?: number): Promise<Answer> {
    const answer = this.#operations.add(phase, begin, timeoutMs);
    this.schedule();
    return answer;
  }

  /** The next line of an exchange that is under way, or nothing more to say in it. */
  goOn(phase: SmtpPhase, write: Begin | undefined): Promise<Answer> {
    const answer = this.#operations.goOn(phase, write);
    this.schedule();
    return answer;
  }

  /** Does the handshake that `upgrade-tls` asked for. Rejects with the `NetError` of the transport, which is closed then. */
  async startTls(options: TlsClientOptions): Promise<void> {
    this.#recorder?.event('TLS handshake', this.#clock.now());
    const facts = await this.#transport.startTls(options);
    this.#recorder?.event(`${facts.protocol} ${facts.cipher}`, this.#clock.now());
    if (this.#state !== 'upgrading') return;
    this.#state = 'open';
    this.#machine.tlsStarted(this.#clock.now());
  }

  /** QUIT, then the end of the connection; the server has `closeTimeoutMs` for its reply, and again to close. Never rejects. */
  async quit(timeoutMs: number = this.#closeTimeoutMs): Promise<void> {
    try {
      await this.perform('quit', (machine) => machine.quit(), timeoutMs);
    } catch {
      // It is over, which is what was wanted.
    }
  }

  /** Ends the session at once. What is in flight is told with `failure`. */
  abort(failure: Failure): void {
    this.#fail(failure);
    this.#run();
  }

  /**
   * Gives a message up that is in flight, and tells what is known of it. Its message is never ended half-written: where it may
   * still be written the connection is cut, after the messages before it have their verdict.
   */
  cancel(attempt: Attempt, failure: Failure): SendResult {
    const { stage } = attempt;
    attempt.cut = 'cancelled';
    if (stage !== 'verdict') {
      this.#state = 'doomed';
      this.#doom = failure;
      this.schedule();
    } else attempt.messageSent = true; // It may be in the transport already: nothing better is known.
    const result = conclude(attempt, { failure, usable: this.open, peer: this.peer });
    attempt.cut = undefined;
    return result;
  }

  // What the transport reports

  data(octets: Uint8Array): void {
    const now = this.#clock.now();
    this.#recorder?.server(octets, now);
    this.#machine.receive(octets, now);
    this.#run(now);
  }

  end(): void {
    this.#reason.lost('the server closed the connection');
    this.#machine.end();
    this.#run();
  }

  drained(): void {
    this.#blocked = false;
    this.#run();
    this.#work.drained();
  }

  closed(error: NetError | undefined): void {
    this.#reason.lost(error?.message ?? 'the connection was closed', error);
    this.#machine.end();
    this.#run();
    this.#state = 'gone';
    this.#operations.end(this.#ended);
    this.#deadlines.remove(this);
    if (this.#id > 0) publishSession({ type: 'close', id: this.#id, peer: this.peer, messages: this.begun, code: this.failure?.code });
    this.#work.owner.gone(this);
  }

  get deadline(): number | undefined {
    if (this.#state === 'ended' || this.#state === 'gone') return this.#lingerUntil;
    const deadline = this.#machine.deadline ?? this.restUntil;
    const { deadline: operationDeadline } = this.#operations;
    if (operationDeadline === undefined) return deadline;
    return deadline === undefined ? operationDeadline : Math.min(deadline, operationDeadline);
  }

  onDeadline(now: number): void {
    if (this.#state === 'ended') {
      this.#lingerUntil = undefined;
      return this.#transport.destroy();
    }
    const { deadline } = this.#operations;
    if (deadline !== undefined && now >= deadline) {
      return this.abort(remoteFailure('SMTP_TIMEOUT', 'no reply in time'));
    }
    if (this.#machine.deadline === undefined && this.restUntil !== undefined) {
      this.restUntil = undefined;
      return void this.quit();
    }
    if (this.#work.waitsForSource) {
      return this.abort(localFailure('SMTP_BODY_FAILED', 'the body gave nothing for so long that the server would not have waited'));
    }
    this.#machine.expire(now);
    this.#run();
  }

  // A turn

  /** For `runScheduled` alone. */
  runScheduled(): void {
    this.#scheduled = false;
    this.#run();
  }

  /** For `BodyFeeder` alone: what it has fed leaves. Says whether more may be fed now. */
  flushBody(): boolean {
    this.#run();
    return !this.#blocked;
  }

  /** Takes all events, begins what there is room for, writes what there is to write; until nothing is left. */
  #run(now: number = this.#clock.now()): void {
    const machine = this.#machine;
    for (;;) {
      this.#takeEvents();
      if (this.#state === 'doomed' && machine.transactionCount <= 1) {
        this.#fail(this.#doom!);
        continue;
      }
      if (this.#state !== 'open') break;
      if (this.#fill()) continue;
      if (this.final && this.#operations.none && this.#work.endsInGroup) this.#operations.quitBehind();
      if (this.#blocked) break;
      const parts = machine.takeOutput(now);
      if (parts === undefined) break;
      if (this.#recorder !== undefined) for (const part of parts) this.#recorder.client(part, now);
      this.#blocked = !this.#transport.write(parts);
    }
    if (this.#state === 'open' && this.hasRoom) this.#work.owner.rested(this);
    if (this.#state !== 'gone') this.#deadlines.reschedule(this);
  }

  /** Begins what the machine has room for; says whether it began anything. */
  #fill(): boolean {
    if (this.#state !== 'open') return false;
    if (this.#operations.none) return this.#work.fill();
    if (!this.#operations.pending || !this.#machine.idle) return false;
    this.restUntil = undefined;
    this.#operations.beginNext();
    return true;
  }

  #takeEvents(): void {
    if (this.#state === 'upgrading' || this.#state === 'gone') return;
    for (let event = this.#machine.next(); event.type !== 'need-data'; event = this.#machine.next()) {
      switch (event.type) {
        case 'done':
          this.#finish(event.transaction as Attempt);
          break;
        case 'body-wanted':
          this.#work.feed(event.transaction as Attempt);
          break;
        case 'violation':
          this.#reason.violated(event.code, event.detail);
          break;
        case 'goodbye':
          this.#reason.goodbye(event.reply);
          break;
        case 'closed':
          return this.#onEnd(event.end);
        case 'upgrade-tls':
          this.#state = 'upgrading';
          return this.#answer(event);
        default:
          this.#answer(event);
      }
    }
  }

  #finish(attempt: Attempt): void {
    if (this.#operations.quitsBehind && this.#work.isLast(attempt)) this.#operations.deadline = this.#clock.now() + this.#closeTimeoutMs;
    if (this.#work.release(attempt)) return;
    if (attempt.cut !== undefined) this.#reason.goodbyeIn(attempt);
    publishAttempt(attempt, this.#id, this);
    this.#work.owner.finished(this, attempt);
  }

  #answer(answer: Answer): void {
    if (answer.type === 'greeting') this.greeting = answer.reply;
    if ('reply' in answer && answer.reply.code === 421) this.#reason.goodbye(answer.reply);
    this.#operations.answer(answer);
  }

  /** Ends it from this side: the machine tells what that meant for each transaction. */
  #fail(failure: Failure): void {
    this.#transport.destroy();
    if (this.#state === 'ended' || this.#state === 'gone') return;
    if (this.#state === 'upgrading') this.#state = 'open';
    this.#reason.failure = failure;
    this.#machine.end();
  }

  #onEnd(end: ClientEnd): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#reason.ended(end);
    if (end === 'quit') {
      this.#lingerUntil = this.#clock.now() + this.#closeTimeoutMs;
      this.#transport.close();
    } else this.#transport.destroy();
    this.#operations.end(this.#ended);
    this.#work.end();
    this.#work.owner.ended(this);
  }

  /** What a command is told that comes, or would be answered, after the end. */
  readonly #ended = (phase: SmtpPhase): SmtpError => {
    const failure = this.#reason.failure ?? localFailure('SMTP_CLOSED', 'the connection is closed');
    return new SmtpError(failure, { phase, outcome: 'not-sent', usable: false, peer: this.peer });
  };
}

/** Sessions that were made ready in this process. */
let openedSessions = 0;

function runScheduled(session: Session): void {
  session.runScheduled();
}
