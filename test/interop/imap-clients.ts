/** Other people's IMAP clients into our server: Python's imaplib, isync's mbsync, mutt, imapflow, node-imap, and Dovecot as a client of ours. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DOVECOT_PASSWORD, startDovecot } from './dovecot.ts';
import { makeFolder, writeMessage, writeText } from './files.ts';
import { ATTACHMENT, DOTS, LARGE, PLAIN, SAMPLES } from './messages.ts';
import { startOurImap } from './our-imap-server.ts';
import { PASSWORD, USERNAME } from './our-server.ts';
import { PYTHON } from './programs.ts';
import { openRawImap } from './raw-imap.ts';
import type { OurImapServer } from './our-imap-server.ts';
import type { Sample } from './messages.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const IMAPLIB: string = fileURLToPath(new URL('python/imap-client.py', import.meta.url));

function assertSame(got: readonly Uint8Array[], expected: readonly Sample[], who: string): void {
  assert.equal(got.length, expected.length, who);
  for (const [index, { name, octets }] of expected.entries()) assert.ok(Buffer.compare(got[index]!, octets) === 0, `${who}: ${name} has ${got[index]!.length} octets that are not the ${octets.length} that were sent`);
}

interface ImaplibResult {
  readonly uids: readonly string[];
  readonly messages: readonly string[];
  readonly found: string;
  readonly sorted: string;
  readonly threads: string;
  readonly flags: readonly (readonly string[])[];
  readonly copied: string;
  readonly remaining: readonly string[];
  readonly namespace: string;
  readonly structure: string;
  readonly listed: readonly string[];
}

async function runImaplib(context: ScenarioContext, { host, port, tlsPort, caFile }: OurImapServer, how: string, tls: 'starttls' | 'implicit', utf8: boolean): Promise<ImaplibResult> {
  const files = SAMPLES.map(({ name, octets }) => writeMessage(context, name, octets));
  const job = { host, port: tls === 'implicit' ? tlsPort : port, ca: caFile, username: USERNAME, password: PASSWORD, how, tls, files, utf8 };
  const { status, stdout, stderr } = await context.run(PYTHON, [IMAPLIB], { input: JSON.stringify(job) });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as ImaplibResult;
}

/** mbsync's configuration: every mailbox of ours, both ways, into Maildirs below `folder`. */
function configureMbsync(context: ScenarioContext, { host, port, tlsPort, caFile }: OurImapServer, folder: string, ssl: 'STARTTLS' | 'IMAPS', more: string): string {
  return writeText(context, 'mbsyncrc', `
IMAPAccount ours
Host ${host}
Port ${ssl === 'IMAPS' ? tlsPort : port}
User ${USERNAME}
PassCmd "cat ${writeText(context, 'password', PASSWORD)}"
SSLType ${ssl}
SystemCertificates no
CertificateFile ${caFile}
${more}

IMAPStore remote
Account ours

MaildirStore local
Path ${folder}/
Inbox ${folder}/INBOX
SubFolders Verbatim

Channel all
Far :remote:
Near :local:
Patterns *
Create Both
Remove Both
Expunge Both
CopyArrivalDate yes
SyncState *
`);
}

/** The messages of a Maildir, oldest first; mbsync writes LF and puts a field of its own into headers. */
function readMaildir(folder: string): Buffer[] {
  const files = ['cur', 'new'].flatMap((name) => readdirSync(join(folder, name)).map((file) => join(folder, name, file)));
  const read = (file: string): Buffer => Buffer.from(readFileSync(file, 'latin1').replace(/^X-TUID: .*\n/m, '').replaceAll('\n', '\r\n'), 'latin1');
  return files.map(read).sort((one, other) => Buffer.compare(one, other));
}

/** As much of imapflow as is used here. */
interface ImapFlow {
  connect(): Promise<void>;
  logout(): Promise<void>;
  mailboxOpen(path: string): Promise<{ readonly exists: number }>;
  mailboxCreate(path: string): Promise<unknown>;
  append(path: string, octets: Buffer, flags?: readonly string[], date?: Date): Promise<{ readonly uid?: number }>;
  list(): Promise<readonly { readonly path: string; readonly specialUse?: string }[]>;
  fetch(range: string, query: object, options?: object): AsyncIterable<FlowMessage>;
  search(query: object, options?: object): Promise<readonly number[]>;
  messageFlagsAdd(range: string, flags: readonly string[], options?: object): Promise<boolean>;
  messageMove(range: string, path: string, options?: object): Promise<unknown>;
  messageDelete(range: string, options?: object): Promise<boolean>;
  status(path: string, query: object): Promise<{ readonly messages?: number; readonly unseen?: number }>;
  download(range: string, part?: string, options?: object): Promise<{ readonly content: AsyncIterable<Buffer> }>;
  on(event: 'exists' | 'flags' | 'expunge' | 'error', listener: (event: { readonly count?: number }) => void): void;
  idle(): Promise<boolean>;
}
interface FlowMessage {
  readonly uid: number;
  readonly flags: Set<string>;
  readonly source: Buffer;
  readonly envelope: { readonly subject: string; readonly from: readonly { readonly address: string }[] };
}

