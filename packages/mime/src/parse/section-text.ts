/**
 * Where text begins that stands in a header section because the empty line before it is missing: senders forget it, and a part may
 * have no header section at all though it should begin with an empty line then.
 *
 * Read next: `message-scanner.ts`.
 */
import { COLON, CR, LF, SP, TAB, encodeLatin1, indexOfOctet, indexOfSequence, isAscii, latin1 } from '@mailwright/wire';
import { mimeDefect } from '../defect.ts';
import { findParameter } from '../header/content-type.ts';
import type { HeaderSection } from '../header/header-parse.ts';
import type { HeaderFacts } from './part-facts.ts';

const MBOX_LINE = /^>?From /;

/**
 * The index in `octets` of the first line behind the last field that is no field, or -1. `at` is the index of the section's first octet, `base`
 * the offset of `octets[0]`. Where the empty line is there after all, a line with a colon is taken for a broken field, and so is every line
 * before a body in base64, which it would spoil.
 *
 * Deviation: RFC 5322 has no such messages; what is in them would be lost (CPython's `msg_35`, mail-parser's `malformed/022`).
 */
export function findTextInSection(facts: HeaderFacts, octets: Uint8Array, at: number, base: number): number {
  const { fields, bodyOffset, complete, limit } = facts.headers;
  const end = bodyOffset - base;
  let line = fields.length === 0 ? at : fields[fields.length - 1]!.end - base;
  if (limit !== undefined) return -1;
  while (line < end && !isLineEnd(octets, line)) {
    const lf = indexOfOctet(octets, LF, line);
    const next = lf === -1 || lf >= end ? end : lf + 1;
    const isSkipped = octets[line] === SP || octets[line] === TAB || MBOX_LINE.test(latin1(octets, line, Math.min(next, line + 6)));
    if (!isSkipped) return complete && (facts.transferEncoding === 'base64' || hasColon(octets, line, next)) ? -1 : line;
    line = next;
  }
  return -1;
}

/** The index of the line, in the section of a multipart, that is its own first delimiter; -1 where there is none. `at` and `base` as above. */
export function findOwnDelimiter(facts: HeaderFacts, octets: Uint8Array, at: number, base: number): number {
  const boundary = findParameter(facts.contentType, 'boundary') ?? '';
  if (boundary === '' || !isAscii(boundary)) return -1;
  const section = octets.subarray(at, facts.headers.bodyOffset - base);
  const found = indexOfSequence(section, encodeLatin1(`\n--${boundary}`));
  const behind = found === -1 ? undefined : section[found + 3 + boundary.length];
  return behind === CR || behind === LF ? at + found + 1 : -1;
}

/** The section with its end at `offset`: what is wrong behind that is text. */
export function endSection(section: HeaderSection, offset: number): HeaderSection {
  const defects = section.defects.filter((defect) => defect.offset < offset);
  return { ...section, bodyOffset: offset, complete: false, defects: [...defects, mimeDefect('MIME_NO_EMPTY_LINE', offset)] };
}

function isLineEnd(octets: Uint8Array, at: number): boolean {
  return octets[at] === LF || (octets[at] === CR && octets[at + 1] === LF);
}

function hasColon(octets: Uint8Array, from: number, to: number): boolean {
  return indexOfOctet(octets.subarray(from, to), COLON) !== -1;
}
