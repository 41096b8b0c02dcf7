/**
 * The client side of an SMTP session as a machine: the driver says what it wants, octets go out; octets come in, events
 * come out. It holds no socket, no timer and no promise.
 *
 * Every command that was written stands in one queue, `#flight`, until its reply has come, and there is one place that
 * takes a reply for it: `#take`. A reply is never looked at for a command that had not left when the reply arrived, so a
 * server that talks too early, too much or out of class is caught before it can be believed.
 *
 * What is written when is decided in `#fill`: with PIPELINING a transaction is one group, and its MAIL may stand behind the
 * end of the message before it (one round trip a message); with CHUNKING the message stands in the group too; with a
 * `window` many transactions are in flight. Without PIPELINING every command waits for its reply.
 *
 * Read next: `client-transaction.ts`, `client-envelope.ts`, `outgoing.ts`.
 *
 * @rfc 5321 3
 * @rfc 2920 3.1
 * @rfc 3030 2
 */
import { decodeBase64, encodeBase64, InputBuffer, latin1, LINE, LINE_TOO_LONG, NEED_DATA as NO_LINE } from '@mailwright/wire';
import { type Capabilities, NO_CAPABILITIES, parseCapabilities } from './capabilities.ts';
import { planEnvelope } from './client-envelope.ts';
import type { ClientEnd, ClientEvent, ClientViolation } from './client-event.ts';
import type { ClientOptions } from './client-options.ts';
import { ClientTransaction, type TransactionCut } from './client-transaction.ts';
import type { Command } from './command.ts';
import { encodeCommand } from './command-encode.ts';
import { Outgoing } from './outgoing.ts';
import { ReplyLedger } from './reply-ledger.ts';
import { ReplyParser } from './reply-parse.ts';
import { isIntermediate, isPermanent, isPositive, type Reply } from './reply.ts';
import { type StreamFault, StreamStuffer } from './stream-stuffer.ts';

/** A command in flight that is no part of a transaction. `reset` is the machine's own RSET. */
interface PlainOperation {
  readonly kind: 'greeting' | 'hello' | 'tls' | 'auth' | 'reset' | 'command';
  readonly command: Command;
}

type Operation = ClientTransaction | PlainOperation;

const NEED_DATA: ClientEvent = { type: 'need-data' };
const UPGRADE_TLS: ClientEvent = { type: 'upgrade-tls' };
const NOOP: Command = { verb: 'NOOP', argument: '' };
const RESET: PlainOperation = { kind: 'reset', command: { verb: 'RSET' } };

/** A session of an SMTP client without its socket. */
export class ClientMachine {
  readonly #options: ClientOptions;
  readonly #input: InputBuffer = new InputBuffer();
  readonly #out: Outgoing = new Outgoing();
  readonly #parser: ReplyParser;
  readonly #flight: Operation[] = [{ kind: 'greeting', command: NOOP }];
  readonly #waiting: ClientTransaction[] = [];
  readonly #events: ClientEvent[] = [];
  /** The transaction whose message is being written; nothing may be written behind it before it is out. */
  #sending: ClientTransaction | undefined = undefined;
  #stuffer: StreamStuffer | undefined = undefined;
  /** Transactions whose last octet is in `#out` but not yet handed out. */
  #sealed: ClientTransaction[] = [];
  /** Transactions in `#flight`. */
  #inFlight = 0;
  /** The server may still hold a transaction that failed: RSET goes first. */
  #needsReset = false;
  #capabilities: Capabilities = NO_CAPABILITIES;
  readonly #ledger: ReplyLedger = new ReplyLedger();
  #progressAt: number;
  #now: number;
  #end: ClientEnd | undefined = undefined;
  #tls: 'none' | 'upgrade' = 'none';

  /** `now`: milliseconds on the driver's clock; the greeting is awaited from here on. */
  constructor(options: ClientOptions, now: number) {
    this.#options = options;
    this.#parser = new ReplyParser(options.limits);
    this.#progressAt = now;
    this.#now = now;
  }

  /** What the last EHLO said, without the keywords that the options disable. */
  get capabilities(): Capabilities {
    return this.#capabilities;
  }

  /** Nothing is in flight and nothing waits: a connection that may be kept, or closed without harm. */
  get idle(): boolean {
    return this.#flight.length === 0 && this.#waiting.length === 0 && this.#end === undefined;
  }

  /** Transactions begun and not done. */
  get transactionCount(): number {
    return this.#waiting.length + this.#inFlight;
  }

