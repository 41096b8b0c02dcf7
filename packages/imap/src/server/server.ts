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
 * Read next: `server-event.ts`, `server-voice.ts` (what a driver says), `server-conversation.ts` (what a client says), `command-gate.ts`, `mailbox-view.ts`.
 *
 * @rfc 9051 3
 * @rfc 9051 5.5
 */
import { encodeBase64 } from '@mailwright/wire';
import type { Command } from '../command.ts';
import type { ReadCommand } from '../command-parse.ts';
import type { ResponseCode, Status } from '../response.ts';
import { speaksOfNumbers } from './command-gate.ts';
import { ServerConversation } from './server-conversation.ts';
import { defaultAnswer } from './server-defaults.ts';
import type { ServerEvent } from './server-event.ts';
import { ServerInput } from './server-input.ts';
import type { ServerOptions } from './server-options.ts';
import { type SelectedMailbox, type ServerSession, Session } from './server-session.ts';
import { ServerTimes, type WaitingFor } from './server-times.ts';
import { ServerVoice } from './server-voice.ts';
import { ServerWriter } from './server-writer.ts';

/** Answers to these tell nothing of the mailbox before: it is not selected any more, or was not. */
const WITHOUT_NEWS: ReadonlySet<string> = new Set(['SELECT', 'EXAMINE', 'CLOSE', 'UNSELECT', 'LOGOUT', 'UNAUTHENTICATE']);

