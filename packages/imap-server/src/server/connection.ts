/**
 * One connection: the transport's side, the IMAP machine in the middle, the commands' side. This is the loop that every driver here has: octets in, pull
 * events until there are none, write what the machine holds.
 *
 * The machine is pulled only in `pull`, and only while nothing holds the session: not its wire, not a message that the store is slow to take. Whatever
 * ends a hold pulls on. One command is answered at a time; the next is pulled when it is.
 *
 * Read next: `wire.ts`, `command-session.ts`, `../commands/dispatch.ts`.
 *
 * @rfc 9051 5.5
 */
import { hasChannelBinding } from '@mailwright/driver';
import { type Command, type ServerEvent, ServerMachine } from '@mailwright/imap';
import type { DeadlineMember, Endpoint, NetError, TlsFacts, Transport, TransportSink } from '@mailwright/net';
import { dispatch, speaksOfNumbers } from '../commands/dispatch.ts';
import { no, type Outcome, outcomeOf, SessionOver } from '../commands/outcome.ts';
import { CommandSession, type SessionPort } from './command-session.ts';
import type { ServerCore } from './core.ts';
import { type Deferred, makeDeferred } from './deferred.ts';
import { ImapServerError } from './errors.ts';
import { Login, type LoginHost } from './login.ts';
import type { ImapSession, SessionEnd } from './options.ts';
import { Refresher, type RefresherHost } from './refresher.ts';
import { Wire } from './wire.ts';

const REFERENCE_OCTETS = 6;

export class Connection implements LoginHost, RefresherHost, SessionPort, TransportSink, DeadlineMember {
  deadlineIndex = -1;
  readonly id: number;
  readonly openedAt: number;
  readonly machine: ServerMachine;
  readonly #core: ServerCore;
  readonly #wire: Wire;
  readonly #session: CommandSession;
  readonly #login: Login;
  readonly #refresher: Refresher;
  #pulling = false;
  /** The store writes a message down. */
  #staging = false;
  /** The command under way, with the tag that its answer bears. */
  #running: { readonly tag: string; readonly command: Command } | undefined = undefined;
  #drained: Deferred | undefined = undefined;
  #end: SessionEnd | undefined = undefined;
  /** Between IDLE and DONE. */
  #idling = false;

  constructor(core: ServerCore, transport: Transport, id: number) {
    this.#core = core;
    this.id = id;
    this.openedAt = core.clock.wallTime();
    this.machine = new ServerMachine(core.machineOptions, transport.tls !== undefined, core.now(), hasChannelBinding(transport.tls));
    this.#wire = new Wire(core, transport, this.machine);
    this.#session = new CommandSession(core, this);
    this.#login = new Login(this, core, this.#session);
    this.#refresher = new Refresher(this, core.clock, core.timeouts.refreshMs);
  }

  // The facts, for the owner

  get peer(): Endpoint {
    return this.#wire.transport.peer;
  }

  get local(): Endpoint {
    return this.#wire.transport.local;
  }

  get tls(): TlsFacts | undefined {
    return this.#wire.transport.tls;
  }

  get state(): ImapSession['state'] {
    return this.machine.session.state as ImapSession['state'];
  }

  get user(): string | undefined {
    return this.#session.user;
  }

  get mailbox(): string | undefined {
    return this.#session.selection?.mailbox.name;
  }

  get command(): string | undefined {
    const command = this.#running?.command;
    return command === undefined ? undefined : `${'uid' in command && command.uid === true ? 'UID ' : ''}${command.name}`;
  }

  // What the server asks of it

