/**
 * The octets of a message that came and are not used up, as one array: the chunk that was pushed last, or, where something of an earlier
 * chunk was still needed, both joined. What is kept across chunks is small (a line that may be a delimiter) or bounded (a header section),
 * and is joined in an array that doubles, so that octets which come one by one cost time in proportion to their number.
 *
 * Read next: `message-scanner.ts`.
 */
const EMPTY = new Uint8Array(0);

export class ScanWindow {
  /** From `at` on not used up. Only this class writes it, and no octet that is in it ever changes. */
  octets: Uint8Array = EMPTY;
  /** Where `octets[0]` stands in the message. */
  base = 0;
  /** The index of the next octet. */
  at = 0;
  #room: Uint8Array = EMPTY; // what `octets` is the beginning of, if it was joined
  #pushes = 0;

  /** How many octets of the message came. */
  get total(): number {
    return this.base + this.octets.length;
  }

  /** True while all that came is one array, the first octet included: nothing has to be copied to be kept. */
  get isWhole(): boolean {
    return this.#pushes <= 1;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#pushes++;
    const kept = this.octets.length - this.at;
    if (kept === 0) {
      this.base += this.octets.length;
      this.octets = chunk;
      this.#room = EMPTY;
      this.at = 0;
      return;
    }
    if (this.#room.length < this.octets.length + chunk.length) this.#moveToRoom(kept, chunk.length);
    this.#room.set(chunk, this.octets.length);
    this.octets = this.#room.subarray(0, this.octets.length + chunk.length);
  }

  #moveToRoom(kept: number, more: number): void {
    const room = new Uint8Array(more > kept ? kept + more : 2 * (kept + more));
    room.set(this.octets.subarray(this.at));
    this.#room = room;
    this.octets = room.subarray(0, kept);
    this.base += this.at;
    this.at = 0;
  }
}
