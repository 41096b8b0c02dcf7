/** Generated values of extensions, for the inverse law: commands, data, codes, items, keys and parameters. */
import type { SeededRandom } from '../../../testing/src/seeded-random.ts';
import type { AppendMessage } from '../../src/commands/append.ts';
import type { Command } from '../../src/command.ts';
import type { NotifyEvent, NotifyFilter, NotifyGroup } from '../../src/extensions/notify.ts';
import type { FetchRequest } from '../../src/fetch/fetch-request.ts';
import { emptyFetchData, makeParameters, makeStatusItems } from '../../src/make-values.ts';
import type { Data, ResponseCode } from '../../src/response.ts';
import type { SearchKey } from '../../src/search/search-key.ts';
import { type SequenceSet, STAR } from '../../src/sequence-set.ts';
import { anyText, maybe } from '../fetch/generate.ts';

const ATOM_CHARACTERS = 'ABCXYZ019-./;=_';
const MAX_UID = 0xffff_ffff;

export function several<T>(random: SeededRandom, least: number, make: () => T): T[] {
  return Array.from({ length: random.integer(least, least + 3) }, make);
}

export function anyAtom(random: SeededRandom): string {
  return random.text(ATOM_CHARACTERS, random.integer(1, 8));
}

/** A name of a mailbox: what no name can hold left out. */
export function anyMailbox(random: SeededRandom): string {
  return random.chance(0.2) ? 'INBOX' : anyText(random).replace(/[\r\n]/g, '');
}

export function anySet(random: SeededRandom): SequenceSet {
  return several(random, 1, () => {
    const first = random.integer(1, MAX_UID);
    return random.chance(0.5) ? [first, first] : [first, random.chance(0.2) ? STAR : random.integer(first, MAX_UID)];
  });
}

export function anyModseq(random: SeededRandom): bigint {
  return (BigInt(random.integer(0, 0x7fff_ffff)) << 32n) + BigInt(random.integer(0, MAX_UID));
}

export function anyOctets(random: SeededRandom): Uint8Array {
  return random.octets(random.chance(0.05) ? 2000 : random.integer(0, 20));
}

function anyEntry(random: SeededRandom): string {
  return `/${random.pick(['private', 'shared'])}/${random.text('abX "\\=({', random.integer(1, 12))}`;
}

function anyQuoted(random: SeededRandom): string {
  return anyText(random).slice(0, 200).replace(/[^ -~]/g, '');
}

const LITERAL_TEXT = 'From: a@example.com\r\n\r\n';
function anyMessageLiteral(random: SeededRandom): NonNullable<AppendMessage['message']> {
  const binary = random.chance(0.5);
  return { type: 'literal', octets: binary ? anyOctets(random) : new TextEncoder().encode(LITERAL_TEXT), binary };
}

export function anyAppendMessage(random: SeededRandom): AppendMessage {
  const flags = several(random, 0, () => random.pick(['\\Seen', '\\Draft', '$MDNSent', 'x']));
  const internalDate = maybe(random, () => ({ ms: random.integer(0, 2 ** 31) * 1000, offsetMinutes: random.integer(-720, 720) }));
  const form = random.integer(0, 2);
  if (form === 0) return { flags, internalDate, message: anyMessageLiteral(random), parameters: makeParameters('APPEND') };
  const parameters = form === 1
    ? makeParameters('APPEND', {
      catenate: several(random, 1, () => (random.chance(0.5) ? { type: 'url', url: `/${anyText(random)}` } as const : { type: 'text', text: anyMessageLiteral(random) } as const)),
    })
    : makeParameters('APPEND', { utf8: { type: 'literal', octets: anyOctets(random), binary: true } });
  return { flags, internalDate, message: undefined, parameters };
}

function anyIdFields(random: SeededRandom): ReadonlyMap<string, string | undefined> | undefined {
  return maybe(random, () => new Map(several(random, 0, () => [random.text('abc-x', random.integer(1, 9)), maybe(random, () => [...anyText(random)].slice(0, 250).join(''))] as const)));
}

