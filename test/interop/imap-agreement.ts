/**
 * The same messages in Dovecot, in Cyrus and in our server: what SEARCH, SORT and THREAD find, what ENVELOPE and BODYSTRUCTURE tell, and what our client
 * works out by itself when it is told that a server has no SORT and no THREAD.
 */
import assert from 'node:assert/strict';
import { ImapClient } from '@mailwright/imap-client';
import { decodeEncodedWords } from '@mailwright/mime';
import { SeededRandom } from '@mailwright/testing';
import { command, connectOurImap, DOVECOT, IMAP_PEERS } from './imap-peer.ts';
import { startOurImap } from './our-imap-server.ts';
import { PASSWORD, USERNAME } from './our-server.ts';
import { openRawImap } from './raw-imap.ts';
import { SAMPLES } from './messages.ts';
import type { SortCriterion, Thread } from '@mailwright/imap';
import type { Mailbox } from '@mailwright/imap-client';
import type { ImapPeerKind } from './imap-peer.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const COUNT = 80;
const NAMES = ['Alice Adams', 'bob', '"Zo\u00eb, Dr."', 'J\u00fcrgen', 'Eve', ''] as const;
const SUBJECTS = ['Plan', 'Re: Plan', 'Fwd: Plan (fwd)', '[list] Budget', 'Re: [list] Budget', 'agenda', 'Re: Agenda', 'Gr\u00fc\u00dfe', 'Re: Gr\u00fc\u00dfe', ''] as const;
const WORDS = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'omega'] as const;
const ZONES = ['+0000', '+0200', '-0800', '+0530'] as const;

