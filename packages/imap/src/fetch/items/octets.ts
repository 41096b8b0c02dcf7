/**
 * Octets of a message as an item's value: `nstring`, as a literal where they are written.
 *
 * @rfc 9051 7.5.2
 */
import { RIGHT_PARENTHESIS } from '@mailwright/wire';
import type { ValueReader } from '../../value-reader.ts';
import type { ValueWriter } from '../../value-writer.ts';
import type { FetchedOctets } from '../fetch-data.ts';

/**
 * Reads a blank and an `nstring`.
 *
 * Deviation: nothing before the end of the list counts as NIL, as Yandex answers for a part without content.
 */
export function readOctets(reader: ValueReader): FetchedOctets | undefined {
  reader.space();
  if (reader.peek() === RIGHT_PARENTHESIS) return undefined;
  return reader.nstringOctets();
}

/** Writes an `nstring`. Throws a `TypeError` for NUL and for a literal that was streamed in: its octets are not there. */
export function writeOctets(writer: ValueWriter, octets: FetchedOctets | undefined): void {
  if (octets === undefined) writer.raw('NIL');
  else if (octets instanceof Uint8Array) writer.literal(octets);
  else if (octets.type === 'pending-literal') writer.piece(octets);
  else throw new TypeError('a streamed literal has no octets to write');
}