function anyRights(random: SeededRandom): string[] {
  return several(random, 0, () => random.pick([...'lrswipkxtean09']));
}

function anyRequests(random: SeededRandom): FetchRequest[] {
  return several(random, 1, () => random.pick<FetchRequest>([
    { name: 'UID' }, { name: 'FLAGS' }, { name: 'MODSEQ' }, { name: 'EMAILID' }, { name: 'THREADID' }, { name: 'SAVEDATE' }, { name: 'X-GM-LABELS' },
    { name: 'X-GM-MSGID' }, { name: 'X-GM-THRID' }, { name: 'PREVIEW', lazy: random.chance(0.5) }, { name: 'BINARY.SIZE', part: [random.integer(1, 9)] },
    { name: random.pick(['BINARY', 'BINARY.PEEK']), part: several(random, 0, () => random.integer(1, 99)), partial: maybe(random, () => ({ origin: random.integer(0, 1e9), octetCount: random.integer(1, 1e9) })) },
  ]));
}

function anyNotifyGroup(random: SeededRandom): NotifyGroup {
  const filter: NotifyFilter = random.chance(0.5)
    ? { type: random.pick(['SELECTED', 'SELECTED-DELAYED', 'INBOXES', 'PERSONAL', 'SUBSCRIBED']) }
    : { type: random.pick(['SUBTREE', 'MAILBOXES']), mailboxes: several(random, 1, () => anyMailbox(random)) };
  return {
    filter,
    events: several(random, 0, () => (random.chance(0.3)
      ? { type: 'MessageNew', fetch: random.chance(0.5) ? [] : anyRequests(random) }
      : { type: random.pick(['MessageExpunge', 'FlagChange', 'AnnotationChange', 'MailboxName', 'SubscriptionChange', 'MailboxMetadataChange', 'ServerMetadataChange']) }) satisfies NotifyEvent),
  };
}

