/**
 * Shorthand for the files of this folder: an extension names what it brings, and spreads `NOTHING` for the rest.
 *
 * Read next: `quota.ts` (commands, data, items), `condstore.ts` (a bit of everything).
 */
import type { Extension, SessionState } from '../extension.ts';

/** The type of an extension that brings these specs, by the name of their list, and none of the others. */
export type Brings<B extends { readonly [L in SpecList]?: unknown }> = Extension<
  Listed<B, 'commands'>, Listed<B, 'data'>, Listed<B, 'codes'>, Listed<B, 'fetchItems'>, Listed<B, 'statusItems'>, Listed<B, 'searchKeys'>,
  Listed<B, 'parameters'>
>;

type SpecList = 'commands' | 'data' | 'codes' | 'fetchItems' | 'statusItems' | 'searchKeys' | 'parameters';
type Listed<B, L extends SpecList> = B extends { readonly [K in L]: infer S } ? S : never;

/** What an extension is unless it says otherwise: it brings nothing, implies nothing and needs no ENABLE. */
export const NOTHING: {
  readonly implies: readonly string[];
  readonly inRev2: false;
  readonly enable: false;
} & { readonly [L in SpecList]: readonly never[] } = {
  implies: [], inRev2: false, enable: false,
  commands: [], data: [], codes: [], fetchItems: [], statusItems: [], searchKeys: [], parameters: [],
};

/** Announced at any time. */
export const ALWAYS: readonly SessionState[] = ['not-authenticated', 'authenticated', 'selected'];
/** Of use to those who logged in. */
export const LOGGED_IN: readonly SessionState[] = ['authenticated', 'selected'];
