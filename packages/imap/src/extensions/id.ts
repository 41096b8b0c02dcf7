/**
 * ID: client and server tell each other what they are, for statistics and bug reports; nothing may depend on it.
 *
 *     id             = "ID" SP id-params-list
 *     id-response    = "ID" SP id-params-list
 *     id-params-list = "(" [string SP nstring *(SP string SP nstring)] ")" / nil
 *
 * @rfc 2971
 */
import { encodeUtf8 } from '@mailwright/wire';
import type { CommandSpec, DataSpec } from '../extension.ts';
import type { ValueReader } from '../value-reader.ts';
import type { ValueWriter } from '../value-writer.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

/**
 * `name`, `version`, `os`, `os-version`, `vendor`, `support-url`, `address`, `date`, `command`, `arguments`, `environment`, and what else a side has to say.
 * Names are in lower case; undefined stands for NIL. @rfc 2971 3.3
 */
export type IdFields = ReadonlyMap<string, string | undefined>;

export interface IdCommand {
  readonly name: 'ID';
  /** Undefined: the client says nothing of itself and only asks. */
  readonly fields: IdFields | undefined;
}

export interface IdData {
  readonly name: 'ID';
  readonly fields: IdFields | undefined;
}

// RFC 2971 3.3
const MAX_FIELDS = 30;
const MAX_NAME_OCTETS = 30;
const MAX_VALUE_OCTETS = 1024;

const idCommand: CommandSpec<IdCommand> = {
  name: 'ID',
  uidForm: false,
  syntax: 'ID (name value ...)',
  source: 'RFC 2971 3.1',
  states: ALWAYS,
  pipelining: 'any',
  secret: false,
  parse: (reader) => ({ name: 'ID', fields: readFields(reader) }),
  encode: (writer, { fields }) => writeFields(writer.space(), fields),
  explain: ({ fields }) => `The client ${fields === undefined ? 'says nothing of itself' : `says that it is ${describe(fields)}`}, and asks what the server is.`,
};

const idData: DataSpec<IdData> = {
  name: 'ID',
  numbered: false,
  source: 'RFC 2971 3.2',
  parse: (reader) => ({ name: 'ID', fields: readFields(reader) }),
  encode: (writer, { fields }) => writeFields(writer.raw('ID '), fields),
  explain: ({ fields }) => `The server ${fields === undefined ? 'says nothing of itself' : `says that it is ${describe(fields)}`}.`,
};

export const id: Brings<{ commands: typeof idCommand; data: typeof idData }> = {
  ...NOTHING,
  capability: 'ID',
  rfc: 2971,
  announced: ALWAYS,
  commands: [idCommand],
  data: [idData],
  explain: () => 'Client and server can tell each other their names and versions.',
};

/** The first of two fields of one name counts. */
function readFields(reader: ValueReader): IdFields | undefined {
  reader.space();
  if (reader.nil()) return undefined;
  const fields = new Map<string, string | undefined>();
  reader.list(() => {
    const name = reader.astring().toLowerCase();
    reader.space();
    const value = reader.nstring();
    if (!fields.has(name)) fields.set(name, value);
  });
  return fields;
}

function writeFields(writer: ValueWriter, fields: IdFields | undefined): void {
  if (fields === undefined) return void writer.raw('NIL');
  if (fields.size > MAX_FIELDS) throw new RangeError(`ID takes at most ${MAX_FIELDS} fields`);
  writer.list([...fields], ([name, value]) => {
    if (encodeUtf8(name).length > MAX_NAME_OCTETS) throw new RangeError(`a field of ID has a name of at most ${MAX_NAME_OCTETS} octets`);
    if (value !== undefined && encodeUtf8(value).length > MAX_VALUE_OCTETS) throw new RangeError(`a field of ID has at most ${MAX_VALUE_OCTETS} octets`);
    writer.string(name.toLowerCase()).space().nstring(value);
  });
}

function describe(fields: IdFields): string {
  const told = [...fields].filter(([, value]) => value !== undefined);
  return told.length === 0 ? 'something unnamed' : told.map(([name, value]) => `${name} "${value}"`).join(', ');
}
