/**
 * What a client does with untagged data: what is about the mailbox goes to the model and comes as changes, what a command asked for comes with
 * its id, and the rest comes as news. Literals that are too large to keep go by in pieces.
 *
 * Read next: `response-router.ts` (whose answer it is), `mailbox-model.ts`.
 *
 * @rfc 9051 7
 */
import type { FetchData } from '../fetch/fetch-data.ts';
import type { Frame } from '../frame.ts';
import type { ImapLimits } from '../limits.ts';
import type { Data, DataResponse, ResponseCode } from '../response.ts';
import type { ClientEvent, LiteralPlace } from './client-event.ts';
import type { ClientSession } from './client-session.ts';
import type { CommandInFlight } from './command-in-flight.ts';
import { isFlagsAlone, type ResponseFacts } from './fetch-claim.ts';
import { readFetchLiteral } from './literal-place.ts';
import type { MailboxChange, MailboxModel } from './mailbox-model.ts';
import { commandOfData, commandOfFetch, commandOfLiteral } from './response-router.ts';

const NO_PLACE: LiteralPlace = { sequenceNumber: undefined, uid: undefined, item: '', section: undefined, origin: undefined, data: undefined };

export class ClientData {
  readonly #limits: ImapLimits;
  readonly #session: ClientSession;
  readonly #flight: readonly CommandInFlight[];
  readonly #events: ClientEvent[];
  /** Whose literal goes by; set between its beginning and the end of its response. */
  #streaming: { readonly id: number | undefined } | undefined = undefined;

  constructor(limits: ImapLimits, session: ClientSession, flight: readonly CommandInFlight[], events: ClientEvent[]) {
    this.#limits = limits;
    this.#session = session;
    this.#flight = flight;
    this.#events = events;
  }

  /** Untagged data. */
  receive(response: DataResponse): void {
    const { data } = response;
    switch (data.name) {
      case 'FETCH':
        return this.#receiveFetch(data.sequenceNumber, data.data.uid, data.data, response);
      case 'UIDFETCH':
        return this.#receiveFetch(undefined, data.uid, data.data, response);
      case 'CAPABILITY':
        this.#session.learnCapabilities(data.capabilities);
        this.#events.push({ type: 'capabilities' });
        return this.#route(response, data);
      case 'ENABLED':
        this.#session.receiveEnabled(data.capabilities);
        return this.#route(response, data);
      default:
        if (!this.#receiveMailboxData(data)) this.#route(response, data);
    }
  }

  /** A response code, of any response. */
  receiveCode(code: ResponseCode | undefined): void {
    if (code === undefined) return;
    const changes: MailboxChange[] = [];
    if (this.#session.receiveCode(code, changes)) this.#events.push({ type: 'capabilities' });
    this.#tell(changes);
  }

  /** A literal begins that goes by. `frame`: its response up to it. */
  beginLiteral(frame: Frame, octetCount: number, binary: boolean): void {
    const literal = readFetchLiteral(frame, this.#limits, this.#session.utf8);
    const facts = literal === undefined ? undefined : factsOf(literal.sequenceNumber, literal.uid, this.#session.current);
    if (this.#streaming === undefined) {
      const command = facts === undefined ? this.#flight[0] : commandOfLiteral(this.#flight, literal!.section, facts);
      this.#streaming = { id: command?.id };
    }
    const place = literal === undefined ? NO_PLACE : { ...NO_PLACE, ...literal, uid: facts!.uid };
    this.#events.push({ type: 'literal-begin', id: this.#streaming.id, octetCount, binary, place });
  }

  literalData(octets: Uint8Array): void {
    this.#events.push({ type: 'literal-data', id: this.#streaming?.id, octets });
  }

  endLiteral(): void {
    this.#events.push({ type: 'literal-end', id: this.#streaming?.id });
  }

  /** A response was read to its end. */
  endResponse(): void {
    this.#streaming = undefined;
  }

  #receiveFetch(sequenceNumber: number | undefined, uid: number | undefined, data: FetchData, response: DataResponse): void {
    const model = this.#session.current;
    const changes: MailboxChange[] = [];
    if (sequenceNumber !== undefined) model?.receiveFetch(sequenceNumber, uid, data.modseq, changes);
    else model?.receiveUidFetch(uid!, data.modseq);
    const command = this.#commandOf(sequenceNumber, uid, data, model);
    const flags = isFlagsAlone(data);
    // Flags may be news although a command asked for them among other things.
    if (flags && command?.claim?.flagsAlone !== true) model?.receiveFlags(sequenceNumber, uid, data.flags!, data.modseq, changes);
    this.#tell(changes);
    if (command !== undefined || !flags || model === undefined) this.#events.push({ type: 'response', id: command?.id, response });
  }

  #commandOf(sequenceNumber: number | undefined, uid: number | undefined, data: FetchData, model: MailboxModel | undefined): CommandInFlight | undefined {
    if (this.#flight.length === 0) return undefined;
    if (this.#streaming !== undefined) return this.#flight.find(({ id }) => id === this.#streaming!.id);
    return commandOfFetch(this.#flight, data, factsOf(sequenceNumber, uid, model));
  }

  #receiveMailboxData(data: Data): boolean {
    const changes: MailboxChange[] = [];
    if (data.name === 'EXPUNGE' || (data.name === 'VANISHED' && !data.earlier)) this.#checkPermitted(data.name, changes);
    const taken = this.#session.receiveMailboxData(data, changes);
    this.#tell(changes);
    return taken;
  }

  /** Numbers in the commands in flight may mean other messages now: the server should have waited. @rfc 9051 7.5.1 */
  #checkPermitted(name: string, changes: MailboxChange[]): void {
    if (this.#flight.length === 0 || this.#flight.some(({ traits }) => traits.permitsExpunge)) return;
    changes.push({ type: 'contained', fault: 'expunge-not-permitted', detail: `${name} while the server worked on ${this.#flight[0]!.spec.name}` });
  }

  #route(response: DataResponse, data: Data): void {
    this.#events.push({ type: 'response', id: commandOfData(this.#flight, data)?.id, response });
  }

  /** While a mailbox opens, what it holds is no news: the facts are there when SELECT is completed. */
  #tell(changes: readonly MailboxChange[]): void {
    const quiet = this.#session.opening && this.#session.current !== this.#session.mailbox;
    for (const change of changes) {
      if (!quiet || change.type === 'vanished' || change.type === 'flags-changed' || change.type === 'contained') this.#events.push({ type: 'mailbox', change });
    }
  }
}

function factsOf(sequenceNumber: number | undefined, sent: number | undefined, model: MailboxModel | undefined): ResponseFacts {
  if (sequenceNumber === undefined) return { sequenceNumber: 0, uid: sent, last: false };
  return { sequenceNumber, uid: sent ?? model?.uidOf(sequenceNumber), last: model !== undefined && sequenceNumber === model.exists };
}
