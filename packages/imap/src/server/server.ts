/**
 * The server side of an IMAP session as a machine: octets go in, events come out, the driver answers, octets go out. It
 * holds no socket, no timer and no promise; time is a number that comes with the octets.
 *
 * The driver's loop: `receive` what the transport gives; pull `next` until `need-data`; answer each `command` with any number of
 * `respond` and one `complete`; hand what `takeOutput` holds to the transport whenever `next` has nothing more to do. One command is handled
 * at a time, in the order of the client, however many it sent (RFC 9051 5.5); not pulling is backpressure.
 *
 * The driver tells what happens in the selected mailbox by `notice`; the machine tells the client when it may, before the tagged answer and with
 * numbers that are right. So a driver deals in UIDs alone.
 *
 * Read next: `server-event.ts`, `server-voice.ts` (what a driver says), `server-input.ts` (what a client says), `command-gate.ts`, `mailbox-view.ts`.
 *
 * @rfc 9051 3
 * @rfc 9051 5.5
 */
import { assertNever, decodeBase64, encodeBase64, latin1 } from '@mailwright/wire';
import type { Command } from '../command.ts';
import type { ReadCommand } from '../command-parse.ts';
import type { ResponseCode, Status } from '../response.ts';
import { bad, enablesCondstore, type Refusal, speaksOfNumbers } from './command-gate.ts';
import { CONNECT, COMPRESS, LITERAL_END, NEED_ANSWER, NEED_DATA, NEED_DRAIN, type ServerEnd, type ServerEvent, type ServerViolationCode, UPGRADE_TLS } from './server-event.ts';
import { defaultAnswer } from './server-defaults.ts';
import { type InputStep, ServerInput } from './server-input.ts';
import type { ServerOptions } from './server-options.ts';
import { type SelectedMailbox, type ServerSession, Session } from './server-session.ts';
import { ServerTimes, type WaitingFor } from './server-times.ts';
import { ServerVoice } from './server-voice.ts';
import { ServerWriter } from './server-writer.ts';

/**
 * What the machine does next. `connect`: tell the driver of the connection. `greeting`, `answer`, `exchange`: wait for the driver, who owes a greeting, the end
 * of a command, the next word of SASL. `literal`: wait for its word on a literal. `command`, `response`, `idle`: read a command, a
 * response of SASL, DONE. `tls`, `compress`: wait for the driver's switch. `closing`: nothing more.
 */
type Mode = 'connect' | 'greeting' | 'command' | 'literal' | 'answer' | 'exchange' | 'response' | 'idle' | 'tls' | 'compress' | 'closing';

/** Answers to these tell nothing of the mailbox before: it is not selected any more, or was not. */
const WITHOUT_NEWS: ReadonlySet<string> = new Set(['SELECT', 'EXAMINE', 'CLOSE', 'UNSELECT', 'LOGOUT', 'UNAUTHENTICATE']);

/** A session of an IMAP server without its socket. */
export class ServerMachine extends ServerVoice {
  readonly #session: Session;
  readonly #input: ServerInput;
  readonly #writer: ServerWriter;
  readonly #times: ServerTimes;
  #mode: Mode = 'connect';
  /** The command whose literals were accepted and that is not complete. */
  #open: { readonly tag: string; literals: number } | undefined = undefined;
  readonly #queued: ServerEvent[] = [];
  #end: ServerEnd | undefined = undefined;
  /** Set by `end` and `shutdown`: what happens once nothing is under way any more. */
  #ending: 'eof' | 'shutdown' | undefined = undefined;
  #errors = 0;
  #loginCommands = 0;

  /**
   * `secure`: the connection is TLS from its first octet (RFC 8314). `now`: milliseconds on the driver's clock.
   * `channelBinding`: the driver can have `tls-exporter` data; without, no `-PLUS` mechanism is announced.
   */
  constructor(options: ServerOptions, secure: boolean, now: number, channelBinding: boolean = true) {
    const session = new Session(options, secure, channelBinding);
    const writer = new ServerWriter(session);
    super(session, writer);
    this.#session = session;
    this.#writer = writer;
    this.#input = new ServerInput(session);
    this.#times = new ServerTimes(options.timeouts, now);
  }

  /** The facts of the session; read it, the machine writes it. */
  get session(): ServerSession {
    return this.#session;
  }

