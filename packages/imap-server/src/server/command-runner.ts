/**
 * The command under way: it is begun, its literals go to the store, and what it comes to is answered, also where something failed.
 *
 * Read next: `../commands/dispatch.ts`, `literal-intake.ts`.
 *
 * @rfc 9051 5.5
 */
import type { Command, ServerEvent, ServerMachine } from '@mailwright/imap';
import { dispatch, speaksOfNumbers } from '../commands/dispatch.ts';
import { no, type Outcome, outcomeOf, SessionOver } from '../commands/outcome.ts';
import type { CommandSession } from './command-session.ts';
import type { ServerCore } from './core.ts';
import { ImapServerError } from './errors.ts';
import type { Login } from './login.ts';
import type { ImapSession, SessionEnd } from './options.ts';

/** What it needs of the connection. */
export interface RunnerHost extends ImapSession {
  readonly machine: ServerMachine;
  readonly over: boolean;
  /** The next event may come. */
  pull(): void;
  /** The client wants to hear of the store: it is looked at from time to time. */
  listenToStore(): void;
  /** Cuts the connection. */
  drop(end: SessionEnd): void;
}

const REFERENCE_OCTETS = 6;
/** Commands whose mailbox the client may create where it is missing. @rfc 9051 6.3.12 */
const WITH_TARGET: ReadonlySet<string> = new Set(['APPEND', 'COPY', 'MOVE', 'REPLACE']);

export class CommandRunner {
  /** The store writes a message down: nothing more is pulled. */
  isStaging = false;
  readonly #host: RunnerHost;
  readonly #core: ServerCore;
  readonly #session: CommandSession;
  readonly #login: Login;
  /** With the tag that the answer bears. */
  #running: { readonly tag: string; readonly command: Command } | undefined = undefined;

  constructor(host: RunnerHost, core: ServerCore, session: CommandSession, login: Login) {
    this.#host = host;
    this.#core = core;
    this.#session = session;
    this.#login = login;
  }

  get command(): Command | undefined {
    return this.#running?.command;
  }

  run(tag: string, command: Command): void {
    this.#running = { tag, command };
    try {
      const outcome = command.name === 'LOGIN' ? this.#login.check(command.user, command.password) : dispatch(this.#session, command, tag);
      if (outcome instanceof Promise) outcome.then((given) => this.finish(given), (error: unknown) => this.fail(error)).catch((error: unknown) => this.giveUp(error));
      else this.finish(outcome);
    } catch (error) {
      this.fail(error);
    }
  }

  /** A command that takes more than one step of the client: AUTHENTICATE, IDLE. */
  began(tag: string, command: Command): void {
    this.#running = { tag, command };
  }

  /** `accepted`: the machine has the answer. `answered`: it was given. */
  finish(outcome: Outcome | 'accepted' | 'answered'): void {
    const running = this.#running;
    if (this.#host.over || running === undefined) return void (this.#running = undefined);
    const ready = outcome === 'answered' ? undefined : this.#session.prepareNews();
    if (ready !== undefined) return void ready.then(() => this.finish(outcome), (error: unknown) => this.fail(error)).catch((error: unknown) => this.giveUp(error));
    this.#running = undefined;
    try {
      if (outcome !== 'answered') this.#answer(running.tag, running.command, outcome);
    } catch (error) {
      return this.giveUp(error); // a client that gets no answer would wait for ever
    }
    this.#host.pull();
  }

  /** A command, or what it needs, has thrown this. */
  fail(error: unknown): void {
    if (error instanceof SessionOver || this.#host.over) return void (this.#running = undefined);
    if (this.#host.machine.wantedLiteral !== undefined) return this.giveUp(error); // the client waits for octets that will never be there
    const outcome = outcomeOf(error, WITH_TARGET.has(this.#running?.command.name ?? ''));
    this.finish(outcome ?? this.#serverBug(error));
  }

  /** The exchange of AUTHENTICATE is over, if there was one: the machine has answered. */
  endExchange(): void {
    if (this.#login.cancel()) this.#running = undefined;
  }

  /** Judges a literal before it comes. */
  async announce(event: Extract<ServerEvent, { readonly type: 'literal-wanted' }>): Promise<void> {
    const { intake } = this.#session;
    const { machine } = this.#host;
    let refusal: Outcome | undefined;
    try {
      refusal = await intake.announce(event);
    } catch (error) {
      refusal = this.#host.over ? undefined : this.#serverBug(error);
    }
    if (this.#host.over) return intake.drop();
    if (refusal === undefined) machine.acceptLiteral();
    else {
      intake.drop();
      machine.refuseLiteral(refusal.code, refusal.text);
    }
    this.#host.pull();
  }

  /** The literal is whole. The rest of the command is not pulled before the store has it. */
  endLiteral(): void {
    this.isStaging = true;
    const resume = (): void => {
      this.isStaging = false;
      this.#host.pull();
    };
    void this.#session.intake.end().then(resume, resume);
  }

  #answer(tag: string, command: Command, outcome: Outcome | 'accepted'): void {
    const { machine } = this.#host;
    const { notifications } = this.#session;
    this.#session.beforeNews(!speaksOfNumbers(command));
    if (outcome === 'accepted') machine.accept();
    else machine.complete(tag, outcome.status, outcome.code, outcome.text);
    notifications.tellArrived();
    if (notifications.isActive) this.#host.listenToStore();
  }

  #serverBug(error: unknown): Outcome {
    const reference = Buffer.from(this.#core.random.octets(REFERENCE_OCTETS)).toString('hex');
    this.#core.report(error, this.#host, reference);
    return no(`The server failed; tell its owner ${reference}`, 'SERVERBUG');
  }

  /** Nothing but the end helps. */
  giveUp(cause: unknown): void {
    this.#core.report(new ImapServerError('IMAP_SERVER_BUG', 'a session was ended in the middle of an answer', { cause }), this.#host);
    this.#host.drop('lost');
  }
}
