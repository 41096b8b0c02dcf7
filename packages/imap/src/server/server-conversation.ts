/**
 * What a server makes of what the client sends, one step a pull: commands are considered, literals offered, lines of an exchange read; what is wrong is answered
 * here and never comes to the driver. And how a session ends.
 *
 * Read next: `server.ts` (what the driver sees and says), `server-input.ts`, `command-gate.ts`.
 *
 * @rfc 9051 3
 * @rfc 9051 5.5
 */
import { assertNever, decodeBase64, latin1 } from '@mailwright/wire';
import type { ReadCommand } from '../command-parse.ts';
import type { ResponseCode, Status } from '../response.ts';
import { bad, enablesCondstore, type Refusal } from './command-gate.ts';
import {
  COMPRESS, CONNECT, LITERAL_END, NEED_ANSWER, NEED_DATA, NEED_DRAIN, type ServerEnd, type ServerEvent, type ServerViolationCode, UPGRADE_TLS,
} from './server-event.ts';
import type { InputStep, ServerInput } from './server-input.ts';
import type { Session } from './server-session.ts';
import type { ServerTimes } from './server-times.ts';
import type { ServerWriter } from './server-writer.ts';

/**
 * What the machine does next. `connect`: tell the driver of the connection. `greeting`, `answer`, `exchange`: wait for the driver, who owes a greeting, the end
 * of a command, the next word of SASL. `literal`: wait for its word on a literal. `command`, `response`, `idle`: read a command, a
 * response of SASL, DONE. `tls`, `compress`: wait for the driver's switch. `closing`: nothing more.
 */
export type ServerMode = 'connect' | 'greeting' | 'command' | 'literal' | 'answer' | 'exchange' | 'response' | 'idle' | 'tls' | 'compress' | 'closing';

export class ServerConversation {
  mode: ServerMode = 'connect';
  /** The command whose literals were accepted and that is not complete. */
  open: { readonly tag: string; literals: number } | undefined = undefined;
  /** Events that come before the next step. */
  readonly queued: ServerEvent[] = [];
  /** Set by `end` and `shutdown` of the machine: what happens once nothing is under way any more. */
  ending: 'eof' | 'shutdown' | undefined = undefined;
  /** Commands answered with BAD so far, and refused logins. */
  errors = 0;
  readonly #session: Session;
  readonly #input: ServerInput;
  readonly #writer: ServerWriter;
  readonly #times: ServerTimes;
  #end: ServerEnd | undefined = undefined;
  #loginCommands = 0;

  constructor(session: Session, input: ServerInput, writer: ServerWriter, times: ServerTimes) {
    this.#session = session;
    this.#input = input;
    this.#writer = writer;
    this.#times = times;
  }

  /** One step: an event, or `undefined` where the next step may have one. */
  step(): ServerEvent | undefined {
    switch (this.mode) {
      case 'connect':
        this.mode = 'greeting';
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
        return assertNever(this.mode);
    }
  }

  #readCommand(): ServerEvent | undefined {
    if (this.open === undefined) {
      if (this.ending === 'shutdown') return void this.close('shutdown', 'Server shutting down');
      if (this.#writer.output.length > this.#session.options.limits.outputOctets) return NEED_DRAIN;
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
        this.abort();
        return this.#refuse(step.tag, step.refusal);
      case 'fatal':
        this.abort();
        return this.expel(step.tag, step.refusal);
      default:
        return assertNever(step);
    }
  }

