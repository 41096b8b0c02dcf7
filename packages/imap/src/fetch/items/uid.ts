/**
 * UID: the number that names a message for as long as UIDVALIDITY stays.
 *
 *     msg-att-static =/ "UID" SP uniqueid
 *
 * @rfc 9051 7.5.2
 */
import type { FetchItemSpec } from '../../extension.ts';
import { plainRequest, type PlainRequest } from './plain-request.ts';

const MAX_UID = 0xffff_ffff;

export const uidItem: FetchItemSpec<'uid', PlainRequest<'UID'>, number> = {
  ...plainRequest('UID'),
  field: 'uid',
  source: 'RFC 9051 7.5.2',
  parse(reader) {
    reader.space();
    const from = reader.at;
    const uid = reader.number();
    if (uid < 1 || uid > MAX_UID) reader.fail('a UID', from);
    return uid;
  },
  encode(writer, uid) {
    if (uid < 1 || uid > MAX_UID) throw new RangeError(`not a UID: ${uid}`);
    writer.raw('UID ').number(uid);
  },
};
