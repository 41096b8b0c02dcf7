/**
 * The client side of an SMTP session as a machine: the driver says what it wants, octets go out; octets come in, events
 * come out. It holds no socket, no timer and no promise.
 *
 * Every command that was written stands in one queue (`client-pipeline.ts`) until its reply has come, and there is one place
 * that takes a reply for it: `#take`. A reply is never looked at for a command that had not left when the reply arrived, so a
 * server that talks too early, too much or out of class is caught before it can be believed.
 *
 * Read next: `client-pipeline.ts` (what is written when), `client-transaction.ts`, `client-output.ts`, `reply-reader.ts`.
 *
 * @rfc 5321 3
 */
import { decodeBase64, encodeBase64 } from '@mailwright/wire';
import { type Capabilities, NO_CAPABILITIES, parseCapabilities } from './capabilities.ts';
import type { ClientEnd, ClientEvent, ClientViolation } from './client-event.ts';
import { describeAwaited, patience, type PlainOperation } from './client-operation.ts';
import type { ClientOptions } from './client-options.ts';
import { ClientOutput } from './client-output.ts';
import { ClientPipeline } from './client-pipeline.ts';
import { ClientTransaction, type TransactionCut } from './client-transaction.ts';
import type { Command } from './command.ts';
import { ReplyReader } from './reply-reader.ts';
import { isIntermediate, isPermanent, isPositive, type Reply } from './reply.ts';
import type { StreamFault } from './stream-stuffer.ts';

const NEED_DATA: ClientEvent = { type: 'need-data' };
const UPGRADE_TLS: ClientEvent = { type: 'upgrade-tls' };

/** A session of an SMTP client without its socket. */
export class ClientMachine {
  readonly #options: ClientOptions;
  readonly #input: ReplyReader;
  readonly #output: ClientOutput;
  readonly #pipeline: ClientPipeline;
  readonly #events: ClientEvent[] = [];
  #progressAt: number;
  #now: number;
  #end: ClientEnd | undefined = undefined;

  /** `now`: milliseconds on the driver's clock; the greeting is awaited from here on. */
  constructor(options: ClientOptions, now: number) {
    this.#options = options;
    this.#input = new ReplyReader(options.limits);
    this.#output = new ClientOutput(options);
    this.#pipeline = new ClientPipeline(options, this.#output, this.#events);
    this.#progressAt = now;
    this.#now = now;
  }

  /** What the last EHLO said, without the keywords that the options disable. */
  get capabilities(): Capabilities {
    return this.#pipeline.capabilities;
  }

  /** Nothing is in flight and nothing waits: a connection that may be kept, or closed without harm. */
  get idle(): boolean {
    return this.#pipeline.empty && this.#end === undefined;
  }

  /** Transactions begun and not done. */
  get transactionCount(): number {
    return this.#pipeline.transactionCount;
  }

  /** Whether one more `begin` would be written at once, rather than wait for a reply. */
  get hasRoom(): boolean {
    return this.#end === undefined && this.#pipeline.hasRoom;
  }