async function connectImapFlow(context: ScenarioContext, ours: OurImapServer, options: object): Promise<ImapFlow> {
  const { ImapFlow } = (await context.importPeer('imapflow')) as { ImapFlow: new (options: object) => ImapFlow };
  const client = new ImapFlow({ host: ours.host, port: ours.port, secure: false, logger: false, auth: { user: USERNAME, pass: PASSWORD }, tls: { ca: ours.ca }, ...options });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** As much of node-imap as is used here. */
interface NodeImap extends NodeJS.EventEmitter {
  connect(): void;
  end(): void;
  openBox(name: string, done: NodeImapDone<{ readonly messages: { readonly total: number } }>): void;
  append(octets: Buffer, options: object, done: NodeImapDone<unknown>): void;
  search(criteria: readonly unknown[], done: NodeImapDone<readonly number[]>): void;
  addFlags(source: unknown, flags: string, done: NodeImapDone<unknown>): void;
  copy(source: unknown, box: string, done: NodeImapDone<unknown>): void;
  expunge(done: NodeImapDone<unknown>): void;
  sort(criteria: readonly string[], search: readonly unknown[], done: NodeImapDone<readonly number[]>): void;
  fetch(source: unknown, options: object): NodeJS.EventEmitter;
}
type NodeImapDone<T> = (error: Error | null | undefined, result: T) => void;

/** A function with a callback as a promise. */
const promised = async <T>(call: (done: NodeImapDone<T>) => void): Promise<T> => await new Promise((resolve, reject) => call((error, result) => (error ? reject(error) : resolve(result))));

async function readAllByNodeImap(client: NodeImap): Promise<Buffer[]> {
  const got: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    const fetching = client.fetch('1:*', { bodies: '', struct: true, envelope: true });
    fetching.on('message', (message: NodeJS.EventEmitter, number: number) => message.on('body', (stream: NodeJS.ReadableStream) => {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => void pieces.push(piece)).on('end', () => void (got[number - 1] = Buffer.concat(pieces)));
    }));
    fetching.once('error', reject).once('end', resolve);
  });
  return got;
}

const sortedOctets = (messages: readonly Uint8Array[]): Buffer[] => messages.map((octets) => Buffer.from(octets)).sort((one, other) => Buffer.compare(one, other));

