/** The process, or the machine, stops at every step of every change: what was resolved is there, nothing is there by half, no UID comes twice. */
import { describe, expect, test } from 'vitest';
import { MaildirStore } from '@mailwright/imap-server';
import type { Mailbox, MailAccount } from '@mailwright/imap-server';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { Crash, CrashFileSystem } from './crash-file-system.ts';
import type { Survival } from './crash-file-system.ts';
import { NOW, appendTexts, octetsOf, textOf } from './store-contract.ts';

async function openAccount(fileSystem: CrashFileSystem, seed: number): Promise<MailAccount> {
  const store = new MaildirStore({ directory: '/mail', users: { ann: {} }, clock: { wallTime: () => NOW }, random: new SeededRandom(seed), fileSystem });
  return (await store.account('ann'))!;
}

/** A mailbox as somebody sees it who reads it all. */
async function read(mailbox: Mailbox): Promise<readonly (readonly [uid: number, flags: string, text: string | undefined])[]> {
  const messages: [number, string, string | undefined][] = [];
  for (const { uid, flags } of mailbox.messages()) messages.push([uid, flags.join(' '), await textOf(mailbox, uid)]);
  return messages;
}

interface Change {
  run(account: MailAccount, inbox: Mailbox): Promise<unknown>;
  /** What INBOX may be like when it was cut short, beside what it was like before and behind. */
  readonly between?: readonly (readonly (readonly [number, string, string])[])[];
  /** Whether messages may be in both mailboxes. */
  readonly doubles?: boolean;
}

const ONE = 'n: 1\r\n\r\n';
const TWO = 'n: 2\r\n\r\n';
const THREE = 'n: 3\r\n\r\n';

const CHANGES: Readonly<Record<string, Change>> = {
  'append of one': { run: (_, inbox) => inbox.append([{ body: octetsOf(THREE), flags: ['\\Seen', 'new'] }]) },
  'append of three': { run: (_, inbox) => inbox.append([THREE, 'n: 4\r\n\r\n', 'n: 5\r\n\r\n'].map((text) => ({ body: octetsOf(text) }))) },
  'flags of two': {
    run: (_, inbox) => inbox.setFlags([1, 2], { operation: 'add', flags: ['\\Flagged', 'more'] }),
    between: [[[1, '\\Flagged more', ONE], [2, '\\Deleted', TWO]], [[1, '', ONE], [2, '\\Flagged \\Deleted more', TWO]]],
  },
  'removal of two': { run: (_, inbox) => inbox.expunge([1, 2], { force: true }) },
  'copy of two': { run: (_, inbox) => inbox.copy([1, 2], 'other') },
  'move of two': { run: (_, inbox) => inbox.move([1, 2], 'other'), doubles: true },
  'a new mailbox': { run: (account) => account.create('made') },
  'a subscription': { run: (account) => account.setSubscribed('INBOX', true) },
  'deletion of a mailbox': { run: (account) => account.delete('other') },
  'a new name': { run: (account) => account.rename('other', 'made') },
};

async function prepare(): Promise<{ readonly fileSystem: CrashFileSystem; readonly account: MailAccount; readonly inbox: Mailbox }> {
  const fileSystem = new CrashFileSystem();
  const account = await openAccount(fileSystem, 1);
  const inbox = await account.open('INBOX');
  await appendTexts(inbox, ONE);
  await inbox.append([{ body: octetsOf(TWO), flags: ['\\Deleted'] }]);
  await appendTexts(await account.create('other'), THREE);
  return { fileSystem, account, inbox };
}

async function facts(account: MailAccount): Promise<{ readonly names: readonly string[]; readonly inbox: unknown; readonly other: readonly unknown[] }> {
  const names = (await account.list()).map(({ name }) => name);
  const other = names.find((name) => name !== 'INBOX' && name !== 'made') ?? names.find((name) => name === 'made');
  return { names, inbox: await read(await account.open('INBOX')), other: other === undefined ? [] : await read(await account.open(other)) };
}

describe.each(Object.entries(CHANGES))('maildir: a crash during %s', (_, change) => {
  test.each<Survival>(['all', 'synced', 'some'])('what survives is %s: before or behind, at every step', async (survival) => {
    const whole = await prepare();
    const before = await facts(whole.account);
    const firstStep = whole.fileSystem.steps;
    await change.run(whole.account, whole.inbox);
    const lastStep = whole.fileSystem.steps;
    const behind = await facts(await openAccount(whole.fileSystem.restart(survival), 2));
    expect(await facts(whole.account)).toEqual(behind);
    expect(lastStep).toBeGreaterThan(firstStep);
    const inboxes = [before.inbox, behind.inbox, ...(change.between ?? [])];
    for (let crashAt = firstStep + 1; crashAt <= lastStep; crashAt++) {
      const { fileSystem, account, inbox } = await prepare();
      const uidNext = inbox.status().uidNext;
      fileSystem.crashAt = crashAt;
      const failure = await change.run(account, inbox).then(() => undefined, (error: unknown) => error);
      const again = await openAccount(fileSystem.restart(survival), 3);
      const left = await facts(again);
      // A file that is removed too late is no failure: then the change was made, and all of it is there.
      if (failure === undefined) expect(left).toEqual(behind);
      else expect(failure).toBeInstanceOf(Crash);
      expect(inboxes).toContainEqual(left.inbox);
      expect([before.names, behind.names]).toContainEqual(left.names);
      if (change.doubles === true) expect([before.other, behind.other]).toContainEqual(left.other);
      else expect([before, behind].some((state) => JSON.stringify([state.names, state.other]) === JSON.stringify([left.names, left.other]))).toBe(true);
      await checkLater(again, uidNext);
    }
  });
});

/** Nothing is lost between two mailboxes, and what comes next has UIDs of its own. */
async function checkLater(account: MailAccount, uidNext: number): Promise<void> {
  const inbox = await account.open('INBOX');
  const texts = [...(await facts(account)).other, ...(await read(inbox))].map((message) => (message as readonly unknown[])[2]);
  expect(texts).not.toContain(undefined);
  const known = new Set(inbox.messages().map(({ uid }) => uid));
  const [uid] = await appendTexts(inbox, 'later: 1\r\n\r\n');
  expect(uid).toBeGreaterThanOrEqual(uidNext);
  expect(known.has(uid!)).toBe(false);
  expect(await textOf(inbox, uid!)).toBe('later: 1\r\n\r\n');
  expect(new Set(inbox.messages().map(({ emailId }) => emailId)).size).toBe(inbox.messages().length);
}

test('maildir: a first opening that crashes at every step leaves an account that opens', async () => {
  const whole = new CrashFileSystem();
  await (await openAccount(whole, 1)).open('INBOX');
  for (let crashAt = 1; crashAt <= whole.steps; crashAt++) {
    const fileSystem = new CrashFileSystem();
    fileSystem.crashAt = crashAt;
    await expect(openAccount(fileSystem, 1).then((account) => account.open('INBOX'))).rejects.toBeInstanceOf(Crash);
    const inbox = await (await openAccount(fileSystem.restart('synced'), 2)).open('INBOX');
    expect(await appendTexts(inbox, ONE)).toEqual([1]);
  }
});
