/**
 * All that a client writes, in its order: commands, and the messages between them. It knows how much of it has left, so that
 * a reply counts only for a command that the server can have read, and how many replies are owed.
 *
 * Read next: `outgoing.ts` (the octets), `reply-ledger.ts` (the counts), `stream-stuffer.ts` (messages that come in pieces).
 *
 * @rfc 5321 4.5.2
 * @rfc 3030 2
 */
import type { ClientOptions } from './client-options.ts';
import type { ClientTransaction } from './client-transaction.ts';
import { Outgoing } from './outgoing.ts';
import { ReplyLedger } from './reply-ledger.ts';
import { type StreamFault, StreamStuffer } from './stream-stuffer.ts';

/** What the machine writes to. */
export class ClientOutput {
  /** The transaction whose message is being written; nothing may be written behind it before it is out. */
  sending: ClientTransaction | undefined = undefined;
  readonly #octets: Outgoing = new Outgoing();
  readonly #ledger: ReplyLedger = new ReplyLedger();
  readonly #options: ClientOptions;
  #stuffer: StreamStuffer | undefined = undefined;
  /** Transactions whose last octet was written but not yet taken. */
  #sealed: ClientTransaction[] = [];

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** A command of its own, or a line of a login, without CRLF. */
  writeLine(line: string): void {
    this.#ledger.write();
    this.#octets.write(`${line}\r\n`);
  }

  /** A command of a transaction, without CRLF. */
  writeCommand(transaction: ClientTransaction, line: string): void {
    transaction.issued++;
    this.writeLine(line);
  }

  /** DATA, or the BDAT of a whole message; a message in pieces brings its own BDAT for each. */
  writeMessageCommand(transaction: ClientTransaction): void {
    const { message } = transaction;
    if (transaction.form === 'text') this.writeCommand(transaction, 'DATA');
    else if (message.form === 'whole') this.writeCommand(transaction, `BDAT ${message.text.octets.length} LAST`);
  }

  /** Begins a message. A whole one is written as it is; true when nothing of it is left to be written but its end. */
  beginMessage(transaction: ClientTransaction, eightBitMime: boolean): boolean {
    const { message, form } = transaction;
    transaction.stage = 'message';
    this.sending = transaction;
    if (message.form === 'whole') {
      this.#octets.writeMessage(message.text, form === 'text');
      return !this.#octets.inMessage;
    }
    const { lineEnds, nul } = this.#options;
    if (form === 'text') this.#stuffer = new StreamStuffer(lineEnds, nul, eightBitMime && message.stream.eightBit !== false);
    return false;
  }

  /** A piece of a streamed message, or why it can't be written. */
  writePiece(octets: Uint8Array): StreamFault | undefined {
    if (this.#stuffer !== undefined) return this.#stuffer.push(octets, this.#octets);
    this.writeCommand(this.streamed, `BDAT ${octets.length}`);
    this.#octets.writeOctets(octets);
    return undefined;
  }

  /** No more pieces. */
  endPieces(): StreamFault | undefined {
    const fault = this.#stuffer?.end(this.#octets);
    if (fault === undefined) this.#stuffer = undefined;
    return fault;
  }

  /** The message is written but for what ends it: that is written now. */
  endMessage(transaction: ClientTransaction): void {
    const { message, form } = transaction;
    this.sending = undefined;
    transaction.stage = 'verdict';
    if (form === 'text') {
      if (message.form === 'whole' && !message.text.endsLine) this.#octets.write('\r\n');
      this.writeCommand(transaction, '.');
    } else if (message.form === 'streamed') this.writeCommand(transaction, 'BDAT 0 LAST');
    this.#sealed.push(transaction);
  }

  /** The transaction whose pieces are wanted. Throws a `TypeError` when none are. */
  get streamed(): ClientTransaction {
    const { sending } = this;
    if (sending === undefined || sending.message.form !== 'streamed') throw new TypeError('no message is wanted');
    return sending;
  }

  /** A whole message whose last block has been taken: it is to be ended. */
  get written(): ClientTransaction | undefined {
    return this.sending?.message.form === 'whole' && !this.#octets.inMessage ? this.sending : undefined;
  }

  /** What leaves next starts a wait anew: no reply is owed before it, or it is a piece of a message. */
  get startsWait(): boolean {
    return this.#ledger.settled || this.sending !== undefined;
  }

  /** Parts to hand to the transport, or `undefined`. */
  take(): Uint8Array[] | undefined {
    const parts = this.#octets.take();
    if (parts === undefined) return undefined;
    for (const transaction of this.#sealed) transaction.messageSent = true;
    if (this.#sealed.length > 0) this.#sealed = [];
    this.#ledger.leave();
    return parts;
  }

  /** Octets of the server came: they can answer only what has left. */
  arrive(): void {
    this.#ledger.arrive();
  }

  /** Takes one reply; false when none was owed. */
  takeReply(): boolean {
    return this.#ledger.take();
  }

  /** What has not left must not leave any more: the end of a message above all. */
  clear(): void {
    this.#octets.clear();
  }
}
