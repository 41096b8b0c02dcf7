import { describe, expect, test } from 'vitest';
import { type MailboxChange, MailboxModel } from '../../src/client/mailbox-model.ts';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';

/** An opened mailbox with `exists` messages, whose first UIDs are given. */
function open(exists: number, ...uids: number[]): MailboxModel {
  const model = new MailboxModel('INBOX', false);
  model.receiveExists(exists, []);
  model.opened();
  uids.forEach((uid, index) => {
    if (uid > 0) model.receiveFetch(index + 1, uid, undefined, []);
  });
  return model;
}

const known = (model: MailboxModel): number[][] => [...model.uids()];
const faults = (changes: readonly MailboxChange[]): string[] => changes.flatMap((change) => (change.type === 'contained' ? [change.fault] : []));

describe('EXISTS, EXPUNGE', () => {
  test('rfc9051 7.4.1: EXISTS grows -> new messages at the end', () => {
    const model = open(2, 5, 6);
    const changes: MailboxChange[] = [];
    model.receiveExists(4, changes);
    expect(changes).toEqual([{ type: 'exists', exists: 4, added: 2 }]);
    expect(known(model)).toEqual([[1, 5], [2, 6]]);
    expect(model.unknownNumbers()).toEqual([[3, 4]]);
  });

  test('the same EXISTS again: no change', () => {
    const changes: MailboxChange[] = [];
    open(2).receiveExists(2, changes);
    expect(changes).toEqual([]);
  });

  test('EXISTS falls without EXPUNGE: contained, no UID is believed', () => {
    const model = open(3, 5, 6, 7);
    const changes: MailboxChange[] = [];
    model.receiveExists(2, changes);
    expect(faults(changes)).toEqual(['exists-decreased']);
    expect([model.exists, model.knownUids]).toEqual([2, 0]);
  });

  test('rfc9051 7.5.1: EXPUNGE 3, 3, 3 of 1 to 5 -> 3, 4, 5 are gone', () => {
    const model = open(5, 11, 12, 13, 14, 15);
    const changes: MailboxChange[] = [];
    for (let count = 0; count < 3; count++) model.receiveExpunge(3, changes);
    expect(changes.map((change) => (change.type === 'expunged' ? change.uid : undefined))).toEqual([13, 14, 15]);
    expect(known(model)).toEqual([[1, 11], [2, 12]]);
  });

  test('EXPUNGE of a message whose UID is not known: told without it', () => {
    const changes: MailboxChange[] = [];
    open(5).receiveExpunge(2, changes);
    expect(changes).toEqual([{ type: 'expunged', sequenceNumber: 2, uid: undefined }]);
  });

  test.each([0, 6, 4_294_967_295])('EXPUNGE %i of five messages: contained', (number) => {
    const model = open(5);
    const changes: MailboxChange[] = [];
    model.receiveExpunge(number, changes);
    expect([faults(changes), model.exists]).toEqual([['number-beyond-exists'], 5]);
  });

  test('numbers of more than 32 bits: contained', () => {
    const model = open(2);
    const changes: MailboxChange[] = [];
    model.receiveExists(2 ** 32, changes);
    model.receiveFetch(1, 2 ** 32 + 7, undefined, changes);
    model.receiveFetch(2, 0, undefined, changes);
    expect([faults(changes), model.exists, model.knownUids]).toEqual([['number-too-large', 'number-too-large', 'number-too-large'], 2, 0]);
  });

  test('while the mailbox opens: EXISTS says how many there are', () => {
    const model = new MailboxModel('INBOX', true);
    const changes: MailboxChange[] = [];
    model.receiveExists(172, changes);
    model.receiveFetch(1, 9, undefined, changes);
    model.receiveExists(5, changes);
    expect([model.exists, model.knownUids, faults(changes)]).toEqual([5, 0, []]);
  });
});

