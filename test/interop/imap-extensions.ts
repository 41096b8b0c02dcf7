/**
 * Every extension that Dovecot and Cyrus announce is used once by our client, inside a compressed session. A capability that is announced and not in the table
 * fails the scenario, so that nothing is passed over in silence.
 */
import assert from 'node:assert/strict';
import { makeParameters } from '@mailwright/imap';
import { command, connectOurImap, IMAP_PEERS, saidBy } from './imap-peer.ts';
import { openRawImap } from './raw-imap.ts';
import type { Data } from '@mailwright/imap';
import type { ImapClient, Mailbox } from '@mailwright/imap-client';
import type { OurImapClient } from './imap-peer.ts';
import type { Scenario } from './scenario.ts';

interface Setting {
  readonly client: ImapClient;
  readonly box: Mailbox;
  readonly ours: OurImapClient;
  readonly hostname: string;
}
type Exercise = (setting: Setting) => unknown;

const MESSAGES = 6;

const message = (index: number): Uint8Array => Buffer.from([
  `Message-ID: <${index}@mailwright.example>`, ...(index > 3 ? [`In-Reply-To: <${index - 3}@mailwright.example>`] : []), `Date: Tue, 0${index} Jul 2025 10:52:37 +0200`, `From: "Sender ${9 - index}" <sender@mailwright.example>`,
  'To: bob@mailwright.example', `Subject: ${index > 3 ? 'Re: ' : ''}number ${index % 3}`, 'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: base64', '',
  Buffer.from(`The text of message ${index}\r\n`).toString('base64'), '',
].join('\r\n'));

/** Runs a command; gives its data of one name. */
async function ask<N extends Data['name']>({ client }: Setting, line: string, name: N): Promise<Extract<Data, { readonly name: N }>> {
  const { data } = await client.run(command(line));
  const found = data.find((each): each is Extract<Data, { readonly name: N }> => each.name === name);
  assert.ok(found !== undefined, `${line}: no ${name}`);
  return found;
}

const sorted: Exercise = async ({ box }) => {
  const { uids, how } = await box.sort([{ key: 'SUBJECT', reverse: false }, { key: 'DATE', reverse: true }]);
  assert.deepEqual([how, uids], ['server', [6, 3, 4, 1, 5, 2]]);
};
const referenced: Exercise = async ({ box }) => {
  const { threads, how } = await box.thread('REFERENCES');
  assert.deepEqual([how, threads.length], ['server', 3]);
};
/** Cyrus 3.6 gives NIL for a body in base64. */
const previewed: Exercise = async ({ box }) => assert.match((await box.fetchOne(1, { preview: true }))?.data.preview ?? 'none', /^(?:The text of message 1.*|none)$/s);
const quotas: Exercise = async ({ client }) => assert.ok((await client.quota.of('INBOX')).length > 0);
const rights: Exercise = async ({ client }) => {
  await client.acl.set('INBOX', 'bob', 'lr');
  assert.deepEqual((await client.acl.get('INBOX')).find(({ identifier }) => identifier === 'bob')?.rights.toSorted(), ['l', 'r']);
  assert.ok((await client.acl.mine('INBOX')).includes('a'));
  await client.acl.delete('INBOX', 'bob');
};
const urlAuth: Exercise = async (setting) => {
  const url = `imap://alice@${setting.hostname}/INBOX/;UID=1;URLAUTH=user+alice`;
  const { urls } = await ask(setting, `GENURLAUTH "${url}" INTERNAL`, 'GENURLAUTH');
  const { results } = await ask(setting, `URLFETCH "${urls[0]!}"`, 'URLFETCH');
  assert.ok(results[0]?.octets instanceof Uint8Array && Buffer.compare(results[0].octets, message(1)) === 0, 'URLFETCH');
};
const noted: Exercise = async ({ client }) => {
  await client.metadata.set('INBOX', { '/private/comment': 'a note \u00fc' });
  assert.equal(Buffer.from((await client.metadata.get('INBOX', '/private/comment')).get('/private/comment') ?? []).toString(), 'a note \u00fc');
};
const listed: Exercise = async ({ client }) => {
  const boxes = await client.list({ status: ['MESSAGES', 'SIZE'] });
  const inbox = boxes.find(({ name }) => name === 'INBOX');
  assert.equal(inbox?.status?.messages, MESSAGES);
  assert.ok((inbox?.status?.size ?? 0) > 1000);
  assert.deepEqual(['\\Drafts', '\\Sent', '\\Trash'].filter((use) => !boxes.some(({ specialUse, specialUseSource }) => specialUse === use && specialUseSource === 'server')), []);
};
const copied: Exercise = async ({ client, box }) => {
  await client.append('Sent', [{ message: message(1) }, { message: message(2) }]);
  assert.deepEqual([...(await box.copy([1, 2], 'Sent')).uids.keys()], [1, 2]);
};
const concatenated: Exercise = async ({ client, box }) => {
  const text = { type: 'literal', octets: Buffer.from('Subject: put together\r\n\r\n'), binary: false } as const;
  const url = `/INBOX;UIDVALIDITY=${box.uidValidity}/;UID=1/;SECTION=1`;
  const parameters = makeParameters('APPEND', { catenate: [{ type: 'text', text }, { type: 'url', url }] });
  await client.run({ name: 'APPEND', mailbox: 'Trash', messages: [{ flags: [], internalDate: undefined, message: undefined, parameters }] });
  assert.equal((await client.status('Trash', ['MESSAGES'])).messages, 1);
};
const fuzzy: Exercise = async (setting) => void (await setting.client.run(command('UID SEARCH FUZZY SUBJECT number')));
/** Nothing that could be asked for: it says something of what is done anyway. */
const nothing: Exercise = () => undefined;

