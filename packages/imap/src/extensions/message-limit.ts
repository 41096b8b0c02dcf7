/**
 * MESSAGELIMIT and SAVELIMIT: how many messages one command may process, 1000 or more. FETCH, STORE, SEARCH, MOVE and UID EXPUNGE of more are done for
 * those with the highest UIDs, and the code says down to which; COPY and APPEND of more fail. SAVELIMIT bounds COPY and APPEND alone.
 *
 *     capability     =/ "MESSAGELIMIT=" nz-number / "SAVELIMIT=" nz-number
 *     resp-text-code =/ "MESSAGELIMIT" SP nz-number [SP uniqueid]
 *     search-key     =/ "UIDAFTER" SP uniqueid / "UIDBEFORE" SP uniqueid
 *
 * @rfc 9738
 */
import { SP } from '@mailwright/wire';
import type { CodeSpec, SearchKeySpec } from '../extension.ts';
import { STAR } from '../sequence-set.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

export interface MessageLimitCode {
  readonly name: 'MESSAGELIMIT';
  readonly limit: number;
  /** The lowest UID that was processed: the client goes on below it. Undefined where nothing was done. @rfc 9738 3.1 */
  readonly lowestUid: number | undefined;
}

/** Messages with a larger, or a smaller, UID: unlike `UID 5:*`, never the last message where it is below. @rfc 9738 3.2 */
export interface UidBoundKey<N extends 'UIDAFTER' | 'UIDBEFORE' = 'UIDAFTER' | 'UIDBEFORE'> {
  readonly key: N;
  readonly uid: number;
}

const uidAfter: SearchKeySpec<UidBoundKey<'UIDAFTER'>> = uidBoundKey('UIDAFTER');
const uidBefore: SearchKeySpec<UidBoundKey<'UIDBEFORE'>> = uidBoundKey('UIDBEFORE');

const messageLimitCode: CodeSpec<MessageLimitCode> = {
  name: 'MESSAGELIMIT',
  source: 'RFC 9738 3.1',
  parse(reader) {
    reader.space();
    const limit = reader.number();
    return { name: 'MESSAGELIMIT', limit, lowestUid: reader.skip(SP) ? reader.number() : undefined };
  },
  encode(writer, { limit, lowestUid }) {
    writer.space().number(limit);
    if (lowestUid !== undefined) writer.space().number(lowestUid);
  },
  explain: ({ limit, lowestUid }) =>
    lowestUid === undefined
      ? `A command may name at most ${limit} messages; nothing was done.`
      : `A command may name at most ${limit} messages; it was done down to UID ${lowestUid}.`,
};

export const messageLimit: Brings<{ codes: typeof messageLimitCode; searchKeys: typeof uidAfter | typeof uidBefore }> = {
  ...NOTHING,
  capability: 'MESSAGELIMIT=',
  rfc: 9738,
  announced: ALWAYS,
  codes: [messageLimitCode],
  searchKeys: [uidAfter, uidBefore],
  explain: (capability) => `A command processes at most ${capability.slice('MESSAGELIMIT='.length)} messages.`,
};

export const saveLimit: Brings<object> = {
  ...NOTHING,
  capability: 'SAVELIMIT=',
  rfc: 9738,
  announced: ALWAYS,
  explain: (capability) => `COPY and APPEND take at most ${capability.slice('SAVELIMIT='.length)} messages.`,
};

function uidBoundKey<N extends UidBoundKey['key']>(key: N): SearchKeySpec<UidBoundKey<N>> {
  return {
    key,
    source: 'RFC 9738 3.2',
    parse(reader) {
      reader.space();
      const from = reader.at;
      const uid = reader.number();
      if (uid < 1 || uid >= STAR) reader.fail('a UID', from);
      return { key, uid };
    },
    encode: (writer, { uid }) => void writer.raw(`${key} `).set([[uid, uid]]),
  };
}
