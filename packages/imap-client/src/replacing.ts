/** One message in the place of another: REPLACE, or an APPEND and then a deletion. @rfc 8508 */
import { appendMessage, appendMessages, type AppendInput, type AppendResult, appendResult, runFed } from './appending.ts';
import { type DeleteOptions, deleteMessages, type DeleteResult } from './copying.ts';
import type { MailboxAccess } from './mailbox-access.ts';

export interface ReplaceOptions extends DeleteOptions {
  /** Where the new message goes. Default: this mailbox. */
  readonly mailbox?: string | undefined;
}

export interface ReplaceResult extends DeleteResult {
  readonly uidValidity: number | undefined;
  /** Of the new message; `undefined` where the server does not tell. */
  readonly uid: number | undefined;
  readonly how: 'REPLACE' | 'APPEND';
}

/** Replaces a message. Rejects with an `ImapError`; without REPLACE there may be both messages then, never none. */
export async function replaceMessage(access: MailboxAccess, uid: number, input: AppendInput, options: ReplaceOptions): Promise<ReplaceResult> {
  const { mailbox = access.name } = options;
  const session = await access.ready(options.signal);
  if (session.has('REPLACE')) {
    const result = await runFed(session, { name: 'REPLACE', uid: true, target: uid, mailbox, message: appendMessage(session, input) }, access.bounded(options));
    return { ...oneUid(appendResult([result], 1)), expunged: true, how: 'REPLACE' };
  }
  const appended = oneUid(await appendMessages(session, mailbox, [input], access.bounded(options)));
  return { ...appended, ...(await deleteMessages(access, uid, options)), how: 'APPEND' };
}

function oneUid({ uidValidity, uids }: AppendResult): Pick<ReplaceResult, 'uidValidity' | 'uid'> {
  return { uidValidity, uid: uids?.[0] };
}