  /** Whether one more `begin` would be written at once, rather than wait for a reply. */
  get hasRoom(): boolean {
    return this.#end === undefined && this.#waiting.length === 0 && this.#mayWrite();
  }

  /** How many transactions may be in flight at once under what the server announced. */
  get depth(): number {
    const { pipelining, chunking } = this.#capabilities;
    if (!pipelining) return 1;
    if (chunking && this.#options.window > 1) return this.#options.window;
    return !chunking && this.#options.pipelineBehindMessage ? 2 : 1;
  }

  /** Says EHLO, and HELO where that is not known. @rfc 5321 4.1.1.1 */
  hello(): void {
    this.#issue({ kind: 'hello', command: { verb: 'EHLO', domain: this.#options.helloDomain } });
  }

  /** Asks for TLS. Throws a `TypeError` while anything else is in flight. @rfc 3207 4 */
  startTls(): void {
    this.#refuseBusy('STARTTLS');
    this.#issue({ kind: 'tls', command: { verb: 'STARTTLS' } });
  }

  /** The handshake is done; whatever was known is forgotten, say EHLO again. @rfc 3207 4.2 */
  tlsStarted(now: number): void {
    if (this.#tls !== 'upgrade') throw new TypeError('no TLS handshake is due');
    this.#tls = 'none';
    this.#capabilities = NO_CAPABILITIES;
    this.#progressAt = now;
  }

  /** Starts a SASL exchange. Throws a `TypeError` while anything else is in flight. @rfc 4954 4 */
  auth(mechanism: string, initialResponse: Uint8Array | undefined): void {
    this.#refuseBusy('AUTH');
    this.#issue({ kind: 'auth', command: { verb: 'AUTH', mechanism, initialResponse } });
  }

  /** Answers a `challenge`. */
  respond(octets: Uint8Array): void {
    this.#continueAuth(encodeBase64(octets));
  }

  /** Answers a `challenge` by giving up; the server's 501 comes as the reply to AUTH. @rfc 4954 4 */
  cancelAuth(): void {
    this.#continueAuth('*');
  }

  /** Any other command: NOOP, RSET, VRFY, EXPN, HELP, QUIT. */
  command(command: Command): void {
    this.#issue({ kind: 'command', command });
  }

  /** QUIT. Transactions in flight are still answered before it. */
  quit(): void {
    this.command({ verb: 'QUIT' });
  }

  /**
   * Takes a transaction over; it is written as soon as the session allows. Its end comes as `done`, whatever happens.
   * Nothing of it is written when it can't be sent to this server (`unsendable`).
   */
  begin(transaction: ClientTransaction): void {
    this.#waiting.push(transaction);
    if (this.#end === undefined) return this.#fill();
    this.#waiting.pop();
    this.#drop(transaction, 'closed');
  }

  /** A piece of a streamed message, between `body-wanted` and `endBody`. The view must not change before it is written. */
  body(octets: Uint8Array): void {
    const transaction = this.#streamed();
    if (this.#stuffer === undefined) {
      this.#write(transaction, `BDAT ${octets.length}`);
      return this.#out.writeOctets(octets);
    }
    const fault = this.#stuffer.push(octets, this.#out);
    if (fault !== undefined) this.#cutMessage(transaction, fault);
  }

  /** The end of a streamed message. */
  endBody(): void {
    const transaction = this.#streamed();
    const fault = this.#stuffer?.end(this.#out);
    if (fault !== undefined) return this.#cutMessage(transaction, fault);
    this.#stuffer = undefined;
    this.#seal(transaction);
  }

  /** Stores octets; parses nothing. */
  receive(octets: Uint8Array, now: number): void {
    this.#now = now;
    this.#ledger.arrive();
    if (this.#end === undefined) this.#input.push(octets);
  }

  /** The server closed its direction. */
  end(): void {
    this.#close('eof', 'closed');
  }

  /** When `expire` is to be called, on the driver's clock; `undefined` while nothing is awaited. @rfc 5321 4.5.3.2 */
  get deadline(): number | undefined {
    if (this.#end !== undefined || this.#tls === 'upgrade') return undefined;
    const head = this.#flight[0];
    return head === undefined ? undefined : this.#progressAt + this.#patience(head);
  }

  /** Ends the session when the deadline has passed; does nothing before. */
  expire(now: number): void {
    const { deadline } = this;
    if (deadline === undefined || now < deadline) return;
    this.#events.push({ type: 'violation', code: 'SMTP_TIMEOUT', detail: `no reply to ${this.#describeHead()} in time` });
    this.#close('timeout', 'timeout');
  }

  /**
   * Parts to write now, or `undefined`. Call it again until it gives none, or, after a write that met backpressure, when
   * the transport has drained: a long message comes in blocks.
   */
  takeOutput(now: number): Uint8Array[] | undefined {
    const parts = this.#out.take();
    if (parts === undefined) return undefined;
    if (this.#ledger.settled || this.#sending !== undefined) this.#progressAt = now;
    for (const transaction of this.#sealed) transaction.messageSent = true;
    if (this.#sealed.length > 0) this.#sealed = [];
    this.#ledger.leave();
    const sending = this.#sending;
    if (sending?.message.form === 'whole' && !this.#out.inMessage) this.#seal(sending);
    return parts;
  }

  /** One event. */
  next(): ClientEvent {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) return event;
      if (this.#end !== undefined) return { type: 'closed', end: this.#end };
      if (this.#tls === 'upgrade') return UPGRADE_TLS;
      if (!this.#readLine()) return NEED_DATA;
    }
  }

  // What comes in

  #readLine(): boolean {
    const status = this.#input.takeLine(this.#options.limits.lineOctets);
    if (status === NO_LINE) return false;
    if (status === LINE_TOO_LONG) this.#violate('LIMIT_LINE_OCTETS', `a reply line of more than ${this.#options.limits.lineOctets} octets`);
    else if (status !== LINE) this.#violate('SMTP_BAD_REPLY', 'a reply line that does not end in CRLF, or holds a bare CR, LF or NUL');
    else {
      const parsed = this.#parser.push(this.#input.lineText() ?? latin1(this.#input.lineView()));
      if (parsed === undefined) return true;
      if (typeof parsed === 'object') this.#take(parsed);
      else this.#violate(parsed, 'what came is no reply, or too much for one');
    }
    return true;
  }

  /** The one place where a reply meets its command. */
  #take(reply: Reply): void {
    const head = this.#flight[0];
    if (head === undefined || !this.#ledger.take()) return this.#takeUnasked(reply);
    this.#progressAt = this.#now;
    if (head instanceof ClientTransaction) this.#answerTransaction(head, reply);
    else this.#answerPlain(head, reply);
    if (reply.code === 421) this.#close('goodbye', 'closed');
    else if (this.#end === undefined) this.#fill();
  }

  /** Inside a message a refusal is believed, and the message is not ended; anything else but 421 breaks the protocol. */
  #takeUnasked(reply: Reply): void {
    if (this.#sending !== undefined && reply.code >= 400) this.#sending.verdict = reply;
    if (reply.code !== 421) return this.#violate('SMTP_UNEXPECTED_REPLY', `${reply.code} answers nothing that was sent`);
    this.#events.push({ type: 'goodbye', reply });
    this.#close('goodbye', 'closed');
  }

  #answerPlain(operation: PlainOperation, reply: Reply): void {
    const { kind, command } = operation;
    if (isIntermediate(reply) && kind !== 'auth') return this.#violateClass(command.verb, reply);
    if (kind === 'auth' && isIntermediate(reply)) return this.#challenge(reply);
    this.#flight.shift();
    switch (kind) {
      case 'greeting':
        return void this.#events.push({ type: 'greeting', reply });
      case 'hello':
        return this.#answerHello(command, reply);
      case 'tls':
        return this.#answerStartTls(command, reply);
      case 'reset':
        return isPositive(reply) ? undefined : this.#violateClass('RSET', reply);
      case 'auth':
      case 'command':
        this.#events.push({ type: 'reply', command, reply });
        if (command.verb === 'QUIT') this.#close('quit', 'closed');
    }
  }

  #answerHello(command: Command, reply: Reply): void {
    if (isPermanent(reply) && command.verb === 'EHLO') {
      return this.#issue({ kind: 'hello', command: { verb: 'HELO', domain: this.#options.helloDomain } });
    }
    if (!isPositive(reply)) return void this.#events.push({ type: 'reply', command, reply });
    this.#capabilities = command.verb === 'EHLO' ? parseCapabilities(reply, this.#options.disabled) : NO_CAPABILITIES;
    this.#events.push({ type: 'capabilities', capabilities: this.#capabilities, reply });
  }

  /** Octets behind the 220 came in clear text and would be read as if they had come through TLS. @rfc 3207 6 */
  #answerStartTls(command: Command, reply: Reply): void {
    if (!isPositive(reply)) return void this.#events.push({ type: 'reply', command, reply });
    if (this.#input.length > 0) return this.#violate('SMTP_OCTETS_BEFORE_TLS', 'octets in clear text behind the reply to STARTTLS');
    this.#tls = 'upgrade';
  }

  #challenge(reply: Reply): void {
    this.#events.push({ type: 'challenge', octets: decodeBase64(reply.lines[0]!) });
  }

  #answerTransaction(transaction: ClientTransaction, reply: Reply): void {
    const index = transaction.answered++;
    const recipients = transaction.recipients.length;
    if (isIntermediate(reply) && index !== recipients + 1) return this.#violateClass(index === 0 ? 'MAIL' : index <= recipients ? 'RCPT' : 'the message', reply);
    if (index === 0) transaction.mailReply = reply;
    else if (index <= recipients) transaction.takeRecipientReply(reply);
    else if (transaction.form === 'text' && index === recipients + 1) return this.#answerData(transaction, reply);
    else return this.#answerMessage(transaction, reply);
    if (transaction.answered === transaction.issued) this.#proceed(transaction);
  }

  /** Only 354 gives leave to send the message. @rfc 5321 4.1.1.4 */
  #answerData(transaction: ClientTransaction, reply: Reply): void {
    transaction.dataReply = reply;
    if (isPositive(reply)) return this.#violateClass('DATA', reply);
    if (!isIntermediate(reply)) return this.#finish(transaction, true);
    if (this.#hasRecipients(transaction)) return this.#startMessage(transaction);
    // Leave to send a message to nobody: a lone dot takes it back. @rfc 2920 3.1
    transaction.stage = 'verdict';
    this.#write(transaction, '.');
  }

  /** The verdict, or the answer to one chunk of several. */
  #answerMessage(transaction: ClientTransaction, reply: Reply): void {
    if (isIntermediate(reply)) return this.#violateClass('the message', reply);
    const whole = transaction.message.form === 'whole';
    if (transaction.stage === 'message' && whole && isPositive(reply)) return this.#violateClass('half a chunk', reply);
    if (transaction.verdict === undefined || isPositive(transaction.verdict)) transaction.verdict = reply;
    if (transaction.stage === 'verdict' && transaction.answered === transaction.issued) this.#finish(transaction, !isPositive(reply));
  }

  // What goes out

  /** Writes waiting transactions as far as the session allows. */
  #fill(): void {
    while (this.#waiting.length > 0 && this.#mayWrite()) {
      if (this.#needsReset && !this.#capabilities.pipelining) return this.#reset();
      this.#start(this.#waiting.shift()!);
    }
  }

  #mayWrite(): boolean {
    const last = this.#flight.at(-1);
    if (last === undefined) return this.#tls === 'none';
    if (!(last instanceof ClientTransaction) || last.stage !== 'verdict') return false;
    return this.#inFlight < this.depth;
  }

  #reset(): void {
    this.#needsReset = false;
    this.#issue(RESET);
  }

  #start(transaction: ClientTransaction): void {
    const envelope = planEnvelope(transaction, this.#capabilities);
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
    this.#write(transaction, encodeCommand(envelope.mail));
    if (!this.#capabilities.pipelining) return;
    for (const recipient of transaction.recipients) this.#write(transaction, encodeCommand(recipient));
    if (!this.#requiresAll(transaction)) this.#writeMessageCommand(transaction);
  }

  /** All that was written of a transaction has been answered: the next command, or the end. */
  #proceed(transaction: ClientTransaction): void {
    const { mailReply, recipients, answered } = transaction;
    if (!isPositive(mailReply!)) return this.#finish(transaction, false);
    if (answered <= recipients.length) return this.#write(transaction, encodeCommand(recipients[answered - 1]!));
    if (this.#hasRecipients(transaction)) return this.#writeMessageCommand(transaction);
    this.#finish(transaction, true);
  }

  #hasRecipients(transaction: ClientTransaction): boolean {
    const { mailReply, acceptedCount, recipients } = transaction;
    if (!isPositive(mailReply!) || acceptedCount === 0) return false;
    return acceptedCount === recipients.length || !this.#requiresAll(transaction);
  }

  #requiresAll(transaction: ClientTransaction): boolean {
    return (transaction.requireRecipients ?? this.#options.requireRecipients) === 'all';
  }

  #writeMessageCommand(transaction: ClientTransaction): void {
    if (transaction.form === 'text') return this.#write(transaction, 'DATA');
    const { message } = transaction;
    if (message.form === 'whole') this.#write(transaction, `BDAT ${message.text.octets.length} LAST`);
    this.#startMessage(transaction);
  }

  #startMessage(transaction: ClientTransaction): void {
    const { message } = transaction;
    transaction.stage = 'message';
    this.#sending = transaction;
    if (message.form === 'whole') {
      this.#out.writeMessage(message.text, transaction.form === 'text');
      if (!this.#out.inMessage) this.#seal(transaction);
      return;
    }
    const { eightBitMime } = this.#capabilities;
    const { lineEnds, nul } = this.#options;
    if (transaction.form === 'text') this.#stuffer = new StreamStuffer(lineEnds, nul, eightBitMime && message.stream.eightBit !== false);
    this.#events.push({ type: 'body-wanted', transaction });
  }

  /** The message is written but for what ends it. */
  #seal(transaction: ClientTransaction): void {
    const { message } = transaction;
    this.#sending = undefined;
    transaction.stage = 'verdict';
    if (transaction.form === 'text') {
      if (message.form === 'whole' && !message.text.endsLine) this.#out.write('\r\n');
      this.#write(transaction, '.');
    } else if (message.form === 'streamed') this.#write(transaction, 'BDAT 0 LAST');
    this.#sealed.push(transaction);
    if (transaction.answered === transaction.issued) this.#finish(transaction, true); // refused before its end
    else this.#fill();
  }

  #write(transaction: ClientTransaction, line: string): void {
    transaction.issued++;
    this.#ledger.write();
    this.#out.write(`${line}\r\n`);
  }

  #issue(operation: PlainOperation): void {
    if (this.#end !== undefined) return;
    this.#flight.push(operation);
    this.#ledger.write();
    this.#out.write(`${encodeCommand(operation.command)}\r\n`);
  }

  #continueAuth(line: string): void {
    const head = this.#flight[0];
    if (head === undefined || head instanceof ClientTransaction || head.kind !== 'auth') throw new TypeError('no SASL exchange is under way');
    this.#ledger.write();
    this.#out.write(`${line}\r\n`);
  }

