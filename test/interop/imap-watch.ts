/** Our IMAP client watches a mailbox of Dovecot and of Cyrus while another session changes it, and catches up with what happened while nobody watched. */
import assert from 'node:assert/strict';
import { DOVECOT_PASSWORD, startDovecot } from './dovecot.ts';
import { connectOurImap, DOVECOT, IMAP_PEERS } from './imap-peer.ts';
import { openRawImap } from './raw-imap.ts';
import type { Mailbox } from '@mailwright/imap-client';
import type { ImapPeer, ImapPeerKind } from './imap-peer.ts';
import type { RawImap } from './raw-imap.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

type MailboxUpdate = ReturnType<Mailbox['watch']> extends AsyncGenerator<infer Update> ? Update : never;
type Live = MailboxUpdate['live'];
type Sync = 'qresync' | 'condstore' | 'uids';

/** What has to be hidden from our client so that it catches up by other means. */
const HIDDEN: Readonly<Record<Sync, readonly string[]>> = { qresync: [], condstore: ['QRESYNC'], uids: ['QRESYNC', 'CONDSTORE'] };
const POLL_MS = 200;

const WAYS: readonly { readonly live: Live; readonly sync: Sync; readonly only?: ImapPeerKind }[] = [
  { live: 'idle', sync: 'qresync' }, { live: 'idle', sync: 'condstore' }, { live: 'idle', sync: 'uids' }, { live: 'poll', sync: 'qresync' }, { live: 'poll', sync: 'uids' },
  { live: 'notify', sync: 'qresync', only: DOVECOT }, { live: 'notify', sync: 'condstore', only: DOVECOT },
];

interface Seen {
  readonly added: number[];
  readonly removed: number[];
  readonly changed: Map<number, string>;
}

/** Puts updates together until there is what was waited for. */
async function watchUntil(updates: AsyncGenerator<MailboxUpdate, void, undefined>, seen: Seen, isDone: () => boolean): Promise<string> {
  let token = '';
  while (!isDone()) {
    const { value, done } = await updates.next();
    if (done === true || value === undefined) throw new Error(`the watch ended with ${JSON.stringify({ ...seen, changed: [...seen.changed] })}`);
    token = value.token;
    seen.added.push(...value.added);
    seen.removed.push(...value.removed);
    for (const { uid, flags } of value.changed) seen.changed.set(uid, flags?.filter((flag) => flag !== '\\Recent').join(' ') ?? '');
  }
  return token;
}

const ascending = (uids: readonly number[]): number[] => uids.toSorted((one, other) => one - other);
const nothing = (): Seen => ({ added: [], removed: [], changed: new Map() });
const message = (index: number): Uint8Array => Buffer.from(`Message-ID: <${index}@mailwright.example>\r\nSubject: number ${index}\r\n\r\nText\r\n`);

/** A session that has ten messages in the INBOX selected. */
async function openWriter(context: ScenarioContext, peer: ImapPeer): Promise<RawImap> {
  const raw = await openRawImap(context, peer.imapPort, 'alice', peer.password);
  for (let index = 1; index <= 10; index++) await raw.append('INBOX', message(index));
  await raw.ask('SELECT INBOX');
  return raw;
}

async function expunge(raw: RawImap, uids: string): Promise<void> {
  await raw.ask(`UID STORE ${uids} +FLAGS.SILENT (\\Deleted)`);
  await raw.ask(`UID EXPUNGE ${uids}`);
}

