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
      const event = this.#kept ?? await this.#next();
      this.#kept = undefined;
      if (event.type === 'end') return event;
      if (event.type === 'part-begin') this.#begin = event;
      else if (event.type === 'headers') return { begin: this.#begin!, headers: event, turn: this.#turn };
    }
  }

  /** The octets of the body that was entered last, as they stand; once. */
  async *body(turn: number): AsyncGenerator<Uint8Array, void, undefined> {
    while (this.#kept === undefined) {
      if (turn !== this.#turn) throw new TypeError('the part has gone by');
      const event = await this.#next();
      if (event.type === 'body') yield event.octets;
      else this.#kept = event;
    }
  }

  /** Lets the source go. */
  async close(): Promise<void> {
    this.#turn++;
    await this.#chunks.return?.();
  }

  async #next(): Promise<MessageEvent> {
    for (;;) {
      const event = this.#scanner.next();
      if (event.type !== 'need-data') return event;
      await this.#pull();
    }
  }

  async #pull(): Promise<void> {
    if (this.#pulling) throw new TypeError('the message is being read already: await one thing before you ask for the next');
    this.#pulling = true;
    try {
      const { done, value } = await this.#chunks.next();
      if (done === true) this.#scanner.end();
      else this.#scanner.push(value);
    } finally {
      this.#pulling = false;
    }
  }
}

function iterate(body: Body): Iterator<Uint8Array> | AsyncIterator<Uint8Array> {
  if (body instanceof Uint8Array) return [body][Symbol.iterator]();
  return Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : body[Symbol.iterator]();
}
