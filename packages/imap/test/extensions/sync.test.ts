/** CONDSTORE, QRESYNC, UIDPLUS, MOVE, UIDONLY, UIDBATCHES: numbers of messages and of changes. */
import { describe, expect, test } from 'vitest';
import { condstore } from '../../src/extensions/condstore.ts';
import { move } from '../../src/extensions/move.ts';
import { qresync } from '../../src/extensions/qresync.ts';
import { uidBatches } from '../../src/extensions/uid-batches.ts';
import { uidOnly } from '../../src/extensions/uid-only.ts';
import { copiedUids, uidPlus } from '../../src/extensions/uidplus.ts';
import { rewriteSearch } from '../../src/search/rewrite.ts';
import { emptyFetchData } from '../../src/make-values.ts';
import type { SearchKey } from '../../src/search/search-key.ts';
import { STAR } from '../../src/sequence-set.ts';
import { readWire, testWire, writeWire } from './wire-cases.ts';

testWire('rfc7162 CONDSTORE', [condstore], [
  // 3.1.2
  { kind: 'code', wire: 'HIGHESTMODSEQ 715194045007', value: { name: 'HIGHESTMODSEQ', modseq: 715194045007n } },
  { kind: 'code', wire: 'NOMODSEQ', value: { name: 'NOMODSEQ' } },
  { kind: 'SELECT', wire: 'CONDSTORE', value: true },
  // 3.1.3
  { kind: 'STORE', wire: 'UNCHANGEDSINCE 12121230045', value: 12121230045n },
  { kind: 'STORE', wire: 'UNCHANGEDSINCE 0', value: 0n },
  { kind: 'code', wire: 'MODIFIED 7,9', value: { name: 'MODIFIED', set: [[7, 7], [9, 9]] } },
  { kind: 'code', wire: 'MODIFIED 100:150,172', value: { name: 'MODIFIED', set: [[100, 150], [172, 172]] } },
  // 3.1.4
  { kind: 'FETCH', wire: 'CHANGEDSINCE 12345', value: 12345n },
  { kind: 'request', wire: 'MODSEQ', value: { name: 'MODSEQ' } },
  { kind: 'fetch', wire: 'MODSEQ (624140003)', value: 624140003n },
  { kind: 'fetch', wire: 'MODSEQ (9223372036854775807)', value: 9223372036854775807n },
  // 3.1.5
  { kind: 'search', wire: 'MODSEQ "/flags/\\\\draft" all 620162338', value: { key: 'MODSEQ', modseq: 620162338n, entry: { name: '/flags/\\draft', type: 'all' } } },
  { kind: 'search', wire: 'MODSEQ 620162338', value: { key: 'MODSEQ', modseq: 620162338n, entry: undefined } },
  // 3.1.7
  { kind: 'status', wire: 'HIGHESTMODSEQ 7011231777', value: 7011231777n },
]);

testWire('rfc7162 QRESYNC', [qresync], [
  // 3.2.5
  { kind: 'SELECT', wire: 'QRESYNC (67890007 90060115194045000 41,43:211,214:541)', value: { uidValidity: 67890007, modseq: 90060115194045000n, knownUids: [[41, 41], [43, 211], [214, 541]], matchData: undefined } },
  { kind: 'SELECT', wire: 'QRESYNC (67890007 20050715194045000)', value: { uidValidity: 67890007, modseq: 20050715194045000n, knownUids: undefined, matchData: undefined } },
  {
    kind: 'SELECT',
    wire: 'QRESYNC (67890007 90060115194045000 41:211,214:541 (1:29997 1:29997))',
    value: { uidValidity: 67890007, modseq: 90060115194045000n, knownUids: [[41, 211], [214, 541]], matchData: { numbers: [[1, 29997]], uids: [[1, 29997]] } },
  },
  {
    kind: 'SELECT',
    wire: 'QRESYNC (3857529045 20010715194032001 (5000,7500,9000,9990:9999 15000,22500,27000,29970,29973,29976,29979,29982,29985,29988,29991))',
    value: {
      uidValidity: 3857529045, modseq: 20010715194032001n, knownUids: undefined,
      matchData: { numbers: [[5000, 5000], [7500, 7500], [9000, 9000], [9990, 9999]], uids: [15000, 22500, 27000, 29970, 29973, 29976, 29979, 29982, 29985, 29988, 29991].map((uid) => [uid, uid]) },
    },
  },
  { kind: 'FETCH', wire: 'VANISHED', value: true },
  // 3.2.10
  { kind: 'data', wire: '* VANISHED (EARLIER) 41,43:116,118,120:211,214:540', value: { name: 'VANISHED', earlier: true, uids: [[41, 41], [43, 116], [118, 118], [120, 211], [214, 540]] } },
  { kind: 'data', wire: '* VANISHED 405,407,410,425', value: { name: 'VANISHED', earlier: false, uids: [[405, 405], [407, 407], [410, 410], [425, 425]] } },
  { kind: 'code', wire: 'CLOSED', value: { name: 'CLOSED' } },
]);

