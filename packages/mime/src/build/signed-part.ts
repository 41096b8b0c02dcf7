/**
 * `multipart/signed` (RFC 1847): the octets to sign, and the place for the signature. Signing itself is the caller's, with S/MIME
 * (RFC 8551) or OpenPGP (RFC 3156).
 */
import { buildPart } from './build-part.ts';
import type { BuildOptions } from './build-part.ts';
import { LeafPart, MultipartPart, ReadyPart } from './part.ts';
import type { NamedValues, Part, PartInput } from './part.ts';

/** A part in the form in which it is signed. */
export interface PartToSign {
  /** Exactly what is signed: header and body, lines ending in CRLF, without the line end before the boundary. */
  readonly octets: Uint8Array;
  /**
   * The `multipart/signed` of it and its signature. `micalg` names the hash: `sha-256`, `pgp-sha256`. `protocol` is the media type of the
   * signature. Errors: TypeError as for `part` and `multipart`.
   */
  sign(signature: PartInput, options: { readonly micalg: string; readonly parameters?: NamedValues | undefined }): Part;
}

/**
 * Writes a part for signing: in 7 bits, with nothing that a hop would change.
 *
 * Errors: TypeError as for `buildPart`, for an asynchronous source, and for content that does not fit into 7 bits.
 * @rfc 1847 2.1
 * @rfc 3156 5
 * @rfc 8551 3.1
 */
export function partToSign(tree: Part, options: Pick<BuildOptions, 'boundary'> = {}): PartToSign {
  const built = buildPart(tree, { boundary: options.boundary });
  if (built.requires.eightBit) throw new TypeError('what is signed travels in 7 bits, and a message inside of it does not');
  const octets = built.octets();
  const first = new ReadyPart(tree.mediaType, octets);
  return {
    octets,
    sign(signature, { micalg, parameters = [] }) {
      const second = new LeafPart('signature', signature);
      const more = Array.isArray(parameters) ? (parameters as readonly (readonly [string, string])[]) : Object.entries(parameters);
      return new MultipartPart('multipart/signed', 'signed', [first, second], { parameters: [['protocol', second.mediaType], ['micalg', micalg], ...more] });
    },
  };
}