export const scenarios: readonly Scenario[] = [
  ...([['LOGIN', 'starttls', false], ['PLAIN', 'implicit', false], ['CRAM-MD5', 'starttls', true]] as const).map(([how, tls, utf8]): Scenario => ({
    name: `imaplib -> our server: ${how} in ${tls === 'starttls' ? 'STARTTLS' : 'TLS from the first octet'}${utf8 ? ', UTF8=ACCEPT' : ''}; append, fetch, search, sort, thread, store, copy, expunge`,
    needs: ['python3:imaplib'],
    run: async (context) => {
      const ours = await startOurImap(context);
      const result = await runImaplib(context, ours, how, tls, utf8);
      assertSame(result.messages.map((text) => Buffer.from(text, 'base64')), SAMPLES, 'fetched');
      const bySize = SAMPLES.map(({ octets }, index) => ({ size: octets.length, uid: index + 1 })).sort((one, other) => other.size - one.size || one.uid - other.uid).map(({ uid }) => uid);
      assert.equal(result.sorted, bySize.join(' '));
      assert.equal(result.threads, SAMPLES.map((_, index) => `(${index + 1})`).join(''));
      assert.equal(result.found, String(SAMPLES.findIndex(({ name }) => name === '8-bit') + 1));
      assert.deepEqual(result.flags[0]!.filter((flag) => flag !== '\\Recent').sort(), ['\\Seen', 'keyword']);
      assert.deepEqual(result.remaining, result.uids.slice(1));
      assert.match(result.copied, /^"?INBOX"? \(MESSAGES 1 UNSEEN 1\)$/);
      assert.match(result.namespace, /^\(\("" "\/"\)\) NIL NIL$/);
      assert.ok(result.listed.some((line) => line.endsWith('Folder')), result.listed.join('\n'));
      assertSame(await ours.messages('Folder'), SAMPLES.slice(1), 'kept');
      assertSame(await ours.messages('INBOX'), SAMPLES.slice(1, 2), 'copied');
      assert.deepEqual(await ours.flags('Folder'), SAMPLES.slice(1).map((_, index) => (index % 2 === 1 ? '\\Seen keyword' : '')));
    },
  })),
  ...([['STARTTLS', 'AuthMechs PLAIN'], ['STARTTLS', 'AuthMechs SCRAM-SHA-256'], ['IMAPS', 'AuthMechs LOGIN'], ['STARTTLS', 'AuthMechs CRAM-MD5\nPipelineDepth 1']] as const).map(([ssl, more]): Scenario => ({
    name: `mbsync <-> our server: ${ssl}, ${more.replaceAll('\n', ', ')}: mailboxes, messages and flags both ways, twice`,
    needs: ['mbsync', ...(more.includes('SCRAM') ? ['cyrus-sasl:SCRAM-SHA-256'] : [])],
    run: async (context) => {
      const ours = await startOurImap(context, {
        INBOX: [...SAMPLES, LARGE].map(({ octets }, index) => ({ raw: octets, flags: index === 1 ? ['\\Flagged', '\\Seen'] : [] })), Archive: [DOTS.octets], 'Entw\u00fcrfe': [],
      });
      const folder = makeFolder(context, 'maildirs');
      mkdirSync(join(folder, 'Mine', 'new'), { recursive: true });
      for (const name of ['cur', 'tmp']) mkdirSync(join(folder, 'Mine', name));
      const mine = [PLAIN, ATTACHMENT];
      for (const [index, { octets }] of mine.entries()) writeFileSync(join(folder, 'Mine', 'cur', `1700000000.M${index}.here:2,${index === 0 ? 'RS' : ''}`), Buffer.from(octets).toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
      const configuration = configureMbsync(context, ours, folder, ssl, more);
      const sync = async (): Promise<void> => {
        const { status, stdout, stderr } = await context.run('mbsync', ['-c', configuration, '-a']);
        assert.equal(status, 0, `${stdout}\n${stderr}`);
      };
      await sync();
      assert.deepEqual(readMaildir(join(folder, 'INBOX')), sortedOctets([...SAMPLES, LARGE].map(({ octets }) => octets)));
      assert.deepEqual(readMaildir(join(folder, 'Archive')), sortedOctets([DOTS.octets]));
      const kept = (await ours.messages('Mine')).map((octets) => Buffer.from(Buffer.from(octets).toString('latin1').replace(/^X-TUID: .*\r\n/m, ''), 'latin1'));
      assert.deepEqual(sortedOctets(kept), sortedOctets(mine.map(({ octets }) => octets)));
      assert.deepEqual((await ours.flags('Mine')).sort(), ['', '\\Answered \\Seen']);
      assert.deepEqual((await ours.names()).sort(), ['Archive', 'Entw\u00fcrfe', 'INBOX', 'Mine']);
      const account = await ours.store.account(USERNAME);
      const inbox = await account!.open('INBOX');
      await inbox.setFlags([1], { operation: 'add', flags: ['\\Answered'] });
      await inbox.expunge([3], { force: true });
      await sync();
      const names = readdirSync(join(folder, 'INBOX', 'cur')).concat(readdirSync(join(folder, 'INBOX', 'new')));
      assert.equal(names.length, SAMPLES.length);
      assert.deepEqual(names.map((name) => name.split(':2,')[1] ?? '').filter((flags) => flags !== '').sort(), ['FS', 'R']);
      const flagged = names.find((name) => name.endsWith('FS'))!;
      const { rm, rename } = await import('node:fs/promises');
      await rename(join(folder, 'INBOX', 'cur', flagged), join(folder, 'INBOX', 'cur', flagged.replace(/FS$/, 'FST')));
      await rm(join(folder, 'INBOX', 'cur', names.find((name) => name.endsWith(':2,R'))!));
      await sync();
      assert.deepEqual([inbox.message(1), inbox.message(2)], [undefined, undefined]);
      assert.equal(inbox.messages().length, SAMPLES.length - 2);
    },
  })),
  ...([{ name: 'STARTTLS', secure: false }, { name: 'TLS from the first octet, no compression', secure: true, disableCompression: true }] as const).map(({ name, ...options }): Scenario => ({
    name: `imapflow -> our server: ${name}; append, list, fetch, search, flags, move, delete, download, IDLE`,
    needs: ['peers'],
    run: async (context) => {
      const ours = await startOurImap(context, { INBOX: [PLAIN.octets], Trash: { messages: [], specialUse: ['\\Trash'] } });
      const client = await connectImapFlow(context, ours, options.secure ? { ...options, port: ours.tlsPort } : options);
      await client.mailboxCreate('Entw\u00fcrfe');
      for (const { octets } of SAMPLES) await client.append('Entw\u00fcrfe', Buffer.from(octets), ['\\Seen'], new Date('2025-07-01T08:52:37Z'));
      assert.deepEqual((await client.list()).map(({ path }) => path).sort(), ['Entw\u00fcrfe', 'INBOX', 'Trash']);
      assert.equal((await client.mailboxOpen('Entw\u00fcrfe')).exists, SAMPLES.length);
      const got: FlowMessage[] = [];
      for await (const message of client.fetch('1:*', { uid: true, flags: true, envelope: true, source: true, bodyStructure: true, internalDate: true, size: true })) got.push(message);
      assertSame(got.map(({ source }) => source), SAMPLES, 'fetched');
      assert.deepEqual(got.map(({ envelope }) => envelope.subject), SAMPLES.map(({ name: subject }) => subject));
      assert.ok(got.every(({ flags, envelope }) => flags.has('\\Seen') && envelope.from[0]?.address === 'alice@mailwright.example'));
      const uid = got[1]!.uid;
      assert.deepEqual(await client.search({ subject: 'dots' }, { uid: true }), [uid]);
      assert.equal(await client.messageFlagsAdd(String(uid), ['\\Flagged', '$Junk'], { uid: true }), true);
      const pieces: Buffer[] = [];
      for await (const piece of (await client.download(String(got[2]!.uid), undefined, { uid: true })).content) pieces.push(piece);
      assertSame([Buffer.concat(pieces)], [SAMPLES[2]!], 'downloaded');
      await client.messageMove(String(uid), 'Trash', { uid: true });
      await client.messageDelete(String(got[0]!.uid), { uid: true });
      assert.deepEqual(await ours.flags('Trash'), ['$Junk \\Flagged \\Seen']);
      assertSame(await ours.messages('Entw\u00fcrfe'), SAMPLES.slice(2), 'kept');
      assert.equal((await client.status('INBOX', { messages: true, unseen: true })).unseen, 1);
      await client.mailboxOpen('INBOX');
      const told = new Promise<number>((resolve) => client.on('exists', ({ count = 0 }) => resolve(count)));
      const idling = client.idle();
      await (await (await ours.store.account(USERNAME))!.open('INBOX')).append([{ body: DOTS.octets }]);
      assert.equal(await told, 2);
      await client.logout();
      await idling.catch(() => undefined);
    },
  })),
  {
    name: 'node-imap -> our server: STARTTLS; append, fetch, search, sort, flags, copy, expunge, news',
    needs: ['peers'],
    run: async (context) => {
      const ours = await startOurImap(context, { INBOX: [], Archive: [] });
      const { default: NodeImap } = (await context.importPeer('imap')) as { default: new (options: object) => NodeImap };
      const client = new NodeImap({ user: USERNAME, password: PASSWORD, host: ours.host, port: ours.port, tls: false, autotls: 'required', tlsOptions: { ca: ours.ca, servername: ours.host } });
      await new Promise<void>((resolve, reject) => {
        client.once('error', reject).once('ready', resolve);
        client.connect();
      });
      for (const { octets } of SAMPLES) await promised((done) => client.append(Buffer.from(octets), { mailbox: 'INBOX', flags: ['Seen'] }, done));
      assert.equal((await promised<{ readonly messages: { readonly total: number } }>((done) => client.openBox('INBOX', done))).messages.total, SAMPLES.length);
      assertSame(await readAllByNodeImap(client), SAMPLES, 'fetched');
      assert.deepEqual(await promised((done) => client.search([['SUBJECT', 'dots']], done)), [2]);
      assert.equal((await promised<readonly number[]>((done) => client.sort(['-SIZE'], ['ALL'], done))).length, SAMPLES.length);
      await promised((done) => client.copy([1, 3], 'Archive', done));
      await promised((done) => client.addFlags([1], 'Deleted', done));
      await promised((done) => client.expunge(done));
      const told = new Promise<number>((resolve) => void client.once('mail', resolve));
      await (await (await ours.store.account(USERNAME))!.open('INBOX')).append([{ body: DOTS.octets }]);
      assert.equal(await told, 1);
      client.end();
      assertSame(await ours.messages('Archive'), [SAMPLES[0]!, SAMPLES[2]!], 'copied');
      assertSame(await ours.messages('INBOX'), [...SAMPLES.slice(1), DOTS], 'kept');
    },
  },
  {
    name: "Dovecot's IMAP client -> our server: doveadm backs a whole account up, byte-identical",
    needs: ['dovecot'],
    timeoutMs: 60_000,
    run: async (context) => {
      const ours = await startOurImap(context, { INBOX: [...SAMPLES, LARGE].map(({ octets }) => octets), 'Archive/2025': [PLAIN.octets], 'Entw\u00fcrfe': [DOTS.octets] }, { clearTextAuth: 'allow' });
      const dovecot = await startDovecot(context);
      const settings = { imapc_host: '127.0.0.1', imapc_port: String(ours.port), imapc_user: USERNAME, imapc_password: PASSWORD, imapc_features: 'rfc822.size fetch-headers', mail_fsync: 'never' };
      await dovecot.doveadm(...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]), 'backup', '-R', '-u', 'bob', 'imapc:');
      const raw = await openRawImap(context, dovecot.imapPort, 'bob', DOVECOT_PASSWORD);
      for (const [name, expected] of [['INBOX', [...SAMPLES, LARGE]], ['Archive/2025', [PLAIN]], ['"Entw&APw-rfe"', [DOTS]]] as const) {
        const answer = await raw.ask(`EXAMINE ${name}`).then(() => raw.ask('UID FETCH 1:* (BODY.PEEK[])'));
        const got = [...answer.matchAll(/BODY\[\] \{(\d+)\}\r\n/g)].map((match) => Buffer.from(answer.slice(match.index + match[0].length, match.index + match[0].length + Number(match[1])), 'latin1'));
        assertSame(got, expected, name);
      }
    },
  },
  {
    name: 'mutt -> our server: STARTTLS; a message sent is kept in Sent by APPEND, another one is read and copied into a file, byte-identical',
    needs: ['mutt', 'script'],
    run: async (context) => {
      const ours = await startOurImap(context, { INBOX: [ATTACHMENT.octets], Sent: [] });
      const folder = makeFolder(context, 'mutt');
      const url = `imap://${USERNAME}@${ours.host}:${ours.port}`;
      const settings = [
        `set imap_pass=${JSON.stringify(PASSWORD)}`, `set ssl_starttls=yes ssl_force_tls=yes ssl_ca_certificates_file=${ours.caFile} certificate_file=${ours.caFile} ssl_usesystemcerts=no`,
        `set folder=${url} spoolfile=${url}/INBOX record=${url}/Sent sendmail=/bin/true from=alice@mailwright.example hostname=mailwright.example copy=yes`,
        'set mark_old=no confirmappend=no confirmcreate=no quit=yes delete=yes move=no header_cache="" mbox_type=mbox wait_key=no abort_unmodified=no timeout=1 use_envelope_from=no imap_authenticators="plain"',
      ];
      const muttrc = writeText(context, 'muttrc', `${settings.join('\n')}\n`);
      const env = { TERM: 'xterm', HOME: folder, MAIL: '' };
      const sent = await context.run('mutt', ['-n', '-F', muttrc, '-s', 'from mutt', '--', 'bob@mailwright.example'], { env, input: 'Hello\n' });
      assert.equal(sent.status, 0, sent.stderr + sent.stdout);
      const [kept] = await ours.messages('Sent');
      assert.match(Buffer.from(kept ?? []).toString(), /^Subject: from mutt\r\n(?:.*\r\n)*\r\nHello\r\n$/m);
      assert.deepEqual(await ours.flags('Sent'), ['\\Seen']);
      const copy = join(folder, 'copy');
      const read = ['mutt', '-n', '-F', muttrc, '-f', `${url}/INBOX`, '-e', `'push "<first-entry><copy-message>${copy}<enter><flag-message><quit>"'`].join(' ');
      await context.run('script', ['-qec', read, '/dev/null'], { env });
      const text = readFileSync(copy, 'latin1').replace(/^From .*\n/, '').replace(/\nStatus: .*\n/, '\n').replace(/\nContent-Length: .*\n/, '\n').replace(/\nLines: .*\n/, '\n').replace(/\n\n$/, '\n');
      assertSame([Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1')], [ATTACHMENT], 'copied');
      assert.deepEqual(await ours.flags('INBOX'), ['\\Flagged']);
    },
  },
];