export const anyCommand: readonly ((random: SeededRandom) => Command)[] = [
  (random) => ({ name: 'GETQUOTA', root: anyText(random) }),
  (random) => ({ name: 'GETQUOTAROOT', mailbox: anyMailbox(random) }),
  (random) => ({ name: 'SETQUOTA', root: anyText(random), limits: several(random, 0, () => ({ name: anyAtom(random), limit: random.integer(0, 2 ** 52) })) }),
  (random) => ({ name: 'SETACL', mailbox: anyMailbox(random), identifier: anyText(random), change: random.pick(['replace', 'add', 'remove']), rights: anyRights(random) }),
  (random) => ({ name: 'DELETEACL', mailbox: anyMailbox(random), identifier: anyText(random) }),
  (random) => ({ name: 'LISTRIGHTS', mailbox: anyMailbox(random), identifier: anyText(random) }),
  (random) => ({ name: 'MYRIGHTS', mailbox: anyMailbox(random) }),
  (random) => ({
    name: 'GETMETADATA', mailbox: anyMailbox(random), entries: several(random, 1, () => anyEntry(random)),
    maxSizeOctets: maybe(random, () => random.integer(0, 1e9)), depth: random.pick([undefined, 0, 1, 'infinity']),
  }),
  (random) => ({ name: 'SETMETADATA', mailbox: anyMailbox(random), values: several(random, 1, () => ({ entry: anyEntry(random), value: maybe(random, () => anyOctets(random)) })) }),
  (random) => ({ name: 'ID', fields: anyIdFields(random) }),
  (random) => ({ name: 'ENABLE', capabilities: several(random, 1, () => anyAtom(random)) }),
  (random) => ({ name: 'COMPRESS', algorithm: anyAtom(random) }),
  (random) => ({ name: 'MOVE', uid: random.chance(0.5), set: random.chance(0.2) ? '$' : anySet(random), mailbox: anyMailbox(random) }),
  (random) => ({ name: 'NOTIFY', groups: several(random, 1, () => anyNotifyGroup(random)), status: random.chance(0.5) }),
  (random) => ({ name: 'UIDBATCHES', batchSize: random.integer(1, MAX_UID), batches: maybe(random, () => [random.integer(1, 99), random.integer(99, 999)] as const) }),
  (random) => ({ name: 'LANGUAGE', ranges: several(random, 0, () => anyText(random)) }),
  (random) => ({ name: 'COMPARATOR', comparators: several(random, 0, () => anyText(random)) }),
  (random) => ({ name: 'GENURLAUTH', urls: several(random, 1, () => ({ url: anyText(random), mechanism: anyAtom(random) })) }),
  (random) => ({ name: 'RESETKEY', mailbox: anyMailbox(random), mechanisms: several(random, 0, () => anyAtom(random)) }),
  (random) => ({ name: 'URLFETCH', urls: several(random, 1, () => anyText(random)) }),
  (random) => ({ name: 'REPLACE', uid: random.chance(0.5), target: random.integer(1, STAR), mailbox: anyMailbox(random), message: anyAppendMessage(random) }),
  (random) => ({ name: 'APPEND', mailbox: anyMailbox(random), messages: several(random, 1, () => anyAppendMessage(random)) }),
  (random) => ({
    name: 'SELECT',
    mailbox: anyMailbox(random),
    parameters: makeParameters('SELECT', {
      condstore: random.pick([undefined, true]),
      qresync: maybe(random, () => ({
        uidValidity: random.integer(1, MAX_UID), modseq: anyModseq(random), knownUids: maybe(random, () => anySet(random)),
        matchData: maybe(random, () => ({ numbers: anySet(random), uids: anySet(random) })),
      })),
    }),
  }),
  (random) => ({ name: 'CREATE', mailbox: anyMailbox(random), parameters: makeParameters('CREATE', { use: maybe(random, () => several(random, 0, () => random.pick(['\\Sent', '\\Drafts']))) }) }),
  (random) => ({
    name: 'FETCH', uid: random.chance(0.5), set: anySet(random), items: anyRequests(random),
    parameters: makeParameters('FETCH', { changedSince: maybe(random, () => anyModseq(random)), vanished: random.pick([undefined, true]) }),
  }),
  (random) => ({
    name: 'STORE', uid: random.chance(0.5), set: anySet(random), item: 'FLAGS', action: 'add', silent: random.chance(0.5), values: ['\\Seen'],
    parameters: makeParameters('STORE', { unchangedSince: maybe(random, () => anyModseq(random)) }),
  }),
  (random) => ({
    name: 'LIST',
    reference: '',
    patterns: ['*'],
    selectionOptions: makeParameters('LIST-SELECT', { subscribed: random.pick([undefined, true]), specialUse: random.pick([undefined, true]), recursiveMatch: random.pick([undefined, true]), remote: random.pick([undefined, true]) }),
    returnOptions: makeParameters('LIST-RETURN', {
      children: random.pick([undefined, true]), subscribed: random.pick([undefined, true]), specialUse: random.pick([undefined, true]), myRights: random.pick([undefined, true]),
      status: random.pick([undefined, ['MESSAGES', 'SIZE']]), metadata: maybe(random, () => several(random, 1, () => anyEntry(random))),
    }),
  }),
  (random) => ({ name: 'SEARCH', uid: random.chance(0.5), returnOptions: undefined, charset: undefined, search: { key: 'AND', keys: [anySearchKey(random), anySearchKey(random)] } }),
];

