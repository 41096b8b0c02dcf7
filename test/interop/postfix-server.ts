/**
 * Our client into Postfix, which delivers into a folder: what is there is the message behind the fields that Postfix puts in
 * front. Postfix has PIPELINING, CHUNKING, 8BITMIME, SMTPUTF8, DSN, SIZE, STARTTLS, and AUTH by our stand-in for Dovecot.
 */
import assert from 'node:assert/strict';
import { createTestAuthority } from '@mailwright/testing';
import { ATTACHMENT, DOTS, EIGHT_BIT, INTERNATIONAL, LARGE, PLAIN, SAMPLES, UNTERMINATED, assertArrived } from './messages.ts';
import { connectOurClient, createOurPool, envelop, sendAll, verbs } from './our-client.ts';
import { INTERNATIONAL_TO, PASSWORD, TO, USERNAME, isPipelined } from './our-server.ts';
import { startPostfix } from './postfix.ts';
import type { MechanismName } from '@mailwright/sasl';
import type { SendResult, SmtpConnectOptions } from '@mailwright/smtp-client';
import type { DeliveredMessage, Postfix, PostfixOptions } from './postfix.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const NEEDS = ['postfix'];
const NAME = 'postfix.example';
const REFUSED = 'nobody@postfix.example';
/** Refuses one recipient, for good. */
const REFUSES_ONE = { smtpd_recipient_restrictions: `check_recipient_access inline:{{${REFUSED} = 550 5.1.1 No such mailbox}}, permit_mynetworks, reject` };

/** A Postfix with STARTTLS, and what our client has to be told to trust it. */
async function startPeer(context: ScenarioContext, options: PostfixOptions = {}): Promise<{ postfix: Postfix; verified: SmtpConnectOptions }> {
  const certificate = createTestAuthority().issue({ names: [NAME] });
  const postfix = await startPostfix(context, { tls: certificate, ...options });
  return { postfix, verified: { port: postfix.port, ca: certificate.ca, servername: NAME, tls: { mode: 'verified', names: [NAME] } } };
}

/** Waits for as many messages as were sent, and holds them against them. */
async function assertDelivered(postfix: Postfix, sent: readonly Uint8Array[]): Promise<DeliveredMessage[]> {
  const delivered = await postfix.delivered(sent.length);
  assertArrived(delivered.map(({ message }) => message), sent);
  for (const { trace } of delivered) assert.match(trace, /^Return-Path: .*\nX-Original-To: .*\nDelivered-To: .*\nReceived: .*\n(?:[ \t].*\n)+$/);
  return delivered;
}

/** The name under which Postfix took a message: in its reply, and in its Received: field. */
function queueId({ reply }: SendResult): string {
  return /queued as (\w+)/.exec(reply?.lines.join(' ') ?? '')?.[1] ?? '';
}

/** Message `index` of many: no two are the same, some have dots in front, some are bigger than a chunk. */
function numbered(index: number): Uint8Array {
  const lines = Array.from({ length: index % 5 === 0 ? 3000 : 3 }, (_, line) => `${line % 2 === 0 ? '.' : ''}message ${index} line ${line}\r\n`);
  return Buffer.from(`Message-ID: <${index}@mailwright.example>\r\nSubject: ${index}\r\n\r\n${lines.join('')}`);
}

