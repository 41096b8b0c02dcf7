/** What a client may do only so often. Each count says when it is used up. */
import type { ServerLimits } from './options.ts';

export class Tally {
  readonly #limits: ServerLimits;
  #errors = 0;
  #refusedLogins = 0;
  #idleCommands = 0;

  constructor(limits: ServerLimits) {
    this.#limits = limits;
  }

  /** A command was refused; true when it was one too many. */
  countError(): boolean {
    return ++this.#errors > this.#limits.errors;
  }

  /** A login was refused; true when it was the last. */
  countRefusedLogin(): boolean {
    return ++this.#refusedLogins >= this.#limits.authAttempts;
  }

  /** A command before the login; true when it is one too many. */
  countIdleCommand(): boolean {
    return ++this.#idleCommands > this.#limits.idleCommands;
  }
}
