/**
 * One connection: the transport's side, the SMTP machine in the middle, the application's side. This is the loop that every
 * driver here has: octets in, pull events until there are none, write what the machine holds.
 *
 * The machine is pulled only in `pull`, and only while nothing holds the session: not its wire, not a message that the handler
 * does not read. Whatever ends a hold pulls on.
 *
 * Measured on Node 20.20.2, messages of 1 KB fed without a socket to a handler that iterates the body: 3.0 us each in pipelined
 * batches of fifty, 2.5 of them in the machine; 3.5 us one by one. An idle session has 1.95 KB of heap, 0.8 of it Node's socket.
 *
 * Read next: `wire.ts`, `application.ts`, `server.ts`.
 *
 * @rfc 5321 4.5.3.2
 */
import { hasChannelBinding } from '@mailwright/driver';
import type { DeadlineMember, Endpoint, NetError, TlsFacts, Transport, TransportSink } from '@mailwright/net';
import type { SaslIdentity } from '@mailwright/sasl';
import { type Reply, type ServerEvent, ServerMachine, TranscriptRecorder } from '@mailwright/smtp';
import { assertNever } from '@mailwright/wire';
import { Application, type ApplicationHost, earliest, isPast } from './application.ts';
import type { ServerCore } from './core.ts';
import { SmtpServerError } from './errors.ts';
import type { SessionEnd } from './handlers.ts';
import { Wire } from './wire.ts';

type RareEvent = Exclude<ServerEvent, { readonly type: 'need-data' | 'need-reply' | 'command' | 'body-begin' | 'body' | 'body-end' }>;

export class Connection implements ApplicationHost, TransportSink, DeadlineMember {
  deadlineIndex = -1;
  readonly id: number;
  readonly openedAt: number;
  readonly #core: ServerCore;
  readonly #machine: ServerMachine;
  readonly #wire: Wire;
  readonly #application: Application;
  #pulling = false;
  #store: Map<string, unknown> | undefined = undefined;
  #end: SessionEnd | undefined = undefined;

  constructor(core: ServerCore, transport: Transport, id: number) {
    this.#core = core;
    this.id = id;
    this.openedAt = core.clock.wallTime();
    this.#machine = new ServerMachine(core.machineOptions, transport.tls !== undefined, core.now(), hasChannelBinding(transport.tls));
    this.#wire = new Wire(core, transport, this.#machine, core.options.trace === undefined ? undefined : new TranscriptRecorder(undefined, (entry) => core.trace(entry, this)));
    this.#application = new Application(core, this, this.#machine);
  }

  // The facts, for the handlers

  get peer(): Endpoint {
    return this.#wire.transport.peer;
  }

  get local(): Endpoint {
    return this.#wire.transport.local;
  }

  get tls(): TlsFacts | undefined {
    return this.#wire.transport.tls;
  }

  get helloDomain(): string | undefined {
    return this.#machine.session.helloDomain;
  }

  get identity(): SaslIdentity | undefined {
    return this.#application.identity;
  }

