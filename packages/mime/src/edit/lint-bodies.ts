/**
 * What stands in the bodies of a message against what their header sections promise: octets above 127, charsets, base64 and quoted-printable.
 * Bodies are decoded one after the other and not kept.
 *
 * Read next: `lint-parts.ts`.
 */
import { CR, LF, indexOfOctet } from '@mailwright/wire';
import { charsetName } from '../charset/aliases.ts';
import { decodeTransfer } from '../coding/transfer-codec.ts';
import { findField } from '../header/header-parse.ts';
import type { MessagePart } from '../parse/message-part.ts';
import type { ParsedMessage } from '../parse/parse-message.ts';
import type { LintReport } from './lint-finding.ts';

const ENCODED_LINE_OCTETS = 76; // RFC 2045 6.7 and 6.8, line end excluded
const ASCII = /^(?:us-ascii|ascii|ansi_x3\.4-1968|iso646-us)$/i;

/**
 * Looks at the bodies that hold no other parts.
 *
 * @rfc 2045 2.7
 * @rfc 2045 6.7
 * @rfc 2045 6.8
 * @rfc 2046 4.1.2
 */
export function lintBodies(message: ParsedMessage, report: LintReport): void {
  for (const part of message.parts) if (part.children.length === 0) lintBody(part, report);
}

function lintBody(part: MessagePart, report: LintReport): void {
  const raw = part.rawBody();
  const { transferEncoding } = part;
  const eightBit = findEightBit(raw);
  if (transferEncoding === 'base64' || transferEncoding === 'quoted-printable') lintEncoded(part, raw, report);
  if (eightBit !== -1 && isSevenBit(part)) report.add('LINT_UNDECLARED_EIGHT_BIT', part.bodyStart + eightBit);
  if (part.mediaType.startsWith('text/')) lintCharset(part, raw, eightBit, report);
}

/** Encoded bodies are ASCII too. What is unknown is read as binary, and has a finding of its own. */
function isSevenBit({ transferEncoding }: MessagePart): boolean {
  return transferEncoding !== '8bit' && transferEncoding !== 'binary';
}

function lintEncoded({ transferEncoding, bodyStart }: MessagePart, raw: Uint8Array, report: LintReport): void {
  for (let from = 0; from < raw.length && !report.isFull('LINT_ENCODED_LINE_TOO_LONG'); ) {
    const lf = indexOfOctet(raw, LF, from);
    const end = lf === -1 ? raw.length : lf > from && raw[lf - 1] === CR ? lf - 1 : lf;
    if (end - from > ENCODED_LINE_OCTETS) report.add('LINT_ENCODED_LINE_TOO_LONG', bodyStart + from);
    from = lf === -1 ? raw.length : lf + 1;
  }
  const code = transferEncoding === 'base64' ? 'LINT_BAD_BASE64' : 'LINT_BAD_QUOTED_PRINTABLE';
  const first = decodeTransfer(transferEncoding, raw).defects[0];
  if (first !== undefined) report.add(code, bodyStart + first.offset);
}

function lintCharset(part: MessagePart, raw: Uint8Array, eightBit: number, report: LintReport): void {
  const { charset } = part;
  if (charset !== undefined && charsetName(charset) === undefined) report.add('LINT_UNKNOWN_CHARSET', findField(part.headers, 'Content-Type')?.start ?? part.start);
  if (charset !== undefined && !ASCII.test(charset)) return;
  const isEncoded = part.transferEncoding === 'base64' || part.transferEncoding === 'quoted-printable';
  const holdsEightBit = isEncoded ? findEightBit(decodeTransfer(part.transferEncoding, raw).octets) !== -1 : eightBit !== -1;
  if (holdsEightBit) report.add('LINT_NO_CHARSET', part.bodyStart);
}

/** The index of the first octet above 127, or -1. */
function findEightBit(octets: Uint8Array): number {
  for (let at = 0; at < octets.length; at++) if (octets[at]! > 0x7f) return at;
  return -1;
}
