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
  return target.subarray(0, writeCanonicalField(target, 0, field, canonicalization));
}

/**
 * Writes the canonical form of `field` to `target` from `at` on and returns the offset behind it. There must be room for the octets
 * of the field and two more.
 */
export function writeCanonicalField(target: Uint8Array, at: number, field: Uint8Array, canonicalization: Canonicalization): number {
  const end = writeUnendedField(target, at, field, canonicalization);
  target[end] = CR;
  target[end + 1] = LF;
  return end + CRLF_OCTETS;
}

/** The same without the CRLF at its end, as the signature field itself is hashed. @rfc 6376 3.7 */
export function writeUnendedField(target: Uint8Array, at: number, field: Uint8Array, canonicalization: Canonicalization): number {
  const last = field.length;
  const end = last >= 2 && field[last - 2] === CR && field[last - 1] === LF ? last - CRLF_OCTETS : last;
  if (canonicalization === 'relaxed') return writeRelaxedField(target, at, field, end);
  target.set(end === last ? field : field.subarray(0, end), at);
  return at + end;
}

/** One loop over the octets: a field has some 60 of them, and a call into the engine costs as much as the loop. */
function writeRelaxedField(target: Uint8Array, from: number, field: Uint8Array, end: number): number {
  let at = from;
  let next = 0;
  for (; next < end; next++) {
    const octet = field[next]!;
    if (octet === COLON) break;
    if (!isWhiteSpace(octet)) target[at++] = octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet;
  }
  if (next < end) target[at++] = COLON;
  let isSpaced = false;
  const valueStart = at;
  for (next++; next < end; next++) {
    const octet = field[next]!;
    if (octet <= SP && isWhiteSpace(octet, field[next + 1], field[next - 1])) {
      isSpaced = isSpaced || octet === SP || octet === TAB;
      continue;
    }
    if (isSpaced && at > valueStart) target[at++] = SP;
    isSpaced = false;
    target[at++] = octet;
  }
  return at;
}

/** White space and the CRLF of a fold; a CR or LF alone is none. */
function isWhiteSpace(octet: number, following?: number | undefined, preceding?: number | undefined): boolean {
  return octet === SP || octet === TAB || (octet === CR && following === LF) || (octet === LF && preceding === CR);
}
