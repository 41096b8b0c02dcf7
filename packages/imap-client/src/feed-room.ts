/**
 * Where what comes for a FETCH waits for its reader: in memory up to a bound, then in the temporary file. It knows how many readers wait themselves, and
 * when they have waited too long.
 *
 * Read next: `waiting-octets.ts`, `fetch-feed.ts`.
 */
import type { Timer } from '@mailwright/wire';
import type { BodyStore, BodyStream } from './body-stream.ts';
import { type Failure, type ImapError, localFailure } from './errors.ts';
import type { Session } from './session.ts';
import type { SpillRecord } from './spill-file.ts';
import { type WaitingLimits, WaitingOctets } from './waiting-octets.ts';

export interface RoomLimits extends WaitingLimits {
  /** How long a reader waits for the next message, or for octets of a body. */
  readonly patienceMs: number;
}

/** What the room asks its feed for. */
export interface RoomOwner {
  /** There is no room: ends the fetch, and gives the error with which it ends. */
  full(failure: Failure): ImapError;
  /** A reader has waited too long. */
  late(): void;
}

export class FeedRoom implements BodyStore {
  readonly #session: Session;
  readonly #limits: RoomLimits;
  readonly #owner: RoomOwner;
  readonly #waiting: WaitingOctets;
  /** Those that may still be read. */
  readonly #streams: Set<BodyStream> = new Set();
  /** Readers that wait. */
  #readers = 0;
  #patience: Timer | undefined = undefined;
  #closed = false;

  constructor(session: Session, limits: RoomLimits, owner: RoomOwner) {
    this.#session = session;
    this.#limits = limits;
    this.#owner = owner;
    this.#waiting = new WaitingOctets(limits, () => session.flowChanged());
  }

  /** Reading on would only make more wait. */
  get sated(): boolean {
    return this.#waiting.full && this.#readers === 0;
  }

  /** Memory has room. */
  get hasRoom(): boolean {
    return this.#waiting.hasRoom;
  }

  hold(octets: number): void {
    this.#waiting.hold(octets);
  }

  release(octets: number): void {
    this.#waiting.release(octets);
  }

  /** Puts octets into the file. Throws the `ImapError` that ends the fetch where there is no room for them. */
  spill(octets: Uint8Array): SpillRecord {
    let record: SpillRecord | undefined;
    try {
      record = this.#waiting.spill(octets);
    } catch (cause) {
      throw this.#owner.full(localFailure('LIMIT_SPILLED_OCTETS', 'what waits for its reader can not be written to a temporary file', cause));
    }
    if (record === undefined) throw this.#owner.full(localFailure('LIMIT_SPILLED_OCTETS', `more than ${this.#limits.spilledOctets} octets of messages wait for their reader`));
    this.#session.stats.spilledOctets += octets.length;
    return record;
  }

  read(record: SpillRecord): Uint8Array {
    return this.#waiting.read(record);
  }

  /** A stream of which nothing is read yet. */
  admit(stream: BodyStream): void {
    this.#streams.add(stream);
  }

  /** Nothing of what waits is wanted: whoever reads is told why. */
  close(why: ImapError): void {
    this.#closed = true;
    for (const stream of [...this.#streams]) stream.release(why);
    this.#waiting.clear();
  }

  /** Nothing waits and nothing comes: the file is given back. */
  clear(): void {
    this.#waiting.clear();
  }

  // For streams

  keep(octets: Uint8Array): Uint8Array | SpillRecord {
    if (!this.#waiting.hasRoom) return this.spill(octets);
    this.#waiting.hold(octets.length);
    return octets;
  }

  takePiece(piece: Uint8Array | SpillRecord): Uint8Array {
    if (!(piece instanceof Uint8Array)) return this.#waiting.read(piece);
    this.#waiting.release(piece.length);
    return piece;
  }

  drop(piece: Uint8Array | SpillRecord): void {
    if (this.#closed) return;
    if (piece instanceof Uint8Array) this.#waiting.release(piece.length);
    else this.#waiting.drop(piece);
  }

  recycle(octets: Uint8Array): void {
    this.#session.recycle(octets);
  }

  /** A reader waits, or no longer does: whenever one stops waiting, something came. */
  wanted(change: 1 | -1): void {
    this.#readers += change;
    this.#watchPatience(change);
    if (change === 1) this.#session.flowChanged();
  }

  released(stream: BodyStream): void {
    this.#streams.delete(stream);
  }

  staleError(): ImapError {
    return this.#session.error(localFailure('IMAP_BODY_STALE', 'this body has gone by: read it before the loop goes on, once'), 'command', 'FETCH');
  }

  #watchPatience(change: 1 | -1): void {
    const { patienceMs } = this.#limits;
    if (patienceMs === Infinity) return;
    if (change === -1) {
      this.#patience?.cancel();
      this.#patience = undefined;
    }
    if (this.#readers > 0) this.#patience ??= this.#session.clock.setTimer(() => this.#owner.late(), patienceMs);
  }
}
