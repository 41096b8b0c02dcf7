/**
 * What a client has in flight and what waits to be: it decides which command is written when, and which transaction a reply
 * goes on with. The session around the transactions (greeting, EHLO, TLS, login, the end) is `client.ts`.
 *
 * With PIPELINING a transaction is one group, and its MAIL may stand behind the end of the message before it (one round trip a
 * message); with CHUNKING the message stands in the group too; with a `window` many transactions are in flight. Without
 * PIPELINING every command waits for its reply.
 *
 * Read next: `client-transaction-step.ts`, `client-output.ts`, `client-envelope.ts`.
 *
 * @rfc 2920 3.1
 * @rfc 3030 2
 */
import { type Capabilities, NO_CAPABILITIES } from './capabilities.ts';
import { planEnvelope } from './client-envelope.ts';
import type { ClientEvent } from './client-event.ts';
import type { ClientOperation, PlainOperation } from './client-operation.ts';
import type { ClientOptions } from './client-options.ts';
import type { ClientOutput } from './client-output.ts';
import { describeAnswered, stepTransaction } from './client-transaction-step.ts';
import { ClientTransaction, type TransactionCut } from './client-transaction.ts';
import type { Command } from './command.ts';
import { encodeCommand } from './command-encode.ts';
import type { Reply } from './reply.ts';

const NOOP: Command = { verb: 'NOOP', argument: '' };
const RESET: PlainOperation = { kind: 'reset', command: { verb: 'RSET' } };

/** The queues of one session. It begins with the greeting in flight, which is due without being asked for. */
export class ClientPipeline {
  /** What the server can do; set by the machine. */
  capabilities: Capabilities = NO_CAPABILITIES;
  /** Set by the machine while a TLS handshake is due: nothing is written. */
  suspended = false;
  readonly #options: ClientOptions;
  readonly #output: ClientOutput;
  /** The machine's events. */
  readonly #events: ClientEvent[];
  readonly #flight: ClientOperation[] = [{ kind: 'greeting', command: NOOP }];
  readonly #waiting: ClientTransaction[] = [];
  /** Transactions in `#flight`. */
  #inFlight = 0;
  /** The server may still hold a transaction that failed: RSET goes first. */
  #needsReset = false;

  constructor(options: ClientOptions, output: ClientOutput, events: ClientEvent[]) {
    this.#options = options;
    this.#output = output;
    this.#events = events;
  }

  /** What the next reply answers. */
  get head(): ClientOperation | undefined {
    return this.#flight[0];
  }

  /** Nothing is in flight and nothing waits. */
  get empty(): boolean {
    return this.#flight.length === 0 && this.#waiting.length === 0;
  }

  get transactionCount(): number {
    return this.#waiting.length + this.#inFlight;
  }

  /** One more transaction would be written at once. */
  get hasRoom(): boolean {
    return this.#waiting.length === 0 && this.#mayWrite();
  }

