import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { CoreAccount } from '../../src/store/account-core.ts';
import { EMPTY_EXTRAS, EMPTY_STATE, withExtras, withRenamed } from '../../src/store/account-state.ts';
import type { StoredMessage } from '../../src/store/mailbox.ts';
import { MemoryAccountStorage } from '../../src/store/memory-account.ts';
import { MessageList } from '../../src/store/message-list.ts';
import { formatUidList, parseUidList } from '../../src/store/uid-list.ts';

const FLAGS = [[], ['\\Seen'], ['\\Deleted'], ['\\Deleted', '\\Seen']];

function message(uid: number, random: SeededRandom): StoredMessage {
  return {
    uid, flags: random.pick(FLAGS), internalDate: { ms: 0, offsetMinutes: 0 }, sizeOctets: random.integer(0, 1000), modseq: 1n, savedAt: 0, emailId: `M${uid}`, threadId: undefined,
  };
}

describe('the list of messages', () => {
  test.each([[1], [2], [3]])('seed %i: the counts are those of the messages, whatever happened', (seed) => {
    const random = new SeededRandom(seed);
    const list = new MessageList([]);
    let next = 1;
    for (let step = 0; step < 300; step++) {
      const uids = list.all.map(({ uid }) => uid).filter(() => random.chance(0.1));
      if (random.chance(0.5)) list.append(Array.from({ length: random.integer(0, 3) }, () => message(next++, random)));
      else if (random.chance(0.5)) list.replace(uids.map((uid) => message(uid, random)));
      else list.remove(new Set(uids));
      expect(list.counts).toEqual(new MessageList(list.all).counts);
    }
  });
});

describe('what is kept is bounded', () => {
  test('names that are subscribed to: the store says when there are too many', async () => {
    const subscriptions = new Set(Array.from({ length: 10_000 }, (_value, index) => `m${index}`));
    const account = new CoreAccount('ann', new MemoryAccountStorage('A', 1), { ...EMPTY_STATE, subscriptions }, { wallTime: () => 0, expungedHistory: 10 });
    await expect(account.setSubscribed('one more', true)).rejects.toMatchObject({ code: 'STORE_TOO_MUCH' });
    await account.setSubscribed('m1', false);
    await account.setSubscribed('one more', true);
  });
});

describe('what is written down', () => {
  test('a mailbox that is given a name has nothing of the mailbox that had it', () => {
    const stale = withExtras(EMPTY_STATE, 'b', { ...EMPTY_EXTRAS, specialUse: ['\\Sent'] });
    expect(withRenamed(stale, [['a', 'b']]).extras.size).toBe(0);
  });

  test('many removals of few messages each are read in time of what they name', () => {
    const random = new SeededRandom(7);
    const entries = Array.from({ length: 100_000 }, (_value, index) => ({ message: message(index + 1, random), base: `b${index + 1}`, hasLocalLineEnds: false }));
    const head = formatUidList({ uidValidity: 1, mailboxId: 'F1', uidNext: 100_001, highestModseq: 2n, expungedHorizon: 0n, expunged: [], entries });
    const removals = Array.from({ length: 33_000 }, (_value, index) => `X ${index + 3} ${index * 3 + 1}:${index * 3 + 2}\n`).join('');
    const list = parseUidList(`${head}${removals}.\n`)!;
    expect(list.entries).toHaveLength(100_000 - 66_000);
    expect(list.removedBases.size).toBe(66_000);
  });
});
