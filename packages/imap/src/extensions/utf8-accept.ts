/**
 * UTF8=ACCEPT: once enabled, names of mailboxes and quoted strings are UTF-8, and messages with headers in UTF-8 can be appended and are told as
 * they are. SEARCH takes no CHARSET any more. UTF8=ONLY, which refuses clients that don't enable it, says no more than that.
 *
 *     append-data =/ "UTF8" SP "(" literal8 ")"
 *
 * The UTF-8 of strings is the reader's and the writer's own (`utf8`).
 *
 * @rfc 9755
 */
import { RIGHT_PARENTHESIS } from '@mailwright/wire';
import { type MessageLiteral, readMessageLiteral, writeMessageLiteral } from '../commands/append.ts';
import type { ParameterSpec } from '../extension.ts';
import { type Brings, LOGGED_IN, NOTHING } from './brings.ts';

/** A message with headers in UTF-8. Written as a literal8, whatever it says of itself. */
const utf8Data: ParameterSpec<'APPEND', 'utf8', MessageLiteral> = {
  place: 'APPEND',
  name: 'UTF8',
  field: 'utf8',
  source: 'RFC 9755 4',
  parse(reader) {
    reader.space();
    reader.open();
    const message = readMessageLiteral(reader);
    if (!reader.close()) reader.expect(RIGHT_PARENTHESIS);
    return message;
  },
  encode(writer, message) {
    writeMessageLiteral(writer.raw(' ('), message.type === 'streamed-literal' ? message : { ...message, binary: true });
    writer.raw(')');
  },
  explain: () => 'a message with headers in UTF-8',
};

export const utf8Accept: Brings<{ parameters: typeof utf8Data }> = {
  ...NOTHING,
  capability: 'UTF8=ACCEPT',
  implies: ['ENABLE'],
  rfc: 9755,
  enable: true,
  announced: LOGGED_IN,
  parameters: [utf8Data],
  explain: () => 'Names, strings and messages can be UTF-8.',
};
