export { decodeQuotedPrintable } from './quoted-printable-decode.ts';
export { encodeQuotedPrintable } from './quoted-printable-encode.ts';
