/**
 * CREATE, DELETE, RENAME, SUBSCRIBE and UNSUBSCRIBE.
 *
 * @rfc 9051 6.3.4
 */
import { type CreateCommand, type DeleteCommand, type RenameCommand, SPECIAL_USES, type SubscribeCommand, type UnsubscribeCommand } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import { ALL_RIGHTS } from '../server/rights.ts';
import { HIERARCHY_SEPARATOR } from '../store/mailbox-name.ts';
import { no, ok, type Outcome } from './outcome.ts';

export async function create(session: CommandSession, { mailbox: wanted, parameters }: CreateCommand): Promise<Outcome> {
  const { account, core } = session;
  const name = withoutSeparator(wanted);
  const uses = parameters.use ?? [];
  if (uses.length > 0 && (account.specialUse === undefined || !uses.every(isCreatable))) return no('There is no mailbox for that use', { name: 'USEATTR' });
  const above = await requireParent(session, name);
  const mailbox = await account.create(name, session);
  if (above === parentOf(name)) await inheritRights(session, above, name);
  if (uses.length > 0) await account.specialUse!.setSpecialUse(name, uses);
  return ok('CREATE completed', core.machineOptions.capabilities.offers('OBJECTID') ? { name: 'MAILBOXID', mailboxId: mailbox.mailboxId } : undefined);
}

export async function deleteMailbox(session: CommandSession, { mailbox }: DeleteCommand): Promise<Outcome> {
  if (mailbox.toUpperCase() === 'INBOX') return no('INBOX stays', 'CANNOT');
  await session.account.open(mailbox);
  await session.requireRights(mailbox, 'x');
  await session.account.delete(mailbox, session);
  return ok('DELETE completed');
}

export async function rename(session: CommandSession, { mailbox, newName }: RenameCommand): Promise<Outcome> {
  const name = withoutSeparator(newName);
  await session.account.open(mailbox);
  await session.requireRights(mailbox, 'x');
  if (parentOf(mailbox) !== parentOf(name)) await requireParent(session, name);
  await session.account.rename(mailbox, name, session);
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

/** The nearest mailbox above that there is, in which the user must have the right to make others. @rfc 4314 4 */
async function requireParent(session: CommandSession, name: string): Promise<string | undefined> {
  if (!session.hasRights || parentOf(name) === undefined) return undefined;
  const names = new Set((await session.account.list()).map((entry) => entry.name));
  let above = parentOf(name);
  while (above !== undefined && !names.has(above)) above = parentOf(above);
  if (above !== undefined) await session.requireRights(above, 'k');
  return above;
}

/** A new mailbox has the list of rights of the one above it. @rfc 4314 4 */
async function inheritRights({ account }: CommandSession, above: string | undefined, name: string): Promise<void> {
  if (above === undefined || account.acl === undefined) return;
  for (const [identifier, rights] of await account.acl.acl(above)) {
    if (identifier !== account.user || rights !== ALL_RIGHTS) await account.acl.setRights(name, identifier, rights);
  }
}

/** `a/b` of `a/b/c`, INBOX in upper case as it is listed. */
function parentOf(name: string): string | undefined {
  const at = name.lastIndexOf(HIERARCHY_SEPARATOR);
  return at === -1 ? undefined : name.slice(0, at).replace(/^inbox(?=$|\/)/i, 'INBOX');
}

/** A name that ends in a separator says that others will be below it. @rfc 9051 6.3.4 */
function withoutSeparator(name: string): string {
  return name.length > 1 && name.endsWith(HIERARCHY_SEPARATOR) ? name.slice(0, -1) : name;
}

function isCreatable(use: string): boolean {
  const known = [...SPECIAL_USES.keys()].find((each) => each.toLowerCase() === use.toLowerCase());
  return known !== undefined && known !== '\\All' && known !== '\\Flagged'; // those two are views of other mailboxes
}
