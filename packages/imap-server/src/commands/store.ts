/**
 * STORE. The new flags are told by the news of the mailbox, as they are to every other session; what was named and did not change is told, too, unless the
 * client wants silence.
 *
 * @rfc 9051 6.4.6
 * @rfc 7162 3.1.3
 */
import { rangesOf, type StoreCommand } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import { flagFilter } from '../server/rights.ts';
import type { Selection } from '../server/selection.ts';
import type { FlagChange, FlagResult, StoredMessage } from '../store/mailbox.ts';
import { isLabelKeyword, keywordOfLabel } from './gmail.ts';
import { limitMessages } from './message-limit.ts';
import { no, ok, type Outcome } from './outcome.ts';

export async function store(session: CommandSession, command: StoreCommand): Promise<Outcome> {
  const selection = session.writable;
  const named = selection.resolve(command.set, command.uid);
  const { messages, code } = limitMessages(session, named.messages);
  const maySet = flagFilter(await session.rightsOn(selection.mailbox.name));
  const values = allowedValues(command, maySet);
  if (values === undefined) return no('You may not change these flags', 'NOPERM');
  const { modified } = await change(session, selection, command, messages, values, maySet);
  if (modified.length > 0) {
    const numbers = command.uid ? modified : modified.map((uid) => selection.view.sequenceNumberOf(uid)!).filter((number) => number !== undefined);
    if (numbers.length > 0) return ok('Some messages have changed', { name: 'MODIFIED', set: rangesOf(numbers) });
  }
  if (named.goneCount > 0 && !command.uid) return no('Some of the messages are gone', 'EXPUNGEISSUED');
  return ok('STORE completed', code);
}

type FlagTest = (flag: string) => boolean;

/** The flags that the user may change; `undefined` where that is none of those that are named, or none at all. @rfc 4314 4 */
function allowedValues({ item, action, values }: StoreCommand, maySet: FlagTest | undefined): readonly string[] | undefined {
  const named = item === 'X-GM-LABELS' ? values.map(keywordOfLabel) : values;
  if (maySet === undefined) return named;
  const allowed = named.filter(maySet);
  if (allowed.length > 0) return allowed;
  const mayClear = values.length === 0 && action === 'replace' && ['\\Seen', '\\Deleted', '$Any'].some(maySet);
  return mayClear || (values.length === 0 && action !== 'replace') ? allowed : undefined;
}

async function change(
  session: CommandSession, selection: Selection, command: StoreCommand, messages: readonly StoredMessage[], values: readonly string[], maySet: FlagTest | undefined,
): Promise<FlagResult> {
  const { parameters, silent } = command;
  const change: FlagChange = { operation: command.action, flags: values, unchangedSince: parameters.unchangedSince };
  selection.silent = silent;
  try {
    const result = await (command.action === 'replace' ? replace(session, selection, command, messages, change, maySet) : setFlags(session, selection, messages, change));
    if (!silent) tellUnchanged(session, selection, messages, result);
    return result;
  } finally {
    selection.silent = false;
  }
}

function setFlags(session: CommandSession, { mailbox }: Selection, messages: readonly StoredMessage[], change: FlagChange): Promise<FlagResult> {
  return mailbox.setFlags(messages.map(({ uid }) => uid), change, session);
}

/** Flags are replaced without the labels, labels without the flags, and neither of them where the user may not change them. */
async function replace(
  session: CommandSession, selection: Selection, { item }: StoreCommand, messages: readonly StoredMessage[], change: FlagChange, maySet: FlagTest | undefined,
): Promise<FlagResult> {
  const stays: FlagTest = (flag) => isLabelKeyword(flag) !== (item === 'X-GM-LABELS') || maySet?.(flag) === false;
  if (item === 'FLAGS' && maySet === undefined && !selection.mailbox.keywords.some(isLabelKeyword)) return setFlags(session, selection, messages, change);
  const results: FlagResult[] = [];
  for (const message of messages) {
    results.push(await setFlags(session, selection, [message], { ...change, flags: [...change.flags, ...message.flags.filter(stays)] }));
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
