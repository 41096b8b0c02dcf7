/**
 * A message's octets between the session that receives them and the handler that reads them. Above the high-water mark the
 * session stops reading; below it goes on. Nothing is copied, except by `octets()` when the message came in several pieces.
 *
 * Read next: `intake.ts`, which gives the session's side of a message.
 */
import { concatOctets } from '@mailwright/wire';
import { SmtpServerError } from './errors.ts';
import type { MessageBody } from './handlers.ts';

const READ_ONCE = 'a message body can be read once';
/** Octets that may wait for the handler before the session stops reading. */
const HIGH_WATER_OCTETS = 262_144;

/** No pieces; never written to. */
const NONE: Uint8Array[] = [];

type Piece = IteratorResult<Uint8Array, undefined>;
const DONE: Piece = { done: true, value: undefined };

/** Who is told that octets were taken. */
export interface BodyOwner {
  bodyDrained(): void;
}

/** Somebody who waits for what has not come yet: the next piece, or all of it. */
interface Reader<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}

/** `open`: more may come. `complete`: all has come. `failed`: it will not come. `dropped`: nobody wants it. */
type State = 'open' | 'complete' | 'failed' | 'dropped';

export class IncomingBody implements MessageBody, AsyncIterator<Uint8Array, undefined> {
  readonly #owner: BodyOwner;
  #pieces: Uint8Array[] = NONE;
  #first = 0;
  #waitingOctets = 0;
  #state: State = 'open';
  #error: SmtpServerError | undefined = undefined;
  /** How it is read; one way excludes the other. */
  #readAs: 'unread' | 'pieces' | 'whole' = 'unread';
  #next: Reader<Piece> | undefined = undefined;
  #whole: Reader<Uint8Array> | undefined = undefined;

  constructor(owner: BodyOwner) {
    this.#owner = owner;
  }

  /** Whether the session should stop reading. Who wants the whole is bounded by the limit on messages. */
  get full(): boolean {
    return this.#waitingOctets >= HIGH_WATER_OCTETS && this.#readAs !== 'whole';
  }

  /** Whether nothing waits for the handler. */
  get empty(): boolean {
    return this.#waitingOctets === 0;
  }

  push(octets: Uint8Array): void {
    if (this.#state !== 'open') return;
    const reader = this.#next;
    if (reader !== undefined) {
      this.#next = undefined;
      reader.resolve({ done: false, value: octets });
      return;
    }
    if (this.#pieces === NONE) this.#pieces = [octets]; // pushing to an empty array would make it 17 places long
    else this.#pieces.push(octets);
    this.#waitingOctets += octets.length;
  }

  complete(): void {
    if (this.#state !== 'open') return;
    this.#state = 'complete';
    this.#next?.resolve(DONE);
    this.#whole?.resolve(this.#join());
    this.#next = this.#whole = undefined;
  }

  /** The message will not become complete, or is refused: whoever reads learns it after what has come. */
  fail(error: SmtpServerError): void {
    if (this.#state !== 'open') return;
    this.#error = error;
    this.#stop('failed');
  }

  /** The handler has answered: what it has not read goes, and so does what comes now. */
  drop(): void {
    if (this.#state === 'open') this.#stop('dropped');
    this.#pieces = NONE;
    this.#first = this.#waitingOctets = 0;
  }

  /** For `for await`. */
  next(): Promise<Piece> {
    const piece = this.#pieces[this.#first];
    if (piece !== undefined) return Promise.resolve({ done: false, value: this.#take(piece) });
    if (this.#state === 'complete') return Promise.resolve(DONE);
    if (this.#state !== 'open') return Promise.reject(this.#failure());
    if (this.#next !== undefined) return Promise.reject(new TypeError('the piece before is not there yet: wait for it'));
    return new Promise((resolve, reject) => {
      this.#next = { resolve, reject };
    });
  }

  /** A reader that leaves the loop early wants nothing more. */
  return(): Promise<Piece> {
    this.#next?.resolve(DONE);
    this.#next = undefined;
    const wasFull = this.full;
    this.drop();
    if (wasFull) this.#owner.bodyDrained();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    if (this.#readAs !== 'unread') throw new TypeError(READ_ONCE);
    this.#readAs = 'pieces';
    return this;
  }

  octets(): Promise<Uint8Array> {
    if (this.#readAs !== 'unread') return Promise.reject(new TypeError(READ_ONCE));
    const wasFull = this.full;
    this.#readAs = 'whole';
    if (this.#state === 'complete') return Promise.resolve(this.#join());
    if (this.#state !== 'open') return Promise.reject(this.#failure());
    if (wasFull) this.#owner.bodyDrained();
    return new Promise((resolve, reject) => {
      this.#whole = { resolve, reject };
    });
  }

  #stop(state: 'failed' | 'dropped'): void {
    this.#state = state;
    const reader = this.#next ?? this.#whole;
    this.#next = this.#whole = undefined;
    reader?.reject(this.#failure());
  }

  #failure(): SmtpServerError {
    return this.#error ?? new SmtpServerError('SMTP_BODY_ABANDONED', 'the handler has answered already: nothing more is kept of the message');
  }

  #join(): Uint8Array {
    const pieces = this.#pieces;
    this.#pieces = NONE;
    this.#waitingOctets = 0;
    return pieces.length === 1 ? pieces[0]! : concatOctets(pieces);
  }

  #take(piece: Uint8Array): Uint8Array {
    const wasFull = this.full;
    this.#first++;
    this.#waitingOctets -= piece.length;
    if (this.#first === this.#pieces.length) {
      this.#pieces = NONE;
      this.#first = 0;
    }
    if (wasFull && !this.full) this.#owner.bodyDrained();
    return piece;
  }
}
