import { mkdir, mkdtemp, readFile, readdir, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MaildirStore, nodeFileSystem } from '@mailwright/imap-server';
import type { Mailbox, MailAccount, MailboxChange, StoreFileSystem } from '@mailwright/imap-server';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { folderOf, mailboxOf, userDirectory } from '../../src/store/maildir-names.ts';
import { MESSAGE, NOW, appendTexts, describeStore, octetsOf, textOf } from './store-contract.ts';

const clock = { wallTime: (): number => NOW };
let top: string;
let count = 0;

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'mailwright-'));
});

afterAll(() => rm(top, { recursive: true }));

function openStore(directory: string, expungedHistory?: number, fileSystem?: StoreFileSystem): MaildirStore {
  return new MaildirStore({ directory, users: { ann: { password: 'secret' } }, clock, random: new SeededRandom(++count), expungedHistory, fileSystem });
}

describeStore('maildir', async () => openStore(join(top, String(++count))));

describe('maildir', () => {
  let directory: string;
  let account: MailAccount;
  let inbox: Mailbox;

  const reopen = async (): Promise<void> => {
    account = (await openStore(directory).account('ann'))!;
    inbox = await account.open('INBOX');
  };
  const path = (...parts: string[]): string => join(directory, 'ann', ...parts);

  beforeEach(async () => {
    directory = join(top, String(++count));
    await reopen();
  });

  test('a file that was removed does not come back as a new message: its removal is durable before the list forgets it', async () => {
    await inbox.append([{ body: octetsOf(MESSAGE), flags: ['\\Deleted'] }]);
    const [name] = await readdir(path('cur'));
    await inbox.expunge([1]);
    await writeFile(path('cur', name!), MESSAGE); // as a loss of power leaves it
    const steps: string[] = [];
    const step = (words: string): void => void steps.push(words.replaceAll(path(), ''));
    const recording: StoreFileSystem = {
      ...nodeFileSystem,
      remove: (file) => nodeFileSystem.remove(file).then(() => step(`remove ${file}`)),
      syncDirectory: (folder) => nodeFileSystem.syncDirectory(folder).then(() => step(`sync ${folder}`)),
      rename: (from, to) => nodeFileSystem.rename(from, to).then(() => step(`rename ${to}`)),
    };
    const again = (await openStore(directory, undefined, recording).account('ann'))!;
    expect((await again.open('INBOX')).messages()).toEqual([]);
    expect(steps).toEqual([`remove /cur/${name}`, 'sync /new', 'sync /cur', 'rename /mailwright-uidlist', 'sync ']);
  });

  test('many files that are gone are looked for once, not once each', async () => {
    await inbox.append(Array.from({ length: 50 }, () => ({ body: octetsOf(MESSAGE) })));
    let lists = 0;
    const counting: StoreFileSystem = { ...nodeFileSystem, list: (folder) => (lists++, nodeFileSystem.list(folder)) };
    const again = await (await openStore(directory, undefined, counting).account('ann'))!.open('INBOX');
    for (const name of await readdir(path('cur'))) await unlink(path('cur', name));
    for (const place of ['new', 'cur']) await utimes(path(place), NOW / 1000 - 60, NOW / 1000 - 60);
    lists = 0;
    for (const { uid } of again.messages()) expect(await again.content(uid)).toBe(undefined);
    expect(lists).toBeLessThanOrEqual(4);
  });

  test('rfc3502 6.3.11: an append of which one file can not be moved leaves none behind', async () => {
    let renames = 0;
    const failing: StoreFileSystem = {
      ...nodeFileSystem,
      rename: (from, to) => (to.includes('/cur/') && ++renames === 2 ? Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'rename' })) : nodeFileSystem.rename(from, to)),
    };
    const full = await (await openStore(directory, undefined, failing).account('ann'))!.open('INBOX');
    await expect(full.append([{ body: octetsOf(MESSAGE) }, { body: octetsOf(MESSAGE) }, { body: octetsOf(MESSAGE) }])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await full.refresh();
    expect(full.messages()).toEqual([]);
    expect([await readdir(path('cur')), await readdir(path('tmp'))]).toEqual([[], []]);
    await full.append([{ body: octetsOf(MESSAGE) }]);
    await reopen();
    expect(inbox.messages().map(({ uid }) => uid)).toEqual(full.messages().map(({ uid }) => uid));
  });

  test('rfc3501 2.3.2: what is delivered while the store is closed is new to everybody, what was there before is not', async () => {
    await inbox.append([{ body: octetsOf(MESSAGE) }]);
    await writeFile(path('new', '1.a.b'), MESSAGE);
    await reopen();
    expect([inbox.messages().length, inbox.recentFrom]).toEqual([2, 2]);
  });

  test('all of it is there when the store is opened again', async () => {
    const lists = await account.create('Lists/ietf.org');
    await inbox.append([
      { body: octetsOf(MESSAGE), flags: ['\\Seen', '$Junk', 'a,b'], internalDate: { ms: -1000, offsetMinutes: -720 } },
      { body: octetsOf('a: b\n\n\n'), flags: Array.from({ length: 40 }, (_, index) => `k${index}`) },
      { body: new Uint8Array() },
    ]);
    await inbox.setFlags([3], { operation: 'add', flags: ['\\Deleted', '$Forwarded'] });
    await inbox.copy([1, 2], 'Lists/ietf.org');
    await inbox.expunge([3]);
    await account.setSubscribed('Lists/ietf.org', true);
    await account.specialUse!.setSpecialUse('Lists/ietf.org', ['\\Archive']);
    await account.metadata!.setMetadata('INBOX', new Map([['/private/x', new Uint8Array([0, 1, 255])]]));
    await account.quota!.setLimits(new Map([['MESSAGE', 9]]));
    const facts = async (mailbox: Mailbox): Promise<unknown> => [mailbox.status(), mailbox.messages(), mailbox.mailboxId, mailbox.vanishedSince(1n), await textOf(mailbox, 2)];
    const accountFacts = async (): Promise<unknown> => [await account.list(), await account.metadata!.metadata('INBOX'), await account.quota!.quota(), account.objectIds!.accountId];
    const before = [await facts(inbox), await facts(lists), await accountFacts()];
    await reopen();
    expect([await facts(inbox), await facts(await account.open('Lists/ietf.org')), await accountFacts()]).toEqual(before);
    expect(inbox.vanishedSince(1n)).toEqual({ uids: [[3, 3]], exact: true });
  });

  test('files are as other programs expect them: flags as letters, keywords in their file', async () => {
    await inbox.append([{ body: octetsOf(MESSAGE), flags: ['\\Seen', '\\Answered', '\\Draft', '\\Deleted', '\\Flagged', '$Forwarded', '$Junk', 'other'] }]);
    expect(await readdir(path('cur'))).toEqual([expect.stringMatching(/^\d+\.R[0-9a-f]{24}\.mailwright:2,DFPRSTab$/)]);
    expect(await readFile(path('dovecot-keywords'), 'utf8')).toBe('0 $Junk\n1 other\n');
    expect([await readdir(path('tmp')), await readdir(path('new'))]).toEqual([[], []]);
    await account.create('Entwürfe/ietf.org');
    expect(await readdir(path())).toContain('.Entw&APw-rfe.ietf&AC4-org');
  });

  test('what another program delivers into new: noticed by refresh, in the order of delivery, with the time of the file', async () => {
    await writeFile(path('new', '1700000002.x'), 'n: 2\r\n\r\n');
    await writeFile(path('new', '1700000001.x'), 'n: 1\r\n\r\n');
    await writeFile(path('cur', '1600000000.y:2,FSa'), 'n: 0\r\n\r\n');
    await writeFile(path('new', '.hidden'), '');
    await mkdir(path('new', 'directory'));
    await utimes(path('new', '1700000001.x'), 1_700_000_001, 1_700_000_001);
    const changes: MailboxChange[] = [];
    inbox.subscribe((change) => changes.push(change));
    expect(inbox.messages()).toEqual([]);
    await inbox.refresh();
    expect(inbox.messages().map(({ uid, flags }) => [uid, flags])).toEqual([[1, ['\\Flagged', '\\Seen']], [2, []], [3, []]]);
    expect([await textOf(inbox, 1), await textOf(inbox, 2), await textOf(inbox, 3)]).toEqual(['n: 0\r\n\r\n', 'n: 1\r\n\r\n', 'n: 2\r\n\r\n']);
    expect(inbox.message(2)!.internalDate).toEqual({ ms: 1_700_000_001_000, offsetMinutes: 0 });
    expect(changes.map(({ type, origin }) => [type, origin])).toEqual([['added', undefined]]);
    expect(await readdir(path('new'))).toEqual(['.hidden', 'directory']);
    await inbox.refresh();
    expect(changes).toHaveLength(1);
  });

  test('mail that waited while the store was closed: there as soon as the mailbox is opened', async () => {
    await writeFile(path('new', '1.x'), 'n: 1\r\n\r\n');
    await reopen();
    expect(inbox.messages()).toHaveLength(1);
  });

  test('what other programs do to files: new flags and removals are noticed, unknown letters stay', async () => {
    await inbox.append([{ body: octetsOf(MESSAGE), flags: ['$Junk', ...Array.from({ length: 26 }, (_, index) => `k${index}`)] }, { body: octetsOf('a: b\r\n\r\n') }]);
    const [first, second] = (await readdir(path('cur'))).sort((a, b) => b.length - a.length) as [string, string];
    await rename(path('cur', first), path('cur', first.replace(/:2,.*/, ':2,SXZa')));
    await unlink(path('cur', second));
    const told: string[] = [];
    inbox.subscribe(({ type }) => told.push(type));
    await inbox.refresh();
    expect(told).toEqual(['removed', 'flags']);
    expect(inbox.messages().map(({ uid, flags, modseq }) => [uid, flags, modseq])).toEqual([[1, ['\\Seen', '$Junk', 'k25'], 4n]]);
    expect(inbox.vanishedSince(2n)).toEqual({ uids: [[2, 2]], exact: true });
    await inbox.setFlags([1], { operation: 'replace', flags: ['\\Flagged'] });
    expect(await readdir(path('cur'))).toEqual([expect.stringMatching(/:2,FXZ$/)]);
    expect(await textOf(inbox, 1)).toBe(MESSAGE);
  });

  test('a file that another program renames between two looks: found again for reading and for flags', async () => {
    await appendTexts(inbox, MESSAGE);
    const renameTo = async (letters: string): Promise<void> => {
      const [name] = (await readdir(path('cur'))) as [string];
      await rename(path('cur', name), path('cur', name.replace(/:2,.*/, `:2,${letters}`)));
    };
    await renameTo('S');
    expect(await textOf(inbox, 1)).toBe(MESSAGE);
    await renameTo('ST');
    await inbox.setFlags([1], { operation: 'add', flags: ['\\Flagged'] });
    expect(await readdir(path('cur'))).toEqual([expect.stringMatching(/:2,F$/)]);
    await renameTo('');
    await inbox.expunge([1], { force: true });
    expect(await readdir(path('cur'))).toEqual([]);
  });

  test('a file whose lines end in LF: served with CRLF, its size is that', async () => {
    const lines = Array.from({ length: 40_000 }, (_, line) => `line ${line}${line % 7 === 0 ? '\r' : ''}`).join('\n');
    await writeFile(path('new', '1.small'), 'a: b\n\nc\n');
    await writeFile(path('new', '2.large'), lines);
    await inbox.refresh();
    expect(inbox.messages().map(({ sizeOctets }) => sizeOctets)).toEqual([11, lines.replace(/\r?\n/g, '\r\n').length]);
    expect(await textOf(inbox, 1)).toBe('a: b\r\n\r\nc\r\n');
    expect(await textOf(inbox, 2)).toBe(lines.replace(/\r?\n/g, '\r\n'));
    const content = (await inbox.content(2))!;
    const served = lines.replace(/\r?\n/g, '\r\n');
    for (const [from, to] of [[300_000, 300_050], [0, 3], [65_530, 65_550], [served.length - 3, served.length + 9]] as const) {
      expect(new TextDecoder().decode(await content.read(from, to))).toBe(served.slice(from, to));
    }
    await content.close();
    await account.create('copies');
    await inbox.copy([2], 'copies');
    expect(await textOf(await account.open('copies'), 1)).toBe(served);
  });

  test('a file that was written to afterwards: refused, not served with a size that is wrong', async () => {
    await appendTexts(inbox, MESSAGE);
    const [name] = (await readdir(path('cur'))) as [string];
    await writeFile(path('cur', name), 'shorter');
    await expect(inbox.content(1)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  test('a symbolic link is no message and no mailbox', async () => {
    await writeFile(join(directory, 'secret'), 'not yours');
    await symlink(join(directory, 'secret'), path('cur', '1.link:2,'));
    await symlink(directory, path('.link'));
    await inbox.refresh();
    expect(inbox.messages()).toEqual([]);
    expect((await account.list()).map(({ name }) => name)).toEqual(['INBOX']);
  });

  test('a file of UIDs that is lost or unreadable: another UIDVALIDITY, all messages are there', async () => {
    await appendTexts(inbox, MESSAGE, 'a: b\r\n\r\n');
    const { uidValidity } = inbox;
    await unlink(path('mailwright-uidlist'));
    await reopen();
    expect(inbox.uidValidity).toBeGreaterThan(uidValidity);
    expect(inbox.messages()).toHaveLength(2);
    await writeFile(path('mailwright-uidlist'), 'mailwright-uidlist 1\nV x\n.\n');
    await reopen();
    expect(inbox.uidValidity).toBeGreaterThan(uidValidity + 1);
  });

  test('lines that were cut by a crash, and lines that say nothing: the groups before count, the next UID is a new one', async () => {
    await appendTexts(inbox, MESSAGE);
    const list = path('mailwright-uidlist');
    await writeFile(list, `${await readFile(list, 'utf8')}M 2 zzz\nF 1 x \nQ\n.\nX 9 1\nM 3 4 5 6 7 M9 8 - - :x`);
    await reopen();
    expect(inbox.messages().map(({ uid }) => uid)).toEqual([1]);
    expect(await readFile(list, 'utf8')).toMatch(/^mailwright-uidlist 1\n(?:[VINHZM] .*\n)+\.\n$/);
    expect(await appendTexts(inbox, MESSAGE)).toEqual([2]);
  });

  test('the file of UIDs does not grow with changes of flags', async () => {
    await appendTexts(inbox, MESSAGE, MESSAGE);
    await inbox.expunge([2], { force: true });
    for (let round = 0; round < 600; round++) await inbox.setFlags([1], { operation: round % 2 === 0 ? 'add' : 'remove', flags: ['\\Seen'] });
    expect((await readFile(path('mailwright-uidlist'), 'utf8')).split('\n').length).toBeLessThan(1100);
    expect(inbox.status().highestModseq).toBe(603n);
    await reopen();
    expect(inbox.status()).toMatchObject({ highestModseq: 603n, uidNext: 3 });
    expect(inbox.vanishedSince(2n)).toEqual({ uids: [[2, 2]], exact: true });
  });

  test('deliveries to tmp that never ended are removed when they are old', async () => {
    await writeFile(path('tmp', 'old'), '');
    await writeFile(path('tmp', 'young'), '');
    await utimes(path('tmp', 'old'), NOW / 1000 - 200_000, NOW / 1000 - 200_000);
    await utimes(path('tmp', 'young'), NOW / 1000 - 100, NOW / 1000 - 100);
    await reopen();
    expect(await readdir(path('tmp'))).toEqual(['young']);
  });

  test('rfc7162 3.2.5.2: history is bounded on the disk too', async () => {
    const store = openStore(join(directory, 'bounded'), 3);
    const box = await (await store.account('ann'))!.open('INBOX');
    await appendTexts(box, ...Array.from({ length: 20 }, () => MESSAGE));
    for (let uid = 1; uid < 20; uid += 2) await box.expunge([uid], { force: true });
    const again = await (await openStore(join(directory, 'bounded'), 3).account('ann'))!.open('INBOX');
    expect(again.vanishedSince(9n)).toEqual({ uids: [[15, 15], [17, 17], [19, 19]], exact: true });
    expect(again.vanishedSince(8n)).toMatchObject({ exact: false });
  });

  test('a folder that another program removes: gone at the next look', async () => {
    const other = await account.create('other');
    await appendTexts(other, MESSAGE);
    const told: string[] = [];
    account.subscribe(({ type }) => told.push(type));
    await rm(path('.other'), { recursive: true });
    await other.refresh();
    expect([told, other.messages(), (await account.list()).length]).toEqual([['gone', 'deleted'], [], 1]);
    await expect(account.open('other')).rejects.toMatchObject({ code: 'STORE_NO_SUCH_MAILBOX' });
    expect((await account.create('other')).uidValidity).toBeGreaterThan(other.uidValidity);
  });

  test('a look at a folder in which nothing happened for a while: its files are not listed; what comes then is noticed', async () => {
    const listed: string[] = [];
    const counting = { ...nodeFileSystem, list: async (name: string): ReturnType<StoreFileSystem['list']> => (listed.push(name), nodeFileSystem.list(name)) };
    const later = { wallTime: (): number => Date.now() + 60_000 };
    const box = await (await new MaildirStore({ directory, users: { ann: {} }, clock: later, fileSystem: counting }).account('ann'))!.open('INBOX');
    await appendTexts(box, MESSAGE);
    await box.refresh();
    listed.length = 0;
    await box.refresh();
    expect(listed).toEqual([path()]);
    await writeFile(path('new', '1.x'), 'n: 1\r\n\r\n');
    await box.refresh();
    expect(box.messages()).toHaveLength(2);
  });

  test('what the system refuses: STORE_UNAVAILABLE with its reason', async () => {
    await rm(path('tmp'), { recursive: true });
    await expect(appendTexts(inbox, MESSAGE)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', cause: { code: 'ENOENT' } });
  });

  test('a file that the system does not remove: the message is gone all the same, and the file when the store is opened again', async () => {
    const stuck = { ...nodeFileSystem, remove: async (): Promise<void> => Promise.reject(Object.assign(new Error('busy'), { code: 'EBUSY', syscall: 'unlink' })) };
    const box = await (await openStore(directory, undefined, stuck).account('ann'))!.open('INBOX');
    await appendTexts(box, MESSAGE, MESSAGE);
    await box.expunge([1], { force: true });
    await box.refresh();
    expect(box.messages().map(({ uid }) => uid)).toEqual([2]);
    expect(await readdir(path('cur'))).toHaveLength(2);
    await reopen();
    expect(inbox.messages().map(({ uid }) => uid)).toEqual([2]);
    expect(await readdir(path('cur'))).toHaveLength(1);
  });

  test('a device that is full for a while: what failed is not there, what comes later is, and no UID comes twice', async () => {
    let isFull = false;
    const full = { ...nodeFileSystem, append: async (file: string, octets: Uint8Array): Promise<void> => {
      if (!isFull) return nodeFileSystem.append(file, octets);
      await nodeFileSystem.append(file, octets.subarray(0, 20));
      throw Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' });
    } };
    const box = await (await openStore(directory, undefined, full).account('ann'))!.open('INBOX');
    await appendTexts(box, MESSAGE);
    isFull = true;
    await expect(appendTexts(box, 'lost: 1\r\n\r\n')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', cause: { code: 'ENOSPC' } });
    await expect(box.expunge([1], { force: true })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    isFull = false;
    expect(await appendTexts(box, 'later: 1\r\n\r\n')).toEqual([3]);
    expect(await readdir(path('tmp'))).toEqual([]);
    await reopen();
    expect(inbox.messages().map(({ uid }) => uid)).toEqual([1, 3]);
    expect([await textOf(inbox, 1), await textOf(inbox, 3)]).toEqual([MESSAGE, 'later: 1\r\n\r\n']);
  });

  test('a name that is too long once it is written down: STORE_BAD_NAME', async () => {
    await expect(account.create('ü'.repeat(200))).rejects.toMatchObject({ code: 'STORE_BAD_NAME' });
    await expect(account.open('ü'.repeat(200))).rejects.toMatchObject({ code: 'STORE_NO_SUCH_MAILBOX' });
  });
});

describe('maildir names', () => {
  test.each(['..', '.', '...', 'a/..', '../../etc', '..\\..', 'a.b/c.d', '&AC4-', '&', '.a/.b', '%2e', '~root', 'C:', 'Entwürfe'])('the directory of %j: one name that begins with a dot and a letter that is none', (name) => {
    const folder = folderOf(name);
    expect(folder).toMatch(/^\.[^./\\]|^\.[^./]/);
    expect(folder).not.toMatch(/\.\.|\/|\0/);
    expect(mailboxOf(folder)).toBe(name);
  });

  test('names by chance: the directory is safe and leads back to the name, and no two names share one', () => {
    const random = new SeededRandom(5);
    const folders = new Map<string, string>();
    for (let round = 0; round < 3000; round++) {
      const name = random.text('ab./&-,+~ü日A', random.integer(1, 12)).replace(/^\/+|\/+$|(\/)\/+/g, '$1');
      if (name === '' || name.endsWith('/')) continue;
      const folder = folderOf(name);
      expect(folder).toMatch(/^(?:\.[^./\0]+)+$/);
      expect(mailboxOf(folder)).toBe(name);
      expect(folders.get(folder) ?? name).toBe(name);
      folders.set(folder, name);
    }
    expect(folders.size).toBeGreaterThan(1000);
  });

  test.each(['', 'x', '.', '..', '.a..b', '.a.', '.&', '.&AC4', '.a&AGI-', '.inbox', '.inbox.x', '.a\x01'])('a directory that this store never makes (%j): no mailbox', (folder) => {
    expect(mailboxOf(folder)).toBeUndefined();
  });

  test.each([['ann', 'ann'], ['ann@example.com', 'ann@example.com'], ['Ann', '%41nn'], ['..', '%2e.'], ['.', '%2e'], ['../x', '%2e.%2fx'], ['a\0', 'a%00'], ['ü', '%c3%bc'], ['', '']])(
    'the directory of user %j is %j', (user, directory) => {
      expect(userDirectory(user)).toBe(directory);
    },
  );
});
