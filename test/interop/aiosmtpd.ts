/** Our client into aiosmtpd, Python's server. It has 8BITMIME and SMTPUTF8, no PIPELINING, no CHUNKING, no DSN. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestAuthority } from '@mailwright/testing';
import { makeFolder, writeText } from './files.ts';
import { ATTACHMENT, INTERNATIONAL, LARGE, PLAIN, SAMPLES, assertArrived } from './messages.ts';
import { connectOurClient, createOurPool, envelop, sendAll, verbs } from './our-client.ts';
import { INTERNATIONAL_FROM, INTERNATIONAL_TO, PASSWORD, TO, USERNAME } from './our-server.ts';
import { PYTHON } from './programs.ts';
import type { MechanismName } from '@mailwright/sasl';
import type { SmtpConnectOptions } from '@mailwright/smtp-client';
import type { Scenario, ScenarioContext } from './scenario.ts';

const NEEDS = ['python3:aiosmtpd'];
const NAME = 'mx.peer.example';
const REFUSED = 'nobody@postfix.example';

interface Facts {
  readonly from: string;
  readonly to: readonly string[];
  readonly mailOptions: readonly string[];
  readonly smtpUtf8: boolean;
  readonly tls: boolean;
  readonly user: string | null;
}

interface Peer {
  readonly options: SmtpConnectOptions;
  /** What it kept, and of whom. */
  messages(): Uint8Array[];
  facts(index: number): Facts;
}

async function startPeer(context: ScenarioContext, { implicit = false, login = false } = {}): Promise<Peer> {
  const certificate = createTestAuthority().issue({ names: [NAME] });
  const folder = makeFolder(context, 'aiosmtpd');
  const port = await context.freePort();
  const job = {
    port, folder, implicit, refused: REFUSED,
    key: writeText(context, 'key.pem', certificate.key),
    cert: writeText(context, 'cert.pem', certificate.cert),
    login: login ? { username: USERNAME, password: PASSWORD } : null,
  };
  const program = context.start(PYTHON, [fileURLToPath(new URL('python/receive.py', import.meta.url))], { input: JSON.stringify(job) });
  await program.waitFor(/^ready$/m);
  return {
    options: { port, ca: certificate.ca, servername: NAME, implicitTls: implicit, tls: { mode: 'verified', names: [NAME] } },
    messages: () => readdirSync(folder).filter((name) => name.endsWith('.eml')).map((name) => readFileSync(join(folder, name))),
    facts: (index) => JSON.parse(readFileSync(join(folder, `${index}.json`), 'utf8')) as Facts,
  };
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'our client -> aiosmtpd: verified STARTTLS, 8BITMIME, SMTPUTF8, messages arrive byte-identical',
    needs: NEEDS,
    run: async (context) => {
      const peer = await startPeer(context);
      const client = await connectOurClient(context, peer.options);
      const samples = [...SAMPLES, LARGE, INTERNATIONAL];
      await sendAll(client, samples.map((sample) => envelop(sample)));
      assertArrived(peer.messages(), samples.map(({ octets }) => octets));
      await client.connection.quit();
      assert.deepEqual(verbs(client), ['EHLO', 'STARTTLS', 'MAIL', 'RCPT', 'DATA', 'QUIT']);
      const { from, to, smtpUtf8, tls } = peer.facts(samples.length - 1);
      assert.deepEqual([from, to, smtpUtf8, tls], [INTERNATIONAL_FROM, [INTERNATIONAL_TO], true, true]);
    },
  },
  ...(['PLAIN', 'LOGIN'] as const satisfies readonly MechanismName[]).map((mechanism): Scenario => ({
    name: `our client -> aiosmtpd: verified STARTTLS and AUTH ${mechanism}, the right password and a wrong one`,
    needs: NEEDS,
    run: async (context) => {
      const peer = await startPeer(context, { login: true });
      const client = await connectOurClient(context, { ...peer.options, auth: { username: USERNAME, password: PASSWORD }, mechanisms: [mechanism] });
      await sendAll(client, [envelop(PLAIN)]);
      assertArrived(peer.messages(), [PLAIN.octets]);
      assert.deepEqual([peer.facts(0).user, peer.facts(0).tls], [USERNAME, true]);
      await assert.rejects(connectOurClient(context, { ...peer.options, auth: { username: USERNAME, password: 'wrong' }, mechanisms: [mechanism] }), { code: 'SMTP_AUTH_REJECTED' });
    },
  })),
  {
    name: 'our client -> aiosmtpd: one of three recipients refused, all refused; the connection goes on',
    needs: NEEDS,
    run: async (context) => {
      const peer = await startPeer(context);
      const { connection } = await connectOurClient(context, peer.options);
      const partial = await connection.send(envelop(PLAIN, { to: [TO, REFUSED, 'carol@postfix.example'] }));
      assert.deepEqual([partial.outcome, partial.recipients.map(({ status }) => status)], ['partial', ['accepted', 'rejected', 'accepted']]);
      const refused = await connection.send(envelop(PLAIN, { to: REFUSED }));
      assert.deepEqual([refused.outcome, refused.recipients[0]?.reply?.code, connection.usable], ['rejected', 550, true]);
      assert.equal((await connection.send(envelop(ATTACHMENT))).outcome, 'accepted');
      assertArrived(peer.messages(), [PLAIN.octets, ATTACHMENT.octets]);
      assert.deepEqual(peer.facts(0).to, [TO, 'carol@postfix.example']);
    },
  },
  {
    name: 'our client -> aiosmtpd: 100 messages through a pool of 5, TLS from the first octet',
    needs: NEEDS,
    run: async (context) => {
      const peer = await startPeer(context, { implicit: true });
      const pool = createOurPool(context, { ...peer.options, maxConnections: 5, maxMessagesPerConnection: 10 });
      const results = await Promise.all(Array.from({ length: 100 }, () => pool.send(envelop(ATTACHMENT))));
      assert.deepEqual([...new Set(results.map(({ outcome }) => outcome))], ['accepted']);
      assertArrived(peer.messages(), results.map(() => ATTACHMENT.octets));
    },
  },
];
