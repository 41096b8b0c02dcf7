/**
 * A message in pieces on its way to the machine: the next piece is pulled when the transport has taken the one before, so memory
 * holds one piece however long the message is and however slow the server.
 *
 * Whatever goes wrong with the source cuts the connection: a message that was begun must not be ended, or the part of it that
 * went out would be delivered as the whole.
 */
import type { ClientMachine } from '@mailwright/smtp';
import type { Attempt } from './delivery.ts';
import { localFailure } from './errors.ts';
import type { Session } from './session.ts';

type Pull = Iterator<unknown> | AsyncIterator<unknown>;

export class BodyFeeder {
  readonly attempt: Attempt;
  readonly #session: Session;
  readonly #machine: ClientMachine;
  #stopped = false;
  #resume: (() => void) | undefined = undefined;
  /** The source is being waited for, not the server. */
  waitsForSource = false;

  constructor(session: Session, machine: ClientMachine, attempt: Attempt) {
    this.attempt = attempt;
    this.#session = session;
    this.#machine = machine;
    void this.#feed();
  }

  /** The transport has room again. */
  drained(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  /** The transaction is over, whatever the source still has. */
  stop(): void {
    this.#stopped = true;
    this.drained();
  }

  async #feed(): Promise<void> {
    await undefined; // not inside the session's turn: what the source does may call back
    if (this.#stopped) return;
    let pull: Pull | undefined;
    try {
      this.attempt.delivery.sourceTaken = true;
      pull = iterate(this.attempt.delivery.source!);
      await this.#pump(pull);
    } catch (cause) {
      if (!this.#stopped) this.#session.abort(localFailure('SMTP_BODY_FAILED', `the body of the message failed: ${describe(cause)}`, cause));
    }
    if (this.#stopped) await release(pull);
  }

  /** The machine is called only while the transaction is under way: never after `stop`. */
  async #pump(pull: Pull): Promise<void> {
    const { delivery } = this.attempt;
    for (;;) {
      const step = await this.#pull(pull);
      if (this.#stopped) return;
      if (step.done === true) {
        this.#machine.endBody();
        this.#session.flushBody();
        return;
      }
      if (!(step.value instanceof Uint8Array)) throw new TypeError('a piece of the body is no Uint8Array');
      if (step.value.length === 0) continue;
      delivery.octetCount += step.value.length;
      this.#machine.body(step.value);
      const mayGoOn = this.#session.flushBody();
      if (!mayGoOn && !this.#stopped) await new Promise<void>((resolve) => (this.#resume = resolve));
      if (this.#stopped) return;
    }
  }

  async #pull(pull: Pull): Promise<IteratorResult<unknown, unknown>> {
    this.waitsForSource = true;
    try {
      return await pull.next();
    } finally {
      this.waitsForSource = false;
    }
  }
}

function iterate(source: Iterable<unknown> | AsyncIterable<unknown>): Pull {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}

/** Lets the source go (a file is closed by it). What it says to that is nobody's business any more. */
async function release(pull: Pull | undefined): Promise<void> {
  try {
    await pull?.return?.();
  } catch {
    // It was let go all the same.
  }
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
