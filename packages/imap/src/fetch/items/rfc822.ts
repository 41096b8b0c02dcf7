/**
 * RFC822, RFC822.HEADER and RFC822.TEXT: what BODY[], BODY.PEEK[HEADER] and BODY[TEXT] are, in the words of IMAP4rev1.
 *
 *     msg-att-static =/ "RFC822" [".HEADER" / ".TEXT"] SP nstring
 *
 * @rfc 3501 6.4.5
 * @rfc 3501 7.4.2
 */
import type { FetchItemSpec } from '../../extension.ts';
import type { FetchedOctets } from '../fetch-data.ts';
import { readOctets, writeOctets } from './octets.ts';
import { plainRequest, type PlainRequest } from './plain-request.ts';

type OctetsItem<K extends string, N extends string> = FetchItemSpec<K, PlainRequest<N>, FetchedOctets | undefined>;

export const rfc822Item: OctetsItem<'rfc822', 'RFC822'> = octetsItem('RFC822', 'rfc822');
export const rfc822HeaderItem: OctetsItem<'rfc822Header', 'RFC822.HEADER'> = octetsItem('RFC822.HEADER', 'rfc822Header');
export const rfc822TextItem: OctetsItem<'rfc822Text', 'RFC822.TEXT'> = octetsItem('RFC822.TEXT', 'rfc822Text');

function octetsItem<K extends string, N extends string>(name: N, field: K): OctetsItem<K, N> {
  return {
    ...plainRequest(name),
    field,
    source: 'RFC 3501 7.4.2',
    parse: readOctets,
    encode: (writer, octets) => writeOctets(writer.raw(`${name} `), octets),
  };
}
