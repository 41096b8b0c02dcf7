/**
 * LIST-STATUS: numbers of mailboxes with their names, as STATUS data between the LIST data.
 *
 *     return-option =/ "STATUS" SP "(" status-att *(SP status-att) ")"
 *
 * @rfc 5819
 */
import { readStatusItemNames, type StatusItemName, writeStatusItemNames } from '../commands/status.ts';
import type { ParameterSpec } from '../extension.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

/** What is wanted, as for STATUS. */
interface ReturnStatus extends ParameterSpec<'LIST-RETURN', 'status', readonly StatusItemName[]> {}

const returnStatus: ReturnStatus = {
  place: 'LIST-RETURN',
  name: 'STATUS',
  field: 'status',
  source: 'RFC 5819 2',
  parse(reader) {
    reader.space();
    return readStatusItemNames(reader);
  },
  encode: (writer, items) => writeStatusItemNames(writer.space(), items),
  explain: (items) => `with their ${items.join(', ')}`,
};

export const listStatus: Brings<{ parameters: ReturnStatus }> = {
  ...NOTHING,
  capability: 'LIST-STATUS',
  implies: ['LIST-EXTENDED'],
  rfc: 5819,
  inRev2: true,
  announced: ALWAYS,
  parameters: [returnStatus],
  explain: () => 'LIST can tell numbers of each mailbox, as STATUS does.',
};
