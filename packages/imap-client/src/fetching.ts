/**
 * The loop's end of a FETCH: `for await (const message of box.fetch(...))`. Nothing is sent before the loop begins. What has arrived is given
 * without waiting; leaving the loop early drops what still comes, and the connection stays right.
 *
 * Read next: `fetch-feed.ts`, the connection's end.
 */
import { type FetchParameters, makeParameters, type ResponseCode, type SequenceSet } from '@mailwright/imap';
import type { CommandOptions } from './command-run.ts';
import { abortFailure, type ImapError, localFailure } from './errors.ts';
import type { RoomLimits } from './feed-room.ts';
import { FetchFeed } from './fetch-feed.ts';
import { FetchGuard } from './fetch-guard.ts';
import { type FetchPlan, type FetchWant, planFetch } from './fetch-want.ts';
import type { FetchedMessage } from './fetched-message.ts';
import { splitSet } from './message-selection.ts';
import type { Session } from './session.ts';

export interface FetchOptions extends CommandOptions {
  /** Only messages that changed since. @rfc 7162 3.1.4.1 */
  readonly changedSince?: bigint | undefined;
}

/** What a loop needs of its mailbox. */
export interface FetchSource {
  /** The session in which the mailbox is selected, and the UIDs. Rejects where there is none. */
  begin(): Promise<{ readonly session: Session; readonly set: SequenceSet }>;
  /** Where what comes waits for the loop. */
  room(): RoomLimits;
}

const DONE: IteratorResult<never, undefined> = { value: undefined, done: true };

export class Fetching implements AsyncIterable<FetchedMessage> {
  readonly #source: FetchSource;
  readonly #want: FetchWant;
  readonly #options: FetchOptions;
  #state: 'fresh' | 'running' | 'over' = 'fresh';
  #feed: FetchFeed | undefined = undefined;
  #session: Session | undefined = undefined;
  #guard: FetchGuard | undefined = undefined;
  /** What the loop has in hand: released when it goes on. */
  #inHand: FetchedMessage | undefined = undefined;

  constructor(source: FetchSource, want: FetchWant, options: FetchOptions) {
    this.#source = source;
    this.#want = want;
    this.#options = options;
  }

