/**
 * What comes for a FETCH, between the connection and the loop that reads it. Messages are told as they come; answers that a server splits are put
 * together; what the loop has not read yet waits in memory, up to a bound.
 *
 * Beyond the bound the feed is full: the connection is not read while nobody else needs it. When somebody does (another command inside
 * the loop), reading goes on, and what then comes for the loop goes to a temporary file. So a command inside a loop is answered, always, and memory is
 * bounded, always.
 *
 * Read next: `fetching.ts`, the loop's end; `session.ts`, which asks what it demands.
 */
import { deserialize, serialize } from 'node:v8';
import type { FetchData, LiteralPlace, Response, ResponseCode } from '@mailwright/imap';
import { type BodyStore, BodyStream } from './body-stream.ts';
import type { CommandObserver, Demand, Outcome } from './command-observer.ts';
import { outcomeError } from './command-run.ts';
import { type Failure, ImapError, localFailure } from './errors.ts';
import { binaryKey, bodyKey, type FetchPlan } from './fetch-want.ts';
import { FetchedMessage } from './fetched-message.ts';
import { mergeFetchData } from './merge-fetch-data.ts';
import type { Session } from './session.ts';
import type { SpillRecord } from './spill-file.ts';
import { UidRuns } from './uid-runs.ts';
import { type WaitingLimits, WaitingOctets } from './waiting-octets.ts';

export interface FeedOptions extends WaitingLimits {
  readonly plan: FetchPlan;
}

/** What a message costs in memory beside its bodies: a generous guess. */
const MESSAGE_OCTETS = 1024;
/** How many messages may wait for the rest of their split answers. */
const SPLIT_MESSAGES = 32;

/** A message that waits in the file. */
interface SpilledMessage {
  readonly uid: number;
  readonly sequenceNumber: number;
  readonly record: SpillRecord;
}

/** A message whose answer is not complete. */
interface SplitMessage {
  readonly uid: number;
  readonly sequenceNumber: number;
  data: FetchData;
}

export class FetchFeed implements CommandObserver, BodyStore {
  readonly #session: Session;
  readonly #plan: FetchPlan;
  readonly #spilledOctets: number;
  #queue: (FetchedMessage | SpilledMessage)[] = [];
  #head = 0;
  readonly #split: Map<number, SplitMessage> = new Map();
  readonly #told: UidRuns = new UidRuns();
  readonly #waiting: WaitingOctets;
  /** Readers that wait for octets. */
  #readers = 0;
  #draining = false;
  /** Commands that are not over. */
  #commands = 0;
  #error: ImapError | undefined = undefined;
  #wake: (() => void) | undefined = undefined;
  /** The message whose large bodies go by, and the one that goes by now. */
  #streaming: FetchedMessage | undefined = undefined;
  #stream: BodyStream | undefined = undefined;
  /** Those that may still be read. */
  readonly #streams: Set<BodyStream> = new Set();
  /** Codes of the tagged OKs. */
  readonly codes: ResponseCode[] = [];

  constructor(session: Session, options: FeedOptions) {
    this.#session = session;
    this.#plan = options.plan;
    this.#spilledOctets = options.spilledOctets;
    this.#waiting = new WaitingOctets(options, () => session.flowChanged());
  }

  // For who sends the commands

  /** One more command has this feed for its observer. */
  expect(): void {
    this.#commands++;
  }

  // For the loop

  /** All commands are over, and all that came was read. */
  get ended(): boolean {
    return this.#commands === 0 && this.#head === this.#queue.length;
  }

  /** Something can be taken now, or nothing will come. */
  get ready(): boolean {
    return this.#head < this.#queue.length || this.#commands === 0;
  }

  get error(): ImapError | undefined {
    return this.#error;
  }

