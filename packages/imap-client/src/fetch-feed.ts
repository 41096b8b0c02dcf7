/**
 * What comes for a FETCH, between the connection and the loop that reads it. Messages are told as they come; answers that a server splits are put
 * together; what the loop has not read yet waits in memory, up to a bound.
 *
 * Beyond the bound the feed is full: the connection is not read while nobody else needs it. When somebody does (another command inside
 * the loop), reading goes on, and what then comes for the loop goes to a temporary file. So a command inside a loop is answered, always, and memory is
 * bounded, always.
 *
 * Read next: `feed-room.ts` (where things wait), `streamed-message.ts`, `fetching.ts` (the loop's end); `session.ts`, which asks what it demands.
 */
import type { FetchData, LiteralPlace, Response, ResponseCode } from '@mailwright/imap';
import type { CommandObserver, Demand, Outcome } from './command-observer.ts';
import { outcomeError } from './command-run.ts';
import type { ImapError } from './errors.ts';
import { FeedRoom, type RoomLimits } from './feed-room.ts';
import type { FetchPlan } from './fetch-want.ts';
import type { FetchedMessage } from './fetched-message.ts';
import type { Session } from './session.ts';
import { isWhole, SplitAnswers } from './split-answers.ts';
import { StreamedMessage } from './streamed-message.ts';
import { UidRuns } from './uid-runs.ts';
import { WaitingMessages } from './waiting-messages.ts';

export interface FeedOptions extends RoomLimits {
  readonly plan: FetchPlan;
  /** All commands are over. */
  readonly onOver: () => void;
  /** The loop has waited for longer than `patienceMs`. */
  readonly onLate: () => void;
}

export class FetchFeed implements CommandObserver {
  readonly #session: Session;
  readonly #plan: FetchPlan;
  readonly #onOver: () => void;
  readonly #room: FeedRoom;
  readonly #messages: WaitingMessages;
  readonly #split: SplitAnswers;
  readonly #streamed: StreamedMessage;
  readonly #told: UidRuns = new UidRuns();
  #draining = false;
  /** Commands that are not over. */
  #commands = 0;
  #error: ImapError | undefined = undefined;
  #wake: (() => void) | undefined = undefined;
  /** Codes of the tagged OKs. */
  readonly codes: ResponseCode[] = [];

