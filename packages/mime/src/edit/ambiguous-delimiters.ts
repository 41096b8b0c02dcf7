/**
 * Lines that begin with the boundary of a multipart and are no delimiter for this package, though they are for others: text behind the boundary, a
 * multipart that is closed already or not open yet, a CR alone before the line. And boundaries of which one begins with another.
 *
 *     delimiter-line = "--" boundary transport-padding
 *
 * One pass over the lines that begin with two hyphens; each is looked up once for each length that a boundary has.
 */
import { CR, HYPHEN, LF, encodeLatin1, encodeUtf8, indexOfOctet, indexOfSequence, latin1 } from '@mailwright/wire';
import { findParameter, isMultipart } from '../header/content-type.ts';
import type { MessagePart } from '../parse/message-part.ts';
import type { ParsedMessage } from '../parse/parse-message.ts';
import type { AmbiguityReport } from './ambiguity.ts';

const STARTS = [encodeLatin1('\n--'), encodeLatin1('\r--')];
/** Lengths that are looked up; a message with boundaries of more lengths is told by its first ones. */
const LENGTHS = 100;
const LINE_OCTETS = 1000;

/** @rfc 2046 5.1.1 @rfc 2046 5.1.2 */
export function findAmbiguousDelimiters(message: ParsedMessage, report: AmbiguityReport): void {
  const multiparts = message.parts.filter(({ mediaType }) => isMultipart(mediaType));
  if (multiparts.length === 0) return;
  const boundaries = new Set(multiparts.map(boundaryOf).filter((boundary) => boundary !== ''));
  findPrefixes(message, multiparts, report);
  const lengths = Array.from(new Set(Array.from(boundaries, ({ length }) => length))).slice(0, LENGTHS);
  const { source } = message;
  const known = new DelimiterEnds(message);
  for (const at of lineStarts(source)) {
    if (report.isFull('AMBIGUOUS_DELIMITER')) return;
    const line = latin1(source, at + 2, findLineEnd(source, at));
    const boundary = lengths.map((length) => line.slice(0, length)).find((start) => boundaries.has(start));
    if (boundary === undefined || known.has(source, at)) continue;
    report.add('AMBIGUOUS_DELIMITER', at, [['the line is no delimiter here', 'text'], ['a line that begins with a boundary is a delimiter', `a delimiter of ${JSON.stringify(boundary)}`]]);
  }
}

/** Where two hyphens stand at the beginning, behind an LF, and behind a CR. */
function* lineStarts(source: Uint8Array): Generator<number> {
  if (source[0] === HYPHEN && source[1] === HYPHEN) yield 0;
  for (const start of STARTS) {
    for (let at = indexOfSequence(source, start); at !== -1; at = indexOfSequence(source, start, at + 1)) yield at + 1;
  }
}

function findPrefixes(message: ParsedMessage, multiparts: readonly MessagePart[], report: AmbiguityReport): void {
  for (const part of multiparts) {
    const boundary = boundaryOf(part);
    for (let at = part.parent; at !== undefined; at = message.parts[at]!.parent) {
      const around = boundaryOf(message.parts[at]!);
      if (around === '' || !boundary.startsWith(around)) continue;
      report.add('AMBIGUOUS_STRUCTURE', part.start, [['whole lines are compared, the outer multipart first', 'delimiters of their own'], ['beginnings of lines are compared', 'delimiters of the outer multipart']]);
      break;
    }
  }
}

/** As it stands in the body, an octet a character. */
function boundaryOf(part: MessagePart): string {
  const boundary = isMultipart(part.mediaType) ? findParameter(part.contentType, 'boundary') : undefined;
  return boundary === undefined ? '' : latin1(encodeUtf8(boundary.replace(/[ \t]+$/, '')));
}

function findLineEnd(source: Uint8Array, from: number): number {
  const lf = indexOfOctet(source.subarray(from, Math.min(source.length, from + LINE_OCTETS)), LF);
  return lf === -1 ? Math.min(source.length, from + LINE_OCTETS) : from + lf;
}

/** The lines that are delimiters for the parser: known by where they end. */
class DelimiterEnds {
  readonly #opening = new Set<number>();
  readonly #closing = new Set<number>();

  constructor(message: ParsedMessage) {
    for (const part of message.parts) {
      if (!isMultipart(part.mediaType)) continue;
      for (const child of part.children) this.#opening.add(message.parts[child]!.start);
      if (part.preambleEnd < part.end || part.children.length > 0) this.#closing.add(part.epilogueStart);
    }
  }

  has(source: Uint8Array, at: number): boolean {
    const lf = indexOfOctet(source, LF, at);
    const end = lf === -1 ? source.length : lf;
    return this.#opening.has(lf === -1 ? end : lf + 1) || this.#closing.has(source[end - 1] === CR ? end - 1 : end);
  }
}
