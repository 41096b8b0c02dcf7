/**
 * SEARCH and CANCELUPDATE.
 *
 * Read next: `find-messages.ts`, `contexts.ts`.
 *
 * @rfc 9051 6.4.4
 * @rfc 5182 2.1
 * @rfc 5267 4.3
 */
import { answerSearch, type CancelUpdateCommand, savedNumbers, type SearchCommand, type SearchReturnOptions } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import { findMessages, modseqOf, prepareSearch, type ReadySearch, selectedScope } from './find-messages.ts';
import type { LazyMessage } from './lazy-message.ts';
import { ok, type Outcome } from './outcome.ts';

export async function search(session: CommandSession, command: SearchCommand, tag: string): Promise<Outcome> {
  const selection = session.selected;
  const { uid, returnOptions } = command;
  try {
    const ready = await prepareSearch(session, command.search, command.charset);
    const isKept = session.contexts.begin(returnOptions, { command: 'SEARCH', tag, uid, ready, criteria: undefined });
    const found = await findMessages(session, selectedScope(session, selection), ready, tag);
    session.contexts.settle(tag, found.map((each) => each.uid));
    sayResult(session, { command: 'SEARCH', tag, uid, returnOptions }, found, ready);
    return isKept ? ok('SEARCH completed') : ok('SEARCH completed; it will not be kept up to date', { name: 'NOUPDATE', tag });
  } catch (error) {
    if (returnOptions?.save === true) selection.view.saveResult([]); // RFC 5182 section 2.1
    session.contexts.cancel([tag]);
    throw error;
  }
}

export function cancelUpdate(session: CommandSession, { tags }: CancelUpdateCommand): Outcome {
  session.contexts.cancel(tags);
  return ok('CANCELUPDATE completed');
}

/** How a result was asked for. */
export interface Asked {
  readonly command: 'SEARCH' | 'SORT';
  readonly tag: string;
  readonly uid: boolean;
  readonly returnOptions: SearchReturnOptions | undefined;
}

/** Tells a result, and keeps it for `$`. */
export function sayResult({ machine, selected: { view } }: CommandSession, { command, tag, uid, returnOptions }: Asked, found: readonly LazyMessage[], ready: ReadySearch): void {
  const numbers = found.map((message) => (uid ? message.uid : view.sequenceNumberOf(message.uid)!)).filter((number) => number !== undefined);
  const isRanked = returnOptions?.relevancy === true;
  const data = answerSearch({
    command, tag, uid, numbers, returnOptions, rev2: machine.session.rev2,
    modseq: modseqOf(found, ready, returnOptions),
    relevancy: isRanked ? numbers.map(() => 100) : undefined, // what fits here fits wholly
  });
  if (returnOptions?.save === true) {
    const saved = savedNumbers(numbers, returnOptions);
    view.saveResult(uid ? saved : saved.map((number) => view.uidOf(number)!));
  }
  if (data !== undefined) machine.respond(data);
}
