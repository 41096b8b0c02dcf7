/**
 * FLAGS data: the flags that the selected mailbox knows.
 *
 *     mailbox-data = "FLAGS" SP flag-list
 *
 * @rfc 9051 7.3.5
 */
import type { DataSpec } from '../extension.ts';

export interface FlagsData {
  readonly name: 'FLAGS';
  readonly flags: readonly string[];
}

export const flagsData: DataSpec<FlagsData> = {
  name: 'FLAGS',
  numbered: false,
  source: 'RFC 9051 7.3.5',
  parse(reader) {
    reader.space();
    return { name: 'FLAGS', flags: reader.flags() };
  },
  encode: (writer, { flags }) => void writer.raw('FLAGS ').flags(flags),
  explain: ({ flags }) => `Messages here can have the flags ${flags.join(', ')}.`,
};