  /** Nothing complete is there: wait, or end the session when no more will come. */
  #wait(): ServerEvent | undefined {
    if (this.ending !== 'eof') return NEED_DATA;
    return void this.close('eof', undefined);
  }

  #offerLiteral(read: ReadCommand, octetCount: number, binary: boolean): ServerEvent {
    this.#session.running = read;
    this.mode = 'literal';
    return { type: 'literal-wanted', tag: read.tag, command: read.command, ordinal: this.open?.literals ?? 0, octetCount, binary };
  }

  #consider(read: ReadCommand): ServerEvent | undefined {
    const session = this.#session;
    const refusal = this.#overstep(read.command.name);
    if (refusal !== undefined) return this.expel(read.tag, refusal);
    this.open = undefined;
    this.#session.running = read;
    const { tag, command } = read;
    if (enablesCondstore(command, session)) session.enabled.add('CONDSTORE');
    if (command.name === 'IDLE') return this.#startIdle(tag);
    if (command.name === 'AUTHENTICATE') {
      this.mode = 'exchange';
      return { type: 'auth', tag, mechanism: command.mechanism, initialResponse: command.initialResponse };
    }
    this.mode = 'answer';
    if (command.name === 'SELECT' || command.name === 'EXAMINE') this.#writer.closed();
    return { type: 'command', tag, command };
  }

  /** What only the machine knows to speak against a command. */
  #overstep(name: string): Refusal | undefined {
    const session = this.#session;
    if (session.state === 'not-authenticated' && ++this.#loginCommands > session.options.limits.loginCommands) {
      return bad('LIMIT_LOGIN_COMMANDS', 'Too many commands before a login');
    }
    return this.early(name);
  }

  /** Octets that came before what they should have gone through. @rfc 9051 11.1 */
  early(name: string): Refusal | undefined {
    const before = name === 'STARTTLS' ? 'TLS' : name === 'COMPRESS' ? 'COMPRESSION' : undefined;
    if (before === undefined || this.#input.unread === 0) return undefined;
    return bad(`IMAP_OCTETS_BEFORE_${before}`, `Nothing may follow ${name} before its answer`);
  }

  #startIdle(tag: string): ServerEvent {
    this.#writer.continuation('idling');
    this.mode = 'idle';
    return { type: 'idle', tag };
  }

  #readDone(): ServerEvent | undefined {
    if (this.ending === 'shutdown') return void this.close('shutdown', 'Server shutting down');
    const line = this.#input.line();
    if (line === undefined) return this.#wait();
    const { tag } = this.#session.running!;
    this.#times.ended();
    this.mode = 'answer';
    if (line !== 'wrong' && latin1(line).toUpperCase() === 'DONE') return { type: 'done', tag };
    return this.#refuse(tag, bad('IMAP_IDLE', 'Expected DONE'));
  }

  #readResponse(): ServerEvent | undefined {
    if (this.ending === 'shutdown') return void this.close('shutdown', 'Server shutting down');
    const line = this.#input.line();
    if (line === undefined) return this.#wait();
    const { tag } = this.#session.running!;
    this.#times.ended();
    this.mode = 'exchange';
    if (line === 'wrong') return this.#refuse(tag, bad('IMAP_SYNTAX', 'Not base64'));
    if (line.length > this.#session.options.limits.authOctets) return this.#refuse(tag, bad('LIMIT_AUTH_OCTETS', 'Response too long'));
    const text = latin1(line);
    if (text === '*') {
      this.finish(tag, 'BAD', undefined, 'Cancelled');
      return { type: 'auth-cancelled', tag };
    }
    const octets = decodeBase64(text);
    return octets === undefined ? this.#refuse(tag, bad('IMAP_SYNTAX', 'Not base64')) : { type: 'auth-response', octets };
  }

  /** The tagged answer; the next command may come. */
  finish(tag: string, status: Status, code: ResponseCode | undefined, text: string): void {
    this.#writer.tagged(tag, status, code, text);
    this.resume();
  }

  /** What was answered is let go: it may hold a password. */
  resume(): void {
    this.#session.running = undefined;
    this.mode = 'command';
  }

  /** Answers a command that the driver never sees, or ends one it saw. */
  #refuse(tag: string | undefined, { status, code, text, violation }: Refusal): ServerEvent {
    if (tag === undefined) this.#writer.status(status, code, text);
    else this.#writer.tagged(tag, status, code, text);
    this.resume();
    this.violate(violation, tag);
    this.spendError();
    return this.queued.shift()!;
  }

  /** Ends the session with a last word. */
  expel(tag: string | undefined, refusal: Refusal): ServerEvent {
    const event = this.#refuse(tag, refusal);
    this.close('violation', refusal.text);
    return event;
  }

  /** Tells the driver of a violation. */
  violate(code: ServerViolationCode, tag: string | undefined): void {
    this.queued.push({ type: 'violation', code, tag });
  }

  /** One more command answered with BAD: too many end the session. */
  spendError(): void {
    if (++this.errors <= this.#session.options.limits.errors || this.mode === 'closing') return;
    this.violate('LIMIT_ERRORS', undefined);
    this.close('violation', 'Too many errors');
  }

  /** The command that is being read will never be complete: what its literals brought is to be dropped. */
  abort(): void {
    if (this.open !== undefined) this.queued.push({ type: 'command-abort', tag: this.open.tag });
    this.open = undefined;
  }

  /** Ends the session; `text` is the last word, if there is one. */
  close(end: ServerEnd, text: string | undefined, code?: ResponseCode): void {
    if (this.mode === 'closing') return;
    this.abort();
    if (text !== undefined) this.#writer.bye(text, code);
    this.#end = end;
    this.mode = 'closing';
    this.#session.state = 'logout';
    this.#session.mailbox = undefined;
    this.#input.clear();
  }
}
