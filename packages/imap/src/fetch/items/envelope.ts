/**
 * ENVELOPE: the header fields that every mail list shows.
 *
 *     msg-att-static =/ "ENVELOPE" SP envelope
 *
 * @rfc 9051 7.5.2
 */
import { writeEnvelope } from '../../envelope-encode.ts';
import { readEnvelope } from '../../envelope-parse.ts';
import type { Envelope } from '../../envelope.ts';
import type { FetchItemSpec } from '../../extension.ts';
import { plainRequest, type PlainRequest } from './plain-request.ts';

export const envelopeItem: FetchItemSpec<'envelope', PlainRequest<'ENVELOPE'>, Envelope | undefined> = {
  ...plainRequest('ENVELOPE'),
  field: 'envelope',
  source: 'RFC 9051 7.5.2',
  parse(reader) {
    reader.space();
    return readEnvelope(reader);
  },
  encode(writer, envelope) {
    if (envelope !== undefined) writeEnvelope(writer.raw('ENVELOPE '), envelope);
  },
};
