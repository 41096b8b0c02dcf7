/**
 * Transfer encodings (RFC 2045 section 6) as decoders and encoders that are fed chunk by chunk. Types only here; read next:
 * `transfer-codec.ts`, which makes them, then `base64-decode.ts`, `quoted-printable-decode.ts`, `quoted-printable-encode.ts`, `uuencode.ts`.
 */
import type { MimeDefect } from '../defect.ts';

/** `uuencode` is the nonstandard `x-uuencode` and its spellings. */
export type TransferEncoding = '7bit' | '8bit' | 'binary' | 'quoted-printable' | 'base64' | 'uuencode';

/** Takes an encoded body in chunks and gives its octets. Never throws for what the body holds. */
export interface TransferDecoder {
  /**
   * The octets that are certain now; of an identity encoding the chunk itself. The result is the caller's to keep. A decoder may write them to `room` where
   * there is enough of it: as much as came is, but for base64 that begins with what an earlier chunk left, which takes three octets more.
   */
  decode(octets: Uint8Array, room?: Uint8Array): Uint8Array;
  /** What is left when the body is over. */
  end(): Uint8Array;
  /** Offsets count encoded octets from the first chunk on. The first of each code, with where it stands. */
  readonly defects: readonly MimeDefect[];
}

/** Takes octets in chunks and gives an encoded body. */
export interface TransferEncoder {
  encode(octets: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

/** A whole body without its transfer encoding. */
export interface DecodedTransfer {
  /** Of an identity encoding the input itself. */
  readonly octets: Uint8Array;
  /** Offsets count encoded octets. The first of each code. */
  readonly defects: readonly MimeDefect[];
}
