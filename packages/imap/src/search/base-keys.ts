/**
 * How the keys of RFC 3501 and RFC 9051 stand on the wire: one reader for each name. NOT, OR, lists and sets, which hold keys or have no name, are
 * in `parse.ts`.
 *
 * @rfc 9051 6.4.4
 */
import { readDate } from '../dates.ts';
import { readSet } from '../sequence-set.ts';
import type { ValueReader } from '../value-reader.ts';
import type {
  BaseSearchKey, DateSearchKeyName, PlainSearchKeyName, TextSearchKeyName,
} from './search-key.ts';

/** Reads what follows the name of a key. */
export type ReadKey = (reader: ValueReader) => BaseSearchKey;

/** @rfc 9051 6.4.4 @rfc 3501 6.4.4 */
export const PLAIN_KEYS: readonly PlainSearchKeyName[] = [
  'ALL', 'ANSWERED', 'DELETED', 'DRAFT', 'FLAGGED', 'SEEN', 'UNANSWERED', 'UNDELETED', 'UNDRAFT', 'UNFLAGGED', 'UNSEEN', 'NEW', 'OLD', 'RECENT',
];
export const TEXT_KEYS: readonly TextSearchKeyName[] = ['BCC', 'BODY', 'CC', 'FROM', 'SUBJECT', 'TEXT', 'TO'];
export const DATE_KEYS: readonly DateSearchKeyName[] = ['BEFORE', 'ON', 'SINCE', 'SENTBEFORE', 'SENTON', 'SENTSINCE'];

/** The readers by the names of the keys. */
export const BASE_KEYS: ReadonlyMap<string, ReadKey> = new Map<string, ReadKey>([
  ...PLAIN_KEYS.map((key): [string, ReadKey] => {
    const value = { key }; // one object for all searches
    return [key, () => value];
  }),
  ...TEXT_KEYS.map((key): [string, ReadKey] => [key, (reader) => ({ key, value: spaced(reader).astring() })]),
  ...DATE_KEYS.map((key): [string, ReadKey] => [key, (reader) => ({ key, date: readDate(spaced(reader)) })]),
  ...(['LARGER', 'SMALLER'] as const).map((key): [string, ReadKey] => [key, (reader) => ({ key, octetCount: spaced(reader).number() })]),
  ...(['KEYWORD', 'UNKEYWORD'] as const).map((key): [string, ReadKey] => [key, (reader) => ({ key, flag: spaced(reader).atom() })]),
  ['UID', (reader) => ({ key: 'UID', set: readSet(spaced(reader)) })],
  ['HEADER', readHeader],
]);

function readHeader(reader: ValueReader): BaseSearchKey {
  const field = spaced(reader).astring();
  return { key: 'HEADER', field, value: spaced(reader).astring() };
}

function spaced(reader: ValueReader): ValueReader {
  reader.space();
  return reader;
}