/** A session of an IMAP server without its socket. */
export class ServerMachine extends ServerVoice {
  readonly #session: Session;
  readonly #input: ServerInput;
  readonly #writer: ServerWriter;
  readonly #times: ServerTimes;
  readonly #conversation: ServerConversation;

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
    this.#conversation = new ServerConversation(session, this.#input, writer, this.#times);
  }

  /** The facts of the session; read it, the machine writes it. */
  get session(): ServerSession {
    return this.#session;
  }

  /** True while the client is waited for and nothing is under way: a BYE hurts nobody now. */
  get idle(): boolean {
    const { mode, open } = this.#conversation;
    return (mode === 'command' && open === undefined) || mode === 'idle' || mode === 'response';
  }

  /** Commands answered with BAD so far, and refused logins. */
  get errorCount(): number {
    return this.#conversation.errors;
  }

  /** Octets received and not read yet. */
  get unreadOctets(): number {
    return this.#input.unread;
  }

  /** Stores octets; parses nothing. The array is kept as it is and handed out again in `literal-data` events. */
  receive(octets: Uint8Array, now: number): void {
    if (this.#conversation.mode === 'closing') return;
    this.#input.push(octets);
    this.#times.heard(now, this.outputLength > 0);
  }

  /** The client closed its direction. Complete commands before it are still answered; a cut one is nobody's. */
  end(): void {
    this.#conversation.ending = 'eof';
  }

  /** Ends the session with BYE as soon as no command is under way: at once when idle. @rfc 9051 7.1.5 */
  shutdown(): void {
    if (this.#conversation.ending !== 'eof') this.#conversation.ending = 'shutdown';
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
    this.#conversation.violate('IMAP_TIMEOUT', undefined);
    this.#conversation.close('timeout', 'Autologout; idle for too long');
  }

  /**
   * Octets to write, as text where there is nothing but text. Call it when `next` asks for data, an answer or a drain, during IDLE after `notice`, and
   * whenever the transport has room.
   */
  takeOutput(now: number): string | readonly Uint8Array[] | undefined {
    if (this.#mayNotify()) this.#writer.unaskedNews(this.#session.notifying !== 'selected-delayed' || this.#conversation.mode === 'idle');
    const output = this.#writer.output.take();
    this.#times.told(now, output !== undefined);
    return output;
  }

  /** One event. The order of the pulls is the order of things. */
  next(): ServerEvent {
    for (;;) {
      const event = this.#conversation.queued.shift() ?? this.#conversation.step();
      if (event !== undefined) return event;
    }
  }

  // What the driver answers

  /**
   * Answers the last event with what the protocol says where no store is needed: the greeting, CAPABILITY, NOOP, LOGOUT, STARTTLS,
   * COMPRESS, ENABLE, UNAUTHENTICATE, CHECK, UNSELECT, the end of IDLE. Throws a `TypeError` for a command that needs a driver.
   */
  accept(): void {
    if (this.#conversation.mode === 'greeting') return this.#greet('OK');
    const { tag, command } = this.#answered();
    const answer = defaultAnswer(command, this.#session);
    if (answer === undefined) throw new TypeError(`${command.name} has no answer of its own`);
    for (const data of answer.data) this.#writer.data(data);
    this.complete(tag, 'OK', undefined, answer.text);
  }

  /** Answers `connect`: the client is `identity` already. @rfc 9051 7.1.4 */
  preauthenticate(identity: string): void {
    if (this.#conversation.mode !== 'greeting') throw new TypeError('no greeting is due');
    this.#login(identity);
    this.#greet('PREAUTH');
  }

  /** Answers `connect` with BYE: nobody is let in. */
  refuse(text: string, code?: ResponseCode): void {
    if (this.#conversation.mode !== 'greeting') throw new TypeError('no greeting is due');
    this.#conversation.close('refused', text, code);
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
    this.#conversation.finish(tag, 'OK', capabilityCodes ? { name: 'CAPABILITY', capabilities: this.#session.capabilities() } : undefined, text);
  }

  /** Answers `auth` or `auth-response` with the next challenge. @rfc 9051 6.2.2 */
  challenge(octets: Uint8Array): void {
    if (this.#conversation.mode !== 'exchange') throw new TypeError('no challenge is due');
    this.#writer.output.text(`+ ${encodeBase64(octets)}\r\n`);
    this.#conversation.mode = 'response';
  }

  /**
   * Ends the command with this tag: what is new in the mailbox is told first. A code of a capability that is off is left out. Throws a `TypeError` where
   * another command is under way, or none, and for what can't be said.
   */
  complete(tag: string, status: Status, code: ResponseCode | undefined, text: string): void {
    const { command } = this.#answered();
    const uid = this.#session.askedByUid;
    if (tag !== this.#session.running!.tag) throw new TypeError(`${tag} is not under way, ${this.#session.running!.tag} is`);
    const { name } = command;
    if (status === 'OK' && (name === 'LOGIN' || name === 'AUTHENTICATE')) throw new TypeError('a login ends with `authenticated`');
    const early = status === 'OK' ? this.#conversation.early(name) : undefined;
    if (early !== undefined) return void this.#conversation.queued.unshift(this.#conversation.expel(tag, early));
    const answer = this.#writer.encodeTagged(tag, status, code, text); // throws before anything is said
    if (!WITHOUT_NEWS.has(name)) this.#writer.news(uid || !speaksOfNumbers(name), uid);
    if (name === 'LOGOUT' && status === 'OK') this.#writer.bye('Logging out');
    this.#writer.output.line('', answer);
    this.#conversation.resume();
    if (status === 'OK') this.#apply(command);
    else if (status === 'BAD' || name === 'LOGIN' || name === 'AUTHENTICATE') this.#conversation.spendError();
  }

  /**
   * Answers `literal-wanted`: the octets come in `literal-data` events, whole and in order, and then `literal-end`. Those of a literal that is small enough
   * to be kept (`keptLiteralOctets`) do not: they stand in the command that follows.
   */
  acceptLiteral(): void {
    if (this.#conversation.mode !== 'literal') throw new TypeError('no literal waits for an answer');
    this.#conversation.open ??= { tag: this.#session.running!.tag, literals: 0 };
    this.#conversation.open.literals++;
    if (this.#input.accept()) this.#writer.goAhead();
    this.#conversation.mode = 'command';
  }

  /** Answers `literal-wanted` with NO: the whole command ends here, and what the client sent of it already is read and dropped. @rfc 7888 4 */
  refuseLiteral(code: ResponseCode | undefined, text: string): void {
    if (this.#conversation.mode !== 'literal') throw new TypeError('no literal waits for an answer');
    const { tag } = this.#session.running!;
    this.#input.refuse();
    this.#conversation.abort();
    this.#conversation.finish(tag, 'NO', code, text);
  }

  /** The handshake is done: the session starts anew inside TLS. @rfc 9051 6.2.1 */
  tlsStarted(now: number, channelBinding: boolean = true): void {
    if (this.#conversation.mode !== 'tls' && this.#conversation.mode !== 'connect') throw new TypeError('no TLS handshake is due');
    this.#input.clear();
    this.#session.secured(channelBinding);
    this.#times.heard(now, false);
    if (this.#conversation.mode === 'tls') this.#conversation.mode = 'command';
  }

  /** Both directions are compressed from here on. @rfc 4978 3 */
  compressionStarted(): void {
    if (this.#conversation.mode !== 'compress') throw new TypeError('no compression is due');
    this.#session.compressed = true;
    this.#conversation.mode = 'command';
  }

  // What an answer does

  /** A command was answered with OK: what it does to the session. */
  #apply(command: Command): void {
    switch (command.name) {
      case 'STARTTLS':
        this.#conversation.mode = 'tls';
        return;
      case 'COMPRESS':
        this.#conversation.mode = 'compress';
        return;
      case 'LOGOUT':
        return this.#conversation.close('logout', undefined);
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
    this.#conversation.mode = 'command';
  }

  /** What time runs for. */
  get #waitingFor(): WaitingFor {
    switch (this.#conversation.mode) {
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
    const { mode, open } = this.#conversation;
    return mode === 'idle' || (this.#session.notifying !== 'never' && mode === 'command' && open === undefined);
  }

  #answered(): ReadCommand {
    const { running } = this.#session;
    const { mode } = this.#conversation;
    if (running === undefined || (mode !== 'answer' && mode !== 'exchange')) throw new TypeError('no command waits for an answer');
    return running;
  }

  #loggingIn(): ReadCommand {
    const running = this.#answered();
    if (running.command.name !== 'LOGIN' && running.command.name !== 'AUTHENTICATE') throw new TypeError(`${running.command.name} is no login`);
    return running;
  }
}
