/**
 * CREATE, DELETE, RENAME, SUBSCRIBE and UNSUBSCRIBE.
 *
 * @rfc 9051 6.3.4
 */
import { type CreateCommand, type DeleteCommand, type RenameCommand, SPECIAL_USES, type SubscribeCommand, type UnsubscribeCommand } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import { HIERARCHY_SEPARATOR } from '../store/mailbox-name.ts';
import { no, ok, type Outcome } from './outcome.ts';

export async function create(session: CommandSession, { mailbox: wanted, parameters }: CreateCommand): Promise<Outcome> {
  const { account, core } = session;
  const name = withoutSeparator(wanted);
  const uses = parameters.use ?? [];
  if (uses.length > 0 && (account.specialUse === undefined || !uses.every(isCreatable))) return no('There is no mailbox for that use', { name: 'USEATTR' });
  const mailbox = await account.create(name, session);
  core.recent.watch(mailbox, true);
  if (uses.length > 0) await account.specialUse!.setSpecialUse(name, uses);
  return ok('CREATE completed', core.machineOptions.capabilities.offers('OBJECTID') ? { name: 'MAILBOXID', mailboxId: mailbox.mailboxId } : undefined);
}

export async function deleteMailbox(session: CommandSession, { mailbox }: DeleteCommand): Promise<Outcome> {
  if (mailbox.toUpperCase() === 'INBOX') return no('INBOX stays', 'CANNOT');
  await session.account.open(mailbox);
  await session.requireRight(mailbox, 'x');
  await session.account.delete(mailbox, session);
  return ok('DELETE completed');
}

export async function rename(session: CommandSession, { mailbox, newName }: RenameCommand): Promise<Outcome> {
  await session.account.open(mailbox);
  await session.requireRight(mailbox, 'x');
  await session.account.rename(mailbox, withoutSeparator(newName), session);
  return ok('RENAME completed');
}

export async function subscribe(session: CommandSession, { mailbox }: SubscribeCommand): Promise<Outcome> {
  await session.account.setSubscribed(mailbox, true, session);
  return ok('SUBSCRIBE completed');
}

export async function unsubscribe(session: CommandSession, { mailbox }: UnsubscribeCommand): Promise<Outcome> {
  await session.account.setSubscribed(mailbox, false, session);
  return ok('UNSUBSCRIBE completed');
}

/** A name that ends in a separator says that others will be below it. @rfc 9051 6.3.4 */
function withoutSeparator(name: string): string {
  return name.length > 1 && name.endsWith(HIERARCHY_SEPARATOR) ? name.slice(0, -1) : name;
}

function isCreatable(use: string): boolean {
  const known = [...SPECIAL_USES.keys()].find((each) => each.toLowerCase() === use.toLowerCase());
  return known !== undefined && known !== '\\All' && known !== '\\Flagged'; // those two are views of other mailboxes
}
