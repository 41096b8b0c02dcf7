/**
 * The server side of an SMTP session as a machine: octets go in, events come out, the driver answers, octets go out. It
 * holds no socket, no timer and no promise; time is a number that comes with the octets.
 *
 * The driver's loop: `receive` what the transport gives; pull `next` until `need-data`; answer each `command` with
 * `accept` or `reply`; hand what `takeOutput` holds to the transport whenever `next` has nothing more to do. Not pulling is
 * backpressure. All replies of a pipelined group stand in one output (RFC 2920 3.2).
 *
 * The verbs are not here: they are in `commands/` and `extensions/`, as tables that this machine runs.
 * Read next: `extension.ts` (what a command is), `server-event.ts`, `server-line.ts`, `server-session.ts`, `server-body.ts`.
 *
 * @rfc 5321 3
 * @rfc 5321 4.1.4
 */
import { assertNever, encodeBase64, InputBuffer } from '@mailwright/wire';
import type { BodyForm } from './extension.ts';
import { checkCommand } from './command-check.ts';
import { violationOf } from './refusals.ts';
import { encodeReply } from './reply-encode.ts';
import type { Reply } from './reply.ts';
import { type Awaited, checkAnswer, checkLogin, defaultAnswer } from './server-answer.ts';
import { type ReadCommand, Receiving } from './server-body.ts';
import { AUTH_CANCELLED, CONNECT, NEED_DATA, NEED_REPLY, type ServerEnd, type ServerEvent, type ServerViolation, UPGRADE_TLS } from './server-event.ts';
import { CANCEL, takeCommand, takeResponse } from './server-line.ts';
import type { ServerOptions } from './server-options.ts';
import { AUTHENTICATED, CANCELLED, EXPULSIONS, SHUTTING_DOWN, TIMED_OUT } from './server-replies.ts';
import { type ServerSession, Session } from './server-session.ts';
import type { ServerTransaction } from './server-transaction.ts';

/**
 * What the machine does next. `connect`: tell the driver of the connection. `answer`: wait for its answer. `command`,
 * `auth`: read a line. `body`: read message octets. `tls`: wait for the handshake. `closing`: nothing more.
 */
type Mode = 'connect' | 'answer' | 'command' | 'auth' | 'body' | 'tls' | 'closing';

/** A session of an SMTP server without its socket. */
export class ServerMachine {
  readonly #session: Session;
  readonly #input: InputBuffer = new InputBuffer();
  #mode: Mode = 'connect';
  /** What the driver has to answer while the mode is `answer`. */
  #awaiting: Awaited = 'greeting';
  #body: Receiving | undefined = undefined;
  #queued: ServerEvent | undefined = undefined;
  #end: ServerEnd | undefined = undefined;
  /** Set by `end` and `shutdown`: what happens once nothing is under way any more. */
  #ending: 'eof' | 'shutdown' | undefined = undefined;

  /**
   * `secure`: the connection is TLS from its first octet (RFC 8314). `now`: milliseconds on the driver's clock.
   * `channelBinding`: as in `tlsStarted`.
   */
  constructor(options: ServerOptions, secure: boolean, now: number, channelBinding: boolean = true) {
    this.#session = new Session(options, now);
    if (secure) this.#session.secured(channelBinding);
  }

  /** The facts of the session; read it, the machine writes it. */
  get session(): ServerSession {
    return this.#session;
  }

  get transaction(): ServerTransaction | undefined {
    return this.#session.transaction;
  }

