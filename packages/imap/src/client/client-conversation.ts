/**
 * What a client makes of the server's responses: the greeting, the ends of commands, `+`, BYE; and how the session ends. Untagged data go to `client-data.ts`.
 *
 * A tag is believed for a command that had left when the octets of the answer arrived.
 *
 * Read next: `client.ts` (what the driver sees), `client-pipeline.ts`, `client-session.ts`.
 *
 * @rfc 9051 2.2.2
 * @rfc 9051 7
 */
import { decodeBase64, encodeBase64, SP } from '@mailwright/wire';
import type { FrameFault } from '../frame-event.ts';
import type { Frame } from '../frame.ts';
import { parseResponse } from '../response-parse.ts';
import type { ContinuationRequest, Response, StatusResponse, TaggedResponse, UnreadableResponse } from '../response.ts';
import type { ClientData } from './client-data.ts';
import type { ClientEnd, ClientEvent, ClientViolationCode } from './client-event.ts';
import type { ClientInput } from './client-input.ts';
import type { ClientOptions } from './client-options.ts';
import type { ClientOutput } from './client-output.ts';
import type { ClientPipeline } from './client-pipeline.ts';
import type { ClientSession } from './client-session.ts';
import type { CommandInFlight } from './command-in-flight.ts';
import { commandOfStatus } from './response-router.ts';

/** The parts of a client machine that a conversation works on. */
export interface ClientParts {
  readonly options: ClientOptions;
  readonly input: ClientInput;
  readonly output: ClientOutput;
  readonly session: ClientSession;
  /** Events that were not pulled yet. */
  readonly events: ClientEvent[];
  readonly pipeline: ClientPipeline;
  readonly data: ClientData;
}

export class ClientConversation {
  /** The server greeted. */
  greeted = false;
  /** What the driver has to do before anything is read. */
  suspended: 'upgrade-tls' | Extract<ClientEvent, { type: 'compress' }> | undefined = undefined;
  /** The server said BYE. */
  bye = false;
  end: ClientEnd | undefined = undefined;
  /** When the last octet went, in either direction. */
  progressAt: number;
  readonly #options: ClientOptions;
  readonly #input: ClientInput;
  readonly #output: ClientOutput;
  readonly #session: ClientSession;
  readonly #events: ClientEvent[];
  readonly #pipeline: ClientPipeline;
  readonly #data: ClientData;

  constructor({ options, input, output, session, events, pipeline, data }: ClientParts, now: number) {
    this.#options = options;
    this.#input = input;
    this.#output = output;
    this.#session = session;
    this.#events = events;
    this.#pipeline = pipeline;
    this.#data = data;
    this.progressAt = now;
  }

  // What comes in

