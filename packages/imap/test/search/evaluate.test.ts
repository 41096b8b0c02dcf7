import { describe, expect, test } from 'vitest';
import { compileSearch, matchesSearch, searchRequirement } from '../../src/search/evaluate.ts';
import { foldPattern, foldText, includesFolded } from '../../src/search/fold.ts';
import { MAX_SEARCH_DEPTH } from '../../src/search/parse.ts';
import { resolveFilters } from '../../src/search/resolve-filters.ts';
import type { SearchKey } from '../../src/search/search-key.ts';
import type { SearchableMessage, SearchContext, SearchRequirement } from '../../src/search/searchable-message.ts';
import { parseSentDate } from '../../src/search/sent-date.ts';
import { STAR } from '../../src/sequence-set.ts';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { extensionSearchKeys } from '../../src/tables.ts';
import { context, NOON_MS, searchable } from './message.ts';

const DAY = { year: 2024, month: 3, day: 10 };
const DAY_BEFORE = { year: 2024, month: 3, day: 9 };
const field = (name: string, value: string): Partial<SearchableMessage> => ({ fields: [{ name, value }] });
const address = { name: 'RealFrom', route: undefined, mailbox: 'user', host: 'domain.org' };

describe('matchesSearch', () => {
  test.each<[string, SearchKey, Partial<SearchableMessage>, boolean, Partial<SearchContext>?]>([
    ['rfc9051 6.4.4: flags in any case', { key: 'SEEN' }, { flags: ['\\seen'] }, true],
    ['rfc9051 6.4.4: UNSEEN', { key: 'UNSEEN' }, { flags: ['\\Seen'] }, false],
    ['rfc9051 6.4.4: KEYWORD in any case', { key: 'KEYWORD', flag: '$junk' }, { flags: ['$Junk'] }, true],
    ['rfc9051 6.4.4: UNKEYWORD', { key: 'UNKEYWORD', flag: '$Junk' }, { flags: ['$Junk'] }, false],
    ['rfc3501 6.4.4: NEW is recent and not seen', { key: 'NEW' }, { flags: ['\\Recent'] }, true],
    ['rfc3501 6.4.4: NEW is not what was seen', { key: 'NEW' }, { flags: ['\\Recent', '\\Seen'] }, false],
    ['rfc3501 6.4.4: OLD is not recent', { key: 'OLD' }, {}, true],
    ['rfc9051 6.4.4: LARGER is more', { key: 'LARGER', octetCount: 1000 }, { octetCount: 1000 }, false],
    ['rfc9051 6.4.4: SMALLER is less', { key: 'SMALLER', octetCount: 1001 }, { octetCount: 1000 }, true],
    ['rfc9051 6.4.4: ON by the zone of INTERNALDATE', { key: 'ON', date: { ...DAY, day: 11 } }, { internalDate: { ms: NOON_MS, offsetMinutes: 840 } }, true],
    ['rfc9051 6.4.4: BEFORE is not the day', { key: 'BEFORE', date: DAY }, {}, false],
    ['rfc9051 6.4.4: SINCE is the day, too', { key: 'SINCE', date: DAY }, {}, true],
    ['rfc9051 6.4.4: SENTON disregards time and zone', { key: 'SENTON', date: DAY }, field('Date', 'Sun, 10 Mar 2024 23:59:00 -1200'), true],
    ['rfc9051 6.4.4: SENTSINCE of a message without Date', { key: 'SENTSINCE', date: DAY_BEFORE }, {}, false],
    ['rfc9051 6.4.4: SENTBEFORE of a Date that can\'t be read', { key: 'SENTBEFORE', date: DAY }, field('Date', 'soon'), false],
    ['rfc9051 6.4.4: a text anywhere, in any case', { key: 'SUBJECT', value: 'eeTIN' }, field('subject', 'A meeting'), true],
    ['rfc5051 2: letters beyond ASCII', { key: 'SUBJECT', value: 'STRASSE ÄÖ' }, field('Subject', 'straße a\u0308ö'), true],
    ['rfc9051 6.4.4: characters of patterns mean themselves', { key: 'SUBJECT', value: '.*' }, field('Subject', 'abc'), false],
    ['rfc9051 6.4.4: HEADER with an empty text asks for the field', { key: 'HEADER', field: 'X-SPAM', value: '' }, field('X-Spam', 'yes'), true],
    ['rfc9051 6.4.4: HEADER of a field that is not there', { key: 'HEADER', field: 'X-Spam', value: '' }, field('Spam', 'yes'), false],
    ['rfc9051 6.4.4: HEADER looks at each field of the name', { key: 'HEADER', field: 'Received', value: 'b' }, { fields: [{ name: 'Received', value: 'a' }, { name: 'received', value: 'b' }] }, true],
    ['imaptest search-addresses: an address with comments in it', { key: 'FROM', value: 'user@domain.org' },
      { ...field('From', 'user (comment)@ domain.org (RealFrom)'), addresses: { from: [address], to: [], cc: [], bcc: [] } }, true],
    ['imaptest search-addresses: a name in a comment', { key: 'HEADER', field: 'From', value: 'realfrom <user' },
      { ...field('From', 'user@domain.org (RealFrom)'), addresses: { from: [address], to: [], cc: [], bcc: [] } }, true],
    ['rfc9051 6.4.4: BODY is not the header', { key: 'BODY', value: 'x' }, { ...field('Subject', 'x'), texts: ['y'] }, false],
    ['rfc9051 6.4.4: TEXT is the header', { key: 'TEXT', value: 'subject: x' }, field('Subject', 'x'), true],
    ['rfc9051 6.4.4: TEXT is the header of a part', { key: 'TEXT', value: 'invoice.pdf' }, { partFields: [{ name: 'Content-Type', value: 'application/pdf; name=Invoice.pdf' }] }, true],
    ['rfc9051 6.4.4: TEXT is the body', { key: 'TEXT', value: 'HELLO' }, { texts: ['a', 'well, hello'] }, true],
    ['rfc9051 6.4.4: an empty TEXT fits what has any', { key: 'BODY', value: '' }, { texts: [''] }, true],
    ['rfc9051 6.4.4: a set', { key: 'SEQUENCE', set: [[5, 9], [1, 2]] }, { sequenceNumber: 6 }, true],
    ['rfc9051 6.4.4: not in a set', { key: 'SEQUENCE', set: [[5, 9], [1, 2]] }, { sequenceNumber: 3 }, false],
    ['rfc9586 3: no numbers, no match', { key: 'SEQUENCE', set: [[1, STAR]] }, { sequenceNumber: 0 }, false],
    ['rfc9051 6.4.8: 559:* holds the last message', { key: 'UID', set: [[559, STAR]] }, { uid: 12 }, true, { maximumUid: 12 }],
    ['rfc9051 6.4.8: 559:* holds nothing before the last', { key: 'UID', set: [[559, STAR]] }, { uid: 11 }, false, { maximumUid: 12 }],
    ['rfc5182 2.1: $', { key: 'UID', set: '$' }, { uid: 7 }, true, { savedUids: new Set([7]) }],
    ['rfc5182 2.1: $ of nothing saved', { key: 'SEQUENCE', set: '$' }, {}, false],
    ['rfc9051 6.4.4: AND', { key: 'AND', keys: [{ key: 'BODY', value: 'x' }, { key: 'SEEN' }] }, { texts: ['x'] }, false],
    ['rfc9051 6.4.4: OR', { key: 'OR', left: { key: 'BODY', value: 'x' }, right: { key: 'SEEN' } }, { texts: ['x'] }, true],
    ['rfc9051 6.4.4: NOT', { key: 'NOT', not: { key: 'SEEN' } }, {}, true],
    ['rfc5032 2: OLDER counts equal', { key: 'OLDER', seconds: 60 }, {}, true, { nowMs: NOON_MS + 60_000 }],
    ['rfc5032 2: YOUNGER counts equal', { key: 'YOUNGER', seconds: 60 }, {}, true, { nowMs: NOON_MS + 60_000 }],
    ['rfc5032 2: YOUNGER is not older', { key: 'YOUNGER', seconds: 59 }, {}, false, { nowMs: NOON_MS + 60_000 }],
    ['rfc6203 3: FUZZY fits what its key fits', { key: 'FUZZY', search: { key: 'SEEN' } }, { flags: ['\\Seen'] }, true],
    ['rfc7162 3.1.5: MODSEQ is this or higher', { key: 'MODSEQ', modseq: 5n, entry: undefined }, { modseq: 5n }, true],
    ['rfc8474 5.3: EMAILID', { key: 'EMAILID', id: 'M1' }, { emailId: 'M1' }, true],
    ['rfc8474 5.3: THREADID', { key: 'THREADID', id: 'T1' }, { threadId: 'T2' }, false],
    ['rfc8514 4.3: SAVEDON', { key: 'SAVEDON', date: DAY }, { saveDate: { ms: NOON_MS, offsetMinutes: 0 }, internalDate: { ms: 0, offsetMinutes: 0 } }, true],
    ['rfc8514 4.3: SAVEDSINCE of a mailbox without dates of saving is SINCE', { key: 'SAVEDSINCE', date: DAY }, {}, true],
    ['rfc8514 4.3: SAVEDBEFORE', { key: 'SAVEDBEFORE', date: DAY }, {}, false],
    ['rfc8514 4.3: SAVEDATESUPPORTED', { key: 'SAVEDATESUPPORTED' }, { saveDate: { ms: 0, offsetMinutes: 0 } }, true],
    ['rfc9738 3.2: UIDAFTER is above', { key: 'UIDAFTER', uid: 7 }, { uid: 7 }, false],
    ['rfc9738 3.2: UIDBEFORE is below', { key: 'UIDBEFORE', uid: 7 }, { uid: 6 }, true],
    ['gmail: X-GM-LABELS', { key: 'X-GM-LABELS', label: 'Work' }, { gmail: { messageId: 1n, threadId: 2n, labels: ['Work'] } }, true],
    ['gmail: X-GM-MSGID', { key: 'X-GM-MSGID', id: 1n }, { gmail: { messageId: 1n, threadId: 2n, labels: [] } }, true],
    ['gmail: X-GM-THRID', { key: 'X-GM-THRID', id: 2n }, {}, false],
  ])('%s', (_name, search, message, expected, around) => {
    expect(matchesSearch(search, searchable(message), context(around))).toBe(expected);
  });

  test.each<[SearchKey, SearchRequirement]>([
    [{ key: 'SEEN' }, 'metadata'],
    [{ key: 'OR', left: { key: 'SEEN' }, right: { key: 'SENTON', date: DAY } }, 'header'],
    [{ key: 'NOT', not: { key: 'AND', keys: [{ key: 'TEXT', value: 'x' }, { key: 'FROM', value: 'x' }] } }, 'text'],
    [{ key: 'FUZZY', search: { key: 'CC', value: 'x' } }, 'header'],
  ])('%j asks for %s', (search, requirement) => {
    expect(searchRequirement(search)).toBe(requirement);
  });

  test('what is dear is not looked at where what is cheap decides', () => {
    const message = { ...searchable(), get texts(): string[] { throw new Error('looked at'); } };
    const search = compileSearch({ key: 'AND', keys: [{ key: 'TEXT', value: 'x' }, { key: 'SEEN' }] });
    expect(search.matches(message, context())).toBe(false);
  });

  test('every registered key can be evaluated, but for those whose meaning the server has', () => {
    const examples = [{ date: DAY }, { seconds: 1 }, { id: '1' }, { id: 1n }, { modseq: 1n, entry: undefined }, { label: 'x' }, { search: { key: 'ALL' } }];
    const failing = [...extensionSearchKeys().keys()].filter((key) => {
      const search = Object.assign({ key }, ...examples) as SearchKey;
      try {
        compileSearch(search);
        return false;
      } catch {
        return true;
      }
    });
    expect(failing.sort()).toEqual(['FILTER', 'X-GM-RAW']);
  });

  test('limits: keys nested too deep -> RangeError', () => {
    let search: SearchKey = { key: 'SEEN' };
    for (let depth = 0; depth < MAX_SEARCH_DEPTH; depth++) search = { key: 'FUZZY', search };
    expect(() => compileSearch(search)).toThrow(RangeError);
  });

  test('a set of 50,000 ranges is asked 50,000 times', () => {
    const set = [...Array(50_000).keys()].map((index) => [index * 3 + 1, index * 3 + 2] as const).reverse();
    const search = compileSearch({ key: 'UID', set });
    const found = [...Array(50_000).keys()].filter((uid) => search.matches(searchable({ uid }), context()));
    expect(found).toHaveLength(33_333);
  });
});

