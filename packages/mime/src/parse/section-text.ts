/**
 * Where text begins that stands in a header section because the empty line before it is missing: senders forget it, and a part may
 * have no header section at all though it should begin with an empty line then.
 *
 * Read next: `message-scanner.ts`.
 */
import { COLON, CR, LF, SP, TAB, indexOfOctet, latin1 } from '@mailwright/wire';
import type { HeaderSection } from '../header/header-parse.ts';

const MBOX_LINE = /^>?From /;

/**
 * The index in `octets` of the first line behind the last field that is no field, or -1. `at` is the index of the section's first octet, `base`
 * the offset of `octets[0]`. Where the empty line is there after all, a line with a colon is taken for a broken field.
 *
 * Deviation: RFC 5322 has no such messages; what is in them would be lost (CPython's `msg_35`, mail-parser's `malformed/022`).
 */
export function findTextInSection(section: HeaderSection, octets: Uint8Array, at: number, base: number): number {
  const { fields, bodyOffset, complete, limit } = section;
  const end = bodyOffset - base;
  let line = fields.length === 0 ? at : fields[fields.length - 1]!.end - base;
  if (limit !== undefined) return -1;
  while (line < end && !isLineEnd(octets, line)) {
    const lf = indexOfOctet(octets, LF, line);
    const next = lf === -1 || lf >= end ? end : lf + 1;
    const isSkipped = octets[line] === SP || octets[line] === TAB || MBOX_LINE.test(latin1(octets, line, Math.min(next, line + 6)));
    if (!isSkipped) return complete && hasColon(octets, line, next) ? -1 : line;
    line = next;
  }
  return -1;
}

function isLineEnd(octets: Uint8Array, at: number): boolean {
  return octets[at] === LF || (octets[at] === CR && octets[at + 1] === LF);
}

function hasColon(octets: Uint8Array, from: number, to: number): boolean {
  return indexOfOctet(octets.subarray(from, to), COLON) !== -1;
}
