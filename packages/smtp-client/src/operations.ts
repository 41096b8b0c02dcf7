/**
 * The commands of a session that are no part of a transaction: EHLO, STARTTLS, AUTH, NOOP, QUIT. One is under way at a time; the
 * others wait until nothing is in flight.
 */
import type { ClientEvent, ClientMachine } from '@mailwright/smtp';
import type { SmtpError, SmtpPhase } from './errors.ts';

/** What answers such a command. */
export type Answer = Exclude<ClientEvent, { readonly type: 'need-data' | 'done' | 'body-wanted' | 'violation' | 'closed' | 'goodbye' }>;

export interface Operation {
  readonly phase: SmtpPhase;
  /** Writes the command; `undefined` where nothing is to be written any more. */
  readonly begin: ((machine: ClientMachine) => void) | undefined;
  /** When it is given up before the machine's own deadline. */
  readonly timeoutMs: number | undefined;
  resolve(answer: Answer): void;
  reject(error: SmtpError): void;
}

export class Operations {
  readonly #waiting: Operation[] = [];
  /** The one under way. */
  current: Operation | undefined = undefined;
  /** When `current` is given up, in the clock's milliseconds. */
  deadline: number | undefined = undefined;

  /** Nothing is under way and nothing waits. */
  get none(): boolean {
    return this.current === undefined && this.#waiting.length === 0;
  }

  /** One could begin if nothing else is in flight. */
  get pending(): boolean {
    return this.current === undefined && this.#waiting.length > 0;
  }

  add(operation: Operation): void {
    this.#waiting.push(operation);
  }

  /** Begins the next one. */
  beginNext(machine: ClientMachine, now: number): void {
    this.begin(this.#waiting.shift()!, machine, now);
  }

  /** Begins one out of turn: the next step of what is under way. */
  begin(operation: Operation, machine: ClientMachine, now: number): void {
    this.current = operation;
    this.deadline = operation.timeoutMs === undefined ? undefined : now + operation.timeoutMs;
    operation.begin?.(machine);
  }

  answer(answer: Answer): void {
    const { current } = this;
    this.current = undefined;
    this.deadline = undefined;
    current?.resolve(answer);
  }

  /** The session is over. */
  rejectAll(reject: (operation: Operation) => void): void {
    const all = this.current === undefined ? [...this.#waiting] : [this.current, ...this.#waiting];
    this.current = undefined;
    this.deadline = undefined;
    this.#waiting.length = 0;
    all.forEach(reject);
  }
}
