/**
 * The server side of a POP3 session as a machine: octets go in, events come out, the driver answers, octets go out. It holds no socket, no timer and no
 * promise; time is a number that comes with the octets.
 *
 * The driver's loop: `receive` what the transport gives; pull `next` until `need-data` or `need-answer`; answer what asks for it; hand what `takeOutput`
 * holds to the transport whenever `next` has nothing more to do. Not pulling is back-pressure, and so is not feeding a message that is wanted. The driver
 * has to know who may log in, which messages there are, and their octets: numbers, marks, listings and lines are kept here.
 *
 * The verbs are not here: they are in `commands/` and `extensions/`, as tables that this machine runs.
 * Read next: `../extension.ts` (what a command is), `event.ts`, `session.ts`, `maildrop.ts`, `output.ts`.
 *
 * @rfc 1939 3
 * @rfc 2449 6.6
 */
import { assertNever, encodeBase64, InputBuffer } from '@mailwright/wire';
import type { AnyCommandSpec, ServerAction } from '../extension.ts';
import { type Command, extensionOfTag, hasExtension } from '../registry.ts';
import { err, ok, type Response } from '../response.ts';
import { AUTH_CANCELLED, CONNECT, NEED_ANSWER, NEED_DATA, type ServerEnd, type ServerEvent, type ServerViolation, UPGRADE_TLS } from './event.ts';
import { type BadLine, takeCommand, takeResponse } from './line.ts';
import type { MaildropMessage } from './maildrop.ts';
import type { ServerOptions } from './options.ts';
import { ServerOutput } from './output.ts';
import { ServerSession } from './session.ts';
import { Tally } from './tally.ts';

/**
 * What the machine does next. `connect`: tell the driver of the connection. `answer`: wait for its answer. `command`, `auth`: read a line. `text`: wait for
 * the octets of a message. `tls`: wait for the handshake. `closing`: nothing more.
 */
type Mode = 'connect' | 'answer' | 'command' | 'auth' | 'text' | 'tls' | 'closing';

/** What the driver has to answer. */
type Awaited = 'greeting' | 'login' | 'exchange' | 'message' | 'update';

const TOO_MANY_ERRORS = err('too many errors');
const TOO_MANY_COMMANDS = err('too many commands before the login');
const SHUTTING_DOWN = err('the server is shutting down', 'SYS/TEMP');
const PLAINTEXT_BEFORE_TLS = err('octets before the TLS handshake');
const CANCELLED = err('login cancelled');
const NEEDS_UTF8 = err('this message needs UTF8 mode', 'UTF8');
const NOT_NOW = err('not now');
const GOODBYE = ok('bye');
const MESSAGE_FOLLOWS = ok('message follows');

/** A session of a POP3 server without its socket. */
export class ServerMachine {
  /** The facts of the session; read it, the machine writes it. */
  readonly session: ServerSession;
  readonly #input: InputBuffer = new InputBuffer();
  readonly #output: ServerOutput;
  readonly #tally: Tally;
  #mode: Mode = 'connect';
  #awaiting: Awaited = 'greeting';
  #queued: ServerEvent | undefined = undefined;
  #action: ServerAction | undefined = undefined;
  /** As in TOP, of the message that is wanted. */
  #bodyLines: number | undefined = undefined;
  #end: ServerEnd | undefined = undefined;
  #ending: 'eof' | 'shutdown' | undefined = undefined;
  readonly #startedAt: number;
  #toldAt: number;

  /** `secure`: the connection is TLS from its first octet (RFC 8314). `now`: milliseconds on the driver's clock. `channelBinding`: as in `tlsStarted`. */
  constructor(options: ServerOptions, secure: boolean, now: number, channelBinding: boolean = true) {
    this.session = new ServerSession(options, secure, channelBinding);
    this.#output = new ServerOutput(hasExtension(extensionOfTag('RESP-CODES')!, options));
    this.#tally = new Tally(options.limits);
    this.#startedAt = this.#toldAt = now;
  }

  /** Octets that wait for `takeOutput`. */
  get outputOctets(): number {
    return this.#output.octets;
  }

  /** Octets received and not read yet. */
  get unreadOctets(): number {
    return this.#input.length;
  }