  /** The next message, if there is one now. */
  take(): FetchedMessage | undefined {
    if (this.#head === this.#queue.length) return undefined;
    const next = this.#queue[this.#head]!;
    this.#queue[this.#head++] = NO_MESSAGE;
    if (this.#head === this.#queue.length) {
      this.#queue = [];
      this.#head = 0;
    }
    const message = next instanceof FetchedMessage ? next : this.#readBack(next);
    if (next instanceof FetchedMessage) this.#waiting.release(message.whole ? weightOf(message.data) : MESSAGE_OCTETS);
    return message;
  }

  /** Resolves when there is something to take, or nothing any more. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.wanted(1);
    });
  }

  /** Nobody reads any more: what still comes is dropped. */
  drain(error: ImapError): void {
    this.#draining = true;
    this.#error = error;
    this.#queue = [];
    this.#head = 0;
    this.#split.clear();
    for (const stream of [...this.#streams]) stream.release(error);
    this.#streaming?.release(error);
    this.#waiting.clear();
    this.#notify();
    this.#session.flowChanged();
  }

  /** The loop is over. */
  close(): void {
    if (this.#commands === 0) this.#waiting.clear();
  }

  // The connection's end

  get demand(): Demand {
    return this.#waiting.full && this.#readers === 0 && !this.#draining && this.#streaming?.awaited !== true ? 'full' : 'hungry';
  }

  response(response: Response): void {
    if (response.type !== 'data' || this.#draining) return;
    const { data } = response;
    if (data.name === 'FETCH') this.#receive(data.data, data.sequenceNumber);
    else if (data.name === 'UIDFETCH') this.#receive({ ...data.data, uid: data.uid }, 0);
  }

  literalBegin(octetCount: number, place: LiteralPlace): void {
    if (this.#draining) return;
    const stream = (this.#stream = new BodyStream(octetCount, place.origin, this));
    this.#streams.add(stream);
    const uid = place.uid;
    if (this.#streaming === undefined) {
      if (uid === undefined || place.data === undefined || this.#told.has(uid)) return this.#passOver(stream);
      const number = place.sequenceNumber ?? 0;
      const before = this.#split.get(uid);
      this.#split.delete(uid);
      const data = before === undefined ? place.data : mergeFetchData(before.data, place.data);
      this.#streaming = new FetchedMessage(uid, number, data, false, () => this.#session.flowChanged());
      this.#waiting.hold(MESSAGE_OCTETS);
      this.#push(this.#streaming);
    }
    this.#streaming.begin(keyOf(place), stream);
  }

  literalData(octets: Uint8Array): void {
    this.#stream?.push(octets);
  }

  literalEnd(): void {
    this.#stream?.end();
    this.#stream = undefined;
  }

  settled(outcome: Outcome): void {
    this.#commands--;
    if (outcome.type === 'completed' && outcome.code !== undefined) this.codes.push(outcome.code);
    const error = isExpungeIssued(outcome) ? undefined : outcomeError(this.#session, outcome, 'command', 'FETCH');
    if (error !== undefined) {
      this.#error ??= error;
      this.#stream?.fail(error);
      this.#streaming?.fail(error);
    }
    if (this.#commands > 0) return;
    for (const { uid, sequenceNumber, data } of this.#split.values()) if (this.#plan.flagsAlone || !isFlagsAlone(data)) this.#tell(uid, sequenceNumber, data);
    this.#split.clear();
    if (this.#draining) this.#waiting.clear();
    this.#notify();
  }

  // For streams

  keep(octets: Uint8Array): Uint8Array | SpillRecord {
    if (!this.#waiting.hasRoom) return this.#spill(octets);
    this.#waiting.hold(octets.length);
    return octets;
  }

  // Details

  #receive(data: FetchData, sequenceNumber: number): void {
    const uid = data.uid ?? this.#session.mailbox?.uidOf(sequenceNumber);
    if (this.#streaming !== undefined) return this.#finishStreaming(data);
    if (uid === undefined) return;
    if (this.#split.size === 0 && isWhole(data, this.#plan)) {
      if (this.#plan.flagsAlone || !this.#told.has(uid)) this.#tell(uid, sequenceNumber, data);
      return;
    }
    this.#receiveSplit(uid, sequenceNumber, data);
  }

  #receiveSplit(uid: number, sequenceNumber: number, data: FetchData): void {
    const before = this.#split.get(uid);
    if (before === undefined && this.#told.has(uid)) return;
    const merged = before === undefined ? data : mergeFetchData(before.data, data);
    if (isWhole(merged, this.#plan)) {
      this.#split.delete(uid);
      return this.#tell(uid, sequenceNumber, merged);
    }
    if (before !== undefined) before.data = merged;
    else this.#split.set(uid, { uid, sequenceNumber, data: merged });
    if (this.#split.size <= SPLIT_MESSAGES) return;
    const [oldest] = this.#split.values();
    this.#split.delete(oldest!.uid);
    if (!isFlagsAlone(oldest!.data)) this.#tell(oldest!.uid, oldest!.sequenceNumber, oldest!.data);
  }

  /** A literal that nobody asked for, or asked for before. */
  #passOver(stream: BodyStream): void {
    this.#stream = undefined;
    this.#streams.delete(stream);
  }

  #finishStreaming(data: FetchData): void {
    const message = this.#streaming!;
    this.#streaming = this.#stream = undefined;
    message.finish(mergeFetchData(message.data, data));
  }

  #tell(uid: number, sequenceNumber: number, data: FetchData): void {
    this.#told.add(uid);
    if (!this.#waiting.hasRoom) {
      const record = this.#trySpill(serialize(data));
      if (record !== undefined) this.#push({ uid, sequenceNumber, record });
      return;
    }
    this.#waiting.hold(weightOf(data));
    this.#push(new FetchedMessage(uid, sequenceNumber, data, true));
  }

  #push(entry: FetchedMessage | SpilledMessage): void {
    this.#queue.push(entry);
    if (entry instanceof FetchedMessage && !entry.whole) this.#told.add(entry.uid);
    if (this.#wake !== undefined) this.#notify();
  }

  /** Throws the `ImapError` that ends the fetch where there is no room for more. */
  #spill(octets: Uint8Array): SpillRecord {
    let record: SpillRecord | undefined;
    try {
      record = this.#waiting.spill(octets);
    } catch (cause) {
      throw this.#fail(localFailure('LIMIT_SPILLED_OCTETS', 'what waits for its reader can not be written to a temporary file', cause));
    }
    if (record === undefined) throw this.#fail(localFailure('LIMIT_SPILLED_OCTETS', `more than ${this.#spilledOctets} octets of messages wait for their reader`));
    this.#session.stats.spilledOctets += octets.length;
    return record;
  }

  #trySpill(octets: Uint8Array): SpillRecord | undefined {
    try {
      return this.#spill(octets);
    } catch {
      return undefined; // told as the error of the fetch
    }
  }

  #fail(failure: Failure): ImapError {
    const error = this.#session.error(failure, 'command', 'FETCH');
    this.drain(error);
    return error;
  }

  #readBack({ uid, sequenceNumber, record }: SpilledMessage): FetchedMessage {
    const data = deserialize(this.#waiting.read(record)) as FetchData;
    return new FetchedMessage(uid, sequenceNumber, data, true);
  }

  #notify(): void {
    const wake = this.#wake;
    if (wake === undefined) return;
    this.#wake = undefined;
    this.wanted(-1);
    wake();
  }

  wanted(change: 1 | -1): void {
    this.#readers += change;
    if (change === 1) this.#session.flowChanged();
  }

  drop(piece: Uint8Array | SpillRecord): void {
    if (this.#draining) return;
    if (piece instanceof Uint8Array) this.#waiting.release(piece.length);
    else this.#waiting.drop(piece);
  }

  released(stream: BodyStream): void {
    this.#streams.delete(stream);
  }

  takePiece(piece: Uint8Array | SpillRecord): Uint8Array {
    if (!(piece instanceof Uint8Array)) return this.#waiting.read(piece);
    this.#waiting.release(piece.length);
    return piece;
  }

  staleError(): ImapError {
    return this.#session.error(localFailure('IMAP_BODY_STALE', 'this body has gone by: read it before the loop goes on, once'), 'command', 'FETCH');
  }
}

const NO_MESSAGE: SpilledMessage = { uid: 0, sequenceNumber: 0, record: { at: 0, octetCount: 0 } };

function weightOf(data: FetchData): number {
  let octets = MESSAGE_OCTETS;
  for (const section of data.sections) if (section.octets instanceof Uint8Array) octets += section.octets.length;
  if (data.binary !== undefined) for (const part of data.binary) if (part.octets instanceof Uint8Array) octets += part.octets.length;
  return octets;
}

/** Whether everything that was asked for is there; what can't be read was at least answered. */
function isWhole(data: FetchData, { required, sectionCount }: FetchPlan): boolean {
  if (data.sections.length < sectionCount) return data.invalid.length > 0;
  for (const field of required) if (data[field] === undefined) return data.invalid.length > 0;
  return true;
}

function isFlagsAlone(data: FetchData): boolean {
  if (data.sections.length > 0) return false;
  for (const [field, value] of Object.entries(data)) {
    if (value !== undefined && !ACCOMPANYING.has(field) && (value as { readonly length?: number }).length !== 0) return false;
  }
  return true;
}

const ACCOMPANYING: ReadonlySet<string> = new Set(['flags', 'uid', 'modseq', 'sections', 'invalid', 'others']);

/** Some of the messages are gone meanwhile, and the server says NO behind those that are not. @rfc 5530 3 */
function isExpungeIssued(outcome: Outcome): boolean {
  return outcome.type === 'completed' && outcome.status === 'NO' && outcome.code?.name === 'EXPUNGEISSUED';
}

function keyOf({ item, section }: LiteralPlace): string {
  if (section !== undefined) return item.startsWith('BINARY') ? binaryKey(section.part) : bodyKey(section);
  if (item === 'RFC822') return bodyKey('');
  return item === 'RFC822.HEADER' ? bodyKey('HEADER') : item === 'RFC822.TEXT' ? bodyKey('TEXT') : item;
}
