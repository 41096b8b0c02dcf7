/**
 * Message text on its way in, after the +OK to RETR and TOP: the stuffed dots go, and a line that is a single dot ends it. What comes out are views of what
 * was received; nothing is held back but a dot whose meaning the next octets decide, and the CR behind it. So every split of the stream gives the same
 * octets, also one in the middle of CRLF.CRLF.
 *
 * Only CRLF ends a line, unless the caller says that LF alone may: then it must do so everywhere, or a dot behind one would mean two things. What else is in
 * the text (bare CR, NUL, 8-bit) is the message's own and is passed on.
 *
 * @rfc 1939 3
 */
import { CR, type InputBuffer, LF, TextScanner } from '@mailwright/wire';

/** What ends a line: CRLF alone, or an LF without CR as well. */
export type LineEnds = 'crlf' | 'lf-too';

const EMPTY: Uint8Array = new Uint8Array(0);
const ONLY_CR: Uint8Array = new Uint8Array([CR]);

/** What is held back: nothing, a dot at the start of a line, or that dot and a CR behind it. */
const NOTHING = 0;
const HELD_DOT = 1;
const HELD_DOT_CR = 2;

/** Reads one message. */
export class TextReader {
  /** The piece that the last `read` gave: a view of what was received. */
  octets: Uint8Array = EMPTY;
  /** Octets of the message so far: stuffing and the final dot not counted. */
  octetCount = 0;
  readonly #scanner: TextScanner = new TextScanner();
  readonly #lfToo: boolean;
  #held: typeof NOTHING | typeof HELD_DOT | typeof HELD_DOT_CR = NOTHING;

  constructor(lineEnds: LineEnds) {
    this.#lfToo = lineEnds === 'lf-too';
  }

  /** Reads on; after `octets` the piece stands in `this.octets`. @rfc 1939 3 */
  read(input: InputBuffer): 'octets' | 'need-data' | 'end' {
    for (;;) {
      const view = input.peek();
      if (view === undefined) return 'need-data';
      if (this.#held !== NOTHING) {
        const decided = this.#decideDot(view[0]!, input);
        if (decided !== 'again') return decided;
      } else if (this.#readSegment(view, input)) return 'octets';
    }
  }

  /** The octet behind a dot at the start of a line: what was the dot? */
  #decideDot(octet: number, input: InputBuffer): 'octets' | 'end' | 'again' {
    if (this.#held === HELD_DOT && octet === CR) {
      input.discard(1);
      this.#held = HELD_DOT_CR;
      return 'again';
    }
    if (octet === LF && (this.#held === HELD_DOT_CR || this.#lfToo)) {
      input.discard(1);
      return 'end';
    }
    const heldCr = this.#held === HELD_DOT_CR;
    this.#held = NOTHING; // the dot was stuffing
    if (!heldCr) return 'again';
    this.#scanner.next(ONLY_CR, 0);
    this.#give(ONLY_CR);
    return 'octets';
  }

  /** Takes the octets up to the next dot at the start of a line; true when there were any. */
  #readSegment(view: Uint8Array, input: InputBuffer): boolean {
    const end = this.#findDot(view);
    if (end < view.length) this.#held = HELD_DOT;
    input.discard(end < view.length ? end + 1 : end);
    this.#give(end === view.length ? view : view.subarray(0, end));
    return end > 0;
  }

  #findDot(view: Uint8Array): number {
    const scanner = this.#scanner;
    let at = scanner.next(view, 0);
    while (scanner.kind !== 'none' && scanner.kind !== 'dot') {
      if (this.#lfToo && scanner.kind === 'bare-lf') scanner.startLine();
      at = scanner.next(view, at + 1);
    }
    return at;
  }

  #give(octets: Uint8Array): void {
    this.octetCount += octets.length;
    this.octets = octets;
  }
}