describe('FETCH', () => {
  test('numbers beyond EXISTS: contained', () => {
    const model = open(1);
    const changes: MailboxChange[] = [];
    model.receiveFetch(2, 7, undefined, changes);
    expect([faults(changes), model.knownUids, model.numberOf(7)]).toEqual([['number-beyond-exists'], 0, undefined]);
  });

  test('UIDs that do not ascend: the last word counts', () => {
    const model = open(4, 10, 20, 30, 40);
    const changes: MailboxChange[] = [];
    model.receiveFetch(2, 35, undefined, changes);
    expect(faults(changes)).toEqual(['uids-out-of-order']);
    expect(known(model)).toEqual([[1, 10], [2, 35], [4, 40]]);
  });

  test('UIDNEXT follows UIDs that are beyond it', () => {
    const model = open(2);
    model.receiveUidNext(8);
    model.receiveFetch(1, 7, undefined, []);
    expect(model.uidNext).toBe(8);
    model.receiveFetch(2, 12, undefined, []);
    expect(model.uidNext).toBe(13);
    model.receiveUidNext(10);
    expect(model.uidNext).toBe(13);
  });

  test('flags without UID: the map adds it', () => {
    const changes: MailboxChange[] = [];
    open(2, 0, 7).receiveFlags(2, undefined, ['\\Seen'], 5n, changes);
    expect(changes).toEqual([{ type: 'flags-changed', sequenceNumber: 2, uid: 7, flags: ['\\Seen'], modseq: 5n }]);
  });
});

describe('VANISHED', () => {
  test('rfc7162 3.2.10: UIDs that are known go, with their numbers', () => {
    const model = open(5, 10, 20, 30, 40, 50);
    const changes: MailboxChange[] = [];
    model.receiveVanished([[20, 20], [40, 40]], false, changes);
    expect(changes).toEqual([{ type: 'vanished', uids: [[20, 20], [40, 40]], earlier: false, exists: 3 }]);
    expect(known(model)).toEqual([[1, 10], [2, 30], [3, 50]]);
  });

  test('rfc7162 3.2.10: EARLIER changes no number', () => {
    const model = open(2, 10, 20);
    const changes: MailboxChange[] = [];
    model.receiveVanished([[1, 9], [11, 19]], true, changes);
    expect([model.exists, changes]).toEqual([2, [{ type: 'vanished', uids: [[1, 9], [11, 19]], earlier: true, exists: 2 }]]);
  });

  test.each<[string, number[], [number, number], number[][], number]>([
    ['a UID that is not known, between two that are: one number between them goes', [10, 0, 0, 40], [25, 25], [[1, 10], [3, 40]], 3],
    ['a range over known ones and gaps: what can be in it goes', [10, 0, 30, 0, 50], [29, 41], [[1, 10], [2, 50]], 2],
    ['a range that begins with a known one: the gap before it stays', [10, 0, 30, 40], [30, 40], [[1, 10]], 2],
    ['behind the last known one', [10, 0, 0], [11, 11], [[1, 10]], 2],
    ['before the first known one', [0, 0, 30], [29, 29], [[2, 30]], 2],
    ['everything', [10, 0, 30], [1, 4_294_967_295], [], 0],
    ['nothing is known: as many as the range has', [0, 0, 0, 0], [7, 9], [], 1],
  ])('%s', (_, uids, range, left, exists) => {
    const model = open(uids.length, ...uids);
    model.receiveVanished([range], false, []);
    expect([known(model), model.exists]).toEqual([left, exists]);
  });

  test('of UIDs for which there is no room: contained', () => {
    const model = open(2, 10, 11);
    const changes: MailboxChange[] = [];
    model.receiveVanished([[5, 12]], false, changes);
    expect([faults(changes), model.exists]).toEqual([['vanished-unknown'], 0]);
  });

  test('the largest UID there can be', () => {
    const model = open(2, 10, 4_294_967_295);
    model.receiveVanished([[4_294_967_295, 4_294_967_295]], false, []);
    expect(known(model)).toEqual([[1, 10]]);
  });
});

