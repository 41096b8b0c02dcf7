/**
 * Where a session stands: what the commands and extensions may ask of it, its open transaction, and the replies that wait to be
 * written. The machine is the only one that changes it.
 */
import { assertNever } from '@mailwright/wire';
import type { Command, EhloCommand, HeloCommand, MailCommand, RcptCommand } from './command.ts';
import type { AnyCommandSpec, ServerState } from './extension.ts';
import { encodeReply } from './reply-encode.ts';
import type { Reply } from './reply.ts';
import { Budget } from './server-budget.ts';
import type { ServerOptions } from './server-options.ts';
import { nextState } from './server-state.ts';
import { Transaction } from './server-transaction.ts';

export interface ServerSession {
  readonly options: ServerOptions;
  readonly state: ServerState;
  /** Inside TLS, from the start or through STARTTLS. */
  readonly secure: boolean;
  /** A mechanism whose name ends in `-PLUS` can be bound to the TLS channel. @rfc 5801 5 */
  readonly channelBinding: boolean;
  /** The identity that AUTH accepted, or `undefined`. */
  readonly identity: string | undefined;
  /** The argument of the last EHLO or HELO, or `undefined` before it. */
  readonly helloDomain: string | undefined;
  /** True after EHLO, false after HELO: extensions are only for EHLO. */
  readonly extended: boolean;
}

/** What the octets go through: no TLS, TLS without binding data for the `-PLUS` mechanisms, or TLS with it. */
type Channel = 'clear' | 'unbound' | 'bindable';

/** The machine's own, writable. */
export class Session extends Budget implements ServerSession {
  state: ServerState = 'connected';
  #channel: Channel = 'clear';
  identity: string | undefined = undefined;
  helloDomain: string | undefined = undefined;
  extended = false;
  /** Enhanced status codes go only to a client that said EHLO to a server that announced them. Asked at every reply. @rfc 2034 3 */
  enhanced = false;
  transaction: Transaction | undefined = undefined;
  /** Replies that were said and not taken, each with its CRLF. */
  output = '';

  get secure(): boolean {
    return this.#channel !== 'clear';
  }

  get channelBinding(): boolean {
    return this.#channel === 'bindable';
  }

  /** The octets go through TLS from now on. */
  secured(channelBinding: boolean): void {
    this.#channel = channelBinding ? 'bindable' : 'unbound';
  }

  /** Adds a reply to the output. Throws a `TypeError` for what can't be one. */
  say(answer: Reply): void {
    this.output += encodeReply(answer, this);
  }

  /** What is to be written; the client's next deadline starts when there is something. */
  takeOutput(now: number): string | undefined {
    this.heard(now);
    if (this.output === '') return undefined;
    const text = this.output;
    this.output = '';
    this.told(now);
    return text;
  }

  /** A 5yz greeting leaves QUIT as the only command. @rfc 5321 3.1 */
  greet(answer: Reply): void {
    this.state = answer.code < 400 ? 'connected' : 'refused';
  }

  /** EHLO or HELO was said. */
  hello(command: Command): void {
    const { verb, domain } = command as EhloCommand | HeloCommand;
    this.helloDomain = domain;
    this.extended = verb === 'EHLO';
    this.enhanced = this.extended && !this.options.disabled.has('ENHANCEDSTATUSCODES');
  }

  /** The state after `spec` was answered. */
  move(spec: AnyCommandSpec, accepted: boolean): void {
    this.state = nextState(spec, this.state, accepted);
  }

  /** A command was answered: what it does to the session. */
  apply(spec: AnyCommandSpec, command: Command, accepted: boolean): void {
    this.move(spec, accepted);
    if (!accepted) return;
    switch (spec.effect) {
      case 'hello':
        this.hello(command);
        this.transaction = undefined;
        break;
      case 'begin':
        this.transaction = new Transaction(command as MailCommand);
        break;
      case 'recipient':
        this.transaction!.add(command as RcptCommand);
        break;
      case 'reset':
        this.transaction = undefined;
        break;
      case 'auth':
      case 'body':
      case 'close':
      case 'none':
      case 'tls':
        break;
      default:
        assertNever(spec.effect);
    }
  }

  /** The message has its verdict, whatever that is. */
  endTransaction(): void {
    this.dropTransaction();
    this.spendTransaction();
  }

  /** There is no transaction any more. */
  dropTransaction(): void {
    this.transaction = undefined;
    this.state = 'ready';
  }

  /** After the TLS handshake the session starts anew and nothing said in clear text counts. @rfc 3207 4.2 */
  restart(channelBinding: boolean): void {
    this.secured(channelBinding);
    this.state = 'connected';
    this.identity = undefined;
    this.helloDomain = undefined;
    this.extended = this.enhanced = false;
  }
}
