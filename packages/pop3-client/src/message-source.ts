/**
 * The octets of one message on their way from the session to a reader. The session puts pieces in while it wants some, the reader takes them out; between them
 * stand 64 KiB at most, unless somebody waits behind the message and it has to be read out of the way.
 */
import type { CommandId } from '@mailwright/pop3';
import type { Pop3Error } from './errors.ts';
import type { Guard, Waiters } from './operation.ts';

const HIGH_WATER_OCTETS = 65_536;

/** What a source needs of its session. */
export interface SourceOwner {
  /** Octets of messages that are kept, of all sources. */
  bufferedOctets: number;
  readonly waiters: Waiters;
  /** The reader took octets, or waits for some. */
  pull(): void;
  /** Nobody reads this message any more. */
  leave(source: MessageSource): void;
  /** What one is told who reads a message that was left. */
  leftError(): Pop3Error;
}

interface Reader {
  resolve(piece: Uint8Array | undefined): void;
  reject(error: Pop3Error): void;
}

export class MessageSource {
  readonly kind = 'text' as const;
  id: CommandId = 0;
  guard: Guard | undefined = undefined;
  /** Nobody reads it any more: what still comes is dropped. */
  left = false;
  /** Octets that were dropped. */
  droppedOctets = 0;
  readonly #owner: SourceOwner;
  #pieces: Uint8Array[] = [];
  #octets = 0;
  #state: 'open' | 'ended' | 'failed' = 'open';
  #error: Pop3Error | undefined = undefined;
  #reader: Reader | undefined = undefined;

  constructor(owner: SourceOwner) {
    this.#owner = owner;
  }

  /** The session may bring more without anybody having to wait behind it. */
  get wants(): boolean {
    return this.left || this.#octets < HIGH_WATER_OCTETS;
  }

  /** A reader waits for octets. */
  get waiting(): boolean {
    return this.#reader !== undefined;
  }

  // For the reader

  /** The next piece; `undefined` at the end. One call at a time. Rejects with a `Pop3Error` for -ERR and for a session that is over, after the pieces that came. */
  next(): Promise<Uint8Array | undefined> {
    const piece = this.#pieces.shift();
    if (piece !== undefined) {
      this.#count(-piece.length);
      this.#owner.pull();
      return Promise.resolve(piece);
    }
    if (this.#state === 'ended') return Promise.resolve(undefined);
    if (this.#state === 'failed') return Promise.reject(this.#error!);
    const read = new Promise<Uint8Array | undefined>((resolve, reject) => (this.#reader = { resolve, reject }));
    this.#owner.waiters.count++;
    this.#owner.pull();
    return read;
  }

  /** The reader is done with it, at its end or before. */
  leave(): void {
    if (this.left) return;
    this.left = true;
    this.guard?.release();
    this.#drop();
    if (this.#state !== 'open') return;
    this.#owner.leave(this);
    this.fail(this.#owner.leftError(), 'at-once');
  }

  // For the session

  piece(octets: Uint8Array): void {
    if (this.left) this.droppedOctets += octets.length;
    else if (this.#reader !== undefined) this.#takeReader().resolve(octets);
    else {
      this.#pieces.push(octets);
      this.#count(octets.length);
    }
  }

  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ended';
    this.guard?.release();
    this.#takeReaderIfAny()?.resolve(undefined);
  }

  /** `at-once`: the reader does not get what has come already. */
  fail(error: Pop3Error, when: 'at-once' | 'behind'): void {
    if (this.#state !== 'open') return;
    this.#state = 'failed';
    this.#error = error;
    this.guard?.release();
    if (when === 'at-once') this.#drop();
    this.#takeReaderIfAny()?.reject(error);
  }

  #takeReaderIfAny(): Reader | undefined {
    return this.#reader === undefined ? undefined : this.#takeReader();
  }

  #takeReader(): Reader {
    const reader = this.#reader!;
    this.#reader = undefined;
    this.#owner.waiters.count--;
    return reader;
  }

  #drop(): void {
    this.#pieces = [];
    this.#count(-this.#octets);
  }

  #count(octets: number): void {
    this.#octets += octets;
    this.#owner.bufferedOctets += octets;
  }
}
