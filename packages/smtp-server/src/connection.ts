/**
 * One connection: a transport on one side, the SMTP machine in the middle, the application's handlers on the other. This is
 * the loop that every driver here has: octets in, pull events until there are none, write what the machine holds.
 *
 * Replies leave when the machine needs more data, or when a handler takes longer than this turn of the event loop: so all
 * replies of a pipelined group stand in one write, whether the handlers are synchronous or not.
 *
 * Read next: `body.ts`, `authentication.ts`, `server.ts`.
 *
 * @rfc 5321 4.5.3.2
 * @rfc 2920 3.2
 */
import type { NetError, Transport, TransportSink, DeadlineMember, Endpoint, TlsFacts } from '@mailwright/net';
import type { MechanismName, SaslIdentity } from '@mailwright/sasl';
import { type AuthCommand, type Command, type Reply, reply, type ServerEvent, ServerMachine, type ServerTransaction, TranscriptRecorder } from '@mailwright/smtp';
import { assertNever } from '@mailwright/wire';
import { Authentication, type AuthStep } from './authentication.ts';
import { IncomingBody } from './body.ts';
import { SmtpServerError } from './errors.ts';
import type { Answer, AuthAnswer, IncomingMessage, SessionEnd, SmtpServerHandlers, SmtpSession } from './handlers.ts';
import type { ServerCore } from './core.ts';

const HANDLER_FAILED = reply(451, '4.3.0', 'Local error in processing, try again later');
const HANDLER_SLOW = reply(451, '4.3.0', 'Processing took too long, try again later');
const REFUSED_CREDENTIALS = reply(535, '5.7.8', 'Authentication credentials invalid');

/** Octets received and not read above which the client is held back. */
const MAX_UNREAD_OCTETS = 262_144;
/** Replies of one group that may gather before they leave although more commands are there. */
const MAX_GATHERED_OCTETS = 65_536;
/** How long the client has to close its side after we closed ours. */
const LINGER_MS = 5000;

// What holds the session, as bits of `#flags`.
const PUMPING = 1;
const BACKPRESSURE = 2; // the client does not read
const TARPIT = 4;
const PAUSED = 8; // reading is paused
const FLUSH_SCHEDULED = 16;
const OVER = 32; // the machine has nothing more to say
const GONE = 64; // the connection is closed
const HANDSHAKE = 128;
const HELD: number = PUMPING | BACKPRESSURE | TARPIT | GONE | HANDSHAKE;

/** A message and the `data` handler's answer to it, which may come before the end of the message or after it. */
interface Intake {
  readonly body: IncomingBody;
  ended: boolean;
  answered: boolean;
  answer: Reply | undefined;
}

export class Connection implements SmtpSession, TransportSink, DeadlineMember {
  readonly id: number;
  readonly openedAt: number;
  readonly machine: ServerMachine;
  readonly #core: ServerCore;
  readonly #transport: Transport;
  #intake: Intake | undefined = undefined;
  #authentication: Authentication | undefined = undefined;
  #identity: SaslIdentity | undefined = undefined;
  #store: Map<string, unknown> | undefined = undefined;
  #recorder: TranscriptRecorder | undefined = undefined;
  /** Counts the questions to handlers: an answer to an older one comes too late. */
  #question = 0;
  #end: SessionEnd | undefined = undefined;
  #flags = 0;
  /** When the handler's answer, or the client's reading, must have come. */
  #patienceUntil: number | undefined = undefined;

  constructor(core: ServerCore, transport: Transport, id: number) {
    this.#core = core;
    this.#transport = transport;
    this.id = id;
    this.openedAt = core.clock.wallTime();
    this.machine = new ServerMachine(core.machineOptions, transport.tls !== undefined, core.clock.now());
    if (core.options.trace !== undefined) this.#recorder = new TranscriptRecorder();
  }

  get peer(): Endpoint {
    return this.#transport.peer;
  }

  get local(): Endpoint {
    return this.#transport.local;
  }

  get tls(): TlsFacts | undefined {
    return this.#transport.tls;
  }

  get helloDomain(): string | undefined {
    return this.machine.session.helloDomain;
  }

  get identity(): SaslIdentity | undefined {
    return this.#identity;
  }

