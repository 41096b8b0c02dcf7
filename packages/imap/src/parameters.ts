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
import { parametersOf } from './tables.ts';
import type { ValueReader } from './value-reader.ts';
import type { ValueWriter } from './value-writer.ts';

type Fields = Record<string, unknown>;

/**
 * Makes the parameters of a place from those that are given: the rest is undefined.
 *
 * Errors: a `TypeError` for a field that no registered extension has there.
 */
export function makeParameters<P extends ParameterPlace>(
  place: P, given: { readonly [K in keyof ExtensionParameters<P>]?: ExtensionParameters<P>[K] | undefined } = {},
): ExtensionParameters<P> {
  const fields = emptyFields(place);
  for (const [field, value] of Object.entries(given)) {
    if (!(field in fields)) throw new TypeError(`${place} has no parameter ${field}`);
    fields[field] = value;
  }
  return fields as ExtensionParameters<P>;
}

/** Reads `(` parameters `)`. Fails for a name that no registered extension has there. */
export function readParameters<P extends ParameterPlace>(reader: ValueReader, place: P): ExtensionParameters<P> {
  const fields = emptyFields(place);
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
  const fields = emptyFields(place);
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
  for (const spec of parametersOf(place).values()) {
    const value = (parameters as Fields)[spec.field];
    if (value === undefined) continue;
    writer.raw(first ? spec.name : ` ${spec.name}`);
    spec.encode(writer, value);
    first = false;
  }
}

/** What the parameters say, for `explain`: each in a few words, and where that stands. */
export function explainParameters(place: ParameterPlace, parameters: object): { readonly meaning: string; readonly source: string }[] {
  return [...parametersOf(place).values()]
    .filter(({ field }) => (parameters as Fields)[field] !== undefined)
    .map((spec) => ({ meaning: spec.explain((parameters as Fields)[spec.field]), source: spec.source }));
}

function readInto(reader: ValueReader, place: ParameterPlace, fields: Fields): void {
  const from = reader.at;
  const spec = parametersOf(place).get(reader.keyword());
  if (spec === undefined) reader.fail(`a parameter of ${place}`, from);
  else fields[spec.field] = spec.parse(reader);
}

function emptyFields(place: ParameterPlace): Fields {
  const fields: Fields = {};
  for (const { field } of parametersOf(place).values()) fields[field] = undefined;
  return fields;
}
