import { latin1 } from '@mailwright/wire';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import type { Command } from '../../src/command.ts';
import { encodeCommand } from '../../src/command-encode.ts';
import { parseCommand } from '../../src/command-parse.ts';
import type { EsearchData } from '../../src/extensions/esearch.ts';
import { type PartialRange, sliceResult } from '../../src/extensions/partial-range.ts';
import type { Frame } from '../../src/frame.ts';
import { CLIENT_LIMITS, SERVER_LIMITS } from '../../src/limits.ts';
import { makeParameters } from '../../src/make-values.ts';
import type { Data, Response, ResponseCode } from '../../src/response.ts';
import { encodeResponse } from '../../src/response-encode.ts';
import { parseResponse } from '../../src/response-parse.ts';
import { isAsciiSearch } from '../../src/search/encode.ts';
import { SORT_KEYS } from '../../src/sort/sort-criterion.ts';
import { STAR, type SequenceSet } from '../../src/sequence-set.ts';
import type { WrittenPiece } from '../../src/value-writer.ts';
import { generatedKey, generatedSet, textFrame } from './generated.ts';

function frame(pieces: readonly WrittenPiece[]): Frame {
  const octets = pieces.map((piece) => {
    if (typeof piece === 'string') return Buffer.from(piece);
    if (piece.type === 'pending-literal') throw new Error('no literal is pending here');
    return Buffer.concat([Buffer.from(`{${piece.octets.length}}\r\n`), piece.octets]);
  });
  return { octets: new Uint8Array(Buffer.concat(octets)), streamed: [], complete: true };
}
const write = (command: Command): string => latin1(frame(encodeCommand('A1', command, false)).octets);
const parse = (text: string): unknown => {
  const parsed = parseCommand(textFrame(text), SERVER_LIMITS, false);
  return parsed.ok ? parsed.command : parsed.expected;
};
const returnOptions = makeParameters('SEARCH-RETURN', {});

