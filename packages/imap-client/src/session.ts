/**
 * A client machine on a transport: octets in, events out, octets on. This is the only file that touches both.
 *
 * The connection is read as fast as somebody wants what comes: where every command in flight is a FETCH whose reader is behind, reading
 * stops, and the server feels it; as soon as any other command waits for its answer, reading goes on, and the FETCH keeps what comes (see
 * `fetch-feed.ts`). So nothing can wait for itself. While reading is stopped the machine's time stands still.
 *
 * All that is sent in one turn of the event loop leaves in one write.
 *
 * Read next: `session-events.ts` (who hears of what), `command-run.ts` (a command as a promise), `open-session.ts` (how a session comes to be).
 *
 * @rfc 9051 2.2
 */
import { type ClientCapabilities, type ClientEnd, ClientMachine, type ClientOptions, type Command, type MailboxModel, type SessionState } from '@mailwright/imap';
import type { DeadlineMember, DeadlineSet, Endpoint, NetError, TlsClientOptions, TlsFacts, Transport, TransportSink } from '@mailwright/net';
import type { Clock } from '@mailwright/wire';
import { CommandLedger } from './command-ledger.ts';
import type { CommandObserver } from './command-observer.ts';
import { CompressedTransport } from './compressed-transport.ts';
import { type Failure, type ImapError, type ImapPhase, remoteFailure, type Verdict } from './errors.ts';
import { ReadingFlow } from './reading-flow.ts';
import { SessionEnd } from './session-end.ts';
import { type ConnectionEvents, type Greeting, type MailboxListener, type NewsListener, SessionEvents } from './session-events.ts';
import type { Stats } from './stats.ts';
import type { Trace } from './trace.ts';
import { WriteGate } from './write-gate.ts';

export interface SessionOptions {
  readonly transport: Transport;
  readonly machine: ClientOptions;
  readonly clock: Clock;
  readonly deadlines: DeadlineSet;
  readonly closeTimeoutMs: number;
  readonly abortGraceMs: number;
  readonly trace: Trace | undefined;
  readonly stats: Stats;
  readonly onAlert: ((text: string) => void) | undefined;
}

export type { Greeting } from './session-events.ts';

