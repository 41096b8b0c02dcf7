/**
 * The tables by which parsers and writers find the spec of a name. They travel with the reader and the writer, so that a spec that reads other specs'
 * values (APPEND its parameters, LIST the items of STATUS) needs to import none of them; `tables.ts` fills them.
 *
 * Read next: `extension.ts`, `tables.ts`.
 */
import type {
  AnyCodeSpec, AnyCommandSpec, AnyDataSpec, AnyParameterSpec, AnySearchKeySpec, AnyStatusItemSpec, Extension, ParameterPlace,
} from './extension.ts';
import { FetchItemTable } from './fetch/item-table.ts';

/** Everything by name; names are in upper case, as keys of data and FETCH items may be in a stream. */
export interface SpecTables {
  readonly extensions: readonly Extension[];
  readonly commands: ReadonlyMap<string, AnyCommandSpec>;
  readonly data: ReadonlyMap<string, AnyDataSpec>;
  readonly codes: ReadonlyMap<string, AnyCodeSpec>;
  readonly statusItems: ReadonlyMap<string, AnyStatusItemSpec>;
  readonly fetchItems: FetchItemTable;
  /** Those that extensions bring. */
  readonly searchKeys: ReadonlyMap<string, AnySearchKeySpec>;
  readonly parameters: ReadonlyMap<ParameterPlace, ReadonlyMap<string, AnyParameterSpec>>;
}

/** For values that hold no others: sets, dates, sections. */
export const NO_SPECS: SpecTables = {
  extensions: [], commands: new Map(), data: new Map(), codes: new Map(), statusItems: new Map(), fetchItems: new FetchItemTable([]),
  searchKeys: new Map(), parameters: new Map(),
};
