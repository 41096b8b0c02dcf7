/**
 * From the name of a transfer encoding (RFC 2045 section 6) to what decodes and encodes it.
 *
 * Read next: `base64-decode.ts`, `base64-encode.ts`, `quoted-printable-decode.ts`, `quoted-printable-encode.ts`, `uuencode.ts`.
 */
import { assertNever, concatOctets } from '@mailwright/wire';
import { Base64Decoder, decodeBase64Body } from './base64-decode.ts';
import { Base64Encoder } from './base64-encode.ts';
import { QuotedPrintableDecoder, decodeQuotedPrintableBody } from './quoted-printable-decode.ts';
import { QuotedPrintableEncoder } from './quoted-printable-encode.ts';
import type { DecodedTransfer, TransferDecoder, TransferEncoder, TransferEncoding } from './transfer-coding.ts';
import { UuencodeDecoder } from './uuencode.ts';

const NONE: Uint8Array = new Uint8Array(0);

/** The spellings that mailers write, in lower case, without white space. */
const NAMES: ReadonlyMap<string, TransferEncoding> = new Map<string, TransferEncoding>([
  ['7bit', '7bit'], ['7-bit', '7bit'], ['7bits', '7bit'], ['seven-bit', '7bit'],
  ['8bit', '8bit'], ['8-bit', '8bit'], ['8bits', '8bit'], ['8bitmime', '8bit'],
  ['binary', 'binary'], ['binarymime', 'binary'],
  ['quoted-printable', 'quoted-printable'], ['quotedprintable', 'quoted-printable'], ['quoted_printable', 'quoted-printable'],
  ['base64', 'base64'], ['base-64', 'base64'],
  ['x-uuencode', 'uuencode'], ['uuencode', 'uuencode'], ['x-uue', 'uuencode'], ['uue', 'uuencode'],
]);

/**
 * The transfer encoding that the value of Content-Transfer-Encoding names; `undefined` for none and for one that is not known. Case does
 * not matter; comments, white space, quotes and what follows a semicolon are left out.
 *
 * @rfc 2045 6.1
 */
export function parseTransferEncoding(text: string): TransferEncoding | undefined {
  let name = '';
  let depth = 0;
  for (let at = 0; at < text.length && name.length < 32; at++) {
    const character = text[at]!;
    if (character === '(') depth++;
    else if (character === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0 && character === ';') break;
    else if (depth === 0 && !' \t\r\n"\''.includes(character)) name += character;
  }
  return NAMES.get(name.toLowerCase());
}

/** True for an encoding that encodes nothing. @rfc 2045 6.2 */
export function isIdentity(encoding: TransferEncoding): boolean {
  return encoding === '7bit' || encoding === '8bit' || encoding === 'binary';
}

/** What decodes a body that arrives in chunks. @rfc 2045 6 */
export function createTransferDecoder(encoding: TransferEncoding): TransferDecoder {
  switch (encoding) {
    case '7bit':
    case '8bit':
    case 'binary':
      return { decode: (octets) => octets, end: () => NONE, defects: [] };
    case 'quoted-printable':
      return new QuotedPrintableDecoder();
    case 'base64':
      return new Base64Decoder();
    case 'uuencode':
      return new UuencodeDecoder();
    default:
      return assertNever(encoding);
  }
}

/** A whole body without its transfer encoding. Never throws for what the body holds. @rfc 2045 6 */
export function decodeTransfer(encoding: TransferEncoding, octets: Uint8Array): DecodedTransfer {
  if (encoding === 'base64') return decodeBase64Body(octets);
  if (encoding === 'quoted-printable') return decodeQuotedPrintableBody(octets);
  const decoder = createTransferDecoder(encoding);
  const decoded = decoder.decode(octets);
  const last = decoder.end();
  return { octets: last.length === 0 ? decoded : concatOctets([decoded, last]), defects: decoder.defects };
}

/**
 * What encodes a body that arrives in chunks. Base64 comes in lines of 76 characters, each with its CRLF; the others end where the octets
 * end. `text`, for quoted-printable: CRLF is a line end and stays one; otherwise every CR and LF is encoded. 7bit, 8bit and binary give the
 * octets as they are: that they may travel so is the caller's to know.
 *
 * Errors: TypeError for `uuencode`, which is only read.
 * @rfc 2045 6
 */
export function createTransferEncoder(encoding: TransferEncoding, options: { readonly text?: boolean | undefined } = {}): TransferEncoder {
  switch (encoding) {
    case '7bit':
    case '8bit':
    case 'binary':
      return { encode: (octets) => octets, end: () => NONE };
    case 'quoted-printable':
      return new QuotedPrintableEncoder(options.text ?? false);
    case 'base64':
      return new Base64Encoder();
    case 'uuencode':
      throw new TypeError('uuencode is read and never written');
    default:
      return assertNever(encoding);
  }
}
