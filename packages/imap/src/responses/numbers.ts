/**
 * Data that is a number and a name: `* 23 EXISTS`, `* 5 RECENT`, `* 44 EXPUNGE`.
 *
 *     mailbox-data =/ number SP "EXISTS" / number SP "RECENT"
 *     message-data =  nz-number SP "EXPUNGE"
 *
 * @rfc 9051 7.4.1
 * @rfc 9051 7.5.1
 * @rfc 3501 7.3.2
 */
import type { DataSpec } from '../extension.ts';

export interface ExistsData {
  readonly name: 'EXISTS';
  /** How many messages the mailbox holds. */
  readonly count: number;
}

export interface RecentData {
  readonly name: 'RECENT';
  readonly count: number;
}

export interface ExpungeData {
  readonly name: 'EXPUNGE';
  /** The message that is gone; those behind it have one number less from now on. */
  readonly sequenceNumber: number;
}

export const existsData: DataSpec<ExistsData> = {
  name: 'EXISTS',
  numbered: true,
  source: 'RFC 9051 7.4.1',
  parse: (_reader, count) => ({ name: 'EXISTS', count }),
  encode: (writer, { count }) => void writer.number(count).raw(' EXISTS'),
  explain: ({ count }) => `The mailbox holds ${count} ${count === 1 ? 'message' : 'messages'}.`,
};

export const recentData: DataSpec<RecentData> = {
  name: 'RECENT',
  numbered: true,
  source: 'RFC 3501 7.3.2',
  parse: (_reader, count) => ({ name: 'RECENT', count }),
  encode: (writer, { count }) => void writer.number(count).raw(' RECENT'),
  explain: ({ count }) => `${count} ${count === 1 ? 'message' : 'messages'} came since any session last looked.`,
};

export const expungeData: DataSpec<ExpungeData> = {
  name: 'EXPUNGE',
  numbered: true,
  source: 'RFC 9051 7.5.1',
  parse: (_reader, sequenceNumber) => ({ name: 'EXPUNGE', sequenceNumber }),
  encode: (writer, { sequenceNumber }) => void writer.number(sequenceNumber).raw(' EXPUNGE'),
  explain: ({ sequenceNumber }) => `Message ${sequenceNumber} is gone, and those behind it have one number less.`,
};
