/** The order in which the hosts of a domain are tried. */
import type { Random } from '@mailwright/wire';
import type { MxRecord } from './records.ts';

/**
 * The records by preference, lowest first; those of the same preference in an order drawn from `random`, so that a domain's
 * hosts share the load. A new array.
 * @rfc 5321 5.1
 */
export function sortMx(records: readonly MxRecord[], random: Random): readonly MxRecord[] {
  const shuffled = [...records];
  const octets = random.octets(4 * shuffled.length);
  const draws = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  // Fisher and Yates; the sort after it is stable, so only ties keep the drawn order.
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = draws.getUint32(4 * last) % (last + 1);
    [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
  }
  return shuffled.sort((one, two) => one.preference - two.preference);
}
