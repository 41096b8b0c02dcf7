/**
 * Values with many fields, made from the few that are given: the rest is undefined. For those who write commands and answers; specs read theirs.
 *
 * Read next: `parameters.ts`, `fetch/fetch-data.ts`, `responses/status.ts`.
 */
import type { ParameterPlace } from './extension.ts';
import type { FetchData } from './fetch/fetch-data.ts';
import { emptyFields } from './parameters.ts';
import type { ExtensionParameters } from './registry.ts';
import { emptyStatusItems, type StatusItems } from './responses/status.ts';
import { allSpecs, parametersOf } from './tables.ts';

type Fields = Record<string, unknown>;

/**
 * Makes the parameters of a place from those that are given: the rest is undefined.
 *
 * Errors: a `TypeError` for a field that no registered extension has there.
 */
export function makeParameters<P extends ParameterPlace>(
  place: P, given: { readonly [K in keyof ExtensionParameters<P>]?: ExtensionParameters<P>[K] | undefined } = {},
): ExtensionParameters<P> {
  const fields = emptyFields(allSpecs(), place);
  for (const [field, value] of Object.entries(given)) {
    if (!(field in fields)) throw new TypeError(`${place} has no parameter ${field}`);
    fields[field] = value;
  }
  return fields as ExtensionParameters<P>;
}

/** Makes the items of a STATUS from those that are given: the rest is undefined. */
export function makeStatusItems(given: { readonly [K in keyof StatusItems]?: StatusItems[K] | undefined } = {}): StatusItems {
  return Object.assign(emptyStatusItems(allSpecs()), given) as unknown as StatusItems;
}

/** Data of which nothing is known: every field undefined or empty. What a server answers is this with some fields set. */
export function emptyFetchData(): FetchData {
  return allSpecs().fetchItems.emptyData;
}

/** What the parameters say, for `explain`: each in a few words, and where that stands. */
export function explainParameters(place: ParameterPlace, parameters: object): { readonly meaning: string; readonly source: string }[] {
  return [...parametersOf(place).values()]
    .filter(({ field }) => (parameters as Fields)[field] !== undefined)
    .map((spec) => ({ meaning: spec.explain((parameters as Fields)[spec.field]), source: spec.source }));
}