async function watchAndResume(context: ScenarioContext, peer: ImapPeer, live: Live, sync: Sync): Promise<void> {
  const raw = await openWriter(context, peer);
  const { client } = await connectOurImap(context, peer, { disabled: HIDDEN[sync] });
  const box = await client.open('INBOX');
  const updates = box.watch({ live, pollMs: POLL_MS });
  const first = (await updates.next()).value as MailboxUpdate;
  assert.deepEqual([first.sync, first.live, first.added, first.removed, first.reset], ['start', live, [], [], false]);
  const seen = nothing();
  const seeing = watchUntil(updates, seen, () => seen.added.length === 2 && seen.removed.length === 2 && seen.changed.get(3) === '\\Flagged');
  await raw.append('INBOX', message(11));
  await raw.ask('UID STORE 3 +FLAGS (\\Flagged)');
  await expunge(raw, '5');
  await raw.append('INBOX', message(12));
  await expunge(raw, '1');
  if (live === 'notify') await client.noop(); // Dovecot 2.3 keeps news of the selected mailbox until the next command
  const token = await seeing;
  assert.deepEqual([ascending(seen.added), ascending(seen.removed)], [[11, 12], [1, 5]]);
  assert.equal((await box.fetchOne(12, { envelope: true }))?.envelope?.subject, 'number 12'); // any command, and the watch goes on
  await raw.append('INBOX', message(13));
  const more = nothing();
  if (live === 'notify') await client.noop();
  await watchUntil(updates, more, () => more.added.length === 1);
  await updates.return();
  await client.logout();

  await raw.append('INBOX', message(14));
  await expunge(raw, '7:8');
  await raw.ask('UID STORE 2,12 +FLAGS (\\Answered)');
  const again = await connectOurImap(context, peer, { disabled: HIDDEN[sync] });
  const reopened = await again.client.open('INBOX');
  const caught = reopened.watch({ live, pollMs: POLL_MS, token });
  const update = (await caught.next()).value as MailboxUpdate;
  await caught.return();
  assert.deepEqual([update.sync, update.added, update.removed, update.reset], [sync, [13, 14], [7, 8], false]);
  const changed = update.changed.map(({ uid }) => uid);
  if (sync === 'uids') assert.deepEqual(changed, []);
  else assert.deepEqual(changed.filter((uid) => uid !== 3 && uid !== 11), [2, 12]); // what had changed before the token may be told once more
  assert.deepEqual(update.unknown, sync === 'uids' ? ['changed'] : []);
}

export const scenarios: readonly Scenario[] = [
  ...IMAP_PEERS.flatMap((kind) => WAYS.filter(({ only = kind }) => only === kind).map(({ live, sync }): Scenario => ({
    name: `our IMAP client -> ${kind.name}: watch by ${live.toUpperCase()} tells what another session does; later it goes on by ${sync === 'uids' ? 'UIDs alone' : sync.toUpperCase()}`,
    needs: kind.needs,
    run: async (context) => await watchAndResume(context, await kind.start(context), live, sync),
  }))),
  {
    name: 'our IMAP client -> Dovecot: a watch whose connection Dovecot ends goes on over another one, and tells what happened in between',
    needs: DOVECOT.needs,
    run: async (context) => {
      const dovecot = await startDovecot(context);
      const peer = { ...dovecot, password: DOVECOT_PASSWORD, mechanisms: undefined };
      await openWriter(context, peer);
      const { client } = await connectOurImap(context, peer, { reconnect: { firstDelayMs: 100 } });
      const box = await client.open('INBOX');
      const updates = box.watch();
      await updates.next();
      await dovecot.doveadm('kick', 'alice');
      const raw = await openRawImap(context, peer.imapPort, 'alice', peer.password);
      await raw.ask('SELECT INBOX');
      await raw.append('INBOX', message(11));
      await expunge(raw, '2:3');
      await raw.ask('UID STORE 4 +FLAGS (\\Seen)');
      const seen = nothing();
      await watchUntil(updates, seen, () => seen.added.length === 1 && seen.removed.length === 2 && seen.changed.get(4) === '\\Seen');
      await raw.append('INBOX', message(12));
      await watchUntil(updates, seen, () => seen.added.length === 2);
      assert.deepEqual([ascending(seen.added), ascending(seen.removed)], [[11, 12], [2, 3]]);
      assert.equal((await box.fetchOne(12, { envelope: true }))?.envelope?.subject, 'number 12');
    },
  },
  ...IMAP_PEERS.map((kind): Scenario => ({
    name: `our IMAP client -> ${kind.name}: a mailbox that was made anew meanwhile is told as a reset`,
    needs: kind.needs,
    run: async (context) => {
      const peer = await kind.start(context);
      const raw = await openRawImap(context, peer.imapPort, 'alice', peer.password);
      await raw.ask('CREATE Other');
      for (let index = 1; index <= 3; index++) await raw.append('Other', message(index));
      const { client } = await connectOurImap(context, peer);
      const box = await client.open('Other');
      const updates = box.watch();
      const { token } = (await updates.next()).value as MailboxUpdate;
      await updates.return();
      await box.close();
      await raw.ask('DELETE Other');
      await new Promise((resolve) => setTimeout(resolve, 1100)); // UIDVALIDITY is a time in seconds
      await raw.ask('CREATE Other');
      await raw.append('Other', message(1));
      const reopened = await client.open('Other');
      const again = reopened.watch({ token });
      const update = (await again.next()).value as MailboxUpdate;
      await again.return();
      assert.deepEqual([update.reset, update.added], [true, [1]]);
    },
  })),
];
