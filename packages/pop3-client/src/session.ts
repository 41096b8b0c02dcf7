/**
 * A client machine on a transport: octets in, events out, octets on. This is the only file that knows both.
 *
 * Back-pressure: while a message is under way and its reader has enough, no event is pulled, and the transport is paused once 64 KiB stand unread. If somebody
 * waits for what stands behind that message (a command inside the loop over it), it is read on into memory, up to `spillOctets`; then those who wait are told
 * so. Nobody ever waits for himself. A message that nobody reads any more is read and dropped, within bounds.
 *
 * All that is begun in one turn of the event loop leaves in one write.
 *
 * Read next: `requests.ts` (what was asked for), `link.ts` (the connection), `message-source.ts` and `text-intake.ts` (messages),
 * `open-session.ts` (how a session comes to be), `client.ts` (its owner).
 *
 * @rfc 1939 3
 */
import type { DeadlineMember, DeadlineSet, Endpoint, NetError, TlsClientOptions, TlsFacts, Transport, TransportSink } from '@mailwright/net';
import { type Capabilities, type ClientEnd, type ClientEvent, ClientMachine, type ClientOptions, type Command, type CommandId, type Response, type TranscriptRecorder } from '@mailwright/pop3';
import type { Clock } from '@mailwright/wire';
import { type Failure, localFailure, Pop3Error, type Pop3Phase, quoteResponse, remoteFailure } from './errors.ts';
import { Link } from './link.ts';
import type { MessageSource } from './message-source.ts';
import { type Answer, type CallOptions, Operation, type Waiters } from './operation.ts';
import { type RequestHost, Requests } from './requests.ts';
import { type DrainLimits, LEFT_UNREAD, TextIntake } from './text-intake.ts';

export interface SessionOptions extends DrainLimits {
  readonly transport: Transport;
  readonly machine: ClientOptions;
  readonly clock: Clock;
  readonly deadlines: DeadlineSet;
  readonly closeTimeoutMs: number;
  readonly spillOctets: number;
  /** Hears what is said, for the `trace` option. */
  readonly recorder: TranscriptRecorder | undefined;
}

const NO_LIMITS: CallOptions = {};
const UNREAD_OCTETS = 65_536;

