/** POP3: our client reads the maildrops of Dovecot and Cyrus; Python's poplib and Dovecot's own client read ours. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { Pop3Client } from '@mailwright/pop3-client';
import { startPop3Server } from '@mailwright/testing';
import { DOVECOT_PASSWORD, startDovecot } from './dovecot.ts';
import { writeText } from './files.ts';
import { DOVECOT, IMAP_PEERS } from './imap-peer.ts';
import { LARGE, SAMPLES } from './messages.ts';
import { openRawImap } from './raw-imap.ts';
import { PASSWORD, USERNAME } from './our-server.ts';
import { PYTHON } from './programs.ts';
import type { LoginMethod, Pop3ConnectOptions } from '@mailwright/pop3-client';
import type { TestPop3Server } from '@mailwright/testing';
import type { ImapPeer } from './imap-peer.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const POPLIB: string = fileURLToPath(new URL('python/pop3-client.py', import.meta.url));
const ALL = [...SAMPLES, LARGE];

function assertSame(got: readonly Uint8Array[], expected: readonly { readonly name: string; readonly octets: Uint8Array }[]): void {
  assert.equal(got.length, expected.length);
  for (const [index, { name, octets }] of expected.entries()) assert.ok(Buffer.compare(got[index]!, octets) === 0, `${name}: ${got[index]!.length} octets are not the ${octets.length} that were sent`);
}

async function fillInbox(context: ScenarioContext, peer: ImapPeer): Promise<void> {
  const raw = await openRawImap(context, peer.imapPort, 'alice', peer.password);
  for (const { octets } of ALL) await raw.append('INBOX', octets);
  await raw.ask('LOGOUT').catch(() => undefined);
}

async function connectOurs(context: ScenarioContext, peer: ImapPeer, options: Pop3ConnectOptions = {}): Promise<Pop3Client> {
  const client = await Pop3Client.connect({
    host: '127.0.0.1', port: peer.pop3Port, ca: peer.ca, servername: peer.hostname, tls: { mode: 'verified', names: [peer.hostname] }, auth: { username: 'alice', password: peer.password },
    signal: context.signal, ...options,
  });
  context.defer(() => client.close());
  return client;
}

/** Everything, in order. */
async function readAll(client: Pop3Client): Promise<Buffer[]> {
  const got: Buffer[] = [];
  for await (const message of client.retrieveAll()) got.push(Buffer.from(await message.toOctets()));
  return got;
}

async function startOurs(context: ScenarioContext, tls: 'starttls' | 'implicit' | 'none'): Promise<{ readonly server: TestPop3Server; readonly caFile: string }> {
  const fixture = { users: { [USERNAME]: { password: PASSWORD, mailboxes: { INBOX: ALL.map(({ octets }) => octets) } } } };
  const server = await startPop3Server({ fixture, tls, host: '127.0.0.1' });
  context.defer(() => server.close());
  return { server, caFile: writeText(context, 'pop3-ca.pem', server.ca) };
}

async function remaining(server: TestPop3Server): Promise<number> {
  return (await (await server.store.account(USERNAME))!.open('INBOX')).messages().length;
}

const MECHANISMS: readonly LoginMethod[] = ['USER', 'PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-256'];