  /** True while the client is waited for and no transaction is open: a 421 hurts nobody now. */
  get idle(): boolean {
    return (this.#mode === 'command' || this.#mode === 'auth') && this.#session.transaction === undefined;
  }

  /** Characters of replies that wait for `takeOutput`. */
  get outputLength(): number {
    return this.#session.output.length;
  }

  /** Commands answered with 5yz so far. */
  get errorCount(): number {
    return this.#session.errors;
  }

  /** Octets received and not read yet. */
  get unreadOctets(): number {
    return this.#input.length;
  }

  /** Stores octets; parses nothing. The array is kept as it is and handed out again in `body` events. */
  receive(octets: Uint8Array, now: number): void {
    if (this.#mode === 'closing') return;
    this.#input.push(octets);
    this.#session.heard(now);
  }

  /** The client closed its direction. Complete commands before it are still answered; a cut one is nobody's. */
  end(): void {
    this.#ending = 'eof'; // also after `shutdown`: what that waits for will not come any more
  }

  /** Ends the session with 421 as soon as no transaction is under way: at once when idle. @rfc 5321 3.8 */
  shutdown(): void {
    if (this.#ending !== 'eof') this.#ending = 'shutdown';
  }

  /** When `expire` is to be called, on the driver's clock; `undefined` while the driver owes an answer. */
  get deadline(): number | undefined {
    if (this.#mode === 'closing') return undefined;
    const waits = this.#mode !== 'connect' && this.#mode !== 'answer';
    const task = !waits ? 'driver' : this.#mode === 'body' ? 'message' : 'line';
    return this.#session.deadline(task, this.#body?.startedAt);
  }

  /** Ends the session with 421 4.4.2 when the deadline has passed; does nothing before. @rfc 5321 4.5.3.2 */
  expire(now: number): void {
    const { deadline } = this;
    if (deadline === undefined || now < deadline) return;
    this.#close('timeout', TIMED_OUT);
    this.#queued = { type: 'violation', code: 'SMTP_TIMEOUT', reply: TIMED_OUT };
  }

  /**
   * Replies to write in UTF-8, or `undefined`. Call it when `next` asks for data or an answer; `now` starts the client's next
   * deadline. Replies are a text, as sockets write short texts with less work than octets.
   */
  takeOutput(now: number): string | undefined {
    return this.#session.takeOutput(now);
  }

  /** One event. The order of the pulls is the order of things. */
  next(): ServerEvent {
    for (;;) {
      const queued = this.#queued;
      this.#queued = undefined;
      const event = queued ?? this.#step();
      if (event !== undefined) return event;
    }
  }

  #step(): ServerEvent | undefined {
    switch (this.#mode) {
      case 'connect':
        this.#mode = 'answer';
        return CONNECT;
      case 'answer':
        return NEED_REPLY;
      case 'command':
        return this.#readCommand();
      case 'auth':
        return this.#readResponse();
      case 'body':
        return this.#readBody();
      case 'tls':
        return UPGRADE_TLS;
      case 'closing':
        return this.#abortBody() ?? { type: 'closed', end: this.#end! };
      default:
        return assertNever(this.#mode);
    }
  }

  #readCommand(): ServerEvent | undefined {
    if (this.#ending === 'shutdown' && this.idle) return void this.#close('shutdown', SHUTTING_DOWN);
    const taken = takeCommand(this.#input, this.#session.options.limits.lineOctets);
    if (taken === undefined) return this.#wait();
    if (taken.ok) return this.#consider(taken);
    return taken.fatal ? this.#expel(taken.answer, taken.code) : this.#refuse(taken.answer, taken.code);
  }

  /** Nothing complete is there: wait, or end the session when no more will come. */
  #wait(): ServerEvent | undefined {
    if (this.#ending !== 'eof') return NEED_DATA;
    return void this.#close('eof');
  }

  #consider(parsed: ReadCommand): ServerEvent | undefined {
    const { value: command, spec } = parsed;
    const session = this.#session;
    const refusal = checkCommand(spec, command, session, session.transaction);
    const { effect } = spec;
    if (spec.body?.form === 'counted') return this.#openChunk(parsed, spec.body, refusal);
    if (refusal !== undefined) return this.#refuse(refusal, violationOf(refusal));
    if (effect === 'body') return this.#openText(parsed);
    const overstep = effect === 'tls' && this.#input.length > 0 ? 'SMTP_OCTETS_BEFORE_TLS' : session.spendCommand(effect);
    if (overstep !== undefined) return this.#expel(EXPULSIONS[overstep], overstep);
    const cuts = effect === 'hello' || effect === 'reset' || effect === 'close';
    const abort = cuts ? this.#abortBody() : undefined; // chunks of a message without its LAST
    this.#await(parsed);
    const event: ServerEvent = { type: 'command', command, transaction: session.transaction };
    if (abort === undefined) return event;
    this.#queued = event;
    return abort;
  }

  #readResponse(): ServerEvent | undefined {
    if (this.#ending === 'shutdown') return void this.#close('shutdown', SHUTTING_DOWN);
    const taken = takeResponse(this.#input, this.#session.options.limits.authOctets);
    if (taken === undefined) return this.#wait();
    this.#mode = 'command';
    if (taken === CANCEL) {
      this.#session.say(CANCELLED);
      return AUTH_CANCELLED;
    }
    if (!taken.ok) return this.#refuse(taken.answer, taken.code);
    this.#await('challenge');
    return { type: 'response', octets: taken.octets };
  }

  #openText(parsed: ReadCommand): ServerEvent {
    const transaction = this.#session.transaction!;
    this.#body = new Receiving(transaction, this.#session.options, this.#session.heardAt);
    this.#session.say(parsed.spec.accepted(parsed.value, this.#session));
    this.#mode = 'body';
    return { type: 'body-begin', transaction };
  }

  /** BDAT: whatever is said to it, its octets are read, or they would be taken for commands. @rfc 3030 2 */
  #openChunk(parsed: ReadCommand, form: Extract<BodyForm<{ readonly verb: string }>, { form: 'counted' }>, refusal: Reply | undefined): ServerEvent | undefined {
    const first = this.#body === undefined;
    const transaction = refusal === undefined ? this.#session.transaction : undefined;
    this.#body ??= new Receiving(transaction, this.#session.options, this.#session.heardAt);
    this.#body.openChunk(parsed, form.octets(parsed.value), form.last(parsed.value), refusal);
    this.#mode = 'body';
    return first && transaction !== undefined ? { type: 'body-begin', transaction } : undefined;
  }

  #readBody(): ServerEvent | undefined {
    const body = this.#body!;
    const step = body.read(this.#input);
    switch (step) {
      case 'need-data':
        return this.#wait();
      case 'piece':
        return { type: 'body', octets: body.octets };
      case 'over-limit':
        return { type: 'violation', code: 'LIMIT_MESSAGE_OCTETS', reply: undefined };
      case 'chunk-end':
        return this.#endChunk(body);
      case 'message-end':
        return this.#endBody(body);
      default:
        return assertNever(step);
    }
  }

  #endChunk(body: Receiving): ServerEvent | undefined {
    const { spec, value } = body.chunk!;
    if (body.transaction === undefined) {
      this.#body = undefined;
      this.#mode = 'command';
      const refusal = body.chunkRefusal!;
      return this.#refuse(refusal, violationOf(refusal));
    }
    body.refusal ??= body.chunkRefusal;
    if (body.verdict !== undefined) return this.#endBody(body);
    this.#session.say(spec.accepted(value, this.#session));
    this.#session.move(spec, true);
    this.#mode = 'command';
    return undefined;
  }

  /** All octets are read: with something against the message the machine answers, else the driver. */
  #endBody(body: Receiving): ServerEvent {
    const { transaction, octetCount, fault, verdict: refusal } = body;
    const event: ServerEvent = { type: 'body-end', transaction: transaction!, octetCount, refusal };
    this.#body = undefined;
    if (refusal === undefined) {
      this.#await('verdict');
      return event;
    }
    this.#session.say(refusal);
    this.#mode = 'command';
    this.#session.endTransaction();
    if (refusal.code === 421) this.#close('refused');
    if (fault === undefined) return event;
    this.#queued = event;
    return { type: 'violation', code: fault, reply: undefined };
  }

  /** The message that is under way is given up, and its transaction with it. @rfc 3030 2 */
  #abortBody(): ServerEvent | undefined {
    const transaction = this.#body?.transaction;
    this.#body = undefined;
    if (transaction === undefined) return undefined;
    this.#session.dropTransaction();
    return { type: 'body-abort', transaction };
  }

