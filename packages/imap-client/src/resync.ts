/**
 * What happened in a mailbox while nobody watched: by QRESYNC in one command, by CONDSTORE and a comparison of UIDs, or by the comparison alone.
 *
 * The UIDs of all messages are asked for with one SEARCH, and believed when they are as many as the mailbox has messages in the moment of
 * the answer, so that numbers and UIDs belong together from there on.
 *
 * @rfc 7162 3.1.4.1
 * @rfc 7162 3.2.6
 */
import { type Data, makeParameters, numbersOfSet, type Response, type SearchReturnOptions, type SequenceSet, STAR } from '@mailwright/imap';
import { type CommandOptions, outcomeError } from './command-run.ts';
import { FoundUids } from './found-uids.ts';
import { type KnownUids, missingFrom } from './known-uids.ts';
import type { MailboxAccess } from './mailbox-access.ts';
import type { Session } from './session.ts';
import type { SyncState } from './sync-token.ts';
import type { PendingUpdate } from './watch-update.ts';

const TRIES = 5;
const MOST_UIDS = 16_777_216;

/**
 * Finds out what happened since `before`, and brings `known` to the present. Changes that come meanwhile have to be applied to `known` by
 * who listens. Rejects with an `ImapError`.
 */
export async function resync(access: MailboxAccess, session: Session, before: SyncState | undefined, known: KnownUids, update: PendingUpdate, options: CommandOptions): Promise<void> {
  const { model } = access;
  const comparable = before !== undefined && before.uidValidity === model.uidValidity && !model.uidNotSticky;
  if (!comparable) {
    await learnUids(session, known, options);
    update.sync = before === undefined ? 'start' : 'uids';
    update.reset = before !== undefined;
    if (update.reset) for (const uid of known.all) update.add(uid);
    return;
  }
  if (before.modseq !== undefined && model.modseqs && session.enabled.has('QRESYNC')) {
    known.reset([...numbersOfSet(before.uids, MOST_UIDS)], model.exists);
    known.last = Math.max(known.last, before.uidNext - 1);
    await fetchChanges(access, before, known, update, true, options);
    update.sync = 'qresync';
    if (known.all.length + known.untold === model.exists && known.untold === 0) return;
    return await compare(session, [...known.all], known, update, options); // the server told less than all of it
  }
  await compare(session, [...numbersOfSet(before.uids, MOST_UIDS)], known, update, options);
  update.sync = 'uids';
  if (before.modseq === undefined || !model.modseqs || !session.has('CONDSTORE')) {
    update.unknown = ['changed'];
    return;
  }
  await fetchChanges(access, before, known, update, false, options);
  update.sync = 'condstore';
}

async function compare(session: Session, before: readonly number[], known: KnownUids, update: PendingUpdate, options: CommandOptions): Promise<void> {
  await learnUids(session, known, options);
  const now = new Set(known.all);
  for (const uid of missingFrom(before, now)) update.remove(uid);
  for (const uid of missingFrom(known.all, new Set(before))) update.add(uid);
}

/** Messages that changed or came since, and with QRESYNC those that are gone. */
async function fetchChanges(access: MailboxAccess, before: SyncState, known: KnownUids, update: PendingUpdate, vanished: boolean, options: CommandOptions): Promise<void> {
  const parameters = makeParameters('FETCH', { changedSince: before.modseq!, ...(vanished ? { vanished: true as const } : {}) });
  const session = await access.ready(options.signal);
  const floor = known.last;
  const listener = (change: { readonly type: string; readonly uids?: SequenceSet; readonly earlier?: boolean }): void => {
    if (change.type === 'vanished' && change.earlier === true) for (const uid of known.remove(change.uids!)) update.remove(uid);
  };
  session.mailboxListeners.add(listener);
  // In the moment in which they come: a message may be told and be gone within one answer.
  const onData = (answer: Data): void => {
    if (answer.name !== 'FETCH' && answer.name !== 'UIDFETCH') return;
    const uid = answer.name === 'UIDFETCH' ? answer.uid : answer.data.uid;
    if (uid === undefined) return;
    if (known.add(uid, floor)) update.add(uid);
    else if (known.has(uid)) update.change({ uid, flags: answer.data.flags, modseq: answer.data.modseq });
  };
  await access.run({ name: 'FETCH', uid: true, set: [[1, STAR]], items: [{ name: 'UID' }, { name: 'FLAGS' }], parameters }, { ...options, onData })
    .finally(() => session.mailboxListeners.delete(listener));
}

/** All UIDs, when they are as many as there are messages. */
async function learnUids(session: Session, known: KnownUids, options: CommandOptions): Promise<void> {
  known.reset([], 0); // numbers of an earlier connection mean nothing: what happens before the answer is in the answer
  for (let tries = 1; ; tries++) if (await searchAll(session, known, tries === TRIES, options)) return;
}

/** What is found is taken over in the very moment of the answer, before anything else is read. */
function searchAll(session: Session, known: KnownUids, anyway: boolean, options: CommandOptions): Promise<boolean> {
  if (session.mailbox?.exists === 0) {
    known.reset([], 0);
    return Promise.resolve(true);
  }
  const returnOptions: SearchReturnOptions | undefined = session.has('ESEARCH') ? makeParameters('SEARCH-RETURN', { all: true }) : undefined;
  return new Promise((resolve, reject) => {
    if (!session.open) return reject(session.endError('command', 'SEARCH'));
    const found = new FoundUids(session.mailbox?.exists ?? 0);
    const onAbort = (): void => reject(session.endError('command', 'SEARCH'));
    options.signal?.addEventListener('abort', onAbort, { once: true });
    session.start({ name: 'SEARCH', uid: true, returnOptions, charset: undefined, search: { key: 'ALL' } }, {
      response: (response: Response) => {
        if (response.type === 'data') found.take(response.data);
      },
      settled: (outcome) => {
        options.signal?.removeEventListener('abort', onAbort);
        const error = outcomeError(session, outcome, 'command', 'SEARCH');
        if (error !== undefined) return reject(error);
        const exists = session.mailbox?.exists ?? 0;
        const uids = found.ascending();
        const agrees = uids.length === exists;
        if (agrees || anyway) known.reset(uids, exists);
        resolve(agrees || anyway);
      },
    });
  });
}
