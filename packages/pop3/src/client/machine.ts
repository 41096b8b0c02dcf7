/**
 * The client side of a POP3 session as a machine: commands and octets go in, octets and events come out. It holds no socket, no timer and no promise; time is
 * a number that comes with the octets.
 *
 * The driver's loop: `receive` what the transport gives; pull `next` until `need-data`; write what `takeOutput` gives. Commands are given with `send` at any
 * time; they are written one by one, or in groups where the server offers PIPELINING, and answered in their order. Not pulling is back-pressure: the text of
 * a message comes piece by piece and is never kept.
 *
 * Read next: `event.ts`, `pipeline.ts` (what may be written when), `patience.ts` (deadlines), `facts.ts` (what is known), `reply-line.ts` and
 * `listing-reader.ts` (lines), `../text-reader.ts` (messages), `../extension.ts` (the tables).
 *
 * @rfc 1939 3
 * @rfc 2449 6.6
 */
import { assertNever, decodeBase64, encodeBase64, encodeUtf8, InputBuffer } from '@mailwright/wire';
import type { Capabilities } from '../capabilities.ts';
import { encodeCommand, specFor } from '../command.ts';
import { apopTimestamp } from '../commands/apop.ts';
import type { SessionState } from '../extension.ts';
import type { Command } from '../registry.ts';
import { parseResponse, type Response } from '../response.ts';
import { TextReader } from '../text-reader.ts';
import { type ClientEnd, type ClientEvent, type ClientViolation, type CommandId, NEED_DATA } from './event.ts';
import { ClientFacts } from './facts.ts';
import { ListingReader } from './listing-reader.ts';
import type { ClientOptions } from './options.ts';
import { type Awaited, Patience } from './patience.ts';
import { type Pending, Pipeline } from './pipeline.ts';
import { takeReplyLine } from './reply-line.ts';

/**
 * What is read next. `greeting`, `status`: a status line. `lines`: the lines of a listing. `text`: the octets of a message. `respond`: nothing before the
 * driver has answered a challenge. `tls`: nothing before the handshake. `closed`: nothing any more.
 */
type Mode = 'greeting' | 'status' | 'lines' | 'text' | 'respond' | 'tls' | 'closed';

const NO_OCTETS = new Uint8Array(0);
const CANCEL = '*';

/** A session of a POP3 client without its socket. */
export class ClientMachine {
  readonly #options: ClientOptions;
  readonly #input: InputBuffer = new InputBuffer();
  readonly #pipeline: Pipeline = new Pipeline();
  readonly #patience: Patience;
  readonly #facts: ClientFacts;
  #mode: Mode = 'greeting';
  #ids = 0;
  #output = '';
  #answersChallenge = false; // #output is what the server's challenge waits for
  #listing: ListingReader | undefined = undefined;
  #text: TextReader | undefined = undefined;
  #end: ClientEnd | undefined = undefined;
  #eof = false;
  #queued: ClientEvent | undefined = undefined;

  /** `now`: milliseconds on the driver's clock. */
  constructor(options: ClientOptions, now: number) {
    this.#options = options;
    this.#patience = new Patience(options.timeouts, now);
    this.#facts = new ClientFacts(options.disabled);
  }

  /** Where the session stands. */
  get state(): SessionState {
    return this.#facts.state;
  }

  /** What the last CAPA said; nothing before it, and nothing after a TLS handshake. */
  get capabilities(): Capabilities {
    return this.#facts.capabilities;
  }

  /** What APOP is computed over; `undefined` where the greeting has none. @rfc 1939 7 */
  get timestamp(): string | undefined {
    return this.#facts.timestamp;
  }

  /** UTF8 mode is on. @rfc 6856 2.1 */
  get utf8(): boolean {
    return this.#facts.utf8;
  }

  /** No command waits and none is in flight. */
  get idle(): boolean {
    return this.#pipeline.waitingCount === 0 && this.#pipeline.inFlightCount === 0;
  }

  /** A challenge waits for `respond` or `cancelAuth`. Nothing is read meanwhile: a driver that keeps on receiving keeps all that comes. */
  get challenged(): boolean {
    return this.#mode === 'respond';
  }

  /** Octets received and not read yet. */
  get unreadOctets(): number {
    return this.#input.length;
  }

  /** Commands that were written and not answered. */
  get inFlight(): number {
    return this.#pipeline.inFlightCount;
  }