  /** True while the client is waited for and nothing is under way: a BYE hurts nobody now. */
  get idle(): boolean {
    return (this.#mode === 'command' && this.#open === undefined) || this.#mode === 'idle' || this.#mode === 'response';
  }

  /** Commands answered with BAD so far, and refused logins. */
  get errorCount(): number {
    return this.#errors;
  }

  /** Octets received and not read yet. */
  get unreadOctets(): number {
    return this.#input.unread;
  }

  /** Stores octets; parses nothing. The array is kept as it is and handed out again in `literal-data` events. */
  receive(octets: Uint8Array, now: number): void {
    if (this.#mode === 'closing') return;
    this.#input.push(octets);
    this.#times.heard(now, this.outputLength > 0);
  }

  /** The client closed its direction. Complete commands before it are still answered; a cut one is nobody's. */
  end(): void {
    this.#ending = 'eof';
  }

  /** Ends the session with BYE as soon as no command is under way: at once when idle. @rfc 9051 7.1.5 */
  shutdown(): void {
    if (this.#ending !== 'eof') this.#ending = 'shutdown';
  }

  /** When `expire` is to be called, on the driver's clock; `undefined` for never. */
  get deadline(): number | undefined {
    return this.#times.deadline(this.#waitingFor, this.#session.state === 'not-authenticated', this.outputLength > 0);
  }

  /** Does what is due: says `* OK Still here` during IDLE, or ends the session with BYE; nothing before the deadline. @rfc 9051 5.4 */
  expire(now: number): void {
    const { deadline } = this;
    if (deadline === undefined || now < deadline) return;
    if (this.#times.onlyKeepalive(this.#waitingFor, this.#session.state === 'not-authenticated', this.outputLength > 0, now)) {
      this.#times.kept(now);
      return this.#writer.status('OK', undefined, 'Still here');
    }
    this.#violate('IMAP_TIMEOUT', undefined);
    this.#close('timeout', 'Autologout; idle for too long');
  }

  /**
   * Octets to write, as text where there is nothing but text. Call it when `next` asks for data, an answer or a drain, during IDLE after `notice`, and
   * whenever the transport has room.
   */
  takeOutput(now: number): string | readonly Uint8Array[] | undefined {
    if (this.#mayNotify()) this.#writer.news(this.#session.notifying !== 'selected-delayed' || this.#mode === 'idle');
    const output = this.#writer.output.take();
    this.#times.told(now, output !== undefined);
    return output;
  }

  /** One event. The order of the pulls is the order of things. */
  next(): ServerEvent {
    for (;;) {
      const event = this.#queued.shift() ?? this.#step();
      if (event !== undefined) return event;
    }
  }

  // What the driver answers

  /**
   * Answers the last event with what the protocol says where no store is needed: the greeting, CAPABILITY, NOOP, LOGOUT, STARTTLS,
   * COMPRESS, ENABLE, UNAUTHENTICATE, CHECK, UNSELECT, the end of IDLE. Throws a `TypeError` for a command that needs a driver.
   */
  accept(): void {
    if (this.#mode === 'greeting') return this.#greet('OK');
    const { tag, command } = this.#answered();
    const answer = defaultAnswer(command, this.#session);
    if (answer === undefined) throw new TypeError(`${command.name} has no answer of its own`);
    for (const data of answer.data) this.#writer.data(data);
    this.complete(tag, 'OK', undefined, answer.text);
  }

  /** Answers `connect`: the client is `identity` already. @rfc 9051 7.1.4 */
  preauthenticate(identity: string): void {
    if (this.#mode !== 'greeting') throw new TypeError('no greeting is due');
    this.#login(identity);
    this.#greet('PREAUTH');
  }

  /** Answers `connect` with BYE: nobody is let in. */
  refuse(text: string, code?: ResponseCode): void {
    if (this.#mode !== 'greeting') throw new TypeError('no greeting is due');
    this.#close('refused', text, code);
  }

  /** SELECT or EXAMINE has opened a mailbox: say so before `complete`. Its numbers are those of the view from now on. */
  select(mailbox: SelectedMailbox): void {
    const { command } = this.#answered();
    if (command.name !== 'SELECT' && command.name !== 'EXAMINE') throw new TypeError(`${command.name} selects nothing`);
    this.#session.select(mailbox);
  }

  /**
   * Answers LOGIN, `auth` or `auth-response` with OK: the client is `identity` from now on. A mechanism that has a last word for the client says it
   * as a challenge before, which the client answers with nothing. @rfc 9051 6.2.2
   */
  authenticated(identity: string, text: string = 'Logged in'): void {
    const { tag } = this.#loggingIn();
    this.#login(identity);
    const { capabilityCodes } = this.#session.options;
    this.#finish(tag, 'OK', capabilityCodes ? { name: 'CAPABILITY', capabilities: this.#session.capabilities() } : undefined, text);
  }

  /** Answers `auth` or `auth-response` with the next challenge. @rfc 9051 6.2.2 */
  challenge(octets: Uint8Array): void {
    if (this.#mode !== 'exchange') throw new TypeError('no challenge is due');
    this.#writer.output.text(`+ ${encodeBase64(octets)}\r\n`);
    this.#mode = 'response';
  }

  /**
   * Ends the command with this tag: what is new in the mailbox is told first. A code of a capability that is off is left out. Throws a `TypeError` where another command is under way, or none,
   * and for what can't be said.
   */
  complete(tag: string, status: Status, code: ResponseCode | undefined, text: string): void {
    const { command } = this.#answered();
    const uid = this.#session.askedByUid;
    if (tag !== this.#session.running!.tag) throw new TypeError(`${tag} is not under way, ${this.#session.running!.tag} is`);
    const { name } = command;
    if (status === 'OK' && (name === 'LOGIN' || name === 'AUTHENTICATE')) throw new TypeError('a login ends with `authenticated`');
    const early = status === 'OK' ? this.#early(name) : undefined;
    if (early !== undefined) return void this.#queued.unshift(this.#expel(tag, early));
    const answer = this.#writer.encodeTagged(tag, status, code, text); // throws before anything is said
    if (!WITHOUT_NEWS.has(name)) this.#writer.news(uid || !speaksOfNumbers(name), uid);
    if (name === 'LOGOUT' && status === 'OK') this.#writer.bye('Logging out');
    this.#writer.output.line('', answer);
    this.#resume();
    if (status === 'OK') this.#apply(command);
    else if (status === 'BAD' || name === 'LOGIN' || name === 'AUTHENTICATE') this.#spendError();
  }

  /** Answers `literal-wanted`: the octets come in `literal-data` events, whole and in order. */
  acceptLiteral(): void {
    if (this.#mode !== 'literal') throw new TypeError('no literal waits for an answer');
    this.#open ??= { tag: this.#session.running!.tag, literals: 0 };
    this.#open.literals++;
    if (this.#input.accept()) this.#writer.goAhead();
    this.#mode = 'command';
  }

  /** Answers `literal-wanted` with NO: the whole command ends here, and what the client sent of it already is read and dropped. @rfc 7888 4 */
  refuseLiteral(code: ResponseCode | undefined, text: string): void {
    if (this.#mode !== 'literal') throw new TypeError('no literal waits for an answer');
    const { tag } = this.#session.running!;
    this.#input.refuse();
    this.#abort();
    this.#finish(tag, 'NO', code, text);
  }

  /** The handshake is done: the session starts anew inside TLS. @rfc 9051 6.2.1 */
  tlsStarted(now: number, channelBinding: boolean = true): void {
    if (this.#mode !== 'tls' && this.#mode !== 'connect') throw new TypeError('no TLS handshake is due');
    this.#input.clear();
    this.#session.secured(channelBinding);
    this.#times.heard(now, false);
    if (this.#mode === 'tls') this.#mode = 'command';
  }

  /** Both directions are compressed from here on. @rfc 4978 3 */
  compressionStarted(): void {
    if (this.#mode !== 'compress') throw new TypeError('no compression is due');
    this.#session.compressed = true;
    this.#mode = 'command';
  }

  // What happens

  #step(): ServerEvent | undefined {
    switch (this.#mode) {
      case 'connect':
        this.#mode = 'greeting';
        return CONNECT;
      case 'greeting':
      case 'answer':
      case 'exchange':
      case 'literal':
        return NEED_ANSWER;
      case 'command':
        return this.#readCommand();
      case 'response':
        return this.#readResponse();
      case 'idle':
        return this.#readDone();
      case 'tls':
        return UPGRADE_TLS;
      case 'compress':
        return COMPRESS;
      case 'closing':
        return { type: 'closed', end: this.#end! };
      default:
        return assertNever(this.#mode);
    }
  }

  #readCommand(): ServerEvent | undefined {
    if (this.#open === undefined) {
      if (this.#ending === 'shutdown') return void this.#close('shutdown', 'Server shutting down');
      if (this.outputLength > this.#session.options.limits.outputOctets) return NEED_DRAIN;
    }
    return this.#take(this.#input.next());
  }

  #take(step: InputStep): ServerEvent | undefined {
    switch (step.type) {
      case 'need-data':
        return this.#wait();
      case 'go-ahead':
        this.#writer.goAhead();
        return undefined;
      case 'literal-wanted':
        return this.#offerLiteral(step.read, step.octetCount, step.binary);
      case 'literal-data':
        this.#times.progress();
        return { type: 'literal-data', octets: step.octets };
      case 'literal-end':
        return LITERAL_END;
      case 'command':
        this.#times.ended();
        return this.#consider(step.read);
      case 'refused':
        this.#times.ended();
        this.#abort();
        return this.#refuse(step.tag, step.refusal);
      case 'fatal':
        this.#abort();
        return this.#expel(step.tag, step.refusal);
      default:
        return assertNever(step);
    }
  }

  /** Nothing complete is there: wait, or end the session when no more will come. */
  #wait(): ServerEvent | undefined {
    if (this.#ending !== 'eof') return NEED_DATA;
    return void this.#close('eof', undefined);
  }

  #offerLiteral(read: ReadCommand, octetCount: number, binary: boolean): ServerEvent {
    this.#session.running = read;
    this.#mode = 'literal';
    return { type: 'literal-wanted', tag: read.tag, command: read.command, ordinal: this.#open?.literals ?? 0, octetCount, binary };
  }

  #consider(read: ReadCommand): ServerEvent | undefined {
    const session = this.#session;
    const refusal = this.#overstep(read.command.name);
    if (refusal !== undefined) return this.#expel(read.tag, refusal);
    this.#open = undefined;
    this.#session.running = read;
    const { tag, command } = read;
    if (enablesCondstore(command, session)) session.enabled.add('CONDSTORE');
    if (command.name === 'IDLE') return this.#startIdle(tag);
    if (command.name === 'AUTHENTICATE') {
      this.#mode = 'exchange';
      return { type: 'auth', tag, mechanism: command.mechanism, initialResponse: command.initialResponse };
    }
    this.#mode = 'answer';
    if (command.name === 'SELECT' || command.name === 'EXAMINE') this.#writer.closed();
    return { type: 'command', tag, command };
  }

  /** What only the machine knows to speak against a command. */
  #overstep(name: string): Refusal | undefined {
    const session = this.#session;
    if (session.state === 'not-authenticated' && ++this.#loginCommands > session.options.limits.loginCommands) {
      return bad('LIMIT_LOGIN_COMMANDS', 'Too many commands before a login');
    }
    return this.#early(name);
  }

  /** Octets that came before what they should have gone through. @rfc 9051 11.1 */
  #early(name: string): Refusal | undefined {
    const before = name === 'STARTTLS' ? 'TLS' : name === 'COMPRESS' ? 'COMPRESSION' : undefined;
    if (before === undefined || this.#input.unread === 0) return undefined;
    return bad(`IMAP_OCTETS_BEFORE_${before}`, `Nothing may follow ${name} before its answer`);
  }

  #startIdle(tag: string): ServerEvent {
    this.#writer.news(true);
    this.#writer.continuation('idling');
    this.#mode = 'idle';
    return { type: 'idle', tag };
  }

  #readDone(): ServerEvent | undefined {
    if (this.#ending === 'shutdown') return void this.#close('shutdown', 'Server shutting down');
    const line = this.#input.line();
    if (line === undefined) return this.#wait();
    const { tag } = this.#session.running!;
    this.#times.ended();
    this.#mode = 'answer';
    if (line !== 'wrong' && latin1(line).toUpperCase() === 'DONE') return { type: 'done', tag };
    return this.#refuse(tag, bad('IMAP_IDLE', 'Expected DONE'));
  }

  #readResponse(): ServerEvent | undefined {
    if (this.#ending === 'shutdown') return void this.#close('shutdown', 'Server shutting down');
    const line = this.#input.line();
    if (line === undefined) return this.#wait();
    const { tag } = this.#session.running!;
    this.#times.ended();
    this.#mode = 'exchange';
    if (line === 'wrong') return this.#refuse(tag, bad('IMAP_SYNTAX', 'Not base64'));
    if (line.length > this.#session.options.limits.authOctets) return this.#refuse(tag, bad('LIMIT_AUTH_OCTETS', 'Response too long'));
    const text = latin1(line);
    if (text === '*') {
      this.#finish(tag, 'BAD', undefined, 'Cancelled');
      return { type: 'auth-cancelled', tag };
    }
    const octets = decodeBase64(text);
    return octets === undefined ? this.#refuse(tag, bad('IMAP_SYNTAX', 'Not base64')) : { type: 'auth-response', octets };
  }

  /** A command was answered with OK: what it does to the session. */
  #apply(command: Command): void {
    switch (command.name) {
      case 'STARTTLS':
        this.#mode = 'tls';
        return;
      case 'COMPRESS':
        this.#mode = 'compress';
        return;
      case 'LOGOUT':
        return this.#close('logout', undefined);
      case 'CLOSE':
      case 'UNSELECT':
        return this.#session.unselect();
      case 'UNAUTHENTICATE':
        this.#session.unauthenticate();
        this.#times.loggedOut();
        return this.#input.distrust();
      default:
        return;
    }
  }

  #login(identity: string): void {
    this.#session.login(identity);
    this.#input.trust();
  }

  #greet(status: 'OK' | 'PREAUTH'): void {
    const { options } = this.#session;
    const code: ResponseCode | undefined = options.capabilityCodes ? { name: 'CAPABILITY', capabilities: this.#session.capabilities() } : undefined;
    this.#writer.status(status, code, options.banner);
    this.#session.greeted = true;
    this.#mode = 'command';
  }

  /** The tagged answer; the next command may come. */
  #finish(tag: string, status: Status, code: ResponseCode | undefined, text: string): void {
    this.#writer.tagged(tag, status, code, text);
    this.#resume();
  }

  /** What was answered is let go: it may hold a password. */
  #resume(): void {
    this.#session.running = undefined;
    this.#mode = 'command';
  }

  /** Answers a command that the driver never sees, or ends one it saw. */
  #refuse(tag: string | undefined, { status, code, text, violation }: Refusal): ServerEvent {
    if (tag === undefined) this.#writer.status(status, code, text);
    else this.#writer.tagged(tag, status, code, text);
    this.#resume();
    this.#violate(violation, tag);
    this.#spendError();
    return this.#queued.shift()!;
  }

  /** Ends the session with a last word. */
  #expel(tag: string | undefined, refusal: Refusal): ServerEvent {
    const event = this.#refuse(tag, refusal);
    this.#close('violation', refusal.text);
    return event;
  }

  #violate(code: ServerViolationCode, tag: string | undefined): void {
    this.#queued.push({ type: 'violation', code, tag });
  }

  #spendError(): void {
    if (++this.#errors <= this.#session.options.limits.errors || this.#mode === 'closing') return;
    this.#violate('LIMIT_ERRORS', undefined);
    this.#close('violation', 'Too many errors');
  }

  /** The command that is being read will never be complete: what its literals brought is to be dropped. */
  #abort(): void {
    if (this.#open !== undefined) this.#queued.push({ type: 'command-abort', tag: this.#open.tag });
    this.#open = undefined;
  }

  #close(end: ServerEnd, text: string | undefined, code?: ResponseCode): void {
    if (this.#mode === 'closing') return;
    this.#abort();
    if (text !== undefined) this.#writer.bye(text, code);
    this.#end = end;
    this.#mode = 'closing';
    this.#session.state = 'logout';
    this.#session.mailbox = undefined;
    this.#input.clear();
  }

  /** What time runs for. */
  get #waitingFor(): WaitingFor {
    switch (this.#mode) {
      case 'closing':
        return 'nothing';
      case 'idle':
        return 'idle';
      case 'command':
      case 'response':
        return 'client';
      default:
        return 'driver';
    }
  }

  /** Whether news of the mailbox may be told now, though nobody asked. */
  #mayNotify(): boolean {
    return this.#mode === 'idle' || (this.#session.notifying !== 'never' && this.#mode === 'command' && this.#open === undefined);
  }

  #answered(): ReadCommand {
    const { running } = this.#session;
    if (running === undefined || (this.#mode !== 'answer' && this.#mode !== 'exchange')) throw new TypeError('no command waits for an answer');
    return running;
  }

  #loggingIn(): ReadCommand {
    const running = this.#answered();
    if (running.command.name !== 'LOGIN' && running.command.name !== 'AUTHENTICATE') throw new TypeError(`${running.command.name} is no login`);
    return running;
  }
}
