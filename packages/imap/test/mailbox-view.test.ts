/** The view of one session: numbers never lie, whatever the store and the other sessions do. */
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../testing/src/seeded-random.ts';
import { STAR } from '../src/sequence-set.ts';
import { MailboxView } from '../src/server/mailbox-view.ts';
import type { FlushOptions, StoreChange, ViewUpdate } from '../src/server/view-change.ts';

const ALL: FlushOptions = { allowExpunge: true, uidOnly: false, qresync: false, condstore: false, recent: false };
const flags = (uid: number, ...list: string[]): StoreChange => ({ type: 'flags', uid, flags: list, modseq: 7n });
const added = (...uids: number[]): StoreChange => ({ type: 'added', uids, recent: false });
const removed = (...uids: number[]): StoreChange => ({ type: 'removed', uids });

/** Updates as one would write them: `-3` an expunge, `=9` EXISTS, `3(\Seen)` flags. */
function words(updates: readonly ViewUpdate[]): string {
  return updates.map(word).join(' ');
}

function word(update: ViewUpdate): string {
  switch (update.type) {
    case 'expunged':
      return `-${update.sequenceNumber}`;
    case 'vanished':
      return `gone ${update.uids.map(([first, last]) => (first === last ? `${first}` : `${first}:${last}`)).join(',')}`;
    case 'exists':
      return `=${update.count}`;
    case 'recent':
      return `recent=${update.count}`;
    default:
      return `${update.sequenceNumber}(${update.flags?.join(' ') ?? ''})${update.modseq === undefined ? '' : `@${update.modseq}`}`;
  }
}

describe('flush', () => {
  test('rfc9051 7.5.1: expunges go from the highest number down, EXISTS after them, flags last', () => {
    const view = new MailboxView([10, 20, 30, 40, 50]);
    view.notice(flags(50, '\\Seen'));
    view.notice(added(60));
    view.notice(removed(20, 40));
    expect(words(view.flush(ALL))).toBe('-4 -2 =4 3(\\Seen)');
    expect([...view.uids()]).toEqual([10, 30, 50, 60]);
    expect(view.pending).toBe(false);
    expect(view.flush(ALL)).toEqual([]);
  });

  test('rfc9051 7.5.1: while FETCH is answered expunges are held, EXISTS counts what the client still counts', () => {
    const view = new MailboxView([10, 20, 30]);
    view.notice(removed(20));
    view.notice(added(40));
    view.notice(flags(30, '\\Seen'));
    expect(words(view.flush({ ...ALL, allowExpunge: false }))).toBe('=4 3(\\Seen)');
    expect(view.isGone(20)).toBe(true);
    expect(view.pending).toBe(true);
    expect(words(view.flush(ALL))).toBe('-2');
    expect(view.sequenceNumberOf(30)).toBe(2);
    expect(view.isGone(20)).toBe(false);
  });

  test('rfc5465 5.1: flags that NOTIFY does not name wait for a command, EXISTS does not', () => {
    const view = new MailboxView([10, 20]);
    view.notice(flags(20, '\\Seen'));
    view.notice(added(30));
    expect(words(view.flush({ ...ALL, holdFlags: true }))).toBe('=3');
    expect(view.pending).toBe(true);
    expect(words(view.flush(ALL))).toBe('2(\\Seen)');
  });

  test.each([
    ['QRESYNC', { ...ALL, qresync: true }],
    ['UIDONLY', { ...ALL, uidOnly: true }],
  ])('rfc7162 3.2.10.2: with %s expunges are VANISHED, UIDs in ranges', (_name, options) => {
    const view = new MailboxView([1, 2, 3, 5, 8]);
    view.notice(removed(8, 2, 3));
    expect(words(view.flush(options))).toBe('gone 2:3,8');
    expect(view.exists).toBe(2);
  });

  test('a message that came and went unseen is never spoken of', () => {
    const view = new MailboxView([1]);
    view.notice(added(2, 3));
    view.notice(flags(3, '\\Seen'));
    view.notice(removed(2));
    expect(words(view.flush(ALL))).toBe('=2');
    expect([...view.uids()]).toEqual([1, 3]);
  });

  test('flags of a message that is gone are not told, the last of several changes is', () => {
    const view = new MailboxView([1, 2]);
    view.notice(flags(1, '\\Seen'));
    view.notice(flags(2, '\\Seen'));
    view.notice(removed(1));
    view.notice(flags(1, '\\Draft'));
    view.notice(flags(2));
    expect(words(view.flush({ ...ALL, allowExpunge: false }))).toBe('2()');
  });

  test.each([
    ['a silent change of its own is not echoed', [['own', '\\Seen']], '', '1()@7'],
    ['a silent change after another session did something is told', [['other', '\\Draft'], ['own', '\\Seen']], '1(\\Seen)', '1(\\Seen)@7'],
    ['a change by another session after a silent one is told', [['own', '\\Seen'], ['other', '\\Draft']], '1(\\Draft)', '1(\\Draft)@7'],
  ])('rfc9051 6.4.6: %s', (_name, changes, plain, condstore) => {
    for (const [options, expected] of [[ALL, plain], [{ ...ALL, condstore: true }, condstore]] as const) {
      const view = new MailboxView([9]);
      for (const [who, flag] of changes) view.notice(flags(9, flag!), who === 'own');
      expect(words(view.flush(options))).toBe(expected);
    }
  });

  test('rfc3501 7.3.2: RECENT follows EXISTS, until IMAP4rev2 has none', () => {
    const view = new MailboxView([1, 2], [2]);
    view.notice({ type: 'added', uids: [3], recent: true });
    expect(words(view.flush({ ...ALL, recent: true }))).toBe('=3 recent=2');
    expect(view.isRecent(3)).toBe(true);
    view.notice(removed(2));
    view.notice({ type: 'added', uids: [4], recent: true });
    expect(words(view.flush(ALL))).toBe('-2 =3');
    expect(view.recent).toBe(2);
  });

  test('a change that is told twice counts once', () => {
    const view = new MailboxView([1]);
    view.notice(added(1, 2));
    view.notice(added(2));
    view.notice(removed(7));
    expect(words(view.flush(ALL))).toBe('=2');
  });

  test('UIDs that do not ascend -> RangeError', () => {
    expect(() => new MailboxView([2, 2])).toThrow(RangeError);
    const view = new MailboxView([5]);
    view.notice(removed(5));
    view.flush(ALL);
    expect(() => view.notice(added(4))).toThrow(RangeError);
  });
});

