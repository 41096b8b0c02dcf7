import { describe, expect, test } from 'vitest';
import { MemoryStore } from '@mailwright/imap-server';
import { MESSAGE, NOW, appendTexts, describeStore, octetsOf, textOf } from './store-contract.ts';

const clock = { wallTime: (): number => NOW };

describeStore('memory', async () => new MemoryStore({ users: { ann: { password: 'secret' } }, clock }));

describe('memory: fixtures', () => {
  const users = {
    ann: {
      password: 'x',
      mailboxes: {
        inbox: [MESSAGE, octetsOf('a: b\n\n'), { raw: 'a: ü\n\nb\n', flags: ['\\Seen'], internalDate: new Date(Date.UTC(2020, 0, 1)) }],
        'Sent Items': { messages: [MESSAGE], subscribed: true, specialUse: ['\\Sent'] },
      },
    },
    bob: {},
  };

  test('one object literal: messages, flags, dates, subscriptions, special uses', async () => {
    const account = (await new MemoryStore({ users, clock }).account('ann'))!;
    expect(await account.list()).toEqual([{ name: 'INBOX', subscribed: false, specialUse: [] }, { name: 'Sent Items', subscribed: true, specialUse: ['\\Sent'] }]);
    const inbox = await account.open('INBOX');
    expect(inbox.messages().map(({ uid, flags, internalDate }) => [uid, flags, internalDate.ms])).toEqual([[1, [], NOW], [2, [], NOW], [3, ['\\Seen'], Date.UTC(2020, 0, 1)]]);
    expect([await textOf(inbox, 2), await textOf(inbox, 3)]).toEqual(['a: b\n\n', 'a: ü\r\n\r\nb\r\n']);
  });

  test('the same fixture gives the same store', async () => {
    const facts = async (): Promise<unknown> => {
      const account = (await new MemoryStore({ users, clock, firstUidValidity: 77 }).account('ann'))!;
      const [inbox, sent] = [await account.open('INBOX'), await account.open('Sent Items')];
      return [inbox.status(), sent.status(), inbox.messages(), sent.mailboxId, account.objectIds!.accountId];
    };
    expect(await facts()).toEqual(await facts());
    const account = (await new MemoryStore({ users, clock, firstUidValidity: 77 }).account('ann'))!;
    expect([(await account.open('INBOX')).uidValidity, (await account.open('Sent Items')).uidValidity]).toEqual([77, 78]);
  });

  test('a user without a password has mail and no log-in; users may come later', async () => {
    const store = new MemoryStore({ users, clock });
    expect(await store.secrets.secret('bob')).toBeUndefined();
    expect(await store.account('bob')).toBeDefined();
    store.addUser('eve', { password: 'y' });
    store.addUser('bob', { password: 'z' });
    expect([await store.secrets.secret('eve'), await store.secrets.secret('bob')]).toEqual([{ password: 'y' }, { password: 'z' }]);
  });

  test.each([['firstUidValidity', 0], ['firstUidValidity', 2 ** 31], ['expungedHistory', -1]])('an option that can not be (%s %d): a RangeError', (name, value) => {
    expect(() => new MemoryStore({ [name]: value })).toThrow(RangeError);
  });

  test('rfc7162 3.2.5.2: beyond a bounded history the answer is all that is not there, and says so', async () => {
    const account = (await new MemoryStore({ users: { ann: {} }, clock, expungedHistory: 2 }).account('ann'))!;
    const inbox = await account.open('INBOX');
    await appendTexts(inbox, ...Array.from({ length: 9 }, () => MESSAGE));
    for (const uid of [2, 4, 6, 9]) await inbox.expunge([uid], { force: true });
    expect(inbox.vanishedSince(4n)).toEqual({ uids: [[6, 6], [9, 9]], exact: true });
    expect(inbox.vanishedSince(3n)).toEqual({ uids: [[2, 2], [4, 4], [6, 6], [9, 9]], exact: false });
  });
});
