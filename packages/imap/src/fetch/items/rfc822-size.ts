/**
 * RFC822.SIZE: the octets of the whole message.
 *
 *     msg-att-static =/ "RFC822.SIZE" SP number64
 *
 * @rfc 9051 7.5.2
 */
import type { FetchItemSpec } from '../../extension.ts';
import { plainRequest, type PlainRequest } from './plain-request.ts';

export const rfc822SizeItem: FetchItemSpec<'rfc822Size', PlainRequest<'RFC822.SIZE'>, number> = {
  ...plainRequest('RFC822.SIZE'),
  field: 'rfc822Size',
  source: 'RFC 9051 7.5.2',
  parse(reader) {
    reader.space();
    return reader.number();
  },
  encode: (writer, octetCount) => void writer.raw('RFC822.SIZE ').number(octetCount),
};