describe('fold', () => {
  test.each([
    ['case of ASCII', 'aZ', 'AZ'], ['i;unicode-casemap', 'ß', 'SS'], ['a letter and its mark', 'é', 'E\u0301'], ['a width', 'Ａ', 'A'],
  ])('%s', (_name, text, folded) => {
    expect(foldText(text)).toBe(folded);
  });

  test('a long pattern is found where the engine would find it', () => {
    const random = new SeededRandom(7);
    for (let round = 0; round < 500; round++) {
      const text = random.text('AB', 600);
      const from = random.integer(0, 500);
      const pattern = random.chance(0.5) ? text.slice(from, from + 90) : random.text('AB', 70);
      expect(includesFolded(text, foldPattern(pattern))).toBe(text.includes(pattern));
    }
  });

  test('a pattern made to slow searches down', () => {
    const text = 'A'.repeat(1_000_000);
    expect(includesFolded(text, foldPattern(`B${'A'.repeat(50_000)}`))).toBe(false);
    expect(includesFolded(text, foldPattern(`${'A'.repeat(50_000)}B`))).toBe(false);
  });

  test('marks in a row, made to slow the normalizer down', () => {
    expect(foldText(`a${'\u0316\u0301'.repeat(300_000)}`)).toHaveLength(600_001);
  });
});

