/**
 * The items of STATUS that IMAP itself has. Every one is a number.
 *
 *     status-att-val = ("MESSAGES" SP number) / ("UIDNEXT" SP nz-number) / ("UIDVALIDITY" SP nz-number) / ("UNSEEN" SP number)
 *
 * RECENT is RFC 3501's; DELETED and SIZE came as extensions (QUOTA, STATUS=SIZE).
 *
 * @rfc 9051 6.3.11
 * @rfc 3501 6.3.10
 */
import type { StatusItemSpec } from '../extension.ts';

export type BaseStatusItem = 'MESSAGES' | 'RECENT' | 'UIDNEXT' | 'UIDVALIDITY' | 'UNSEEN';

export interface BaseStatusFields {
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
];

function numberItem(name: BaseStatusItem, field: keyof BaseStatusFields): StatusItemSpec<BaseStatusItem, keyof BaseStatusFields, number> {
  return { name, field, parse: (reader) => reader.number(), encode: (writer, value) => void writer.number(value) };
}