  /** Stores octets; parses nothing. The array is kept as it is and handed out again in `text` events. */
  receive(octets: Uint8Array, now: number): void {
    if (this.#mode === 'closed') return;
    this.#input.push(octets);
    this.#patience.heard(now, this.#mode === 'text' || this.#mode === 'lines');
  }

  /** The server closed its direction. What came before is still read. */
  end(): void {
    this.#eof = true;
  }

  /** When `expire` is to be called, on the driver's clock; `undefined` while nothing is waited for. */
  get deadline(): number | undefined {
    return this.#patience.deadline(this.#awaited());
  }

  /** Ends the session when the deadline has passed; does nothing before. */
  expire(now: number): void {
    const { deadline } = this;
    if (deadline === undefined || now < deadline) return;
    this.#queued = this.#violate('POP3_TIMEOUT', this.#mode === 'greeting' ? 'no greeting in time' : 'no response in time', 'timeout');
  }

  /** The driver did not read for a while and reads again: that time was not the server's. */
  resumed(now: number): void {
    this.#patience.begin(now);
  }

  /**
   * Gives a command. It is written when it may be; its number comes back with its response.
   * Errors: throws a `TypeError` or a `RangeError` for what can't stand on a line.
   */
  send(command: Command): CommandId {
    const spec = specFor(command);
    const line = encodeCommand(command);
    const id = ++this.#ids;
    if (this.#mode !== 'closed') this.#pipeline.add({ id, command, spec, line, form: spec.form(command) });
    return id;
  }

  /** Takes a command back. False when it was written already, or answered. */
  withdraw(id: CommandId): boolean {
    return this.#pipeline.withdraw(id);
  }

  /** Answers a challenge. Throws a `TypeError` when there is none. @rfc 5034 4 */
  respond(octets: Uint8Array): void {
    this.#answerChallenge(encodeBase64(octets));
  }

  /** Gives a login up in the middle; the server says -ERR to it. Throws a `TypeError` when there is no challenge. @rfc 5034 4 */
  cancelAuth(): void {
    this.#answerChallenge(CANCEL);
  }

  /** The handshake is done: what was known before is forgotten. @rfc 2595 4 */
  tlsStarted(now: number): void {
    if (this.#mode !== 'tls') throw new TypeError('no TLS handshake is due');
    this.#facts.forget();
    this.#mode = 'status';
    this.#pipeline.done();
    this.#patience.begin(now);
  }

  /** Octets to write, or `undefined`. Call it when `next` asks for data. */
  takeOutput(now: number): Uint8Array | undefined {
    if (this.#mode !== 'closed' && this.#mode !== 'greeting' && this.#mode !== 'tls') this.#writeCommands(now);
    if (this.#output === '') return undefined;
    if (this.#answersChallenge) this.#patience.begin(now);
    this.#answersChallenge = false;
    const octets = encodeUtf8(this.#output);
    this.#output = '';
    return octets;
  }

  /** One event. The order of the pulls is the order of things. */
  next(): ClientEvent {
    for (;;) {
      const queued = this.#queued;
      this.#queued = undefined;
      const event = queued ?? this.#step();
      if (event !== undefined) return event;
    }
  }

  // Inside

  #awaited(): Awaited {
    switch (this.#mode) {
      case 'greeting':
        return 'greeting';
      case 'status':
        return this.#pipeline.head === undefined ? 'nothing' : 'response';
      case 'lines':
      case 'text':
        return 'text';
      case 'respond':
      case 'tls':
      case 'closed':
        return 'nothing';
      default:
        return assertNever(this.#mode);
    }
  }

  #writeCommands(now: number): void {
    const window = this.#facts.capabilities.pipelining ? this.#options.window : 1;
    for (;;) {
      const wasIdle = this.#pipeline.inFlightCount === 0;
      const next = this.#pipeline.takeNext(window);
      if (next === undefined) return;
      if (wasIdle) this.#patience.begin(now);
      this.#output += `${next.line}\r\n`;
    }
  }

  #answerChallenge(line: string): void {
    if (this.#mode !== 'respond') throw new TypeError('no challenge is waiting');
    this.#output += `${line}\r\n`;
    this.#answersChallenge = true;
    this.#mode = 'status';
  }

  #step(): ClientEvent | undefined {
    switch (this.#mode) {
      case 'greeting':
        return this.#readGreeting();
      case 'status':
        return this.#readStatus();
      case 'lines':
        return this.#readLine();
      case 'text':
        return this.#readText();
      case 'respond':
        return this.#eof ? this.#wait() : NEED_DATA;
      case 'tls':
        return this.#eof ? this.#wait() : NEED_DATA;
      case 'closed':
        return { type: 'closed', end: this.#end! };
      default:
        return assertNever(this.#mode);
    }
  }

  /** @rfc 1939 4 */
  #readGreeting(): ClientEvent | undefined {
    const line = this.#takeLine(this.#options.limits.lineOctets);
    if (typeof line !== 'string') return line;
    const response = parseResponse(line);
    if (response === undefined) return this.#violate('POP3_BAD_RESPONSE', 'the greeting is no status line');
    this.#mode = 'status';
    if (response.status === 'ERR') this.#close('refused');
    else this.#facts.timestamp = apopTimestamp(response.text);
    return { type: 'greeting', response, timestamp: this.#facts.timestamp };
  }

  #readStatus(): ClientEvent | undefined {
    const { head } = this.#pipeline;
    const { lineOctets, authOctets } = this.#options.limits;
    const line = this.#takeLine(head?.spec.effect === 'exchange' ? Math.max(authOctets, lineOctets) : lineOctets);
    if (typeof line !== 'string') return line;
    const response = parseResponse(line);
    if (response === undefined) return this.#readChallenge(line, head);
    if (head === undefined) return this.#readUnasked(response);
    return response.status === 'ERR' ? this.#finish(head, response, undefined) : this.#accept(head, response);
  }

  /**
   * Deviation: `+` without the blank that RFC 5034 demands is a challenge too (Exchange; test "a challenge without its blank").
   * @rfc 5034 4
   */
  #readChallenge(line: string, head: Pending | undefined): ClientEvent {
    if (line !== '+' && !line.startsWith('+ ')) return this.#violate('POP3_BAD_RESPONSE', 'a line that is no status line');
    if (head?.spec.effect !== 'exchange') return this.#violate('POP3_UNEXPECTED_RESPONSE', 'a challenge outside a login');
    this.#mode = 'respond';
    const encoded = line.slice(2).trim();
    return { type: 'challenge', id: head.id, octets: encoded === '' ? NO_OCTETS : decodeBase64(encoded) };
  }

  /** Nothing was asked: an -ERR is the server's goodbye. */
  #readUnasked(response: Response): ClientEvent {
    if (response.status === 'OK') return this.#violate('POP3_UNEXPECTED_RESPONSE', 'a response to nothing');
    this.#close('goodbye');
    return { type: 'goodbye', response };
  }

  #accept(head: Pending, response: Response): ClientEvent | undefined {
    switch (head.form) {
      case 'line':
        return this.#finish(head, response, undefined);
      case 'lines':
        this.#listing = new ListingReader(response, this.#options.limits);
        this.#mode = 'lines';
        this.#patience.goOn();
        return undefined;
      case 'text':
        this.#text = new TextReader(this.#options.lineEnds);
        this.#mode = 'text';
        this.#patience.goOn();
        return { type: 'text-begin', id: head.id, command: head.command, response };
      default:
        return assertNever(head.form);
    }
  }

  #readLine(): ClientEvent | undefined {
    const line = this.#takeLine(this.#options.limits.lineOctets);
    if (typeof line !== 'string') return line;
    const { response, lines } = this.#listing!;
    const taken = this.#listing!.take(line);
    if (taken === 'more') return undefined;
    if (taken !== 'end') return this.#violate(taken.code, taken.detail);
    this.#listing = undefined;
    this.#mode = 'status';
    return this.#finish(this.#pipeline.head!, response, lines);
  }

  #readText(): ClientEvent | undefined {
    const text = this.#text!;
    const { id } = this.#pipeline.head!;
    const step = text.read(this.#input);
    const { messageOctets } = this.#options.limits;
    if (text.octetCount > messageOctets) return this.#violate('LIMIT_MESSAGE_OCTETS', `a message of more than ${messageOctets} octets`);
    if (step === 'need-data') return this.#wait();
    if (step === 'octets') return { type: 'text', id, octets: text.octets };
    this.#text = undefined;
    this.#mode = 'status';
    this.#answered();
    return { type: 'text-end', id, octetCount: text.octetCount };
  }

  /** A command is done. */
  #finish(head: Pending, response: Response, lines: readonly string[] | undefined): ClientEvent {
    const { id, command, spec } = head;
    if (spec.effect === 'tls' && response.status === 'OK') return this.#beginTls(id);
    this.#answered();
    if (spec.effect === 'quit') this.#close('quit');
    else this.#facts.learn(spec.effect, response, lines);
    return { type: 'response', id, command, response, lines };
  }

  /** Whatever stands behind the +OK was not sent by who will hold the keys. @rfc 2595 4 @rfc 3207 6 */
  #beginTls(id: CommandId): ClientEvent {
    if (this.#input.length > 0) return this.#violate('POP3_OCTETS_BEFORE_TLS', 'octets behind the response to STLS');
    this.#mode = 'tls';
    return { type: 'upgrade-tls', id };
  }

  /** The next command in flight has its own time. */
  #answered(): void {
    this.#pipeline.done();
    this.#patience.goOn();
  }

  /** A line without its end, an event that says what is wrong with it, or what `#wait` says. */
  #takeLine(maxOctets: number): string | ClientEvent | undefined {
    const line = takeReplyLine(this.#input, maxOctets, this.#options.lineEnds);
    if (typeof line === 'string') return line;
    return line === undefined ? this.#wait() : this.#violate(line.code, line.detail);
  }

  #wait(): ClientEvent | undefined {
    if (!this.#eof) return NEED_DATA;
    this.#close('eof');
    return undefined;
  }

  #violate(code: ClientViolation, detail: string, end: ClientEnd = 'violation'): ClientEvent {
    this.#close(end);
    return { type: 'violation', code, detail };
  }

  #close(end: ClientEnd): void {
    if (this.#mode === 'closed') return;
    if (end === 'quit') this.#facts.state = 'update';
    this.#end = end;
    this.#mode = 'closed';
    this.#output = '';
    this.#text = undefined;
    this.#listing = undefined;
    this.#input.clear();
    this.#pipeline.clear();
  }
}
