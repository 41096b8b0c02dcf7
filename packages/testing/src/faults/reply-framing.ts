/** What a server writes cut into replies. */
import { concatOctets, HYPHEN, indexOfOctet, LF } from '@mailwright/wire';

const CODE_OCTETS = 3;
const NO_OCTETS = new Uint8Array(0);

/** One object for a connection. */
export class ReplyFraming {
  #rest: Uint8Array = NO_OCTETS;
  /** Where the line begins that was not looked at yet. */
  #lineStart = 0;

  push(octets: Uint8Array): void {
    this.#rest = this.#rest.length === 0 ? octets : concatOctets([this.#rest, octets]);
  }

  /** The next complete reply, all its lines with their CRLFs. */
  next(): Uint8Array | undefined {
    for (;;) {
      const lf = indexOfOctet(this.#rest, LF, this.#lineStart);
      if (lf < 0) return undefined;
      const last = this.#rest[this.#lineStart + CODE_OCTETS] !== HYPHEN;
      this.#lineStart = lf + 1;
      if (!last) continue;
      const reply = this.#rest.subarray(0, lf + 1);
      this.#rest = this.#rest.subarray(lf + 1);
      this.#lineStart = 0;
      return reply;
    }
  }
}
