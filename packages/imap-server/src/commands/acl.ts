/**
 * ACL: lists of rights, kept by the store and enforced by the commands (`requireRights`). The owner keeps what it takes to see the mailbox and to change
 * its list again.
 *
 * @rfc 4314 3
 */
import type { AclRight, DeleteAclCommand, GetAclCommand, ListRightsCommand, MyRightsCommand, SetAclCommand } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import { ALL_RIGHTS, OWNER_RIGHTS } from '../server/rights.ts';
import type { AclAddOn } from '../store/add-ons.ts';
import { checkMailboxName } from '../store/mailbox-name.ts';
import { bad, CommandRefused, no, ok, type Outcome } from './outcome.ts';
import { sayAllFlags } from './select.ts';

/** One of these is enough to ask for one's own. @rfc 4314 4 */
const ASKING = 'lrikxa';
/** What stood for several rights before. @rfc 4314 2.1.1 */
const OLD: Readonly<Record<string, string>> = { c: 'kx', d: 'te' };

export async function getAcl(session: CommandSession, { mailbox }: GetAclCommand): Promise<Outcome> {
  const lists = await opened(session, mailbox, 'a');
  const entries = [...(await lists.acl(mailbox))].map(([identifier, rights]) => ({ identifier, rights: lettersOf(rights) }));
  session.machine.respond({ name: 'ACL', mailbox, entries });
  return ok('GETACL completed');
}

export async function setAcl(session: CommandSession, { mailbox, identifier, change, rights }: SetAclCommand): Promise<Outcome> {
  const wanted = rights.map((right) => OLD[right] ?? right).join('');
  if ([...wanted].some((right) => !ALL_RIGHTS.includes(right))) return bad('No such right');
  const lists = await opened(session, mailbox, 'a');
  const before = (await lists.acl(mailbox)).get(identifier) ?? '';
  const others = [...before].filter((right) => !wanted.includes(right)).join('');
  const after = change === 'replace' ? wanted : change === 'remove' ? others : others + wanted;
  await changing(session, mailbox, () => lists.setRights(mailbox, identifier, sorted(identifier === session.account.user ? after + OWNER_RIGHTS : after)));
  return ok('SETACL completed');
}

export async function deleteAcl(session: CommandSession, { mailbox, identifier }: DeleteAclCommand): Promise<Outcome> {
  const lists = await opened(session, mailbox, 'a');
  await changing(session, mailbox, () => lists.setRights(mailbox, identifier, undefined));
  return ok('DELETEACL completed');
}

export async function myRights(session: CommandSession, { mailbox }: MyRightsCommand): Promise<Outcome> {
  addOn(session);
  await session.account.open(mailbox);
  const rights = await session.rightsOn(mailbox);
  if (![...ASKING].some((right) => rights.includes(right))) return no('There is no such mailbox', 'NONEXISTENT');
  await sayRights(session, mailbox);
  return ok('MYRIGHTS completed');
}

/** Each right can be given by itself. @rfc 4314 3.7 */
export async function listRights(session: CommandSession, { mailbox, identifier }: ListRightsCommand): Promise<Outcome> {
  await opened(session, mailbox, 'a');
  const required = identifier === session.account.user ? OWNER_RIGHTS : '';
  const optional = [...ALL_RIGHTS, ...Object.keys(OLD)].filter((right) => !required.includes(right)).map((right) => [right]);
  session.machine.respond({ name: 'LISTRIGHTS', mailbox, identifier, required: lettersOf(required), optional });
  return ok('LISTRIGHTS completed');
}

/** The user's own rights. */
export async function sayRights(session: CommandSession, mailbox: string): Promise<void> {
  session.machine.respond({ name: 'MYRIGHTS', mailbox, rights: lettersOf(await session.rightsOn(mailbox)) });
}

/** Where the user's rights on the selected mailbox change, so do the flags that it may change. @rfc 4314 5.1.1 */
async function changing(session: CommandSession, mailbox: string, change: () => Promise<void>): Promise<void> {
  const { selection } = session;
  const selected = selection === undefined || checkMailboxName(mailbox) !== selection.mailbox.name ? undefined : selection;
  const before = selected === undefined ? '' : await session.rightsOn(mailbox);
  await change();
  if (selected === undefined) return;
  const now = await session.rightsOn(mailbox);
  if (now !== before && session.selection === selected) sayAllFlags(session, selected, now);
}

async function opened(session: CommandSession, mailbox: string, right: string): Promise<AclAddOn> {
  const lists = addOn(session);
  await session.account.open(mailbox);
  await session.requireRights(mailbox, right);
  return lists;
}

function addOn({ account }: CommandSession): AclAddOn {
  if (account.acl === undefined) throw new CommandRefused(no('There are no lists of rights here', 'CANNOT'));
  return account.acl;
}

/** With `c` and `d`, which stand for several in the eyes of older clients, where one of those is there. @rfc 4314 2.1.1 */
function lettersOf(rights: string): readonly AclRight[] {
  const old = Object.keys(OLD).filter((right) => [...OLD[right]!].some((member) => rights.includes(member)));
  return [...rights, ...old];
}

function sorted(rights: string): string {
  return [...ALL_RIGHTS].filter((right) => rights.includes(right)).join('');
}
