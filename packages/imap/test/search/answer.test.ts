import { describe, expect, test } from 'vitest';
import type { SearchReturnOptions } from '../../src/commands/search.ts';
import { encodeResponse } from '../../src/response-encode.ts';
import { makeParameters } from '../../src/make-values.ts';
import { answerSearch, savedNumbers, type SearchResult } from '../../src/search/answer.ts';

const options = (given: Parameters<typeof makeParameters<'SEARCH-RETURN'>>[1] = {}): SearchReturnOptions => makeParameters('SEARCH-RETURN', given);
const result = (given: Partial<SearchResult>): SearchResult => ({
  command: 'SEARCH', tag: 'A1', uid: false, numbers: [2, 3, 4, 9], returnOptions: undefined, rev2: false, modseq: undefined, relevancy: undefined, ...given,
});
const written = (given: Partial<SearchResult>): string | undefined => {
  const data = answerSearch(result(given));
  return data === undefined ? undefined : encodeResponse({ type: 'data', data }, false).join('').replace('\r\n', '');
};

describe('answerSearch', () => {
  test.each<[string, Partial<SearchResult>, string | undefined]>([
    ['rfc3501 7.2.5: numbers', {}, '* SEARCH 2 3 4 9'],
    ['rfc3501 7.2.5: nothing fits', { numbers: [] }, '* SEARCH'],
    ['rfc7162 3.1.5: MODSEQ', { modseq: 7n }, '* SEARCH 2 3 4 9 (MODSEQ 7)'],
    ['rfc9051 6.4.4: ESEARCH without being asked', { rev2: true }, '* ESEARCH (TAG "A1") ALL 2:4,9'],
    ['rfc9051 7.3.4: nothing fits', { rev2: true, numbers: [] }, '* ESEARCH (TAG "A1")'],
    ['rfc4731 3.1: RETURN of nothing is ALL', { returnOptions: options() }, '* ESEARCH (TAG "A1") ALL 2:4,9'],
    ['rfc4731 3.1: MIN and MAX', { uid: true, returnOptions: options({ min: true, max: true }) }, '* ESEARCH (TAG "A1") UID MIN 2 MAX 9'],
    ['rfc4731 3.1: of nothing only COUNT', { numbers: [], modseq: 7n, returnOptions: options({ min: true, max: true, all: true, count: true }) }, '* ESEARCH (TAG "A1") COUNT 0'],
    ['rfc7162 3.1.10: MODSEQ', { modseq: 7n, returnOptions: options({ min: true }) }, '* ESEARCH (TAG "A1") MIN 2 MODSEQ 7'],
    ['rfc5182 2.1: SAVE alone is not answered', { returnOptions: options({ save: true }) }, undefined],
    ['rfc5182 2.1: SAVE and COUNT', { returnOptions: options({ save: true, count: true }) }, '* ESEARCH (TAG "A1") COUNT 4'],
    ['rfc9394 3.1: PARTIAL', { returnOptions: options({ partial: { first: 2, last: 3, fromEnd: false } }) }, '* ESEARCH (TAG "A1") PARTIAL (2:3 3:4)'],
    ['rfc9394 3.1: PARTIAL of nothing', { returnOptions: options({ partial: { first: 5, last: 6, fromEnd: false } }) }, '* ESEARCH (TAG "A1") PARTIAL (5:6 NIL)'],
    ['rfc5267 4.3: UPDATE alone', { returnOptions: options({ update: true }) }, '* ESEARCH (TAG "A1")'],
    ['rfc6203 4: RELEVANCY and all', { relevancy: [1, 2, 3, 4], returnOptions: options({ relevancy: true }) }, '* ESEARCH (TAG "A1") ALL 2:4,9 RELEVANCY (1 2 3 4)'],
    ['rfc5256 4: SORT', { command: 'SORT', numbers: [4, 2], rev2: true }, '* SORT 4 2'],
    ['imaptest sort-partial: SORT in ranges that keep the order', { command: 'SORT', numbers: [5, 3, 4, 2, 1], returnOptions: options({ partial: { first: 1, last: 6, fromEnd: false } }) }, '* ESEARCH (TAG "A1") PARTIAL (1:6 5,3:4,2,1)'],
    ['rfc5267 3.2: MIN of SORT is the first of it', { command: 'SORT', numbers: [5, 3, 4], returnOptions: options({ min: true, max: true }) }, '* ESEARCH (TAG "A1") MIN 5 MAX 4'],
  ])('%s', (_name, given, text) => {
    expect(written(given)).toBe(text);
  });
});

describe('savedNumbers', () => {
  test.each<[string, SearchReturnOptions, number[]]>([
    ['rfc5182 2.1: SAVE', options({ save: true }), [2, 3, 4, 9]],
    ['rfc5182 2.1: SAVE MIN', options({ save: true, min: true }), [2]],
    ['rfc5182 2.1: SAVE MIN MAX', options({ save: true, min: true, max: true }), [2, 9]],
    ['rfc5182 2.1: SAVE MIN COUNT', options({ save: true, min: true, count: true }), [2, 3, 4, 9]],
    ['rfc9394 3.2: SAVE PARTIAL', options({ save: true, partial: { first: 1, last: 2, fromEnd: true } }), [4, 9]],
    ['rfc9394 3.2: SAVE PARTIAL MIN', options({ save: true, min: true, partial: { first: 1, last: 2, fromEnd: true } }), [4, 9, 2]],
  ])('%s', (_name, given, kept) => {
    expect(savedNumbers([2, 3, 4, 9], given)).toEqual(kept);
  });
});
