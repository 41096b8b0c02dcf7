/**
 * SAVEDATE: when a message came into this mailbox, which a copy or a move sets anew.
 *
 *     fetch-att  =/ "SAVEDATE"
 *     msg-att    =/ "SAVEDATE" SP (date-time / nil)
 *     search-key =/ "SAVEDBEFORE" SP date / "SAVEDON" SP date / "SAVEDSINCE" SP date / "SAVEDATESUPPORTED"
 *
 * @rfc 8514
 */
import { type CalendarDate, readDate, readDateTime, writeDate, writeDateTime } from '../dates.ts';
import type { FetchItemSpec, SearchKeySpec } from '../extension.ts';
import type { InternalDate } from '../fetch/fetch-data.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

export interface SaveDateRequest {
  readonly name: 'SAVEDATE';
}

export interface SaveDateKey<N extends 'SAVEDBEFORE' | 'SAVEDON' | 'SAVEDSINCE' = 'SAVEDBEFORE' | 'SAVEDON' | 'SAVEDSINCE'> {
  readonly key: N;
  readonly date: CalendarDate;
}

/** All messages where the mailbox keeps the date, none where it does not. @rfc 8514 4.3 */
export interface SaveDateSupportedKey {
  readonly key: 'SAVEDATESUPPORTED';
}

const SAVE_DATE: SaveDateRequest = { name: 'SAVEDATE' };
const SAVE_DATE_SUPPORTED: SaveDateSupportedKey = { key: 'SAVEDATESUPPORTED' };

/** Null where the mailbox does not keep it. */
const saveDateItem: FetchItemSpec<'saveDate', SaveDateRequest, InternalDate | null> = {
  name: 'SAVEDATE',
  field: 'saveDate',
  source: 'RFC 8514 4.2',
  parseRequest: () => SAVE_DATE,
  encodeRequest: (writer) => void writer.raw('SAVEDATE'),
  parse(reader) {
    reader.space();
    return reader.nil() ? null : readDateTime(reader);
  },
  encode(writer, date) {
    writer.raw('SAVEDATE ');
    if (date === null) writer.raw('NIL');
    else writeDateTime(writer, date);
  },
};

const savedBefore: SearchKeySpec<SaveDateKey<'SAVEDBEFORE'>> = dateKey('SAVEDBEFORE');
const savedOn: SearchKeySpec<SaveDateKey<'SAVEDON'>> = dateKey('SAVEDON');
const savedSince: SearchKeySpec<SaveDateKey<'SAVEDSINCE'>> = dateKey('SAVEDSINCE');

const supported: SearchKeySpec<SaveDateSupportedKey> = {
  key: 'SAVEDATESUPPORTED',
  source: 'RFC 8514 4.3',
  parse: () => SAVE_DATE_SUPPORTED,
  encode: (writer) => void writer.raw('SAVEDATESUPPORTED'),
};

export const saveDate: Brings<{
  fetchItems: typeof saveDateItem;
  searchKeys: typeof savedBefore | typeof savedOn | typeof savedSince | typeof supported;
}> = {
  ...NOTHING,
  capability: 'SAVEDATE',
  rfc: 8514,
  announced: ALWAYS,
  fetchItems: [saveDateItem],
  searchKeys: [savedBefore, savedOn, savedSince, supported],
  explain: () => 'The server tells when messages came into the mailbox.',
};

function dateKey<N extends SaveDateKey['key']>(key: N): SearchKeySpec<SaveDateKey<N>> {
  return {
    key,
    source: 'RFC 8514 4.3',
    parse(reader) {
      reader.space();
      return { key, date: readDate(reader) };
    },
    encode: (writer, { date }) => void writeDate(writer.raw(`${key} `), date),
  };
}
