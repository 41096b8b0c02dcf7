/**
 * A session's side of the application: its handlers are asked, and what they answer is given to the machine. One question is
 * open at a time; beside it the `data` handler may be at work on a message that comes in chunks.
 *
 * Read next: `questions.ts`, `intake.ts`, `authentication.ts`.
 *
 * @rfc 5321 4.3.2
 */
import type { MechanismName, SaslIdentity } from '@mailwright/sasl';
import type { AuthCommand, Command, Reply, ServerMachine, ServerTransaction } from '@mailwright/smtp';
import { type Authentication, type AuthStep, createAuthentication, refusalReply } from './authentication.ts';
import type { ServerCore } from './core.ts';
import { SmtpServerError } from './errors.ts';
import type { Answer, SmtpSession } from './handlers.ts';
import { Intake, type IntakeOwner } from './intake.ts';
import { failureReply, isPromise, putQuestion, type Subject } from './questions.ts';

/** The session, as the application's side sees it. */
export interface ApplicationHost extends SmtpSession {
  /** Something has changed: go on. */
  pull(): void;
  /** The client is about to be told no: it may have to wait for that. */
  refusing(answer: Reply): void;
}

/** A handler that has not answered yet. */
interface Question {
  readonly subject: Subject;
  /** When it must have. */
  readonly until: number;
}

export class Application implements IntakeOwner {
  readonly #core: ServerCore;
  readonly #host: ApplicationHost;
  readonly #machine: ServerMachine;
  #question: Question | undefined = undefined;
  #intake: Intake | undefined = undefined;
  #authentication: Authentication | undefined = undefined;
  /** Who AUTH let in. */
  identity: SaslIdentity | undefined = undefined;

  constructor(core: ServerCore, host: ApplicationHost, machine: ServerMachine) {
    this.#core = core;
    this.#host = host;
    this.#machine = machine;
  }

  /** The `data` handler has to read before more can be taken. */
  get full(): boolean {
    return this.#intake?.full === true;
  }

