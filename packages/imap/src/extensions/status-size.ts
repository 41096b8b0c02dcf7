/**
 * STATUS=SIZE: the octets of all messages of a mailbox.
 *
 *     status-att-val =/ "SIZE" SP number64
 *
 * @rfc 8438
 */
import type { StatusItemSpec } from '../extension.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

const size: StatusItemSpec<'SIZE', 'size', number> = {
  name: 'SIZE',
  field: 'size',
  parse: (reader) => reader.number(),
  encode: (writer, octets) => void writer.number(octets),
};

export const statusSize: Brings<{ statusItems: typeof size }> = {
  ...NOTHING,
  capability: 'STATUS=SIZE',
  rfc: 8438,
  inRev2: true,
  announced: ALWAYS,
  statusItems: [size],
  explain: () => 'STATUS tells how large a mailbox is.',
};