  #streamed(): ClientTransaction {
    const sending = this.#sending;
    if (sending === undefined || sending.message.form !== 'streamed') throw new TypeError('no message is wanted');
    return sending;
  }

  #refuseBusy(verb: string): void {
    if (this.#flight.length > 0) throw new TypeError(`${verb} can't go while replies are awaited`);
  }

  // Ends

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

  /** The message can't go on, and must not be ended: what came so far would be taken for all of it. */
  #cutMessage(transaction: ClientTransaction, fault: StreamFault): void {
    transaction.unsendable = { code: fault, detail: 'in a piece of the message; the rest was not sent' };
    transaction.cut = 'message-fault';
    this.#close('message-fault', 'closed');
  }

  #violateClass(to: string, reply: Reply): void {
    this.#violate('SMTP_UNEXPECTED_REPLY', `${reply.code} is no answer to ${to}`);
  }

  #violate(code: ClientViolation, detail: string): void {
    if (this.#end !== undefined) return;
    this.#events.push({ type: 'violation', code, detail });
    this.#close('violation', 'violation');
  }

  #close(end: ClientEnd, cut: TransactionCut): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#input.clear();
    this.#out.clear(); // what has not left must not leave any more: the end of a message above all
    for (const operation of this.#flight) if (operation instanceof ClientTransaction) this.#drop(operation, cut);
    this.#flight.length = 0;
    this.#inFlight = 0;
    for (const transaction of this.#waiting) this.#drop(transaction, cut);
    this.#waiting.length = 0;
  }

  #drop(transaction: ClientTransaction, cut: TransactionCut): void {
    transaction.cut ??= cut;
    this.#report(transaction);
  }

  #patience(head: Operation): number {
    const { timeouts } = this.#options;
    if (!(head instanceof ClientTransaction)) return head.kind === 'greeting' ? timeouts.greetingMs : timeouts.commandMs;
    if (head.answered === 0) return timeouts.mailMs;
    if (head.answered <= head.recipients.length) return timeouts.rcptMs;
    if (head.stage === 'envelope') return timeouts.dataMs;
    return head.stage === 'message' ? timeouts.dataBlockMs : timeouts.finalDotMs;
  }

  #describeHead(): string {
    const head = this.#flight[0];
    if (head === undefined) return 'nothing';
    if (!(head instanceof ClientTransaction)) return head.kind === 'greeting' ? 'the connection' : head.command.verb;
    if (head.answered === 0) return 'MAIL';
    if (head.answered <= head.recipients.length) return 'RCPT';
    return head.stage === 'envelope' ? 'DATA' : 'the message';
  }
}
