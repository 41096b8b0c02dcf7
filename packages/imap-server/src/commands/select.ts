/**
 * SELECT and EXAMINE, with CONDSTORE and QRESYNC.
 *
 * @rfc 9051 6.3.2
 * @rfc 7162 3.2.5
 */
import {
  type ExamineCommand, intersectionOfSets, normalizeSet, type QresyncState, resolveSet, type SelectCommand, type SequenceSet, setMatcher,
} from '@mailwright/imap';
import type { CommandSession } from '../server/command-session.ts';
import { flagFilter } from '../server/rights.ts';
import type { Selection } from '../server/selection.ts';
import { fetchDataOf } from './fetch-data.ts';
import { bad, ok, type Outcome } from './outcome.ts';

/** Rights of which one is enough to open a mailbox to write. @rfc 4314 5.2 */
const WRITING = 'iestw';
const SYSTEM_FLAGS = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'];

export async function select(session: CommandSession, { name, mailbox: wanted, parameters }: SelectCommand | ExamineCommand): Promise<Outcome> {
  session.unselect(); // also where it fails
  if (parameters.qresync !== undefined && !session.machine.session.enabled.has('QRESYNC')) return bad('ENABLE QRESYNC first');
  const mailbox = await session.account.open(wanted);
  const rights = await session.requireRights(wanted, 'r');
  await mailbox.refresh();
  const readOnly = name === 'EXAMINE' || ![...WRITING].some((right) => rights.includes(right));
  const selection = session.select(mailbox, readOnly);
  sayMailbox(session, selection, rights);
  if (parameters.qresync !== undefined) resynchronize(session, selection, parameters.qresync);
  return ok(`${name} completed`, { name: readOnly ? 'READ-ONLY' : 'READ-WRITE' });
}

/** What every opening tells, and the view that goes with it. */
function sayMailbox(session: CommandSession, selection: Selection, rights: string): void {
  const { machine, core } = session;
  const { mailbox, readOnly, view } = selection;
  const { uidValidity, uidNext, highestModseq } = mailbox.status();
  const { capabilities } = core.machineOptions;
  const isRev2 = machine.session.rev2;
  sayAllFlags(session, selection, rights);
  machine.respond({ name: 'EXISTS', count: view.exists });
  if (!isRev2) machine.respond({ name: 'RECENT', count: view.recent });
  const unseen = isRev2 ? -1 : mailbox.messages().findIndex(({ flags }) => !flags.includes('\\Seen'));
  if (unseen !== -1) machine.respondStatus('OK', { name: 'UNSEEN', sequenceNumber: unseen + 1 }, 'First unseen');
  machine.respondStatus('OK', { name: 'UIDVALIDITY', uidValidity }, 'UIDs valid');
  machine.respondStatus('OK', { name: 'UIDNEXT', uidNext }, 'Predicted next UID');
  if (capabilities.offers('CONDSTORE')) machine.respondStatus('OK', { name: 'HIGHESTMODSEQ', modseq: highestModseq }, 'Highest');
  if (capabilities.offers('OBJECTID')) machine.respondStatus('OK', { name: 'MAILBOXID', mailboxId: mailbox.mailboxId }, 'Ok');
  if (isRev2) sayListed(session, mailbox.name);
  machine.select({ name: mailbox.name, readOnly, view });
}

/** IMAP4rev2 tells the name of the mailbox as LIST would. @rfc 9051 6.3.2 */
function sayListed({ machine }: CommandSession, mailbox: string): void {
  machine.respond({ name: 'LIST', attributes: [], delimiter: '/', mailbox, childInfo: undefined, oldName: undefined, others: [] });
}

/** The flags that there are, and those of them that the user may change for good. @rfc 4314 5.1.1 */
export function sayAllFlags(session: CommandSession, { mailbox, readOnly }: Selection, rights: string): void {
  session.sayFlags(mailbox);
  const flags = readOnly ? [] : [...SYSTEM_FLAGS, ...mailbox.keywords, '\\*'].filter(flagFilter(rights) ?? (() => true));
  session.machine.respondStatus('OK', { name: 'PERMANENTFLAGS', flags }, flags.length === 0 ? 'No flags can be changed' : 'Flags that last');
}

const MOST_UID = 0xffff_ffff;
const ALL_UIDS: SequenceSet = [[1, MOST_UID]];

/** Tells what vanished and what changed since the client was here. @rfc 7162 3.2.5.1 */
function resynchronize({ machine }: CommandSession, selection: Selection, { uidValidity, modseq, knownUids, matchData }: QresyncState): void {
  const { mailbox } = selection;
  if (uidValidity !== mailbox.uidValidity) return; // what the client knows is of another time
  const { uids, exact } = mailbox.vanishedSince(modseq);
  const known = knownUids === undefined ? undefined : normalizeSet(resolveSet(knownUids, mailbox.status().uidNext - 1));
  const from = exact || matchData === undefined ? 1 : firstUnmatched(selection, matchData);
  const told = intersectionOfSets(intersectionOfSets(uids, known ?? ALL_UIDS), [[from, MOST_UID]]);
  if (told.length > 0) machine.respond({ name: 'VANISHED', earlier: true, uids: told });
  const isKnown = known === undefined ? undefined : setMatcher(known);
  for (const message of mailbox.messages()) {
    if (message.modseq <= modseq || isKnown?.(message.uid, MOST_UID) === false) continue;
    machine.respondFetch(message.uid, fetchDataOf({ uid: message.uid, flags: selection.flagsOf(message), modseq: message.modseq }));
  }
}

/**
 * The client says which UIDs some numbers had. Up to the last pair that is still so, nothing vanished that it knew: all UIDs up to there that the server
 * has no message for are left out. @rfc 7162 3.2.5.2
 */
function firstUnmatched({ view }: Selection, { numbers, uids }: { readonly numbers: SequenceSet; readonly uids: SequenceSet }): number {
  let matched = 0;
  const named = numbersIn(uids);
  for (const number of numbersIn(numbers)) {
    const uid = named.next().value;
    if (uid === undefined || view.uidOf(number) !== uid) break;
    matched = uid;
  }
  return matched + 1;
}

function* numbersIn(set: SequenceSet): Generator<number, undefined, undefined> {
  for (const [first, last] of set) for (let number = first; number <= last; number++) yield number;
  return undefined;
}
