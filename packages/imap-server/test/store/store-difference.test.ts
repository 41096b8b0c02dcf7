/** The same changes made to both stores: they always say the same, and a Maildir that is opened again says it still. */
import { expect, test } from 'vitest';
import { MaildirStore, MemoryStore } from '@mailwright/imap-server';
import type { MailAccount, MailStoreErrorCode } from '@mailwright/imap-server';
import { SeededRandom } from '../../../testing/src/seeded-random.ts';
import { CrashFileSystem } from './crash-file-system.ts';
import { NOW, octetsOf, textOf } from './store-contract.ts';

const NAMES = ['INBOX', 'a', 'a/b', 'c', 'inbox/d', 'a//b'];
const FLAGS = ['\\Seen', '\\Deleted', '\\Flagged', 'Blue', 'green', '\\Own'];

type Step = (account: MailAccount) => Promise<unknown>;

function randomStep(random: SeededRandom): Step {
  const name = random.pick(NAMES);
  const target = random.pick(NAMES);
  const uids = Array.from({ length: random.integer(0, 4) }, () => random.integer(1, 12));
  const flags = Array.from({ length: random.integer(0, 3) }, () => random.pick(FLAGS));
  const bodies = Array.from({ length: random.integer(1, 3) }, () => ({ body: octetsOf(random.text('ab\r\n', random.integer(0, 30))), flags: random.chance(0.3) ? flags : [] }));
  const change = { operation: random.pick(['add', 'remove', 'replace'] as const), flags, unchangedSince: random.chance(0.2) ? BigInt(random.integer(1, 20)) : undefined };
  const force = random.chance(0.5);
  return random.pick<Step>([
    (account) => account.create(name), (account) => account.delete(name), (account) => account.rename(name, target), (account) => account.setSubscribed(name, random.chance(0.5)),
    async (account) => strip(await (await account.open(name)).append(bodies)), async (account) => strip(await (await account.open(name)).append(bodies)),
    async (account) => (await (await account.open(name)).setFlags(uids, change)).modified, async (account) => (await account.open(name)).expunge(uids, { force }),
    async (account) => strip(await (await account.open(name)).copy(uids, target)), async (account) => strip(await (await account.open(name)).move(uids, target)),
  ]);
}

/** Without what is each store's own. */
function strip(result: object): object {
  return { ...result, uidValidity: 0 };
}

async function outcome(step: Step, account: MailAccount): Promise<unknown> {
  const result = await step(account).catch((error: unknown) => (error as { readonly code: MailStoreErrorCode }).code);
  return typeof result === 'object' && result !== null && 'mailboxId' in result ? 'mailbox' : result;
}

async function facts(account: MailAccount): Promise<unknown> {
  const mailboxes: unknown[] = [];
  for (const { name } of await account.list()) {
    const mailbox = await account.open(name);
    const messages: unknown[] = [];
    for (const message of mailbox.messages()) messages.push([{ ...message, emailId: '' }, await textOf(mailbox, message.uid)]);
    mailboxes.push([name, strip(mailbox.status()), messages, mailbox.vanishedSince(0n), mailbox.vanishedSince(4n)]);
  }
  return [await account.list(), await account.subscriptions(), mailboxes];
}

test.each(Array.from({ length: 12 }, (_, seed) => seed))('changes by chance, seed %d', async (seed) => {
  const clock = { wallTime: (): number => NOW };
  const fileSystem = new CrashFileSystem();
  const openMaildir = async (): Promise<MailAccount> =>
    (await new MaildirStore({ directory: '/mail', users: { ann: {} }, clock, random: new SeededRandom(fileSystem.steps + 1), fileSystem, expungedHistory: 6 }).account('ann'))!;
  const memory = (await new MemoryStore({ users: { ann: {} }, clock, expungedHistory: 6 }).account('ann'))!;
  let maildir = await openMaildir();
  for (let count = 0; count < 60; count++) {
    // The same seed for both, since a step draws while it runs.
    const made = (): Step => randomStep(new SeededRandom(seed * 1000 + count));
    expect(await outcome(made(), maildir)).toEqual(await outcome(made(), memory));
    if (count % 10 === 9) maildir = await openMaildir();
    if (count % 5 === 4) expect(await facts(maildir)).toEqual(await facts(memory));
  }
});
