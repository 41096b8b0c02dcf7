/**
 * ESEARCH: one search in many mailboxes.
 *
 * @rfc 7377 2
 */
import { answerSearch, type EsearchCommand } from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import { findMessages, mailboxScope, modseqOf, prepareSearch, selectedScope } from './find-messages.ts';
import { namesMailbox } from './mailbox-filters.ts';
import { bad, no, ok, type Outcome } from './outcome.ts';

export async function esearch(session: CommandSession, command: EsearchCommand, tag: string): Promise<Outcome> {
  const { sources, returnOptions, charset } = command;
  const selected = session.selection?.mailbox.name;
  if (returnOptions?.save === true && (sources === undefined || sources.some(({ type }) => type !== 'SELECTED'))) return no('Only a result in the selected mailbox can be saved', { name: 'NOTSAVED' });
  if ((sources === undefined || sources.some(({ type }) => type === 'SELECTED')) && selected === undefined) return bad('No mailbox is selected');
  const ready = await prepareSearch(session, command.search, charset);
  const subscriptions = new Set(await session.account.subscriptions());
  for (const { name } of await session.account.list()) {
    const isNamed = (sources ?? [{ type: 'SELECTED' as const }]).some((source) => namesMailbox(source, name, subscriptions, selected));
    if (!isNamed || !(await session.rightsOn(name)).includes('r')) continue;
    const mailbox = await session.account.open(name);
    const scope = name === selected ? selectedScope(session, session.selected) : mailboxScope(session, mailbox);
    const found = await findMessages(session, scope, ready, tag);
    if (found.length === 0) continue;
    const numbers = found.map(({ uid }) => uid);
    const modseq = modseqOf(found, ready, returnOptions);
    const data = answerSearch({ command: 'SEARCH', tag, uid: true, numbers, returnOptions, rev2: true, modseq, relevancy: returnOptions?.relevancy === true ? numbers.map(() => 100) : undefined });
    if (returnOptions?.save === true) session.selected.view.saveResult(numbers);
    if (data?.name === 'ESEARCH') session.machine.respond({ ...data, mailbox: name, uidValidity: mailbox.uidValidity });
    await session.room();
  }
  return ok('ESEARCH completed');
}
