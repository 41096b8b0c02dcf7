/**
 * The octets that a signature is over: the canonical forms of the fields that it covers, and then that of the signature field
 * itself, its `b=` emptied and without the CRLF at its end.
 *
 *     data-hash = hash-alg ( h-headers, D-SIG )            ; RFC 6376 section 3.7
 *
 * Read next: `verify-signature.ts`, `sign-data.ts`.
 */
import type { HeaderField } from '@mailwright/mime';
import { writeCanonicalField, writeUnendedField } from './canonicalize-header.ts';
import type { Canonicalization } from './canonicalize-header.ts';
import type { Tag } from './tag-list.ts';

/** What goes into the data to be signed. */
export interface SignedDataInput {
  /** The octets that the offsets of `fields` count from: the header section. */
  readonly octets: Uint8Array;
  readonly canonicalization: Canonicalization;
  /** The fields that are covered, in the order of `h=` (`selectSignedFields`). */
  readonly fields: readonly HeaderField[];
  /** The signature field, name and all, with an empty `b=` (`emptySignatureValue`). */
  readonly signatureField: Uint8Array;
}

/**
 * The data that is signed. A new array.
 *
 * @rfc 6376 3.7
 */
export function makeSignedData({ octets, canonicalization, fields, signatureField }: SignedDataInput): Uint8Array {
  let room = signatureField.length + 2;
  for (const { start, end } of fields) room += end - start + 2;
  const data = Buffer.allocUnsafe(room);
  let at = 0;
  for (const { start, end } of fields) at = writeCanonicalField(data, at, octets, start, end, canonicalization);
  return data.subarray(0, writeUnendedField(data, at, signatureField, 0, signatureField.length, canonicalization));
}

/**
 * A signature field with the value of its `b=` taken out, the white space around it too. A new array.
 *
 * Shape: `field` is the whole field, `valueOffset` where its value begins in it; `tag` is the `b=` of the list that was read from that
 * value. The offsets of the tag are what counts, so that nothing that looks like `b=` elsewhere (in `z=`, behind `bh`) is touched.
 *
 * @rfc 6376 3.5
 */
export function emptySignatureValue(field: Uint8Array, valueOffset: number, tag: Tag): Uint8Array {
  const from = valueOffset + tag.valueStart;
  const to = valueOffset + tag.valueEnd;
  const emptied = Buffer.allocUnsafe(field.length - (to - from));
  emptied.set(field.subarray(0, from));
  emptied.set(field.subarray(to), from);
  return emptied;
}