  /** Stores octets; parses nothing. */
  receive(octets: Uint8Array): void {
    if (this.#mode !== 'closing') this.#input.push(octets);
  }

  /** The client closed its direction. Complete commands before it are still answered; nothing is removed. @rfc 1939 6 */
  end(): void {
    this.#ending = 'eof';
  }

  /** Ends the session with -ERR as soon as the client is waited for. Nothing is removed. */
  shutdown(): void {
    this.#ending ??= 'shutdown';
  }

  /** When `expire` is to be called, on the driver's clock; `undefined` while the driver owes something. */
  get deadline(): number | undefined {
    if (this.#mode !== 'command' && this.#mode !== 'auth' && this.#mode !== 'tls') return undefined;
    const { commandMs, authorizationMs, sessionMs } = this.session.options.timeouts;
    const patience = this.session.state === 'authorization' ? authorizationMs : commandMs;
    const deadline = Math.min(this.#toldAt + patience, this.#startedAt + sessionMs);
    return deadline === Infinity ? undefined : deadline;
  }

  /** Ends the session when the deadline has passed; does nothing before. The client is told nothing, and nothing is removed. @rfc 1939 3 */
  expire(now: number): void {
    const { deadline } = this;
    if (deadline === undefined || now < deadline) return;
    this.#close('timeout');
    this.#queued = { type: 'violation', code: 'POP3_TIMEOUT', response: undefined };
  }

  /** Parts to write, or `undefined`. Call it when `next` asks for data or an answer; `now` starts the client's next deadline. */
  takeOutput(now: number): Uint8Array[] | undefined {
    const parts = this.#output.take();
    if (parts !== undefined) this.#toldAt = now;
    return parts;
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

  // Answers

  /** Answers `connect`: the greeting. @rfc 1939 4 */
  greet(): void {
    this.#answered('greeting');
    const { banner, timestamp } = this.session.options;
    this.#output.say(ok(timestamp === undefined ? banner : `${banner} ${timestamp}`));
    this.#mode = 'command';
  }

  /**
   * Answers `login`, `auth` or `response`: the client is `identity`, and this is what its maildrop holds, in the order of their numbers.
   * Errors: throws a `TypeError` for a unique-id that is none, and when no login is waiting.
   */
  opened(identity: string, messages: readonly MaildropMessage[], text: string = 'maildrop ready'): void {
    this.#answered('login', 'exchange');
    this.session.open(identity, messages);
    this.#output.say(ok(text));
    this.#mode = 'command';
  }

  /** Answers `auth` or `response` with the next challenge. @rfc 5034 4 */
  challenge(octets: Uint8Array): void {
    this.#answered('exchange');
    this.#output.write(`+ ${encodeBase64(octets)}\r\n`);
    this.#mode = 'auth';
  }

  /** Answers `update`: all is removed. */
  updated(answer: Response = GOODBYE): void {
    this.#answered('update');
    this.#output.say(answer);
    this.#close('quit');
  }

  /**
   * Answers any of them with -ERR: no greeting, no login, no message, not all removed. Say `AUTH` as the code for wrong credentials, `IN-USE` for a maildrop
   * that somebody else has open, `SYS/TEMP` for trouble that passes.
   * Errors: throws a `TypeError` when nothing is waiting, and for a response that is no -ERR.
   */
  refuse(answer: Response): void {
    if (answer.status !== 'ERR') throw new TypeError('a refusal is -ERR');
    const awaiting = this.#awaiting;
    this.#answered(awaiting);
    this.#output.say(answer);
    this.#mode = 'command';
    if (awaiting === 'greeting') this.#close('refused');
    else if (awaiting === 'update') this.#close('quit');
    else if (awaiting === 'login' || awaiting === 'exchange') this.#countLogin();
  }

  /** Answers `message-wanted` with a piece of the message. False when no more is wanted (TOP): call `endText` then. The octets are kept until `takeOutput` gave them away. */
  text(octets: Uint8Array): boolean {
    this.#openText();
    return this.#output.message(octets);
  }

  /** The message is complete. */
  endText(): void {
    this.#openText();
    this.#output.endMessage();
    this.#mode = 'command';
  }

  /** The message can't be read on: the session ends without its last line, so that nobody takes what there is for the whole. */
  abortText(): void {
    this.#openText();
    this.#close('shutdown');
  }

  /**
   * The handshake is done: the session starts anew inside TLS. `channelBinding`: the driver can have `tls-exporter` data of it; without, no `-PLUS` mechanism
   * is announced. @rfc 2595 4 @rfc 9266 4.2
   */
  tlsStarted(now: number, channelBinding: boolean = true): void {
    if (this.#mode !== 'tls') throw new TypeError('no TLS handshake is due');
    this.#input.clear();
    this.session.restart(channelBinding);
    this.#toldAt = now;
    this.#mode = 'command';
  }

  // Inside

  #step(): ServerEvent | undefined {
    const action = this.#action;
    this.#action = undefined;
    if (action !== undefined) return this.#act(action);
    switch (this.#mode) {
      case 'connect':
        this.#await('greeting');
        return CONNECT;
      case 'answer':
      case 'text':
        return NEED_ANSWER;
      case 'command':
        return this.#readCommand();
      case 'auth':
        return this.#readResponse();
      case 'tls':
        return UPGRADE_TLS;
      case 'closing':
        return { type: 'closed', end: this.#end! };
      default:
        return assertNever(this.#mode);
    }
  }

  #readCommand(): ServerEvent | undefined {
    if (this.#ending === 'shutdown') return void this.#close('shutdown', SHUTTING_DOWN);
    const line = takeCommand(this.#input, this.session.options);
    if (line === undefined) return this.#wait();
    if (line.kind === 'bad') return this.#refuseLine(line);
    return this.#consider(line.command, line.spec);
  }

  #readResponse(): ServerEvent | undefined {
    if (this.#ending === 'shutdown') return void this.#close('shutdown', SHUTTING_DOWN);
    const line = takeResponse(this.#input, this.session.options.limits.authOctets);
    if (line === undefined) return this.#wait();
    if (line.kind === 'response') {
      this.#await('exchange');
      return { type: 'response', octets: line.octets };
    }
    this.#mode = 'command';
    if (line.kind === 'bad') return this.#refuseLine(line);
    this.#output.say(CANCELLED);
    this.#countLogin();
    return AUTH_CANCELLED;
  }

  /** Nothing complete is there: wait, or end the session when no more will come. */
  #wait(): ServerEvent | undefined {
    return this.#ending === 'eof' ? void this.#close('eof') : NEED_DATA;
  }

  #consider(command: Command, spec: AnyCommandSpec): ServerEvent | undefined {
    const { session } = this;
    if (!spec.states.includes(session.state)) {
      return this.#refuse(session.state === 'authorization' ? err('log in first') : NOT_NOW, 'POP3_SEQUENCE');
    }
    if (session.state === 'authorization' && this.#tally.countIdleCommand()) return this.#expel(TOO_MANY_COMMANDS, 'LIMIT_IDLE_COMMANDS');
    this.#action = spec.serve(command, session);
    return { type: 'command', command };
  }

  #act(action: ServerAction): ServerEvent | undefined {
    switch (action.do) {
      case 'answer':
        return void this.#output.sayLines(action.response, action.lines);
      case 'refuse':
        return this.#refuse(action.response, action.code);
      case 'login':
        this.#await('login');
        return { type: 'login', attempt: action.attempt };
      case 'sasl':
        this.#await('exchange');
        return { type: 'auth', mechanism: action.mechanism, initialResponse: action.initialResponse };
      case 'send':
        return this.#send(action.number, action.bodyLines);
      case 'update':
        return this.#update();
      case 'tls':
        return this.#beginTls(action.response);
      default:
        return assertNever(action);
    }
  }

  #send(number: number, bodyLines: number | undefined): ServerEvent {
    const message = this.session.maildrop.message(number);
    if (message === undefined) return this.#refuse(err('no such message'), 'POP3_REFUSED');
    if (message.utf8 && !this.session.utf8) return this.#refuse(NEEDS_UTF8, 'POP3_REFUSED');
    this.#bodyLines = bodyLines;
    this.#await('message');
    return { type: 'message-wanted', number, bodyLines };
  }

  /** QUIT: in the transaction state the maildrop is to be changed. @rfc 1939 6 */
  #update(): ServerEvent | undefined {
    if (this.session.state === 'authorization') return void this.#close('quit', GOODBYE);
    this.session.state = 'update';
    this.#await('update');
    return { type: 'update', deleted: this.session.maildrop.deleted() };
  }

  /** Whatever stands behind STLS was not sent by who will hold the keys. @rfc 2595 4 @rfc 3207 6 */
  #beginTls(answer: Response): ServerEvent | undefined {
    if (this.#input.length > 0) return this.#expel(PLAINTEXT_BEFORE_TLS, 'POP3_OCTETS_BEFORE_TLS');
    this.#output.say(answer);
    this.#mode = 'tls';
    return undefined;
  }

  /** The +OK of a message goes out with its first octets. */
  #openText(): void {
    if (this.#mode === 'text') return;
    if (this.#mode !== 'answer' || this.#awaiting !== 'message') throw new TypeError('no message is wanted');
    this.#mode = 'text';
    this.#output.beginMessage(MESSAGE_FOLLOWS, this.session.options.lineEnds, this.#bodyLines);
  }

  #await(what: Awaited): void {
    this.#awaiting = what;
    this.#mode = 'answer';
  }

  #answered(...expected: readonly Awaited[]): void {
    if (this.#mode !== 'answer' || !expected.includes(this.#awaiting)) throw new TypeError('this answers nothing that was asked');
  }

  #refuseLine({ response: answer, code }: BadLine): ServerEvent {
    return this.#refuse(answer, code);
  }

  /** Answers a command that the driver never has to. Too many of them end the session. */
  #refuse(answer: Response, code: ServerViolation): ServerEvent {
    this.#output.say(answer);
    if (this.#tally.countError()) this.#queued = this.#expel(TOO_MANY_ERRORS, 'LIMIT_ERRORS');
    return { type: 'violation', code, response: answer };
  }

  #countLogin(): void {
    if (!this.#tally.countRefusedLogin()) return;
    this.#close('violation');
    this.#queued = { type: 'violation', code: 'LIMIT_AUTH_ATTEMPTS', response: undefined };
  }

  /** Ends the session with a last word. */
  #expel(answer: Response, code: ServerViolation): ServerEvent {
    this.#close('violation', answer);
    return { type: 'violation', code, response: answer };
  }

  #close(end: ServerEnd, answer?: Response): void {
    if (this.#mode === 'closing') return;
    if (answer !== undefined) this.#output.say(answer);
    this.#end = end;
    this.#mode = 'closing';
    this.#input.clear();
  }
}
