/** The facts of messages that every server has at hand, for looking at them here. */
import type { SearchableMessage, SequenceSet } from '@mailwright/imap';
import type { CommandOptions } from './command-run.ts';
import type { FetchWant } from './fetch-want.ts';
import type { FetchedMessage } from './fetched-message.ts';
import { Fetching } from './fetching.ts';
import type { MailboxAccess } from './mailbox-access.ts';

/** Fetches messages in batches; nothing is kept. */
export function fetchMany(access: MailboxAccess, set: SequenceSet, want: FetchWant, options: CommandOptions): AsyncIterable<readonly FetchedMessage[]> {
  return new Fetching({ begin: async () => ({ session: await access.ready(options.signal), set }), room: () => access.roomLimits() }, want, access.bounded(options)).batches();
}

/** The metadata of messages, as `compileSearch` wants it; header and text are empty. */
export async function* fetchFacts(access: MailboxAccess, set: SequenceSet, options: CommandOptions): AsyncGenerator<readonly SearchableMessage[], void, undefined> {
  const session = await access.ready(options.signal);
  const objectIds = session.has('OBJECTID');
  const want: FetchWant = {
    flags: true, internalDate: true, size: true, modseq: session.has('CONDSTORE') && access.model.modseqs, saveDate: session.has('SAVEDATE'), emailId: objectIds, threadId: objectIds,
  };
  for await (const messages of fetchMany(access, set, want, options)) yield messages.map(searchable);
}

function searchable({ uid, sequenceNumber, data }: FetchedMessage): SearchableMessage {
  return {
    uid, sequenceNumber, flags: data.flags ?? [], internalDate: data.internalDate ?? { ms: 0, offsetMinutes: 0 }, octetCount: data.rfc822Size ?? 0,
    modseq: data.modseq, saveDate: undefined, emailId: data.emailId, threadId: data.threadId ?? undefined, gmail: undefined,
    fields: [], addresses: undefined, partFields: [], texts: [],
  };
}
