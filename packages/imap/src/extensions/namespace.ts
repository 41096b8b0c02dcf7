/**
 * NAMESPACE: where the mailboxes of the user, of others, and those that are shared begin, and what divides the levels of their names.
 *
 *     namespace-response = "NAMESPACE" SP namespace SP namespace SP namespace
 *     namespace          = nil / "(" 1*namespace-descr ")"
 *     namespace-descr    = "(" string SP (DQUOTE QUOTED-CHAR DQUOTE / nil) [namespace-response-extensions] ")"
 *     namespace-response-extension = SP string SP "(" string *(SP string) ")"
 *
 * @rfc 2342
 */
import { SP } from '@mailwright/wire';
import { readMailboxString, writeMailboxString } from '../mailbox-name.ts';
import type { CommandSpec, DataSpec } from '../extension.ts';
import type { ValueReader } from '../value-reader.ts';
import type { ValueWriter } from '../value-writer.ts';
import { ALWAYS, type Brings, LOGGED_IN, NOTHING } from './brings.ts';

export interface NamespaceCommand {
  readonly name: 'NAMESPACE';
}

export interface Namespace {
  /** What names begin with, the delimiter included: `''`, `#shared/`. */
  readonly prefix: string;
  /** Undefined where there are no levels. */
  readonly delimiter: string | undefined;
  /** By name, as sent: `TRANSLATION` has the prefix in the language of the user. @rfc 5255 3.4 */
  readonly extensions: ReadonlyMap<string, readonly string[]>;
}

export interface NamespaceData {
  readonly name: 'NAMESPACE';
  readonly personal: readonly Namespace[];
  readonly others: readonly Namespace[];
  readonly shared: readonly Namespace[];
}

const NAMESPACE: NamespaceCommand = { name: 'NAMESPACE' };

const namespaceCommand: CommandSpec<NamespaceCommand> = {
  name: 'NAMESPACE',
  uidForm: false,
  syntax: 'NAMESPACE',
  source: 'RFC 9051 6.3.10',
  states: LOGGED_IN,
  pipelining: 'any',
  secret: false,
  parse: () => NAMESPACE,
  encode: () => {},
  explain: () => 'The client asks where names of mailboxes begin.',
};

const namespaceData: DataSpec<NamespaceData> = {
  name: 'NAMESPACE',
  numbered: false,
  source: 'RFC 9051 7.3.1',
  parse(reader) {
    reader.space();
    const personal = readNamespaces(reader);
    reader.space();
    const others = readNamespaces(reader);
    reader.space();
    return { name: 'NAMESPACE', personal, others, shared: readNamespaces(reader) };
  },
  encode(writer, { personal, others, shared }) {
    writer.raw('NAMESPACE ');
    writer.separated([personal, others, shared], (namespaces) => writeNamespaces(writer, namespaces));
  },
  explain: ({ personal, others, shared }) =>
    `The user's own mailboxes begin with ${describe(personal)}, those of others with ${describe(others)}, shared ones with ${describe(shared)}.`,
};

export const namespace: Brings<{ commands: typeof namespaceCommand; data: typeof namespaceData }> = {
  ...NOTHING,
  capability: 'NAMESPACE',
  rfc: 2342,
  inRev2: true,
  announced: ALWAYS,
  commands: [namespaceCommand],
  data: [namespaceData],
  explain: () => 'The server tells where the names of own, others\' and shared mailboxes begin.',
};

function readNamespaces(reader: ValueReader): readonly Namespace[] {
  return reader.nil() ? [] : reader.list(() => readNamespace(reader));
}

function readNamespace(reader: ValueReader): Namespace {
  reader.open();
  const prefix = readMailboxString(reader);
  reader.space();
  const delimiter = reader.nstring();
  const extensions = new Map<string, readonly string[]>();
  while (reader.skip(SP)) {
    const name = reader.string();
    reader.space();
    extensions.set(name, reader.list(() => reader.string()));
    reader.count();
  }
  if (!reader.close()) reader.fail('")"');
  return { prefix, delimiter, extensions };
}

function writeNamespaces(writer: ValueWriter, namespaces: readonly Namespace[]): void {
  if (namespaces.length === 0) return void writer.raw('NIL');
  writer.raw('(');
  for (const { prefix, delimiter, extensions } of namespaces) {
    writeMailboxString(writer.raw('('), prefix);
    writer.space();
    if (delimiter === undefined) writer.raw('NIL');
    else writer.quoted(delimiter);
    for (const [name, values] of extensions) writer.space().string(name).space().list(values, (value) => writer.string(value));
    writer.raw(')');
  }
  writer.raw(')');
}

function describe(namespaces: readonly Namespace[]): string {
  return namespaces.length === 0 ? 'nothing (there are none)' : namespaces.map(({ prefix }) => `"${prefix}"`).join(' or ');
}