testWire('rfc4315', [uidPlus], [
  { kind: 'code', wire: 'APPENDUID 38505 3955', value: { name: 'APPENDUID', uidValidity: 38505, uids: [[3955, 3955]] } },
  { kind: 'code', wire: 'APPENDUID 38505 3955:3957', value: { name: 'APPENDUID', uidValidity: 38505, uids: [[3955, 3957]] } },
  { kind: 'code', wire: 'COPYUID 38505 304,319:320 3956:3958', value: { name: 'COPYUID', uidValidity: 38505, source: [[304, 304], [319, 320]], destination: [[3956, 3958]] } },
  { kind: 'code', wire: 'UIDNOTSTICKY', value: { name: 'UIDNOTSTICKY' } },
]);

testWire('rfc6851', [move], [
  { kind: 'command', wire: 'UID MOVE 42:69 foo', value: { name: 'MOVE', uid: true, set: [[42, 69]], mailbox: 'foo' } },
  { kind: 'command', wire: 'MOVE $ "a b"', value: { name: 'MOVE', uid: false, set: '$', mailbox: 'a b' } },
  { kind: 'command', wire: 'MOVE 2:* INBOX', value: { name: 'MOVE', uid: false, set: [[2, STAR]], mailbox: 'INBOX' } },
]);

testWire('rfc9586', [uidOnly], [
  { kind: 'data', wire: '* 25997 UIDFETCH (FLAGS (\\Flagged \\Answered))', value: { name: 'UIDFETCH', uid: 25997, data: { ...emptyFetchData(), flags: ['\\Flagged', '\\Answered'] } }, printed: '25997 UIDFETCH (FLAGS (\\Flagged \\Answered))' },
  { kind: 'code', wire: 'UIDREQUIRED', value: { name: 'UIDREQUIRED' } },
]);

testWire('rfc10022', [uidBatches], [
  { kind: 'command', wire: 'UIDBATCHES 2000', value: { name: 'UIDBATCHES', batchSize: 2000, batches: undefined } },
  { kind: 'command', wire: 'UIDBATCHES 2000 11:20', value: { name: 'UIDBATCHES', batchSize: 2000, batches: [11, 20] } },
  {
    kind: 'data',
    wire: '* UIDBATCHES (TAG "A143") 215295:99696,99695:20351,20350:7830,7829:1',
    value: { name: 'UIDBATCHES', tag: 'A143', batches: [[99696, 215295], [20351, 99695], [7830, 20350], [1, 7829]] },
  },
  { kind: 'data', wire: '* UIDBATCHES (TAG "A302")', value: { name: 'UIDBATCHES', tag: 'A302', batches: [] } },
  { kind: 'data', wire: '* UIDBATCHES (TAG "A302") 99695', value: { name: 'UIDBATCHES', tag: 'A302', batches: [[99695, 99695]] } },
  { kind: 'code', wire: 'TOOFEW', value: { name: 'TOOFEW' } },
  { kind: 'code', wire: 'TOOMANY', value: { name: 'TOOMANY' } },
]);

describe('rfc4315 3: pairs of COPYUID', () => {
  test('sets of the same size -> pairs in their order', () => {
    expect([...copiedUids({ source: [[304, 304], [319, 320]], destination: [[3956, 3958]] }, 10)]).toEqual([[304, 3956], [319, 3957], [320, 3958]]);
  });

  test('a destination that is too short -> the rest is passed over', () => {
    expect([...copiedUids({ source: [[1, 4294967295]], destination: [[7, 8]] }, 10)]).toEqual([[1, 7], [2, 8]]);
  });

  test('sets without end -> at most so many', () => {
    expect([...copiedUids({ source: [[1, 4294967295]], destination: [[1, 4294967295]] }, 1000)]).toHaveLength(1000);
  });
});

describe('rfc7162 3.1.1: MODSEQ has 63 bits', () => {
  test.each(['', '-1', '123456789012345678901', '1x'])('(%s) is none -> contained', (modseq) => {
    expect(readWire([condstore], 'fetch', `MODSEQ (${modseq})`).failure).toBeDefined();
  });

  test.each([-1n, 1n << 64n])('%s -> refused', (modseq) => {
    expect(() => writeWire([condstore], 'fetch', 'MODSEQ', modseq)).toThrow(RangeError);
  });
});

describe('rfc9738 3.2: UIDAFTER and UIDBEFORE where the server lacks them', () => {
  test.each([
    ['UIDAFTER', 7, { key: 'NOT', not: { key: 'UID', set: [[1, 7]] } }],
    ['UIDBEFORE', 7, { key: 'UID', set: [[1, 6]] }],
    ['UIDBEFORE', 1, { key: 'NOT', not: { key: 'ALL' } }],
  ] as const)('%s %i -> a set, exactly', (key, uid, search) => {
    const rewritten = rewriteSearch({ key, uid } as SearchKey, { capabilities: new Set(), nowMs: 0 });
    expect(rewritten.search).toEqual(search);
    expect(rewritten.exact).toBe(true);
  });
});