  /** Begins. A client that the server has no room for is told so; in implicit TLS that is no handshake worth. */
  open(implicitTls: boolean): void {
    const { transport } = this.#wire;
    this.#core.deadlines.add(this);
    if (implicitTls && transport.tls === undefined) {
      if (this.#core.refusal(this) === undefined) void this.#secure();
      else this.#drop('refused');
    }
    transport.attach(this);
    this.pull();
  }

  /** Ends the session as soon as no command is under way; true when that is now. */
  shutdown(): boolean {
    const idle = this.#wire.handshaking || this.machine.idle;
    if (this.#wire.handshaking) this.#drop('shutdown');
    this.machine.shutdown();
    this.pull();
    return idle;
  }

  destroy(): void {
    this.#wire.destroy();
  }

  flushDue(): void {
    const ready = this.#mayTell ? this.#session.prepareNews() : undefined;
    if (ready === undefined) return this.#flushNews();
    ready.then(() => this.#flushNews()).catch((error: unknown) => this.failed(error));
  }

  #flushNews(): void {
    this.#sayNews();
    this.#wire.flushDue();
    if (this.#mayTell) this.#session.notifications.tellArrived();
    this.#core.deadlines.reschedule(this);
  }

  // What the transport reports

  data(octets: Uint8Array): void {
    this.#wire.receive(octets);
    this.pull();
    this.#wire.throttle();
  }

  end(): void {
    this.machine.end();
    this.pull();
  }

  drained(): void {
    this.#wire.drained();
    this.#drained?.resolve();
    this.#drained = undefined;
    this.pull();
  }

  closed(cause: NetError | undefined): void {
    this.#wire.gone();
    this.#drained?.reject(new SessionOver('the connection was lost', { cause }));
    this.#drained = undefined;
    this.#login.cancel();
    this.#session.logOut();
    this.#core.remove(this, this.#end ?? 'lost');
  }

  // Deadlines: what holds the wire, and the client while it is waited for

  get deadline(): number | undefined {
    return this.#wire.until ?? this.machine.deadline;
  }

  onDeadline(now: number): void {
    const { until } = this.#wire;
    if (until !== undefined) {
      if (now >= until) this.#drop('timeout');
      return;
    }
    this.machine.expire(now);
    this.pull();
  }

  // What commands ask of it

  get over(): boolean {
    return this.#wire.over || this.state === 'logout';
  }

  flush(): boolean {
    this.#wire.flush();
    this.#core.deadlines.reschedule(this);
    return !this.#wire.blocked;
  }

  whenDrained(): Promise<void> {
    if (this.over) return Promise.reject(new SessionOver('the session is over'));
    this.#drained ??= makeDeferred();
    return this.#drained.promise;
  }

  newsArrived(): void {
    if (this.machine.idle && this.#wire.wantsFlushLater()) this.#core.flushLater(this);
  }

  failed(error: unknown): void {
    if (!(error instanceof SessionOver) && !this.over) this.#core.report(error, this);
  }

  // News that nobody asked for

  /** Whether the machine would tell what is new in the selected mailbox now. */
  get #mayTell(): boolean {
    return this.#idling || (this.machine.idle && this.#session.notifications.selected !== 'never');
  }

  #sayNews(): void {
    if (!this.machine.idle || this.#wire.held) return;
    this.#session.notifications.tell();
    if (!this.#mayTell) return;
    this.#session.beforeNews(this.#idling || this.#session.notifications.selected === 'selected');
  }

  #flush(): void {
    this.#sayNews();
    this.#wire.flush();
    if (this.#mayTell) this.#session.notifications.tellArrived();
  }

  // The loop

  pull(): void {
    if (this.#pulling) return;
    this.#pulling = true;
    while (!this.#wire.held && !this.#staging && !this.#session.intake.full && this.#act(this.machine.next())) this.#wire.flushIfMuch();
    this.#pulling = false;
    this.#core.deadlines.reschedule(this);
  }

  /** Does what an event asks; false when there is nothing to do before something else happens. */
  #act(event: ServerEvent): boolean {
    switch (event.type) {
      case 'need-data':
        if (this.#mayTell && this.#session.contexts.pending) this.newsArrived();
        else this.#flush();
        this.#wire.unthrottle();
        return false;
      case 'need-answer':
        if (this.#wire.wantsFlushLater()) this.#core.flushLater(this);
        return false;
      case 'need-drain':
        this.#wire.flush();
        return !this.#wire.blocked;
      case 'command':
        this.#run(event.tag, event.command);
        return true;
      case 'literal-wanted':
        void this.#announce(event);
        return true;
      case 'literal-data':
        this.#session.intake.data(event.octets);
        return true;
      case 'literal-end':
        return this.#endLiteral();
      default:
        return this.#actRarely(event);
    }
  }

  #actRarely(event: ServerEvent): boolean {
    switch (event.type) {
      case 'connect':
        return this.#greet();
      case 'command-abort':
        this.#session.intake.drop();
        return true;
      case 'auth':
        this.#running = { tag: event.tag, command: { name: 'AUTHENTICATE', mechanism: event.mechanism, initialResponse: undefined } };
        this.#login.begin(event.mechanism, event.initialResponse);
        return true;
      case 'auth-response':
        this.#login.respond(event.octets);
        return true;
      case 'auth-cancelled':
        this.#endExchange();
        return true;
      case 'idle':
        this.#idling = true;
        this.#refresher.start();
        return true;
      case 'done':
        this.#idling = false;
        this.#running = { tag: event.tag, command: { name: 'IDLE' } };
        this.finish('accepted');
        return true;
      case 'upgrade-tls':
        void this.#secure();
        return false;
      case 'compress':
        this.#wire.compress(this);
        this.machine.compressionStarted();
        return true;
      case 'violation':
        this.#core.publishViolation(this, event.code);
        if (event.code === 'IMAP_IDLE') this.#idling = false;
        this.#endExchange(); // a line that can't be read breaks an exchange off
        return true;
      case 'closed':
        this.#close(event.end);
        return false;
      default:
        return false;
    }
  }

  #greet(): boolean {
    const refusal = this.#core.refusal(this);
    if (refusal === undefined) this.machine.accept();
    else this.machine.refuse(refusal, { name: 'UNAVAILABLE' });
    return true;
  }

  // Commands

  #run(tag: string, command: Command): void {
    this.#running = { tag, command };
    try {
      const outcome = command.name === 'LOGIN' ? this.#login.check(command.user, command.password) : dispatch(this.#session, command, tag);
      if (outcome instanceof Promise) outcome.then((given) => this.finish(given), (error: unknown) => this.fail(error)).catch((error: unknown) => this.#break(error));
      else this.finish(outcome);
    } catch (error) {
      this.fail(error);
    }
  }

  /** `accepted`: the machine has the answer. `answered`: it was given. */
  finish(outcome: Outcome | 'accepted' | 'answered'): void {
    const running = this.#running;
    if (this.over || running === undefined) return void (this.#running = undefined);
    const ready = outcome === 'answered' ? undefined : this.#session.prepareNews();
    if (ready !== undefined) return void ready.then(() => this.finish(outcome), (error: unknown) => this.fail(error)).catch((error: unknown) => this.#break(error));
    this.#running = undefined;
    try {
      if (outcome !== 'answered') this.#answer(running.tag, running.command, outcome);
    } catch (error) {
      return this.#break(error); // a client that gets no answer would wait for ever
    }
    this.pull();
  }

  #endExchange(): void {
    if (this.#login.cancel()) this.#running = undefined;
  }

  #answer(tag: string, command: Command, outcome: Outcome | 'accepted'): void {
    this.#session.beforeNews(!speaksOfNumbers(command));
    if (outcome === 'accepted') this.machine.accept();
    else this.machine.complete(tag, outcome.status, outcome.code, outcome.text);
    this.#session.notifications.tellArrived();
    if (this.#session.notifications.isActive) this.#refresher.start();
  }

  fail(error: unknown): void {
    if (error instanceof SessionOver || this.over) return void (this.#running = undefined);
    if (this.machine.wantedLiteral !== undefined) return this.#break(error); // the client waits for octets that will never be there
    const outcome = outcomeOf(error, wantsTarget(this.#running?.command));
    this.finish(outcome ?? this.#serverBug(error));
  }

  #serverBug(error: unknown): Outcome {
    const reference = Buffer.from(this.#core.random.octets(REFERENCE_OCTETS)).toString('hex');
    this.#core.report(error, this, reference);
    return no(`The server failed; tell its owner ${reference}`, 'SERVERBUG');
  }

  /** Nothing but the end helps. */
  #break(cause: unknown): void {
    this.#core.report(new ImapServerError('IMAP_SERVER_BUG', 'a session was ended in the middle of an answer', { cause }), this);
    this.#drop('lost');
  }

  // Messages that come

  async #announce(event: Extract<ServerEvent, { readonly type: 'literal-wanted' }>): Promise<void> {
    let refusal: Outcome | undefined;
    try {
      refusal = await this.#session.intake.announce(event);
    } catch (error) {
      refusal = this.over ? undefined : this.#serverBug(error);
    }
    if (this.over) return this.#session.intake.drop();
    if (refusal === undefined) this.machine.acceptLiteral();
    else {
      this.#session.intake.drop();
      this.machine.refuseLiteral(refusal.code, refusal.text);
    }
    this.pull();
  }

  /** The rest of the command is not pulled before the store has the message. */
  #endLiteral(): boolean {
    this.#staging = true;
    const resume = (): void => {
      this.#staging = false;
      this.pull();
    };
    void this.#session.intake.end().then(resume, resume);
    return false;
  }

  // What other programs do to the store

  get listens(): boolean {
    return !this.over && this.#session.selection !== undefined && (this.#idling || this.#session.notifications.isActive);
  }

  async refresh(): Promise<void> {
    await this.#session.selection?.mailbox.refresh();
  }

  // The end

  /** A handshake, before the greeting or behind STARTTLS. Then what was known before is known no more. @rfc 9051 6.2.1 */
  async #secure(): Promise<void> {
    try {
      const facts = await this.#wire.handshake();
      this.#session.logOut();
      this.machine.tlsStarted(this.#core.now(), hasChannelBinding(facts));
    } catch (error) {
      this.#core.report(error, this);
      return this.#drop('lost');
    }
    this.pull();
  }

  #close(end: SessionEnd): void {
    this.#end ??= end;
    this.#session.intake.drop();
    this.#wire.close();
    this.#drained?.reject(new SessionOver('the session is over'));
    this.#drained = undefined;
  }

  #drop(end: SessionEnd): void {
    this.#end ??= end;
    this.#wire.destroy();
  }
}

/** A command whose mailbox the client may create where it is missing. @rfc 9051 6.3.12 */
function wantsTarget(command: Command | undefined): boolean {
  return command !== undefined && ['APPEND', 'COPY', 'MOVE', 'REPLACE'].includes(command.name);
}