  /** Message by message. */
  [Symbol.asyncIterator](): AsyncIterator<FetchedMessage, undefined> {
    this.#claim();
    return { next: () => this.#next(), return: () => this.#leave() };
  }

  /** As many at a time as are there: for large mailboxes, where a promise for each message is felt. */
  batches(): AsyncIterable<readonly FetchedMessage[]> {
    this.#claim();
    return { [Symbol.asyncIterator]: () => ({ next: () => this.#nextBatch(), return: () => this.#leave() }) };
  }

  /** All of them. Large bodies are not in them: they have gone by. */
  async all(): Promise<FetchedMessage[]> {
    const messages: FetchedMessage[] = [];
    for await (const batch of this.batches()) for (const message of batch) messages.push(message);
    return messages;
  }

  #claim(): void {
    if (this.#state !== 'fresh') throw new TypeError('a fetch can be read once: call fetch again');
    this.#state = 'running';
  }

  #next(): Promise<IteratorResult<FetchedMessage, undefined>> {
    this.#letGo();
    const message = this.#feed?.take();
    if (message === undefined) return this.#wait((feed) => this.#hand(feed.take()));
    return Promise.resolve(this.#hand(message)!);
  }

  #nextBatch(): Promise<IteratorResult<readonly FetchedMessage[], undefined>> {
    this.#letGo();
    return this.#feed?.ready === true && this.#feed.ended === false ? Promise.resolve(this.#takeBatch(this.#feed)!) : this.#wait((feed) => this.#takeBatch(feed));
  }

  #hand(message: FetchedMessage | undefined): IteratorResult<FetchedMessage, undefined> | undefined {
    if (message === undefined) return undefined;
    if (!message.whole || message.streamed) this.#inHand = message;
    return { value: message, done: false };
  }

  /** A message whose body goes by ends a batch. */
  #takeBatch(feed: FetchFeed): IteratorResult<readonly FetchedMessage[], undefined> | undefined {
    const batch: FetchedMessage[] = [];
    for (let message = feed.take(); message !== undefined; message = feed.take()) {
      batch.push(message);
      if (message.whole && !message.streamed) continue;
      this.#inHand = message;
      break;
    }
    return batch.length === 0 ? undefined : { value: batch, done: false };
  }

  /** Waits until `take` has something, or nothing comes any more. */
  async #wait<T>(take: (feed: FetchFeed) => IteratorResult<T, undefined> | undefined): Promise<IteratorResult<T, undefined>> {
    if (this.#state === 'over') return DONE;
    const feed = this.#feed ?? (await this.#begin());
    if (feed === undefined) return this.#finish();
    for (;;) {
      if (!feed.ready) await feed.wait();
      const result = feed.error?.code === 'LIMIT_SPILLED_OCTETS' || isGivenUp(feed.error) ? undefined : take(feed);
      if (result !== undefined) return result;
      if (feed.error !== undefined) return this.#fail(feed.error);
      if (!feed.ended) continue;
      if (!this.#goOn(feed)) return this.#finish();
    }
  }

  async #begin(): Promise<FetchFeed | undefined> {
    try {
      const { session, set } = await this.#source.begin();
      if (set.length === 0 || this.#state === 'over') return undefined;
      if (this.#options.signal?.aborted === true) throw session.error(abortFailure(this.#options.signal), 'command', 'FETCH');
      const plan = planFetch(this.#want, session);
      if ('missing' in plan) throw session.error(localFailure('IMAP_NOT_OFFERED', `what is wanted of the messages needs ${plan.missing}, which the server does not have`), 'command', 'FETCH');
      this.#session = session;
      this.#feed = this.#makeFeed(session, plan);
      this.#send(set, plan);
      return this.#feed;
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /** A deadline of the loop's own takes the place of the connection's. */
  #makeFeed(session: Session, plan: FetchPlan): FetchFeed {
    const { signal, timeoutMs } = this.#options;
    const room = this.#source.room();
    const patienceMs = timeoutMs === undefined ? room.patienceMs : Infinity;
    const guard = new FetchGuard(session, { signal, timeoutMs }, (failure) => this.#feed?.drain(session.error(failure, 'command', 'FETCH')));
    this.#guard = guard;
    return new FetchFeed(session, { plan, ...room, patienceMs, onOver: () => guard.commandsOver(), onLate: () => guard.late(patienceMs) });
  }

  #send(set: SequenceSet, plan: FetchPlan): void {
    const feed = this.#feed!;
    const { changedSince } = this.#options;
    const parameters: FetchParameters = makeParameters('FETCH', changedSince === undefined ? {} : { changedSince });
    for (const piece of splitSet(set)) {
      const id = this.#session!.start({ name: 'FETCH', uid: true, set: piece, items: plan.items, parameters }, feed);
      feed.expect();
      this.#guard!.watch(id);
    }
    this.#plan = plan;
    this.#set = set;
  }

  #plan: FetchPlan | undefined = undefined;
  #set: SequenceSet = [];

  /** A server that bounds how many messages a command works on goes on below the last. @rfc 9738 3.1 */
  #goOn(feed: FetchFeed): boolean {
    const lowest = lowestDone(feed.codes.splice(0));
    if (lowest === undefined) return false;
    const rest = this.#set.flatMap(([first, last]): [number, number][] => (first < lowest ? [[first, Math.min(last, lowest - 1)]] : []));
    if (rest.length === 0) return false;
    this.#send(rest, this.#plan!);
    return true;
  }

  #letGo(): void {
    const { uid } = this.#inHand ?? {};
    if (uid === undefined) return;
    this.#inHand!.release(this.#feed!.staleError());
    this.#inHand = undefined;
  }

  #finish(): typeof DONE {
    this.#release();
    return DONE;
  }

  #fail(error: ImapError): never {
    this.#release();
    throw error;
  }

  /** The loop is left early. */
  #leave(): Promise<typeof DONE> {
    this.#letGo();
    if (this.#feed?.ended === false) this.#feed.drain(this.#feed.staleError());
    this.#release();
    return Promise.resolve(DONE);
  }

  #release(): void {
    this.#state = 'over';
    this.#guard?.release();
    this.#feed?.close();
  }
}

function isGivenUp(error: ImapError | undefined): boolean {
  return error?.code === 'IMAP_ABORTED' || error?.code === 'IMAP_DEADLINE';
}

function lowestDone(codes: readonly ResponseCode[]): number | undefined {
  const limits = codes.flatMap((code) => (code.name === 'MESSAGELIMIT' && code.lowestUid !== undefined ? [code.lowestUid] : []));
  return limits.length === 0 ? undefined : Math.min(...limits);
}
