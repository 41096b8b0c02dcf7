/**
 * One connection: the transport's side, the IMAP machine in the middle, the commands' side. This is the loop that every driver here has: octets in, pull
 * events until there are none, write what the machine holds.
 *
 * The machine is pulled only in `pull`, and only while nothing holds the session: not its wire, not a message that the store is slow to take, not one that
 * NOTIFY tells of its own accord. Whatever ends a hold pulls on. One command is answered at a time; the next is pulled when it is.
 *
 * Read next: `wire.ts`, `command-runner.ts`, `news.ts`, `command-session.ts`.
 *
 * @rfc 9051 5.5
 */
import { hasChannelBinding } from '@mailwright/driver';
import type { ServerEvent } from '@mailwright/imap';
import type { DeadlineMember, NetError, Transport, TransportSink } from '@mailwright/net';
import { type Outcome, SessionOver } from '../commands/outcome.ts';
import { CommandRunner, type RunnerHost } from './command-runner.ts';
import { CommandSession, type SessionPort } from './command-session.ts';
import type { ServerCore } from './core.ts';
import { type Deferred, makeDeferred } from './deferred.ts';
import { Login, type LoginHost } from './login.ts';
import { News } from './news.ts';
import type { SessionEnd } from './options.ts';
import { Refresher, type RefresherHost } from './refresher.ts';
import { SessionFacts } from './session-facts.ts';

export class Connection extends SessionFacts implements LoginHost, RefresherHost, RunnerHost, SessionPort, TransportSink, DeadlineMember {
  deadlineIndex = -1;
  protected readonly session: CommandSession;
  protected readonly runner: CommandRunner;
  readonly #core: ServerCore;
  readonly #login: Login;
  readonly #refresher: Refresher;
  readonly #news: News;
  #pulling = false;
  #drained: Deferred | undefined = undefined;
  #end: SessionEnd | undefined = undefined;

