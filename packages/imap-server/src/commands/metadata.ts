/**
 * METADATA: annotations of mailboxes and of the server.
 *
 * @rfc 5464 4
 */
import type { GetMetadataCommand, MetadataEntry, SetMetadataCommand } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import type { MetadataAddOn } from '../store/add-ons.ts';
import { MailStoreError } from '../store/store-error.ts';
import { bad, CommandRefused, no, ok, type Outcome } from './outcome.ts';

/** entry = "/" scope "/" name, without wildcards, empty levels and an end in "/". @rfc 5464 4.1 */
const ENTRY = /^\/(?:private|shared)(?:\/[^\s*%/\0-\x1f\x7f]+)+$/i;

export async function getMetadata(session: CommandSession, { mailbox, entries, maxSizeOctets, depth }: GetMetadataCommand): Promise<Outcome> {
  const lists = addOn(session);
  await requireAnnotating(session, mailbox);
  const all = await lists.metadata(mailbox);
  const wanted = new Set(entries.map((entry) => entry.toLowerCase()));
  const values: MetadataEntry[] = [];
  let longest = 0;
  for (const [entry, value] of all) {
    if (!isNamed(entry, wanted, depth ?? 0)) continue;
    if (value.length > (maxSizeOctets ?? Infinity)) longest = Math.max(longest, value.length);
    else values.push({ entry, value });
  }
  const missing = (depth ?? 0) === 0 ? [...wanted].filter((entry) => !all.has(entry)).map((entry) => ({ entry, value: undefined })) : [];
  if (values.length + missing.length > 0) session.machine.respond({ name: 'METADATA', mailbox, values: [...values, ...missing], changed: [] });
  return ok('GETMETADATA completed', longest === 0 ? undefined : { name: 'METADATA', about: 'LONGENTRIES', octetCount: longest });
}

export async function setMetadata(session: CommandSession, { mailbox, values }: SetMetadataCommand): Promise<Outcome> {
  const wrong = values.find(({ entry }) => !ENTRY.test(entry));
  if (wrong !== undefined) return bad('No name of an entry');
  const lists = addOn(session);
  await requireAnnotating(session, mailbox);
  try {
    await lists.setMetadata(mailbox, new Map(values.map(({ entry, value }) => [entry, value])), session);
  } catch (error) {
    if (!(error instanceof MailStoreError) || error.code !== 'STORE_TOO_MUCH') throw error;
    const isLong = values.some(({ value }) => (value?.length ?? 0) > 65_536);
    return no('That is too much', { name: 'METADATA', about: isLong ? 'MAXSIZE' : 'TOOMANY', octetCount: isLong ? 65_536 : undefined });
  }
  return ok('SETMETADATA completed');
}

/** What LIST tells with RETURN (METADATA (...)). @rfc 9590 3 */
export async function sayMetadata(session: CommandSession, mailbox: string, entries: readonly string[]): Promise<void> {
  const all = await addOn(session).metadata(mailbox);
  session.machine.respond({ name: 'METADATA', mailbox, values: entries.map((entry) => ({ entry, value: all.get(entry.toLowerCase()) })), changed: [] });
}

/** Whether an entry is one of those wanted, or so far below one of them. Asked once of each entry, however many are wanted. */
function isNamed(entry: string, wanted: ReadonlySet<string>, depth: 0 | 1 | 'infinity'): boolean {
  if (wanted.has(entry)) return true;
  if (depth === 0) return false;
  for (let at = entry.lastIndexOf('/'); at > 0; at = entry.lastIndexOf('/', at - 1)) {
    if (wanted.has(entry.slice(0, at))) return true;
    if (depth === 1) return false;
  }
  return false;
}

/** Rights of which one is enough, beside that to see the mailbox. @rfc 5464 3.3 */
const ANNOTATING = 'rswip';

/** Whether a user with these rights may know and set annotations. @rfc 5464 3.3 */
export function mayAnnotate(rights: string): boolean {
  return rights.includes('l') && [...ANNOTATING].some((right) => rights.includes(right));
}

async function requireAnnotating(session: CommandSession, mailbox: string): Promise<void> {
  if (mailbox === '') return; // the account itself
  if (!mayAnnotate(await session.requireRights(mailbox, 'l'))) throw new CommandRefused(no('You may not do this', 'NOPERM'));
}

function addOn({ account }: CommandSession): MetadataAddOn {
  if (account.metadata === undefined) throw new CommandRefused(no('There are no annotations here', 'CANNOT'));
  return account.metadata;
}