  get store(): Map<string, unknown> {
    return (this.#store ??= new Map());
  }

  // What the server asks of it

  /** Begins. A client that the server has no room for is told so; in implicit TLS that is no handshake worth. */
  open(): void {
    const { transport } = this.#wire;
    this.#core.deadlines.add(this);
    if (this.#core.implicitTls && transport.tls === undefined) {
      if (this.#core.refusal(this) === undefined) void this.#secure();
      else this.#drop('refused');
    }
    transport.attach(this);
    this.pull();
  }

  /** Ends the session as soon as no transaction is under way; true when that is now. */
  shutdown(): boolean {
    const idle = this.#wire.handshaking || this.#machine.idle;
    if (this.#wire.handshaking) this.#drop('shutdown');
    if (idle) this.#wire.endDelay();
    this.#machine.shutdown();
    this.pull();
    return idle;
  }

  destroy(): void {
    this.#wire.destroy();
  }

  flushDue(): void {
    this.#wire.flushDue();
    this.#core.deadlines.reschedule(this);
  }

  // What the transport reports

  data(octets: Uint8Array): void {
    this.#wire.receive(octets);
    this.pull();
    this.#wire.throttle();
  }

  end(): void {
    this.#machine.end();
    this.pull();
  }

  drained(): void {
    this.#wire.drained();
    this.pull();
  }

  closed(cause: NetError | undefined): void {
    this.#wire.gone();
    this.#application.forget('the connection was lost before the message was complete', cause);
    this.#core.remove(this, this.#end ?? 'lost');
  }

  // Deadlines: what holds the wire, the handlers, and the client while it is waited for

  get deadline(): number | undefined {
    const wire = this.#wire.until;
    const handlers = this.#application.until;
    if (wire !== undefined) return earliest(wire, handlers);
    return this.#application.full ? handlers : earliest(this.#machine.deadline, handlers);
  }

  onDeadline(now: number): void {
    if (isPast(this.#wire.until, now)) {
      if (!this.#wire.release()) return this.#drop('timeout');
    } else if (!this.#application.giveUp(now)) this.#machine.expire(now);
    this.pull();
  }

  // The loop

  pull(): void {
    if (this.#pulling) return;
    this.#pulling = true;
    while (!this.#wire.held && !this.#application.full && this.#act(this.#machine.next())) this.#wire.flushIfMuch();
    this.#pulling = false;
    this.#core.deadlines.reschedule(this);
  }

  /** Does what an event asks; false when there is nothing to do before something else happens. */
  #act(event: ServerEvent): boolean {
    switch (event.type) {
      case 'need-data':
        this.#wire.flush();
        this.#wire.unthrottle();
        this.#application.rest();
        return false;
      case 'need-reply':
        if (this.#wire.wantsFlushLater()) this.#core.flushLater(this);
        return false;
      case 'command':
        this.#application.command(event.command, event.transaction);
        return true;
      case 'body-begin':
        this.#application.beginMessage(event.transaction);
        return true;
      case 'body':
        this.#application.takePiece(event.octets);
        return true;
      case 'body-end':
        this.#application.endMessage(event.refusal);
        if (event.refusal !== undefined) this.refusing(event.refusal);
        return true;
      default:
        return this.#actRarely(event);
    }
  }

  /** What does not come with every message. */
  #actRarely(event: RareEvent): boolean {
    switch (event.type) {
      case 'connect':
        this.#application.greet();
        return true;
      case 'response':
        this.#application.respond(event.octets);
        return true;
      case 'auth-cancelled':
        this.#application.endAuth();
        return true;
      case 'body-abort':
        this.#application.cutMessage(new SmtpServerError('SMTP_BODY_INCOMPLETE', 'the client gave the message up'));
        return true;
      case 'violation':
        this.#core.publishViolation(this, event.code);
        this.#application.endAuth(); // a line that can't be read breaks an exchange off
        if (event.code === 'LIMIT_MESSAGE_OCTETS') this.#application.overLimit();
        if (event.reply !== undefined) this.refusing(event.reply);
        return true;
      case 'upgrade-tls':
        void this.#secure();
        return false;
      case 'closed':
        this.#close(event.end);
        return false;
      default:
        return assertNever(event);
    }
  }

  /** A client that makes errors waits for its reply, longer each time. */
  refusing(answer: Reply): void {
    if (answer.code >= 500) this.#wire.delay(this.#core.tarpitMs(this.#machine.errorCount));
  }

  /** A handshake, before the greeting or behind STARTTLS. Then what was known before is known no more. @rfc 3207 4.2 */
  async #secure(): Promise<void> {
    try {
      const facts = await this.#wire.handshake();
      this.#application.identity = undefined;
      this.#machine.tlsStarted(this.#core.now(), hasChannelBinding(facts));
    } catch (error) {
      this.#core.report(error, this);
      return this.#drop('lost');
    }
    this.pull();
  }

  #close(end: SessionEnd): void {
    this.#end ??= end;
    this.#application.forget('the session ended before the message was complete', undefined);
    this.#wire.close();
  }

  #drop(end: SessionEnd): void {
    this.#end ??= end;
    this.#wire.destroy();
  }
}