function anySearchKey(random: SeededRandom): SearchKey {
  const date = { year: random.integer(1970, 2100), month: random.integer(1, 12), day: random.integer(1, 28) };
  return random.pick<SearchKey>([
    { key: 'MODSEQ', modseq: anyModseq(random), entry: maybe(random, () => ({ name: anyQuoted(random), type: random.pick(['priv', 'shared', 'all']) })) },
    { key: random.pick(['UIDAFTER', 'UIDBEFORE']), uid: random.integer(1, MAX_UID) } as SearchKey,
    { key: 'EMAILID', id: 'M6d99ac3275bb4e' }, { key: 'THREADID', id: 'T_-1' },
    { key: random.pick(['SAVEDBEFORE', 'SAVEDON', 'SAVEDSINCE']), date } as SearchKey, { key: 'SAVEDATESUPPORTED' },
    { key: random.pick(['X-GM-MSGID', 'X-GM-THRID']), id: anyModseq(random) } as SearchKey, { key: 'X-GM-LABELS', label: anyQuoted(random) }, { key: 'X-GM-RAW', text: anyQuoted(random) },
  ]);
}

export const anyData: readonly ((random: SeededRandom) => Data)[] = [
  (random) => ({ name: 'QUOTA', root: anyText(random), resources: several(random, 0, () => ({ name: anyAtom(random), usage: random.integer(0, 2 ** 52), limit: random.integer(0, 2 ** 52) })) }),
  (random) => ({ name: 'QUOTAROOT', mailbox: anyMailbox(random), roots: several(random, 0, () => anyText(random)) }),
  (random) => ({ name: 'ACL', mailbox: anyMailbox(random), entries: several(random, 0, () => ({ identifier: anyText(random), rights: anyRights(random) })) }),
  (random) => ({ name: 'LISTRIGHTS', mailbox: anyMailbox(random), identifier: anyText(random), required: anyRights(random), optional: several(random, 0, () => anyRights(random)) }),
  (random) => ({ name: 'MYRIGHTS', mailbox: anyMailbox(random), rights: anyRights(random) }),
  (random) => ({ name: 'METADATA', mailbox: anyMailbox(random), values: several(random, 1, () => ({ entry: anyEntry(random), value: maybe(random, () => anyOctets(random)) })), changed: [] }),
  (random) => ({ name: 'METADATA', mailbox: anyMailbox(random), values: [], changed: several(random, 1, () => anyEntry(random)) }),
  (random) => ({ name: 'ID', fields: anyIdFields(random) }),
  (random) => ({ name: 'ENABLED', capabilities: several(random, 0, () => anyAtom(random)) }),
  (random) => {
    const namespaces = () => several(random, 0, () => ({
      prefix: anyText(random).replace(/[\r\n]/g, ''), delimiter: random.pick([undefined, '/', '.', '\\', '"']),
      extensions: new Map(several(random, 0, () => [anyText(random), several(random, 1, () => anyText(random))] as const)),
    }));
    return { name: 'NAMESPACE', personal: namespaces(), others: namespaces(), shared: namespaces() };
  },
  (random) => ({ name: 'VANISHED', earlier: random.chance(0.5), uids: anySet(random) }),
  (random) => ({ name: 'UIDBATCHES', tag: anyAtom(random), batches: several(random, 0, () => [random.integer(1, 99), random.integer(99, MAX_UID)] as const) }),
  (random) => ({ name: 'LANGUAGE', tags: several(random, 1, () => anyText(random)) }),
  (random) => ({ name: 'COMPARATOR', active: anyText(random), matching: several(random, 0, () => anyText(random)) }),
  (random) => ({ name: 'JMAPACCESS', url: anyQuoted(random) }),
  (random) => ({ name: 'GENURLAUTH', urls: several(random, 1, () => anyText(random)) }),
  (random) => ({ name: 'URLFETCH', results: several(random, 1, () => ({ url: anyText(random), octets: maybe(random, () => new TextEncoder().encode(anyText(random))) })) }),
  (random) => ({ name: 'FETCH', sequenceNumber: random.integer(1, MAX_UID), data: anyFetchFields(random) }),
  (random) => ({ name: 'UIDFETCH', uid: random.integer(1, MAX_UID), data: anyFetchFields(random) }),
  (random) => ({
    name: 'STATUS',
    mailbox: anyMailbox(random),
    items: makeStatusItems({
      deleted: maybe(random, () => random.integer(0, 1e6)), deletedStorage: maybe(random, () => random.integer(0, 2 ** 52)), highestModseq: maybe(random, () => anyModseq(random)),
      size: maybe(random, () => random.integer(0, 2 ** 52)), appendLimit: random.pick([undefined, null, 12345]), mailboxId: maybe(random, () => random.text('abcXYZ_-09', 20)),
    }),
  }),
];

