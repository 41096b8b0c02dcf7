/** Our client into smtp-server, nodemailer's server. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createTestAuthority } from '@mailwright/testing';
import { ATTACHMENT, EIGHT_BIT, INTERNATIONAL, LARGE, PLAIN, SAMPLES, assertArrived } from './messages.ts';
import { connectOurClient, createOurPool, envelop, sendAll, verbs } from './our-client.ts';
import { FROM, INTERNATIONAL_FROM, INTERNATIONAL_TO, PASSWORD, TO, USERNAME, isPipelined } from './our-server.ts';
import type { AddressInfo, Server } from 'node:net';
import type { Readable } from 'node:stream';
import type { MechanismName } from '@mailwright/sasl';
import type { SmtpConnectOptions } from '@mailwright/smtp-client';
import type { Scenario, ScenarioContext } from './scenario.ts';

const NEEDS = ['peers'];
const NAME = 'mx.peer.example';
const TOKEN = 'ya29.a-token';
const REFUSED = 'nobody@postfix.example';

interface Address {
  readonly address: string;
  readonly args: unknown;
  readonly dsn?: unknown;
}

interface Session {
  readonly user?: string;
  readonly tlsOptions: { readonly version: string } | false;
  readonly envelope: { readonly mailFrom: Address; readonly rcptTo: readonly Address[]; readonly dsn?: unknown; readonly bodyType?: string; readonly smtpUtf8?: boolean };
}

/** As much of smtp-server as is used here. */
type SmtpServerClass = new (options: object) => { listen(port: number, host: string): Server; close(done: () => void): void; on(name: 'error', listener: (error: Error) => void): void };

interface Peer {
  readonly options: SmtpConnectOptions;
  readonly messages: Uint8Array[];
  readonly sessions: Session[];
}

