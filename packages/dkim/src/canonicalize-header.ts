/**
 * The canonical forms of header fields: `simple`, where nothing may change on the way, and `relaxed`, where folds, runs of white
 * space and the letter case of names may.
 *
 * Left out: which fields are signed (`select-fields.ts`), bodies (`canonicalize-body.ts`).
 */
import { COLON, CR, LF, SP, TAB } from '@mailwright/wire';

/** How much may change on the way without breaking a signature. @rfc 6376 3.4 */
export type Canonicalization = 'simple' | 'relaxed';

const CRLF_OCTETS = 2;

/**
 * The canonical form of one field.
 *
 * Shape: `field` is the field from its name to the CRLF at its end; where that is missing it is added. A new array, CRLF at its end.
 * Errors: none. What is no field (no colon) comes out as if all of it were a name.
 *
 * @rfc 6376 3.4.1
 * @rfc 6376 3.4.2
 */
export function canonicalizeHeader(field: Uint8Array, canonicalization: Canonicalization): Uint8Array {
  const target = new Uint8Array(field.length + CRLF_OCTETS);
  return target.subarray(0, writeCanonicalField(target, 0, field, 0, field.length, canonicalization));
}

/**
 * Writes the canonical form of the field octets[start..end) to `target` from `at` on and returns the offset behind it. There must be room
 * for the octets of the field and two more. Offsets instead of views: a view of each field costs more than its octets do.
 */
export function writeCanonicalField(target: Uint8Array, at: number, octets: Uint8Array, start: number, end: number, canonicalization: Canonicalization): number {
  const written = writeUnendedField(target, at, octets, start, end, canonicalization);
  target[written] = CR;
  target[written + 1] = LF;
  return written + CRLF_OCTETS;
}

/** The same without the CRLF at its end, as the signature field itself is hashed. @rfc 6376 3.7 */
export function writeUnendedField(target: Uint8Array, at: number, octets: Uint8Array, start: number, end: number, canonicalization: Canonicalization): number {
  const to = end - start >= 2 && octets[end - 2] === CR && octets[end - 1] === LF ? end - CRLF_OCTETS : end;
  if (canonicalization === 'relaxed') return writeRelaxedField(target, at, octets, start, to);
  target.set(octets.subarray(start, to), at);
  return at + to - start;
}

/** One loop over the octets: a field has some 60 of them, and a call into the engine costs as much as the loop. */
function writeRelaxedField(target: Uint8Array, from: number, octets: Uint8Array, start: number, end: number): number {
  let at = from;
  let next = start;
  for (; next < end; next++) {
    const octet = octets[next]!;
    if (octet === COLON) break;
    if (octet > SP || !isWhiteSpace(octets, next, end)) target[at++] = octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet;
  }
  if (next === end) return at;
  target[at++] = COLON;
  const valueStart = at;
  let isSpaced = false;
  for (next++; next < end; next++) {
    const octet = octets[next]!;
    if (octet <= SP && isWhiteSpace(octets, next, end)) {
      isSpaced = isSpaced || octet === SP || octet === TAB;
      continue;
    }
    if (isSpaced) {
      if (at > valueStart) target[at++] = SP;
      isSpaced = false;
    }
    target[at++] = octet;
  }
  return at;
}

/** White space and the CRLF of a fold; a CR or LF alone is none. */
function isWhiteSpace(octets: Uint8Array, at: number, end: number): boolean {
  const octet = octets[at];
  return octet === SP || octet === TAB || (octet === CR && at + 1 < end && octets[at + 1] === LF) || (octet === LF && octets[at - 1] === CR);
}
