/**
 * The client side of an IMAP session as a machine: the driver says what it wants, octets go out; octets come in, events come out. It holds
 * no socket, no timer and no promise.
 *
 * A tag is believed for a command that had left when the octets of the answer arrived; untagged data go to the command that asked for them, or to the
 * model of the mailbox. What a server does that can't be understood is contained, what would leave client and server of different minds
 * ends the session.
 *
 * Read next: `client-pipeline.ts` (what is written when), `client-session.ts` (where the session stands), `client-data.ts` (what becomes of
 * untagged data), `mailbox-model.ts`.
 *
 * @rfc 9051 2.2
 * @rfc 9051 5
 */
import { decodeBase64, encodeBase64, SP } from '@mailwright/wire';
import type { Command } from '../command.ts';
import type { SessionState } from '../extension.ts';
import type { Frame } from '../frame.ts';
import type { FrameFault } from '../frame-event.ts';
import type { ContinuationRequest, Response, StatusResponse, TaggedResponse, UnreadableResponse } from '../response.ts';
import { parseResponse } from '../response-parse.ts';
import type { ClientCapabilities } from './client-capabilities.ts';
import { ClientData } from './client-data.ts';
import { clientDeadline } from './client-deadline.ts';
import type { ClientEnd, ClientEvent, ClientViolationCode } from './client-event.ts';
import { ClientInput } from './client-input.ts';
import type { ClientOptions } from './client-options.ts';
import { ClientOutput } from './client-output.ts';
import { ClientPipeline } from './client-pipeline.ts';
import { ClientSession } from './client-session.ts';
import type { CommandInFlight } from './command-in-flight.ts';
import type { MailboxModel } from './mailbox-model.ts';
import { commandOfStatus } from './response-router.ts';

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
  readonly #data: ClientData;
  #greeted = false;
  #suspended: 'upgrade-tls' | Extract<ClientEvent, { type: 'compress' }> | undefined = undefined;
  #bye = false;
  #eof = false;
  #end: ClientEnd | undefined = undefined;
  readonly #openedAt: number;
  /** The last octet in either direction. */
  #progressAt: number;

  /** `now`: milliseconds on the driver's clock; the greeting is awaited from here on. */
  constructor(options: ClientOptions, now: number) {
    this.#options = options;
    this.#input = new ClientInput(options);
    this.#session = new ClientSession(options);
    this.#pipeline = new ClientPipeline(options, this.#session, this.#output, this.#events);
    this.#data = new ClientData(options.limits, this.#session, this.#pipeline.flight, this.#events);
    this.#openedAt = now;
    this.#progressAt = now;
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
    return this.#pipeline.empty && this.#end === undefined;
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
    if (this.#end !== undefined) this.#pipeline.dropAll();
    else if (head?.spec.name === 'IDLE' && head.id !== id) this.#endIdle(head, 'for-good');
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
    if (command.refusal !== undefined) this.#finish(command, command.refusal);
    else this.#pipeline.fill();
  }

  /** Ends IDLE. Throws a `TypeError` where there is none. @rfc 2177 3 */
  done(): void {
    const { head } = this.#pipeline;
    if (head?.spec.name !== 'IDLE') throw new TypeError('no IDLE is under way');
    this.#endIdle(head, 'for-good');
  }

  /** Answers a `challenge`. Throws a `TypeError` where none is open. */
  respond(octets: Uint8Array): void {
    this.#answerChallenge(encodeBase64(octets));
  }

  /** Answers a `challenge` by giving up; the server's BAD comes as the end of AUTHENTICATE. @rfc 9051 6.2.2 */
  cancelAuth(): void {
    this.#answerChallenge('*');
  }

  /** The handshake is done; whatever was known is forgotten. Throws a `TypeError` where none is due. @rfc 9051 6.2.1 */
  tlsStarted(now: number): void {
    if (this.#suspended !== 'upgrade-tls') throw new TypeError('no TLS handshake is due');
    this.#session.forget();
    this.#resume(now);
  }

  /** What is given to `receive` from here on is inflated, what `takeOutput` gives is to be deflated. @rfc 4978 3 */
  compressionStarted(now: number): void {
    if (this.#suspended === undefined || this.#suspended === 'upgrade-tls') throw new TypeError('no compression is due');
    this.#resume(now);
  }

  /** The driver gives up: commands come as `dropped`, then `closed`. */
  abandon(): void {
    this.#close('abandoned');
  }

  // The transport

  /** Stores octets; parses nothing. They must not change before `next` said `need-data`. */
  receive(octets: Uint8Array, now: number): void {
    if (this.#end !== undefined || octets.length === 0) return;
    if (this.#suspended === 'upgrade-tls') return this.#violate('IMAP_OCTETS_BEFORE_TLS', 'octets in clear text where TLS begins');
    if (this.#suspended !== undefined) throw new TypeError('compression begins: inflate first');
    this.#progressAt = now;
    this.#input.push(octets, this.#output.left);
  }

  /** The server closed its direction; what came before is still read. */
  end(): void {
    this.#eof = true;
  }

  /** Parts to write now, or `undefined`. */
  takeOutput(now: number): Uint8Array[] | undefined {
    if (this.#end !== undefined) return undefined;
    const parts = this.#output.take();
    if (parts === undefined) return undefined;
    this.#progressAt = now;
    this.#pipeline.left(now);
    return parts;
  }

  /** When `expire` is to be called, on the driver's clock; `undefined` while nothing is awaited. */
  get deadline(): number | undefined {
    if (this.#end !== undefined || this.#suspended !== undefined) return undefined;
    const { timeouts } = this.#options;
    if (!this.#greeted) return finite(this.#openedAt + timeouts.greetingMs);
    return finite(clientDeadline(this.#pipeline.flight, this.#progressAt, timeouts).at);
  }

  /** Begins IDLE anew, or ends the session, when the deadline has passed; does nothing before. */
  expire(now: number): void {
    const { deadline } = this;
    if (deadline === undefined || now < deadline) return;
    const { head } = this.#pipeline;
    if (this.#greeted && clientDeadline(this.#pipeline.flight, this.#progressAt, this.#options.timeouts).what === 'idle-restart') return this.#endIdle(head!, 'to-restart');
    const awaited = this.#greeted ? `an answer to ${head!.spec.name}` : 'a greeting';
    this.#events.push({ type: 'violation', code: 'IMAP_TIMEOUT', detail: `the server did not send ${awaited} in time` });
    this.#close('timeout');
  }

  /** One event. */
  next(): ClientEvent {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) return event;
      if (this.#end !== undefined) return { type: 'closed', end: this.#end };
      if (this.#suspended !== undefined) return this.#suspended === 'upgrade-tls' ? UPGRADE_TLS : this.#suspended;
      if (this.#readFrame()) continue;
      if (!this.#eof) return NEED_DATA;
      this.#close(this.#bye ? 'logout' : 'eof');
    }
  }

  // What comes in

  /** Takes one step of the framing; false where octets are missing. */
  #readFrame(): boolean {
    const event = this.#input.next();
    switch (event.type) {
      case 'frame':
        this.#receiveFrame(event.frame);
        return true;
      case 'literal-begin':
        this.#data.beginLiteral(event.frame, event.literal.octetCount, event.literal.binary);
        return true;
      case 'literal-data':
        this.#data.literalData(event.octets);
        return true;
      case 'literal-end':
        this.#data.endLiteral();
        return true;
      case 'violation':
        this.#violateFrame(event.code);
        return true;
      default: // `need-data`; `literal-wanted` is a server's
        return false;
    }
  }

  #receiveFrame(frame: Frame): void {
    const response = parseResponse(frame, this.#options.limits, this.#session.utf8);
    if (!this.#greeted) this.#greet(response);
    else this.#receiveResponse(response);
    this.#data.endResponse();
  }

  #receiveResponse(response: Response): void {
    switch (response.type) {
      case 'data':
        return this.#data.receive(response);
      case 'tagged':
        return this.#receiveTagged(response);
      case 'status':
        return this.#receiveStatus(response);
      case 'continuation':
        return this.#receiveContinuation(response);
      case 'unreadable':
        return this.#receiveUnreadable(response);
    }
  }

  #greet(response: Response): void {
    if (response.type !== 'status' || (response.status !== 'OK' && response.status !== 'PREAUTH' && response.status !== 'BYE')) {
      return this.#violate('IMAP_BAD_GREETING', 'the first response is no greeting');
    }
    const { status, code, text } = response;
    this.#greeted = true;
    this.#events.push({ type: 'greeting', status, code, text });
    if (status === 'BYE') return this.#close('refused');
    if (status === 'PREAUTH') this.#session.state = 'authenticated';
    this.#data.receiveCode(response.code);
    this.#pipeline.suspended = false;
    this.#pipeline.fill();
  }

  /** The end of a command. The server can't have refused what had not begun to leave, nor done what had not left. */
  #receiveTagged(response: TaggedResponse): void {
    const command = this.#pipeline.find(response.tag);
    if (command === undefined) return this.#violate('IMAP_UNKNOWN_TAG', `${response.tag} is the tag of no command in flight`);
    const { writing, spec } = command;
    const needed = response.status === 'OK' ? command.endWritten : command.firstWritten;
    if (this.#input.left < needed || (response.status === 'OK' && command.turn === 'driver')) {
      return this.#violate('IMAP_EARLY_REPLY', `${response.status} to ${spec.name}, which the server can't have read`);
    }
    if (writing?.pending !== undefined) command.refusal = response;
    else this.#finish(command, response);
  }

  #finish(command: CommandInFlight, response: TaggedResponse): void {
    this.#pipeline.land(command);
    const { id, tag, spec } = command;
    this.#data.receiveCode(response.code);
    const ok = response.status === 'OK';
    this.#session.complete(command.command, response);
    if (this.#pipeline.flight.length === 0 && ok) this.#session.settle();
    if (ok && command.idleEnds === 'to-restart') return this.#pipeline.restart(command);
    this.#events.push({ type: 'completed', id, tag, command: command.command, status: response.status, code: response.code, text: response.text });
    if (ok && spec.name === 'STARTTLS') return this.#suspendForTls();
    if (ok && spec.name === 'COMPRESS') return this.#suspendForCompression();
    if (spec.name === 'LOGOUT' && (ok || this.#bye)) return this.#close('logout');
    this.#pipeline.fill();
  }

  /** Octets behind the OK came in clear text and would be read as if they had come through TLS. @rfc 9051 11.1 */
  #suspendForTls(): void {
    if (this.#input.takeUnread().length > 0) return this.#violate('IMAP_OCTETS_BEFORE_TLS', 'octets in clear text behind the answer to STARTTLS');
    this.#pipeline.suspended = true;
    this.#suspended = 'upgrade-tls';
  }

  #suspendForCompression(): void {
    this.#pipeline.suspended = true;
    this.#suspended = { type: 'compress', octets: this.#input.takeUnread() };
  }

  #resume(now: number): void {
    this.#suspended = undefined;
    this.#progressAt = now;
    this.#pipeline.suspended = false;
    this.#pipeline.fill();
  }

  #receiveStatus(response: StatusResponse): void {
    if (response.status === 'BYE') return this.#receiveBye(response);
    this.#data.receiveCode(response.code);
    const id = commandOfStatus(this.#pipeline.flight, response.code)?.id;
    this.#events.push({ type: 'response', id, response });
  }

  /** After LOGOUT the tagged response follows; otherwise nothing does. @rfc 9051 7.1.5 */
  #receiveBye({ code, text }: StatusResponse): void {
    this.#bye = true;
    this.#events.push({ type: 'bye', code, text });
    if (this.#pipeline.head?.spec.name !== 'LOGOUT') this.#close('bye');
  }

  #receiveContinuation(response: ContinuationRequest): void {
    const { writing: command, head } = this.#pipeline;
    if (command?.writing?.awaitsContinuation === true && this.#input.left >= command.waitWritten) {
      command.writing.continue(this.#output);
      this.#pipeline.advanced(command);
      return this.#pipeline.fill();
    }
    if (head !== undefined && this.#input.left >= head.endWritten) {
      if (head.spec.name === 'AUTHENTICATE' && head.turn === 'server') return this.#receiveChallenge(head, response);
      if (head.spec.name === 'IDLE' && head.turn === 'starting') return this.#startIdling(head);
    }
    this.#violate('IMAP_UNEXPECTED_CONTINUATION', 'nothing waits for "+"');
  }

  #receiveChallenge(command: CommandInFlight, { text }: ContinuationRequest): void {
    command.turn = 'driver';
    const held = command.heldResponse;
    if (held !== undefined) {
      command.heldResponse = undefined;
      return this.respond(held);
    }
    this.#events.push({ type: 'challenge', id: command.id, octets: decodeBase64(text.trim()) });
  }

  #startIdling(command: CommandInFlight): void {
    command.turn = 'idling';
    command.turnAt = this.#progressAt;
    this.#events.push({ type: 'idling', id: command.id });
    if (this.#pipeline.waitingCount > 0) command.idleEnds = 'for-good';
    if (command.idleEnds !== 'no') this.#endIdle(command, command.idleEnds);
  }

  /** A response that begins with the tag of a command would leave that command without an end. */
  #receiveUnreadable(response: UnreadableResponse): void {
    const command = this.#pipeline.flight.find(({ tag }) => startsWithTag(response.raw, tag));
    if (command !== undefined) return this.#violate('IMAP_UNREADABLE_REPLY', `the end of ${command.spec.name} can't be read: ${response.expected} was expected`);
    this.#events.push({ type: 'response', id: undefined, response });
  }

  // What goes out

  #endIdle(command: CommandInFlight, how: 'for-good' | 'to-restart'): void {
    if (command.idleEnds !== 'for-good') command.idleEnds = how;
    if (command.turn !== 'idling') return;
    command.turn = 'ending';
    command.turnAt = undefined;
    this.#output.write('DONE\r\n');
    command.endWritten = this.#output.written;
  }

  #answerChallenge(line: string): void {
    const { head } = this.#pipeline;
    if (head?.spec.name !== 'AUTHENTICATE' || head.turn !== 'driver') throw new TypeError('no challenge is open');
    head.turn = 'server';
    head.turnAt = undefined;
    this.#output.write(`${line}\r\n`);
    head.endWritten = this.#output.written;
  }

  // Ends

  /** The frame that is lost may have been the end of a command. */
  #violateFrame(code: FrameFault): void {
    switch (code) {
      case 'BARE_LF':
      case 'BARE_CR':
      case 'NUL':
        return this.#violate(`IMAP_${code}`, 'a line that no response is made of');
      default:
        return this.#violate(code, 'a response longer than the options allow');
    }
  }

  #violate(code: ClientViolationCode, detail: string): void {
    if (this.#end !== undefined) return;
    this.#events.push({ type: 'violation', code, detail });
    this.#close('violation');
  }

  #close(end: ClientEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#session.state = 'logout';
    this.#input.clear();
    this.#output.clear();
    this.#pipeline.dropAll();
  }
}

function startsWithTag(octets: Uint8Array, tag: string): boolean {
  if (octets.length < tag.length || (octets.length > tag.length && octets[tag.length] !== SP)) return false;
  for (let index = 0; index < tag.length; index++) if (octets[index] !== tag.charCodeAt(index)) return false;
  return true;
}

function finite(at: number): number | undefined {
  return at === Infinity ? undefined : at;
}
