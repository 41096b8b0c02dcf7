/**
 * LIST-METADATA: notes on mailboxes with their names, as METADATA data between the LIST data.
 *
 *     return-option =/ "METADATA" SP "(" entry *(SP entry) ")"
 *
 * @rfc 9590
 */
import type { ParameterSpec } from '../extension.ts';
import { type Brings, LOGGED_IN, NOTHING } from './brings.ts';
import { readEntries, writeEntries } from './metadata.ts';

const returnMetadata: ParameterSpec<'LIST-RETURN', 'metadata', readonly string[]> = {
  place: 'LIST-RETURN',
  name: 'METADATA',
  field: 'metadata',
  source: 'RFC 9590 3',
  parse(reader) {
    reader.space();
    return readEntries(reader);
  },
  encode: (writer, entries) => writeEntries(writer.space(), entries),
  explain: (entries) => `with their notes ${entries.join(', ')}`,
};

export const listMetadata: Brings<{ parameters: typeof returnMetadata }> = {
  ...NOTHING,
  capability: 'LIST-METADATA',
  implies: ['LIST-EXTENDED', 'METADATA'],
  rfc: 9590,
  announced: LOGGED_IN,
  parameters: [returnMetadata],
  explain: () => 'LIST can tell the notes on each mailbox.',
};
