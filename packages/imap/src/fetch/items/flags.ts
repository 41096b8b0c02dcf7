/**
 * FLAGS: the flags and keywords of a message.
 *
 *     msg-att-dynamic = "FLAGS" SP "(" [flag-fetch *(SP flag-fetch)] ")"
 *
 * @rfc 9051 7.5.2
 */
import { LEFT_PARENTHESIS, RIGHT_PARENTHESIS } from '@mailwright/wire';
import type { FetchItemSpec } from '../../extension.ts';
import { plainRequest, type PlainRequest } from './plain-request.ts';

/** Deviation: NIL for no flags. */
export const flagsItem: FetchItemSpec<'flags', PlainRequest<'FLAGS'>, readonly string[]> = {
  ...plainRequest('FLAGS'),
  field: 'flags',
  source: 'RFC 9051 7.5.2',
  parse(reader) {
    reader.space();
    const flags: string[] = [];
    if (reader.nil()) return flags;
    reader.expect(LEFT_PARENTHESIS);
    reader.spaces();
    while (!reader.skip(RIGHT_PARENTHESIS) && reader.failure === undefined) {
      flags.push(reader.flag());
      reader.count();
      reader.spaces();
    }
    return flags;
  },
  encode: (writer, flags) => void writer.raw('FLAGS ').flags(flags),
};