/** Starts one that knows one user, wants TLS before AUTH, and takes everything but for one recipient. */
async function startPeer(context: ScenarioContext, options: object = {}): Promise<Peer> {
  const { SMTPServer } = (await context.importPeer('smtp-server')) as unknown as { readonly SMTPServer: SmtpServerClass };
  const certificate = createTestAuthority().issue({ names: [NAME] });
  const messages: Uint8Array[] = [];
  const sessions: Session[] = [];
  const server = new SMTPServer({
    name: NAME,
    key: certificate.key,
    cert: certificate.cert,
    authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5', 'XOAUTH2'],
    authOptional: true,
    hideDSN: false,
    closeTimeout: 100,
    disableReverseLookup: true,
    onAuth: ({ username, password, accessToken, validatePassword }: Credentials, _session: Session, done: Done) => {
      const right = accessToken === undefined ? (password === undefined ? validatePassword!(PASSWORD) : password === PASSWORD) : accessToken === TOKEN;
      done(right && username === USERNAME ? null : new Error('no such user'), { user: username });
    },
    onRcptTo: ({ address }: Address, _session: Session, done: Done) => done(address === REFUSED ? Object.assign(new Error('No such mailbox'), { responseCode: 550 }) : null),
    onData: (stream: Readable, session: Session, done: Done) => {
      sessions.push({ ...session, envelope: { ...session.envelope } });
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece)).on('end', () => {
        messages.push(Buffer.concat(pieces));
        done(null, 'taken');
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  context.defer(() => new Promise<void>((resolve) => server.close(resolve)));
  const listening = server.listen(0, '127.0.0.1');
  if (!listening.listening) await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  return { options: { port, ca: certificate.ca, servername: NAME, tls: { mode: 'verified', names: [NAME] } }, messages, sessions };
}

type Done = (error: Error | null, answer?: unknown) => void;

interface Credentials {
  readonly username: string;
  readonly password?: string;
  readonly accessToken?: string;
  readonly validatePassword?: (password: string) => boolean;
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'our client -> smtp-server: verified STARTTLS, PIPELINING, messages arrive byte-identical',
    needs: NEEDS,
    run: async (context) => {
      const peer = await startPeer(context);
      const client = await connectOurClient(context, peer.options);
      const samples = [...SAMPLES, LARGE, INTERNATIONAL];
      await sendAll(client, samples.map((sample) => envelop(sample)));
      assertArrived(peer.messages, samples.map(({ octets }) => octets));
      await client.connection.quit();
      assert.deepEqual(verbs(client), ['EHLO', 'STARTTLS', 'MAIL', 'RCPT', 'DATA', 'QUIT']);
      assert.ok(isPipelined(client.transcript));
      for (const { tlsOptions } of peer.sessions) assert.equal(tlsOptions && tlsOptions.version, 'TLSv1.3');
      const international = peer.sessions.at(-1)!.envelope;
      assert.deepEqual([international.mailFrom.address, international.rcptTo[0]?.address, international.smtpUtf8], [INTERNATIONAL_FROM, INTERNATIONAL_TO, true]);
      assert.equal(peer.sessions[SAMPLES.indexOf(EIGHT_BIT)]?.envelope.bodyType, '8bitmime');
    },
  },
  {
    name: 'our client -> smtp-server: in clear text, without PIPELINING, a body in pieces',
    needs: NEEDS,
    run: async (context) => {
      const peer = await startPeer(context, { disabledCommands: ['STARTTLS', 'AUTH'] });
      const client = await connectOurClient(context, { ...peer.options, tls: { mode: 'opportunistic' }, disabled: ['PIPELINING'] });
      const pieces = Array.from({ length: Math.ceil(LARGE.octets.length / 10_007) }, (_, index) => LARGE.octets.subarray(index * 10_007, (index + 1) * 10_007));
      await sendAll(client, [envelop(PLAIN), envelop(LARGE, { body: pieces, eightBit: false }), envelop(ATTACHMENT)]);
      assertArrived(peer.messages, [PLAIN.octets, LARGE.octets, ATTACHMENT.octets]);
      assert.equal(isPipelined(client.transcript), false);
    },
  },
  ...(['PLAIN', 'LOGIN', 'CRAM-MD5', 'XOAUTH2'] as const satisfies readonly MechanismName[]).map((mechanism): Scenario => ({
    name: `our client -> smtp-server: verified STARTTLS and AUTH ${mechanism}, and what is wrong is refused`,
    needs: NEEDS,
    run: async (context) => {
      const peer = await startPeer(context, { authOptional: false });
      const auth = (secret: string): NonNullable<SmtpConnectOptions['auth']> => (mechanism === 'XOAUTH2' ? { username: USERNAME, token: secret } : { username: USERNAME, password: secret });
      const client = await connectOurClient(context, { ...peer.options, auth: auth(mechanism === 'XOAUTH2' ? TOKEN : PASSWORD), mechanisms: [mechanism] });
      await sendAll(client, [envelop(PLAIN)]);
      assertArrived(peer.messages, [PLAIN.octets]);
      assert.equal(peer.sessions[0]?.user, USERNAME);
      await assert.rejects(connectOurClient(context, { ...peer.options, auth: auth('wrong'), mechanisms: [mechanism] }), { code: 'SMTP_AUTH_REJECTED' });
    },
  })),
  {
    name: 'our client -> smtp-server: DSN parameters',
    needs: NEEDS,
    run: async (context) => {
      const peer = await startPeer(context);
      const client = await connectOurClient(context, peer.options);
      await sendAll(client, [envelop(PLAIN, { dsn: { ret: 'HDRS', envid: 'id+1', notify: ['SUCCESS', 'DELAY'] }, to: [{ address: TO, orcpt: 'old+name@postfix.example' }] })]);
      const { envelope } = peer.sessions[0]!;
      assert.deepEqual([envelope.mailFrom.address, envelope.dsn], [FROM, { ret: 'HDRS', envid: 'id+1' }]);
      assert.deepEqual(envelope.rcptTo[0]?.dsn, { notify: ['SUCCESS', 'DELAY'], orcpt: 'rfc822;old+name@postfix.example' });
      assertArrived(peer.messages, [PLAIN.octets]);
    },
  },
  {
    name: 'our client -> smtp-server: one of three recipients refused, all refused; the connection goes on',
    needs: NEEDS,
    run: async (context) => {
      const peer = await startPeer(context);
      const { connection } = await connectOurClient(context, peer.options);
      const partial = await connection.send(envelop(PLAIN, { to: [TO, REFUSED, 'carol@postfix.example'] }));
      assert.deepEqual([partial.outcome, partial.recipients.map(({ status }) => status)], ['partial', ['accepted', 'rejected', 'accepted']]);
      const refused = await connection.send(envelop(PLAIN, { to: REFUSED }));
      assert.deepEqual([refused.outcome, refused.recipients[0]?.reply?.code, connection.usable], ['rejected', 550, true]);
      assert.equal((await connection.send(envelop(ATTACHMENT))).outcome, 'accepted');
      assertArrived(peer.messages, [PLAIN.octets, ATTACHMENT.octets]);
    },
  },
  {
    name: 'our client -> smtp-server: 200 messages through a pool of 5, TLS from the first octet',
    needs: NEEDS,
    run: async (context) => {
      const peer = await startPeer(context, { secure: true, authOptional: false });
      const pool = createOurPool(context, { ...peer.options, implicitTls: true, auth: { username: USERNAME, password: PASSWORD }, maxConnections: 5, maxMessagesPerConnection: 25 });
      const outcomes = new Set<string>();
      const messages = Array.from({ length: 200 }, (_, index) => envelop(PLAIN, { to: `user${index}@postfix.example` }));
      for await (const { outcome } of pool.sendMany(messages)) outcomes.add(outcome);
      assert.deepEqual([...outcomes], ['accepted']);
      assertArrived(peer.messages, messages.map(() => PLAIN.octets));
      assert.equal(new Set(peer.sessions.map(({ envelope }) => envelope.rcptTo[0]?.address)).size, 200);
    },
  },
];
