/**
 * Where a literal stands that is about to be streamed: which message, which item. What stands before it in its response is all that is
 * known then.
 *
 *     "*" SP nz-number SP ("FETCH" / "UIDFETCH") SP "(" ... SP "BODY" section ["<" number ">"] SP ["~"] "{" number64 "}" CRLF
 *
 * @rfc 9051 7.5.2
 * @rfc 9586 3.3
 */
import { CR, indexOfOctet, latin1, LEFT_BRACKET, LEFT_PARENTHESIS, LF, RIGHT_BRACKET, RIGHT_PARENTHESIS, SP } from '@mailwright/wire';
import type { FetchData } from '../fetch/fetch-data.ts';
import type { Frame } from '../frame.ts';
import type { ImapLimits } from '../limits.ts';
import { parseResponse } from '../response-parse.ts';
import { readOrigin, readSection, type Section } from '../section.ts';
import { ValueReader } from '../value-reader.ts';

const LEFT_BRACE = 0x7b;
const TILDE = 0x7e;

/** A literal of a FETCH or UIDFETCH response. */
export interface FetchLiteral {
  /** Undefined in UIDFETCH. */
  readonly sequenceNumber: number | undefined;
  /** Where it stands before the literal. */
  readonly uid: number | undefined;
  /** `BODY[1.2]<0>` as it was sent, in upper case but for the section's fields. */
  readonly item: string;
  readonly section: Section | undefined;
  readonly origin: number | undefined;
  /** What stands before the literal. */
  readonly data: FetchData;
}

/**
 * Reads what stands before a literal.
 *
 * Shape: `frame` ends behind the literal's header. `undefined` where the response is neither FETCH nor UIDFETCH.
 */
export function readFetchLiteral(frame: Frame, limits: ImapLimits, utf8: boolean): FetchLiteral | undefined {
  const response = parseResponse({ ...frame, complete: false }, limits, utf8);
  if (response.type !== 'data' || (response.data.name !== 'FETCH' && response.data.name !== 'UIDFETCH')) return undefined;
  const { data: fetched } = response;
  const { data } = fetched;
  const message = fetched.name === 'FETCH' ? { sequenceNumber: fetched.sequenceNumber, uid: data.uid } : { sequenceNumber: undefined, uid: fetched.uid };
  const from = itemBefore(frame.octets, headerOf(frame.octets));
  return { ...message, data, ...readItem(frame, from, limits, utf8) };
}

/** Where the last literal's header begins: `{n}` or `~{n}`. */
function headerOf(octets: Uint8Array): number {
  let at = octets.length;
  while (at > 0 && octets[at] !== LEFT_BRACE) at--;
  return at > 0 && octets[at - 1] === TILDE ? at - 1 : at;
}

/** Where the item begins whose value begins at `to`. A section may hold blanks. */
function itemBefore(octets: Uint8Array, to: number): number {
  let at = to;
  while (at > 0 && octets[at - 1] === SP) at--;
  for (let inSection = false; at > 0; at--) {
    const octet = octets[at - 1]!;
    if (octet === RIGHT_BRACKET) inSection = true;
    else if (octet === LEFT_BRACKET) inSection = false;
    else if (!inSection && (octet === SP || octet === LF || octet === LEFT_PARENTHESIS || octet === RIGHT_PARENTHESIS)) break;
  }
  return at;
}

function readItem(frame: Frame, from: number, limits: ImapLimits, utf8: boolean): Pick<FetchLiteral, 'item' | 'section' | 'origin'> {
  const { octets } = frame;
  const to = headerOf(octets);
  const bracket = indexOfOctet(octets, LEFT_BRACKET, from);
  const item = latin1(octets, from, to).trimEnd();
  if (bracket === -1 || bracket >= to || octets[bracket] === CR) return { item: item.toUpperCase(), section: undefined, origin: undefined };
  const reader = new ValueReader(frame, limits, utf8, bracket);
  const section = readSection(reader);
  const origin = readOrigin(reader);
  const name = latin1(octets, from, bracket).toUpperCase();
  return reader.failure === undefined ? { item: name + item.slice(name.length), section, origin } : { item, section: undefined, origin: undefined };
}