export const scenarios: readonly Scenario[] = [
  ...IMAP_PEERS.map((kind): Scenario => ({
    name: `our POP3 client -> ${kind.name}: verified STLS, every way to log in, a wrong password`,
    needs: kind.needs,
    run: async (context) => {
      const peer = await kind.start(context);
      await fillInbox(context, peer);
      for (const method of kind === DOVECOT ? [...MECHANISMS, 'APOP' as const] : MECHANISMS) {
        const client = await connectOurs(context, peer, { mechanisms: [method] });
        assert.equal((await client.stat()).messageCount, ALL.length, method);
        await client.quit();
      }
      await assert.rejects(connectOurs(context, peer, { mechanisms: ['SCRAM-SHA-256'], auth: { username: 'alice', password: 'wrong' } }), { code: 'POP3_AUTH_REJECTED' });
      await assert.rejects(connectOurs(context, peer, { tls: { mode: 'verified', names: ['other.example'] } }), { code: 'POP3_TLS_FAILED' });
    },
  })),
  ...IMAP_PEERS.map((kind): Scenario => ({
    name: `our POP3 client -> ${kind.name}: messages byte-identical, TOP, sizes, unique-ids, deletions that last, commands inside a loop`,
    needs: kind.needs,
    run: async (context) => {
      const peer = await kind.start(context);
      await fillInbox(context, peer);
      const client = await connectOurs(context, peer, { mechanisms: ['PLAIN'] });
      assertSame(await readAll(client), ALL);
      assert.deepEqual((await client.list()).map(({ octets }) => octets), ALL.map(({ octets }) => octets.length));
      const uids = await client.uidl();
      const text = Buffer.from(ALL[1]!.octets).toString('latin1');
      const headerEnd = text.indexOf('\r\n\r\n') + 4;
      assert.equal(Buffer.from(await client.top(2, 2).toOctets()).toString('latin1'), text.slice(0, text.indexOf('\r\n', text.indexOf('\r\n', headerEnd) + 2) + 2));
      for await (const message of client.retrieveAll()) {
        if (message.number === 1) assert.equal(await client.sizeOf(2), ALL[1]!.octets.length);
        if (message.number === 3) await client.delete(3);
        await message.toOctets();
      }
      await client.delete({ uid: uids[0]!.uid });
      await client.quit();
      const again = await connectOurs(context, peer, { mechanisms: ['PLAIN'] });
      assertSame(await readAll(again), ALL.filter((_, index) => index !== 0 && index !== 2));
      assert.deepEqual((await again.uidl()).map(({ uid }) => uid), uids.filter((_, index) => index !== 0 && index !== 2).map(({ uid }) => uid));
      await again.quit();
    },
  })),
  {
    name: 'our POP3 client -> Dovecot: TLS from the first octet, OAUTHBEARER and XOAUTH2',
    needs: DOVECOT.needs,
    run: async (context) => {
      const dovecot = await startDovecot(context);
      const peer = { ...dovecot, password: DOVECOT_PASSWORD, mechanisms: undefined };
      for (const mechanism of ['OAUTHBEARER', 'XOAUTH2'] as const) {
        const client = await connectOurs(context, peer, { port: dovecot.pop3sPort, implicitTls: true, mechanisms: [mechanism], auth: { username: 'alice', token: dovecot.token('alice') } });
        assert.equal((await client.stat()).messageCount, 0);
        await client.quit();
      }
    },
  },
  ...([['USER', 'stls', 'starttls', false], ['USER', 'implicit', 'implicit', true], ['APOP', 'none', 'none', false]] as const).map(([how, tls, mode, utf8]): Scenario => ({
    name: `poplib -> our POP3 server: ${how}, ${tls === 'stls' ? 'STLS' : tls === 'implicit' ? 'TLS from the first octet' : 'in clear text'}${utf8 ? ', UTF8' : ''}; messages byte-identical, deletions`,
    needs: ['python3:poplib'],
    run: async (context) => {
      const { server, caFile } = await startOurs(context, mode);
      const job = { host: tls === 'none' ? '127.0.0.1' : 'localhost', port: server.port, ca: caFile, username: USERNAME, password: PASSWORD, how, tls, utf8, delete: [2, 4] };
      const { status, stdout, stderr } = await context.run(PYTHON, [POPLIB], { input: JSON.stringify(job) });
      assert.equal(status, 0, stderr);
      const result = JSON.parse(stdout) as { readonly stat: readonly number[]; readonly sizes: readonly number[]; readonly uids: readonly string[]; readonly messages: readonly string[] };
      assertSame(result.messages.map((text) => Buffer.from(text, 'base64')), ALL);
      assert.deepEqual(result.sizes, ALL.map(({ octets }) => octets.length));
      assert.equal(new Set(result.uids).size, ALL.length);
      assert.equal(await remaining(server), ALL.length - 2);
    },
  })),
  {
    name: "Dovecot's POP3 client -> our POP3 server: doveadm imports a maildrop, byte-identical",
    needs: DOVECOT.needs,
    timeoutMs: 60_000,
    run: async (context) => {
      const { server } = await startOurs(context, 'none');
      const dovecot = await startDovecot(context);
      const settings = { pop3c_host: '127.0.0.1', pop3c_port: String(server.port), pop3c_user: USERNAME, pop3c_password: PASSWORD, pop3c_features: 'no-pipelining' };
      await dovecot.doveadm(...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]), 'import', '-u', 'alice', 'pop3c:', '', 'ALL');
      const raw = await openRawImap(context, dovecot.imapPort, 'alice', DOVECOT_PASSWORD);
      const answer = await raw.ask('EXAMINE INBOX').then(() => raw.ask('UID FETCH 1:* (BODY.PEEK[])'));
      const got = [...answer.matchAll(/BODY\[\] \{(\d+)\}\r\n/g)].map((match) => Buffer.from(answer.slice(match.index + match[0].length, match.index + match[0].length + Number(match[1])), 'latin1'));
      assertSame(got, ALL);
    },
  },
];
