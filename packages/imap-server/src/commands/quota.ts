/**
 * QUOTA: one root, `''`, for the account.
 *
 * @rfc 9208 4
 */
import type { GetQuotaCommand, GetQuotaRootCommand, SetQuotaCommand } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import type { QuotaAddOn, QuotaResource } from '../store/add-ons.ts';
import { CommandRefused, no, ok, type Outcome } from './outcome.ts';

const ROOT = '';
const RESOURCES: ReadonlySet<string> = new Set<QuotaResource['name']>(['STORAGE', 'MESSAGE', 'MAILBOX']);

export async function getQuota(session: CommandSession, { root }: GetQuotaCommand): Promise<Outcome> {
  if (root !== ROOT) return no('No such quota root', 'NONEXISTENT');
  await sayQuota(session);
  return ok('GETQUOTA completed');
}

export async function getQuotaRoot(session: CommandSession, { mailbox }: GetQuotaRootCommand): Promise<Outcome> {
  addOn(session);
  await session.account.open(mailbox);
  await session.requireRights(mailbox, 'r');
  session.machine.respond({ name: 'QUOTAROOT', mailbox, roots: [ROOT] });
  await sayQuota(session);
  return ok('GETQUOTAROOT completed');
}

export async function setQuota(session: CommandSession, { root, limits }: SetQuotaCommand): Promise<Outcome> {
  if (root !== ROOT) return no('No such quota root', 'NONEXISTENT');
  if (!limits.every(({ name }) => RESOURCES.has(name))) return no('No such resource', 'CANNOT');
  await addOn(session).setLimits(new Map(limits.map(({ name, limit }) => [name as QuotaResource['name'], limit])));
  await sayQuota(session);
  return ok('SETQUOTA completed');
}

/** Resources without a limit are not told: there is nothing to compare their usage with. */
async function sayQuota(session: CommandSession): Promise<void> {
  const resources = (await addOn(session).quota()).flatMap(({ name, usage, limit }) => (limit === undefined ? [] : [{ name, usage, limit }]));
  session.machine.respond({ name: 'QUOTA', root: ROOT, resources });
}

function addOn({ account }: CommandSession): QuotaAddOn {
  if (account.quota === undefined) throw new CommandRefused(no('There are no quotas here', 'CANNOT'));
  return account.quota;
}