export class Session implements TransportSink, DeadlineMember, RequestHost {
  deadlineIndex = -1;
  bufferedOctets = 0;
  readonly waiters: Waiters = { count: 0 };
  /** The server's greeting; `undefined` before it came. */
  greeting: Response | undefined = undefined;
  readonly #options: SessionOptions;
  /** For `requests.ts` alone, as `errorOf`, `closedBy` and `schedule` are. */
  readonly machine: ClientMachine;
  readonly #link: Link;
  readonly #requests: Requests;
  readonly #text: TextIntake;
  readonly #greeted: Operation;
  #state: 'open' | 'upgrading' | 'ended' | 'gone' = 'open';
  #failure: Failure | undefined = undefined;
  /** Events are left with the machine, because the reader has enough. */
  #held = false;
  #scheduled = false;
  #running = false;
  readonly #whenGone: (() => void)[] = [];

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#link = new Link(options.transport, options.clock, options.recorder);
    this.machine = new ClientMachine(options.machine, options.clock.now());
    this.#text = new TextIntake(options);
    this.#requests = new Requests(this, options.clock, options.deadlines);
    this.#greeted = new Operation('greeting', this.waiters);
    options.deadlines.add(this);
    this.#link.attach(this);
  }

  get capabilities(): Capabilities {
    return this.machine.capabilities;
  }

  get timestamp(): string | undefined {
    return this.machine.timestamp;
  }

  get utf8(): boolean {
    return this.machine.utf8;
  }

  get tls(): TlsFacts | undefined {
    return this.#link.tls;
  }

  get peer(): Endpoint {
    return this.#link.peer;
  }

  get open(): boolean {
    return this.#state === 'open';
  }

  /** Why it ended. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  get closedBy(): Failure | undefined {
    return this.#state === 'open' || this.#state === 'upgrading' ? undefined : (this.#failure ?? CLOSED);
  }

  // What the owner asks for

  /** Resolves when the greeting is there. Rejects with a `Pop3Error` when the session ends first. */
  async awaitGreeting(): Promise<Response> {
    this.schedule();
    await this.#greeted.answer;
    return this.greeting!;
  }

  /** As `Requests.perform`. */
  perform(phase: Pop3Phase, command: Command, call: CallOptions = NO_LIMITS): Promise<Answer> {
    return this.#requests.perform(phase, command, call);
  }

  /** As `Requests.openText`. */
  openText(command: Command, call: CallOptions = NO_LIMITS): MessageSource {
    return this.#requests.openText(command, call);
  }

  /** As `Requests.respond`. */
  respond(id: CommandId, octets: Uint8Array | undefined): Promise<Answer> {
    return this.#requests.respond(id, octets);
  }

  /** Does the handshake that `upgrade-tls` asked for. Rejects with the `NetError` of the transport, which is closed then. */
  async startTls(options: TlsClientOptions): Promise<void> {
    await this.#link.startTls(options);
    if (this.#state !== 'upgrading') return;
    this.#state = 'open';
    this.machine.tlsStarted(this.#options.clock.now());
  }

  /** Ends the session at once. Who waits is told the failure. */
  abort(failure: Failure): void {
    this.#link.destroy();
    if (this.#state === 'ended' || this.#state === 'gone') return;
    this.#end(failure, 'at-once');
  }

  /** Resolves when the connection is gone. */
  gone(): Promise<void> {
    return this.#state === 'gone' ? Promise.resolve() : new Promise((resolve) => this.#whenGone.push(resolve));
  }

  // What sources ask for

  pull(): void {
    if (this.#held) this.#run();
  }

  leave(source: MessageSource): void {
    this.#requests.leave(source);
    this.#text.left(source, this.#options.clock.now());
    this.schedule();
  }

  leftError(): Pop3Error {
    return this.errorOf(localFailure('POP3_ABORTED', 'the message was left before its end'), 'message');
  }

  /** Runs the session at the end of this turn: behind all promise reactions, so that what they begin leaves in the same write. */
  schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    process.nextTick(runScheduled, this);
  }

  /** For `runScheduled` alone. */
  runScheduled(): void {
    this.#scheduled = false;
    this.#run();
  }

  // What the transport reports

  data(octets: Uint8Array): void {
    const now = this.#options.clock.now();
    this.#link.heard(octets, now);
    this.machine.receive(octets, now);
    this.#run();
  }

  end(): void {
    this.machine.end();
    this.#run();
  }

  drained(): void {
    this.#link.blocked = false;
    this.#run();
  }

  closed(error: NetError | undefined): void {
    if (error !== undefined) this.#failure ??= remoteFailure('POP3_CONNECTION_LOST', error.message, undefined, error);
    this.machine.end();
    if (this.#state === 'upgrading') this.#end(remoteFailure('POP3_CONNECTION_LOST', 'the connection was closed in the TLS handshake', undefined, error), 'at-once');
    this.#run();
    this.#link.lingerUntil = undefined;
    this.#link.closed = true;
    if (this.#state === 'ended') this.#bury(); // else a reader has not taken all that came: the end comes when it has
  }

  get deadline(): number | undefined {
    if (this.#state === 'ended' || this.#state === 'gone') return this.#link.lingerUntil;
    const deadline = this.#held || this.#state === 'upgrading' ? undefined : this.machine.deadline;
    const { drainUntil } = this.#text;
    if (drainUntil === undefined) return deadline;
    return deadline === undefined ? drainUntil : Math.min(deadline, drainUntil);
  }

  onDeadline(now: number): void {
    if (this.#state === 'ended' || this.#state === 'gone') return this.#link.destroy();
    const { drainUntil } = this.#text;
    if (drainUntil !== undefined && now >= drainUntil) return this.abort(LEFT_UNREAD);
    this.machine.expire(now);
    this.#run();
  }

  // A turn

  /** Takes the events that may be taken, writes what there is to write; until nothing is left. */
  #run(): void {
    if (this.#running) return;
    this.#running = true;
    try {
      do this.#takeEvents();
      while (this.#write());
      this.#regulate();
    } finally {
      this.#running = false;
    }
    if (this.#state !== 'gone') this.#options.deadlines.reschedule(this);
  }

  #write(): boolean {
    if (this.#state !== 'open' || this.#link.blocked) return false;
    const now = this.#options.clock.now();
    const octets = this.machine.takeOutput(now);
    if (octets === undefined) return false;
    this.#link.write(octets, now);
    return true;
  }

  /** Stops the transport where enough stands unread, and starts it again: for a slow reader, and while a challenge is being answered. */
  #regulate(): void {
    const stands = this.#held || this.machine.challenged;
    this.#link.pause(stands && this.machine.unreadOctets >= UNREAD_OCTETS && this.#state === 'open');
  }

  #takeEvents(): void {
    while (this.#state === 'open') {
      if (!this.#mayPull()) {
        this.#held = true;
        return;
      }
      if (this.#held) {
        this.#held = false;
        this.machine.resumed(this.#options.clock.now());
      }
      const event = this.machine.next();
      if (event.type === 'need-data') return;
      this.#take(event);
    }
  }

  /** While a reader has enough, only those who wait behind his message are a reason to read it on. */
  #mayPull(): boolean {
    if (!this.#text.full) return true;
    if (this.waiters.count === 0) return false;
    if (this.bufferedOctets < this.#options.spillOctets) return true;
    this.#requests.giveUpWaiting(spillFull(this.#options.spillOctets));
    return false;
  }

  #take(event: Exclude<ClientEvent, { readonly type: 'need-data' }>): void {
    switch (event.type) {
      case 'greeting':
        this.greeting = event.response;
        return this.#greeted.resolve(event);
      case 'response':
        return this.#requests.answer(event.id, event);
      case 'challenge':
        return this.#requests.challenge(event);
      case 'upgrade-tls':
        this.#state = 'upgrading';
        return this.#requests.answer(event.id, event);
      case 'text-begin':
        return this.#text.begin(this.#requests.source(event.id), this.#options.clock.now());
      case 'text':
        if (!this.#text.piece(event.octets)) this.abort(LEFT_UNREAD);
        return;
      case 'text-end':
        this.#requests.finish(event.id);
        return this.#text.end();
      case 'goodbye':
        this.#failure ??= remoteFailure('POP3_GOODBYE', `the server is closing: ${quoteResponse(event.response)}`, event.response);
        return;
      case 'violation':
        this.#failure ??= remoteFailure(event.code, event.detail);
        return;
      default:
        return this.#close(event.end);
    }
  }

  // The end

  #close(end: ClientEnd): void {
    if (end === 'refused') return this.#end(remoteFailure('POP3_GREETING_REFUSED', `the server refuses the connection: ${quoteResponse(this.greeting!)}`, this.greeting), 'behind');
    if (end === 'quit') {
      this.#link.lingerUntil = this.#options.clock.now() + this.#options.closeTimeoutMs;
      this.#end(CLOSED, 'behind');
      return this.#link.close();
    }
    this.#link.destroy();
    this.#end(remoteFailure('POP3_CONNECTION_LOST', 'the server closed the connection'), 'behind');
  }

  /** The session is over. The first reason counts: what comes behind it is its consequence. */
  #end(failure: Failure, when: 'at-once' | 'behind'): void {
    this.#failure = when === 'at-once' ? failure : (this.#failure ?? failure);
    this.#state = 'ended';
    this.#text.clear();
    this.#held = false;
    if (!this.#greeted.settled) this.#greeted.reject(this.errorOf(this.#failure, 'greeting'));
    this.#requests.failAll(this.#failure, when);
    this.#regulate();
    if (this.#link.closed) this.#bury();
    else this.#options.deadlines.reschedule(this);
  }

  #bury(): void {
    this.#state = 'gone';
    this.#options.deadlines.remove(this);
    for (const resolve of this.#whenGone) resolve();
    this.#whenGone.length = 0;
  }

  errorOf(failure: Failure, phase: Pop3Phase): Pop3Error {
    return new Pop3Error(failure, { phase, usable: this.open, peer: this.peer });
  }
}

const CLOSED: Failure = localFailure('POP3_CLOSED', 'the connection is closed');

function runScheduled(session: Session): void {
  session.runScheduled();
}

function spillFull(spillOctets: number): Failure {
  return localFailure('POP3_SPILL_FULL', `the message before this command is not read, and ${spillOctets} octets of it are kept already`);
}
