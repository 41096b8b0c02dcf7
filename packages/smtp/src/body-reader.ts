/**
 * Message octets on their way in: dot-stuffed text behind DATA, counted octets behind BDAT. Both come out as views of what
 * was received; nothing is held back but a dot whose meaning the next octets decide.
 *
 * Only CRLF.CRLF ends the text. A bare CR, a bare LF or a NUL is met as the policy says and never ends anything, so that
 * no other reading of line ends can find a second message inside this one (SMTP smuggling, docs/pitfalls.md).
 *
 * @rfc 5321 4.5.2
 * @rfc 5321 2.3.8
 * @rfc 3030 2
 */
import { type InputBuffer, type LineEndPolicy, type TextIrregularity, TextScanner } from '@mailwright/wire';
import { Normalizer } from './normalizer.ts';

/** What was wrong with the text, if anything was. */
export type TextFault = 'SMTP_BARE_CR' | 'SMTP_BARE_LF' | 'SMTP_NUL';

/** How a message is to be read. */
export interface BodyPolicy {
  readonly lineEnds: LineEndPolicy;
  readonly nul: LineEndPolicy;
}

/** The code of what the text scanner stopped at, where the policy refuses it. */
export function faultCode(kind: Exclude<TextIrregularity, 'dot' | 'none'>): TextFault {
  return kind === 'nul' ? 'SMTP_NUL' : kind === 'bare-cr' ? 'SMTP_BARE_CR' : 'SMTP_BARE_LF';
}

const CR = 0x0d;
const LF = 0x0a;
const EMPTY: Uint8Array = new Uint8Array(0);
const ONLY_CR: Uint8Array = new Uint8Array([CR]);

/** What the reader holds back: nothing, a dot at the start of a line, or that dot and a CR behind it. */
const NOTHING = 0;
const DOT = 1;
const DOT_CR = 2;

/** Reads one message. */
export class BodyReader {
  /** The piece that the last `readText` or `readCounted` gave: a view of what was received, or a mended copy. */
  octets: Uint8Array = EMPTY;
  /** Octets of the message so far, as SIZE counts them: CRLF included, stuffing and the final dot not. */
  octetCount = 0;
  /** The first thing that the `reject` policy holds against the message. From then on its octets are read and dropped. */
  fault: TextFault | undefined = undefined;
  /** `endCounted` was called. */
  ended = false;
  readonly #policy: BodyPolicy;
  readonly #scanner: TextScanner = new TextScanner();
  readonly #normalizer: Normalizer | undefined;
  #held: typeof NOTHING | typeof DOT | typeof DOT_CR = NOTHING;

  /** Some octet was above 127. */
  get eightBit(): boolean {
    return this.#scanner.eightBit;
  }

  constructor(policy: BodyPolicy) {
    this.#policy = policy;
    const mends = policy.lineEnds === 'normalize' || policy.nul === 'normalize';
    this.#normalizer = mends ? new Normalizer(policy.lineEnds, policy.nul) : undefined;
  }

  /** Reads on in dot-stuffed text; after `octets` the piece stands in `this.octets`. @rfc 5321 4.5.2 */
  readText(input: InputBuffer): 'octets' | 'need-data' | 'end' {
    for (;;) {
      const view = input.peek();
      if (view === undefined) return 'need-data';
      if (this.#held !== NOTHING) {
        const decided = this.#decideDot(view, input);
        if (decided !== 'again') return decided;
      } else if (this.#readSegment(view, input)) return 'octets';
    }
  }

  /** Reads at most `left` counted octets; gives how many were read, 0 when there are none yet. @rfc 3030 2 */
  readCounted(input: InputBuffer, left: number): number {
    const view = input.takeUpTo(left);
    if (view === undefined) return 0;
    this.#scan(view, false);
    return view.length;
  }

  /** The last counted octet was read: a CR there has no LF any more. What that adds stands in `this.octets`. */
  endCounted(): void {
    this.ended = true;
    if (this.#scanner.end() === 'bare-cr') this.#meet('bare-cr');
    this.octets = EMPTY;
    const mended = this.#normalizer?.end();
    if (mended !== undefined) this.#give(mended);
  }

  #decideDot(view: Uint8Array, input: InputBuffer): 'octets' | 'end' | 'again' {
    if (this.#held === DOT && view[0] === CR) {
      input.discard(1);
      this.#held = DOT_CR;
      return 'again';
    }
    if (this.#held === DOT_CR && view[0] === LF) {
      input.discard(1);
      return 'end';
    }
    const heldCr = this.#held === DOT_CR;
    this.#held = NOTHING; // the dot was stuffing
    if (!heldCr) return 'again';
    this.#scan(ONLY_CR, false);
    return this.octets.length > 0 ? 'octets' : 'again';
  }

  #readSegment(view: Uint8Array, input: InputBuffer): boolean {
    const end = this.#scan(view, true);
    if (end < view.length) {
      this.#held = DOT;
      input.discard(end + 1);
    } else input.discard(end);
    return this.octets.length > 0;
  }

  /** Scans to the end of `view`, or to a dot at the start of a line; the piece before it goes to `this.octets`. */
  #scan(view: Uint8Array, stopAtDot: boolean): number {
    const scanner = this.#scanner;
    let end = scanner.next(view, 0);
    for (; scanner.kind !== 'none'; end = scanner.next(view, end + 1)) {
      if (scanner.kind !== 'dot') this.#meet(scanner.kind);
      else if (stopAtDot) break;
    }
    const piece = end === view.length ? view : view.subarray(0, end);
    this.#give(this.#normalizer === undefined ? piece : this.#normalizer.push(piece));
    return end;
  }

  #meet(kind: Exclude<TextIrregularity, 'dot' | 'none'>): void {
    const policy = kind === 'nul' ? this.#policy.nul : this.#policy.lineEnds;
    if (policy === 'reject') this.fault ??= faultCode(kind);
  }

  #give(octets: Uint8Array): void {
    this.octetCount += octets.length;
    this.octets = this.fault === undefined ? octets : EMPTY;
  }
}