describe('commands', () => {
  test.each<[string, string, Command]>([
    ['rfc4731 3.1: RETURN', 'A1 UID SEARCH RETURN (MIN MAX COUNT) SEEN',
      { name: 'SEARCH', uid: true, returnOptions: { ...returnOptions, min: true, max: true, count: true }, charset: undefined, search: { key: 'SEEN' } }],
    ['rfc4731 3.1: RETURN of nothing', 'A1 SEARCH RETURN () SEEN', { name: 'SEARCH', uid: false, returnOptions, charset: undefined, search: { key: 'SEEN' } }],
    ['rfc5182 2.1: SAVE', 'A1 SEARCH RETURN (SAVE) SEEN', { name: 'SEARCH', uid: false, returnOptions: { ...returnOptions, save: true }, charset: undefined, search: { key: 'SEEN' } }],
    ['rfc9394 3.1: PARTIAL from the end', 'A1 SEARCH RETURN (PARTIAL -1:-100) ALL',
      { name: 'SEARCH', uid: false, returnOptions: { ...returnOptions, partial: { first: 1, last: 100, fromEnd: true } }, charset: undefined, search: { key: 'ALL' } }],
    ['rfc5267 4.3: UPDATE and CONTEXT', 'A1 SEARCH RETURN (UPDATE CONTEXT) ALL',
      { name: 'SEARCH', uid: false, returnOptions: { ...returnOptions, update: true, context: true }, charset: undefined, search: { key: 'ALL' } }],
    ['rfc6203 4: RELEVANCY', 'A1 SEARCH RETURN (RELEVANCY ALL) FUZZY TEXT x',
      { name: 'SEARCH', uid: false, returnOptions: { ...returnOptions, relevancy: true, all: true }, charset: undefined, search: { key: 'FUZZY', search: { key: 'TEXT', value: 'x' } } }],
    ['rfc5256 3: SORT', 'A1 SORT (SUBJECT REVERSE DATE) UTF-8 ALL UNSEEN', {
      name: 'SORT', uid: false, returnOptions: undefined, criteria: [{ key: 'SUBJECT', reverse: false }, { key: 'DATE', reverse: true }], charset: 'UTF-8',
      search: { key: 'AND', keys: [{ key: 'ALL' }, { key: 'UNSEEN' }] },
    }],
    ['rfc5267 3.2: SORT with RETURN', 'A1 UID SORT RETURN (COUNT) (DISPLAYFROM) US-ASCII ALL',
      { name: 'SORT', uid: true, returnOptions: { ...returnOptions, count: true }, criteria: [{ key: 'DISPLAYFROM', reverse: false }], charset: 'US-ASCII', search: { key: 'ALL' } }],
    ['rfc5256 3: THREAD', 'A1 UID THREAD REFERENCES UTF-8 SINCE 5-Mar-2000',
      { name: 'THREAD', uid: true, algorithm: 'REFERENCES', charset: 'UTF-8', search: { key: 'SINCE', date: { year: 2000, month: 3, day: 5 } } }],
    ['rfc5267 4.6: CANCELUPDATE', 'A1 CANCELUPDATE "B01" "B02"', { name: 'CANCELUPDATE', tags: ['B01', 'B02'] }],
    ['rfc7377 2: ESEARCH', 'A1 ESEARCH IN (SUBTREE-ONE (a "b c") PERSONAL) RETURN (COUNT) UNSEEN', {
      name: 'ESEARCH', sources: [{ type: 'SUBTREE-ONE', mailboxes: ['a', 'b c'] }, { type: 'PERSONAL' }], returnOptions: { ...returnOptions, count: true }, charset: undefined,
      search: { key: 'UNSEEN' },
    }],
    ['rfc7377 2: ESEARCH of the selected mailbox', 'A1 ESEARCH UNSEEN', { name: 'ESEARCH', sources: undefined, returnOptions: undefined, charset: undefined, search: { key: 'UNSEEN' } }],
  ])('%s', (_name, text, command) => {
    expect(parse(text)).toEqual(command);
    expect(parse(write(command))).toEqual(command);
  });

  test.each([
    ['rfc5256 3: SORT by nothing', 'A1 SORT () UTF-8 ALL', 'a sort key'],
    ['rfc5256 3: SORT by what is no key', 'A1 SORT (COLOUR) UTF-8 ALL', 'a sort key'],
    ['rfc5256 3: SORT without a charset', 'A1 SORT (DATE) ALL', 'a space'],
    ['rfc9394 3.1: PARTIAL of position 0', 'A1 SEARCH RETURN (PARTIAL 0:1) ALL', 'a position from 1 on'],
    ['imaptest sort-partial: PARTIAL of one position', 'A1 SORT RETURN (PARTIAL 1) (ARRIVAL) UTF-8 ALL', '":"'],
    ['imaptest sort-partial: PARTIAL up to *', 'A1 SORT RETURN (PARTIAL 1:*) (ARRIVAL) UTF-8 ALL', 'a number'],
    ['rfc9394 3.1: PARTIAL from both ends', 'A1 SEARCH RETURN (PARTIAL -1:5) ALL', '"-"'],
    ['rfc4731 3.1: RETURN of what is not known', 'A1 SEARCH RETURN (FOO) ALL', 'a parameter of SEARCH-RETURN'],
    ['rfc7377 2.2: a choice that is none', 'A1 ESEARCH IN (EVERYTHING) ALL', 'a choice of mailboxes'],
    ['rfc7377 2.2: no mailbox', 'A1 ESEARCH IN (MAILBOXES ()) ALL', 'a mailbox'],
    ['rfc5267 4.6: CANCELUPDATE of nothing', 'A1 CANCELUPDATE', 'a space'],
  ])('%s -> refused', (_name, text, expected) => {
    expect(parse(text)).toBe(expected);
  });

  test.each<[string, Command, typeof TypeError | typeof RangeError]>([
    ['SORT by nothing', { name: 'SORT', uid: false, returnOptions: undefined, criteria: [], charset: 'UTF-8', search: { key: 'ALL' } }, RangeError],
    ['injection: a sort key', { name: 'SORT', uid: false, returnOptions: undefined, criteria: [{ key: 'DATE)\r\n' as 'DATE', reverse: false }], charset: 'UTF-8', search: { key: 'ALL' } }, TypeError],
    ['injection: a charset of SORT', { name: 'SORT', uid: false, returnOptions: undefined, criteria: [{ key: 'DATE', reverse: false }], charset: 'x\r\n', search: { key: 'ALL' } }, TypeError],
    ['injection: an algorithm', { name: 'THREAD', uid: false, algorithm: 'REFS\r\n', charset: 'UTF-8', search: { key: 'ALL' } }, TypeError],
    ['injection: a tag', { name: 'CANCELUPDATE', tags: ['a\r\n'] }, TypeError],
    ['injection: a choice of mailboxes', { name: 'ESEARCH', sources: [{ type: 'X\r\n' as 'SELECTED' }], returnOptions: undefined, charset: undefined, search: { key: 'ALL' } }, TypeError],
    ['no tag', { name: 'CANCELUPDATE', tags: [] }, RangeError],
    ['no mailbox', { name: 'ESEARCH', sources: [{ type: 'MAILBOXES', mailboxes: [] }], returnOptions: undefined, charset: undefined, search: { key: 'ALL' } }, RangeError],
  ])('%s -> refused', (_name, command, error) => {
    expect(() => write(command)).toThrow(error);
  });

  test('inverse law: what is written is read back the same', () => {
    const random = new SeededRandom(5267);
    const flag = (): true | undefined => (random.chance(0.4) ? true : undefined);
    for (let round = 0; round < 1500; round++) {
      const search = generatedKey(random, 2);
      const options = random.chance(0.4) ? undefined : makeParameters('SEARCH-RETURN', {
        min: flag(), max: flag(), all: flag(), count: flag(), save: flag(), update: flag(), context: flag(), relevancy: flag(), partial: random.chance(0.5) ? generatedRange(random) : undefined,
      });
      const uid = random.chance(0.5);
      const charset = isAsciiSearch(search) ? undefined : 'UTF-8';
      const command = random.pick<Command>([
        { name: 'SEARCH', uid, returnOptions: options, charset, search },
        { name: 'SORT', uid, returnOptions: options, criteria: [{ key: random.pick(SORT_KEYS), reverse: random.chance(0.5) }, { key: 'DATE', reverse: true }], charset: 'UTF-8', search },
        { name: 'THREAD', uid, algorithm: 'ORDEREDSUBJECT', charset: random.pick(isAsciiSearch(search) ? ['UTF-8', 'US-ASCII', 'odd charset'] : ['UTF-8', 'utf-8']), search },
        { name: 'ESEARCH', sources: random.pick([undefined, [{ type: 'SELECTED' }, { type: 'SUBTREE', mailboxes: ['Entwürfe', 'INBOX'] }]]), returnOptions: options, charset, search },
      ]);
      const parsed = parseCommand(frame(encodeCommand('A1', command, false)), SERVER_LIMITS, false);
      expect(parsed.ok ? parsed.command : parsed).toEqual(command);
    }
  });
});

