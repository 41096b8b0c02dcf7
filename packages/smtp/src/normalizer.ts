/**
 * The `normalize` policy: every bare CR or LF becomes CRLF, every NUL goes. Text that has none passes as the view it is.
 *
 * @rfc 5321 2.3.8
 */
import { concatOctets, type LineEndPolicy, TextScanner } from '@mailwright/wire';

const ONLY_CR: Uint8Array = new Uint8Array([0x0d]);
const ONLY_LF: Uint8Array = new Uint8Array([0x0a]);

/** Mends one text that comes piece by piece; every split gives the same octets. */
export class Normalizer {
  readonly #scanner: TextScanner = new TextScanner();
  readonly #lineEnds: boolean;
  readonly #nul: boolean;

  /** Only what has the policy `normalize` is mended; the rest passes. */
  constructor(lineEnds: LineEndPolicy, nul: LineEndPolicy) {
    this.#lineEnds = lineEnds === 'normalize';
    this.#nul = nul === 'normalize';
  }

  /** The piece, mended: the array itself where there is nothing to mend. */
  push(octets: Uint8Array): Uint8Array {
    const scanner = this.#scanner;
    let parts: Uint8Array[] | undefined;
    let from = 0;
    for (let at = scanner.next(octets, 0); scanner.kind !== 'none'; at = scanner.next(octets, at + 1)) {
      const { kind } = scanner;
      if (kind === 'dot' || !(kind === 'nul' ? this.#nul : this.#lineEnds)) continue;
      const upTo = kind === 'bare-cr' ? at + 1 : at;
      (parts ??= []).push(octets.subarray(from, upTo));
      if (kind === 'bare-cr') parts.push(ONLY_LF);
      else if (kind === 'bare-lf') parts.push(ONLY_CR);
      from = kind === 'nul' ? at + 1 : upTo;
    }
    if (parts === undefined) return octets;
    parts.push(octets.subarray(from));
    return concatOctets(parts);
  }

  /** What a CR at the very end still needs, or `undefined`. */
  end(): Uint8Array | undefined {
    return this.#scanner.end() === 'bare-cr' && this.#lineEnds ? ONLY_LF : undefined;
  }
}
