/**
 * Which fields of a message a signature covers: those that `h=` names, a name that stands there several times taking the fields of that name
 * from the bottom up. A name for which there is no field (any more) takes nothing, and that is what oversigning is: nobody can add one.
 *
 * Left out: the canonical form of the fields (`canonicalize-header.ts`).
 */
import type { HeaderField } from '@mailwright/mime';

/**
 * The fields that a signature over `names` covers, in the order of `names`; a name that takes nothing is left out.
 *
 * Shape: `fields` of a header section, top down; `names` in any letter case. `without` is a field that can't be taken: the signature
 * itself. Linear in both.
 *
 * @rfc 6376 5.4.2
 * @rfc 6376 3.7
 */
export function selectSignedFields(fields: readonly HeaderField[], names: readonly string[], without?: HeaderField): readonly HeaderField[] {
  const left = new Map<string, HeaderField[]>();
  for (const field of fields) {
    if (field === without) continue;
    const name = field.name.toLowerCase();
    const same = left.get(name);
    if (same === undefined) left.set(name, [field]);
    else same.push(field);
  }
  const selected: HeaderField[] = [];
  for (const name of names) {
    const field = left.get(name.toLowerCase())?.pop();
    if (field !== undefined) selected.push(field);
  }
  return selected;
}
