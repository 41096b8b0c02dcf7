/**
 * The items of STATUS that IMAP itself has. Every one is a number.
 *
 *     status-att-val = ("MESSAGES" SP number) / ("UIDNEXT" SP nz-number) / ("UIDVALIDITY" SP nz-number) / ("UNSEEN" SP number) /
 *                      ("DELETED" SP number)
 *
 * RECENT is RFC 3501's, DELETED RFC 9051's and that of QUOTA=RES-MESSAGE; SIZE came as an extension (STATUS=SIZE).
 *
 * @rfc 9051 6.3.11
 * @rfc 3501 6.3.10
 */
import type { StatusItemSpec } from '../extension.ts';

export type BaseStatusItem = 'DELETED' | 'MESSAGES' | 'RECENT' | 'UIDNEXT' | 'UIDVALIDITY' | 'UNSEEN';

export interface BaseStatusFields {
  /** How many are `\Deleted`. @rfc 9208 4.1.4 */
  readonly deleted: number | undefined;
  readonly messages: number | undefined;
  /** Messages that are `\Recent`. @rfc 3501 6.3.10 */
  readonly recent: number | undefined;
  readonly uidNext: number | undefined;
  readonly uidValidity: number | undefined;
  /** How many are not `\Seen`. */
  readonly unseen: number | undefined;
}

export const baseStatusItems: readonly StatusItemSpec<BaseStatusItem, keyof BaseStatusFields, number>[] = [
  numberItem('MESSAGES', 'messages'),
  numberItem('RECENT', 'recent'),
  numberItem('UIDNEXT', 'uidNext'),
  numberItem('UIDVALIDITY', 'uidValidity'),
  numberItem('UNSEEN', 'unseen'),
  numberItem('DELETED', 'deleted'),
];

function numberItem(name: BaseStatusItem, field: keyof BaseStatusFields): StatusItemSpec<BaseStatusItem, keyof BaseStatusFields, number> {
  return { name, field, parse: (reader) => reader.number(), encode: (writer, value) => void writer.number(value) };
}
