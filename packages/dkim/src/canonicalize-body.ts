/**
 * The canonical forms of a body, made as it streams by. The result does not depend on how the body is cut into chunks.
 *
 * Both forms drop the empty lines at the end and see to it that there is a CRLF there. `simple` changes nothing else, and makes one
 * CRLF of a body that has no lines; `relaxed` also turns runs of white space into one space, drops those at the end of a line (a
 * line of white space alone is empty), and makes nothing of a body that has no lines.
 *
 * What stays as it is goes to the sink as views into the chunks, in long runs; short pieces are gathered in a buffer first.
 *
 * Left out: a repair of line ends. A CR or LF alone is passed on as an ordinary octet and told in `irregularity`; who signs or
 * verifies refuses such a body, since it would authenticate octets that nobody sent.
 *
 * Read next: `text-window.ts` (the search), `hash-body.ts` (what is done with the result).
 */
import { CR, LF, SP, TAB, TextScanner, assertNever, concatOctets, octetsForWriting } from '@mailwright/wire';
import type { Canonicalization } from './canonicalize-header.ts';
import { openTextWindow } from './text-window.ts';

/** A CR or LF alone in a body, and where: octets from its beginning. */
export interface BodyIrregularity {
  readonly kind: 'bare-cr' | 'bare-lf';
  readonly offset: number;
}

/** Takes the next octets of the canonical form. They are good only until it returns. */
export type CanonicalSink = (octets: Uint8Array) => void;

const CRLF = Uint8Array.of(CR, LF);
const SPACE = Uint8Array.of(SP);
const NO_OCTETS = new Uint8Array(0);
/** What was searched is hashed while the processor still has it at hand: 1 MB at once takes a quarter longer. */
const BLOCK_OCTETS = 32_768;
const GATHERED_OCTETS = 8192;
/** Runs from this length on go to the sink as they are; a call of SHA-256 costs about as much as copying this much. */
const LONG_RUN_OCTETS = 512;
/** Below this a loop copies faster than the engine. */
const SHORT_RUN_OCTETS = 32;

/**
 * A body on its way into its canonical form.
 *
 * ```ts
 * import { BodyCanonicalizer } from '@mailwright/dkim';
 * import { encodeLatin1, latin1 } from '@mailwright/wire';
 *
 * let canonical = '';
 * const body = new BodyCanonicalizer('relaxed', (octets) => (canonical += latin1(octets)));
 * body.push(encodeLatin1('two  spaces \r'));
 * body.push(encodeLatin1('\n\r\n\r\n'));
 * body.end();
 * canonical; // => 'two spaces\r\n'
 * ```
 *
 * @rfc 6376 3.4.3
 * @rfc 6376 3.4.4
 */
export class BodyCanonicalizer {
  /** The first CR or LF that stands alone. Final after `end()`. */
  irregularity: BodyIrregularity | undefined = undefined;
  readonly #sink: CanonicalSink;
  readonly #relaxed: boolean;
  #scanner: TextScanner | undefined = undefined; // of the simple form
  #gathered: Uint8Array = NO_OCTETS; // made when it is needed
  #gatheredOctets = 0;
  #offset = 0; // where the current chunk begins
  #run = 0; // where in the current chunk begins what has not been passed on; relaxed only
  #crlfs = 0; // line ends that came and are not passed on yet
  #space = false; // white space that came and is not passed on yet; relaxed only
  #cr = false; // the last octet was a CR
  #hasContent = false;

  constructor(canonicalization: Canonicalization, sink: CanonicalSink) {
    this.#sink = sink;
    if (canonicalization !== 'simple' && canonicalization !== 'relaxed') assertNever(canonicalization);
    this.#relaxed = canonicalization === 'relaxed';
  }

  /** Takes the next octets of the body. The array may be used again afterwards. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at += BLOCK_OCTETS) this.#pushBlock(chunk.length <= BLOCK_OCTETS ? chunk : chunk.subarray(at, at + BLOCK_OCTETS));
  }

  #pushBlock(chunk: Uint8Array): void {
    if (!this.#relaxed) this.#findBareLineEnds(chunk);
    const from = this.#resume(chunk);
    if (from < chunk.length) {
      if (this.#relaxed) this.#relax(chunk, from);
      else this.#passEnd(chunk, from, chunk.length);
    }
    this.#offset += chunk.length;
  }

  /** The body is over. */
  end(): void {
    if (this.#cr) this.#endBareCr();
    if (this.#gatheredOctets > 0 && (this.#hasContent || !this.#relaxed)) this.#gather(CRLF, 0, 2);
    else if (this.#hasContent || !this.#relaxed) this.#sink(CRLF);
    this.#flush();
  }

  /** Decides what the last chunk left open; returns where to go on. */
  #resume(chunk: Uint8Array): number {
    if (this.#cr) {
      if (chunk[0] !== LF) this.#endBareCr();
      else {
        this.#cr = this.#space = false;
        this.#crlfs++;
        return 1;
      }
    }
    return this.#space ? this.#endSpace(chunk, 0) : 0;
  }

  /** White space is waiting, and `from` is behind it as far as it has been read: what follows decides. Returns where to go on. */
  #endSpace(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at < chunk.length && (chunk[at] === SP || chunk[at] === TAB)) at++;
    this.#space = true;
    if (at === chunk.length) return at;
    if (chunk[at] === CR) {
      if (at + 1 === chunk.length) {
        this.#cr = true;
        return at + 1;
      }
      if (chunk[at + 1] === LF) {
        this.#space = false;
        return at;
      }
    }
    this.#passPending();
    return at;
  }

  /** The CR that came last ends no line. */
  #endBareCr(): void {
    this.#noteIrregularity('bare-cr', this.#offset - 1);
    this.#cr = false;
    this.#passPending();
    this.#gather(CRLF, 0, 1);
  }

