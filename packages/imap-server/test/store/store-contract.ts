/** What every mail store has to do, as tests that are run over each of them. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { AccountChange, Mailbox, MailAccount, MailStore, MailStoreErrorCode, MessageContent } from '@mailwright/imap-server';
import { concatOctets, encodeUtf8, utf8 } from '@mailwright/wire';

/** The moment at which the clock of a store under test stands. */
export const NOW: number = Date.UTC(2026, 0, 2, 3, 4, 5);

/** Makes an empty store with the user `ann`, whose password is `secret`. */
export type MakeStore = () => Promise<MailStore>;

export const MESSAGE: string = 'Subject: one\r\n\r\nbody\r\n';

export function octetsOf(text: string): Uint8Array {
  return encodeUtf8(text);
}

export async function readAll(content: MessageContent): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.stream(0, content.sizeOctets)) chunks.push(chunk.slice());
  return utf8(concatOctets(chunks));
}

export async function textOf(mailbox: Mailbox, uid: number): Promise<string | undefined> {
  const content = await mailbox.content(uid);
  if (content === undefined) return undefined;
  const text = await readAll(content);
  await content.close();
  return text;
}

export async function appendTexts(mailbox: Mailbox, ...texts: string[]): Promise<readonly number[]> {
  return (await mailbox.append(texts.map((text) => ({ body: octetsOf(text) })))).uids;
}

const code = (expected: MailStoreErrorCode): object => expect.objectContaining({ name: 'MailStoreError', code: expected });