describe('resolve', () => {
  const view = new MailboxView([3, 5, 8, 13]);
  test.each([
    ['a number', [[2, 2]], false, [5]],
    ['overlaps and any order', [[3, 4], [1, 3], [2, 2]], false, [3, 5, 8, 13]],
    ['up to the last', [[3, STAR]], false, [8, 13]],
    ['the last', [[STAR, STAR]], false, [13]],
    ['a number above EXISTS', [[4, 5]], false, undefined],
    ['the last and a number above EXISTS', [[5, STAR]], false, undefined],
    ['UIDs', [[5, 8]], true, [5, 8]],
    ['UIDs that are not there', [[6, 7], [100, 200]], true, []],
    ['UIDs up to the last', [[6, STAR]], true, [8, 13]],
    ['rfc9051 9: UIDs from above the last up to the last', [[900, STAR]], true, [13]],
  ] as const)('%s', (_name, set, uid, expected) => {
    const resolved = view.resolve(set as never, uid);
    expect(resolved === undefined ? undefined : [...resolved.uids]).toEqual(expected);
  });

  test.each([[false], [true]])('"1:*" in an empty mailbox names nothing (UID: %s)', (uid) => {
    expect(new MailboxView([]).resolve([[1, STAR]], uid)).toEqual({ uids: new Uint32Array(0), goneCount: 0 });
  });

  test('rfc2180 4.1: a message that is gone but still counted is counted apart', () => {
    const two = new MailboxView([3, 5]);
    two.notice(removed(3));
    expect(two.resolve([[1, 2]], false)).toEqual({ uids: Uint32Array.of(5), goneCount: 1 });
    expect(two.uidOf(1)).toBe(3);
  });

  test('rfc5182 2.1: "$" is the saved result without what went since', () => {
    const saved = new MailboxView([3, 5, 8]);
    expect([...saved.resolve('$', false)!.uids]).toEqual([]);
    saved.saveResult([8, 3]);
    saved.notice(removed(3));
    saved.flush(ALL);
    expect([...saved.resolve('$', true)!.uids]).toEqual([8]);
  });
});

/** What a client knows that believes all it is told, and asks for the UIDs of what is new. */
class BelievingClient {
  readonly uids: number[] = [];
  readonly flags: Map<number, string> = new Map();

