/**
 * The client side of an IMAP session as a machine: the driver says what it wants, octets go out; octets come in, events come out. It holds
 * no socket, no timer and no promise.
 *
 * A tag is believed for a command that had left when the octets of the answer arrived; untagged data go to the command that asked for them, or to the
 * model of the mailbox. What a server does that can't be understood is contained, what would leave client and server of different minds
 * ends the session.
 *
 * Read next: `client-pipeline.ts` (what is written when), `client-conversation.ts` (what becomes of responses), `client-session.ts` (where the session
 * stands), `mailbox-model.ts`.
 *
 * @rfc 9051 2.2
 * @rfc 9051 5
 */
import { encodeBase64 } from '@mailwright/wire';
import type { Command } from '../command.ts';
import type { SessionState } from '../extension.ts';
import type { ClientCapabilities } from './client-capabilities.ts';
import { ClientConversation } from './client-conversation.ts';
import { ClientData } from './client-data.ts';
import { clientDeadline } from './client-deadline.ts';
import type { ClientEvent } from './client-event.ts';
import { ClientInput } from './client-input.ts';
import type { ClientOptions } from './client-options.ts';
import { ClientOutput } from './client-output.ts';
import { ClientPipeline } from './client-pipeline.ts';
import { ClientSession } from './client-session.ts';
import type { MailboxModel } from './mailbox-model.ts';

const NEED_DATA: ClientEvent = { type: 'need-data' };
const UPGRADE_TLS: ClientEvent = { type: 'upgrade-tls' };

/** What a command may be given beside itself. */
export interface SendOptions {
  /** Milliseconds from the moment it leaves to its end, whatever comes meanwhile; then the session ends. Default: no such deadline. */
  readonly timeoutMs?: number | undefined;
}

/** A session of an IMAP client without its socket. */
export class ClientMachine {
  readonly #options: ClientOptions;
  readonly #input: ClientInput;
  readonly #output: ClientOutput = new ClientOutput();
  readonly #session: ClientSession;
  readonly #events: ClientEvent[] = [];
  readonly #pipeline: ClientPipeline;
  readonly #conversation: ClientConversation;
  #eof = false;
  readonly #openedAt: number;

