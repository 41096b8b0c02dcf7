/**
 * A temporary file for octets whose reader is behind. It has no name while it is used (on systems that allow that), so that nothing is left
 * of it whatever happens to the process; what was read is given back when all of it was read.
 *
 * Reading and writing wait for the system: pieces are of 64 KB and stay in its cache, so each costs some 30 us, and the order of things is kept
 * without any more machinery.
 */
import { closeSync, ftruncateSync, openSync, readSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Random } from '@mailwright/wire';

/** Octets in the file. */
export interface SpillRecord {
  readonly at: number;
  readonly octetCount: number;
}

export class SpillFile {
  readonly #folder: string;
  readonly #random: Random;
  #descriptor: number | undefined = undefined;
  /** Where the name could not be taken away from an open file. */
  #path: string | undefined = undefined;
  #end = 0;
  #live = 0;

  constructor(folder: string | undefined, random: Random) {
    this.#folder = folder ?? tmpdir();
    this.#random = random;
  }

  /** Octets that wait in it. */
  get liveOctets(): number {
    return this.#live;
  }

  /** Puts octets away. Throws Node's own error where the file can't be made or written. */
  write(octets: Uint8Array): SpillRecord {
    this.#descriptor ??= this.#open();
    const record = { at: this.#end, octetCount: octets.length };
    for (let from = 0; from < octets.length; ) from += writeSync(this.#descriptor, octets, from, octets.length - from, this.#end + from);
    this.#end += octets.length;
    this.#live += octets.length;
    return record;
  }

  /** Gets octets back; a record can be read once. Throws Node's own error where they can't be had. */
  read(record: SpillRecord): Uint8Array {
    const octets = new Uint8Array(record.octetCount);
    for (let from = 0; from < octets.length; ) {
      const count = readSync(this.#descriptor!, octets, from, octets.length - from, record.at + from);
      if (count === 0) throw new Error('the temporary file is shorter than it was');
      from += count;
    }
    this.drop(record);
    return octets;
  }

  /** A record is not wanted any more. */
  drop({ octetCount }: SpillRecord): void {
    this.#live -= octetCount;
    if (this.#live > 0 || this.#descriptor === undefined) return;
    ftruncateSync(this.#descriptor, 0);
    this.#end = 0;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    if (this.#path !== undefined) rmSync(this.#path, { force: true });
    this.#descriptor = this.#path = undefined;
    this.#end = this.#live = 0;
  }

  #open(): number {
    const name = [...this.#random.octets(12)].map((octet) => octet.toString(16).padStart(2, '0')).join('');
    const path = join(this.#folder, `mailwright-${name}`);
    const descriptor = openSync(path, 'wx+', 0o600);
    try {
      unlinkSync(path);
    } catch {
      this.#path = path;
    }
    return descriptor;
  }
}