  /** Takes one step of the framing; false where octets are missing. */
  readFrame(): boolean {
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
    if (!this.greeted) this.#greet(response);
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
      return this.violate('IMAP_BAD_GREETING', 'the first response is no greeting');
    }
    const { status, code, text } = response;
    this.greeted = true;
    this.#events.push({ type: 'greeting', status, code, text });
    if (status === 'BYE') return this.close('refused');
    if (status === 'PREAUTH') this.#session.state = 'authenticated';
    this.#data.receiveCode(response.code);
    this.#pipeline.suspended = false;
    this.#pipeline.fill();
  }

  /** The end of a command. The server can't have refused what had not begun to leave, nor done what had not left. */
  #receiveTagged(response: TaggedResponse): void {
    const command = this.#pipeline.find(response.tag);
    if (command === undefined) return this.violate('IMAP_UNKNOWN_TAG', `${response.tag} is the tag of no command in flight`);
    const { writing, spec } = command;
    const needed = response.status === 'OK' ? command.endWritten : command.firstWritten;
    if (this.#input.left < needed || (response.status === 'OK' && command.turn === 'driver')) {
      return this.violate('IMAP_EARLY_REPLY', `${response.status} to ${spec.name}, which the server can't have read`);
    }
    if (writing?.pending !== undefined) command.refusal = response;
    else this.finish(command, response);
  }

  /** A command has its answer. */
  finish(command: CommandInFlight, response: TaggedResponse): void {
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
    if (spec.name === 'LOGOUT' && (ok || this.bye)) return this.close('logout');
    this.#pipeline.fill();
  }

  /** Octets behind the OK came in clear text and would be read as if they had come through TLS. @rfc 9051 11.1 */
  #suspendForTls(): void {
    if (this.#input.takeUnread().length > 0) return this.violate('IMAP_OCTETS_BEFORE_TLS', 'octets in clear text behind the answer to STARTTLS');
    this.#pipeline.suspended = true;
    this.suspended = 'upgrade-tls';
  }

  #suspendForCompression(): void {
    this.#pipeline.suspended = true;
    this.suspended = { type: 'compress', octets: this.#input.takeUnread() };
  }

  /** TLS or compression has begun. */
  resume(now: number): void {
    this.suspended = undefined;
    this.progressAt = now;
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
    this.bye = true;
    this.#events.push({ type: 'bye', code, text });
    if (this.#pipeline.head?.spec.name !== 'LOGOUT') this.close('bye');
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
    this.violate('IMAP_UNEXPECTED_CONTINUATION', 'nothing waits for "+"');
  }

  #receiveChallenge(command: CommandInFlight, { text }: ContinuationRequest): void {
    command.turn = 'driver';
    const held = command.heldResponse;
    if (held !== undefined) {
      command.heldResponse = undefined;
      return this.answerChallenge(encodeBase64(held));
    }
    this.#events.push({ type: 'challenge', id: command.id, octets: decodeBase64(text.trim()) });
  }

  #startIdling(command: CommandInFlight): void {
    command.turn = 'idling';
    command.turnAt = this.progressAt;
    this.#events.push({ type: 'idling', id: command.id });
    if (this.#pipeline.waitingCount > 0) command.idleEnds = 'for-good';
    if (command.idleEnds !== 'no') this.endIdle(command, command.idleEnds);
  }

  /** A response that begins with the tag of a command would leave that command without an end. */
  #receiveUnreadable(response: UnreadableResponse): void {
    const command = this.#pipeline.flight.find(({ tag }) => startsWithTag(response.raw, tag));
    if (command !== undefined) return this.violate('IMAP_UNREADABLE_REPLY', `the end of ${command.spec.name} can't be read: ${response.expected} was expected`);
    this.#events.push({ type: 'response', id: undefined, response });
  }

  // What goes out

  /** Says DONE, at once or as soon as IDLE has begun. */
  endIdle(command: CommandInFlight, how: 'for-good' | 'to-restart'): void {
    if (command.idleEnds !== 'for-good') command.idleEnds = how;
    if (command.turn !== 'idling') return;
    command.turn = 'ending';
    command.turnAt = undefined;
    this.#output.write('DONE\r\n');
    command.endWritten = this.#output.written;
  }

  /** Writes a line of an AUTHENTICATE exchange. Throws a `TypeError` where no challenge is open. */
  answerChallenge(line: string): void {
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
      case 'NUL':
        return this.violate(`IMAP_${code}`, 'a line that no response is made of');
      case 'BARE_CR':
        throw new TypeError('a client takes a CR in a line for what it is: text of a careless server');
      default:
        return this.violate(code, 'a response longer than the options allow');
    }
  }

  /** The server broke a rule: the session ends. */
  violate(code: ClientViolationCode, detail: string): void {
    if (this.end !== undefined) return;
    this.#events.push({ type: 'violation', code, detail });
    this.close('violation');
  }

  /** Ends the session; every command that is not answered is told. */
  close(end: ClientEnd): void {
    if (this.end !== undefined) return;
    this.end = end;
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
