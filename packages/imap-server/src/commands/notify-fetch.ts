/**
 * What NOTIFY tells of new messages in the selected mailbox, as a FETCH would. It is read behind the news and said when it is there, unless the message is
 * gone by then.
 *
 * @rfc 5465 5.2
 */
import type { FetchRequest } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import { Fetcher } from './fetch.ts';
import { planFetch } from './fetch-plan.ts';

/** Resolves when all was said. Rejects with a `SessionOver` where nobody hears it. */
export async function notifyFetch(session: CommandSession, uids: readonly number[], items: readonly FetchRequest[]): Promise<void> {
  const { selection } = session;
  if (selection === undefined) return;
  const fetcher = new Fetcher(session, selection, planFetch([{ name: 'UID' }, ...items]), undefined, false);
  for (const uid of uids) {
    const message = selection.mailbox.message(uid);
    if (message === undefined || session.selection !== selection) continue;
    await fetcher.fetch(message);
    session.newsArrived();
  }
}
