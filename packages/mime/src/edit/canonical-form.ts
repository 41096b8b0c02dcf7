/**
 * The two canonical forms of a message under a signature (RFC 6376 section 3.4), as values to be compared. What stays the same here stays
 * signed.
 *
 * Left out: hashing; `@mailwright/dkim` streams what it hashes, and never holds a body twice as this does. Read next: `dkim-impact.ts`.
 */
import { CR, LF, SP, TAB, equalOctets, indexOfOctet, latin1 } from '@mailwright/wire';
import type { HeaderField } from '../header/header-field.ts';

/** How much a relay may change without breaking a signature. */
export type Canonicalization = 'simple' | 'relaxed';

/**
 * The canonical form of one field, without the line end at its end, an octet a character.
 *
 * Deviation: an LF alone is a line end here, since a message in a file gets its CRs when it is sent.
 * @rfc 6376 3.4.1
 * @rfc 6376 3.4.2
 */
export function canonicalField(source: Uint8Array, field: HeaderField, canonicalization: Canonicalization): string {
  const written = latin1(source, field.start, field.valueStart + field.raw.length);
  if (canonicalization === 'simple') return written.replace(/\r?\n/g, '\r\n');
  const value = latin1(field.raw).replace(/\r?\n/g, '').replace(/[ \t]+/g, ' ');
  const from = value.startsWith(' ') ? 1 : 0;
  return `${field.name.toLowerCase()}:${value.endsWith(' ') ? value.slice(from, -1) : value.slice(from)}`;
}

/**
 * The canonical form of a body. Linear; at most two octets more than the body for each line that ends in LF alone.
 *
 * @rfc 6376 3.4.3
 * @rfc 6376 3.4.4
 */
export function canonicalBody(body: Uint8Array, canonicalization: Canonicalization): Uint8Array {
  const writer = new BodyWriter(body.length, canonicalization === 'relaxed');
  for (let from = 0; from < body.length; ) {
    const lf = indexOfOctet(body, LF, from);
    const end = lf === -1 ? body.length : lf > from && body[lf - 1] === CR ? lf - 1 : lf;
    writer.line(body, from, end);
    from = lf === -1 ? body.length : lf + 1;
  }
  return writer.end();
}

/**
 * So many octets of the canonical form are the same in both bodies; `Infinity` where all are. A signature over `l` of them holds where
 * this is not less than `l`.
 */
export function sharedBodyOctets(before: Uint8Array, after: Uint8Array, canonicalization: Canonicalization): number {
  if (equalOctets(before, after)) return Infinity;
  const was = canonicalBody(before, canonicalization);
  const is = canonicalBody(after, canonicalization);
  if (equalOctets(was, is)) return Infinity;
  let at = 0;
  while (at < was.length && was[at] === is[at]) at++;
  return at;
}

class BodyWriter {
  #octets: Uint8Array;
  readonly #relaxed: boolean;
  #length = 0;
  /** Behind the last line that is not empty. */
  #kept = 0;

  constructor(octetCount: number, relaxed: boolean) {
    this.#octets = new Uint8Array(octetCount + 2);
    this.#relaxed = relaxed;
  }

  line(body: Uint8Array, from: number, end: number): void {
    this.#reserve(end - from + 2);
    const start = this.#length;
    if (this.#relaxed) this.#relax(body, from, end);
    else this.#copy(body, from, end);
    const isEmpty = this.#length === start;
    this.#octets[this.#length++] = CR;
    this.#octets[this.#length++] = LF;
    if (!isEmpty) this.#kept = this.#length;
  }

  /** Without the empty lines at the end. A body of none is one CRLF in the simple form, and nothing in the relaxed one. */
  end(): Uint8Array {
    if (this.#kept > 0 || this.#relaxed) return this.#octets.subarray(0, this.#kept);
    return Uint8Array.of(CR, LF);
  }

  #copy(body: Uint8Array, from: number, end: number): void {
    this.#octets.set(body.subarray(from, end), this.#length);
    this.#length += end - from;
  }

  /** Runs of white space become one space, those at the end nothing. */
  #relax(body: Uint8Array, from: number, end: number): void {
    const octets = this.#octets;
    let length = this.#length;
    let space = false;
    for (let at = from; at < end; at++) {
      const octet = body[at]!;
      if (octet === SP || octet === TAB) {
        space = true;
        continue;
      }
      if (space) octets[length++] = SP;
      space = false;
      octets[length++] = octet;
    }
    this.#length = length;
  }

  /** Only lines that end in LF alone can need more room than the body had. */
  #reserve(count: number): void {
    if (this.#length + count <= this.#octets.length) return;
    const grown = new Uint8Array(Math.max(this.#length + count, this.#octets.length * 2));
    grown.set(this.#octets.subarray(0, this.#length));
    this.#octets = grown;
  }
}
