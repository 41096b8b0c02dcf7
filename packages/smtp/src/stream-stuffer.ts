/**
 * Dot-stuffing for a message that comes piece by piece: every split gives the same octets. What can't be sent is found as
 * it passes; then the message must not be ended, or a part of it would be delivered as the whole.
 *
 * @rfc 5321 4.5.2
 * @rfc 5321 2.3.8
 */
import { type LineEndPolicy, TextScanner } from '@mailwright/wire';
import { faultCode, type TextFault } from './body-reader.ts';
import { Normalizer } from './normalizer.ts';
import type { Outgoing } from './outgoing.ts';

/** What stops a streamed message. */
export type StreamFault = TextFault | 'SMTP_NEEDS_8BITMIME';

const DOT: Uint8Array = new Uint8Array([0x2e]);

/** Writes one streamed message to an `Outgoing`. */
export class StreamStuffer {
  readonly #scanner: TextScanner = new TextScanner();
  readonly #normalizer: Normalizer;
  readonly #lineEnds: LineEndPolicy;
  readonly #nul: LineEndPolicy;
  readonly #allowEightBit: boolean;

  constructor(lineEnds: LineEndPolicy, nul: LineEndPolicy, allowEightBit: boolean) {
    this.#normalizer = new Normalizer(lineEnds, nul);
    this.#lineEnds = lineEnds;
    this.#nul = nul;
    this.#allowEightBit = allowEightBit;
  }

  /** Writes a piece, or says why it can't be written; nothing of a piece with a fault is written. */
  push(piece: Uint8Array, out: Outgoing): StreamFault | undefined {
    const octets = this.#normalizer.push(piece);
    const parts: Uint8Array[] = [];
    const scanner = this.#scanner;
    let from = 0;
    for (let at = scanner.next(octets, 0); scanner.kind !== 'none'; at = scanner.next(octets, at + 1)) {
      if (scanner.kind === 'dot') {
        parts.push(octets.subarray(from, at), DOT);
        from = at;
      } else if ((scanner.kind === 'nul' ? this.#nul : this.#lineEnds) === 'reject') return faultCode(scanner.kind);
    }
    if (scanner.eightBit && !this.#allowEightBit) return 'SMTP_NEEDS_8BITMIME';
    parts.push(octets.subarray(from));
    for (const part of parts) if (part.length > 0) out.writeOctets(part);
    return undefined;
  }

  /** Writes the CRLF that the last line may still need; the dot is the machine's. */
  end(out: Outgoing): StreamFault | undefined {
    const mended = this.#normalizer.end();
    if (mended !== undefined) this.push(mended, out);
    const { atLineStart } = this.#scanner;
    if (this.#scanner.end() === 'bare-cr' && this.#lineEnds === 'reject') return 'SMTP_BARE_CR';
    if (!atLineStart) out.write('\r\n');
    return undefined;
  }
}
