/**
 * What `readParts` runs on: pulls chunks into a scanner, and hands the body events that follow a header section to whoever reads that part.
 *
 * Read next: `read-parts.ts`.
 */
import type { Body } from '@mailwright/wire';
import type { HeadersEvent, MessageEndEvent, MessageEvent, PartBeginEvent } from './message-event.ts';
import type { MessageScanner } from './message-scanner.ts';

/** A part whose header section has come. */
export interface EnteredPart {
  readonly begin: PartBeginEvent;
  readonly headers: HeadersEvent;
  /** To be given back to `body`. */
  readonly turn: number;
}

/**
 * Where the source is no asynchronous one nothing here makes a promise: what lives between two chunks would survive the collector's small rounds, one
 * for each few megabytes read, and the engine answers survivors with a larger young generation (measured, see `part-content.ts`).
 */
export class PartReader {
  readonly #scanner: MessageScanner;
  readonly #chunks: Iterator<Uint8Array> | AsyncIterator<Uint8Array>;
  /** Which part may be read: a number for each that was given out, so that a stale handle is known. */
  #turn = 0;
  #begin: PartBeginEvent | undefined = undefined;
  /** An event that came when a body was read, and ended it. */
  #kept: MessageEvent | undefined = undefined;
  #pulling = false;

  constructor(body: Body, scanner: MessageScanner) {
    this.#scanner = scanner;
    this.#chunks = iterate(body);
  }

  /** Goes on to the next part; what was not read of the one before is skipped. */
  async nextPart(): Promise<EnteredPart | MessageEndEvent> {
    this.#turn++;
    if (this.#turn > 1) this.#scanner.skip();
    for (;;) {
      const event = this.#kept ?? this.#scanner.next();
      this.#kept = undefined;
      if (event.type === 'need-data') await this.#pull();
      else if (event.type === 'end') return event;
      else if (event.type === 'part-begin') this.#begin = event;
      else if (event.type === 'headers') return { begin: this.#begin!, headers: event, turn: this.#turn };
    }
  }

  /**
   * The next octets of the body that was entered last, as they stand; `undefined` where it is over. A promise only where the source has to be waited for.
   *
   * Errors: a `TypeError` when the part has gone by, or is being read already.
   */
  nextOctets(turn: number): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    while (this.#kept === undefined) {
      if (turn !== this.#turn) throw new TypeError('the part has gone by');
      const event = this.#scanner.next();
      if (event.type === 'body') return event.octets;
      if (event.type !== 'need-data') this.#kept = event;
      else {
        const pulled = this.#pull();
        if (pulled !== undefined) return pulled.then(() => this.nextOctets(turn));
      }
    }
    return undefined;
  }

  /** Lets the source go. */
  async close(): Promise<void> {
    this.#turn++;
    await this.#chunks.return?.();
  }

  /** One chunk from the source to the scanner; a promise where the source gives one. */
  #pull(): Promise<void> | undefined {
    if (this.#pulling) throw new TypeError('the message is being read already: await one thing before you ask for the next');
    const step = this.#chunks.next();
    if (isWaitedFor(step)) return this.#await(step);
    this.#take(step);
    return undefined;
  }

  async #await(step: Promise<IteratorResult<Uint8Array>>): Promise<void> {
    this.#pulling = true;
    try {
      this.#take(await step);
    } finally {
      this.#pulling = false;
    }
  }

  #take({ done, value }: IteratorResult<Uint8Array>): void {
    if (done === true) this.#scanner.end();
    else this.#scanner.push(value);
  }
}

function isWaitedFor<T extends object>(step: T | Promise<T>): step is Promise<T> {
  return 'then' in step;
}

function iterate(body: Body): Iterator<Uint8Array> | AsyncIterator<Uint8Array> {
  if (body instanceof Uint8Array) return [body][Symbol.iterator]();
  return Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : body[Symbol.iterator]();
}