export const scenarios: readonly Scenario[] = [
  ...[
    { by: 'BDAT and PIPELINING', disabled: [], said: ['EHLO', 'STARTTLS', 'MAIL', 'RCPT', 'BDAT', 'QUIT'] },
    { by: 'DATA and PIPELINING', disabled: ['CHUNKING'], said: ['EHLO', 'STARTTLS', 'MAIL', 'RCPT', 'DATA', 'QUIT'] },
    { by: 'DATA, one command at a time', disabled: ['CHUNKING', 'PIPELINING'], said: ['EHLO', 'STARTTLS', 'MAIL', 'RCPT', 'DATA', 'QUIT'] },
    { by: 'BDAT, one command at a time', disabled: ['PIPELINING'], said: ['EHLO', 'STARTTLS', 'MAIL', 'RCPT', 'BDAT', 'QUIT'] },
  ].map(({ by, disabled, said }): Scenario => ({
    name: `our client -> Postfix: verified STARTTLS, ${by}, messages arrive byte-identical`,
    needs: NEEDS,
    run: async (context) => {
      const { postfix, verified } = await startPeer(context);
      const client = await connectOurClient(context, { ...verified, disabled });
      const samples = [...SAMPLES, LARGE, INTERNATIONAL];
      await sendAll(client, samples.map((sample) => envelop(sample)));
      await client.connection.quit();
      assert.deepEqual([verbs(client), isPipelined(client.transcript)], [said, !disabled.includes('PIPELINING')]);
      await assertDelivered(postfix, samples.map(({ octets }) => octets));
    },
  })),
  {
    name: 'our client -> Postfix: bodies in pieces by BDAT and by DATA; a body without a last CRLF, which Postfix adds',
    needs: NEEDS,
    run: async (context) => {
      const { postfix, verified } = await startPeer(context);
      const pieces = (octets: Uint8Array, octetCount: number): Uint8Array[] =>
        Array.from({ length: Math.ceil(octets.length / octetCount) }, (_, index) => octets.subarray(index * octetCount, (index + 1) * octetCount));
      const messages = [
        envelop(LARGE, { body: pieces(LARGE.octets, 70_001), size: LARGE.octets.length }),
        envelop(DOTS, { body: pieces(DOTS.octets, 1) }),
        envelop(EIGHT_BIT, { body: pieces(EIGHT_BIT.octets, 3), eightBit: true }),
        envelop(UNTERMINATED),
      ];
      for (const disabled of [[], ['CHUNKING']]) await sendAll(await connectOurClient(context, { ...verified, disabled }), messages);
      const expected = [LARGE, DOTS, EIGHT_BIT, PLAIN].map(({ octets }) => octets);
      await assertDelivered(postfix, [...expected, ...expected]);
    },
  },
  ...(['PLAIN', 'LOGIN', 'CRAM-MD5'] as const satisfies readonly MechanismName[]).map((mechanism): Scenario => ({
    name: `our client -> Postfix: verified STARTTLS and AUTH ${mechanism}, the right password and a wrong one`,
    needs: NEEDS,
    run: async (context) => {
      const account = { username: USERNAME, password: PASSWORD };
      const { postfix, verified } = await startPeer(context, { auth: account, settings: { smtpd_recipient_restrictions: 'permit_sasl_authenticated, reject', smtpd_sasl_authenticated_header: 'yes' } });
      const client = await connectOurClient(context, { ...verified, auth: account, mechanisms: [mechanism] });
      await sendAll(client, [envelop(PLAIN)]);
      const [delivered] = await assertDelivered(postfix, [PLAIN.octets]);
      assert.match(delivered!.trace, /\(Authenticated sender: alice\)/);
      await assert.rejects(connectOurClient(context, { ...verified, auth: { ...account, password: 'wrong' }, mechanisms: [mechanism] }), { code: 'SMTP_AUTH_REJECTED' });
      const stranger = await connectOurClient(context, verified);
      assert.equal((await stranger.connection.send(envelop(PLAIN))).outcome, 'rejected');
    },
  })),
  {
    name: 'our client -> Postfix: TLS from the first octet; a certificate that nobody vouches for is refused, by us',
    needs: NEEDS,
    run: async (context) => {
      const { postfix, verified } = await startPeer(context, { services: ['127.0.0.1:%PORT% inet n - n - - smtpd -o smtpd_tls_wrappermode=yes'] });
      await sendAll(await connectOurClient(context, { ...verified, port: postfix.extraPort, implicitTls: true }), [envelop(PLAIN)]);
      const stranger = createTestAuthority().certificate;
      await assert.rejects(connectOurClient(context, { ...verified, ca: stranger }), { code: 'SMTP_TLS_FAILED' });
      await assert.rejects(connectOurClient(context, { ...verified, tls: { mode: 'verified', names: ['other.example'] } }), { code: 'SMTP_TLS_FAILED' });
      await assertDelivered(postfix, [PLAIN.octets]);
    },
  },
  {
    name: 'our client -> Postfix: SMTPUTF8 addresses and header',
    needs: NEEDS,
    run: async (context) => {
      const { postfix, verified } = await startPeer(context);
      await sendAll(await connectOurClient(context, verified), [envelop(INTERNATIONAL)]);
      const [delivered] = await assertDelivered(postfix, [INTERNATIONAL.octets]);
      const trace = Buffer.from(delivered!.trace, 'latin1').toString();
      assert.match(trace, new RegExp(`^Delivered-To: ${INTERNATIONAL_TO}$`, 'm'));
      assert.match(trace, /with UTF8SMTPS /);
    },
  },
  {
    name: 'our client -> Postfix: DSN parameters make Postfix report a success as asked',
    needs: NEEDS,
    run: async (context) => {
      const { postfix, verified } = await startPeer(context);
      const from = 'carol@postfix.example';
      const to = [{ address: TO, orcpt: 'old+name@postfix.example' }, { address: 'dave@postfix.example', notify: 'NEVER' as const }];
      await sendAll(await connectOurClient(context, verified), [envelop(PLAIN, { from, to, dsn: { ret: 'HDRS', envid: 'id+1', notify: ['SUCCESS'] } })]);
      const delivered = await postfix.delivered(3);
      const report = delivered.map(({ message }) => Buffer.from(message).toString('latin1')).filter((text) => text.includes('multipart/report'));
      assert.equal(report.length, 1);
      for (const field of ['Original-Envelope-Id: id+1', 'Original-Recipient: rfc822;old+name@postfix.example', 'Action: delivered']) {
        assert.ok(report[0]!.toLowerCase().includes(`\r\n${field.toLowerCase()}\r\n`), `${field} is missing in the report:\n${report[0]}`);
      }
      assert.ok(!report[0]!.includes('dave@'));
      assertArrived(delivered.filter(({ message }) => !Buffer.from(message).includes('multipart/report')).map(({ message }) => message), [PLAIN.octets, PLAIN.octets]);
    },
  },
  {
    name: 'our client -> Postfix: one of three recipients refused, all refused; the connection goes on',
    needs: NEEDS,
    run: async (context) => {
      const { postfix, verified } = await startPeer(context, { settings: REFUSES_ONE });
      for (const disabled of [[], ['CHUNKING'], ['PIPELINING']]) {
        const { connection } = await connectOurClient(context, { ...verified, disabled });
        const partial = await connection.send(envelop(PLAIN, { to: [TO, REFUSED, 'carol@postfix.example'] }));
        assert.deepEqual([partial.outcome, partial.recipients.map(({ status }) => status)], ['partial', ['accepted', 'rejected', 'accepted']]);
        const refused = await connection.send(envelop(LARGE, { to: REFUSED }));
        assert.deepEqual([refused.outcome, refused.recipients[0]?.reply?.code, connection.usable], ['rejected', 550, true]);
        const withheld = await connection.send(envelop(PLAIN, { to: [TO, REFUSED], requireRecipients: 'all' }));
        assert.deepEqual(withheld.recipients.map(({ status }) => status), ['not-sent', 'rejected']);
        assert.equal((await connection.send(envelop(ATTACHMENT))).outcome, 'accepted');
      }
      await assertDelivered(postfix, Array.from({ length: 3 }, () => [PLAIN.octets, PLAIN.octets, ATTACHMENT.octets]).flat());
    },
  },
  {
    name: 'our client -> Postfix: more octets than Postfix takes, announced, and found out on the way',
    needs: NEEDS,
    run: async (context) => {
      const { postfix, verified } = await startPeer(context, { settings: { message_size_limit: '200000' } });
      for (const disabled of [[], ['CHUNKING']]) {
        const { connection } = await connectOurClient(context, { ...verified, disabled });
        const announced = await connection.send(envelop(LARGE));
        assert.deepEqual([announced.outcome, announced.error?.code], ['not-sent', 'SMTP_TOO_LARGE']);
        const streamed = await connection.send(envelop(LARGE, { body: [LARGE.octets.subarray(0, 100_000), LARGE.octets.subarray(100_000)], eightBit: false }));
        assert.deepEqual([streamed.outcome, streamed.reply?.code], ['rejected', 552]);
        if (connection.usable) await connection.send(envelop(PLAIN));
        else await sendAll(await connectOurClient(context, { ...verified, disabled }), [envelop(PLAIN)]);
      }
      await assertDelivered(postfix, [PLAIN.octets, PLAIN.octets]);
    },
  },
  {
    name: 'our client -> Postfix with smtpd_forbid_bare_newline = reject: nothing of ours has a bare LF, but when the caller insists',
    needs: NEEDS,
    run: async (context) => {
      const { postfix, verified } = await startPeer(context, { settings: { smtpd_forbid_bare_newline: 'reject', smtpd_forbid_bare_newline_exclusions: '' } });
      const bare = { ...PLAIN, octets: Buffer.from(Buffer.from(PLAIN.octets).toString('latin1').replaceAll('\r\n', '\n'), 'latin1') };
      for (const disabled of [[], ['CHUNKING']]) {
        const client = await connectOurClient(context, { ...verified, disabled });
        await sendAll(client, [envelop(DOTS)]);
        const refused = await client.connection.send(envelop(bare));
        assert.deepEqual([refused.outcome, refused.error?.code], ['not-sent', 'SMTP_BARE_LF']);
        await sendAll(await connectOurClient(context, { ...verified, disabled, lineEnds: 'normalize' }), [envelop(bare)]);
      }
      const insisting = await connectOurClient(context, { ...verified, disabled: ['CHUNKING'], lineEnds: 'pass' });
      const result = await insisting.connection.send(envelop(bare));
      assert.notEqual(result.outcome, 'accepted');
      await assertDelivered(postfix, [DOTS.octets, PLAIN.octets, DOTS.octets, PLAIN.octets]);
    },
  },
  {
    name: 'our client -> Postfix: 100 messages through a pool of 5 arrive byte-identical, each under the name in its reply',
    needs: NEEDS,
    run: async (context) => {
      const { postfix, verified } = await startPeer(context);
      const pool = createOurPool(context, { ...verified, maxConnections: 5, maxMessagesPerConnection: 15 });
      const messages = Array.from({ length: 100 }, (_, index) => numbered(index));
      const results = await Promise.all(messages.map((body) => pool.send(envelop(PLAIN, { body }))));
      assert.deepEqual([...new Set(results.map(({ outcome }) => outcome))], ['accepted']);
      await assertNamed(postfix, messages, results);
    },
  },
  ...[2, 16, 128].map((window): Scenario => ({
    name: `our client -> Postfix: a window of ${window} BDAT transactions; 100 messages arrive byte-identical, each under the name in its reply`,
    needs: NEEDS,
    run: async (context) => {
      const { postfix, verified } = await startPeer(context);
      const client = await connectOurClient(context, { ...verified, window });
      const messages = Array.from({ length: 100 }, (_, index) => numbered(index));
      const results = await sendAll(client, messages.map((body) => envelop(PLAIN, { body })));
      await assertNamed(postfix, messages, results);
    },
  })),
  {
    name: 'our client -> Postfix: refused recipients inside a window of 16',
    needs: NEEDS,
    run: async (context) => {
      const { postfix, verified } = await startPeer(context, { settings: REFUSES_ONE });
      const { connection } = await connectOurClient(context, { ...verified, window: 16 });
      const all = Array.from({ length: 30 }, (_, index) => ({ index, body: numbered(index) }));
      const isRefused = (index: number): boolean => index % 7 === 3 || index === 29;
      const results = await Promise.all(all.map(({ index, body }) => connection.send(envelop(PLAIN, { body, to: isRefused(index) ? REFUSED : index % 7 === 5 ? [REFUSED, TO] : TO }))));
      const expected = all.map(({ index }) => (isRefused(index) ? 'rejected' : index % 7 === 5 ? 'partial' : 'accepted'));
      assert.deepEqual(results.map(({ outcome }) => outcome), expected);
      const taken = all.filter(({ index }) => !isRefused(index));
      await assertNamed(postfix, taken.map(({ body }) => body), taken.map(({ index }) => results[index]!));
      assert.equal(connection.usable, true);
    },
  },
];

/** Throws unless each message was delivered under the queue id that the reply to it gave. */
async function assertNamed(postfix: Postfix, messages: readonly Uint8Array[], results: readonly SendResult[]): Promise<void> {
  const delivered = await assertDelivered(postfix, messages);
  const byId = new Map(delivered.map(({ trace, message }) => [/\bid (\w+)/.exec(trace)?.[1], message]));
  for (const [index, result] of results.entries()) {
    const message = byId.get(queueId(result));
    assert.ok(message !== undefined && Buffer.compare(message, messages[index]!) === 0, `message ${index} is not what was delivered as ${queueId(result)}`);
  }
}
