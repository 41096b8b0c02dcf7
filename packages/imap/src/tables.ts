/**
 * The tables by which parsers and writers find the spec of a name: those of the base protocol and of the registered extensions
 * together. They are built when they are first asked, since the files of specs read other specs' values themselves (APPEND its parameters, LIST
 * the items of STATUS) and may not depend on the order in which modules are loaded.
 *
 * Read next: `extension.ts`, `commands/registered.ts`, `extensions/registered.ts`.
 */
import { baseCommands } from './commands/registered.ts';
import type {
  AnyCodeSpec, AnyCommandSpec, AnyDataSpec, AnyFetchItemSpec, AnyParameterSpec, AnySearchKeySpec, AnyStatusItemSpec, Extension, ParameterPlace,
} from './extension.ts';
import * as registered from './extensions/registered.ts';
import { baseCodes } from './response-codes.ts';
import { baseData } from './responses/registered.ts';
import { baseStatusItems } from './responses/status-items.ts';

/** Everything by name; names are in upper case, as keys of data and FETCH items may be in a stream. */
interface Tables {
  readonly extensions: readonly Extension[];
  readonly commands: ReadonlyMap<string, AnyCommandSpec>;
  readonly data: ReadonlyMap<string, AnyDataSpec>;
  readonly codes: ReadonlyMap<string, AnyCodeSpec>;
  readonly statusItems: ReadonlyMap<string, AnyStatusItemSpec>;
  readonly fetchItems: ReadonlyMap<string, AnyFetchItemSpec>;
  readonly searchKeys: ReadonlyMap<string, AnySearchKeySpec>;
  readonly parameters: ReadonlyMap<ParameterPlace, ReadonlyMap<string, AnyParameterSpec>>;
}

let built: Tables | undefined;

/** All registered extensions, in the order of their names in `extensions/registered.ts`, without their types. */
export function registeredExtensions(): readonly Extension[] {
  return tables().extensions;
}

/** By name in upper case; `undefined` where no spec has it. */
export function findCommand(name: string): AnyCommandSpec | undefined {
  return tables().commands.get(name);
}

export function findData(name: string): AnyDataSpec | undefined {
  return tables().data.get(name);
}

export function findCode(name: string): AnyCodeSpec | undefined {
  return tables().codes.get(name);
}

export function findStatusItem(name: string): AnyStatusItemSpec | undefined {
  return tables().statusItems.get(name);
}

/** Every item of STATUS, those of IMAP itself first. */
export function statusItems(): Iterable<AnyStatusItemSpec> {
  return tables().statusItems.values();
}

/** Every command, data, code, in the order of their registration. */
export function allCommands(): Iterable<AnyCommandSpec> {
  return tables().commands.values();
}

export function allData(): Iterable<AnyDataSpec> {
  return tables().data.values();
}

export function allCodes(): Iterable<AnyCodeSpec> {
  return tables().codes.values();
}

/** The items of FETCH that extensions bring; those of IMAP itself are in `fetch/items`. */
export function extensionFetchItems(): ReadonlyMap<string, AnyFetchItemSpec> {
  return tables().fetchItems;
}

/** The search keys that extensions bring. */
export function extensionSearchKeys(): ReadonlyMap<string, AnySearchKeySpec> {
  return tables().searchKeys;
}

/** The parameters of one place, by name in upper case. */
export function parametersOf(place: ParameterPlace): ReadonlyMap<string, AnyParameterSpec> {
  return tables().parameters.get(place) ?? NO_PARAMETERS;
}

const NO_PARAMETERS: ReadonlyMap<string, AnyParameterSpec> = new Map();

function tables(): Tables {
  built ??= build();
  return built;
}

function build(): Tables {
  const extensions = Object.values(registered) as readonly unknown[] as readonly Extension[];
  const places = new Map<ParameterPlace, Map<string, AnyParameterSpec>>();
  for (const spec of extensions.flatMap((extension) => extension.parameters)) {
    const place = places.get(spec.place) ?? new Map<string, AnyParameterSpec>();
    places.set(spec.place, place.set(spec.name, spec));
  }
  return {
    extensions,
    commands: byName([...(baseCommands() as readonly unknown[] as readonly AnyCommandSpec[]), ...extensions.flatMap((extension) => extension.commands)]),
    data: byName([...(baseData() as readonly unknown[] as readonly AnyDataSpec[]), ...extensions.flatMap((extension) => extension.data)]),
    codes: byName([...(baseCodes as readonly unknown[] as readonly AnyCodeSpec[]), ...extensions.flatMap((extension) => extension.codes)]),
    statusItems: byName([...(baseStatusItems as readonly unknown[] as readonly AnyStatusItemSpec[]), ...extensions.flatMap((extension) => extension.statusItems)]),
    fetchItems: byName(extensions.flatMap((extension) => extension.fetchItems)),
    searchKeys: new Map(extensions.flatMap((extension) => extension.searchKeys).map((spec) => [spec.key, spec])),
    parameters: places,
  };
}

function byName<S extends { readonly name: string }>(specs: readonly S[]): ReadonlyMap<string, S> {
  return new Map(specs.map((spec) => [spec.name, spec]));
}