function anyFetchFields(random: SeededRandom): ReturnType<typeof emptyFetchData> {
  return {
    ...emptyFetchData(),
    modseq: maybe(random, () => anyModseq(random)),
    emailId: maybe(random, () => random.text('abcXYZ_-09', 20)),
    threadId: random.pick([undefined, null, 'T64b478a75b7ea9']),
    saveDate: random.pick([undefined, null, { ms: random.integer(0, 2 ** 31) * 1000, offsetMinutes: random.integer(-720, 720) }]),
    preview: random.pick([undefined, null, anyText(random)]),
    gmailMessageId: maybe(random, () => anyModseq(random)),
    gmailThreadId: maybe(random, () => anyModseq(random)),
    gmailLabels: maybe(random, () => several(random, 0, () => random.pick(['\\Inbox', '\\Sent', anyMailbox(random)]))),
    binary: maybe(random, () => several(random, 1, () => ({
      part: several(random, 0, () => random.integer(1, 9)), origin: maybe(random, () => random.integer(0, 1e9)), octets: maybe(random, () => anyOctets(random)),
    }))),
    binarySizes: maybe(random, () => several(random, 1, () => ({ part: several(random, 0, () => random.integer(1, 9)), octetCount: random.integer(0, 1e9) }))),
  };
}

export const anyCode: readonly ((random: SeededRandom) => ResponseCode)[] = [
  (random) => ({ name: 'APPENDUID', uidValidity: random.integer(1, MAX_UID), uids: anySet(random) }),
  (random) => ({ name: 'COPYUID', uidValidity: random.integer(1, MAX_UID), source: anySet(random), destination: anySet(random) }),
  (random) => ({ name: 'HIGHESTMODSEQ', modseq: anyModseq(random) }),
  (random) => ({ name: 'MODIFIED', set: anySet(random) }),
  (random) => ({ name: 'MAILBOXID', mailboxId: random.text('abcXYZ_-09', 20) }),
  (random) => ({ name: 'METADATA', about: random.pick(['LONGENTRIES', 'MAXSIZE']), octetCount: random.integer(0, 1e9) }),
  (random) => ({ name: 'METADATA', about: random.pick(['TOOMANY', 'NOPRIVATE']), octetCount: undefined }),
  (random) => ({ name: 'BADEVENT', events: several(random, 0, () => anyAtom(random)) }),
  (random) => ({ name: 'BADURL', url: `/${random.text('abc;/?=%[{"', 20)}` }),
  (random) => ({ name: 'INPROGRESS', tag: maybe(random, () => anyQuoted(random)), progress: maybe(random, () => random.integer(0, 1e9)), goal: maybe(random, () => random.integer(1, 1e9)) }),
  (random) => ({ name: 'MESSAGELIMIT', limit: random.integer(1, MAX_UID), lowestUid: maybe(random, () => random.integer(1, MAX_UID)) }),
  (random) => ({ name: 'URLMECH', mechanisms: several(random, 1, () => anyAtom(random)) }),
  (random) => ({
    name: random.pick([
      'UIDNOTSTICKY', 'NOMODSEQ', 'CLOSED', 'COMPRESSIONACTIVE', 'USEATTR', 'NOTIFICATIONOVERFLOW', 'UNKNOWN-CTE', 'TOOBIG', 'UIDREQUIRED', 'TOOFEW', 'TOOMANY', 'BADCOMPARATOR',
    ]),
  }),
];
