export { decodeBase64, encodeBase64, writeBase64Lines } from './base64.ts';
export type { Body } from './body.ts';
export type { OctetSet } from './class-table.ts';
export { classTable } from './class-table.ts';
export type { Clock, Random, Timer } from './clock.ts';
export type { LineStatus } from './input-buffer.ts';
export { InputBuffer, LINE, LINE_BARE_CR, LINE_BARE_LF, LINE_NUL, LINE_TOO_LONG, NEED_DATA } from './input-buffer.ts';
export { formatIpv4, formatIpv6, mappedIpv4, parseIpv4, parseIpv6 } from './ip-address.ts';
export type { LimitCode, LimitReached } from './limits.ts';
export type { LineEndPolicy } from './line-ends.ts';
export {
  ASTERISK, AT, BACKSLASH, COLON, COMMA, CR, DEL, DIGIT_0, DIGIT_9, DOT, DQUOTE, EQUALS, GREATER_THAN, HYPHEN, LEFT_BRACKET,
  LEFT_PARENTHESIS, LESS_THAN, LF, NUL, PLUS, RIGHT_BRACKET, RIGHT_PARENTHESIS, SEMICOLON, SLASH, SP, TAB,
  ascii, concatOctets, decodeUtf8Strict, encodeLatin1, encodeUtf8, equalOctets, indexOfOctet, indexOfSequence, isAscii, latin1, utf16, utf8, writeAscii,
} from './octets.ts';
export { fillNumbers } from './option-numbers.ts';
export type { Parsed } from './result.ts';
export { assertNever } from './result.ts';
export { octetsForWriting } from './slab.ts';
export type { TextIrregularity } from './text-scan.ts';
export { findBareLineEnd, TextScanner } from './text-scan.ts';
export type { Code, VectorFunction, VectorFunctionSource } from './vector-function.ts';
export { assemble, makeVectorFunction } from './vector-function.ts';
