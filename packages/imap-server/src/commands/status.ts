/**
 * STATUS, and the same items where other commands tell them.
 *
 * @rfc 9051 6.3.11
 */
import { makeStatusItems, type StatusCommand, type StatusItemName, type StatusItems } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import type { Mailbox } from '../store/mailbox.ts';
import { ok, type Outcome } from './outcome.ts';

export async function status(session: CommandSession, { mailbox, items }: StatusCommand): Promise<Outcome> {
  await session.account.open(mailbox);
  await session.requireRights(mailbox, 'r');
  session.machine.respond({ name: 'STATUS', mailbox, items: await readStatus(session, mailbox, items) });
  return ok('STATUS completed');
}

/** Rejects as the store does where there is no such mailbox. */
export async function readStatus(session: CommandSession, name: string, items: readonly StatusItemName[]): Promise<StatusItems> {
  const mailbox = await session.account.open(name);
  await mailbox.refresh();
  return statusItems(session, mailbox, items);
}

/** The items as they are now. */
export function statusItems({ core }: CommandSession, mailbox: Mailbox, items: readonly StatusItemName[]): StatusItems {
  const { uidValidity, uidNext, highestModseq, messageCount, unseenCount, deletedCount, sizeOctets } = mailbox.status();
  const asked = new Set(items);
  const given: { -readonly [K in keyof StatusItems]?: StatusItems[K] } = {};
  if (asked.has('MESSAGES')) given.messages = messageCount;
  if (asked.has('RECENT')) given.recent = core.recent.count(mailbox);
  if (asked.has('UIDNEXT')) given.uidNext = uidNext;
  if (asked.has('UIDVALIDITY')) given.uidValidity = uidValidity;
  if (asked.has('UNSEEN')) given.unseen = unseenCount;
  if (asked.has('DELETED')) given.deleted = deletedCount;
  if (asked.has('DELETED-STORAGE')) given.deletedStorage = deletedOctets(mailbox);
  if (asked.has('SIZE')) given.size = sizeOctets;
  if (asked.has('HIGHESTMODSEQ')) given.highestModseq = highestModseq;
  if (asked.has('MAILBOXID')) given.mailboxId = mailbox.mailboxId;
  if (asked.has('APPENDLIMIT')) given.appendLimit = Number.isFinite(core.limits.messageOctets) ? Math.trunc(core.limits.messageOctets) : null;
  return makeStatusItems(given);
}

/** Octets that an EXPUNGE would free. @rfc 9208 4.1.4 */
function deletedOctets(mailbox: Mailbox): number {
  let octets = 0;
  for (const { flags, sizeOctets } of mailbox.messages()) if (flags.includes('\\Deleted')) octets += sizeOctets;
  return octets;
}
