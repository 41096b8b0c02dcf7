/**
 * SEARCH=FUZZY: a key that may fit about, as the server sees fit, and how well each message does.
 *
 *     fuzzy-search     = "FUZZY" SP search-key
 *     search-return-opt =/ "RELEVANCY"
 *
 * @rfc 6203
 */
import type { ParameterSpec, SearchKeySpec } from '../extension.ts';
import type { SearchKey } from '../search/search-key.ts';
import { type Brings, LOGGED_IN, NOTHING } from './brings.ts';

/** @rfc 6203 3 */
export interface FuzzyKey {
  readonly key: 'FUZZY';
  readonly search: SearchKey;
}

const fuzzyKey: SearchKeySpec<FuzzyKey> = {
  key: 'FUZZY',
  source: 'RFC 6203 3',
  parse: (_reader, nested) => ({ key: 'FUZZY', search: nested() }),
  encode(writer, { search }, nested) {
    writer.raw('FUZZY ');
    nested(search);
  },
};

const relevancy: ParameterSpec<'SEARCH-RETURN', 'relevancy', true> = {
  place: 'SEARCH-RETURN',
  name: 'RELEVANCY',
  field: 'relevancy',
  source: 'RFC 6203 4',
  parse: () => true,
  encode: () => {},
  explain: () => 'how well each message fits, from 1 to 100',
};

export const fuzzy: Brings<{ searchKeys: typeof fuzzyKey; parameters: typeof relevancy }> = {
  ...NOTHING,
  capability: 'SEARCH=FUZZY',
  rfc: 6203,
  announced: LOGGED_IN,
  searchKeys: [fuzzyKey],
  parameters: [relevancy],
  explain: () => 'Keys of SEARCH may fit about (FUZZY).',
};