export class Session implements TransportSink, DeadlineMember {
  deadlineIndex = -1;
  readonly #options: SessionOptions;
  readonly #machine: ClientMachine;
  readonly #clock: Clock;
  readonly #commands: CommandLedger = new CommandLedger();
  readonly #flow: ReadingFlow;
  readonly #gate: WriteGate = new WriteGate();
  readonly #end: SessionEnd = new SessionEnd();
  readonly #events: SessionEvents;
  #transport: Transport;
  #state: 'open' | 'upgrading' | 'ended' | 'gone' = 'open';
  #running = false;
  #scheduled = false;
  #lingerUntil: number | undefined = undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#transport = options.transport;
    this.#clock = options.clock;
    this.#flow = new ReadingFlow(options.clock);
    this.#machine = new ClientMachine(options.machine, options.clock.now());
    this.#events = new SessionEvents(this.#commands, this.#end, this.#connectionEvents(), options.onAlert);
    options.deadlines.add(this);
    options.transport.attach(this);
  }

  // Facts

  get capabilities(): ClientCapabilities {
    return this.#machine.capabilities;
  }

  get enabled(): ReadonlySet<string> {
    return this.#machine.enabled;
  }

  get state(): SessionState {
    return this.#machine.state;
  }

  get mailbox(): MailboxModel | undefined {
    return this.#machine.mailbox;
  }

  get tls(): TlsFacts | undefined {
    return this.#transport.tls;
  }

  get peer(): Endpoint {
    return this.#transport.peer;
  }

  get stats(): Stats {
    return this.#options.stats;
  }

  get clock(): Clock {
    return this.#clock;
  }

  /** Commands can be sent. */
  get open(): boolean {
    return this.#state === 'open' || this.#state === 'upgrading';
  }

  /** Whether the server can do this: announced, brought by another capability, or part of IMAP4rev2. */
  has(capability: string): boolean {
    return this.#machine.capabilities.offers(capability);
  }

  /** Why it ended; `undefined` before, and after a LOGOUT. */
  get failure(): Failure | undefined {
    return this.#end.failure;
  }

  /** Hear of changes in the selected mailbox. */
  get mailboxListeners(): Set<MailboxListener> {
    return this.#events.mailboxListeners;
  }

  /** Hear of data that no command asked for, and of every untagged status. */
  get newsListeners(): Set<NewsListener> {
    return this.#events.newsListeners;
  }

  /** For errors. */
  get transcriptLine(): number | undefined {
    return this.#options.trace?.lines;
  }

  /** An error with what is known of the session. */
  error(failure: Failure, phase: ImapPhase, command?: string, verdict?: Verdict): ImapError {
    return this.#end.error(failure, this, phase, command, verdict);
  }

  /** The error of a command that comes, or would be answered, after the end. */
  endError(phase: ImapPhase, command?: string): ImapError {
    return this.#end.endError(this, phase, command);
  }

  // Commands

  /**
   * Sends a command; `observer` hears of its answer. Gives its id.
   *
   * Errors: a `TypeError` or a `RangeError` for a command that can't be written.
   */
  start(command: Command, observer: CommandObserver): number {
    const id = this.#machine.send(command);
    this.#commands.add(id, observer);
    this.#options.stats.commands++;
    this.schedule();
    return id;
  }

  /** The greeting, which is due without being asked for. Rejects when the session ends first. */
  awaitGreeting(): Promise<Greeting> {
    return new Promise((resolve, reject) => {
      this.#events.awaitGreeting({ resolve, reject });
      if (!this.open) this.#refuseGreeting();
      else this.schedule();
    });
  }

  /** A command is not wanted any more: it is taken back, or the server is given some time to end it, and then the connection is closed. */
  giveUp(id: number, failure: Failure): void {
    if (!this.#commands.has(id)) return;
    if (!this.#machine.cancel(id)) this.#commands.grace(id, this.#options.abortGraceMs, this.#clock, () => this.abort(failure));
    this.schedule();
  }

  /** Ends IDLE; takes it back where it was not sent yet. */
  endIdle(id: number): void {
    if (!this.#commands.has(id)) return;
    if (!this.#machine.cancel(id)) this.#machine.done();
    this.schedule();
  }

  /** Octets of the literal that `literalWanted` asked for. Throws a `RangeError` for more than it announced. */
  literal(octets: Uint8Array): void {
    this.#machine.literal(octets);
    this.schedule();
  }

  respond(octets: Uint8Array | undefined): void {
    if (octets === undefined) this.#machine.cancelAuth();
    else this.#machine.respond(octets);
    this.schedule();
  }

  /** Resolves when more may be written, or never will. */
  writable(): Promise<void> {
    return this.open ? this.#gate.wait() : Promise.resolve();
  }

  /** A reader is behind, or no longer is. */
  flowChanged(): void {
    if (this.#state !== 'open') return;
    const paused = this.#commands.sated;
    if (!this.#flow.set(paused)) return;
    if (paused) this.#transport.pause();
    else this.#transport.resume();
    this.#options.deadlines.reschedule(this);
  }

  /** Nobody looks at these octets of a literal any more. A trace may. */
  recycle(octets: Uint8Array): void {
    if (this.#options.trace === undefined) this.#transport.recycle(octets);
  }

  /** Runs the session at the end of this turn, so that what is sent in one turn leaves in one write. */
  schedule(): void {
    if (this.#scheduled || this.#running) return;
    this.#scheduled = true;
    process.nextTick(runScheduled, this);
  }

  /** For `runScheduled` alone. */
  runScheduled(): void {
    this.#scheduled = false;
    this.#run();
  }

  // Ends

  /** Does the handshake that STARTTLS was answered with. Rejects with the `NetError` of the transport, which is closed then. */
  async startTls(options: TlsClientOptions): Promise<void> {
    const { trace } = this.#options;
    trace?.event('TLS handshake', this.#clock.now());
    const facts = await this.#transport.startTls(options);
    trace?.event(`${facts.protocol} ${facts.cipher}`, this.#clock.now());
    if (this.#state !== 'upgrading') return;
    this.#state = 'open';
    this.#machine.tlsStarted(this.#flow.now);
  }

  /** Ends the session at once; commands in flight are told `failure`. */
  abort(failure: Failure): void {
    if (!this.open) return this.#transport.destroy();
    this.#end.fail(failure);
    this.#state = 'open';
    this.#machine.abandon();
    this.#run();
  }

  /** Resolves when the transport is gone. */
  gone(): Promise<void> {
    return new Promise((resolve) => this.#end.onGone(resolve));
  }

  /** Calls `listener` when the transport is gone; gives what takes the listener away again. */
  onGone(listener: () => void): () => void {
    return this.#end.onGone(listener);
  }

  // What the transport reports

  data(octets: Uint8Array): void {
    const { now } = this.#flow;
    this.#options.stats.octetsRead += octets.length;
    this.#options.trace?.server(octets, now);
    if (!this.open) return;
    this.#machine.receive(octets, now);
    this.#run();
  }

  end(): void {
    if (this.open) this.#end.fail(remoteFailure('IMAP_CONNECTION_LOST', 'the server closed the connection'));
    this.#lost();
  }

  drained(): void {
    this.#gate.unblock();
    this.#run();
    if (!this.#gate.blocked) this.#gate.wake();
  }

  closed(error: NetError | undefined): void {
    if (this.open) this.#end.fail(this.#whyClosed(error));
    this.#lost();
    this.#state = 'gone';
    this.#options.deadlines.remove(this);
    this.#gate.wake();
    this.#end.tellGone();
  }

  get deadline(): number | undefined {
    if (this.#state === 'ended') return this.#lingerUntil;
    return this.#state === 'gone' ? undefined : this.#flow.onClock(this.#machine.deadline);
  }

  onDeadline(): void {
    if (this.#state === 'ended') {
      this.#lingerUntil = undefined;
      return this.#transport.destroy();
    }
    this.#machine.expire(this.#flow.now);
    this.#run();
  }

  // A turn

  /** Takes all events and writes what there is to write, until nothing is left. What observers do meanwhile is seen in the same turn. */
  #run(): void {
    if (this.#running) return;
    this.#running = true;
    try {
      do this.#takeEvents();
      while (this.#state === 'open' && this.#write());
    } finally {
      this.#running = false;
    }
    this.flowChanged();
    if (this.#state !== 'gone') this.#options.deadlines.reschedule(this);
  }

  #write(): boolean {
    if (this.#gate.blocked) return false;
    const machine = this.#machine;
    const { trace, stats } = this.#options;
    const parts = machine.takeOutput(this.#flow.now);
    if (parts === undefined) return false;
    for (const part of parts) {
      stats.octetsWritten += part.length;
      trace?.client(part, this.#flow.now);
    }
    stats.countFlight(machine.inFlightCount);
    this.#gate.wrote(this.#transport.write(parts));
    return true;
  }

  #takeEvents(): void {
    const machine = this.#machine;
    if (this.#state === 'upgrading' || this.#state === 'gone') return;
    for (let event = machine.next(); event.type !== 'need-data'; event = machine.next()) if (!this.#events.take(event)) return;
  }

  #connectionEvents(): ConnectionEvents {
    return {
      upgradeTls: () => void (this.#state = 'upgrading'),
      compress: (octets) => this.#compress(octets),
      closed: (end) => this.#onEnd(end),
    };
  }

  #compress(octets: Uint8Array): void {
    const transport = new CompressedTransport(this.#transport);
    this.#transport = transport;
    transport.attach(this);
    this.#machine.compressionStarted(this.#flow.now);
    this.#options.trace?.event('compression started', this.#flow.now);
    transport.inject(octets);
  }

  /** Nothing comes any more; what came is still read. */
  #lost(): void {
    if (this.#state === 'upgrading') this.#state = 'open';
    this.#machine.end();
    this.#run();
  }

  #whyClosed(error: NetError | undefined): Failure {
    const cause = this.#transport instanceof CompressedTransport ? this.#transport.failure : undefined;
    if (cause !== undefined) return remoteFailure('IMAP_COMPRESSION_FAILED', `what the server sent can't be inflated: ${cause.message}`, cause);
    return remoteFailure('IMAP_CONNECTION_LOST', error?.message ?? 'the connection was closed', error);
  }

  #onEnd(end: ClientEnd): void {
    if (this.#state === 'ended' || this.#state === 'gone') return;
    this.#state = 'ended';
    this.#commands.end();
    if (end === 'logout') {
      this.#end.forgive();
      this.#lingerUntil = this.#clock.now() + this.#options.closeTimeoutMs;
      this.#transport.close();
    } else this.#transport.destroy();
    this.#refuseGreeting();
    this.#gate.wake();
  }

  #refuseGreeting(): void {
    this.#events.refuseGreeting(() => this.endError('greeting'));
  }
}

function runScheduled(session: Session): void {
  session.runScheduled();
}