  /** `now`: milliseconds on the driver's clock; the greeting is awaited from here on. */
  constructor(options: ClientOptions, now: number) {
    this.#options = options;
    this.#input = new ClientInput(options);
    this.#session = new ClientSession(options);
    this.#pipeline = new ClientPipeline(options, this.#session, this.#output, this.#events);
    const data = new ClientData(options.limits, this.#session, this.#pipeline.flight, this.#events);
    this.#conversation = new ClientConversation({
      options, input: this.#input, output: this.#output, session: this.#session, events: this.#events, pipeline: this.#pipeline, data,
    }, now);
    this.#openedAt = now;
  }

  // Facts

  get state(): SessionState {
    return this.#session.state;
  }

  /** What the server said it can do. Empty before it said anything, and again after STARTTLS and after a login without a new list. */
  get capabilities(): ClientCapabilities {
    return this.#session.capabilities;
  }

  /** In upper case. @rfc 5161 */
  get enabled(): ReadonlySet<string> {
    return this.#session.enabled;
  }

  /** The selected mailbox, once SELECT was answered. */
  get mailbox(): MailboxModel | undefined {
    return this.#session.mailbox;
  }

  /** Nothing is in flight and nothing waits. */
  get idle(): boolean {
    return this.#pipeline.empty && this.#conversation.end === undefined;
  }

  /** How many commands wait for an answer, and how many to be written. */
  get inFlightCount(): number {
    return this.#pipeline.flight.length;
  }

  get waitingCount(): number {
    return this.#pipeline.waitingCount;
  }

  /** Whether what `takeOutput` gives next belongs to LOGIN or AUTHENTICATE, which stand alone: transcripts leave it out. */
  get outputIsSecret(): boolean {
    return this.#pipeline.flight.some(({ spec }) => spec.secret);
  }

  // What the driver wants

  /**
   * Takes a command over; it is written as soon as RFC 9051 5.5 allows. Gives its id, which its events have. Its end comes as `completed` or
   * `dropped`, whatever happens. A command behind IDLE ends it.
   *
   * Errors: a `TypeError` or a `RangeError` for a command that can't be written.
   */
  send(command: Command, options: SendOptions = {}): number {
    const id = this.#pipeline.add(command, options.timeoutMs ?? Infinity);
    const { head } = this.#pipeline;
    if (this.#conversation.end !== undefined) this.#pipeline.dropAll();
    else if (head?.spec.name === 'IDLE' && head.id !== id) this.#conversation.endIdle(head, 'for-good');
    return id;
  }

  /** Takes a command back that was not written yet; false where it was, and must be waited for. */
  cancel(id: number): boolean {
    return this.#pipeline.cancel(id);
  }

  /** Octets of the literal that `literal-wanted` asked for. Throws a `TypeError` where none is wanted, a `RangeError` for more than it announced. */
  literal(octets: Uint8Array): void {
    const { writing: command } = this.#pipeline;
    const writing = command?.writing;
    if (command === undefined || writing?.pending === undefined) throw new TypeError('no literal is wanted');
    writing.literal(octets, this.#output);
    if (writing.pending === undefined || writing.done) this.#pipeline.advanced(command);
    if (!writing.done) return;
    if (command.refusal !== undefined) this.#conversation.finish(command, command.refusal);
    else this.#pipeline.fill();
  }

  /** Ends IDLE. Throws a `TypeError` where there is none. @rfc 2177 3 */
  done(): void {
    const { head } = this.#pipeline;
    if (head?.spec.name !== 'IDLE') throw new TypeError('no IDLE is under way');
    this.#conversation.endIdle(head, 'for-good');
  }

  /** Answers a `challenge`. Throws a `TypeError` where none is open. */
  respond(octets: Uint8Array): void {
    this.#conversation.answerChallenge(encodeBase64(octets));
  }

  /** Answers a `challenge` by giving up; the server's BAD comes as the end of AUTHENTICATE. @rfc 9051 6.2.2 */
  cancelAuth(): void {
    this.#conversation.answerChallenge('*');
  }

  /** The handshake is done; whatever was known is forgotten. Throws a `TypeError` where none is due. @rfc 9051 6.2.1 */
  tlsStarted(now: number): void {
    if (this.#conversation.suspended !== 'upgrade-tls') throw new TypeError('no TLS handshake is due');
    this.#session.forget();
    this.#conversation.resume(now);
  }

  /** What is given to `receive` from here on is inflated, what `takeOutput` gives is to be deflated. @rfc 4978 3 */
  compressionStarted(now: number): void {
    if (this.#conversation.suspended === undefined || this.#conversation.suspended === 'upgrade-tls') throw new TypeError('no compression is due');
    this.#conversation.resume(now);
  }

  /** The driver gives up: commands come as `dropped`, then `closed`. */
  abandon(): void {
    this.#conversation.close('abandoned');
  }

  // The transport

  /** Stores octets; parses nothing. They must not change before `next` said `need-data`. */
  receive(octets: Uint8Array, now: number): void {
    if (this.#conversation.end !== undefined || octets.length === 0) return;
    if (this.#conversation.suspended === 'upgrade-tls') return this.#conversation.violate('IMAP_OCTETS_BEFORE_TLS', 'octets in clear text where TLS begins');
    if (this.#conversation.suspended !== undefined) throw new TypeError('compression begins: inflate first');
    this.#conversation.progressAt = now;
    this.#input.push(octets, this.#output.left);
  }

  /** The server closed its direction; what came before is still read. */
  end(): void {
    this.#eof = true;
  }

  /** Parts to write now, or `undefined`. */
  takeOutput(now: number): Uint8Array[] | undefined {
    if (this.#conversation.end !== undefined) return undefined;
    const parts = this.#output.take();
    if (parts === undefined) return undefined;
    this.#conversation.progressAt = now;
    this.#pipeline.left(now);
    return parts;
  }

  /** When `expire` is to be called, on the driver's clock; `undefined` while nothing is awaited. */
  get deadline(): number | undefined {
    if (this.#conversation.end !== undefined || this.#conversation.suspended !== undefined) return undefined;
    const { timeouts } = this.#options;
    if (!this.#conversation.greeted) return finite(this.#openedAt + timeouts.greetingMs);
    return finite(clientDeadline(this.#pipeline.flight, this.#conversation.progressAt, timeouts).at);
  }

  /** Begins IDLE anew, or ends the session, when the deadline has passed; does nothing before. */
  expire(now: number): void {
    const { deadline } = this;
    if (deadline === undefined || now < deadline) return;
    const { head, flight } = this.#pipeline;
    const { greeted, progressAt } = this.#conversation;
    const { what } = clientDeadline(flight, progressAt, this.#options.timeouts);
    if (greeted && what === 'idle-restart') return this.#conversation.endIdle(head!, 'to-restart');
    const awaited = greeted ? `an answer to ${head!.spec.name}` : 'a greeting';
    this.#events.push({ type: 'violation', code: 'IMAP_TIMEOUT', detail: `the server did not send ${awaited} in time` });
    this.#conversation.close('timeout');
  }

  /** One event. */
  next(): ClientEvent {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) return event;
      if (this.#conversation.end !== undefined) return { type: 'closed', end: this.#conversation.end };
      if (this.#conversation.suspended !== undefined) return this.#conversation.suspended === 'upgrade-tls' ? UPGRADE_TLS : this.#conversation.suspended;
      if (this.#conversation.readFrame()) continue;
      if (!this.#eof) return NEED_DATA;
      this.#conversation.close(this.#conversation.bye ? 'logout' : 'eof');
    }
  }
}

function finite(at: number): number | undefined {
  return at === Infinity ? undefined : at;
}