const EXERCISES: Readonly<Record<string, Exercise>> = {
  IMAP4rev1: ({ client }) => client.noop(),
  'SASL-IR': ({ ours }) => assert.ok(saidBy(ours).some((line) => /^AUTHENTICATE \S+ \S/.test(line))),
  'LITERAL+': copied, UIDPLUS: copied, MULTIAPPEND: copied,
  ID: async ({ client }) => assert.ok((await client.id({ name: 'mailwright' })).size > 0),
  ENABLE: ({ client }) => assert.ok(client.enabled.has('QRESYNC')),
  QRESYNC: ({ client }) => assert.ok(client.enabled.has('QRESYNC')),
  CONDSTORE: async ({ box }) => assert.ok(((await box.fetchOne(1, { modseq: true }))?.modseq ?? 0n) > 0n),
  IDLE: async ({ box }) => {
    const updates = box.watch({ live: 'idle' });
    assert.equal(((await updates.next()).value as { live: string }).live, 'idle');
    await updates.return();
  },
  SORT: sorted, ESORT: async (setting) => assert.equal((await ask(setting, 'UID SORT RETURN (COUNT) (DATE) UTF-8 ALL', 'ESEARCH')).count, MESSAGES),
  'SORT=DISPLAY': async ({ box }) => assert.deepEqual(await box.sort([{ key: 'DISPLAYFROM', reverse: false }]), { uids: [6, 5, 4, 3, 2, 1], exact: true, how: 'server' }),
  'THREAD=REFERENCES': referenced,
  'THREAD=ORDEREDSUBJECT': async ({ box }) => assert.equal((await box.thread('ORDEREDSUBJECT')).how, 'server'),
  'THREAD=REFS': (setting) => ask(setting, 'UID THREAD REFS UTF-8 ALL', 'THREAD'),
  CATENATE: concatenated, 'URL-PARTIAL': nothing,
  UNSELECT: ({ ours }) => assert.ok(saidBy(ours).includes('UNSELECT')),
  CHILDREN: async ({ client }) => assert.equal((await client.list({ pattern: 'Sent' }))[0]?.hasChildren ?? false, false),
  NAMESPACE: async ({ client }) => assert.equal((await client.namespace()).personal[0]?.delimiter, '/'),
  'LIST-EXTENDED': async ({ client }) => {
    await client.subscribe('Sent');
    assert.deepEqual((await client.list({ subscribed: true })).map(({ name }) => name).filter((name) => name === 'Sent'), ['Sent']);
  },
  'LIST-STATUS': listed, 'SPECIAL-USE': listed, 'STATUS=SIZE': listed,
  'LIST-METADATA': async ({ client }) => {
    await client.metadata.set('Sent', { '/private/comment': 'sent' });
    await client.run(command('LIST "" ("Sent") RETURN (METADATA ("/private/comment"))'));
  },
  'LIST-MYRIGHTS': (setting) => ask(setting, 'LIST "" ("INBOX") RETURN (MYRIGHTS)', 'MYRIGHTS'),
  'I18NLEVEL=1': async ({ box }) => assert.equal((await box.search({ key: 'SUBJECT', value: 'NUMBER' })).uids.length, MESSAGES),
  ESEARCH: async (setting) => {
    const { min, max, count } = await ask(setting, 'UID SEARCH RETURN (MIN MAX COUNT) ALL', 'ESEARCH');
    assert.deepEqual([min, max, count], [1, MESSAGES, MESSAGES]);
  },
  SEARCHRES: async (setting) => {
    await setting.client.run(command('UID SEARCH RETURN (SAVE) SUBJECT "number 1"'));
    const { data } = await setting.client.run(command('UID FETCH $ (UID)'));
    assert.deepEqual(data.flatMap((each) => (each.name === 'FETCH' ? [each.data.uid] : [])), [1, 4]);
  },
  WITHIN: async ({ client }) => void (await client.run(command('UID SEARCH YOUNGER 86400 NOT OLDER 864000'))),
  'CONTEXT=SEARCH': async (setting) => assert.deepEqual((await ask(setting, 'UID SEARCH RETURN (PARTIAL 2:3) ALL', 'ESEARCH')).partial?.set, [[2, 3]]),
  BINARY: async ({ box }) => assert.equal(await (await box.fetchOne(3, { binary: ['1'] }))?.binary('1').text(), 'The text of message 3\r\n'),
  MOVE: async ({ client, box }) => {
    const { uids } = await client.append('INBOX', { message: message(1) });
    assert.deepEqual([...(await box.move(uids!, 'Trash')).uids.keys()], uids);
  },
  'SNIPPET=FUZZY': nothing, 'PREVIEW=FUZZY': nothing, PREVIEW: previewed,
  SAVEDATE: async ({ box }) => assert.ok((await box.fetchOne(1, { saveDate: true }))?.data.saveDate !== undefined),
  OBJECTID: async ({ box }) => {
    const one = await box.fetchOne(1, { emailId: true, threadId: true });
    assert.ok(box.mailboxId !== undefined && one?.data.emailId !== undefined);
  },
  NOTIFY: async (setting) => {
    await ask(setting, 'NOTIFY SET STATUS (PERSONAL (MessageNew MessageExpunge))', 'STATUS');
    await setting.client.run(command('NOTIFY NONE'));
  },
  URLAUTH: urlAuth, METADATA: noted, QUOTA: quotas, ACL: rights, 'RIGHTS=': rights,
  'COMPRESS=DEFLATE': ({ ours }) => assert.ok(saidBy(ours).includes('COMPRESS DEFLATE')),
  'CREATE-SPECIAL-USE': async ({ client }) => {
    await client.create('Spam', { specialUse: '\\Junk' });
    assert.equal((await client.list()).find(({ name }) => name === 'Spam')?.specialUse, '\\Junk');
  },
  'SEARCH=FUZZY': fuzzy,
  'APPENDLIMIT=': ({ client }) => assert.ok(client.has('APPENDLIMIT')),
};

