/**
 * Searches that are kept under names, put in the place of the names. A search may name others; how many are put in is limited, so that neither a
 * loop nor a family of them that doubles at each step grows without bound.
 *
 * @rfc 5466 2
 */
import type { FilterKey } from '../extensions/filters.ts';
import type { FuzzyKey } from '../extensions/fuzzy.ts';
import { MAX_SEARCH_DEPTH } from './parse.ts';
import type { BaseSearchKey, SearchKey } from './search-key.ts';

/** How many names one search may lead to. */
export const MAX_RESOLVED_FILTERS = 100;

/** `missing`: the first name that leads to no search, or to more than can be put in; the server answers UNDEFINED-FILTER. */
export type ResolvedFilters =
  | { readonly ok: true; readonly search: SearchKey }
  | { readonly ok: false; readonly missing: string };

/**
 * Replaces each FILTER by its search. `find` gives undefined for a name that has none.
 * @rfc 5466 2.1
 */
export function resolveFilters(search: SearchKey, find: (filter: string) => SearchKey | undefined): ResolvedFilters {
  let missing: string | undefined;
  let resolved = 0;
  const resolve = (key: SearchKey, depth: number): SearchKey => {
    if (missing !== undefined) return key;
    if (key.key as string !== 'FILTER') return mapSearchKeys(key, (each) => resolve(each, depth + 1));
    const { filter } = key as unknown as FilterKey;
    const found = resolved++ < MAX_RESOLVED_FILTERS && depth < MAX_SEARCH_DEPTH ? find(filter) : undefined;
    if (found === undefined) missing = filter;
    return found === undefined ? key : resolve(found, depth + 1);
  };
  const all = resolve(search, 1);
  return missing === undefined ? { ok: true, search: all } : { ok: false, missing };
}

/** The key with the keys that it holds replaced; a key that holds none is given back itself. */
export function mapSearchKeys(search: SearchKey, replace: (key: SearchKey) => SearchKey): SearchKey {
  const key = search as BaseSearchKey | FuzzyKey;
  switch (key.key) {
    case 'NOT': return { key: 'NOT', not: replace(key.not) };
    case 'OR': return { key: 'OR', left: replace(key.left), right: replace(key.right) };
    case 'AND': return { key: 'AND', keys: key.keys.map(replace) };
    case 'FUZZY': return { key: 'FUZZY', search: replace(key.search) } as unknown as SearchKey;
    default: return search;
  }
}
