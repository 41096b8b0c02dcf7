/**
 * Octets: their names, finding, comparing, joining, and the ways between octets and text. Bytes are `Uint8Array`
 * everywhere; where a function returns a view into its input instead of a copy, it says so.
 *
 * Left out: charsets other than US-ASCII, Latin-1 and UTF-8, and streaming base64 (both in `@mailwright/mime`).
 * Read next: `input-buffer.ts` (octets that arrive in chunks), `text-scan.ts` (message text).
 */
import { native } from './native.ts';

export const NUL = 0x00;
export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;
export const DQUOTE = 0x22;
export const LEFT_PARENTHESIS = 0x28;
export const RIGHT_PARENTHESIS = 0x29;
export const ASTERISK = 0x2a;
export const PLUS = 0x2b;
export const COMMA = 0x2c;
export const HYPHEN = 0x2d;
export const DOT = 0x2e;
export const SLASH = 0x2f;
export const DIGIT_0 = 0x30;
export const DIGIT_9 = 0x39;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const LESS_THAN = 0x3c;
export const EQUALS = 0x3d;
export const GREATER_THAN = 0x3e;
export const AT = 0x40;
export const LEFT_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;
export const RIGHT_BRACKET = 0x5d;
export const DEL = 0x7f;

/** Below this many characters a loop is faster than a call into the engine (measured: about 60 ns a call). */
const SHORT_TEXT = 48;

/**
 * Joins parts into one array. Always a copy, except that a single part is returned as it is.
 *
 * `octetCount`: the total, where the caller knows it already.
 */
export function concatOctets(parts: readonly Uint8Array[], octetCount?: number): Uint8Array {
  const only = parts[0];
  if (parts.length === 1 && only !== undefined) return only;
  let total = octetCount ?? 0;
  if (octetCount === undefined) for (const part of parts) total += part.length;
  const joined = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** True when both hold the same octets. Not constant time: never for secrets. */
export function equalOctets(a: Uint8Array, b: Uint8Array): boolean {
  return native.equal(a, b);
}

/** The offset of the first `octet` at or after `from`, or -1. */
export function indexOfOctet(octets: Uint8Array, octet: number, from: number = 0): number {
  return native.indexOfOctet(octets, octet, from);
}

/** The offset of the first occurrence of `sequence` at or after `from`, or -1. An empty sequence is found at once. */
export function indexOfSequence(octets: Uint8Array, sequence: Uint8Array, from: number = 0): number {
  return native.indexOfSequence(octets, sequence, from);
}

/** Octets as text, one code point below 0x100 for each: nothing is lost, and `encodeLatin1` is the inverse. */
export function latin1(octets: Uint8Array, start: number = 0, end: number = octets.length): string {
  return native.latin1(octets, start, end);
}

/** Octets as text where the caller knows that all are below 0x80; otherwise the text is undefined. The fastest form. */
export function ascii(octets: Uint8Array, start: number = 0, end: number = octets.length): string {
  return native.ascii(octets, start, end);
}

/** UTF-8 as text; what is not UTF-8 becomes U+FFFD. A byte order mark stays. */
export function utf8(octets: Uint8Array, start: number = 0, end: number = octets.length): string {
  return native.utf8(octets, start, end);
}

/**
 * UTF-16 code units as text. The caller knows that surrogates come in pairs: engines differ in what they make of others. Measured on Node 20.20,
 * 100 KB: 3 us, where a `TextDecoder` takes 35.
 */
export function utf16(units: Uint16Array): string {
  return native.utf16(units);
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 as text, or `undefined` where the octets are not UTF-8 (overlong forms and surrogates included). @rfc 3629 3 */
export function decodeUtf8Strict(octets: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(octets);
  } catch {
    return undefined;
  }
}

/** Text as octets, one for each code point. Throws a `RangeError` for a code unit above 0xff. */
export function encodeLatin1(text: string): Uint8Array {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 0xff) throw new RangeError(`character at ${at} is not Latin-1`);
  }
  const octets = new Uint8Array(text.length);
  if (text.length >= SHORT_TEXT) native.writeLatin1(octets, text, 0);
  else for (let at = 0; at < text.length; at++) octets[at] = text.charCodeAt(at);
  return octets;
}

/**
 * Writes US-ASCII text into `target` from `at` on, one octet a character. The caller knows that the text is ASCII and that
 * it fits: anything else writes other octets than `encodeUtf8` would.
 */
export function writeAscii(target: Uint8Array, text: string, at: number): void {
  if (text.length >= SHORT_TEXT) native.writeLatin1(target, text, at);
  else for (let index = 0; index < text.length; index++) target[at + index] = text.charCodeAt(index);
}

const encoder = new TextEncoder();

/** Text as UTF-8. A lone surrogate becomes U+FFFD. @rfc 3629 3 */
export function encodeUtf8(text: string): Uint8Array {
  return isAscii(text) ? encodeLatin1(text) : encoder.encode(text);
}

/** True when every character is below U+0080. */
export function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}
