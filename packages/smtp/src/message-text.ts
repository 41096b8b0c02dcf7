/**
 * A message on its way out: one scan finds what must be stuffed, what can't be sent and what the message needs of the
 * server; what is written then are views of the caller's octets.
 *
 * @rfc 5321 4.5.2
 * @rfc 6152 3
 * @rfc 6531 3.2
 */
import { concatOctets, indexOfOctet, indexOfSequence, type LineEndPolicy, TextScanner } from '@mailwright/wire';
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

const CR = 0x0d;
const LF = 0x0a;
const CRLFCRLF: Uint8Array = new Uint8Array([0x0d, 0x0a, 0x0d, 0x0a]);
const NO_DOTS: readonly number[] = [];

const FAULT_WORDS: Readonly<Record<TextFault, string>> = { SMTP_BARE_CR: 'a CR without LF', SMTP_BARE_LF: 'an LF without CR', SMTP_NUL: 'a NUL' };

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

/** A fault, for people: `the message has a CR without LF at octet 120, line 4`. Lines count from 1, octets from 0. */
export function describeFault(octets: Uint8Array, { code, offset }: NonNullable<MessageText['fault']>): string {
  let line = 1;
  for (let lf = indexOfOctet(octets, LF, 0); lf >= 0 && lf < offset; lf = indexOfOctet(octets, LF, lf + 1)) line++;
  return `the message has ${FAULT_WORDS[code]} at octet ${offset}, line ${line}`;
}

/** A message that begins with an empty line has no header. */
function hasEightBitHeader(octets: Uint8Array): boolean {
  if (octets[0] === CR && octets[1] === LF) return false;
  const end = indexOfSequence(octets, CRLFCRLF, 0);
  const header = end < 0 ? octets.length : end;
  for (let at = 0; at < header; at++) if (octets[at]! > 0x7f) return true;
  return false;
}