  constructor(core: ServerCore, transport: Transport, id: number) {
    super(core, transport, id);
    this.#core = core;
    this.session = new CommandSession(core, this);
    this.#login = new Login(this, core, this.session);
    this.#news = new News(this.machine, this.session, this.wire);
    this.runner = new CommandRunner(this, core, this.session, this.#login);
    this.#refresher = new Refresher(this, core.clock, core.timeouts.refreshMs);
  }

  // What the server asks of it

  /** Begins. A client that the server has no room for is told so; in implicit TLS that is no handshake worth. */
  open(implicitTls: boolean): void {
    const { transport } = this.wire;
    this.#core.deadlines.add(this);
    if (implicitTls && transport.tls === undefined) {
      if (this.#core.refusal(this) === undefined) void this.#secure();
      else this.drop('refused');
    }
    transport.attach(this);
    this.pull();
  }

  /** Ends the session as soon as no command is under way; true when that is now. */
  shutdown(): boolean {
    const idle = this.wire.handshaking || this.machine.idle;
    if (this.wire.handshaking) this.drop('shutdown');
    this.machine.shutdown();
    this.pull();
    return idle;
  }

  destroy(): void {
    this.wire.destroy();
  }

  flushDue(): void {
    const ready = this.#news.prepare();
    if (ready === undefined) return this.#flushNews();
    ready.then(() => this.#flushNews()).catch((error: unknown) => this.failed(error));
  }

  #flushNews(): void {
    this.#news.say(() => this.wire.flushDue());
    this.#core.deadlines.reschedule(this);
  }

  // What the transport reports

  data(octets: Uint8Array): void {
    this.wire.receive(octets);
    this.pull();
    this.wire.throttle();
  }

  end(): void {
    this.machine.end();
    this.pull();
  }

  drained(): void {
    this.wire.drained();
    this.#drained?.resolve();
    this.#drained = undefined;
    this.pull();
  }

  closed(cause: NetError | undefined): void {
    this.wire.gone();
    this.#drained?.reject(new SessionOver('the connection was lost', { cause }));
    this.#drained = undefined;
    this.#login.cancel();
    this.session.logOut();
    this.#core.remove(this, this.#end ?? 'lost');
  }

  // Deadlines: what holds the wire, and the client while it is waited for

  get deadline(): number | undefined {
    return this.wire.until ?? this.machine.deadline;
  }

  onDeadline(now: number): void {
    const { until } = this.wire;
    if (until !== undefined) {
      if (now >= until) this.drop('timeout');
      return;
    }
    this.machine.expire(now);
    this.pull();
  }

  // What commands ask of it

  get over(): boolean {
    return this.wire.over || this.state === 'logout';
  }

  flush(): boolean {
    this.wire.flush();
    this.#core.deadlines.reschedule(this);
    return !this.wire.blocked;
  }

  whenDrained(): Promise<void> {
    if (this.over) return Promise.reject(new SessionOver('the session is over'));
    this.#drained ??= makeDeferred();
    return this.#drained.promise;
  }

  newsArrived(): void {
    if (this.machine.idle && this.wire.wantsFlushLater()) this.#core.flushLater(this);
  }

  failed(error: unknown): void {
    if (error instanceof SessionOver || this.over) return;
    if (this.machine.wantedLiteral === undefined) this.#core.report(error, this);
    else this.runner.giveUp(error); // the client waits for octets that will never be there
  }

  // The command under way

  finish(outcome: Outcome | 'accepted' | 'answered'): void {
    this.runner.finish(outcome);
  }

  fail(error: unknown): void {
    this.runner.fail(error);
  }

  listenToStore(): void {
    this.#refresher.start();
  }

  drop(end: SessionEnd): void {
    this.#end ??= end;
    this.wire.destroy();
  }

  // The loop

  pull(): void {
    if (this.#pulling) return;
    this.#pulling = true;
    while (!this.wire.held && !this.runner.isStaging && !this.session.intake.full && !this.session.notifications.isTelling && this.#act(this.machine.next())) this.wire.flushIfMuch();
    this.#pulling = false;
    this.#core.deadlines.reschedule(this);
  }

  /** Does what an event asks; false when there is nothing to do before something else happens. */
  #act(event: ServerEvent): boolean {
    switch (event.type) {
      case 'need-data':
        if (this.#news.mustPrepare) this.newsArrived();
        else this.#news.say(() => this.wire.flush());
        this.wire.unthrottle();
        return false;
      case 'need-answer':
        if (this.wire.wantsFlushLater()) this.#core.flushLater(this);
        return false;
      case 'need-drain':
        this.wire.flush();
        return !this.wire.blocked;
      case 'command':
        this.runner.run(event.tag, event.command);
        return true;
      case 'literal-wanted':
        void this.runner.announce(event);
        return true;
      case 'literal-data':
        this.session.intake.data(event.octets);
        return true;
      case 'literal-end':
        this.runner.endLiteral();
        return false;
      default:
        return this.#actRarely(event);
    }
  }

  #actRarely(event: ServerEvent): boolean {
    switch (event.type) {
      case 'connect':
        return this.#greet();
      case 'command-abort':
        this.session.intake.drop();
        return true;
      case 'auth':
        this.runner.began(event.tag, { name: 'AUTHENTICATE', mechanism: event.mechanism, initialResponse: undefined });
        this.#login.begin(event.mechanism, event.initialResponse);
        return true;
      case 'auth-response':
        this.#login.respond(event.octets);
        return true;
      case 'auth-cancelled':
        this.runner.endExchange();
        return true;
      case 'idle':
        this.#news.idling = true;
        this.#refresher.start();
        return true;
      case 'done':
        this.#news.idling = false;
        this.runner.began(event.tag, { name: 'IDLE' });
        this.finish('accepted');
        return true;
      case 'upgrade-tls':
        void this.#secure();
        return false;
      case 'compress':
        this.wire.compress(this);
        this.machine.compressionStarted();
        return true;
      case 'violation':
        this.#core.publishViolation(this, event.code);
        if (event.code === 'IMAP_IDLE') this.#news.idling = false;
        this.runner.endExchange(); // a line that can't be read breaks an exchange off
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
    if (refusal !== undefined) this.machine.refuse(refusal, { name: 'UNAVAILABLE' });
    else if (this.#core.options.preauthenticate === undefined) this.machine.accept();
    else void this.#login.greet(this.#core.options.preauthenticate);
    return true;
  }

  // What other programs do to the store

  get listens(): boolean {
    return !this.over && this.session.selection !== undefined && (this.#news.idling || this.session.notifications.isActive);
  }

  async refresh(): Promise<void> {
    await this.session.selection?.mailbox.refresh();
  }

  // The end

  /** A handshake, before the greeting or behind STARTTLS. Then what was known before is known no more. @rfc 9051 6.2.1 */
  async #secure(): Promise<void> {
    try {
      const facts = await this.wire.handshake();
      this.session.logOut();
      this.machine.tlsStarted(this.#core.now(), hasChannelBinding(facts));
    } catch (error) {
      this.#core.report(error, this);
      return this.drop('lost');
    }
    this.pull();
  }

  #close(end: SessionEnd): void {
    this.#end ??= end;
    this.session.intake.drop();
    this.wire.close();
    this.#drained?.reject(new SessionOver('the session is over'));
    this.#drained = undefined;
  }
}
