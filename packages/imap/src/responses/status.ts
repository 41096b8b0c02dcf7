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
import { findStatusItem, statusItems } from '../tables.ts';
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
    const given = [...statusItems()].filter(({ field }) => (items as unknown as Fields)[field] !== undefined);
    writer.space().list(given, (spec) => spec.encode(writer.raw(`${spec.name} `), (items as unknown as Fields)[spec.field]));
  },
  explain: ({ mailbox }) => `How the mailbox "${mailbox}" stands.`,
};

/** Makes the items of a STATUS from those that are given: the rest is undefined. */
export function makeStatusItems(given: { readonly [K in keyof StatusItems]?: StatusItems[K] | undefined } = {}): StatusItems {
  return Object.assign(emptyItems(), given) as unknown as StatusItems;
}

function readItems(reader: ValueReader): StatusItems {
  const fields = emptyItems();
  reader.list(() => {
    const spec = findStatusItem(reader.keyword());
    reader.space();
    if (spec === undefined) reader.skipValue();
    else fields[spec.field] = spec.parse(reader);
  });
  return fields as unknown as StatusItems;
}

function emptyItems(): Fields {
  const fields: Fields = {};
  for (const { field } of statusItems()) fields[field] = undefined;
  return fields;
}