describe('parseSentDate', () => {
  test.each<[string, string, string | undefined]>([
    ['rfc5322 3.3: whole', 'Fri, 21 Nov 1997 09:55:06 -0600', '1997-11-21T15:55:06.000Z'],
    ['rfc5322 4.3: year of two digits, name of a zone', '21 Nov 97 09:55:06 EST', '1997-11-21T14:55:06.000Z'],
    ['rfc5322 4.3: year 49', '1 Jan 49 00:00:00 GMT', '2049-01-01T00:00:00.000Z'],
    ['rfc5322 4.3: year of three digits', '1 Jan 100 00:00:00 GMT', '2000-01-01T00:00:00.000Z'],
    ['rfc5322 3.3: without seconds', 'Fri, 21 Nov 1997 09(comment):  55  :  06 -0600', '1997-11-21T00:00:00.000Z'],
    ['rfc5322 A.5: comments', 'Thu,\r\n 13 Feb 1969 23:32 -0330 (Newfoundland Time)', '1969-02-14T03:02:00.000Z'],
    ['a leap second', '30 Jun 2012 23:59:60 +0000', '2012-06-30T23:59:59.000Z'],
    ['a full name of the month', '21 November 1997 10:00 +0100', '1997-11-21T09:00:00.000Z'],
    ['hyphens', '21-Nov-1997 10:00:00 GMT', '1997-11-21T10:00:00.000Z'],
    ['an hour that is none is midnight', '21 Nov 1997 25:00:00 GMT', '1997-11-21T00:00:00.000Z'],
    ['a day that is none', '31 Feb 1997 10:00:00 GMT', undefined],
    ['a month that is none', '1 Foo 1997 10:00:00 GMT', undefined],
    ['nothing', '', undefined],
    ['octets without end', '('.repeat(1_000_000), undefined],
  ])('%s', (_name, text, iso) => {
    const sent = parseSentDate(text);
    expect(sent === undefined ? undefined : new Date(sent.ms).toISOString()).toBe(iso);
  });
});

