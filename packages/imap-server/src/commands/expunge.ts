/**
 * EXPUNGE, UID EXPUNGE and CLOSE.
 *
 * @rfc 9051 6.4.3
 * @rfc 9051 6.4.1
 */
import type { ExpungeCommand, ResponseCode } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import { overLimit } from './message-limit.ts';
import { no, ok, type Outcome } from './outcome.ts';

export async function expunge(session: CommandSession, command: ExpungeCommand): Promise<Outcome> {
  const selection = session.writable;
  const { mailbox } = selection;
  await session.requireRights(mailbox.name, 'e');
  const messages = command.uid ? selection.resolve(command.set, true).messages : mailbox.messages();
  const deleted = messages.filter(({ flags }) => flags.includes('\\Deleted')).map(({ uid }) => uid);
  const code = overLimit(session, deleted.length);
  if (code !== undefined) return no('Too many messages', code);
  const { uids, highestModseq } = await mailbox.expunge(deleted, {}, session);
  const isTold = uids.length > 0 && session.machine.session.enabled.has('QRESYNC');
  return ok('EXPUNGE completed', isTold ? { name: 'HIGHESTMODSEQ', modseq: highestModseq } : undefined);
}

/** Nothing is told of what goes. */
export async function close(session: CommandSession): Promise<Outcome> {
  const { mailbox, readOnly } = session.selected;
  let code: ResponseCode | undefined;
  if (!readOnly && (await session.rightsOn(mailbox.name)).includes('e')) {
    const deleted = mailbox.messages().filter(({ flags }) => flags.includes('\\Deleted')).map(({ uid }) => uid);
    const result = deleted.length === 0 ? undefined : await mailbox.expunge(deleted, {}, session);
    if (result !== undefined && session.machine.session.enabled.has('QRESYNC')) code = { name: 'HIGHESTMODSEQ', modseq: result.highestModseq }; // RFC 7162 section 3.2.8
  }
  session.unselect();
  return ok('CLOSE completed', code);
}