  believe(update: ViewUpdate, store: ReadonlyMap<number, string>, uidOf: (sequenceNumber: number) => number): void {
    switch (update.type) {
      case 'expunged':
        expect(this.uids[update.sequenceNumber - 1]).toBe(update.uid);
        this.flags.delete(this.uids[update.sequenceNumber - 1]!);
        return void this.uids.splice(update.sequenceNumber - 1, 1);
      case 'vanished':
        for (const [first, last] of update.uids) {
          for (let uid = first; uid <= last; uid++) this.uids.splice(this.uids.indexOf(uid), 1);
        }
        return;
      case 'exists':
        expect(update.count).toBeGreaterThan(this.uids.length);
        while (this.uids.length < update.count) {
          const uid = uidOf(this.uids.length + 1);
          this.uids.push(uid);
          this.flags.set(uid, store.get(uid) ?? '');
        }
        return;
      case 'flags':
        expect(this.uids[update.sequenceNumber - 1]).toBe(update.uid);
        if (update.flags !== undefined) this.flags.set(update.uid, update.flags.join(' '));
        return;
      default:
        return;
    }
  }
}

describe('several sessions against a store', () => {
  test.each([[1], [2], [3], [4], [5], [6]])('seed %i: what each client believes is what the store was', (seed) => {
    const random = new SeededRandom(seed);
    const store = new Map<number, string>();
    for (let uid = 1; uid <= 20; uid++) store.set(uid, '');
    let nextUid = 21;
    const sessions = Array.from({ length: 4 }, (_value, index) => {
      const client = new BelievingClient();
      client.uids.push(...store.keys());
      return { view: new MailboxView([...store.keys()]), client, options: { ...ALL, qresync: index === 3, condstore: index > 1 } };
    });
    const flush = (session: (typeof sessions)[number], allowExpunge: boolean): void => {
      const updates = session.view.flush({ ...session.options, allowExpunge });
      for (const update of updates) session.client.believe(update, store, (number) => session.view.uidOf(number)!);
      expect(session.client.uids).toEqual([...session.view.uids()]);
      if (!allowExpunge) expect(updates.some(({ type }) => type === 'expunged' || type === 'vanished')).toBe(false);
    };
    const pick = (count: number): number => random.word() % count;
    for (let step = 0; step < 1500; step++) {
      const uids = [...store.keys()];
      const by = sessions[pick(sessions.length)]!;
      let change: StoreChange | undefined;
      const action = pick(5);
      if (action === 0) {
        const count = 1 + pick(3);
        change = added(...Array.from({ length: count }, () => nextUid++));
        for (const uid of (change as { readonly uids: readonly number[] }).uids) store.set(uid, '');
      } else if (action === 1 && uids.length > 0) {
        change = removed(...new Set(Array.from({ length: 1 + pick(4) }, () => uids[pick(uids.length)]!)));
        for (const uid of (change as { readonly uids: readonly number[] }).uids) store.delete(uid);
      } else if (action === 2 && uids.length > 0) {
        const uid = uids[pick(uids.length)]!;
        store.set(uid, ['', '\\Seen', '\\Seen \\Draft'][pick(3)]!);
        const silent = pick(2) === 0 && by.client.uids.includes(uid);
        const news: StoreChange = { type: 'flags', uid, flags: store.get(uid)!.split(' ').filter((flag) => flag !== ''), modseq: BigInt(step) };
        for (const session of sessions) session.view.notice(news, session === by && silent);
        if (silent) by.client.flags.set(uid, store.get(uid)!); // it knows what it did
      } else flush(by, action === 3);
      if (change !== undefined) for (const session of sessions) session.view.notice(change);
    }
    for (const session of sessions) {
      flush(session, true);
      expect(session.client.uids).toEqual([...store.keys()]);
      for (const uid of store.keys()) expect(session.client.flags.get(uid) ?? '').toBe(store.get(uid));
    }
  });

  test('100,000 messages, half of them removed and 10,000 added: each told once, in one pass', () => {
    const view = new MailboxView(Array.from({ length: 100_000 }, (_value, index) => index + 1));
    for (let uid = 2; uid <= 100_000; uid += 2) view.notice(removed(uid));
    for (let uid = 100_001; uid <= 110_000; uid++) view.notice(added(uid));
    const updates = view.flush(ALL);
    expect(updates).toHaveLength(50_001);
    expect(updates[0]).toEqual({ type: 'expunged', sequenceNumber: 100_000, uid: 100_000 });
    expect(updates.at(-1)).toEqual({ type: 'exists', count: 60_000 });
    expect(view.resolve([[1, STAR]], false)!.uids).toHaveLength(60_000);
    expect(view.sequenceNumberOf(110_000)).toBe(60_000);
  });
});