  /** How many transactions may be in flight at once under what the server announced. */
  get depth(): number {
    const { pipelining, chunking } = this.capabilities;
    if (!pipelining) return 1;
    if (chunking && this.#options.window > 1) return this.#options.window;
    return !chunking && this.#options.pipelineBehindMessage ? 2 : 1;
  }

  /** Writes a command that is no part of a transaction, behind whatever is in flight. Throws a `TypeError` for what can't be written. */
  issue(operation: PlainOperation): void {
    const line = encodeCommand(operation.command);
    this.#flight.push(operation);
    this.#output.writeLine(line);
  }

  /** The command at the head has its final reply. */
  land(): void {
    this.#flight.shift();
  }

  /** Takes a transaction over; it is written as soon as may be. */
  begin(transaction: ClientTransaction): void {
    this.#waiting.push(transaction);
    this.fill();
  }

  /** Writes waiting transactions as far as the session allows. */
  fill(): void {
    while (this.#waiting.length > 0 && this.#mayWrite()) {
      if (this.#needsReset && !this.capabilities.pipelining) return this.#reset();
      this.#start(this.#waiting.shift()!);
    }
  }

  /** Takes a reply for the transaction at the head; gives what it is no answer to, in words, where it is none. */
  answer(transaction: ClientTransaction, reply: Reply): string | undefined {
    switch (stepTransaction(transaction, reply, this.#requiresAll(transaction))) {
      case 'wait':
        return;
      case 'recipient':
        return void this.#output.writeCommand(transaction, encodeCommand(transaction.recipients[transaction.answered - 1]!));
      case 'message-command':
        return void this.#writeMessageCommand(transaction);
      case 'message':
        return void this.#startMessage(transaction);
      case 'take-back':
        // A lone dot takes back the leave to send a message to nobody. @rfc 2920 3.1
        transaction.stage = 'verdict';
        return void this.#output.writeCommand(transaction, '.');
      case 'over':
        return void this.#finish(transaction, false);
      case 'over-open':
        return void this.#finish(transaction, true);
      case 'no-answer':
        return describeAnswered(transaction);
      case 'half-chunk':
        return 'half a chunk';
    }
  }

  /** The message is written but for what ends it. */
  seal(transaction: ClientTransaction): void {
    this.#output.endMessage(transaction);
    if (transaction.answered === transaction.issued) this.#finish(transaction, true); // refused before its end
    else this.fill();
  }

  /** A transaction ends without a verdict. */
  drop(transaction: ClientTransaction, cut: TransactionCut): void {
    transaction.cut ??= cut;
    this.#report(transaction);
  }

  /** The session is over: no reply comes any more. */
  dropAll(cut: TransactionCut): void {
    for (const operation of this.#flight) if (operation instanceof ClientTransaction) this.drop(operation, cut);
    this.#flight.length = 0;
    this.#inFlight = 0;
    for (const transaction of this.#waiting) this.drop(transaction, cut);
    this.#waiting.length = 0;
  }

  #mayWrite(): boolean {
    const last = this.#flight.at(-1);
    if (last === undefined) return !this.suspended;
    if (!(last instanceof ClientTransaction) || last.stage !== 'verdict') return false;
    return this.#inFlight < this.depth;
  }

  #reset(): void {
    this.#needsReset = false;
    this.issue(RESET);
  }

  #start(transaction: ClientTransaction): void {
    const envelope = planEnvelope(transaction, this.capabilities);
    if (!envelope.ok) {
      transaction.unsendable = envelope.unsendable;
      return this.#report(transaction);
    }
    // In a window it is not known yet whether the transaction before left the server without recipients: RSET makes sure
    // that its sender can't be taken for this one's.
    if (this.#needsReset || (envelope.form === 'counted' && this.depth > 1)) this.#reset();
    transaction.behindMessage = this.#flight.at(-1) instanceof ClientTransaction;
    transaction.stage = 'envelope';
    transaction.form = envelope.form;
    this.#flight.push(transaction);
    this.#inFlight++;
    this.#output.writeCommand(transaction, encodeCommand(envelope.mail));
    if (!this.capabilities.pipelining) return;
    for (const recipient of transaction.recipients) this.#output.writeCommand(transaction, encodeCommand(recipient));
    if (!this.#requiresAll(transaction)) this.#writeMessageCommand(transaction);
  }

  #requiresAll(transaction: ClientTransaction): boolean {
    return (transaction.requireRecipients ?? this.#options.requireRecipients) === 'all';
  }

  #writeMessageCommand(transaction: ClientTransaction): void {
    this.#output.writeMessageCommand(transaction);
    if (transaction.form === 'counted') this.#startMessage(transaction);
  }

  #startMessage(transaction: ClientTransaction): void {
    if (this.#output.beginMessage(transaction, this.capabilities.eightBitMime)) this.seal(transaction);
    else if (transaction.message.form === 'streamed') this.#events.push({ type: 'body-wanted', transaction });
  }

  #finish(transaction: ClientTransaction, needsReset: boolean): void {
    this.#flight.shift();
    this.#inFlight--;
    if (needsReset) this.#needsReset = true;
    this.#report(transaction);
  }

  #report(transaction: ClientTransaction): void {
    transaction.stage = 'done';
    this.#events.push({ type: 'done', transaction });
  }
}