describe('resolveFilters', () => {
  const searches = new Map<string, SearchKey>([
    ['new', { key: 'UNSEEN' }],
    ['both', { key: 'AND', keys: [{ key: 'FILTER', filter: 'new' }, { key: 'FLAGGED' }] }],
    ['loop', { key: 'NOT', not: { key: 'FILTER', filter: 'loop' } }],
    ['twice', { key: 'OR', left: { key: 'FILTER', filter: 'loop' }, right: { key: 'FILTER', filter: 'twice' } }],
  ]);
  const find = (name: string): SearchKey | undefined => searches.get(name);

  test('rfc5466 2.1: names within searches are put in', () => {
    expect(resolveFilters({ key: 'NOT', not: { key: 'FILTER', filter: 'both' } }, find)).toEqual({
      ok: true, search: { key: 'NOT', not: { key: 'AND', keys: [{ key: 'UNSEEN' }, { key: 'FLAGGED' }] } },
    });
  });

  test.each(['none', 'loop', 'twice'])('rfc5466 2.3: %s -> the name that is missing', (filter) => {
    expect(resolveFilters({ key: 'FILTER', filter }, find)).toMatchObject({ ok: false });
  });

  test('a chain of searches, each as deep as can be, ends at the depth of keys', () => {
    const deep = (name: string): SearchKey => {
      let search: SearchKey = { key: 'FILTER', filter: `${name}x` };
      for (let depth = 0; depth < 390; depth++) search = { key: 'NOT', not: search };
      return search;
    };
    expect(resolveFilters({ key: 'FILTER', filter: 'x' }, deep)).toMatchObject({ ok: false });
  });
});
