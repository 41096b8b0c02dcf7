/**
 * The commands of a session that are no part of a transaction: EHLO, STARTTLS, AUTH, NOOP, QUIT. One is under way at a time; the
 * others wait until nothing is in flight.
 */
import type { ClientEvent, ClientMachine } from '@mailwright/smtp';
import type { Clock } from '@mailwright/wire';
import type { SmtpError, SmtpPhase } from './errors.ts';

/** What answers such a command. */
export type Answer = Exclude<ClientEvent, { readonly type: 'need-data' | 'done' | 'body-wanted' | 'violation' | 'closed' | 'goodbye' }>;

/** Writes a command. */
export type Begin = (machine: ClientMachine) => void;

interface Operation {
  readonly phase: SmtpPhase;
  /** `undefined` where nothing is to be written any more. */
  readonly begin: Begin | undefined;
  /** When it is given up before the machine's own deadline. */
  readonly timeoutMs: number | undefined;
  resolve(answer: Answer): void;
  reject(error: SmtpError): void;
}

/** QUIT behind the end of the last message, which nobody waits for. */
const QUIT_BEHIND: Operation = { phase: 'quit', begin: (machine) => machine.quit(), timeoutMs: undefined, resolve: () => {}, reject: () => {} };

export class Operations {
  readonly #machine: ClientMachine;
  readonly #clock: Clock;
  readonly #waiting: Operation[] = [];
  /** The one under way. */
  #current: Operation | undefined = undefined;
  /** Set when the session is over: makes what every operation is rejected with from then on. */
  #refusal: ((phase: SmtpPhase) => SmtpError) | undefined = undefined;
  /** When the one under way is given up, in the clock's milliseconds. */
  deadline: number | undefined = undefined;

  constructor(machine: ClientMachine, clock: Clock) {
    this.#machine = machine;
    this.#clock = clock;
  }

  /** Nothing is under way and nothing waits. */
  get none(): boolean {
    return this.#current === undefined && this.#waiting.length === 0;
  }

  /** One could begin if nothing else is in flight. */
  get pending(): boolean {
    return this.#current === undefined && this.#waiting.length > 0;
  }

  /** QUIT stands behind a message. */
  get quitsBehind(): boolean {
    return this.#current === QUIT_BEHIND;
  }

  /** Waits for its turn; rejects with an `SmtpError` when the session ends first. */
  add(phase: SmtpPhase, begin: Begin, timeoutMs: number | undefined): Promise<Answer> {
    return this.#promise(phase, begin, timeoutMs, (operation) => this.#waiting.push(operation));
  }

  /** Goes out of turn: the next step of what is under way. */
  goOn(phase: SmtpPhase, begin: Begin | undefined): Promise<Answer> {
    return this.#promise(phase, begin, undefined, (operation) => this.#begin(operation));
  }

  beginNext(): void {
    this.#begin(this.#waiting.shift()!);
  }

  quitBehind(): void {
    this.#begin(QUIT_BEHIND);
  }

  answer(answer: Answer): void {
    const current = this.#current;
    this.#current = undefined;
    this.deadline = undefined;
    current?.resolve(answer);
  }

  /** The session is over. */
  end(refusal: (phase: SmtpPhase) => SmtpError): void {
    const all = this.#current === undefined ? [...this.#waiting] : [this.#current, ...this.#waiting];
    this.#refusal = refusal;
    this.#current = undefined;
    this.deadline = undefined;
    this.#waiting.length = 0;
    for (const { phase, reject } of all) reject(refusal(phase));
  }

  #promise(phase: SmtpPhase, begin: Begin | undefined, timeoutMs: number | undefined, start: (operation: Operation) => void): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#refusal === undefined) start({ phase, begin, timeoutMs, resolve, reject });
      else reject(this.#refusal(phase));
    });
  }

  #begin(operation: Operation): void {
    this.#current = operation;
    this.deadline = operation.timeoutMs === undefined ? undefined : this.#clock.now() + operation.timeoutMs;
    operation.begin?.(this.#machine);
  }
}
