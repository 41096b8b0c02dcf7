/** nodemailer into our server: single connections and its pool. Octets go through its `raw`, which leaves them as they are. */
import assert from 'node:assert/strict';
import { reply } from '@mailwright/smtp';
import { EIGHT_BIT, INTERNATIONAL, LARGE, PLAIN, SAMPLES, assertArrived } from './messages.ts';
import { FROM, INTERNATIONAL_FROM, INTERNATIONAL_TO, OUR_NAME, PASSWORD, TO, USERNAME, isPipelined, startOurServer } from './our-server.ts';
import type { TestServerOptions } from '@mailwright/testing';
import type { Sample } from './messages.ts';
import type { OurServer } from './our-server.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const NEEDS = ['peers'];
const TOKEN = 'ya29.a-token';

/** As much of nodemailer as is used here. */
interface Nodemailer {
  createTransport(options: object): Transporter;
}

interface Transporter {
  sendMail(mail: object): Promise<{ readonly accepted: string[]; readonly rejected: string[]; readonly response: string }>;
  verify(): Promise<boolean>;
  close(): void;
}

async function createTransport(context: ScenarioContext, ours: OurServer, options: object = {}): Promise<Transporter> {
  const nodemailer = (await context.importPeer('nodemailer')) as unknown as Nodemailer;
  const transporter = nodemailer.createTransport({ host: '127.0.0.1', port: ours.port, name: 'client.mailwright.example', ignoreTLS: true, ...options });
  context.defer(() => transporter.close());
  return transporter;
}

/** STARTTLS or nothing, from whoever the scenario's authority vouches for under our name. */
function verified(ours: OurServer): object {
  return { ignoreTLS: false, requireTLS: true, tls: { ca: ours.server.ca, servername: OUR_NAME } };
}

function mail({ octets, needs }: Sample, envelope: object = {}): object {
  return { envelope: { from: FROM, to: [TO], use8BitMime: needs !== 'ASCII', ...envelope }, raw: Buffer.from(octets) };
}

/** Users with a password, and one with a token. */
const WITH_USERS: TestServerOptions = {
  mechanisms: ['CRAM-MD5', 'PLAIN', 'LOGIN', 'XOAUTH2'],
  requireAuth: true,
  auth: (request) => (request.mechanism === 'XOAUTH2' ? request.username === USERNAME && request.token === TOKEN : request.verify(request.username === USERNAME ? { password: PASSWORD } : undefined)),
};

