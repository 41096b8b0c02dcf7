/**
 * What the end of a line says of a literal behind it: pure functions over octets, for the framing.
 *
 *     literal  = "{" number64 ["+"] "}" CRLF *CHAR8
 *     literal8 = "~{" number64 ["+"] "}" CRLF *OCTET
 *
 * Read next: `frame-reader.ts`.
 *
 * @rfc 9051 4.3
 * @rfc 7888 3
 */
import { DIGIT_0, DIGIT_9, indexOfOctet, PLUS, SP } from '@mailwright/wire';

const LEFT_BRACE = 0x7b;
const TILDE = 0x7e;
/** `~{9007199254740991+}` CRLF is 22 octets: a header is looked for in so many before the end of a line. */
const HEADER_OCTETS = 24;

/** A literal as its header announces it. */
export interface LiteralHeader {
  readonly octetCount: number;
  readonly binary: boolean;
  /** Whether the client waits for `+`. */
  readonly sync: boolean;
}

/** The header of a literal at the end of a line's text, if there is one. `octetCount` may be beyond what a number holds exactly. */
export function readLiteralHeader(octets: Uint8Array, lineStart: number, textEnd: number): LiteralHeader | undefined {
  let at = textEnd - 2;
  const signed = at >= lineStart && octets[at] === PLUS;
  if (signed) at--;
  const digitsEnd = at + 1;
  while (at >= lineStart && octets[at]! >= DIGIT_0 && octets[at]! <= DIGIT_9) at--;
  if (digitsEnd - at === 1 || at < lineStart || octets[at] !== LEFT_BRACE) return undefined;
  let octetCount = 0;
  for (let index = at + 1; index < digitsEnd; index++) octetCount = octetCount * 10 + (octets[index]! - DIGIT_0);
  return { octetCount, binary: at > lineStart && octets[at - 1] === TILDE, sync: !signed };
}

/** `tag SP status SP`, `* status SP`: its text may end in what looks like a literal. */
export function isStatusLine(octets: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && octets[at] !== SP) at++;
  at++;
  let word = '';
  while (at < end && octets[at] !== SP && word.length < 8) word += String.fromCharCode(octets[at++]!);
  return /^(?:OK|NO|BAD|BYE|PREAUTH)$/i.test(word) || (octets[start] === PLUS && octets[start + 1] === SP);
}

/** Whether the octet stands in this range. */
export function hasOctet(octets: Uint8Array, octet: number, from: number, to: number): boolean {
  const at = indexOfOctet(octets, octet, from);
  return at !== -1 && at < to;
}

/** The last octets of a line that is passed over, as text: as many as the header of a literal can have. */
export function tailOf(before: string, part: Uint8Array): string {
  let tail = '';
  for (let at = Math.max(0, part.length - HEADER_OCTETS); at < part.length; at++) tail += String.fromCharCode(part[at]!);
  return (before + tail).slice(-HEADER_OCTETS);
}

/** The octets of the literal that comes unasked behind a line which was passed over, by its tail; undefined where none does. A client waits with none. */
export function unaskedLiteral(tail: string, isServer: boolean): number | undefined {
  const match = /\{(\d{1,16})(\+?)\}\r?\n$/.exec(tail);
  return match !== null && (!isServer || match[2] !== '') ? Number(match[1]) : undefined;
}
