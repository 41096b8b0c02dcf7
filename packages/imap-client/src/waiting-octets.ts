/**
 * Octets and messages whose reader is behind: how many wait in memory, and the temporary file for what is more. It is full from the bound on until half
 * of it was read and nothing is left in the file.
 */
import type { SpillFile, SpillRecord } from './spill-file.ts';

export interface WaitingLimits {
  readonly memoryOctets: number;
  readonly spilledOctets: number;
  readonly file: SpillFile;
}

export class WaitingOctets {
  readonly #limits: WaitingLimits;
  readonly #onRoom: () => void;
  #held = 0;
  #full = false;

  /** `onRoom` hears when it is no longer full. */
  constructor(limits: WaitingLimits, onRoom: () => void) {
    this.#limits = limits;
    this.#onRoom = onRoom;
  }

  get full(): boolean {
    return this.#full;
  }

  /** Memory has room: the bound may be passed by one piece. */
  get hasRoom(): boolean {
    return this.#held < this.#limits.memoryOctets;
  }

  hold(octets: number): void {
    this.#held += octets;
    if (!this.hasRoom) this.#full = true;
  }

  release(octets: number): void {
    this.#held -= octets;
    if (!this.#full || this.#held > this.#limits.memoryOctets / 2 || this.#limits.file.liveOctets > 0) return;
    this.#full = false;
    this.#onRoom();
  }

  /** Puts octets into the file; `undefined` where there is no room for them. Throws Node's own error where they can't be written. */
  spill(octets: Uint8Array): SpillRecord | undefined {
    const { file, spilledOctets } = this.#limits;
    this.#full = true;
    return file.liveOctets + octets.length > spilledOctets ? undefined : file.write(octets);
  }

  /** Gets octets out of the file. */
  read(record: SpillRecord): Uint8Array {
    const octets = this.#limits.file.read(record);
    this.release(0);
    return octets;
  }

  /** Octets in the file are not wanted any more. */
  drop(record: SpillRecord): void {
    this.#limits.file.drop(record);
    this.release(0);
  }

  /** Nothing waits any more. */
  clear(): void {
    this.#held = 0;
    this.#full = false;
    this.#limits.file.close();
  }
}