const encoded = (text: string): string => (/^[\x20-\x7e]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`);
const two = (number: number): string => String(number).padStart(2, '0');

/** Plain texts, answers, alternatives and messages with attachments, by chance. */
function makeMessages(): Uint8Array[] {
  const random = new SeededRandom(5256);
  return Array.from({ length: COUNT }, (_, index) => {
    const name = random.pick(NAMES);
    const parent = index > 0 && random.integer(0, 2) > 0 ? random.integer(0, index - 1) : undefined;
    const text = Array.from({ length: random.integer(3, 30) }, () => random.pick(WORDS)).join(' ');
    const header = [
      `From: ${name === '' ? '' : `${encoded(name)} `}<${random.pick(['a', 'b', 'c'])}${index}@sender.example>`, `To: ${random.pick(['x', 'y'])}@mailwright.example, Team <team@mailwright.example>`,
      ...(index % 5 === 0 ? ['Cc: copy@mailwright.example'] : []), `Subject: ${encoded(random.pick(SUBJECTS))}`, `Message-ID: <${index}@mailwright.example>`,
      ...(index % 11 === 3 ? [] : [`Date: ${two(random.integer(1, 28))} Jul 2025 ${two(random.integer(0, 23))}:${two(random.integer(0, 59))}:00 ${random.pick(ZONES)}`]),
      ...(parent === undefined ? [] : [`In-Reply-To: <${parent}@mailwright.example>`, `References: <${parent}@mailwright.example>`]), 'MIME-Version: 1.0',
    ];
    const body = index % 7 === 2
      ? ['Content-Type: multipart/mixed; boundary="=b"', '', '--=b', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: quoted-printable', '', `${text} caf=C3=A9`, '--=b',
        'Content-Type: application/octet-stream; name="a.bin"', 'Content-Disposition: attachment; filename="a.bin"', 'Content-Transfer-Encoding: base64', '', 'AAECAwQF', '--=b--', '']
      : ['Content-Type: text/plain; charset=us-ascii', '', text, ''];
    return Buffer.from([...header, ...body].join('\r\n'));
  });
}

const MESSAGES = [...makeMessages(), ...SAMPLES.map(({ octets }) => octets)];
const ARRIVED = (index: number): string => `"${two((index % 28) + 1)}-Jul-2025 10:00:00 +0000"`;

const SEARCHES: readonly string[] = [
  'ALL', 'SEEN', 'UNSEEN NOT FLAGGED', 'SUBJECT plan', 'SUBJECT "budget"', 'NOT SUBJECT agenda', 'FROM alice', 'FROM sender.example', 'TO "team@mailwright.example"', 'CC copy', 'BCC nobody', 'BODY alpha', 'TEXT omega',
  'BODY "alpha beta"', 'TEXT "message-id"', 'HEADER References ""', 'HEADER In-Reply-To "<3@"', 'HEADER Message-ID "<1"', 'LARGER 500', 'SMALLER 500', 'SINCE 10-Jul-2025', 'BEFORE 10-Jul-2025', 'ON 5-Jul-2025',
  'SENTSINCE 15-Jul-2025', 'SENTBEFORE 15-Jul-2025', 'SENTON 7-Jul-2025', 'OR SUBJECT plan FROM bob', 'OR (SEEN SUBJECT agenda) (NOT SEEN LARGER 600)', 'UID 10:20', '5:9,70:*', 'NOT (UID 1:60)', 'FLAGGED', 'KEYWORD $Label', 'UNKEYWORD $Label',
  'CHARSET UTF-8 SUBJECT "gr\u00fc\u00dfe"', 'CHARSET UTF-8 BODY "caf\u00e9"', 'CHARSET UTF-8 FROM "J\u00fcrgen"', 'ANSWERED', 'DELETED', 'DRAFT', 'UNDELETED', 'NOT TEXT beta NOT BODY gamma',
];
const key = (name: SortCriterion['key'], reverse = false): SortCriterion => ({ key: name, reverse });
const SORTS: readonly (readonly SortCriterion[])[] = [
  [key('ARRIVAL')], [key('DATE')], [key('DATE', true)], [key('SIZE')], [key('SIZE', true), key('ARRIVAL')], [key('SUBJECT')], [key('SUBJECT'), key('DATE', true)], [key('FROM')], [key('TO'), key('SIZE')], [key('CC'), key('DATE')],
];

/** Messages that a search is not held against, and why. */
const DIFFERENCES: readonly { readonly who: readonly ImapPeerKind['name'][]; readonly searches: RegExp; readonly isLeftOut: (index: number) => boolean; readonly why: string }[] = [
  { who: ['Dovecot', 'Cyrus'], searches: /SENT/, isLeftOut: (index) => index < COUNT && index % 11 === 3, why: 'no Date field: Dovecot takes 1970, Cyrus the INTERNALDATE; RFC 9051 6.4.4 asks for the field' },
  { who: ['Cyrus'], searches: /BODY|TEXT/, isLeftOut: (index) => index < COUNT && index % 7 === 2, why: 'Cyrus 3.6 without an index does not look into quoted-printable parts of a multipart' },
];

const flagsOf = (index: number): string[] => [...(index % 3 === 0 ? ['\\Seen'] : []), ...(index % 4 === 1 ? ['\\Flagged'] : []), ...(index % 9 === 4 ? ['$Label'] : [])];

/** The messages in a server that is not ours, and our client there. */
async function openThere(context: ScenarioContext, kind: ImapPeerKind, disabled: readonly string[]): Promise<{ readonly client: ImapClient; readonly box: Mailbox }> {
  const peer = await kind.start(context);
  const raw = await openRawImap(context, peer.imapPort, 'alice', peer.password);
  for (const [index, octets] of MESSAGES.entries()) await raw.append('INBOX', octets, `(${flagsOf(index).join(' ')}) ${ARRIVED(index)} `);
  const { client } = await connectOurImap(context, peer, { disabled });
  return { client, box: await client.open('INBOX') };
}

/** The same in ours. */
async function openHere(context: ScenarioContext): Promise<{ readonly client: ImapClient; readonly box: Mailbox }> {
  const internalDate = (index: number): { ms: number; offsetMinutes: number } => ({ ms: Date.UTC(2025, 6, (index % 28) + 1, 10), offsetMinutes: 0 });
  const ours = await startOurImap(context, { INBOX: MESSAGES.map((raw, index) => ({ raw, flags: flagsOf(index), internalDate: internalDate(index) })) });
  const client = await ImapClient.connect({ host: ours.host, port: ours.port, ca: ours.ca, auth: { username: USERNAME, password: PASSWORD }, signal: context.signal });
  context.defer(() => client.close());
  return { client, box: await client.open('INBOX') };
}

async function search(client: ImapClient, line: string): Promise<number[]> {
  const { data } = await client.run(command(`UID SEARCH ${line}`));
  return data.flatMap((each) => (each.name === 'SEARCH' ? [...each.numbers] : []));
}

/** Roots stand in any order where their dates are the same. */
const comparable = (threads: readonly Thread[]): string[] => threads.map((thread) => JSON.stringify(thread)).sort();

/** What differs, in words. */
async function compare(wrong: string[], what: string, one: unknown, other: unknown): Promise<void> {
  try {
    assert.deepEqual(one, other);
  } catch {
    wrong.push(`${what}: ${JSON.stringify(one)} <> ${JSON.stringify(other)}`.slice(0, 600));
  }
}

export const scenarios: readonly Scenario[] = [
  ...IMAP_PEERS.map((kind): Scenario => ({
    name: `${kind.name} = our server: ${SEARCHES.length} searches over ${MESSAGES.length} messages find the same`,
    needs: kind.needs,
    timeoutMs: 60_000,
    run: async (context) => {
      const there = await openThere(context, kind, []);
      const here = await openHere(context);
      const wrong: string[] = [];
      for (const line of SEARCHES) {
        const differences = DIFFERENCES.filter(({ who, searches }) => who.includes(kind.name) && searches.test(line));
        const kept = (uids: readonly number[]): number[] => uids.filter((uid) => !differences.some(({ isLeftOut }) => isLeftOut(uid - 1)));
        await compare(wrong, line, kept(await search(there.client, line)), kept(await search(here.client, line)));
      }
      assert.deepEqual(wrong, []);
    },
  })),
  {
    name: `Dovecot = our server = our client alone: SORT by ${SORTS.length} orders, THREAD by REFERENCES and ORDEREDSUBJECT`,
    needs: DOVECOT.needs,
    timeoutMs: 60_000,
    run: async (context) => {
      const there = await openThere(context, DOVECOT, []);
      const here = await openHere(context);
      const { client: alone } = here;
      assert.ok(alone.has('SORT'));
      const hidden = ['SORT', 'SORT=DISPLAY', 'ESORT', 'THREAD=REFERENCES', 'THREAD=ORDEREDSUBJECT', 'THREAD=REFS', 'CONTEXT=SORT'];
      const peer = there.client.peer;
      const local = await ImapClient.connect({ host: '127.0.0.1', port: 'port' in peer ? peer.port! : 0, auth: { username: 'alice', password: PASSWORD }, tls: { mode: 'none' }, allowClearTextAuth: true, disabled: hidden });
      context.defer(() => local.close());
      const localBox = await local.open('INBOX');
      const wrong: string[] = [];
      const decodeText = decodeEncodedWords;
      for (const criteria of SORTS) {
        const name = criteria.map((each) => `${each.reverse ? 'REVERSE ' : ''}${each.key}`).join(' ');
        const [dovecot, ours, ownWork] = [await there.box.sort(criteria), await here.box.sort(criteria), await localBox.sort(criteria, { key: 'ALL' }, { decodeText })];
        assert.deepEqual([dovecot.how, ours.how, ownWork.how], ['server', 'server', 'local']);
        await compare(wrong, `SORT ${name}, our server`, ours.uids, dovecot.uids);
        await compare(wrong, `SORT ${name}, our client`, ownWork.uids, dovecot.uids);
      }
      for (const algorithm of ['REFERENCES', 'ORDEREDSUBJECT'] as const) {
        const [dovecot, ours, ownWork] = [await there.box.thread(algorithm), await here.box.thread(algorithm), await localBox.thread(algorithm, { key: 'ALL' }, { decodeText })];
        await compare(wrong, `THREAD ${algorithm}, our server`, comparable(ours.threads), comparable(dovecot.threads));
        await compare(wrong, `THREAD ${algorithm}, our client`, comparable(ownWork.threads), comparable(dovecot.threads));
      }
      assert.deepEqual(wrong, []);
    },
  },
  ...IMAP_PEERS.map((kind): Scenario => ({
    name: `${kind.name} = our server: ENVELOPE, RFC822.SIZE, INTERNALDATE and BODYSTRUCTURE of ${MESSAGES.length} messages`,
    needs: kind.needs,
    timeoutMs: 60_000,
    run: async (context) => {
      const there = await openThere(context, kind, []);
      const here = await openHere(context);
      const want = { envelope: true, size: true, internalDate: true, bodyStructure: true };
      const [theirs, ours] = [await there.box.fetch('all', want).all(), await here.box.fetch('all', want).all()];
      const wrong: string[] = [];
      for (const [index, message] of theirs.entries()) {
        await compare(wrong, `${message.uid} ENVELOPE`, message.envelope, ours[index]?.envelope);
        await compare(wrong, `${message.uid} size and date`, [message.size, message.internalDate?.ms], [ours[index]?.size, ours[index]?.internalDate?.ms]);
        await compare(wrong, `${message.uid} BODYSTRUCTURE`, message.bodyStructure, ours[index]?.bodyStructure);
      }
      assert.deepEqual(wrong, []);
    },
  })),
];
