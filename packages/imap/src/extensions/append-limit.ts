/**
 * APPENDLIMIT: the octets that a message may have to be appended: for all mailboxes in the capability, for one in STATUS.
 *
 *     capability     =/ "APPENDLIMIT" ["=" number]
 *     status-att-val =/ "APPENDLIMIT" SP (number / nil)
 *
 * @rfc 7889
 */
import type { StatusItemSpec } from '../extension.ts';
import { ALWAYS, type Brings, NOTHING } from './brings.ts';

/** Null where the mailbox has no limit of its own. */
const limitItem: StatusItemSpec<'APPENDLIMIT', 'appendLimit', number | null> = {
  name: 'APPENDLIMIT',
  field: 'appendLimit',
  parse: (reader) => (reader.nil() ? null : reader.number()),
  encode(writer, limit) {
    if (limit === null) writer.raw('NIL');
    else writer.number(limit);
  },
};

/** Each mailbox has its own limit. */
export const appendLimit: Brings<{ statusItems: typeof limitItem }> = {
  ...NOTHING,
  capability: 'APPENDLIMIT',
  rfc: 7889,
  announced: ALWAYS,
  statusItems: [limitItem],
  explain: () => 'STATUS tells how large a message may be to be appended.',
};

/** One limit for all mailboxes. */
export const appendLimitValue: Brings<object> = {
  ...NOTHING,
  capability: 'APPENDLIMIT=',
  implies: ['APPENDLIMIT'],
  rfc: 7889,
  announced: ALWAYS,
  explain: (capability) => `A message to be appended may have ${capability.slice('APPENDLIMIT='.length)} octets.`,
};
