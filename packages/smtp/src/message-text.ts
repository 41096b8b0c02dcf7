/**
 * A message on its way out: one scan finds what must be stuffed, what can't be sent and what the message needs of the
 * server; what is written then are views of the caller's octets.
 *
 * @rfc 5321 4.5.2
 * @rfc 6152 3
 * @rfc 6531 3.2
 */
import { concatOctets, indexOfSequence, type LineEndPolicy, TextScanner } from '@mailwright/wire';
import { faultCode, type TextFault } from './body-reader.ts';
import { Normalizer } from './normalizer.ts';

/** What a message is made of, as far as SMTP cares. */
export interface MessageText {
  /** The message, mended where the policy says so: the caller's own octets otherwise. */
  readonly octets: Uint8Array;
  /** Offsets of the dots that DATA must double. */
  readonly dots: readonly number[];
  /** Some octet is above 127: it needs 8BITMIME. */
  readonly eightBit: boolean;
  /** Some octet of the header is above 127: it needs SMTPUTF8. */
  readonly eightBitHeader: boolean;
  /** Ends in CRLF (or is empty). If not, DATA adds one and BDAT does not. */
  readonly endsLine: boolean;
  /** The first thing in it that can't be sent as text under the policy, and where. */
  readonly fault: { readonly code: TextFault; readonly offset: number } | undefined;
}

const CRLFCRLF: Uint8Array = new Uint8Array([0x0d, 0x0a, 0x0d, 0x0a]);
const NO_DOTS: readonly number[] = [];

/**
 * Scans a message once. `lineEnds` and `nul` say what to do with a bare CR or LF and with NUL.
 * @rfc 5321 2.3.8
 */
export function scanMessage(message: Uint8Array, lineEnds: LineEndPolicy, nul: LineEndPolicy): MessageText {
  const octets = lineEnds === 'normalize' || nul === 'normalize' ? normalize(message, lineEnds, nul) : message;
  const scanner = new TextScanner();
  let dots: number[] | undefined;
  let fault: MessageText['fault'];
  for (let at = scanner.next(octets, 0); scanner.kind !== 'none'; at = scanner.next(octets, at + 1)) {
    const { kind } = scanner;
    if (kind === 'dot') (dots ??= []).push(at);
    else if ((kind === 'nul' ? nul : lineEnds) === 'reject') fault ??= { code: faultCode(kind), offset: at };
  }
  const endsLine = scanner.atLineStart;
  if (scanner.end() === 'bare-cr' && lineEnds === 'reject') fault ??= { code: 'SMTP_BARE_CR', offset: octets.length - 1 };
  const { eightBit } = scanner;
  return { octets, dots: dots ?? NO_DOTS, eightBit, eightBitHeader: eightBit && hasEightBitHeader(octets), endsLine, fault };
}

function normalize(message: Uint8Array, lineEnds: LineEndPolicy, nul: LineEndPolicy): Uint8Array {
  const normalizer = new Normalizer(lineEnds, nul);
  const mended = normalizer.push(message);
  const end = normalizer.end();
  return end === undefined ? mended : concatOctets([mended, end]);
}

function hasEightBitHeader(octets: Uint8Array): boolean {
  const end = indexOfSequence(octets, CRLFCRLF, 0);
  const header = end < 0 ? octets.length : end;
  for (let at = 0; at < header; at++) if (octets[at]! > 0x7f) return true;
  return false;
}
