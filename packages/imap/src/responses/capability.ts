/**
 * CAPABILITY data: what the server can do.
 *
 *     capability-data = "CAPABILITY" *(SP capability) SP "IMAP4rev2" *(SP capability)
 *
 * @rfc 9051 7.2.2
 */
import { RIGHT_BRACKET } from '@mailwright/wire';
import type { DataSpec } from '../extension.ts';
import type { ValueReader } from '../value-reader.ts';

export interface CapabilityData {
  readonly name: 'CAPABILITY';
  /** As sent. */
  readonly capabilities: readonly string[];
}

export const capabilityData: DataSpec<CapabilityData> = {
  name: 'CAPABILITY',
  numbered: false,
  source: 'RFC 9051 7.2.2',
  parse: (reader) => ({ name: 'CAPABILITY', capabilities: readCapabilities(reader) }),
  encode(writer, { capabilities }) {
    writer.raw('CAPABILITY');
    for (const capability of capabilities) writer.space().atom(capability);
  },
  explain: ({ capabilities }) => `What the server can do: ${capabilities.join(', ')}.`,
};

/** Reads `*(SP capability)`; more blanks than one are passed over. */
export function readCapabilities(reader: ValueReader): string[] {
  const capabilities: string[] = [];
  for (reader.spaces(); !reader.atEnd && reader.peek() !== RIGHT_BRACKET; reader.spaces()) {
    capabilities.push(reader.atom());
    reader.count();
  }
  return capabilities;
}
