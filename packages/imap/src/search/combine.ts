/**
 * Search expressions made of others.
 *
 * @rfc 9051 6.4.4
 */
import type { SearchKey } from './search-key.ts';

/** All of them: `ALL` for none, the key itself for one. */
export function allOfKeys(keys: readonly SearchKey[]): SearchKey {
  if (keys.length === 0) return { key: 'ALL' };
  return keys.length === 1 ? keys[0]! : { key: 'AND', keys };
}

/**
 * At least one of them, as a tree of `OR` that is as flat as can be, since servers limit the depth of keys: 1,000 keys are ten levels. No
 * key at all fits no message.
 */
export function anyOfKeys(keys: readonly SearchKey[]): SearchKey {
  if (keys.length === 0) return { key: 'NOT', not: { key: 'ALL' } };
  if (keys.length === 1) return keys[0]!;
  const middle = keys.length >> 1;
  return { key: 'OR', left: anyOfKeys(keys.slice(0, middle)), right: anyOfKeys(keys.slice(middle)) };
}

/** What the key does not fit; twice not is the key. */
export function notKey(search: SearchKey): SearchKey {
  return search.key === 'NOT' ? search.not : { key: 'NOT', not: search };
}
