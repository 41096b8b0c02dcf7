/**
 * What the owner of a session asked for and has no answer to yet: commands that wait for a response, messages that readers wait for. They begin here, an
 * answer finds them here, and here they are given up: by the caller, or because the session is over.
 *
 * Read next: `operation.ts` and `message-source.ts` (the two kinds), `session.ts` (who brings the answers).
 */
import type { DeadlineSet } from '@mailwright/net';
import type { ClientMachine, Command, CommandId, Response } from '@mailwright/pop3';
import type { Clock } from '@mailwright/wire';
import { type Failure, localFailure, type Pop3Error, type Pop3Phase, quoteResponse, remoteFailure } from './errors.ts';
import { MessageSource, type SourceOwner } from './message-source.ts';
import { type Answer, type CallOptions, Guard, Operation } from './operation.ts';

/** What requests need of their session. */
export interface RequestHost extends SourceOwner {
  readonly machine: ClientMachine;
  /** Why nothing can be asked for any more; `undefined` while the session lasts. */
  readonly closedBy: Failure | undefined;
  /** Makes the error that one is told. */
  errorOf(failure: Failure, phase: Pop3Phase): Pop3Error;
  /** What was asked for is to be written at the end of this turn. */
  schedule(): void;
}

type Pending = Operation | MessageSource;

const NO_LIMITS: CallOptions = {};

export class Requests {
  readonly #host: RequestHost;
  readonly #clock: Clock;
  readonly #deadlines: DeadlineSet;
  readonly #byId: Map<CommandId, Pending> = new Map();

  constructor(host: RequestHost, clock: Clock, deadlines: DeadlineSet) {
    this.#host = host;
    this.#clock = clock;
    this.#deadlines = deadlines;
  }

  // Beginnings

  /** A command, and what is said to it. Rejects with a `Pop3Error` when it is given up or the session ends first. Throws what `encodeCommand` throws. */
  perform(phase: Pop3Phase, command: Command, call: CallOptions): Promise<Answer> {
    const operation = new Operation(phase, this.#host.waiters);
    const refusal = this.#refuse(phase, call);
    if (refusal === undefined) this.#begin(command, operation, call);
    else operation.reject(refusal);
    return operation.answer;
  }

  /** RETR or TOP. Its octets are read from the source; what goes wrong is told there. Throws what `encodeCommand` throws. */
  openText(command: Command, call: CallOptions): MessageSource {
    const source = new MessageSource(this.#host);
    const refusal = this.#refuse('message', call);
    if (refusal === undefined) this.#begin(command, source, call);
    else source.fail(refusal, 'at-once');
    return source;
  }

  /** The next line of a login that is under way. `undefined` cancels it. */
  respond(id: CommandId, octets: Uint8Array | undefined): Promise<Answer> {
    const { machine, waiters } = this.#host;
    const operation = new Operation('auth', waiters);
    operation.id = id;
    const refusal = this.#refuse('auth', NO_LIMITS);
    if (refusal !== undefined) operation.reject(refusal);
    else {
      this.#byId.set(id, operation);
      if (octets === undefined) machine.cancelAuth();
      else machine.respond(octets);
      this.#host.schedule();
    }
    return operation.answer;
  }

  // Answers

  /** The source of a message whose text begins. */
  source(id: CommandId): MessageSource {
    return this.#byId.get(id) as MessageSource;
  }

  /** The text of a message is complete. */
  finish(id: CommandId): void {
    this.#byId.delete(id);
  }

  /** A command is done. What nobody waits for any more is dropped. */
  answer(id: CommandId, answer: Answer): void {
    const pending = this.#byId.get(id);
    this.#byId.delete(id);
    if (pending?.kind === 'command') {
      if (!pending.settled) pending.resolve(answer);
    } else if (answer.type === 'response') pending?.fail(this.#host.errorOf(rejected(answer.response), 'message'), 'at-once');
  }

  /** A challenge for a login that was given up cancels it. */
  challenge(event: Extract<Answer, { readonly type: 'challenge' }>): void {
    const pending = this.#byId.get(event.id);
    if (pending?.kind === 'command' && !pending.settled) pending.resolve(event);
    else this.#host.machine.cancelAuth();
  }

  // Giving up

  /** Nobody reads this message any more: its command is taken back if it was not written. */
  leave(source: MessageSource): void {
    this.#withdraw(source);
  }

  /** All who wait for something now do so no more; the session goes on. */
  giveUpWaiting(failure: Failure): void {
    for (const pending of [...this.#byId.values()]) {
      if (pending.kind === 'command' ? !pending.settled : pending.waiting) this.#giveUp(pending, failure);
    }
  }

  /** None of them will be answered any more. `when`: whether readers still get the octets that have come. */
  failAll(failure: Failure, when: 'at-once' | 'behind'): void {
    const all = [...this.#byId.values()];
    this.#byId.clear();
    for (const pending of all) {
      if (pending.kind === 'text') pending.fail(this.#host.errorOf(failure, 'message'), when);
      else if (!pending.settled) pending.reject(this.#host.errorOf(failure, pending.phase));
    }
  }

  // Inside

  #refuse(phase: Pop3Phase, { signal }: CallOptions): Pop3Error | undefined {
    const { closedBy } = this.#host;
    if (signal?.aborted === true) return this.#host.errorOf(localFailure('POP3_ABORTED', 'given up by the caller', signal.reason), phase);
    return closedBy === undefined ? undefined : this.#host.errorOf(closedBy, phase);
  }

  #begin(command: Command, pending: Pending, call: CallOptions): void {
    try {
      pending.id = this.#host.machine.send(command);
    } catch (error) {
      if (pending.kind === 'command') this.#host.waiters.count--;
      throw error;
    }
    this.#byId.set(pending.id, pending);
    this.#host.schedule();
    if (call.signal === undefined && call.deadlineMs === undefined) return;
    pending.guard = new Guard(call, this.#clock.now(), this.#deadlines, (failure) => this.#giveUp(pending, failure));
  }

  /** One who waits does so no more. His command is taken back if it was not written; otherwise what is said to it is dropped. */
  #giveUp(pending: Pending, failure: Failure): void {
    if (pending.kind === 'command') {
      if (pending.settled) return;
      this.#withdraw(pending);
      pending.reject(this.#host.errorOf(failure, pending.phase));
    } else {
      pending.fail(this.#host.errorOf(failure, 'message'), 'at-once');
      pending.left = true;
      this.#host.leave(pending);
    }
    this.#host.schedule();
  }

  #withdraw(pending: Pending): void {
    if (this.#host.machine.withdraw(pending.id)) this.#byId.delete(pending.id);
  }
}

/** -ERR to a command. */
export function rejected(response: Response): Failure {
  return remoteFailure('POP3_REJECTED', `the server says ${quoteResponse(response)}`, response);
}