  /** How many transactions may be in flight at once under what the server announced. */
  get depth(): number {
    return this.#pipeline.depth;
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
    if (!this.#pipeline.suspended) throw new TypeError('no TLS handshake is due');
    this.#pipeline.suspended = false;
    this.#pipeline.capabilities = NO_CAPABILITIES;
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
    if (this.#end === undefined) this.#pipeline.begin(transaction);
    else this.#pipeline.drop(transaction, 'closed');
  }

  /** A piece of a streamed message, between `body-wanted` and `endBody`. The view must not change before it is written. */
  body(octets: Uint8Array): void {
    const transaction = this.#output.streamed;
    const fault = this.#output.writePiece(octets);
    if (fault !== undefined) this.#cutMessage(transaction, fault);
  }

  /** The end of a streamed message. */
  endBody(): void {
    const transaction = this.#output.streamed;
    const fault = this.#output.endPieces();
    if (fault !== undefined) return this.#cutMessage(transaction, fault);
    this.#pipeline.seal(transaction);
  }

  /** Stores octets; parses nothing. */
  receive(octets: Uint8Array, now: number): void {
    this.#now = now;
    this.#output.arrive();
    if (this.#end === undefined) this.#input.push(octets);
  }

  /** The server closed its direction. */
  end(): void {
    this.#close('eof', 'closed');
  }

  /** When `expire` is to be called, on the driver's clock; `undefined` while nothing is awaited. @rfc 5321 4.5.3.2 */
  get deadline(): number | undefined {
    const { head, suspended } = this.#pipeline;
    if (this.#end !== undefined || suspended) return undefined;
    return head === undefined ? undefined : this.#progressAt + patience(head, this.#options.timeouts);
  }

  /** Ends the session when the deadline has passed; does nothing before. */
  expire(now: number): void {
    const { deadline } = this;
    if (deadline === undefined || now < deadline) return;
    this.#events.push({ type: 'violation', code: 'SMTP_TIMEOUT', detail: `no reply to ${describeAwaited(this.#pipeline.head!)} in time` });
    this.#close('timeout', 'timeout');
  }

  /**
   * Parts to write now, or `undefined`. Call it again until it gives none, or, after a write that met backpressure, when
   * the transport has drained: a long message comes in blocks.
   */
  takeOutput(now: number): Uint8Array[] | undefined {
    const output = this.#output;
    const { startsWait } = output;
    const parts = output.take();
    if (parts === undefined) return undefined;
    if (startsWait) this.#progressAt = now;
    const { written } = output;
    if (written !== undefined) this.#pipeline.seal(written);
    return parts;
  }

  /** One event. */
  next(): ClientEvent {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) return event;
      if (this.#end !== undefined) return { type: 'closed', end: this.#end };
      if (this.#pipeline.suspended) return UPGRADE_TLS;
      if (!this.#readReply()) return NEED_DATA;
    }
  }

  // What comes in

  #readReply(): boolean {
    const reply = this.#input.next();
    if (reply !== undefined) {
      this.#take(reply);
      return true;
    }
    const { fault } = this.#input;
    if (fault === undefined) return false;
    this.#violate(fault.code, fault.detail);
    return true;
  }

  /** The one place where a reply meets its command. */
  #take(reply: Reply): void {
    const { head } = this.#pipeline;
    if (head === undefined || !this.#output.takeReply()) return this.#takeUnasked(reply);
    this.#progressAt = this.#now;
    if (head instanceof ClientTransaction) this.#answerTransaction(head, reply);
    else this.#answerPlain(head, reply);
    if (reply.code === 421) this.#close('goodbye', 'closed');
    else if (this.#end === undefined) this.#pipeline.fill();
  }

  /** Inside a message a refusal is believed, and the message is not ended; anything else but 421 breaks the protocol. */
  #takeUnasked(reply: Reply): void {
    const { sending } = this.#output;
    if (sending !== undefined && reply.code >= 400) sending.verdict = reply;
    if (reply.code !== 421) return this.#violate('SMTP_UNEXPECTED_REPLY', `${reply.code} answers nothing that was sent`);
    this.#events.push({ type: 'goodbye', reply });
    this.#close('goodbye', 'closed');
  }

  #answerPlain(operation: PlainOperation, reply: Reply): void {
    const { kind, command } = operation;
    if (isIntermediate(reply) && kind !== 'auth') return this.#violateClass(command.verb, reply);
    if (kind === 'auth' && isIntermediate(reply)) return this.#challenge(reply);
    this.#pipeline.land();
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
    const capabilities = command.verb === 'EHLO' ? parseCapabilities(reply, this.#options.disabled) : NO_CAPABILITIES;
    this.#pipeline.capabilities = capabilities;
    this.#events.push({ type: 'capabilities', capabilities, reply });
  }

  /** Octets behind the 220 came in clear text and would be read as if they had come through TLS. @rfc 3207 6 */
  #answerStartTls(command: Command, reply: Reply): void {
    if (!isPositive(reply)) return void this.#events.push({ type: 'reply', command, reply });
    if (this.#input.unreadOctets > 0) return this.#violate('SMTP_OCTETS_BEFORE_TLS', 'octets in clear text behind the reply to STARTTLS');
    this.#pipeline.suspended = true;
  }

  #challenge(reply: Reply): void {
    this.#events.push({ type: 'challenge', octets: decodeBase64(reply.lines[0]!) });
  }

  #answerTransaction(transaction: ClientTransaction, reply: Reply): void {
    const unanswered = this.#pipeline.answer(transaction, reply);
    if (unanswered !== undefined) this.#violateClass(unanswered, reply);
  }

  // What goes out

  #issue(operation: PlainOperation): void {
    if (this.#end === undefined) this.#pipeline.issue(operation);
  }

  #continueAuth(line: string): void {
    const { head } = this.#pipeline;
    if (head === undefined || head instanceof ClientTransaction || head.kind !== 'auth') throw new TypeError('no SASL exchange is under way');
    this.#output.writeLine(line);
  }

  #refuseBusy(verb: string): void {
    if (this.#pipeline.head !== undefined) throw new TypeError(`${verb} can't go while replies are awaited`);
  }

  // Ends

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
    this.#output.clear();
    this.#pipeline.dropAll(cut);
  }
}
