/**
 * How a client becomes a user: LOGIN, the steps of AUTHENTICATE between the IMAP machine and the exchange, and PREAUTH.
 *
 * Read next: `authentication.ts`.
 *
 * @rfc 9051 6.2.2
 */
import type { ServerMachine } from '@mailwright/imap';
import type { MechanismName } from '@mailwright/sasl';
import { no, type Outcome } from '../commands/outcome.ts';
import { type Authentication, type AuthenticationStep, checkLogin, createAuthentication } from './authentication.ts';
import type { CommandSession } from './command-session.ts';
import type { ServerCore } from './core.ts';
import type { ImapServerOptions, ImapSession } from './options.ts';

/** What it needs of the connection. */
export interface LoginHost extends ImapSession {
  readonly machine: ServerMachine;
  readonly over: boolean;
  /** A challenge was said: the client's answer may come. */
  pull(): void;
  finish(outcome: Outcome | 'answered'): void;
  fail(error: unknown): void;
}

export class Login {
  readonly #host: LoginHost;
  readonly #core: ServerCore;
  readonly #session: CommandSession;
  #authentication: Authentication | undefined = undefined;

  constructor(host: LoginHost, core: ServerCore, session: CommandSession) {
    this.#host = host;
    this.#core = core;
    this.#session = session;
  }

  /** Greets a client of whom it is known before it says anything who it is, or that it has to log in. */
  async greet(preauthenticate: NonNullable<ImapServerOptions['preauthenticate']>): Promise<void> {
    const { machine } = this.#host;
    try {
      const user = await preauthenticate(this.#host);
      const account = user === undefined ? undefined : await this.#core.store.account(user);
      if (this.#host.over) return;
      if (user === undefined) machine.accept();
      else if (account === undefined) machine.refuse('There is no such account', { name: 'AUTHORIZATIONFAILED' });
      else {
        this.#session.logIn(user, account);
        machine.preauthenticate(user);
      }
    } catch (error) {
      this.#core.report(error, this.#host);
      if (!this.#host.over) machine.refuse('The server failed', { name: 'UNAVAILABLE' });
    }
    this.#host.pull();
  }

  /** LOGIN. `answered`: the machine has said so. */
  async check(user: string, password: string): Promise<Outcome | 'answered'> {
    return this.#enter(await checkLogin(user, password, this.#core, this.#host));
  }

  /** AUTHENTICATE. */
  begin(mechanism: string, initialResponse: Uint8Array | undefined): void {
    this.#authentication = createAuthentication(mechanism as MechanismName, this.#core, this.#host);
    this.#follow(this.#authentication.start(initialResponse));
  }

  respond(octets: Uint8Array): void {
    this.#follow(this.#authentication!.respond(octets));
  }

  /** True where an exchange was under way, which is over now. */
  cancel(): boolean {
    const isUnderWay = this.#authentication !== undefined;
    this.#authentication?.cancel();
    this.#authentication = undefined;
    return isUnderWay;
  }

  #follow(step: Promise<AuthenticationStep>): void {
    step.then((given) => this.#takeStep(given)).catch((error: unknown) => {
      this.cancel();
      this.#host.fail(error);
    });
  }

  async #takeStep(step: AuthenticationStep): Promise<void> {
    if (this.#host.over || this.#authentication === undefined) return;
    if (step.type === 'challenge') {
      this.#host.machine.challenge(step.octets);
      return this.#host.pull();
    }
    this.#authentication = undefined;
    this.#host.finish(await this.#enter(step));
  }

  async #enter(step: AuthenticationStep): Promise<Outcome | 'answered'> {
    if (step.type !== 'accepted') return no('The name or the password is wrong', 'AUTHENTICATIONFAILED');
    const { authorizationId: user } = step.identity;
    const account = await this.#core.store.account(user);
    if (this.#host.over) return 'answered';
    if (account === undefined) return no('There is no such account', 'AUTHORIZATIONFAILED');
    this.#session.logIn(user, account);
    this.#host.machine.authenticated(user);
    return 'answered';
  }
}
