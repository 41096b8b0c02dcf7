/**
 * STORE. The new flags are told by the news of the mailbox, as they are to every other session; what was named and did not change is told, too, unless the
 * client wants silence.
 *
 * @rfc 9051 6.4.6
 * @rfc 7162 3.1.3
 */
import { rangesOf, type StoreCommand } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import type { Selection } from '../server/selection.ts';
import type { FlagChange, FlagResult, StoredMessage } from '../store/mailbox.ts';
import { isLabelKeyword, keywordOfLabel } from './gmail.ts';
import { limitMessages } from './message-limit.ts';
import { no, ok, type Outcome } from './outcome.ts';

/** Which right each flag takes; the others take `w`. @rfc 4314 4 */
const RIGHTS: ReadonlyMap<string, string> = new Map([['\\seen', 's'], ['\\deleted', 't']]);

export async function store(session: CommandSession, command: StoreCommand): Promise<Outcome> {
  const selection = session.writable;
  const named = selection.resolve(command.set, command.uid);
  const { messages, code } = limitMessages(session, named.messages);
  const values = await allowedValues(session, selection, command);
  if (values === undefined) return no('You may not change these flags', 'NOPERM');
  const { modified } = await change(session, selection, command, messages, values);
  if (modified.length > 0) {
    const numbers = command.uid ? modified : modified.map((uid) => selection.view.sequenceNumberOf(uid)!).filter((number) => number !== undefined);
    if (numbers.length > 0) return ok('Some messages have changed', { name: 'MODIFIED', set: rangesOf(numbers) });
  }
  if (named.goneCount > 0 && !command.uid) return no('Some of the messages are gone', 'EXPUNGEISSUED');
  return ok('STORE completed', code);
}

/** The flags that the user may change; `undefined` where that is none of those that are named. */
async function allowedValues(session: CommandSession, { mailbox }: Selection, { item, values }: StoreCommand): Promise<readonly string[] | undefined> {
  if (item === 'X-GM-LABELS') return values.map(keywordOfLabel);
  const allowed: string[] = [];
  for (const flag of values) if (await session.hasRight(mailbox.name, RIGHTS.get(flag.toLowerCase()) ?? 'w')) allowed.push(flag);
  return allowed.length === 0 && values.length > 0 ? undefined : allowed;
}

async function change(session: CommandSession, selection: Selection, command: StoreCommand, messages: readonly StoredMessage[], values: readonly string[]): Promise<FlagResult> {
  const { parameters, silent } = command;
  const change: FlagChange = { operation: command.action, flags: values, unchangedSince: parameters.unchangedSince };
  selection.silent = silent;
  try {
    const result = command.action === 'replace' ? await replace(session, selection, command, messages, change) : await setFlags(session, selection, messages, change);
    if (!silent) tellUnchanged(session, selection, messages, result);
    return result;
  } finally {
    selection.silent = false;
  }
}

function setFlags(session: CommandSession, { mailbox }: Selection, messages: readonly StoredMessage[], change: FlagChange): Promise<FlagResult> {
  return mailbox.setFlags(messages.map(({ uid }) => uid), change, session);
}

/** Flags are replaced without the labels, and labels without the flags. */
async function replace(session: CommandSession, selection: Selection, { item }: StoreCommand, messages: readonly StoredMessage[], change: FlagChange): Promise<FlagResult> {
  const isOther = (flag: string): boolean => isLabelKeyword(flag) !== (item === 'X-GM-LABELS');
  if (item === 'FLAGS' && !selection.mailbox.keywords.some(isLabelKeyword)) return setFlags(session, selection, messages, change);
  const results: FlagResult[] = [];
  for (const message of messages) {
    results.push(await setFlags(session, selection, [message], { ...change, flags: [...change.flags, ...message.flags.filter(isOther)] }));
  }
  return { changed: results.flatMap(({ changed }) => changed), modified: results.flatMap(({ modified }) => modified) };
}

/** Messages that had these flags before: the client asked for an answer. */
function tellUnchanged({ machine }: CommandSession, { mailbox }: Selection, messages: readonly StoredMessage[], { changed, modified }: FlagResult): void {
  const told = new Set([...changed.map(({ uid }) => uid), ...modified]);
  for (const { uid } of messages) {
    const message = told.has(uid) ? undefined : mailbox.message(uid);
    if (message !== undefined) machine.notice({ type: 'flags', uid, flags: message.flags, modseq: message.modseq });
  }
}
