/**
 * SORT and THREAD.
 *
 * @rfc 5256 3
 */
import { type SortCommand, type SortCriterion, sortMessages, type ThreadAlgorithm, type ThreadCommand, threadMessages, viewMessage } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import { findMessages, prepareSearch, readHeaders, type SearchScope, selectedScope } from './find-messages.ts';
import type { LazyMessage } from './lazy-message.ts';
import { ok, type Outcome } from './outcome.ts';
import { sayResult } from './search.ts';

/** Criteria that need no header. */
const CHEAP: ReadonlySet<string> = new Set(['ARRIVAL', 'SIZE']);

export async function sort(session: CommandSession, command: SortCommand, tag: string): Promise<Outcome> {
  const selection = session.selected;
  const { uid, returnOptions, criteria } = command;
  try {
    const ready = await prepareSearch(session, command.search, command.charset);
    const isKept = session.contexts.begin(returnOptions, { command: 'SORT', tag, uid, ready, criteria });
    const scope = selectedScope(session, selection);
    const found = await sortFound(session, scope, await findMessages(session, scope, ready, tag), criteria, tag);
    session.contexts.settle(tag, found.map((each) => each.uid));
    sayResult(session, { command: 'SORT', tag, uid, returnOptions }, found, ready);
    return isKept ? ok('SORT completed') : ok('SORT completed; it will not be kept up to date', { name: 'NOUPDATE', tag });
  } catch (error) {
    if (returnOptions?.save === true) selection.view.saveResult([]);
    session.contexts.cancel([tag]);
    throw error;
  }
}

/** In the order of the criteria. */
export async function sortFound(session: CommandSession, scope: SearchScope, found: readonly LazyMessage[], criteria: readonly SortCriterion[], tag: string): Promise<LazyMessage[]> {
  if (!criteria.every(({ key }) => CHEAP.has(key))) await readHeaders(session, scope, found, tag);
  const byUid = new Map(found.map((message) => [message.uid, message]));
  return sortMessages(found.map((message) => viewMessage(message, message.uid)), criteria).map(({ number }) => byUid.get(number)!);
}

export async function thread(session: CommandSession, command: ThreadCommand, tag: string): Promise<Outcome> {
  const selection = session.selected;
  const ready = await prepareSearch(session, command.search, command.charset);
  const scope = selectedScope(session, selection);
  const found = await findMessages(session, scope, ready, tag);
  await readHeaders(session, scope, found, tag);
  const there = found.filter(({ uid }) => selection.view.sequenceNumberOf(uid) !== undefined);
  const views = there.map((message) => viewMessage(message, command.uid ? message.uid : selection.view.sequenceNumberOf(message.uid)!));
  session.machine.respond({ name: 'THREAD', threads: threadMessages(views, command.algorithm as ThreadAlgorithm) });
  return ok('THREAD completed');
}

