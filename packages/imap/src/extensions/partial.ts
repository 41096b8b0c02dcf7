/**
 * PARTIAL: a result in pages, of SEARCH and of FETCH. CONTEXT=SEARCH brought the option for SEARCH first, with positions counted from the first
 * message only.
 *
 *     search-return-opt =/ "PARTIAL" SP partial-range
 *     fetch-modifier    =/ "PARTIAL" SP partial-range
 *
 * @rfc 9394
 * @rfc 5267 4.4
 */
import type { ParameterSpec } from '../extension.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';
import { type PartialRange, readPartialRange, writePartialRange } from './partial-range.ts';

const ofSearch: ParameterSpec<'SEARCH-RETURN', 'partial', PartialRange> = partialOf('SEARCH-RETURN', 'RFC 9394 3.1');
const ofFetch: ParameterSpec<'FETCH', 'partial', PartialRange> = partialOf('FETCH', 'RFC 9394 3.3');

export const partial: Brings<{ parameters: typeof ofSearch | typeof ofFetch }> = {
  ...NOTHING,
  capability: 'PARTIAL',
  rfc: 9394,
  announced: ALWAYS,
  parameters: [ofSearch, ofFetch],
  explain: () => 'Results of SEARCH and FETCH can be asked for in pages.',
};

function partialOf<P extends 'SEARCH-RETURN' | 'FETCH'>(place: P, source: string): ParameterSpec<P, 'partial', PartialRange> {
  return {
    place,
    name: 'PARTIAL',
    field: 'partial',
    source,
    parse(reader) {
      reader.space();
      return readPartialRange(reader);
    },
    encode: (writer, range) => writePartialRange(writer.space(), range),
    explain: ({ first, last, fromEnd }) => `messages ${first} to ${last} of the result, counted from its ${fromEnd ? 'last' : 'first'} one`,
  };
}
