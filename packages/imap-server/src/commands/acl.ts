/**
 * ACL: lists of rights, kept by the store. They are enforced for the owner, who is the only one that sees an account here.
 *
 * @rfc 4314 3
 */
import type { AclRight, DeleteAclCommand, GetAclCommand, ListRightsCommand, MyRightsCommand, SetAclCommand } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import type { AclAddOn } from '../store/add-ons.ts';
import { bad, CommandRefused, no, ok, type Outcome } from './outcome.ts';

const RIGHTS = 'lrswipkxtea';
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
  if ([...wanted].some((right) => !RIGHTS.includes(right))) return bad('No such right');
  const lists = await opened(session, mailbox, 'a');
  const before = (await lists.acl(mailbox)).get(identifier) ?? '';
  const others = [...before].filter((right) => !wanted.includes(right)).join('');
  const after = change === 'replace' ? wanted : change === 'remove' ? others : others + wanted;
  await lists.setRights(mailbox, identifier, sorted(identifier === session.account.user ? `${after}la` : after)); // the owner can always undo it
  return ok('SETACL completed');
}

export async function deleteAcl(session: CommandSession, { mailbox, identifier }: DeleteAclCommand): Promise<Outcome> {
  const lists = await opened(session, mailbox, 'a');
  await lists.setRights(mailbox, identifier, undefined);
  return ok('DELETEACL completed');
}

export async function myRights(session: CommandSession, { mailbox }: MyRightsCommand): Promise<Outcome> {
  await opened(session, mailbox, 'l');
  await sayRights(session, mailbox);
  return ok('MYRIGHTS completed');
}

/** Each right can be given by itself. @rfc 4314 3.7 */
export async function listRights(session: CommandSession, { mailbox, identifier }: ListRightsCommand): Promise<Outcome> {
  await opened(session, mailbox, 'a');
  const required = identifier === session.account.user ? 'la' : '';
  const optional = [...RIGHTS].filter((right) => !required.includes(right)).map((right) => [right]);
  session.machine.respond({ name: 'LISTRIGHTS', mailbox, identifier, required: lettersOf(required), optional });
  return ok('LISTRIGHTS completed');
}

/** The user's own rights. */
export async function sayRights(session: CommandSession, mailbox: string): Promise<void> {
  const { account } = session;
  const rights = (await addOn(session).acl(mailbox)).get(account.user) ?? '';
  session.machine.respond({ name: 'MYRIGHTS', mailbox, rights: lettersOf(rights) });
}

async function opened(session: CommandSession, mailbox: string, right: string): Promise<AclAddOn> {
  const lists = addOn(session);
  await session.account.open(mailbox);
  await session.requireRight(mailbox, right);
  return lists;
}

function addOn({ account }: CommandSession): AclAddOn {
  if (account.acl === undefined) throw new CommandRefused(no('There are no lists of rights here', 'CANNOT'));
  return account.acl;
}

function lettersOf(rights: string): readonly AclRight[] {
  return [...rights];
}

function sorted(rights: string): string {
  return [...RIGHTS].filter((right) => rights.includes(right)).join('');
}
