/**
 * What messages are sorted by.
 *
 * @rfc 5256 3
 * @rfc 5957 3
 */

/**
 * `ARRIVAL` is INTERNALDATE, `DATE` the Date field (INTERNALDATE where there is none). CC, FROM and TO are the mailbox part of the first address,
 * DISPLAYFROM and DISPLAYTO its name as people see it. `SUBJECT` is the base subject, without `Re:`, `Fwd:` and blobs in brackets.
 */
export type SortKey = (typeof SORT_KEYS)[number];

export interface SortCriterion {
  readonly key: SortKey;
  readonly reverse: boolean;
}

export const SORT_KEYS = ['ARRIVAL', 'CC', 'DATE', 'FROM', 'SIZE', 'SUBJECT', 'TO', 'DISPLAYFROM', 'DISPLAYTO'] as const;

/** `name` in upper case. */
export function isSortKey(name: string): name is SortKey {
  return (SORT_KEYS as readonly string[]).includes(name);
}
