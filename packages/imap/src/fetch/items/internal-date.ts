/**
 * INTERNALDATE: when the server got the message.
 *
 *     msg-att-static =/ "INTERNALDATE" SP date-time
 *
 * @rfc 9051 7.5.2
 */
import { readDateTime, writeDateTime } from '../../dates.ts';
import type { FetchItemSpec } from '../../extension.ts';
import type { InternalDate } from '../fetch-data.ts';
import { plainRequest, type PlainRequest } from './plain-request.ts';

export const internalDateItem: FetchItemSpec<'internalDate', PlainRequest<'INTERNALDATE'>, InternalDate> = {
  ...plainRequest('INTERNALDATE'),
  field: 'internalDate',
  source: 'RFC 9051 7.5.2',
  parse(reader) {
    reader.space();
    return readDateTime(reader);
  },
  encode: (writer, date) => writeDateTime(writer.raw('INTERNALDATE '), date),
};
