/**
 * ENABLE: the client says which extensions it will use that change what the server sends unasked. What counts is the ENABLED answer, which names
 * those that were switched on now.
 *
 *     enable      = "ENABLE" 1*(SP capability)
 *     enable-data = "ENABLED" *(SP capability)
 *
 * @rfc 5161
 */
import type { CommandSpec, DataSpec } from '../extension.ts';
import type { ValueReader } from '../value-reader.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

/** Names of capabilities, in upper case. */
export interface EnableCommand {
  readonly name: 'ENABLE';
  readonly capabilities: readonly string[];
}

export interface EnabledData {
  readonly name: 'ENABLED';
  readonly capabilities: readonly string[];
}

const enableCommand: CommandSpec<EnableCommand> = {
  name: 'ENABLE',
  uidForm: false,
  syntax: 'ENABLE capability ...',
  source: 'RFC 9051 6.3.1',
  states: ['authenticated'],
  pipelining: 'alone',
  secret: false,
  parse(reader) {
    const capabilities = readCapabilities(reader);
    if (capabilities.length === 0) reader.fail('the name of a capability');
    return { name: 'ENABLE', capabilities };
  },
  encode(writer, { capabilities }) {
    if (capabilities.length === 0) throw new RangeError('ENABLE names at least one capability');
    for (const capability of capabilities) writer.space().atom(capability);
  },
  explain: ({ capabilities }) => `The client will use ${capabilities.join(', ')}.`,
};

const enabled: DataSpec<EnabledData> = {
  name: 'ENABLED',
  numbered: false,
  source: 'RFC 9051 7.2.1',
  parse: (reader) => ({ name: 'ENABLED', capabilities: readCapabilities(reader) }),
  encode(writer, { capabilities }) {
    writer.raw('ENABLED');
    for (const capability of capabilities) writer.space().atom(capability);
  },
  explain: ({ capabilities }) => (capabilities.length === 0 ? 'Nothing new was enabled.' : `Enabled from now on: ${capabilities.join(', ')}.`),
};

export const enable: Brings<{ commands: typeof enableCommand; data: typeof enabled }> = {
  ...NOTHING,
  capability: 'ENABLE',
  rfc: 5161,
  inRev2: true,
  announced: ALWAYS,
  commands: [enableCommand],
  data: [enabled],
  explain: () => 'Extensions that change what the server sends unasked can be switched on.',
};

function readCapabilities(reader: ValueReader): readonly string[] {
  const capabilities: string[] = [];
  for (reader.spaces(); !reader.atEnd; reader.spaces()) {
    capabilities.push(reader.keyword());
    reader.count();
  }
  return capabilities;
}