const EMPTY: EsearchData = {
  name: 'ESEARCH', tag: undefined, mailbox: undefined, uidValidity: undefined, uid: false, min: undefined, max: undefined, count: undefined, all: undefined,
  modseq: undefined, partial: undefined, changes: [], relevancy: undefined,
};

describe('data and codes', () => {
  test.each<[string, string, Data]>([
    ['rfc4731 3.1: MIN and COUNT', 'ESEARCH (TAG "A282") MIN 2 COUNT 3', { ...EMPTY, tag: 'A282', min: 2, count: 3 }],
    ['rfc9051 7.3.4: UID ALL', 'ESEARCH (TAG "A1") UID ALL 4:19,21,28', { ...EMPTY, tag: 'A1', uid: true, all: [[4, 19], [21, 21], [28, 28]] }],
    ['rfc9051 7.3.4: nothing fits', 'ESEARCH (TAG "A1")', { ...EMPTY, tag: 'A1' }],
    ['rfc7162 3.1.10: MODSEQ', 'ESEARCH (TAG "a") ALL 1:3,5 MODSEQ 1236', { ...EMPTY, tag: 'a', all: [[1, 3], [5, 5]], modseq: 1236n }],
    ['rfc9394 3.1: PARTIAL', 'ESEARCH (TAG "A01") UID PARTIAL (-1:-100 200:250)', { ...EMPTY, tag: 'A01', uid: true, partial: { range: { first: 1, last: 100, fromEnd: true }, set: [[200, 250]] } }],
    ['rfc9394 3.1: PARTIAL of nothing', 'ESEARCH (TAG "A04") UID PARTIAL (24000:24500 NIL)', { ...EMPTY, tag: 'A04', uid: true, partial: { range: { first: 24_000, last: 24_500, fromEnd: false }, set: [] } }],
    ['rfc5267 4.3: changes in their order', 'ESEARCH (TAG "B01") UID ADDTO (0 32768:32769) REMOVEFROM (1 5)',
      { ...EMPTY, tag: 'B01', uid: true, changes: [{ type: 'add', position: 0, set: [[32_768, 32_769]] }, { type: 'remove', position: 1, set: [[5, 5]] }] }],
    ['rfc6203 4: RELEVANCY', 'ESEARCH (TAG "F1") ALL 1,5,10 RELEVANCY (4 99 42)', { ...EMPTY, tag: 'F1', all: [[1, 1], [5, 5], [10, 10]], relevancy: [4, 99, 42] }],
    ['rfc7377 2.1: MAILBOX', 'ESEARCH (TAG "t1" MAILBOX folder1 UIDVALIDITY 1) UID ALL 4001', { ...EMPTY, tag: 't1', mailbox: 'folder1', uidValidity: 1, uid: true, all: [[4001, 4001]] }],
    ['imaptest sort-partial: the order of a SORT', 'ESEARCH (TAG "a") PARTIAL (1:6 5,3:4,2,1)',
      { ...EMPTY, tag: 'a', partial: { range: { first: 1, last: 6, fromEnd: false }, set: [[5, 5], [3, 4], [2, 2], [1, 1]] } }],
    ['rfc5256 4: SORT', 'SORT 2 3 6', { name: 'SORT', numbers: [2, 3, 6], modseq: undefined }],
    ['rfc5256 4: SORT of nothing', 'SORT', { name: 'SORT', numbers: [], modseq: undefined }],
    ['rfc7162 3.1.6: SORT with MODSEQ', 'SORT 2 3 (MODSEQ 917162500)', { name: 'SORT', numbers: [2, 3], modseq: 917_162_500n }],
    ['rfc5256 4: THREAD', 'THREAD (2)(3 6)', { name: 'THREAD', threads: [[{ number: 2, depth: 0 }], [{ number: 3, depth: 0 }, { number: 6, depth: 1 }]] }],
  ])('%s', (_name, text, data) => {
    expect(parseResponse(textFrame(`* ${text}`), CLIENT_LIMITS, false)).toEqual({ type: 'data', data });
    expect(latin1(frame(encodeResponse({ type: 'data', data }, false)).octets).replace(/\r\n$/, '')).toBe(`* ${text}`);
  });

  test.each<[string, string, Partial<EsearchData>]>([
    ['rfc5267 4.3: several changes in one list', 'ESEARCH (TAG "B01") ADDTO (1 2733 2 2734)', { changes: [{ type: 'add', position: 1, set: [[2733, 2733]] }, { type: 'add', position: 2, set: [[2734, 2734]] }] }],
    ['rfc4466 2.6.2: items that are not known are passed over', 'ESEARCH (TAG "a" X y) FOO (1 (2)) COUNT 5 BAR {1}\r\nx', { tag: 'a', count: 5 }],
    ['without a tag', 'ESEARCH UID COUNT 5', { tag: undefined, uid: true, count: 5 }],
  ])('%s', (_name, text, data) => {
    expect(parseResponse(textFrame(`* ${text}`), CLIENT_LIMITS, false)).toMatchObject({ data });
  });

  test.each<[string, string, ResponseCode]>([
    ['rfc5182 2.1: NOTSAVED', 'NOTSAVED', { name: 'NOTSAVED' }],
    ['rfc5267 4.3: NOUPDATE', 'NOUPDATE "B02"', { name: 'NOUPDATE', tag: 'B02' }],
    ['rfc5466 2.3: UNDEFINED-FILTER', 'UNDEFINED-FILTER on-the-road', { name: 'UNDEFINED-FILTER', filter: 'on-the-road' }],
  ])('%s', (_name, text, code) => {
    const response: Response = { type: 'tagged', tag: 'A1', status: 'NO', code, text: 'no' };
    expect(parseResponse(textFrame(`A1 NO [${text}] no`), CLIENT_LIMITS, false)).toEqual(response);
    expect(latin1(frame(encodeResponse(response, false)).octets).replace(/\r\n$/, '')).toBe(`A1 NO [${text}] no`);
  });

  test('inverse law: what ESEARCH says is read back the same', () => {
    const random = new SeededRandom(4731);
    const maybe = <T>(make: () => T): T | undefined => (random.chance(0.5) ? make() : undefined);
    const set = (): SequenceSet => (generatedSet(random) as SequenceSet | '$' === '$' ? [[1, 1]] : [[random.integer(1, 9), random.integer(10, STAR)]]);
    for (let round = 0; round < 500; round++) {
      const data: EsearchData = {
        name: 'ESEARCH', tag: maybe(() => random.text('Aa1" \\', 4)), mailbox: maybe(() => random.pick(['INBOX', 'Entwürfe', 'a "b"'])), uidValidity: maybe(() => random.integer(1, 9)),
        uid: random.chance(0.5), min: maybe(() => random.integer(1, 9)), max: maybe(() => random.integer(1, 9)), count: maybe(() => random.integer(0, 9)), all: maybe(set),
        modseq: maybe(() => BigInt(random.word()) * 0x1_0000_0000n), partial: maybe(() => ({ range: generatedRange(random), set: random.chance(0.3) ? [] : set() })),
        changes: [...Array(random.integer(0, 3)).keys()].map(() => ({ type: random.pick(['add', 'remove']), position: random.integer(0, 5), set: set() })),
        relevancy: maybe(() => [random.integer(1, 100), random.integer(1, 100)]),
      };
      expect(parseResponse(frame(encodeResponse({ type: 'data', data }, false)), CLIENT_LIMITS, false)).toEqual({ type: 'data', data });
    }
  });
});

