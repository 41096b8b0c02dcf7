/**
 * COPY and MOVE.
 *
 * @rfc 9051 6.4.7
 * @rfc 6851 3
 */
import { type CopyCommand, type CopyUidCode, type MoveCommand, setInOrder } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import { flagFilter } from '../server/rights.ts';
import type { CopyResult } from '../store/mailbox.ts';
import { overLimit } from './message-limit.ts';
import { no, ok, type Outcome } from './outcome.ts';

export async function copy(session: CommandSession, command: CopyCommand): Promise<Outcome> {
  const { mailbox } = session.selected;
  const uids = await prepare(session, command);
  if (!Array.isArray(uids)) return uids;
  const result = await mailbox.copy(uids, command.mailbox, session, await flagsFor(session, command.mailbox));
  return ok('COPY completed', codeOf(session, result));
}

export async function move(session: CommandSession, command: MoveCommand): Promise<Outcome> {
  const { mailbox } = session.writable;
  const uids = await prepare(session, command);
  if (!Array.isArray(uids)) return uids;
  await session.requireRights(mailbox.name, 'te'); // as STORE +FLAGS \\Deleted and EXPUNGE, RFC 6851 section 4
  const result = await mailbox.move(uids, command.mailbox, session, await flagsFor(session, command.mailbox));
  const code = codeOf(session, result);
  if (code !== undefined) session.machine.respondStatus('OK', code, 'Moved'); // before the EXPUNGE of what was moved, RFC 6851 section 4.3
  return ok('MOVE completed');
}

/** Which flags a copy may have: those that the user may set there. The others are left out, and the command goes on. @rfc 4314 4 */
async function flagsFor(session: CommandSession, mailbox: string): Promise<((flag: string) => boolean) | undefined> {
  return flagFilter(await session.rightsOn(mailbox));
}

/** The UIDs to copy, or why they are not. */
async function prepare(session: CommandSession, { set, uid, mailbox }: CopyCommand | MoveCommand): Promise<number[] | Outcome> {
  const { messages, goneCount } = session.selected.resolve(set, uid);
  if (goneCount > 0 && !uid) return no('Some of the messages are gone', 'EXPUNGEISSUED');
  const code = overLimit(session, messages.length) ?? overLimit(session, messages.length, 'SAVELIMIT');
  if (code !== undefined) return no('Too many messages', code);
  await session.account.open(mailbox);
  await session.requireRights(mailbox, 'i');
  return messages.map((message) => message.uid);
}

/** Nothing where nothing was copied, or the client can't know UIDPLUS. @rfc 4315 3 */
export function codeOf({ core }: CommandSession, { uidValidity, sourceUids, targetUids }: CopyResult): CopyUidCode | undefined {
  if (targetUids.length === 0 || !core.machineOptions.capabilities.offers('UIDPLUS')) return undefined;
  return { name: 'COPYUID', uidValidity, source: setInOrder(sourceUids), destination: setInOrder(targetUids) };
}
