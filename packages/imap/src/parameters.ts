/**
 * The parameters that extensions bring to a command, in one object: every field that a registered extension knows for the place
 * is always there, undefined where the parameter was not given.
 *
 *     select-params    = SP "(" select-param *(SP select-param) ")"
 *     fetch-modifiers  = SP "(" fetch-modifier *(SP fetch-modifier) ")"
 *
 * Read next: `ParameterSpec` in `extension.ts`, `tables.ts`.
 *
 * @rfc 4466 2
 */
import type { ParameterPlace } from './extension.ts';
import type { ExtensionParameters } from './registry.ts';
import type { SpecTables } from './spec-tables.ts';
import type { ValueReader } from './value-reader.ts';
import type { ValueWriter } from './value-writer.ts';

type Fields = Record<string, unknown>;

/** The fields of each command that hold parameters, each with its place; of APPEND and REPLACE they are fields of the messages. */
const PLACES: ReadonlyMap<string, Readonly<Record<string, ParameterPlace>>> = new Map([
  ['SELECT', { parameters: 'SELECT' }],
  ['EXAMINE', { parameters: 'SELECT' }],
  ['CREATE', { parameters: 'CREATE' }],
  ['RENAME', { parameters: 'RENAME' }],
  ['FETCH', { parameters: 'FETCH' }],
  ['STORE', { parameters: 'STORE' }],
  ['LIST', { selectionOptions: 'LIST-SELECT', returnOptions: 'LIST-RETURN' }],
  ['SEARCH', { returnOptions: 'SEARCH-RETURN' }],
  ['SORT', { returnOptions: 'SEARCH-RETURN' }],
  ['THREAD', { returnOptions: 'SEARCH-RETURN' }],
  ['ESEARCH', { returnOptions: 'SEARCH-RETURN' }],
  ['APPEND', { parameters: 'APPEND' }],
  ['REPLACE', { parameters: 'APPEND' }],
]);
const NO_PLACES: Readonly<Record<string, ParameterPlace>> = {};

/** Which fields of a command of this name hold parameters, and of which place; none for most. */
export function parameterPlaces(command: string): Readonly<Record<string, ParameterPlace>> {
  return PLACES.get(command) ?? NO_PLACES;
}

/** Reads `(` parameters `)`. Fails for a name that no registered extension has there. */
export function readParameters<P extends ParameterPlace>(reader: ValueReader, place: P): ExtensionParameters<P> {
  const fields = emptyFields(reader.specs, place);
  if (!reader.open()) return fields as ExtensionParameters<P>;
  while (!reader.close()) {
    if (reader.failure !== undefined) break;
    reader.spaces();
    if (reader.close()) break;
    readInto(reader, place, fields);
    reader.count();
  }
  return fields as ExtensionParameters<P>;
}

/** Reads one parameter, its name first; the others are undefined. */
export function readParameter<P extends ParameterPlace>(reader: ValueReader, place: P): ExtensionParameters<P> {
  const fields = emptyFields(reader.specs, place);
  readInto(reader, place, fields);
  return fields as ExtensionParameters<P>;
}

/** Whether any parameter is given. */
export function hasParameters(parameters: object): boolean {
  return Object.values(parameters).some((value) => value !== undefined);
}

/** Writes `(` parameters `)`, also where none is given. */
export function writeParameters<P extends ParameterPlace>(writer: ValueWriter, place: P, parameters: ExtensionParameters<P>): void {
  writer.raw('(');
  writeEach(writer, place, parameters);
  writer.raw(')');
}

/** Writes ` (` parameters `)`, or nothing where none is given. */
export function writeParametersIfAny<P extends ParameterPlace>(writer: ValueWriter, place: P, parameters: ExtensionParameters<P>): void {
  if (hasParameters(parameters)) writeParameters(writer.space(), place, parameters);
}

/** Writes the parameters that are given, without parentheses. */
export function writeEach<P extends ParameterPlace>(writer: ValueWriter, place: P, parameters: ExtensionParameters<P>): void {
  let first = true;
  for (const spec of writer.specs.parameters.get(place)?.values() ?? []) {
    const value = (parameters as Fields)[spec.field];
    if (value === undefined) continue;
    writer.raw(first ? spec.name : ` ${spec.name}`);
    spec.encode(writer, value);
    first = false;
  }
}

function readInto(reader: ValueReader, place: ParameterPlace, fields: Fields): void {
  const from = reader.at;
  const spec = reader.specs.parameters.get(place)?.get(reader.keyword());
  if (spec === undefined) reader.fail(`a parameter of ${place}`, from);
  else fields[spec.field] = spec.parse(reader);
}

/** No parameters: every field of the place undefined. */
export function noParameters<P extends ParameterPlace>(reader: ValueReader, place: P): ExtensionParameters<P> {
  return emptyFields(reader.specs, place) as ExtensionParameters<P>;
}

/** The same, to be filled. */
export function emptyFields(specs: SpecTables, place: ParameterPlace): Fields {
  const fields: Fields = {};
  for (const { field } of specs.parameters.get(place)?.values() ?? []) fields[field] = undefined;
  return fields;
}