  get store(): Map<string, unknown> {
    return (this.#store ??= new Map());
  }

  open(): void {
    this.#core.deadlines.add(this);
    this.#transport.attach(this);
    this.#pump();
  }

  /** Ends the session as soon as no transaction is under way. */
  shutdown(): void {
    this.machine.shutdown();
    this.#pump();
  }

  destroy(): void {
    this.#transport.destroy();
  }

  // What the transport reports

  data(octets: Uint8Array): void {
    const now = this.#core.clock.now();
    this.#recorder?.client(octets, now);
    this.#tell();
    this.machine.receive(octets, now);
    this.#pump();
    if ((this.#flags & PAUSED) === 0 && this.machine.unreadOctets > MAX_UNREAD_OCTETS) {
      this.#flags |= PAUSED;
      this.#transport.pause();
    }
  }

  end(): void {
    this.machine.end();
    this.#pump();
  }

  drained(): void {
    this.#flags &= ~BACKPRESSURE;
    this.#patienceUntil = (this.#flags & OVER) === 0 ? undefined : this.#core.clock.now() + LINGER_MS;
    this.#pump();
  }

  closed(error: NetError | undefined): void {
    if ((this.#flags & GONE) !== 0) return;
    this.#flags |= GONE;
    this.#question++;
    this.#authentication?.cancel();
    this.#intake?.body.fail(new SmtpServerError('SMTP_BODY_INCOMPLETE', 'the connection was lost before the message was complete', { cause: error }));
    this.#core.remove(this, this.#end ?? 'lost');
  }

  // What the set of deadlines asks and tells

  get deadline(): number | undefined {
    const patience = this.#patienceUntil;
    if (this.#intake?.body.full === true || (this.#flags & (BACKPRESSURE | OVER)) !== 0) return patience;
    const machine = this.machine.deadline;
    return machine === undefined ? patience : patience === undefined ? machine : Math.min(machine, patience);
  }

  onDeadline(now: number): void {
    if (this.#patienceUntil === undefined || now < this.#patienceUntil) {
      this.machine.expire(now);
      return this.#pump();
    }
    this.#patienceUntil = undefined;
    if ((this.#flags & (BACKPRESSURE | OVER | HANDSHAKE)) !== 0) {
      this.#end ??= 'timeout';
      return this.destroy();
    }
    this.#core.report(new SmtpServerError('SMTP_HANDLER_TIMEOUT', 'a handler did not answer in time'), this);
    if (this.#intake !== undefined) this.#settleData(this.#intake, HANDLER_SLOW);
    else this.#settle(this.#question, HANDLER_SLOW);
  }

  bodyDrained(): void {
    this.#pump();
  }

  // The loop

  #pump(): void {
    if ((this.#flags & HELD) !== 0) return;
    this.#flags |= PUMPING;
    while (this.#act(this.machine.next())) {
      if (this.machine.outputLength > MAX_GATHERED_OCTETS) this.#flush();
      if ((this.#flags & (HELD & ~PUMPING)) !== 0) break;
    }
    this.#flags &= ~PUMPING;
    this.#core.deadlines.reschedule(this);
  }

  /** Does what an event asks; false when there is nothing to do before something else happens. */
  #act(event: ServerEvent): boolean {
    switch (event.type) {
      case 'need-data':
        this.#flush();
        if ((this.#flags & PAUSED) !== 0) this.#resumeReading();
        return false;
      case 'need-reply':
        this.#scheduleFlush();
        return false;
      case 'connect':
        return this.#ask(this.#core.refuseConnection(this) ?? this.#call('connection', (handler) => handler(this)));
      case 'command':
        return this.#command(event.command, event.transaction);
      case 'response':
        this.#awaitAuth(this.#authentication!.respond(event.octets));
        return true;
      case 'auth-cancelled':
        this.#authentication?.cancel();
        return true;
      case 'body-begin':
        this.#beginData(event.transaction);
        return true;
      case 'body':
        this.#intake!.body.push(event.octets);
        return !this.#intake!.body.full;
      case 'body-end':
        return this.#endData(event.refusal);
      case 'body-abort':
        this.#dropData(new SmtpServerError('SMTP_BODY_INCOMPLETE', 'the client gave the message up'));
        return true;
      case 'upgrade-tls':
        void this.#upgrade();
        return false;
      case 'violation':
        this.#core.publishViolation(this, event.code);
        return this.#tarpit(event.reply);
      case 'closed':
        return this.#over(event.end);
      default:
        return assertNever(event);
    }
  }

  #command(command: Command, transaction: ServerTransaction | undefined): boolean {
    const { handlers } = this.#core;
    switch (command.verb) {
      case 'EHLO':
      case 'HELO':
        return this.#ask(this.#call('ehlo', (handler) => handler(command.domain, this)));
      case 'MAIL':
        return handlers.mail === undefined ? this.#accept() : this.#ask(this.#call('mail', (handler) => handler(command, this)));
      case 'RCPT': {
        if (handlers.rcpt === undefined) return this.#accept();
        const { forwardPath, parameters } = command;
        const { reversePath, recipients } = transaction!;
        return this.#ask(this.#call('rcpt', (handler) => handler({ forwardPath, parameters, reversePath, recipients }, this)));
      }
      case 'VRFY':
        return this.#ask(this.#call('vrfy', (handler) => handler(command.argument, this)));
      case 'EXPN':
        return this.#ask(this.#call('expn', (handler) => handler(command.argument, this)));
      case 'AUTH':
        return this.#authenticate(command);
      case 'RSET':
        this.#call('rset', (handler) => handler(this));
        return this.#accept();
      case 'QUIT':
        this.#call('quit', (handler) => handler(this));
        return this.#accept();
      default:
        return this.#accept();
    }
  }

  #accept(): boolean {
    this.machine.accept();
    return true;
  }

  /** Calls a handler; one that throws answers 451. */
  #call<K extends keyof SmtpServerHandlers, R>(name: K, call: (handler: NonNullable<SmtpServerHandlers[K]>) => R): R | Reply | undefined {
    const handler = this.#core.handlers[name];
    if (handler === undefined) return undefined;
    try {
      return call(handler);
    } catch (error) {
      this.#core.report(error, this);
      return HANDLER_FAILED;
    }
  }

  /** Answers the machine now, or when the promise is settled. */
  #ask(answer: Answer): boolean {
    if (answer === undefined) return this.#accept();
    if (answer instanceof Promise) {
      const question = this.#await();
      answer.then((settled) => this.#settle(question, settled ?? undefined), (error: unknown) => this.#failed(question, error));
      return true;
    }
    this.machine.reply(answer as Reply);
    return this.#tarpit(answer as Reply);
  }

  #await(): number {
    this.#patienceUntil = this.#core.clock.now() + this.#core.handlerMs;
    return ++this.#question;
  }

  #failed(question: number, error: unknown): void {
    this.#core.report(error, this);
    this.#settle(question, HANDLER_FAILED);
  }

  #settle(question: number, answer: Reply | undefined): void {
    if (question !== this.#question) return;
    this.#question++;
    this.#patienceUntil = undefined;
    this.#ask(answer);
    this.#pump();
  }

  // A message

  #beginData(transaction: ServerTransaction): void {
    const body = new IncomingBody(this);
    const intake: Intake = { body, ended: false, answered: false, answer: undefined };
    this.#intake = intake;
    const { reversePath, parameters, recipients } = transaction;
    const message: IncomingMessage = { reversePath, parameters, recipients, body };
    const answer = this.#call('data', (handler) => handler(message, this));
    if (!(answer instanceof Promise)) return this.#settleData(intake, answer as Reply | undefined);
    this.#patienceUntil = this.#core.clock.now() + this.#core.handlerMs;
    answer.then((settled) => this.#settleData(intake, settled ?? undefined), (error: unknown) => this.#dataFailed(intake, error));
  }

  #dataFailed(intake: Intake, error: unknown): void {
    if (intake !== this.#intake) return; // what it threw was our own refusal, or comes too late
    this.#core.report(error, this);
    this.#settleData(intake, HANDLER_FAILED);
  }

  /** The handler has answered: before the end of the message the rest of it is dropped; after it, this is the verdict. */
  #settleData(intake: Intake, answer: Reply | undefined): void {
    if (intake !== this.#intake) return;
    this.#patienceUntil = undefined;
    if (intake.ended) {
      this.#intake = undefined;
      this.#ask(answer);
    } else {
      intake.answered = true;
      intake.answer = answer;
      intake.body.drop();
      if (answer !== undefined && answer.code >= 400) this.machine.refuseBody(answer);
    }
    this.#pump();
  }

  #endData(refusal: Reply | undefined): boolean {
    const intake = this.#intake!;
    if (refusal !== undefined) {
      this.#dropData(new SmtpServerError('SMTP_BODY_REFUSED', `the message was refused: ${refusal.code} ${refusal.lines.join(' ')}`));
      return this.#tarpit(refusal);
    }
    intake.ended = true;
    intake.body.complete();
    if (!intake.answered) return true;
    this.#intake = undefined;
    return this.#ask(intake.answer);
  }

  #dropData(error: SmtpServerError): void {
    this.#patienceUntil = undefined;
    this.#intake?.body.fail(error);
    this.#intake = undefined;
  }

  // AUTH

  #authenticate(command: AuthCommand): boolean {
    const { core } = { core: this.#core };
    this.#authentication = new Authentication(
      {
        mechanism: command.mechanism as MechanismName,
        random: core.random,
        saltKey: core.saltKey,
        hostname: core.machineOptions.hostname,
        wallTime: core.clock.wallTime(),
        tls: this.tls,
      },
      (request) => core.handlers.auth!(request, this),
    );
    this.#awaitAuth(this.#authentication.start(command.initialResponse));
    return true;
  }

  #awaitAuth(step: Promise<AuthStep>): void {
    const question = this.#await();
    step.then((settled) => this.#settleAuth(question, settled), (error: unknown) => this.#failed(question, error));
  }

  #settleAuth(question: number, step: AuthStep): void {
    if (question !== this.#question) return;
    this.#question++;
    this.#patienceUntil = undefined;
    if (step.type === 'challenge') this.machine.challenge(step.octets);
    else this.#concludeAuth(step.answer, step.identity);
    this.#pump();
  }

  #concludeAuth(answer: AuthAnswer, identity: SaslIdentity | undefined): void {
    this.#authentication = undefined;
    const said = typeof answer === 'object' && 'code' in answer ? answer : undefined;
    if (answer === false || identity === undefined || (said !== undefined && said.code >= 400)) {
      const refused = said !== undefined && said.code >= 400 ? said : REFUSED_CREDENTIALS;
      this.machine.reply(refused);
      this.#tarpit(refused);
      return;
    }
    this.#identity = identity;
    this.machine.authenticated(identity.authorizationId, said);
  }

  // The wire

  #flush(): void {
    const now = this.#core.clock.now();
    const octets = this.machine.takeOutput(now);
    if (octets === undefined || (this.#flags & (GONE | HANDSHAKE)) !== 0) return;
    this.#recorder?.server(octets, now);
    this.#tell();
    if (this.#transport.write(octets)) return;
    this.#flags |= BACKPRESSURE;
    this.#patienceUntil = now + this.#core.writeMs;
  }

  #scheduleFlush(): void {
    if ((this.#flags & FLUSH_SCHEDULED) !== 0 || this.machine.outputLength === 0) return;
    this.#flags |= FLUSH_SCHEDULED;
    this.#core.flushLater(this);
  }

  /** The handler takes longer than a turn of the event loop: what was answered so far leaves. */
  flushScheduled(): void {
    this.#flags &= ~FLUSH_SCHEDULED;
    if ((this.#flags & (TARPIT | BACKPRESSURE)) === 0) this.#flush();
  }

  #resumeReading(): void {
    this.#flags &= ~PAUSED;
    this.#transport.resume();
  }

  /** A client that makes errors waits for its reply, longer each time. */
  #tarpit(answer: Reply | undefined): boolean {
    const delayMs = answer === undefined || answer.code < 500 ? 0 : this.#core.tarpitMs(this.machine.errorCount);
    if (delayMs === 0) return true;
    this.#flags |= TARPIT;
    this.#core.clock.setTimer(() => {
      this.#flags &= ~TARPIT;
      this.#pump();
    }, delayMs);
    return false;
  }

  async #upgrade(): Promise<void> {
    this.#flush();
    this.#flags |= HANDSHAKE;
    try {
      const facts = await this.#transport.startTls(this.#core.options.tls!);
      this.#flags &= ~HANDSHAKE;
      this.machine.tlsStarted(this.#core.clock.now());
      this.#recorder?.event(`${facts.protocol} established, ${facts.cipher}`, this.#core.clock.now());
      this.#pump();
    } catch (error) {
      this.#core.report(error, this);
      this.destroy();
    }
  }

  #over(end: SessionEnd): boolean {
    if ((this.#flags & OVER) !== 0) return false;
    this.#end ??= end;
    this.#flush();
    this.#flags |= OVER;
    this.#patienceUntil = this.#core.clock.now() + ((this.#flags & BACKPRESSURE) === 0 ? LINGER_MS : this.#core.writeMs);
    this.#transport.close();
    return false;
  }

  /** Hands what the recorder has got since last time to the trace. */
  #tell(): void {
    const recorder = this.#recorder;
    if (recorder === undefined) return;
    for (const entry of recorder.drain()) this.#core.options.trace!(entry, this);
  }
}
