/**
 * FILTERS: searches that the server keeps under a name. They are written and read as METADATA (`/private/filters/values/NAME`).
 *
 *     search-key  =/ "FILTER" SP filter-name
 *     filter-name = 1*<any ATOM-CHAR except "/">
 *
 * @rfc 5466
 */
import { SP } from '@mailwright/wire';
import type { CodeSpec, SearchKeySpec } from '../extension.ts';
import { type Brings, LOGGED_IN, NOTHING } from './brings.ts';

/** @rfc 5466 2.1 */
export interface FilterKey {
  readonly key: 'FILTER';
  readonly filter: string;
}

/** No search has this name. @rfc 5466 2.3 */
export interface UndefinedFilterCode {
  readonly name: 'UNDEFINED-FILTER';
  readonly filter: string | undefined;
}

const filterKey: SearchKeySpec<FilterKey> = {
  key: 'FILTER',
  source: 'RFC 5466 2.1',
  parse(reader) {
    reader.space();
    const from = reader.at;
    const filter = reader.atom();
    if (filter.includes('/')) reader.fail('the name of a filter', from);
    return { key: 'FILTER', filter };
  },
  encode(writer, { filter }) {
    if (filter.includes('/')) throw new TypeError(`not the name of a filter: ${JSON.stringify(filter)}`);
    writer.raw('FILTER ').atom(filter);
  },
};

const undefinedFilter: CodeSpec<UndefinedFilterCode> = {
  name: 'UNDEFINED-FILTER',
  source: 'RFC 5466 2.3',
  parse(reader) {
    return { name: 'UNDEFINED-FILTER', filter: reader.skip(SP) ? reader.atom() : undefined };
  },
  encode(writer, { filter }) {
    if (filter !== undefined) writer.space().atom(filter);
  },
  explain: ({ filter }) => `The server keeps no search under the name ${filter ?? 'that was given'}.`,
};

export const filters: Brings<{ searchKeys: typeof filterKey; codes: typeof undefinedFilter }> = {
  ...NOTHING,
  capability: 'FILTERS',
  rfc: 5466,
  announced: LOGGED_IN,
  searchKeys: [filterKey],
  codes: [undefinedFilter],
  explain: () => 'The server keeps searches under names (FILTER).',
};
