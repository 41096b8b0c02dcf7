/**
 * The octets that seals are over: the fields of all sets up to their own, oldest set first, in each ARC-Authentication-Results,
 * ARC-Message-Signature and ARC-Seal, always in relaxed form; the last seal with an empty `b=` and without the CRLF at its end.
 *
 * All seals of a chain are over beginnings of one text, so that is made once, and each seal is over a view into it and its own emptied
 * form.
 */
import { canonicalizeHeader } from '@mailwright/dkim';
import type { HeaderField } from '@mailwright/mime';
import { concatOctets } from '@mailwright/wire';
import type { ArcSet } from './arc-sets.ts';

/** The fields of a set as octets, each from its name to its CRLF. */
export interface SealedFields {
  readonly authenticationResults: Uint8Array;
  readonly messageSignature: Uint8Array;
  readonly seal: Uint8Array;
}

const CRLF_OCTETS = 2;

/** The data of every seal of a chain. */
export class SealData {
  readonly #text: Uint8Array;
  /** Where in the text the seal of each set begins. */
  readonly #sealStarts: readonly number[];

  constructor(sets: readonly SealedFields[]) {
    const parts: Uint8Array[] = [];
    const sealStarts: number[] = [];
    let octetCount = 0;
    const add = (field: Uint8Array): void => {
      const canonical = canonicalizeHeader(field, 'relaxed');
      parts.push(canonical);
      octetCount += canonical.length;
    };
    for (const { authenticationResults, messageSignature, seal } of sets) {
      add(authenticationResults);
      add(messageSignature);
      sealStarts.push(octetCount);
      add(seal);
    }
    this.#text = concatOctets(parts);
    this.#sealStarts = sealStarts;
  }

  /**
   * What the seal of the set at `index` (instance - 1) is over. `emptied`: that seal's field, its `b=` empty.
   *
   * @rfc 8617 5.1.1
   */
  of(index: number, emptied: Uint8Array): Uint8Array {
    const canonical = canonicalizeHeader(emptied, 'relaxed');
    return concatOctets([this.#text.subarray(0, this.#sealStarts[index]), canonical.subarray(0, -CRLF_OCTETS)]);
  }
}

/** The octets of the fields of a set, in the header section that they were read from. */
export function sealedFieldsOf(set: ArcSet, octets: Uint8Array): SealedFields {
  const cut = ({ start, end }: HeaderField): Uint8Array => octets.subarray(start, end);
  return { authenticationResults: cut(set.authenticationResultsField), messageSignature: cut(set.messageSignatureField), seal: cut(set.sealField) };
}
