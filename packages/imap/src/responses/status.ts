/**
 * STATUS data: numbers of a mailbox. Every field is always there, undefined where the response does not speak of it.
 *
 *     mailbox-data    =/ "STATUS" SP mailbox SP "(" [status-att-list] ")"
 *     status-att-list = status-att-val *(SP status-att-val)
 *
 * @rfc 9051 7.3.3
 */
import type { DataSpec } from '../extension.ts';
import { readMailbox, writeMailbox } from '../mailbox-name.ts';
import type { ExtensionStatusFields } from '../registry.ts';
import type { SpecTables } from '../spec-tables.ts';
import type { ValueReader } from '../value-reader.ts';
import type { BaseStatusFields } from './status-items.ts';

export type StatusItems = BaseStatusFields & ExtensionStatusFields;

export interface StatusData {
  readonly name: 'STATUS';
  readonly mailbox: string;
  readonly items: StatusItems;
}

type Fields = Record<string, unknown>;

export const statusData: DataSpec<StatusData> = {
  name: 'STATUS',
  numbered: false,
  source: 'RFC 9051 7.3.3',
  parse(reader) {
    reader.space();
    const mailbox = readMailbox(reader);
    reader.spaces(); // some servers send two
    return { name: 'STATUS', mailbox, items: readItems(reader) };
  },
  encode(writer, { mailbox, items }) {
    writeMailbox(writer.raw('STATUS '), mailbox);
    const given = [...writer.specs.statusItems.values()].filter(({ field }) => (items as unknown as Fields)[field] !== undefined);
    writer.space().list(given, (spec) => spec.encode(writer.raw(`${spec.name} `), (items as unknown as Fields)[spec.field]));
  },
  explain: ({ mailbox }) => `How the mailbox "${mailbox}" stands.`,
};

function readItems(reader: ValueReader): StatusItems {
  const fields = emptyStatusItems(reader.specs);
  reader.list(() => {
    const spec = reader.specs.statusItems.get(reader.keyword());
    reader.space();
    if (spec === undefined) reader.skipValue();
    else fields[spec.field] = spec.parse(reader);
  });
  return fields as unknown as StatusItems;
}

/** The items with nothing told. */
export function emptyStatusItems(specs: SpecTables): Fields {
  const fields: Fields = {};
  for (const { field } of specs.statusItems.values()) fields[field] = undefined;
  return fields;
}
