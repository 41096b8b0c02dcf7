/** Writes integers, octets and names of a message, names compressed where the RFC allows. Grows as needed, up to what TCP can carry. */
import { formatName, parseName } from './names.ts';
import { MESSAGE_OCTETS } from './message.ts';

const POINTER = 0xc000;
const POINTER_REACH = 0x4000; // 14 bits

export class WireWriter {
  #octets: Uint8Array;
  #length = 0;
  /** Where the names and the ends of names stand that were written. The case counts, so that what is read again is what was written. */
  readonly #names = new Map<string, number>();

  constructor(capacity = 512) {
    this.#octets = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** A view of what was written. */
  get octets(): Uint8Array {
    return this.#octets.subarray(0, this.#length);
  }

  octet(value: number): void {
    const at = this.#grow(1);
    this.#octets[at] = whole(value, 0xff);
  }

  integer16(value: number): void {
    const at = this.#grow(2);
    whole(value, 0xffff);
    this.#octets[at] = value >>> 8;
    this.#octets[at + 1] = value;
  }

  integer32(value: number): void {
    whole(value, 0xffff_ffff);
    this.integer16(Math.floor(value / 0x1_0000));
    this.integer16(value % 0x1_0000);
  }

  put(octets: Uint8Array): void {
    const at = this.#grow(octets.length);
    this.#octets.set(octets, at);
  }

  /** A `<character-string>`: its length before it. */
  string(octets: Uint8Array): void {
    this.octet(octets.length);
    this.put(octets);
  }

  /** Writes what `write` writes, its length in 16 bits before it. */
  measured(write: () => void): void {
    const at = this.#grow(2);
    write();
    const count = whole(this.#length - at - 2, 0xffff);
    this.#octets[at] = count >>> 8;
    this.#octets[at + 1] = count;
  }

  /** Throws TypeError for what is no name. */
  name(name: string, compressed: boolean): void {
    const labels = parseName(name);
    if (labels === undefined) throw new TypeError(`not a domain name: ${JSON.stringify(name)}`);
    for (let from = 0; from < labels.length; from++) {
      const end = formatName(labels.slice(from));
      const known = this.#names.get(end);
      if (compressed && known !== undefined) return this.integer16(POINTER + known);
      if (known === undefined && this.#length < POINTER_REACH) this.#names.set(end, this.#length);
      this.#label(labels[from]!);
    }
    this.octet(0);
  }

  #label(label: string): void {
    this.octet(label.length);
    const at = this.#grow(label.length);
    for (let index = 0; index < label.length; index++) this.#octets[at + index] = label.charCodeAt(index);
  }

  #grow(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > MESSAGE_OCTETS) throw new RangeError(`a message has ${MESSAGE_OCTETS} octets at most`);
    if (this.#length > this.#octets.length) {
      const larger = new Uint8Array(Math.min(MESSAGE_OCTETS, Math.max(2 * this.#octets.length, this.#length)));
      larger.set(this.#octets);
      this.#octets = larger;
    }
    return at;
  }
}

function whole(value: number, most: number): number {
  if (!Number.isInteger(value) || value < 0 || value > most) throw new RangeError(`must be a whole number from 0 to ${most}: ${value}`);
  return value;
}
