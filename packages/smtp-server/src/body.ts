/**
 * A message's octets between the session that receives them and the handler that reads them. Above the high-water mark the
 * session stops reading; below it goes on. Nothing is copied.
 */
import { concatOctets } from '@mailwright/wire';
import { SmtpServerError } from './errors.ts';
import type { MessageBody } from './handlers.ts';

/** Octets that may wait for the handler before the session stops reading. */
const HIGH_WATER_OCTETS = 262_144;

type Next = IteratorResult<Uint8Array, undefined>;
const DONE: Next = { done: true, value: undefined };

/** Who is told that octets were taken. */
export interface BodyOwner {
  bodyDrained(): void;
}

export class IncomingBody implements MessageBody, AsyncIterator<Uint8Array, undefined> {
  readonly #owner: BodyOwner;
  #chunks: Uint8Array[] = [];
  #first = 0;
  #waitingOctets = 0;
  #state: 'open' | 'complete' | 'dropped' = 'open';
  #error: SmtpServerError | undefined = undefined;
  #resolve: ((next: Next) => void) | undefined = undefined;
  #reject: ((error: Error) => void) | undefined = undefined;
  #iterated = false;

  constructor(owner: BodyOwner) {
    this.#owner = owner;
  }

  /** Whether the session should stop reading. */
  get full(): boolean {
    return this.#waitingOctets >= HIGH_WATER_OCTETS;
  }

  /** The handler has answered: what comes now is dropped. */
  drop(): void {
    if (this.#state === 'open') this.#state = 'dropped';
    this.#chunks = [];
    this.#waitingOctets = 0;
  }

  push(octets: Uint8Array): void {
    if (this.#state !== 'open') return;
    if (this.#resolve !== undefined) return this.#settle({ done: false, value: octets });
    this.#chunks.push(octets);
    this.#waitingOctets += octets.length;
  }

  complete(): void {
    if (this.#state !== 'open') return;
    this.#state = 'complete';
    if (this.#resolve !== undefined) this.#settle(DONE);
  }

  /** The message will not become complete, or is refused: whoever reads learns it after what has come. */
  fail(error: SmtpServerError): void {
    if (this.#state !== 'open') return;
    this.#state = 'complete';
    this.#error = error;
    const reject = this.#reject;
    this.#resolve = this.#reject = undefined;
    reject?.(error);
  }

  next(): Promise<Next> {
    const chunk = this.#chunks[this.#first];
    if (chunk !== undefined) return Promise.resolve({ done: false, value: this.#take(chunk) });
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#state === 'complete') return Promise.resolve(DONE);
    if (this.#state === 'dropped') return Promise.reject(new SmtpServerError('SMTP_BODY_ABANDONED', 'the handler has answered already: nothing more is kept of the message'));
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** A reader that leaves the loop early wants nothing more. */
  return(): Promise<Next> {
    if (this.#state === 'open') this.drop();
    this.#owner.bodyDrained();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    if (this.#iterated) throw new TypeError('a message body can be read once');
    this.#iterated = true;
    return this;
  }

  async octets(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this) chunks.push(chunk);
    return chunks.length === 1 ? chunks[0]! : concatOctets(chunks);
  }

  #settle(next: Next): void {
    const resolve = this.#resolve!;
    this.#resolve = this.#reject = undefined;
    resolve(next);
  }

  #take(chunk: Uint8Array): Uint8Array {
    this.#first++;
    const wasFull = this.full;
    this.#waitingOctets -= chunk.length;
    if (this.#first === this.#chunks.length) {
      this.#chunks = [];
      this.#first = 0;
    }
    if (wasFull && !this.full) this.#owner.bodyDrained();
    return chunk;
  }
}
