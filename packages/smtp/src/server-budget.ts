/**
 * What a session has used of what it may use: errors, commands, transactions, time. The machine asks before it goes on.
 *
 * @rfc 5321 4.5.3.2
 */
import type { Effect } from './extension.ts';
import type { ServerOptions } from './server-options.ts';

/** What the client's time runs for. `driver`: for nothing, the server is at work. */
export type ClientTask = 'driver' | 'line' | 'message';

/**
 * The counts and times of one session; times are those of the driver's clock. `Session` is made on top of it, so that an idle
 * session has one object less (48 octets of heap).
 */
export class Budget {
  readonly options: ServerOptions;
  readonly #openedAt: number;
  /** Commands answered with 5yz. */
  errors = 0;
  #idleCommands = 0;
  #transactions = 0;
  /** When the client was last told something: from here its time for the next command runs, however the line drips. */
  #toldAt: number;
  /** When octets last came, or could have come: while the driver does not pull, a client is not slow. */
  #heardAt: number;

  constructor(options: ServerOptions, now: number) {
    this.options = options;
    this.#openedAt = this.#toldAt = this.#heardAt = now;
  }

  get heardAt(): number {
    return this.#heardAt;
  }

  /** Counts a 5yz; true when it is one too many. */
  spendError(): boolean {
    return ++this.errors > this.options.limits.errors;
  }

  /** Counts a command that is about to be taken; names the limit when it is one too many. */
  spendCommand(effect: Effect): 'LIMIT_TRANSACTIONS' | 'LIMIT_IDLE_COMMANDS' | undefined {
    const { limits } = this.options;
    if (effect === 'recipient' || effect === 'tls') return undefined;
    if (effect === 'begin') return this.#transactions >= limits.transactions ? 'LIMIT_TRANSACTIONS' : undefined;
    return ++this.#idleCommands > limits.idleCommands ? 'LIMIT_IDLE_COMMANDS' : undefined;
  }

  /** Counts a transaction that got its verdict; a client that sends mail may say as much between its messages again. */
  spendTransaction(): void {
    this.#transactions++;
    this.#idleCommands = 0;
  }

  heard(now: number): void {
    this.#heardAt = now;
  }

  told(now: number): void {
    this.#toldAt = now;
  }

  /** When the client's time is over; `messageStartedAt` is that of the message that is under way. @rfc 5321 4.5.3.2 */
  deadline(task: ClientTask, messageStartedAt: number | undefined): number | undefined {
    const { timeouts } = this.options;
    const session = this.#openedAt + timeouts.sessionMs;
    if (task === 'driver') return session === Infinity ? undefined : session;
    const next = task === 'message' ? this.#heardAt + timeouts.dataBlockMs : this.#toldAt + timeouts.commandMs;
    return Math.min(session, next, messageStartedAt === undefined ? Infinity : messageStartedAt + timeouts.messageMs);
  }
}
