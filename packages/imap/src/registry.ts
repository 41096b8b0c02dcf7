/**
 * The types that follow from the registered extensions. The tables that follow from the same list are in `tables.ts`.
 *
 * Read next: `extension.ts` (what a spec is), `tables.ts`.
 */
import type { ParameterPlace } from './extension.ts';
import type * as registered from './extensions/registered.ts';

type Registered = (typeof registered)[keyof typeof registered];
type ValueOf<S> = S extends { parse(...given: never[]): infer T } ? T : never;
type RequestOf<S> = S extends { parseRequest(...given: never[]): infer T } ? T : never;

/** What extensions add to the unions of the core. */
export type ExtensionCommand = ValueOf<Registered['commands'][number]>;
export type ExtensionData = ValueOf<Registered['data'][number]>;
export type ExtensionCode = ValueOf<Registered['codes'][number]>;
export type ExtensionSearchKey = ValueOf<Registered['searchKeys'][number]>;
export type ExtensionFetchRequest = RequestOf<Registered['fetchItems'][number]>;
/** The fields that extensions add to `FetchData`. */
export type ExtensionFetchFields = {
  readonly [S in Registered['fetchItems'][number] as S['field']]: ValueOf<S> | undefined;
};
/** The fields that extensions add to `StatusItems`, and the names of the items. */
export type ExtensionStatusFields = {
  readonly [S in Registered['statusItems'][number] as S['field']]: ValueOf<S> | undefined;
};
export type ExtensionStatusItem = Registered['statusItems'][number]['name'];
/** The parameters that extensions bring to one place, by their fields. */
export type ExtensionParameters<P extends ParameterPlace> = {
  readonly [S in Extract<Registered['parameters'][number], { readonly place: P }> as S['field']]: ValueOf<S> | undefined;
};