  /** When the next of the handlers must have answered. */
  get until(): number | undefined {
    return earliest(this.#question?.until, this.#intake?.until);
  }

  /** Gives up the handlers that are late; false when none is. */
  giveUp(now: number): boolean {
    if (isPast(this.#question?.until, now)) this.#giveUp(this.#question!);
    else if (isPast(this.#intake?.until, now)) this.#intake!.late();
    else return false;
    return true;
  }

  /** The session is over: whatever is answered from now on comes too late. */
  forget(why: string, cause: unknown): void {
    this.#question = undefined;
    this.endAuth();
    if (this.#intake !== undefined) this.cutMessage(new SmtpServerError('SMTP_BODY_INCOMPLETE', why, { cause }));
  }

  // Commands

  greet(): void {
    let answer: Answer;
    try {
      answer = this.#core.refusal(this.#host) ?? this.#core.handlers.connection?.(this.#host);
    } catch (error) {
      return this.#fail('greeting', error);
    }
    this.#take('greeting', answer);
  }

  command(command: Command, transaction: ServerTransaction | undefined): void {
    if (command.verb === 'AUTH') return this.#authenticate(command);
    let answer: Answer;
    try {
      answer = putQuestion(command, transaction, this.#core.handlers, this.#host);
    } catch (error) {
      return this.#fail(command.verb, error);
    }
    this.#take(command.verb, answer);
  }

  #take(subject: Subject, answer: Answer): void {
    if (isPromise(answer)) this.#await(subject, answer, (settled) => this.#reply(subject, settled ?? undefined));
    else this.#reply(subject, answer ?? undefined);
  }

  /** Answers the machine. What can't be an answer is the handler's mistake. */
  #reply(subject: Subject, answer: Reply | undefined): void {
    if (answer === undefined) return this.#machine.accept();
    try {
      this.#machine.reply(answer);
    } catch (error) {
      return this.#fail(subject, error);
    }
    if (answer.code >= 500) this.#host.refusing(answer);
  }

  #fail(subject: Subject, error: unknown): void {
    this.#core.report(error, this.#host);
    this.#reply(subject, failureReply(subject, false));
  }

  #await<T>(subject: Subject, answer: Promise<T>, take: (settled: T) => void): void {
    const question: Question = { subject, until: this.#core.now() + this.#core.handlerMs };
    this.#question = question;
    answer.then((settled) => this.#settle(question, () => take(settled)), (error: unknown) => this.#failed(question, error));
  }

  #failed(question: Question, error: unknown): void {
    if (question === this.#question) this.#settle(question, () => this.#fail(question.subject, error));
    else this.#core.report(error, this.#host);
  }

  /** An answer to any other question than the open one comes too late. */
  #settle(question: Question, act: () => void): void {
    if (question !== this.#question) return;
    this.#question = undefined;
    act();
    this.#host.pull();
  }

  #giveUp(question: Question): void {
    const { subject } = question;
    this.#core.report(new SmtpServerError('SMTP_HANDLER_TIMEOUT', `the handler asked about ${subject} did not answer in time`), this.#host);
    this.endAuth();
    this.#settle(question, () => this.#reply(subject, failureReply(subject, true)));
  }

  // A message

  beginMessage(transaction: ServerTransaction): void {
    this.#intake = new Intake(this.#core, this, this.#host, transaction);
  }

  takePiece(octets: Uint8Array): void {
    this.#intake!.take(octets);
  }

  /** The client is waited for: the `data` handler gets what has come. */
  rest(): void {
    this.#intake?.rest();
  }

  /** The message has become too large; its end is read all the same. */
  overLimit(): void {
    this.#intake?.refuse(new SmtpServerError('SMTP_BODY_REFUSED', 'the message is larger than the limit'));
  }

  endMessage(refusal: Reply | undefined): void {
    if (refusal === undefined) this.#intake!.end();
    else this.cutMessage(new SmtpServerError('SMTP_BODY_REFUSED', `the message was refused: ${refusal.code} ${refusal.lines.join(' ')}`));
  }

  cutMessage(error: SmtpServerError): void {
    this.#intake?.cut(error);
    this.#intake = undefined;
  }

  /** The `data` handler's answer to a complete message. */
  verdict(answer: Reply | undefined): void {
    this.#intake = undefined;
    this.#reply('message', answer);
  }

  pull(): void {
    this.#host.pull();
  }

  /** The `data` handler does not want the rest. Throws for what is no refusal. */
  refuseBody(answer: Reply): void {
    this.#machine.refuseBody(answer);
  }

  // AUTH

  #authenticate({ mechanism, initialResponse }: AuthCommand): void {
    try {
      this.#authentication = createAuthentication(mechanism as MechanismName, this.#core, this.#host);
      this.#awaitAuth(this.#authentication.start(initialResponse));
    } catch (error) {
      this.#fail('AUTH', error);
    }
  }

  respond(octets: Uint8Array): void {
    this.#awaitAuth(this.#authentication!.respond(octets));
  }

  endAuth(): void {
    this.#authentication?.cancel();
    this.#authentication = undefined;
  }

  #awaitAuth(step: Promise<AuthStep>): void {
    this.#await('AUTH', step, (settled) => this.#takeAuth(settled));
  }

  #takeAuth(step: AuthStep): void {
    if (step.type === 'challenge') return this.#machine.challenge(step.octets);
    this.endAuth();
    if (step.type === 'refused') return this.#reply('AUTH', refusalReply(step));
    try {
      this.#machine.authenticated(step.identity.authorizationId, step.judgement.answer);
      this.identity = step.identity;
    } catch (error) {
      this.#fail('AUTH', error);
    }
  }
}

/** The earlier of two times, either of which may be none. */
export function earliest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : other === undefined ? one : Math.min(one, other);
}

export function isPast(time: number | undefined, now: number): boolean {
  return time !== undefined && now >= time;
}
