/** Messages to search. */
import type { SeededRandom } from '../../../testing/src/seeded-random.ts';
import type { SearchableMessage, SearchContext } from '../../src/search/searchable-message.ts';

/** 2024-03-10T12:00:00Z. */
export const NOON_MS: number = Date.UTC(2024, 2, 10, 12);

export function searchable(given: Partial<SearchableMessage> = {}): SearchableMessage {
  return {
    uid: 1, sequenceNumber: 1, flags: [], internalDate: { ms: NOON_MS, offsetMinutes: 0 }, octetCount: 1000, modseq: undefined, saveDate: undefined,
    emailId: undefined, threadId: undefined, gmail: undefined, fields: [], addresses: undefined, partFields: [], texts: [], ...given,
  };
}

export function context(given: Partial<SearchContext> = {}): SearchContext {
  return { maximumUid: 100, maximumSequenceNumber: 100, savedUids: undefined, nowMs: NOON_MS, ...given };
}

/** A message by chance, of the texts that generated keys look for. */
export function generatedMessage(random: SeededRandom): SearchableMessage {
  const date = (): SearchableMessage['internalDate'] => ({ ms: NOON_MS - random.integer(0, 5 * 86_400) * 1000, offsetMinutes: random.pick([0, 120, -720, 840]) });
  return searchable({
    uid: random.integer(1, 100),
    sequenceNumber: random.integer(1, 100),
    flags: ['\\Seen', '\\Recent', '\\Flagged', '$Junk'].filter(() => random.chance(0.5)),
    internalDate: date(),
    octetCount: random.integer(0, 1_000_000),
    modseq: random.chance(0.5) ? undefined : BigInt(random.integer(1, 9)),
    emailId: random.chance(0.5) ? undefined : String(random.integer(1, 3)),
    fields: [{ name: 'Subject', value: random.text('abcX ', 5) }, { name: 'Date', value: '10 Mar 2024 12:00:00 +0100' }],
    texts: [random.text('abcX ', 9)],
  });
}