export const scenarios: readonly Scenario[] = [
  {
    name: 'nodemailer -> our server: messages arrive byte-identical, pipelined and not',
    needs: NEEDS,
    run: async (context) => {
      for (const disabled of [[], ['PIPELINING']]) {
        const ours = await startOurServer(context, { disabled });
        const transporter = await createTransport(context, ours);
        for (const sample of [...SAMPLES, LARGE]) await transporter.sendMail(mail(sample));
        assertArrived(ours.received(), [...SAMPLES, LARGE].map(({ octets }) => octets));
        for (const { transcript } of ours.server.messages) assert.equal(isPipelined(transcript), disabled.length === 0);
      }
    },
  },
  ...(['PLAIN', 'LOGIN', 'CRAM-MD5', 'XOAUTH2'] as const).map((method): Scenario => ({
    name: `nodemailer -> our server: verified STARTTLS and AUTH ${method}, and what is wrong is refused`,
    needs: NEEDS,
    run: async (context) => {
      const ours = await startOurServer(context, WITH_USERS);
      const auth = method === 'XOAUTH2' ? { type: 'OAuth2', user: USERNAME, accessToken: TOKEN } : { user: USERNAME, pass: PASSWORD };
      const transporter = await createTransport(context, ours, { ...verified(ours), auth: { ...auth, method } });
      await transporter.sendMail(mail(PLAIN));
      assertArrived(ours.received(), [PLAIN.octets]);
      const { session } = ours.server.messages[0]!;
      assert.deepEqual([session.identity?.authenticationId, session.tls?.protocol, session.tls?.serverName], [USERNAME, 'TLSv1.3', OUR_NAME]);
      const stranger = await createTransport(context, ours, { ...verified(ours), auth: { ...auth, method, pass: 'wrong', accessToken: 'wrong' } });
      await assert.rejects(stranger.verify(), { code: 'EAUTH' });
    },
  })),
  {
    name: 'nodemailer -> our server: SMTPUTF8 and 8BITMIME, DSN parameters',
    needs: NEEDS,
    run: async (context) => {
      const ours = await startOurServer(context);
      const transporter = await createTransport(context, ours);
      await transporter.sendMail(mail(INTERNATIONAL, { from: INTERNATIONAL_FROM, to: [INTERNATIONAL_TO] }));
      await transporter.sendMail({ ...mail(EIGHT_BIT), dsn: { id: 'id+1', return: 'headers', notify: ['success', 'delay'], recipient: TO } });
      assertArrived(ours.received(), [INTERNATIONAL.octets, EIGHT_BIT.octets]);
      const [first, second] = ours.server.messages.map(({ envelope }) => envelope);
      assert.deepEqual([first?.from, first?.to, first?.parameters.SMTPUTF8], [INTERNATIONAL_FROM, [INTERNATIONAL_TO], true]);
      assert.deepEqual([second?.parameters.BODY, second?.parameters.RET, second?.parameters.ENVID], ['8BITMIME', 'HDRS', 'id+1']);
      assert.deepEqual([second?.recipientParameters[0]?.NOTIFY, second?.recipientParameters[0]?.ORCPT], [['SUCCESS', 'DELAY'], { addressType: 'rfc822', address: TO }]);
    },
  },
  {
    name: 'nodemailer -> our server: one of three recipients refused, all refused, the message refused',
    needs: NEEDS,
    run: async (context) => {
      const bad = 'nobody@postfix.example';
      const ours = await startOurServer(context, {
        reject: { [bad]: reply(550, '5.1.1', 'No such mailbox') },
        data: ({ recipients }) => (recipients[0]?.forwardPath.localPart === 'full' ? reply(452, '4.2.2', 'Mailbox full') : undefined),
      });
      const transporter = await createTransport(context, ours, { pool: true, maxConnections: 1 });
      const { accepted, rejected } = await transporter.sendMail(mail(PLAIN, { to: [TO, bad, 'carol@postfix.example'] }));
      assert.deepEqual([accepted, rejected], [[TO, 'carol@postfix.example'], [bad]]);
      await assert.rejects(transporter.sendMail(mail(PLAIN, { to: [bad] })), { responseCode: 550, command: /^(?:RCPT TO|DATA)$/ });
      await assert.rejects(transporter.sendMail(mail(PLAIN, { to: ['full@postfix.example'] })), { responseCode: 452 });
      await transporter.sendMail(mail(PLAIN));
      assertArrived(ours.received(), [PLAIN.octets, PLAIN.octets]);
    },
  },
  {
    name: 'nodemailer -> our server: 200 messages through its pool of 5, TLS from the first octet',
    needs: NEEDS,
    run: async (context) => {
      const ours = await startOurServer(context, { implicitTls: true, requireAuth: true, auth: { [USERNAME]: PASSWORD } });
      const secure = { secure: true, tls: { ca: ours.server.ca, servername: OUR_NAME }, auth: { user: USERNAME, pass: PASSWORD } };
      const transporter = await createTransport(context, ours, { ...secure, pool: true, maxConnections: 5, maxMessages: 25 });
      await Promise.all(Array.from({ length: 200 }, (_, index) => transporter.sendMail(mail(PLAIN, { to: [`user${index}@postfix.example`] }))));
      assertArrived(ours.received(), Array.from({ length: 200 }, () => PLAIN.octets));
      assert.equal(new Set(ours.server.messages.flatMap(({ envelope }) => envelope.to)).size, 200);
      assert.ok(ours.server.transcripts.length >= 200 / 25);
    },
  },
  {
    name: 'nodemailer -> our server: a message that it makes itself, with an attachment, arrives over verified STARTTLS',
    needs: NEEDS,
    run: async (context) => {
      const ours = await startOurServer(context);
      const transporter = await createTransport(context, ours, { ...verified(ours) });
      const { response } = await transporter.sendMail({ from: FROM, to: TO, subject: 'Gr\u00fc\u00dfe', text: '.\n..\n\u00e9', attachments: [{ filename: 'a.bin', content: Buffer.alloc(50_000, 'x') }] });
      assert.match(response, /^250 /);
      const [message] = ours.server.messages;
      assert.deepEqual([message?.envelope.from, message?.envelope.to], [FROM, [TO]]);
      assert.match(Buffer.from(message?.octets ?? []).toString('latin1'), /^Content-Disposition: attachment; filename=a\.bin\r\n/m);
    },
  },
];
