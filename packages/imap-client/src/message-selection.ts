/**
 * Which messages: UIDs in any form that is at hand, all of them, or a search. Long sets are cut into pieces, since servers bound their lines.
 *
 * @rfc 7162 4
 */
import { formatSet, normalizeSet, type NumberRange, type SearchKey, type SequenceSet, setOf, STAR } from '@mailwright/imap';

/** `all`; one UID; UIDs in any order; ranges of UIDs (`[[1, 10], [20, STAR]]`), told apart by their elements; or a search key. */
export type MessageSelection = 'all' | number | Iterable<number> | SequenceSet | SearchKey;

/** RFC 7162 4 and RFC 2683 3.2.1.5: lines of 8000 octets are what every server takes. */
const SET_OCTETS = 7500;

/** Whether the selection is a search that has to be made first. */
export function isSearch(selection: MessageSelection): selection is SearchKey {
  return typeof selection === 'object' && 'key' in selection;
}

/** The UIDs as ranges, tidy; empty for none. Throws a `RangeError` for what is no UID. */
export function selectedSet(selection: Exclude<MessageSelection, SearchKey>): SequenceSet {
  if (selection === 'all') return [[1, STAR]];
  if (typeof selection === 'number') return setOf([selection]);
  const elements = [...(selection as Iterable<number | NumberRange>)];
  if (elements.length === 0) return [];
  if (typeof elements[0] === 'number') return setOf(elements as number[]);
  const set = normalizeSet(elements as NumberRange[]);
  formatSet(set);
  return set;
}

/** The set in pieces, each short enough for a command line. */
export function splitSet(set: SequenceSet, octets: number = SET_OCTETS): SequenceSet[] {
  const pieces: SequenceSet[] = [];
  let piece: NumberRange[] = [];
  let length = 0;
  for (const range of set) {
    const cost = formatSet([range]).length + 1;
    if (length + cost > octets && piece.length > 0) {
      pieces.push(piece);
      piece = [];
      length = 0;
    }
    piece.push(range);
    length += cost;
  }
  if (piece.length > 0) pieces.push(piece);
  return pieces;
}
