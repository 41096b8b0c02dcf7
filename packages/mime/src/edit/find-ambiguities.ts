/**
 * Finds the places where programs differ about a message: a scanner that reads it one way lets through what a reader shows another way. Each place
 * is told with the readings that are known from programs in use, first the one of this package.
 *
 * It is no judgement: mail of honest senders has such places too. What stands in `From` or hides a file is for the caller to weigh, by `code`.
 *
 * Left out: messages inside of encoded parts (decode them, and look at each), HTML. Read next: `ambiguity.ts`.
 */
import type { MimeLimits } from '../limits.ts';
import { parseMessage } from '../parse/parse-message.ts';
import { AmbiguityReport } from './ambiguity.ts';
import type { Ambiguity } from './ambiguity.ts';
import { findAmbiguousDelimiters } from './ambiguous-delimiters.ts';
import { findAmbiguousFields, findMissingVersion } from './ambiguous-fields.ts';
import { findAmbiguousLines } from './ambiguous-lines.ts';
import { findAmbiguousFileName, findAmbiguousType } from './ambiguous-parameters.ts';
import { findAmbiguousBody, findAmbiguousCoding } from './ambiguous-parts.ts';

const PLACES_PER_CODE = 20;

/**
 * Looks at a whole message.
 *
 * Shape: places in the order of their offsets, the first 20 of each code; none where all programs should agree. Linear in the size of the message.
 * Errors: none for what the message holds; RangeError for a limit that is no positive integer.
 * @rfc 2045 5
 * @rfc 2046 5.1
 * @rfc 5322 3.6
 */
export function findAmbiguities(octets: Uint8Array, limits: MimeLimits = {}): readonly Ambiguity[] {
  const report = new AmbiguityReport(PLACES_PER_CODE);
  const message = parseMessage(octets, limits);
  findAmbiguousLines(octets, report);
  for (const part of message.parts) {
    findAmbiguousFields(octets, part.headers, report);
    findAmbiguousType(part, report);
    findAmbiguousFileName(part, report);
    findAmbiguousCoding(part, report);
    if (part.children.length === 0) findAmbiguousBody(part, report);
  }
  findMissingVersion(message.parts[0]!.headers, message.parts[0]!.mediaType, report);
  findAmbiguousDelimiters(message, report);
  if (message.limit !== undefined) {
    const { code, limit } = message.limit;
    report.add('AMBIGUOUS_STRUCTURE', octets.length, [[`reading stops at a limit (${code} ${limit})`, 'what is behind it is not seen'], ['another limit', 'more of the message, or less']]);
  }
  return report.found();
}