export function describeStore(name: string, makeStore: MakeStore): void {
  let store: MailStore;
  let account: MailAccount;
  let inbox: Mailbox;

  beforeEach(async () => {
    store = await makeStore();
    account = (await store.account('ann'))!;
    inbox = await account.open('INBOX');
  });

  describe(`${name}: users`, () => {
    test('a user that is known: an account and a secret; any other, names of object properties among them: none', async () => {
      expect(await store.secrets?.secret('ann')).toEqual({ password: 'secret' });
      for (const user of ['bob', '', '__proto__', 'constructor', '../ann', 'ann/', 'ANN']) {
        expect(await store.account(user)).toBeUndefined();
        expect(await store.secrets?.secret(user)).toBeUndefined();
      }
    });

    test('an account that is asked for twice: the same object, and the same mailboxes in it', async () => {
      expect(await store.account('ann')).toBe(account);
      expect(await account.open('inbox')).toBe(inbox);
    });

    test('a store that was closed: changes are refused', async () => {
      await store.close();
      await expect(inbox.append([{ body: octetsOf(MESSAGE) }])).rejects.toEqual(code('STORE_CLOSED'));
    });
  });

  describe(`${name}: mailboxes`, () => {
    test('rfc9051 5.1: a new account has INBOX, in whatever letters a client writes it', async () => {
      expect(await account.list()).toEqual([{ name: 'INBOX', subscribed: false, specialUse: [] }]);
      await expect(account.create('InBox')).rejects.toEqual(code('STORE_MAILBOX_EXISTS'));
      expect((await account.create('inbox/Work')).name).toBe('INBOX/Work');
    });

    test('mailboxes that were made are listed by name, and told', async () => {
      const changes: AccountChange[] = [];
      account.subscribe((change) => changes.push(change));
      const origin = {};
      await account.create('b/c');
      await account.create('a', origin);
      expect((await account.list()).map((entry) => entry.name)).toEqual(['INBOX', 'a', 'b/c']);
      expect(changes).toEqual([{ type: 'created', name: 'b/c', origin: undefined }, { type: 'created', name: 'a', origin }]);
      await expect(account.create('a')).rejects.toEqual(code('STORE_MAILBOX_EXISTS'));
      await expect(account.open('b')).rejects.toEqual(code('STORE_NO_SUCH_MAILBOX'));
    });

    test.each([
      ['empty', ''], ['empty level', 'a//b'], ['separator first', '/a'], ['separator last', 'a/'], ['NUL', 'a\0b'], ['CR LF', 'a\r\nb'], ['DEL', 'a\x7f'],
      ['C1', 'a\x85'], ['lone surrogate', 'a\ud800'], ['too long', 'x'.repeat(1001)], ['too deep', Array.from({ length: 33 }, () => 'x').join('/')],
    ])('a name that can be none (%s): refused everywhere', async (_, bad) => {
      await expect(account.create(bad)).rejects.toEqual(code('STORE_BAD_NAME'));
      await expect(account.open(bad)).rejects.toEqual(code('STORE_BAD_NAME'));
      await expect(account.rename('INBOX', bad)).rejects.toEqual(code('STORE_BAD_NAME'));
      await expect(account.setSubscribed(bad, true)).rejects.toEqual(code('STORE_BAD_NAME'));
    });

    test.each(['..', '.', '../..', 'a/../../b', '...', 'a.b', '.a', 'cur', 'new/tmp', '~', 'a\\b', 'Entwürfe', '日本語/草稿', '&', '&-', '&AC4-', '%', '*', 'a b', 'CON', "o'neil", '"q"', '😀', 'con.txt', '__proto__'])(
      'a name that is unusual (%s): a mailbox like any other', async (unusual) => {
        const mailbox = await account.create(unusual);
        await appendTexts(mailbox, MESSAGE);
        expect((await account.list()).map((entry) => entry.name)).toEqual(['INBOX', unusual]);
        expect(inbox.messages()).toEqual([]);
        await account.rename(unusual, 'z');
        await account.rename('z', unusual);
        expect(await textOf(await account.open(unusual), 1)).toBe(MESSAGE);
        await account.delete(unusual);
        expect((await account.list()).map((entry) => entry.name)).toEqual(['INBOX']);
      },
    );

    test('names that differ in letter case, or in what some file systems fold: different mailboxes', async () => {
      await account.create('Work');
      await account.create('work');
      await account.create('\u00e9');
      await account.create('e\u0301');
      expect(await account.list()).toHaveLength(5);
    });

    test('rfc9051 6.3.5: a mailbox that is deleted leaves those below it, and is gone for who has it open', async () => {
      const top = await account.create('top');
      await account.create('top/below');
      await appendTexts(top, MESSAGE);
      const told: string[] = [];
      top.subscribe(({ type }) => told.push(type));
      await account.delete('top');
      expect((await account.list()).map((entry) => entry.name)).toEqual(['INBOX', 'top/below']);
      expect(told).toEqual(['gone']);
      expect(top.messages()).toEqual([]);
      await expect(appendTexts(top, MESSAGE)).rejects.toEqual(code('STORE_NO_SUCH_MAILBOX'));
      await expect(account.delete('top')).rejects.toEqual(code('STORE_NO_SUCH_MAILBOX'));
      await expect(account.delete('inbox')).rejects.toEqual(code('STORE_BAD_NAME'));
    });

    test('rfc9051 2.3.1.1: a name that is used again: a greater UIDVALIDITY and another id', async () => {
      const before = await account.create('x');
      await account.delete('x');
      const after = await account.create('x');
      expect(after.uidValidity).toBeGreaterThan(before.uidValidity);
      expect(after.mailboxId).not.toBe(before.mailboxId);
    });

    test('rfc9051 6.3.6: a change of name takes the levels below along, and keeps UIDs and ids', async () => {
      const mailbox = await account.create('a');
      await account.create('a/b');
      await account.create('ab');
      await appendTexts(mailbox, MESSAGE);
      const { uidValidity, mailboxId } = mailbox;
      await account.rename('a', 'c/d');
      expect((await account.list()).map((entry) => entry.name)).toEqual(['INBOX', 'ab', 'c/d', 'c/d/b']);
      expect(mailbox.name).toBe('c/d');
      expect(await account.open('c/d')).toBe(mailbox);
      expect([mailbox.uidValidity, mailbox.mailboxId, await textOf(mailbox, 1)]).toEqual([uidValidity, mailboxId, MESSAGE]);
      await expect(account.rename('a', 'e')).rejects.toEqual(code('STORE_NO_SUCH_MAILBOX'));
      await expect(account.rename('c/d', 'ab')).rejects.toEqual(code('STORE_MAILBOX_EXISTS'));
      await expect(account.rename('c/d', 'INBOX')).rejects.toEqual(code('STORE_MAILBOX_EXISTS'));
      await expect(account.rename('c/d', 'c/d/e')).rejects.toEqual(code('STORE_BAD_NAME'));
    });

    test('rfc9051 6.3.6: INBOX gives its messages to a new mailbox and stays', async () => {
      await account.create('INBOX/below');
      await appendTexts(inbox, MESSAGE, 'a: b\r\n\r\n');
      await account.rename('INBOX', 'old');
      expect((await account.list()).map((entry) => entry.name)).toEqual(['INBOX', 'INBOX/below', 'old']);
      expect(inbox.messages()).toEqual([]);
      expect(await textOf(await account.open('old'), 2)).toBe('a: b\r\n\r\n');
    });

    test('rfc9051 6.3.7: subscriptions are names, kept when the mailbox goes', async () => {
      await account.create('x');
      await account.setSubscribed('x', true);
      await account.setSubscribed('nowhere', true);
      await account.setSubscribed('inbox', true);
      await account.setSubscribed('nowhere', false);
      expect((await account.list()).map(({ subscribed }) => subscribed)).toEqual([true, true]);
      await account.delete('x');
      expect(await account.subscriptions()).toEqual(['INBOX', 'x']);
    });
  });

  describe(`${name}: messages`, () => {
    test('an empty mailbox: UIDNEXT 1, a MODSEQ that is not 0', () => {
      expect(inbox.status()).toEqual({ uidValidity: inbox.uidValidity, uidNext: 1, highestModseq: 1n, messageCount: 0, unseenCount: 0, deletedCount: 0, sizeOctets: 0 });
      expect(inbox.uidValidity).toBeGreaterThan(0);
    });

    test('messages that are appended: UIDs in order, one MODSEQ, the data as given, the octets as they were', async () => {
      const internalDate = { ms: Date.UTC(2020, 1, 3, 4, 5, 6), offsetMinutes: -90 };
      const result = await inbox.append([{ body: octetsOf(MESSAGE), flags: ['\\seen', 'Junk', '\\Recent', '\\SEEN'], internalDate }, { body: new Uint8Array() }]);
      expect(result).toEqual({ uidValidity: inbox.uidValidity, uids: [1, 2] });
      const [first, second] = inbox.messages();
      expect(first).toEqual({ uid: 1, flags: ['\\Seen', 'Junk'], internalDate, sizeOctets: 22, modseq: 2n, savedAt: NOW, emailId: expect.stringMatching(/^[A-Za-z0-9_-]{1,255}$/), threadId: undefined });
      expect(second).toMatchObject({ uid: 2, flags: [], internalDate: { ms: NOW, offsetMinutes: 0 }, sizeOctets: 0, modseq: 2n });
      expect(second!.emailId).not.toBe(first!.emailId);
      expect(inbox.status()).toMatchObject({ uidNext: 3, highestModseq: 2n, messageCount: 2, unseenCount: 1, deletedCount: 0, sizeOctets: 22 });
      expect(inbox.keywords).toEqual(['Junk']);
      expect(await textOf(inbox, 1)).toBe(MESSAGE);
      expect(await textOf(inbox, 2)).toBe('');
      expect(await inbox.content(3)).toBeUndefined();
    });

    test.each([['bare LF', 'a: b\n\nc\n'], ['bare CR', 'a: b\r\n\r\nc\rd'], ['NUL', 'a: b\r\n\r\n\0'], ['no header', '\r\n\r\n'], ['mixed', 'a: b\r\n\nc\r\n\n'], ['no line end', 'x']])(
      'octets of any kind (%s) come back as they were', async (_, text) => {
        await appendTexts(inbox, text);
        expect(await textOf(inbox, 1)).toBe(text);
        expect(inbox.message(1)!.sizeOctets).toBe(octetsOf(text).length);
      },
    );

    test('octets that the caller writes to afterwards stay as they were', async () => {
      const octets = octetsOf(MESSAGE);
      await inbox.append([{ body: octets }]);
      octets.fill(0);
      expect(await textOf(inbox, 1)).toBe(MESSAGE);
    });

    test('a message is read from any place, up to its end', async () => {
      const text = Array.from({ length: 30_000 }, (_, line) => `line ${line}`).join('\r\n');
      await appendTexts(inbox, text);
      const content = (await inbox.content(1))!;
      expect(content.sizeOctets).toBe(text.length);
      for (const [from, to] of [[0, 10], [100_000, 100_100], [text.length - 5, text.length + 5], [text.length, text.length + 1], [7, 7]] as const) {
        expect(utf8(await content.read(from, to))).toBe(text.slice(from, to));
        const chunks: Uint8Array[] = [];
        for await (const chunk of content.stream(from, to)) chunks.push(chunk.slice());
        expect(utf8(concatOctets(chunks))).toBe(text.slice(from, to));
      }
      await content.close();
      await content.close();
    });

    test('a body that streams: written down first, appended later, chunk by chunk or with its size', async () => {
      async function* chunks(): AsyncGenerator<Uint8Array> {
        yield octetsOf('Subject: one\r\n');
        yield new Uint8Array();
        yield octetsOf('\r\nbody\r\n');
      }
      const staged = await inbox.stage(chunks(), 22);
      expect(inbox.messages()).toEqual([]);
      expect(staged.sizeOctets).toBe(22);
      const other = await inbox.stage([octetsOf('a: b\r\n\r\n')]);
      await inbox.append([{ body: staged }, { body: other }]);
      expect(await textOf(inbox, 1)).toBe(MESSAGE);
      expect(await textOf(inbox, 2)).toBe('a: b\r\n\r\n');
      await staged.discard();
      expect(await textOf(inbox, 1)).toBe(MESSAGE);
    });

    test('a body of another size than was told, or one that fails: refused, and nothing is there', async () => {
      await expect(inbox.stage([octetsOf(MESSAGE)], 21)).rejects.toEqual(code('STORE_SIZE_MISMATCH'));
      await expect(inbox.stage([octetsOf(MESSAGE)], 23)).rejects.toEqual(code('STORE_SIZE_MISMATCH'));
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield octetsOf('x');
        throw new Error('reset by peer');
      }
      await expect(inbox.stage(failing())).rejects.toThrow('reset by peer');
      expect(inbox.status()).toMatchObject({ uidNext: 1, messageCount: 0 });
    });

    test('rfc3502 6.3.11: of several messages one that cannot be appended: none is', async () => {
      await expect(inbox.append([{ body: octetsOf(MESSAGE) }, { body: octetsOf(MESSAGE), flags: ['\\Own'] }])).rejects.toEqual(code('STORE_BAD_FLAG'));
      expect(inbox.status()).toMatchObject({ uidNext: 1, highestModseq: 1n, messageCount: 0 });
    });

    test('a list of messages stays as it was when the mailbox changes', async () => {
      await appendTexts(inbox, MESSAGE);
      const before = inbox.messages();
      await appendTexts(inbox, MESSAGE);
      await inbox.setFlags([1], { operation: 'add', flags: ['\\Seen'] });
      expect(before).toHaveLength(1);
      expect(before[0]!.flags).toEqual([]);
      const between = inbox.messages();
      await inbox.expunge([1], { force: true });
      expect(between.map(({ uid }) => uid)).toEqual([1, 2]);
      expect(inbox.messages().map(({ uid }) => uid)).toEqual([2]);
    });

    test('appends at once: each has its own UID, in the order in which they were asked for', async () => {
      const results = await Promise.all(Array.from({ length: 20 }, (_, index) => appendTexts(inbox, `n: ${index}\r\n\r\n`)));
      const uids = results.flat();
      expect([...uids].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
      for (const [index, uid] of uids.entries()) expect(await textOf(inbox, uid)).toBe(`n: ${index}\r\n\r\n`);
    });
  });

  describe(`${name}: flags`, () => {
    beforeEach(async () => {
      await inbox.append([{ body: octetsOf(MESSAGE) }, { body: octetsOf(MESSAGE), flags: ['\\Seen'] }, { body: octetsOf(MESSAGE), flags: ['\\Seen', 'Blue'] }]);
    });

    test('flags are added, removed, replaced; what does not change keeps its MODSEQ', async () => {
      const added = await inbox.setFlags([3, 1, 2, 1, 99], { operation: 'add', flags: ['\\seen', 'BLUE'] });
      expect(added.changed.map(({ uid, flags, modseq }) => [uid, flags, modseq])).toEqual([[1, ['\\Seen', 'Blue'], 3n], [2, ['\\Seen', 'Blue'], 3n]]);
      expect(inbox.message(3)!.modseq).toBe(2n);
      const removed = await inbox.setFlags([1, 3], { operation: 'remove', flags: ['blue', 'unknown'] });
      expect(removed.changed.map(({ flags }) => flags)).toEqual([['\\Seen'], ['\\Seen']]);
      const replaced = await inbox.setFlags([2], { operation: 'replace', flags: ['\\Deleted', '\\Draft', '\\Flagged', '\\Answered'] });
      expect(replaced.changed.map(({ flags }) => flags)).toEqual([['\\Answered', '\\Flagged', '\\Deleted', '\\Draft']]);
      expect(await inbox.setFlags([2], { operation: 'replace', flags: [] })).toMatchObject({ changed: [{ flags: [] }], modified: [] });
      expect(inbox.status()).toMatchObject({ highestModseq: 6n, unseenCount: 1, deletedCount: 0 });
      expect(await inbox.setFlags([2], { operation: 'remove', flags: ['\\Seen'] })).toEqual({ changed: [], modified: [] });
      expect(inbox.status().highestModseq).toBe(6n);
    });

    test('rfc7162 3.1.3: messages that changed later than UNCHANGEDSINCE are left alone and named', async () => {
      await inbox.setFlags([2], { operation: 'add', flags: ['\\Flagged'] });
      const result = await inbox.setFlags([1, 2, 3], { operation: 'add', flags: ['\\Deleted'], unchangedSince: 2n });
      expect(result.changed.map(({ uid }) => uid)).toEqual([1, 3]);
      expect(result.modified).toEqual([2]);
    });

    test.each(['', '\\', '\\Own', 'a b', 'a(b', 'a"b', 'a\\b', 'a]b', 'a*', 'a%', 'a{', 'ü', 'a\r\nb', 'x'.repeat(251)])('what is no flag (%j): refused, nothing changes', async (flag) => {
      await expect(inbox.setFlags([1], { operation: 'add', flags: ['\\Seen', flag] })).rejects.toEqual(code('STORE_BAD_FLAG'));
      expect(inbox.message(1)!.flags).toEqual([]);
    });

    test('a keyword too many: refused, a thousand are kept', async () => {
      const keywords = Array.from({ length: 999 }, (_, index) => `k${index}`);
      await inbox.setFlags([1], { operation: 'replace', flags: keywords });
      expect(inbox.message(1)!.flags).toEqual(keywords);
      await expect(inbox.setFlags([1], { operation: 'add', flags: ['k1000'] })).rejects.toEqual(code('STORE_TOO_MUCH'));
      expect((await inbox.setFlags([2], { operation: 'add', flags: ['K998'] })).changed).toMatchObject([{ flags: ['\\Seen', 'k998'] }]);
    });
  });

  describe(`${name}: removal`, () => {
    beforeEach(async () => {
      await appendTexts(inbox, ...Array.from({ length: 6 }, (_, index) => `n: ${index}\r\n\r\n`));
      await inbox.setFlags([2, 3, 5], { operation: 'add', flags: ['\\Deleted'] });
    });

    test('rfc4315 2.1: of the UIDs those with \\Deleted go; with force all', async () => {
      expect(await inbox.expunge([1, 2, 3])).toEqual({ uids: [2, 3], highestModseq: 4n });
      expect(inbox.messages().map(({ uid }) => uid)).toEqual([1, 4, 5, 6]);
      expect(await inbox.expunge([1, 77], { force: true })).toEqual({ uids: [1], highestModseq: 5n });
      expect(await inbox.expunge([4])).toEqual({ uids: [], highestModseq: 5n });
      expect(await inbox.content(1)).toBeUndefined();
      expect(await textOf(inbox, 4)).toBe('n: 3\r\n\r\n');
    });

    test('rfc9051 2.3.1.1: the UID of a removed message is given to no other', async () => {
      await inbox.expunge([6], { force: true });
      expect(await appendTexts(inbox, MESSAGE)).toEqual([7]);
      expect(inbox.status().uidNext).toBe(8);
    });

    test('rfc7162 3.2.5.2: what was removed since then', async () => {
      await inbox.expunge([2, 3]);
      await inbox.expunge([1, 5], { force: true });
      expect(inbox.vanishedSince(1n)).toEqual({ uids: [[1, 3], [5, 5]], exact: true });
      expect(inbox.vanishedSince(4n)).toEqual({ uids: [[1, 1], [5, 5]], exact: true });
      expect(inbox.vanishedSince(5n)).toEqual({ uids: [], exact: true });
    });

    test('content that was opened before the message went: readable until it is closed', async () => {
      const content = (await inbox.content(4))!;
      await inbox.expunge([4], { force: true });
      expect(await readAll(content)).toBe('n: 3\r\n\r\n');
      await content.close();
    });
  });

  describe(`${name}: copies`, () => {
    test('rfc9051 6.4.7: a copy has flags, date and email id of its source, and a UID of its own', async () => {
      const target = await account.create('target');
      await appendTexts(target, 'x: y\r\n\r\n');
      const internalDate = { ms: Date.UTC(2019, 5, 6, 7, 8, 9), offsetMinutes: 60 };
      await inbox.append([{ body: octetsOf(MESSAGE), flags: ['\\Flagged', 'Blue'], internalDate }, { body: octetsOf('a: b\r\n\r\n') }]);
      expect(await inbox.copy([2, 1, 9], 'target')).toEqual({ uidValidity: target.uidValidity, sourceUids: [1, 2], targetUids: [2, 3] });
      expect(target.message(2)).toMatchObject({ flags: ['\\Flagged', 'Blue'], internalDate, sizeOctets: 22, emailId: inbox.message(1)!.emailId, modseq: 3n });
      expect(inbox.messages()).toHaveLength(2);
      await inbox.expunge([1], { force: true });
      expect(await textOf(target, 2)).toBe(MESSAGE);
      expect(await inbox.copy([2], 'INBOX')).toMatchObject({ sourceUids: [2], targetUids: [3] });
      expect(await textOf(inbox, 3)).toBe('a: b\r\n\r\n');
    });

    test('rfc6851 3.3: messages that are moved are there and no longer here', async () => {
      const target = await account.create('target');
      await appendTexts(inbox, 'n: 1\r\n\r\n', 'n: 2\r\n\r\n');
      const told: string[] = [];
      account.subscribe(({ type }) => told.push(type));
      expect(await inbox.move([2], 'target')).toEqual({ uidValidity: target.uidValidity, sourceUids: [2], targetUids: [1] });
      expect(inbox.messages().map(({ uid }) => uid)).toEqual([1]);
      expect(await textOf(target, 1)).toBe('n: 2\r\n\r\n');
      expect(told).toEqual(['added', 'removed']);
      expect(await inbox.move([1], 'INBOX')).toMatchObject({ sourceUids: [1], targetUids: [3] });
    });

    test('rfc9051 6.4.7: a target that is not there: nothing is copied', async () => {
      await appendTexts(inbox, MESSAGE);
      await expect(inbox.copy([1], 'nowhere')).rejects.toEqual(code('STORE_NO_SUCH_MAILBOX'));
      await expect(inbox.move([1], 'nowhere')).rejects.toEqual(code('STORE_NO_SUCH_MAILBOX'));
      expect(inbox.messages()).toHaveLength(1);
    });
  });

  describe(`${name}: listeners`, () => {
    test('changes are told in their order with their origin, until the listener is taken away', async () => {
      const changes: unknown[] = [];
      const origin = { session: 1 };
      const stop = inbox.subscribe(({ mailbox, ...change }) => changes.push(change));
      await inbox.append([{ body: octetsOf(MESSAGE) }], origin);
      await inbox.setFlags([1], { operation: 'add', flags: ['\\Deleted'] });
      await inbox.expunge([1], {}, origin);
      stop();
      await appendTexts(inbox, MESSAGE);
      expect(changes).toEqual([
        { type: 'added', messages: [expect.objectContaining({ uid: 1, flags: [], modseq: 2n })], origin },
        { type: 'flags', messages: [expect.objectContaining({ uid: 1, flags: ['\\Deleted'], modseq: 3n })], origin: undefined },
        { type: 'removed', uids: [1], modseq: 4n, origin },
      ]);
    });

    test('a listener sees the mailbox as it is after the change', async () => {
      const counts: number[] = [];
      inbox.subscribe(() => counts.push(inbox.status().messageCount));
      await appendTexts(inbox, MESSAGE, MESSAGE);
      await inbox.expunge([1], { force: true });
      expect(counts).toEqual([2, 1]);
    });
  });

  describe(`${name}: add-ons`, () => {
    test('rfc6154 3: special uses belong to the mailbox, through changes of its name', async () => {
      await account.create('Out');
      await account.specialUse!.setSpecialUse('Out', ['\\Sent']);
      await account.rename('Out', 'Sent');
      expect((await account.list()).find((entry) => entry.name === 'Sent')!.specialUse).toEqual(['\\Sent']);
      await account.delete('Sent');
      await account.create('Sent');
      expect((await account.list()).find((entry) => entry.name === 'Sent')!.specialUse).toEqual([]);
      await expect(account.specialUse!.setSpecialUse('nowhere', [])).rejects.toEqual(code('STORE_NO_SUCH_MAILBOX'));
    });

    test('rfc5464 4: annotations of a mailbox and of the account', async () => {
      const metadata = account.metadata!;
      await metadata.setMetadata('INBOX', new Map([['/Private/Comment', octetsOf('mine')], ['/shared/comment', octetsOf('ours')]]));
      await metadata.setMetadata('', new Map([['/private/vendor/x', new Uint8Array([0, 255])]]));
      await metadata.setMetadata('INBOX', new Map([['/shared/comment', undefined]]));
      expect(await metadata.metadata('inbox')).toEqual(new Map([['/private/comment', octetsOf('mine')]]));
      expect(await metadata.metadata('')).toEqual(new Map([['/private/vendor/x', new Uint8Array([0, 255])]]));
      await expect(metadata.metadata('nowhere')).rejects.toEqual(code('STORE_NO_SUCH_MAILBOX'));
      await expect(metadata.setMetadata('', new Map([['/private/big', new Uint8Array(65_537)]]))).rejects.toEqual(code('STORE_TOO_MUCH'));
    });

    test('rfc9208 3: above a limit nothing is appended, copied or made', async () => {
      await appendTexts(inbox, 'x'.repeat(1000));
      await account.quota!.setLimits(new Map([['STORAGE', 2], ['MESSAGE', 2], ['MAILBOX', 2]]));
      await expect(appendTexts(inbox, 'x'.repeat(1049))).rejects.toEqual(code('STORE_OVER_QUOTA'));
      await appendTexts(inbox, 'x'.repeat(1048));
      await expect(appendTexts(inbox, '')).rejects.toEqual(code('STORE_OVER_QUOTA'));
      await expect(inbox.copy([1], 'INBOX')).rejects.toEqual(code('STORE_OVER_QUOTA'));
      await account.create('second');
      await expect(account.create('third')).rejects.toEqual(code('STORE_OVER_QUOTA'));
      expect(await account.quota!.quota()).toEqual([{ name: 'STORAGE', usage: 2, limit: 2 }, { name: 'MESSAGE', usage: 2, limit: 2 }, { name: 'MAILBOX', usage: 2, limit: 2 }]);
    });

    test('rfc4314 3: rights by identifier, the owner has all at first', async () => {
      expect(await account.acl!.acl('INBOX')).toEqual(new Map([['ann', 'lrswipkxtea']]));
      await account.acl!.setRights('INBOX', 'bob', 'lr');
      await account.acl!.setRights('INBOX', 'eve', 'l');
      await account.acl!.setRights('INBOX', 'eve', undefined);
      expect(await account.acl!.acl('INBOX')).toEqual(new Map([['ann', 'lrswipkxtea'], ['bob', 'lr']]));
    });

    test('rfc8474 4: an account id that goes into a response as it is', () => {
      expect(account.objectIds!.accountId).toMatch(/^[A-Za-z0-9_-]{1,255}$/);
      expect(inbox.mailboxId).toMatch(/^[A-Za-z0-9_-]{1,255}$/);
    });
  });
}
