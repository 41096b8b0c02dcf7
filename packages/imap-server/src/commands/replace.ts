/**
 * REPLACE: a message in the place of another one, which goes.
 *
 * @rfc 8508 3
 */
import { type ReplaceCommand, STAR } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import { discardLiterals } from '../server/literal-intake.ts';
import { appendAll, appendCode } from './append.ts';
import { no, ok, type Outcome } from './outcome.ts';

export async function replace(session: CommandSession, { uid, target, mailbox: name, message }: ReplaceCommand): Promise<Outcome> {
  const literals = [...session.intake.take()];
  try {
    const selection = session.writable;
    const [replaced] = selection.resolve([[target, target]], uid).messages;
    if (replaced === undefined || (uid && target !== STAR && replaced.uid !== target)) return no('The message is gone', 'NONEXISTENT');
    const mailbox = await session.account.open(name);
    const rights = await session.requireRights(name, 'i');
    await session.requireRights(selection.mailbox.name, 'te');
    const result = await appendAll(session, mailbox, [message], literals, rights);
    const code = appendCode(session, result);
    if (code !== undefined) session.machine.respondStatus('OK', code, 'Replacement is there'); // before the EXPUNGE, RFC 8508 section 3.3
    await selection.mailbox.expunge([replaced.uid], { force: true }, session);
    return ok('REPLACE completed');
  } finally {
    await discardLiterals(literals);
  }
}