  /** Goes through a chunk; what lies between `#run` and the search has not been passed on. */
  #relax(chunk: Uint8Array, from: number): void {
    const window = openTextWindow(chunk);
    const end = chunk.length;
    this.#run = from;
    for (let at = window.next(from); at < end; at = window.next(at)) {
      const octet = chunk[at]!;
      if (octet === SP || octet === TAB) at = this.#relaxSpace(chunk, at);
      else if (octet === CR && at + 1 < end && chunk[at + 1] === LF) {
        this.#dropSpaceBefore(chunk, at);
        at += 2;
      } else if (octet === CR && at + 1 === end) break;
      else {
        if (octet === CR || octet === LF) this.#noteIrregularity(octet === CR ? 'bare-cr' : 'bare-lf', this.#offset + at);
        at++;
      }
    }
    this.#passEnd(chunk, this.#run, end);
  }

  /** A single space before the CRLF at `at` is dropped; longer white space was found before. */
  #dropSpaceBefore(chunk: Uint8Array, at: number): void {
    if (at === this.#run || (chunk[at - 1] !== SP && chunk[at - 1] !== TAB)) return;
    this.#pass(chunk, this.#run, at - 1);
    this.#run = at;
  }

  /** A space or tab at `at` that may not stay as it is. Gives where to search on. */
  #relaxSpace(chunk: Uint8Array, at: number): number {
    const run = this.#run;
    const from = at > run && chunk[at - 1] === SP ? at - 1 : at;
    let next = at + 1;
    while (next < chunk.length && (chunk[next] === SP || chunk[next] === TAB)) next++;
    const following = chunk[next];
    const endsInSpace = chunk[next - 1] === SP && following !== undefined && following !== CR;
    if (next - from === 1 && endsInSpace) return next;
    this.#pass(chunk, run, from);
    this.#run = endsInSpace ? next - 1 : this.#endSpace(chunk, next); // the last space stands for all
    return endsInSpace ? next : this.#run;
  }

  /** Passes on what a chunk leaves: all but the white space, the CR and the line ends at its end. */
  #passEnd(chunk: Uint8Array, from: number, end: number): void {
    let to = end;
    if (to > from && chunk[to - 1] === CR) {
      this.#cr = true;
      to--;
    }
    if (this.#relaxed && to > from && (chunk[to - 1] === SP || chunk[to - 1] === TAB)) {
      this.#pass(chunk, from, to - 1);
      this.#space = true;
    } else this.#pass(chunk, from, to);
  }

  /** Passes on chunk[from..to) but for the line ends at its end, behind what was waiting. */
  #pass(chunk: Uint8Array, from: number, to: number): void {
    let end = to;
    let crlfs = 0;
    while (end - from >= 2 && chunk[end - 1] === LF && chunk[end - 2] === CR) {
      end -= 2;
      crlfs++;
    }
    if (end > from) {
      this.#passPending();
      this.#gather(chunk, from, end);
    }
    this.#crlfs += crlfs;
  }

  /** Content follows: the line ends and the space that were waiting count. */
  #passPending(): void {
    for (; this.#crlfs > 0; this.#crlfs--) this.#gather(CRLF, 0, 2);
    if (this.#space) this.#gather(SPACE, 0, 1);
    this.#space = false;
    this.#hasContent = true;
  }

  #gather(octets: Uint8Array, from: number, to: number): void {
    const octetCount = to - from;
    if (this.#gatheredOctets + octetCount > GATHERED_OCTETS || octetCount >= LONG_RUN_OCTETS) this.#flush();
    if (octetCount >= LONG_RUN_OCTETS) return this.#sink(octets.subarray(from, to));
    const at = this.#gatheredOctets;
    if (this.#gathered.length === 0) this.#gathered = octetsForWriting(GATHERED_OCTETS);
    if (octetCount < SHORT_RUN_OCTETS) for (let index = 0; index < octetCount; index++) this.#gathered[at + index] = octets[from + index]!;
    else this.#gathered.set(octets.subarray(from, to), at);
    this.#gatheredOctets = at + octetCount;
  }

  #flush(): void {
    if (this.#gatheredOctets > 0) this.#sink(this.#gathered.subarray(0, this.#gatheredOctets));
    this.#gatheredOctets = 0;
  }

  /** The relaxed form finds them on its way. */
  #findBareLineEnds(chunk: Uint8Array): void {
    const scanner = (this.#scanner ??= new TextScanner());
    for (let from = 0; from < chunk.length; ) {
      const at = scanner.next(chunk, from);
      if (scanner.kind === 'none') return;
      if (scanner.kind === 'bare-cr' || scanner.kind === 'bare-lf') this.#noteIrregularity(scanner.kind, this.#offset + at);
      from = at + 1;
    }
  }

  #noteIrregularity(kind: BodyIrregularity['kind'], offset: number): void {
    this.irregularity ??= { kind, offset };
  }
}

/** The canonical form of a whole body, as a new array. @rfc 6376 3.4.3 @rfc 6376 3.4.4 */
export function canonicalizeBody(body: Uint8Array, canonicalization: Canonicalization): Uint8Array {
  const parts: Uint8Array[] = [];
  const canonicalizer = new BodyCanonicalizer(canonicalization, (octets) => void parts.push(octets.slice()));
  canonicalizer.push(body);
  canonicalizer.end();
  return concatOctets(parts);
}
