/**
 * One command on its way out: text, and literals that may have to wait for the server's `+`, or for their octets.
 *
 *     literal = "{" number64 ["+"] "}" CRLF *CHAR8
 *
 * @rfc 9051 4.3
 * @rfc 7888 3
 */
import type { PendingLiteral, WrittenLiteral, WrittenPiece } from '../value-writer.ts';
import type { ClientOutput } from './client-output.ts';

/** How large a literal may be that does not wait: `Infinity` with LITERAL+, 4096 with LITERAL- and IMAP4rev2, else -1. */
export type NonSynchronizing = number;

export class CommandWriting {
  readonly #pieces: readonly WrittenPiece[];
  readonly #nonSynchronizing: NonSynchronizing;
  #next = 0;
  /** The literal whose header was written and that waits for `+`. */
  #announced: WrittenLiteral | PendingLiteral | undefined = undefined;
  /** The literal whose octets are to come from the driver. */
  #pending: PendingLiteral | undefined = undefined;
  #lacking = 0;
  #done = false;

  /** `pieces`: the command with its tag, without CRLF. */
  constructor(pieces: readonly WrittenPiece[], nonSynchronizing: NonSynchronizing) {
    this.#pieces = pieces;
    this.#nonSynchronizing = nonSynchronizing;
  }

  /** Everything was written, CRLF too. */
  get done(): boolean {
    return this.#done;
  }

  /** It waits for `+`. */
  get awaitsContinuation(): boolean {
    return this.#announced !== undefined;
  }

  /** The literal whose octets are wanted; it lacks `lacking`. */
  get pending(): PendingLiteral | undefined {
    return this.#pending;
  }

  get lacking(): number {
    return this.#lacking;
  }

  /** Writes up to the next wait. */
  advance(output: ClientOutput): void {
    while (this.#announced === undefined && this.#pending === undefined && this.#next < this.#pieces.length) {
      const piece = this.#pieces[this.#next++]!;
      if (typeof piece === 'string') output.write(piece);
      else this.#announce(piece, output);
    }
    if (this.#announced !== undefined || this.#pending !== undefined || this.#done) return;
    output.write('\r\n');
    this.#done = true;
  }

  /** `+` came. */
  continue(output: ClientOutput): void {
    const literal = this.#announced!;
    this.#announced = undefined;
    this.#begin(literal, output);
    this.advance(output);
  }

  /** Octets of the pending literal. Throws a `RangeError` for more than it announced. */
  literal(octets: Uint8Array, output: ClientOutput): void {
    if (octets.length > this.#lacking) throw new RangeError(`${octets.length} octets for a literal that lacks ${this.#lacking}`);
    this.#lacking -= octets.length;
    output.writeOctets(octets);
    if (this.#lacking > 0) return;
    this.#pending = undefined;
    this.advance(output);
  }

  #announce(literal: WrittenLiteral | PendingLiteral, output: ClientOutput): void {
    const octetCount = literal.type === 'literal' ? literal.octets.length : literal.octetCount;
    const waits = octetCount > this.#nonSynchronizing;
    output.write(`${literal.binary ? '~' : ''}{${octetCount}${waits ? '' : '+'}}\r\n`);
    if (waits) this.#announced = literal;
    else this.#begin(literal, output);
  }

  #begin(literal: WrittenLiteral | PendingLiteral, output: ClientOutput): void {
    if (literal.type === 'literal') output.writeOctets(literal.octets);
    else if (literal.octetCount > 0) {
      this.#pending = literal;
      this.#lacking = literal.octetCount;
    }
  }
}
