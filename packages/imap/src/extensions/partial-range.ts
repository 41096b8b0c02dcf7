/**
 * A range of positions in a result: counted from its first message (`1:100`), or from its last one (`-1:-100`).
 *
 *     partial-range       = partial-range-first / partial-range-last
 *     partial-range-first = nz-number ":" nz-number
 *     partial-range-last  = MINUS nz-number ":" MINUS nz-number
 *
 * @rfc 9394 3.1
 * @rfc 5267 4.4
 */
import { COLON, HYPHEN } from '@mailwright/wire';
import type { ValueReader } from '../value-reader.ts';
import type { ValueWriter } from '../value-writer.ts';

/** Positions count from 1 on; both in the range, `first <= last` whichever way they were written. `fromEnd`: 1 is the last message. */
export interface PartialRange {
  readonly first: number;
  readonly last: number;
  readonly fromEnd: boolean;
}

/** Reads a range. @rfc 9394 3.1 */
export function readPartialRange(reader: ValueReader): PartialRange {
  const fromEnd = reader.skip(HYPHEN);
  const first = readPosition(reader);
  reader.expect(COLON);
  if (fromEnd) reader.expect(HYPHEN);
  const last = readPosition(reader);
  return { first: Math.min(first, last), last: Math.max(first, last), fromEnd };
}

/** Writes a range. Throws a `RangeError` for positions that are no whole numbers from 1 on. @rfc 9394 3.1 */
export function writePartialRange(writer: ValueWriter, { first, last, fromEnd }: PartialRange): void {
  if (first < 1 || last < 1) throw new RangeError(`positions count from 1: ${first}:${last}`);
  const sign = fromEnd ? '-' : '';
  writer.raw(sign).number(first).raw(`:${sign}`).number(last);
}

/** The part of a result that a range names, in the order of the result. @rfc 9394 3.1 */
export function sliceResult<T>(result: readonly T[], { first, last, fromEnd }: PartialRange): readonly T[] {
  if (!fromEnd) return result.slice(first - 1, last);
  return result.slice(Math.max(0, result.length - last), Math.max(0, result.length - first + 1));
}

function readPosition(reader: ValueReader): number {
  const from = reader.at;
  const position = reader.number();
  if (position === 0) reader.fail('a position from 1 on', from);
  return position;
}
