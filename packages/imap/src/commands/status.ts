/**
 * STATUS: numbers of a mailbox that is not selected.
 *
 *     status = "STATUS" SP mailbox SP "(" status-att *(SP status-att) ")"
 *
 * Read next: `responses/status.ts`, the answer; `responses/status-items.ts`.
 *
 * @rfc 9051 6.3.11
 */
import type { CommandSpec } from '../extension.ts';
import { readMailbox, writeMailbox } from '../mailbox-name.ts';
import type { ExtensionStatusItem } from '../registry.ts';
import type { BaseStatusItem } from '../responses/status-items.ts';
import type { ValueReader } from '../value-reader.ts';
import type { ValueWriter } from '../value-writer.ts';
import { AUTHENTICATED } from './states.ts';

export type StatusItemName = BaseStatusItem | ExtensionStatusItem;

export interface StatusCommand {
  readonly name: 'STATUS';
  readonly mailbox: string;
  /** At least one. */
  readonly items: readonly StatusItemName[];
}

export const status: CommandSpec<StatusCommand> = {
  name: 'STATUS',
  uidForm: false,
  syntax: 'STATUS mailbox (item ...)',
  source: 'RFC 9051 6.3.11',
  states: AUTHENTICATED,
  pipelining: 'any',
  secret: false,
  parse(reader) {
    reader.space();
    const mailbox = readMailbox(reader);
    reader.space();
    return { name: 'STATUS', mailbox, items: readStatusItemNames(reader) };
  },
  encode(writer, { mailbox, items }) {
    writeMailbox(writer.space(), mailbox);
    writeStatusItemNames(writer.space(), items);
  },
  explain: ({ mailbox, items }) => `The client asks for ${items.join(', ')} of the mailbox "${mailbox}" without opening it.`,
};

/** Reads `(` names `)` of items of STATUS. */
export function readStatusItemNames(reader: ValueReader): StatusItemName[] {
  const from = reader.at;
  const items = reader.list(() => {
    const at = reader.at;
    const name = reader.keyword();
    if (!reader.specs.statusItems.has(name)) reader.fail('an item of STATUS', at);
    return name as StatusItemName;
  });
  if (items.length === 0) reader.fail('an item of STATUS', from);
  return items;
}

/** Writes `(` names `)` of items of STATUS. Throws a `RangeError` for none, a `TypeError` for one that is not registered. */
export function writeStatusItemNames(writer: ValueWriter, items: readonly StatusItemName[]): void {
  if (items.length === 0) throw new RangeError('STATUS needs at least one item');
  writer.list(items, (item) => {
    if (!writer.specs.statusItems.has(item)) throw new TypeError(`no item of STATUS: ${String(item)}`);
    writer.raw(item);
  });
}
