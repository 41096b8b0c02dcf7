/** The result of an edit as a list of pieces: views of the source, joined where they touch, and what is new between them. */

export class SourcePieces {
  readonly #source: Uint8Array;
  readonly #pieces: Uint8Array[] = [];
  /** The view that is not in the list yet, since it may grow. */
  #from = 0;
  #to = 0;

  constructor(source: Uint8Array) {
    this.#source = source;
  }

  /** `source[from..to)`. */
  keep(from: number, to: number): void {
    if (to <= from) return;
    if (from !== this.#to) {
      this.#flush();
      this.#from = from;
    }
    this.#to = to;
  }

  /** Octets that are not the source's. */
  add(octets: Uint8Array): void {
    if (octets.length === 0) return;
    this.#flush();
    this.#from = this.#to;
    this.#pieces.push(octets);
  }

  /** True where what was put last is the source's, up to `at`. */
  endsAt(at: number): boolean {
    return this.#to > this.#from && this.#to === at;
  }

  /** All pieces, none empty. */
  list(): readonly Uint8Array[] {
    this.#flush();
    this.#from = this.#to;
    return this.#pieces;
  }

  #flush(): void {
    if (this.#to > this.#from) this.#pieces.push(this.#source.subarray(this.#from, this.#to));
  }
}
