import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { ClientCapabilities } from '../../src/client/client-capabilities.ts';
import { compileSearch } from '../../src/search/evaluate.ts';
import { rewriteSearch } from '../../src/search/rewrite.ts';
import type { SearchKey } from '../../src/search/search-key.ts';
import { context, generatedMessage, NOON_MS } from './message.ts';
import { generatedKey } from './generated.ts';

const rewrite = (search: SearchKey, ...capabilities: string[]): ReturnType<typeof rewriteSearch> => rewriteSearch(search, { capabilities: new Set(capabilities), nowMs: NOON_MS });
const ALL: SearchKey = { key: 'ALL' };
const NONE: SearchKey = { key: 'NOT', not: ALL };
const DAY = { year: 2024, month: 3, day: 10 };

describe('rewriteSearch', () => {
  test.each<[string, SearchKey, string[], SearchKey, boolean]>([
    ['rfc5032 3: YOUNGER by day, zones allowed for', { key: 'YOUNGER', seconds: 86_400 }, [], { key: 'SINCE', date: { year: 2024, month: 3, day: 8 } }, false],
    ['rfc5032 3: OLDER by day', { key: 'OLDER', seconds: 86_400 }, [], { key: 'BEFORE', date: { year: 2024, month: 3, day: 11 } }, false],
    ['rfc5032 3: below NOT it is the narrower day', { key: 'NOT', not: { key: 'YOUNGER', seconds: 86_400 } }, [], { key: 'NOT', not: { key: 'SINCE', date: { year: 2024, month: 3, day: 11 } } }, false],
    ['rfc5032 2: a server with WITHIN gets it as it is', { key: 'OLDER', seconds: 60 }, ['WITHIN'], { key: 'OLDER', seconds: 60 }, true],
    ['rfc6203 3: FUZZY is dropped', { key: 'FUZZY', search: { key: 'SUBJECT', value: 'x' } }, [], { key: 'SUBJECT', value: 'x' }, true],
    ['rfc6203 3: FUZZY stays around what changes', { key: 'FUZZY', search: { key: 'SAVEDON', date: DAY } }, ['SEARCH=FUZZY'], { key: 'FUZZY', search: { key: 'ON', date: DAY } }, true],
    ['rfc8514 4.3: SAVEDSINCE is SINCE', { key: 'SAVEDSINCE', date: DAY }, [], { key: 'SINCE', date: DAY }, true],
    ['rfc8514 4.3: SAVEDATESUPPORTED is nothing', { key: 'SAVEDATESUPPORTED' }, [], NONE, true],
    ['rfc8474 5.3: EMAILID is looked for here', { key: 'AND', keys: [{ key: 'EMAILID', id: 'M1' }, { key: 'SEEN' }] }, [], { key: 'SEEN' }, false],
    ['rfc8474 7: EMAILID is the id that Gmail has', { key: 'EMAILID', id: '123' }, ['X-GM-EXT-1'], { key: 'X-GM-MSGID', id: 123n }, true],
    ['rfc8474 5.3: THREADID below NOT', { key: 'NOT', not: { key: 'THREADID', id: 'T1' } }, [], { key: 'NOT', not: NONE }, false],
    ['gmail: X-GM-RAW', { key: 'X-GM-RAW', text: 'has:attachment' }, [], ALL, false],
    ['gmail: X-GM-LABELS', { key: 'X-GM-LABELS', label: 'x' }, ['X-GM-EXT-1'], { key: 'X-GM-LABELS', label: 'x' }, true],
    ['rfc7162 3.2: QRESYNC has MODSEQ', { key: 'MODSEQ', modseq: 1n, entry: undefined }, ['QRESYNC'], { key: 'MODSEQ', modseq: 1n, entry: undefined }, true],
    ['rfc5466 2.1: FILTER', { key: 'FILTER', filter: 'x' }, [], ALL, false],
    ['rfc9051 E: nothing is recent in IMAP4rev2', { key: 'NEW' }, ['IMAP4REV2'], NONE, true],
    ['rfc9051 E: all is old in IMAP4rev2', { key: 'OLD' }, ['IMAP4REV2'], ALL, true],
    ['rfc3501 6.4.4: RECENT in both', { key: 'RECENT' }, ['IMAP4REV1', 'IMAP4REV2'], { key: 'RECENT' }, true],
    ['rfc5182 2.1: $ without SEARCHRES', { key: 'UID', set: '$' }, ['IMAP4REV1'], ALL, false],
    ['rfc5182 2.1: $ in IMAP4rev2', { key: 'UID', set: '$' }, ['IMAP4REV2'], { key: 'UID', set: '$' }, true],
    ['rfc9738 3.2: UIDAFTER as a set', { key: 'UIDAFTER', uid: 7 }, [], { key: 'NOT', not: { key: 'UID', set: [[1, 7]] } }, true],
    ['rfc9738 3.2: UIDBEFORE the first UID', { key: 'UIDBEFORE', uid: 1 }, [], NONE, true],
    ['nothing is left of a list', { key: 'AND', keys: [{ key: 'EMAILID', id: 'a' }, ALL] }, [], ALL, false],
  ])('%s', (_name, search, capabilities, expected, exact) => {
    expect(rewrite(search, ...capabilities)).toMatchObject({ search: expected, exact });
  });

  test('rfc9738 3.2: a server with MESSAGELIMIT=1000 gets UIDAFTER as it is', () => {
    const search: SearchKey = { key: 'UIDAFTER', uid: 7 };
    const capabilities = new ClientCapabilities(['IMAP4rev1', 'MESSAGELIMIT=1000']);
    expect(rewriteSearch(search, { capabilities, nowMs: NOON_MS })).toEqual({ search, exact: true, notes: [] });
  });

  test('what was done is told', () => {
    expect(rewrite({ key: 'AND', keys: [{ key: 'FUZZY', search: { key: 'OLDER', seconds: 1 } }, { key: 'X-GM-RAW', text: 'x' }] }).notes).toEqual([
      { key: 'OLDER', kind: 'wider', capability: 'WITHIN' },
      { key: 'FUZZY', kind: 'dropped', capability: 'SEARCH=FUZZY' },
      { key: 'X-GM-RAW', kind: 'unanswerable', capability: 'X-GM-EXT-1' },
    ]);
  });

  test('what needs no change is given back itself', () => {
    const search: SearchKey = { key: 'AND', keys: [{ key: 'NOT', not: { key: 'SEEN' } }, { key: 'OR', left: ALL, right: { key: 'ANSWERED' } }] };
    expect(rewrite(search).search).toBe(search);
  });

  test('no message that fits is lost, and exact is exact', () => {
    const random = new SeededRandom(5032);
    const around = context({ savedUids: new Set([1, 2, 3, 50]) });
    const more: (() => SearchKey)[] = [
      () => ({ key: 'SAVEDON', date: DAY }),
      () => ({ key: 'EMAILID', id: String(random.integer(1, 3)) }),
      () => ({ key: random.pick(['UIDAFTER', 'UIDBEFORE']), uid: random.pick([1, 50, 100, 150]) }),
      () => ({ key: random.pick(['OLDER', 'YOUNGER']), seconds: random.integer(1, 5 * 86_400) }),
    ];
    let approximated = 0;
    for (let round = 0; round < 3000; round++) {
      const search = withoutFilter(generatedKey(random), () => random.pick(more)());
      const rewritten = rewrite(search, 'IMAP4REV1');
      const wanted = compileSearch(search);
      const asked = compileSearch(rewritten.search);
      if (!rewritten.exact) approximated++;
      for (let each = 0; each < 5; each++) {
        const message = generatedMessage(random);
        const fits = wanted.matches(message, around);
        const found = asked.matches(message, around);
        if (rewritten.exact) expect({ search, found }).toEqual({ search, found: fits });
        else expect({ search, lost: fits && !found }).toEqual({ search, lost: false });
      }
    }
    expect(approximated).toBeGreaterThan(500);
  });
});

/** FILTER has no meaning of its own. */
function withoutFilter(search: SearchKey, other: () => SearchKey): SearchKey {
  switch (search.key) {
    case 'FILTER': return other();
    case 'NOT': return { key: 'NOT', not: withoutFilter(search.not, other) };
    case 'OR': return { key: 'OR', left: withoutFilter(search.left, other), right: withoutFilter(search.right, other) };
    case 'AND': return { key: 'AND', keys: search.keys.map((key) => withoutFilter(key, other)) };
    case 'FUZZY': return { key: 'FUZZY', search: withoutFilter(search.search, other) };
    default: return search;
  }
}
