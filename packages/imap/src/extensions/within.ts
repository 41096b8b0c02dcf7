/**
 * WITHIN: messages by their age in seconds, without a day's margin for zones.
 *
 *     search-key =/ ("OLDER" / "YOUNGER") SP nz-number
 *
 * @rfc 5032
 */
import type { SearchKeySpec } from '../extension.ts';
import { type Brings, LOGGED_IN, NOTHING } from './brings.ts';

/** INTERNALDATE is this many seconds ago, or longer (OLDER), or less (YOUNGER). At least 1. @rfc 5032 2 */
export interface WithinKey<N extends 'OLDER' | 'YOUNGER' = 'OLDER' | 'YOUNGER'> {
  readonly key: N;
  readonly seconds: number;
}

const older: SearchKeySpec<WithinKey<'OLDER'>> = ageKey('OLDER');
const younger: SearchKeySpec<WithinKey<'YOUNGER'>> = ageKey('YOUNGER');

export const within: Brings<{ searchKeys: typeof older | typeof younger }> = {
  ...NOTHING,
  capability: 'WITHIN',
  rfc: 5032,
  announced: LOGGED_IN,
  searchKeys: [older, younger],
  explain: () => 'Messages can be searched by their age in seconds.',
};

function ageKey<N extends 'OLDER' | 'YOUNGER'>(key: N): SearchKeySpec<WithinKey<N>> {
  return {
    key,
    source: 'RFC 5032 2',
    parse(reader) {
      reader.space();
      const from = reader.at;
      const seconds = reader.number();
      if (seconds === 0) reader.fail('a number of seconds above 0', from);
      return { key, seconds };
    },
    encode(writer, { seconds }) {
      if (seconds === 0) throw new RangeError(`${key} needs at least one second`);
      writer.raw(key).space().number(seconds);
    },
  };
}