  constructor(session: Session, options: FeedOptions) {
    this.#session = session;
    this.#plan = options.plan;
    this.#onOver = options.onOver;
    this.#room = new FeedRoom(session, options, {
      full: (failure) => {
        const error = session.error(failure, 'command', 'FETCH');
        this.drain(error);
        return error;
      },
      late: options.onLate,
    });
    this.#messages = new WaitingMessages(this.#room);
    this.#split = new SplitAnswers(options.plan);
    this.#streamed = new StreamedMessage(this.#room);
  }

  // For who sends the commands

  /** One more command has this feed for its observer. */
  expect(): void {
    this.#commands++;
  }

  // For the loop

  /** All commands are over, and all that came was read. */
  get ended(): boolean {
    return this.#commands === 0 && this.#messages.empty;
  }

  /** Something can be taken now, or nothing will come. */
  get ready(): boolean {
    return !this.#messages.empty || this.#commands === 0;
  }

  get error(): ImapError | undefined {
    return this.#error;
  }

  /** The next message, if there is one now. */
  take(): FetchedMessage | undefined {
    return this.#messages.take();
  }

  /** Resolves when there is something to take, or nothing any more. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#room.wanted(1);
    });
  }

  /** Nobody reads any more: what still comes is dropped. */
  drain(error: ImapError): void {
    this.#draining = true;
    this.#error = error;
    this.#messages.clear();
    this.#split.clear();
    this.#streamed.release(error);
    this.#room.close(error);
    this.#notify();
    this.#session.flowChanged();
  }

  /** The loop is over. */
  close(): void {
    if (this.#commands === 0) this.#room.clear();
  }

  /** The error of a body that was not read in time. */
  staleError(): ImapError {
    return this.#room.staleError();
  }

  // The connection's end

  get demand(): Demand {
    return this.#room.sated && !this.#draining ? 'full' : 'hungry';
  }

  response(response: Response): void {
    if (response.type !== 'data' || this.#draining) return;
    const { data } = response;
    if (data.name === 'FETCH') this.#receive(data.data, data.sequenceNumber);
    else if (data.name === 'UIDFETCH') this.#receive({ ...data.data, uid: data.uid }, 0);
  }

  literalBegin(octetCount: number, place: LiteralPlace): void {
    if (this.#draining) return;
    if (this.#streamed.underWay && this.#streamed.isOther(place.sequenceNumber ?? 0, place.uid)) this.#finishStreamed(undefined, undefined);
    const message = this.#streamed.begin(octetCount, place, (uid, data) => (this.#told.has(uid) ? undefined : this.#split.join(uid, data)));
    if (message !== undefined) this.#tellStreamed(message);
  }

  literalData(octets: Uint8Array): void {
    this.#streamed.octets(octets);
  }

  literalEnd(): void {
    this.#streamed.endBody();
  }

  settled(outcome: Outcome): void {
    this.#commands--;
    if (outcome.type === 'completed' && outcome.code !== undefined) this.codes.push(outcome.code);
    const error = isExpungeIssued(outcome) ? undefined : outcomeError(this.#session, outcome, 'command', 'FETCH');
    if (error !== undefined) {
      this.#error ??= error;
      this.#streamed.fail(error);
    } else if (this.#streamed.underWay) this.#finishStreamed(undefined, undefined);
    if (this.#commands > 0) return;
    for (const { uid, sequenceNumber, data } of this.#split.finish()) this.#tell(uid, sequenceNumber, data);
    if (this.#draining) this.#room.clear();
    this.#notify();
    this.#onOver();
  }

  // Details

  #receive(data: FetchData, sequenceNumber: number): void {
    const uid = data.uid ?? this.#session.mailbox?.uidOf(sequenceNumber);
    if (this.#streamed.underWay) {
      const other = this.#streamed.isOther(sequenceNumber, uid);
      this.#finishStreamed(other ? undefined : uid, other ? undefined : data);
      if (!other) return;
    }
    if (uid === undefined) return;
    if (this.#split.empty && isWhole(data, this.#plan)) {
      if (this.#plan.flagsAlone || !this.#told.has(uid)) this.#tell(uid, sequenceNumber, data);
      return;
    }
    this.#receiveSplit(uid, sequenceNumber, data);
  }

  #receiveSplit(uid: number, sequenceNumber: number, data: FetchData): void {
    if (!this.#split.has(uid) && this.#told.has(uid)) return;
    const merged = this.#split.join(uid, data);
    if (isWhole(merged, this.#plan)) return this.#tell(uid, sequenceNumber, merged);
    const oldest = this.#split.keep({ uid, sequenceNumber, data: merged });
    if (oldest !== undefined) this.#tell(oldest.uid, oldest.sequenceNumber, oldest.data);
  }

  #finishStreamed(uid: number | undefined, data: FetchData | undefined): void {
    const known = uid !== undefined && this.#told.has(uid);
    const message = this.#streamed.finish(uid, data);
    if (message === undefined) return;
    if (known) message.release(this.staleError());
    else this.#tellStreamed(message);
  }

  #tell(uid: number, sequenceNumber: number, data: FetchData): void {
    this.#told.add(uid);
    this.#messages.add(uid, sequenceNumber, data);
    if (this.#wake !== undefined) this.#notify();
  }

  #tellStreamed(message: FetchedMessage): void {
    this.#told.add(message.uid);
    this.#messages.addStreamed(message);
    if (this.#wake !== undefined) this.#notify();
  }

  #notify(): void {
    const wake = this.#wake;
    if (wake === undefined) return;
    this.#wake = undefined;
    this.#room.wanted(-1);
    wake();
  }
}

/** Some of the messages are gone meanwhile, and the server says NO behind those that are not. @rfc 5530 3 */
function isExpungeIssued(outcome: Outcome): boolean {
  return outcome.type === 'completed' && outcome.status === 'NO' && outcome.code?.name === 'EXPUNGEISSUED';
}
