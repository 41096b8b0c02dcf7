/**
 * The commands of a session that have no answer yet, by their numbers: those that wait for a response, and the messages that readers wait for. An answer finds
 * its command here, and so does the end of the session.
 */
import type { CommandId, Response } from '@mailwright/pop3';
import { type Failure, type Pop3Error, type Pop3Phase, quoteResponse, remoteFailure } from './errors.ts';
import type { MessageSource } from './message-source.ts';
import type { Answer, Operation } from './operation.ts';

/** Makes the error that one of them is told. */
export type ErrorOf = (failure: Failure, phase: Pop3Phase) => Pop3Error;

export class PendingCommands {
  readonly #byId: Map<CommandId, Operation | MessageSource> = new Map();
  readonly #errorOf: ErrorOf;

  constructor(errorOf: ErrorOf) {
    this.#errorOf = errorOf;
  }

  add(pending: Operation | MessageSource): void {
    this.#byId.set(pending.id, pending);
  }

  remove(id: CommandId): void {
    this.#byId.delete(id);
  }

  /** The source of a message whose text begins. */
  source(id: CommandId): MessageSource {
    return this.#byId.get(id) as MessageSource;
  }

  /** The command that is waited for by somebody. */
  awaited(id: CommandId): Operation | undefined {
    const pending = this.#byId.get(id);
    return pending?.kind === 'command' && !pending.settled ? pending : undefined;
  }

  /** Who waits for something, now. */
  waiting(): readonly (Operation | MessageSource)[] {
    return [...this.#byId.values()].filter((pending) => (pending.kind === 'command' ? !pending.settled : pending.waiting));
  }

  /** A command is done. What nobody waits for any more is dropped. */
  answer(id: CommandId, answer: Answer): void {
    const pending = this.#byId.get(id);
    this.#byId.delete(id);
    if (pending?.kind === 'command') {
      if (!pending.settled) pending.resolve(answer);
    } else if (answer.type === 'response') pending?.fail(this.#errorOf(rejected(answer.response), 'message'), 'at-once');
  }

  /** None of them will be answered any more. `when`: whether readers still get the octets that have come. */
  failAll(failure: Failure, when: 'at-once' | 'behind'): void {
    const all = [...this.#byId.values()];
    this.#byId.clear();
    for (const pending of all) {
      if (pending.kind === 'text') pending.fail(this.#errorOf(failure, 'message'), when);
      else if (!pending.settled) pending.reject(this.#errorOf(failure, pending.phase));
    }
  }
}

/** -ERR to a command. */
export function rejected(response: Response): Failure {
  return remoteFailure('POP3_REJECTED', `the server says ${quoteResponse(response)}`, response);
}