describe('sliceResult', () => {
  test.each<[string, PartialRange, number[]]>([
    ['rfc9394 3.1: from the first', { first: 1, last: 2, fromEnd: false }, [10, 20]],
    ['rfc9394 3.1: from the last', { first: 1, last: 2, fromEnd: true }, [30, 40]],
    ['rfc9394 3.1: more than there is', { first: 3, last: 9, fromEnd: false }, [30, 40]],
    ['rfc9394 3.1: more than there is, from the last', { first: 3, last: 9, fromEnd: true }, [10, 20]],
    ['rfc9394 3.1: behind the end', { first: 5, last: 9, fromEnd: false }, []],
    ['rfc9394 3.1: before the beginning', { first: 5, last: 9, fromEnd: true }, []],
  ])('%s', (_name, range, expected) => {
    expect(sliceResult([10, 20, 30, 40], range)).toEqual(expected);
  });
});

function generatedRange(random: SeededRandom): PartialRange {
  const first = random.integer(1, 100);
  return { first, last: first + random.integer(0, 100), fromEnd: random.chance(0.5) };
}

test('attack: 30,000 changes in one response', () => {
  const response = parseResponse(textFrame(`* ESEARCH${' ADDTO (0 1)'.repeat(30_000)}`), CLIENT_LIMITS, false);
  expect(response.type === 'data' && response.data.name === 'ESEARCH' ? response.data.changes.length : response).toBe(30_000);
});
