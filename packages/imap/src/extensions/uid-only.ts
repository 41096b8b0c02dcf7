/**
 * UIDONLY: once enabled, messages have no numbers: commands name UIDs alone, UIDFETCH takes the place of FETCH and VANISHED that of EXPUNGE. The command that
 * still names a number is refused with UIDREQUIRED.
 *
 *     uidfetch-resp  = uniqueid SP "UIDFETCH" SP msg-att
 *     resp-text-code =/ "UIDREQUIRED"
 *
 * VANISHED is `qresync.ts`.
 *
 * @rfc 9586
 */
import type { CodeSpec, DataSpec } from '../extension.ts';
import type { FetchData } from '../fetch/fetch-data.ts';
import { readFetchData, writeFetchData } from '../fetch/fetch-response.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

/** What FETCH says, of the message with this UID. `data.uid` need not be there. @rfc 9586 3.3 */
export interface UidFetchData {
  readonly name: 'UIDFETCH';
  readonly uid: number;
  readonly data: FetchData;
}

/** The command named a message by its number. @rfc 9586 3 */
export interface UidRequiredCode {
  readonly name: 'UIDREQUIRED';
}

const UID_REQUIRED: UidRequiredCode = { name: 'UIDREQUIRED' };

const uidFetch: DataSpec<UidFetchData> = {
  name: 'UIDFETCH',
  numbered: true,
  source: 'RFC 9586 3.3',
  parse(reader, uid) {
    reader.space();
    return { name: 'UIDFETCH', uid, data: readFetchData(reader) };
  },
  encode: (writer, { uid, data }) => writeFetchData(writer.number(uid).raw(' UIDFETCH '), data),
  explain: ({ uid }) => `What the server says of the message with UID ${uid}.`,
};

const uidRequired: CodeSpec<UidRequiredCode> = {
  name: 'UIDREQUIRED',
  source: 'RFC 9586 3',
  parse: () => UID_REQUIRED,
  encode: () => {},
  explain: () => 'Messages have no numbers any more: the command must name UIDs.',
};

export const uidOnly: Brings<{ data: typeof uidFetch; codes: typeof uidRequired }> = {
  ...NOTHING,
  capability: 'UIDONLY',
  implies: ['ENABLE'],
  rfc: 9586,
  enable: true,
  announced: ALWAYS,
  data: [uidFetch],
  codes: [uidRequired],
  explain: () => 'A session can do without numbers of messages, by UIDs alone.',
};
