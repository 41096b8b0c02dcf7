/**
 * A message on its way in, as the session sees it: the octets gather, the `data` handler is asked once there is something to
 * read, and answers when it likes. Before the end of the message its answer says what happens to the rest; the client gets it
 * when everything was read.
 *
 * A small message that came in one piece is complete when the handler is asked: reading it then waits for nothing.
 * Read next: `body.ts`.
 */
import type { Reply, ServerTransaction } from '@mailwright/smtp';
import { type BodyOwner, IncomingBody } from './body.ts';
import type { ServerCore } from './core.ts';
import { SmtpServerError } from './errors.ts';
import type { SmtpSession } from './handlers.ts';
import { failureReply, isPromise } from './questions.ts';

/** Who takes what the handler answers. */
export interface IntakeOwner {
  /** What still comes of the message is not wanted; `answer` is its verdict. Throws for what is no refusal. */
  refuseBody(answer: Reply): void;
  /** The answer to the whole message; `undefined` is yes. */
  verdict(answer: Reply | undefined): void;
  /** Something has changed: go on. */
  pull(): void;
}

export class Intake implements BodyOwner {
  readonly #core: ServerCore;
  readonly #owner: IntakeOwner;
  readonly #session: SmtpSession;
  readonly #transaction: ServerTransaction;
  readonly #body = new IncomingBody(this);
  #state: 'gathering' | 'asked' | 'answered' | 'cut' = 'gathering';
  #ended = false;
  /** What the handler said before the end. */
  #answer: Reply | undefined = undefined;
  /** When the handler must have read on, or answered. While the client is waited for it has all the time there is. */
  #until: number | undefined = undefined;

  constructor(core: ServerCore, owner: IntakeOwner, session: SmtpSession, transaction: ServerTransaction) {
    this.#core = core;
    this.#owner = owner;
    this.#session = session;
    this.#transaction = transaction;
  }

  /** The handler has to read before more can be taken. */
  get full(): boolean {
    return this.#body.full;
  }

  get until(): number | undefined {
    return this.#until;
  }

  take(octets: Uint8Array): void {
    this.#body.push(octets);
    if (!this.#body.full) return;
    this.#awaitHandler();
    if (this.#state === 'gathering') this.#ask();
  }

  /** The client is waited for: the handler may begin with what there is. */
  rest(): void {
    if (this.#state === 'gathering' && !this.#body.empty) this.#ask();
  }

  /** Everything was read, and nothing speaks against it: the handler has the word. */
  end(): void {
    this.#ended = true;
    this.#body.complete();
    if (this.#state === 'answered') return this.#owner.verdict(this.#answer);
    this.#awaitHandler();
    if (this.#state === 'gathering') this.#ask();
  }

  /** The server refuses the message, and says so at its end: whoever reads it need not wait for that. */
  refuse(error: SmtpServerError): void {
    this.#body.fail(error);
  }

  /** The message will not become complete, or was refused: no answer matters any more. */
  cut(error: SmtpServerError): void {
    this.#state = 'cut';
    this.#until = undefined;
    this.#body.fail(error);
  }

  /** The handler's time is over. */
  late(): void {
    this.#core.report(new SmtpServerError('SMTP_HANDLER_TIMEOUT', 'the data handler did not read or answer in time'), this.#session);
    this.#settle(failureReply('message', true));
  }

  bodyDrained(): void {
    if (!this.#ended) this.#until = undefined;
    this.#owner.pull();
  }

  #awaitHandler(): void {
    this.#until = this.#core.now() + this.#core.handlerMs;
  }

  #ask(): void {
    const { reversePath, parameters, recipients } = this.#transaction;
    this.#state = 'asked';
    try {
      const answer = this.#core.handlers.data?.({ reversePath, parameters, recipients, body: this.#body }, this.#session);
      if (!isPromise(answer)) return this.#settle(answer ?? undefined);
      answer.then((settled) => this.#settle(settled ?? undefined), (error: unknown) => this.#failed(error));
    } catch (error) {
      this.#failed(error);
    }
  }

  /** What the body itself threw is no news. */
  #failed(error: unknown): void {
    if (!(error instanceof SmtpServerError)) this.#core.report(error, this.#session);
    this.#settle(failureReply('message', false));
  }

  #settle(answer: Reply | undefined): void {
    if (this.#state !== 'asked') return;
    this.#state = 'answered';
    this.#until = undefined;
    if (this.#ended) this.#owner.verdict(answer);
    else this.#dropRest(answer);
    this.#owner.pull();
  }

  #dropRest(answer: Reply | undefined): void {
    this.#answer = answer;
    this.#body.drop();
    try {
      if (answer !== undefined && !(answer.code < 400)) this.#owner.refuseBody(answer);
    } catch (error) {
      this.#core.report(error, this.#session);
      this.#owner.refuseBody(failureReply('message', false)!);
    }
  }
}