describe('UIDVALIDITY, HIGHESTMODSEQ', () => {
  test('another UIDVALIDITY: another mailbox', () => {
    const model = open(2, 10, 20);
    model.receiveUidValidity(1, []);
    model.receiveUidNext(30);
    model.receiveHighestModseq(9n);
    model.commit(true);
    const changes: MailboxChange[] = [];
    model.receiveUidValidity(1, changes);
    expect(changes).toEqual([]);
    model.receiveUidValidity(2, changes);
    expect(changes.map(({ type }) => type)).toEqual(['contained', 'uid-validity']);
    expect([model.knownUids, model.exists, model.uidNext, model.highestModseq]).toEqual([0, 2, undefined, undefined]);
  });

  test('rfc7162 6: HIGHESTMODSEQ counts when everything of the command was read', () => {
    const model = open(2);
    model.receiveHighestModseq(100n);
    expect(model.highestModseq).toBeUndefined();
    model.commit(true);
    expect(model.highestModseq).toBe(100n);
  });

  test('rfc7162 6: with QRESYNC the largest MODSEQ of the data counts, without it does not', () => {
    const model = open(2);
    model.receiveFetch(1, 1, 150n, []);
    model.receiveFetch(2, 2, 120n, []);
    model.commit(true);
    expect(model.highestModseq).toBe(150n);
    model.receiveFetch(1, 1, 170n, []);
    model.commit(false);
    expect(model.highestModseq).toBe(150n);
  });

  test('rfc7162 6: HIGHESTMODSEQ below the data: the server holds changes back, it counts', () => {
    const model = open(2);
    model.receiveFetch(1, 1, 150n, []);
    model.receiveHighestModseq(130n);
    model.commit(true);
    expect(model.highestModseq).toBe(130n);
  });

  test('NOMODSEQ: none', () => {
    const model = open(2);
    model.receiveHighestModseq(9n);
    model.receiveNoModseq();
    model.commit(true);
    expect([model.highestModseq, model.modseqs]).toEqual([undefined, false]);
  });
});

describe('against a simple model', () => {
  /** A mailbox as the server has it: all UIDs; the client learns some of them. */
  test.each(Array.from({ length: 40 }, (_, seed) => seed))('generated session %i: what the client knows is true', (seed) => {
    const random = new SeededRandom(seed);
    const server: number[] = [];
    let nextUid = 1;
    const deliver = (count: number): void => {
      for (let index = 0; index < count; index++) server.push((nextUid += random.integer(1, 3)));
    };
    deliver(random.integer(0, 1500));
    const model = open(server.length);
    const told = new Set<number>();
    for (let step = 0; step < 400; step++) {
      const choice = random.integer(0, 4);
      if (choice === 0) {
        deliver(random.integer(0, 10));
        model.receiveExists(server.length, []);
      } else if (choice === 1 && server.length > 0) {
        const number = random.integer(1, server.length);
        const [uid] = server.splice(number - 1, 1);
        const changes: MailboxChange[] = [];
        model.receiveExpunge(number, changes);
        expect(changes).toEqual([{ type: 'expunged', sequenceNumber: number, uid: told.has(uid!) ? uid : undefined }]);
      } else if (choice === 2 && server.length > 0) {
        const gone = server.splice(random.integer(0, server.length - 1), random.integer(1, 5));
        model.receiveVanished(gone.map((uid) => [uid, uid] as const), false, []);
      } else {
        for (let count = random.integer(0, 60), number = random.integer(1, server.length + 1); count > 0 && number <= server.length; count--, number++) {
          model.receiveFetch(number, server[number - 1]!, undefined, []);
          told.add(server[number - 1]!);
        }
      }
      expect(model.exists).toBe(server.length);
    }
    for (const [number, uid] of model.uids()) expect(uid).toBe(server[number - 1]);
    expect(model.knownUids).toBe(server.filter((uid) => told.has(uid)).length);
  });

  test.each(Array.from({ length: 20 }, (_, seed) => seed))('generated nonsense %i: bounded, ascending, in range', (seed) => {
    const random = new SeededRandom(seed + 1000);
    const model = open(random.integer(0, 50));
    const number = (): number => (random.chance(0.1) ? random.word() : random.integer(0, 60));
    for (let step = 0; step < 2000; step++) {
      const choice = random.integer(0, 3);
      if (choice === 0) model.receiveExists(number(), []);
      else if (choice === 1) model.receiveExpunge(number(), []);
      else if (choice === 2) model.receiveFetch(number(), Math.max(1, number()), undefined, []);
      else {
        const [first, last] = [Math.max(1, number()), Math.max(1, number())].sort((a, b) => a - b) as [number, number];
        model.receiveVanished([[first, last]], false, []);
      }
    }
    let before: readonly number[] = [0, 0];
    for (const entry of model.uids()) {
      expect(entry[0]).toBeGreaterThan(before[0]!);
      expect(entry[1]).toBeGreaterThan(before[1]!);
      before = entry;
    }
    expect(before[0]).toBeLessThanOrEqual(model.exists);
  });
});
