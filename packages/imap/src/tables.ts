/**
 * The tables by which parsers and writers find the spec of a name: those of the base protocol and of the registered extensions
 * together. They are built when they are first asked, since the files of specs read other specs' values themselves (APPEND its parameters, LIST
 * the items of STATUS) and may not depend on the order in which modules are loaded.
 *
 * Read next: `extension.ts`, `commands/registered.ts`, `extensions/registered.ts`.
 */
import { baseCommands } from './commands/registered.ts';
import type {
  AnyCodeSpec, AnyCommandSpec, AnyDataSpec, AnyParameterSpec, AnySearchKeySpec, AnyStatusItemSpec, Extension, ParameterPlace,
} from './extension.ts';
import * as registered from './extensions/registered.ts';
import { FetchItemTable } from './fetch/item-table.ts';
import { octetItems, shortItems } from './fetch/items/registered.ts';
import { baseCodes } from './response-codes.ts';
import { baseData } from './responses/registered.ts';
import { baseStatusItems } from './responses/status-items.ts';
import type { SpecTables } from './spec-tables.ts';

let built: SpecTables | undefined;

/** All registered extensions, in the order of their names in `extensions/registered.ts`, without their types. */
export function registeredExtensions(): readonly Extension[] {
  return allSpecs().extensions;
}

/** By name in upper case; `undefined` where no spec has it. */
export function findCommand(name: string): AnyCommandSpec | undefined {
  return allSpecs().commands.get(name);
}

export function findData(name: string): AnyDataSpec | undefined {
  return allSpecs().data.get(name);
}

export function findCode(name: string): AnyCodeSpec | undefined {
  return allSpecs().codes.get(name);
}

/** Every item of STATUS, those of IMAP itself first. */
export function statusItems(): Iterable<AnyStatusItemSpec> {
  return allSpecs().statusItems.values();
}

/** Every command, data, code, in the order of their registration. */
export function allCommands(): Iterable<AnyCommandSpec> {
  return allSpecs().commands.values();
}

export function allData(): Iterable<AnyDataSpec> {
  return allSpecs().data.values();
}

export function allCodes(): Iterable<AnyCodeSpec> {
  return allSpecs().codes.values();
}

/** The search keys that extensions bring. */
export function extensionSearchKeys(): ReadonlyMap<string, AnySearchKeySpec> {
  return allSpecs().searchKeys;
}

/** The parameters of one place, by name in upper case. */
export function parametersOf(place: ParameterPlace): ReadonlyMap<string, AnyParameterSpec> {
  return allSpecs().parameters.get(place) ?? NO_PARAMETERS;
}

const NO_PARAMETERS: ReadonlyMap<string, AnyParameterSpec> = new Map();

/** All of them; for readers and writers. */
export function allSpecs(): SpecTables {
  built ??= build();
  return built;
}

function build(): SpecTables {
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
    fetchItems: new FetchItemTable([...shortItems, ...extensions.flatMap((extension) => extension.fetchItems), ...octetItems]),
    searchKeys: new Map(extensions.flatMap((extension) => extension.searchKeys).map((spec) => [spec.key, spec])),
    parameters: places,
  };
}

function byName<S extends { readonly name: string }>(specs: readonly S[]): ReadonlyMap<string, S> {
  return new Map(specs.map((spec) => [spec.name, spec]));
}