/** Announced, and not what this project speaks: of other protocols or of that server alone. */
const NOT_OURS: ReadonlySet<string> = new Set([
  'LOGIN-REFERRALS', 'MAILBOX-REFERRALS', 'URLAUTH=BINARY', 'ANNOTATE-EXPERIMENT-1', 'DIGEST=SHA1', 'NO_ATOMIC_RENAME', 'SCAN', 'SORT=MODSEQ', 'SORT=UID', 'XLIST', 'XMOVE', 'XCONVERSATIONS',
  'LOGINDISABLED', 'STARTTLS',
]);

const exerciseOf = (name: string): Exercise | undefined => EXERCISES[name] ?? EXERCISES[`${name.split('=', 1)[0]!}=`];

export const scenarios: readonly Scenario[] = IMAP_PEERS.map((kind): Scenario => ({
  name: `our IMAP client -> ${kind.name}: every extension it announces is used once, with COMPRESS`,
  needs: kind.needs,
  timeoutMs: 60_000,
  run: async (context) => {
    const peer = await kind.start(context);
    const raw = await openRawImap(context, peer.imapPort, 'alice', peer.password);
    for (let index = 1; index <= MESSAGES; index++) await raw.append('INBOX', message(index));
    const ours = await connectOurImap(context, peer, { compress: true });
    const { client } = ours;
    await (await client.open('Sent')).close();
    const box = await client.open('INBOX');
    const setting: Setting = { client, box, ours, hostname: peer.hostname };
    const wrong: string[] = [];
    for (const name of client.capabilities.names) {
      if (NOT_OURS.has(name) || /^(?:AUTH=|X-)/.test(name)) continue;
      const exercise = exerciseOf(name);
      if (exercise === undefined) wrong.push(`${name}: not in the table`);
      else await Promise.resolve().then(() => exercise(setting)).catch((error: unknown) => void wrong.push(`${name}: ${error instanceof Error ? error.message : String(error)}`));
    }
    assert.deepEqual(wrong, []);
    await client.logout();
  },
}));
