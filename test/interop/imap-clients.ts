/** Other people's IMAP clients into our server: Python's imaplib, isync's mbsync, mutt, imapflow, node-imap, and Dovecot as a client of ours. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder, writeMessage, writeText } from './files.ts';
import { ATTACHMENT, DOTS, LARGE, PLAIN, SAMPLES } from './messages.ts';
import { startOurImap } from './our-imap-server.ts';
import { PASSWORD, USERNAME } from './our-server.ts';
import { PYTHON } from './programs.ts';
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
];