  /** Answers the last event with what the protocol says when nothing speaks against it. */
  accept(): void {
    this.reply(defaultAnswer(this.#awaited(), this.#session));
  }

  /**
   * Answers the last event. A 2yz code accepts what was asked, any other refuses it; 421 ends the session.
   * Throws a `TypeError` when nothing is waiting for an answer, and for what can't be one; it is still waited for then.
   */
  reply(answer: Reply): void {
    const awaiting = this.#awaited();
    checkAnswer(awaiting, answer);
    this.#session.say(answer);
    this.#resume();
    if (answer.code === 421) return this.#close('refused');
    if (awaiting === 'greeting') this.#session.greet(answer);
    else if (awaiting === 'verdict') this.#session.endTransaction();
    else if (awaiting === 'challenge') this.#count(answer);
    else this.#apply(awaiting, answer);
  }

  /** Answers AUTH or a `response` with 334 and the next challenge. @rfc 4954 4 */
  challenge(octets: Uint8Array): void {
    checkLogin(this.#awaited());
    this.#session.output += `334 ${encodeBase64(octets)}\r\n`;
    this.#mode = 'auth';
  }

  /** Answers AUTH or a `response` with 235: the client is `identity` from now on. */
  authenticated(identity: string, answer: Reply = AUTHENTICATED): void {
    checkLogin(this.#awaited());
    this.#session.say(answer);
    this.#session.identity = identity;
    this.#resume();
  }

  /**
   * Refuses the message that is being received: what still comes of it is read and dropped, and `answer` is the verdict.
   * After `body-end` it does nothing; answer with `reply` then. Throws a `TypeError` for what is no refusal.
   */
  refuseBody(answer: Reply): void {
    encodeReply(answer, this.#session); // throws now rather than at the end of the message
    if (answer.code < 400) throw new TypeError(`not a refusal: ${answer.code}`);
    if (this.#body !== undefined) this.#body.refusal ??= answer;
  }

  /**
   * The handshake is done: the session starts anew inside TLS. Where TLS comes before the greeting it may be called before the
   * first pull. `channelBinding`: the driver can have `tls-exporter` data of it; without, no `-PLUS` mechanism is announced.
   * @rfc 3207 4.2
   * @rfc 9266 4.2
   */
  tlsStarted(now: number, channelBinding: boolean = true): void {
    if (this.#mode !== 'tls' && this.#mode !== 'connect') throw new TypeError('no TLS handshake is due');
    this.#input.clear();
    this.#session.restart(channelBinding);
    this.#session.told(now);
    if (this.#mode === 'tls') this.#mode = 'command';
  }

  #awaited(): Awaited {
    if (this.#mode !== 'answer') throw new TypeError('nothing is waiting for a reply');
    return this.#awaiting;
  }

  #close(end: ServerEnd, answer?: Reply): void {
    if (this.#mode === 'closing') return;
    if (answer !== undefined) this.#session.say(answer);
    this.#end = end;
    this.#mode = 'closing';
    this.#input.clear();
  }

  #await(what: Awaited): void {
    this.#awaiting = what;
    this.#mode = 'answer';
  }

  /** What was answered is let go: it may hold a password. */
  #resume(): void {
    this.#awaiting = 'verdict';
    this.#mode = 'command';
  }

  #apply({ value: command, spec }: ReadCommand, answer: Reply): void {
    const accepted = answer.code < 400;
    this.#session.apply(spec, command, accepted);
    if (!accepted) this.#count(answer);
    else if (spec.effect === 'tls') this.#mode = 'tls';
    else if (spec.effect === 'close') this.#close('quit');
  }

  /** Counts a 5xx to a command; too many end the session. */
  #count(answer: Reply): void {
    if (answer.code < 500 || !this.#session.spendError()) return;
    this.#queued = this.#expel(EXPULSIONS.LIMIT_ERRORS, 'LIMIT_ERRORS');
  }

  /** Answers a command that the driver never sees. */
  #refuse(answer: Reply, code: ServerViolation): ServerEvent {
    this.#session.say(answer);
    this.#count(answer);
    return { type: 'violation', code, reply: answer };
  }

  /** Ends the session with a last word. */
  #expel(answer: Reply, code: ServerViolation): ServerEvent {
    this.#close('violation', answer);
    return { type: 'violation', code, reply: answer };
  }
}
