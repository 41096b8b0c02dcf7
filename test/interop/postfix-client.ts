/**
 * Postfix's smtp client into our server: a message is submitted to a private Postfix, which relays it to us over whatever we
 * offer. What arrives is the message behind the one Received: field of that Postfix.
 */
import assert from 'node:assert/strict';
import { reply } from '@mailwright/smtp';
import { INTERNATIONAL, LARGE, PLAIN, SAMPLES, assertArrived, removePrepended } from './messages.ts';
import { INTERNATIONAL_FROM, OUR_NAME, PASSWORD, USERNAME, isPipelined, startOurServer } from './our-server.ts';
import { startPostfix } from './postfix.ts';
import { mailOptions, sendWithSmtplib } from './smtplib.ts';
import type { TestServerOptions } from '@mailwright/testing';
import type { Sample } from './messages.ts';
import type { OurServer } from './our-server.ts';
import type { Postfix } from './postfix.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';
import type { SmtplibJob } from './smtplib.ts';

const NEEDS = ['postfix', 'python3:smtplib'];
/** Somebody whose bounces this Postfix delivers. */
const LOCAL_FROM = 'carol@postfix.example';
const REMOTE_TO = 'dave@mailwright.example';

type Job = SmtplibJob['messages'][number];

/** Our server with a Postfix in front that sends everything on to it. */
async function startRelay(context: ScenarioContext, options: TestServerOptions, settings: (ours: OurServer) => Readonly<Record<string, string>>): Promise<{ ours: OurServer; postfix: Postfix }> {
  const ours = await startOurServer(context, options);
  const postfix = await startPostfix(context, { relay: { port: ours.port }, settings: settings(ours) });
  return { ours, postfix };
}

async function submit(context: ScenarioContext, postfix: Postfix, messages: readonly Job[]): Promise<void> {
  const results = await sendWithSmtplib(context, { port: postfix.port, messages });
  assert.deepEqual(results, messages.map(() => ({ refused: {} })));
}

function job(sample: Sample, more: Partial<Job> = {}): Job {
  return { sample, to: [REMOTE_TO], mailOptions: mailOptions(sample), ...more };
}

/** What arrived, without the Received: field that Postfix has to add. */
function relayed(ours: OurServer): Uint8Array[] {
  return ours.received().map((octets) => removePrepended(octets, ['Received']));
}

/** STARTTLS or nothing, from whoever our scenario's authority vouches for under our name. */
function verifiedTls({ caFile }: OurServer): Record<string, string> {
  return { smtp_tls_security_level: 'secure', smtp_tls_CAfile: caFile, smtp_tls_secure_cert_match: OUR_NAME };
}

export const scenarios: readonly Scenario[] = [
  ...[
    { announced: 'all we have', disabled: [] as string[] },
    { announced: 'no PIPELINING', disabled: ['PIPELINING'] },
    { announced: 'no CHUNKING', disabled: ['CHUNKING'] },
    { announced: 'no SIZE, no ENHANCEDSTATUSCODES, no DSN', disabled: ['SIZE', 'ENHANCEDSTATUSCODES', 'DSN'] },
  ].map(({ announced, disabled }): Scenario => ({
    name: `postfix-client -> our server: relays over verified STARTTLS, we announce ${announced}`,
    needs: NEEDS,
    run: async (context) => {
      const { ours, postfix } = await startRelay(context, { disabled, requireTls: true }, verifiedTls);
      const samples = disabled.length === 0 ? [...SAMPLES, LARGE] : SAMPLES;
      await submit(context, postfix, samples.map((sample) => job(sample)));
      const messages = await ours.arrived(samples.length);
      assertArrived(relayed(ours), samples.map(({ octets }) => octets));
      for (const { session, envelope, octets, transcript } of messages) {
        assert.deepEqual([session.tls?.protocol, isPipelined(transcript)], ['TLSv1.3', !disabled.includes('PIPELINING')]);
        assert.equal(envelope.parameters.BODY === '8BITMIME', octets.some((octet) => octet > 127));
      }
      await postfix.logged(/Verified TLS connection established/);
    },
  })),
  {
    name: 'postfix-client -> our server: SMTPUTF8 and DSN parameters are passed on',
    needs: NEEDS,
    run: async (context) => {
      const { ours, postfix } = await startRelay(context, {}, () => ({}));
      const internationalTo = '\u03b4\u03bf\u03ba\u03b9\u03bc\u03ae@b\u00fccher.example';
      await submit(context, postfix, [
        job(INTERNATIONAL, { from: INTERNATIONAL_FROM, to: [internationalTo] }),
        job(PLAIN, { mailOptions: ['RET=HDRS', 'ENVID=id+2B1'], rcptOptions: ['NOTIFY=FAILURE,DELAY', `ORCPT=rfc822;old+2Bname@mailwright.example`] }),
      ]);
      const messages = await ours.arrived(2);
      assertArrived(relayed(ours), [INTERNATIONAL.octets, PLAIN.octets]);
      const international = messages.find(({ envelope }) => envelope.parameters.SMTPUTF8)?.envelope;
      assert.deepEqual([international?.from, international?.to], [INTERNATIONAL_FROM, [internationalTo]]);
      const notified = messages.find(({ envelope }) => !envelope.parameters.SMTPUTF8)?.envelope;
      assert.deepEqual([notified?.parameters.RET, notified?.parameters.ENVID], ['HDRS', 'id+1']);
      const [parameters] = notified?.recipientParameters ?? [];
      assert.deepEqual([[...(parameters?.NOTIFY ?? [])].sort(), parameters?.ORCPT], [['DELAY', 'FAILURE'], { addressType: 'rfc822', address: 'old+name@mailwright.example' }]);
    },
  },
  ...['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-256'].map((mechanism): Scenario => ({
    name: `postfix-client -> our server: AUTH ${mechanism} by Cyrus SASL`,
    needs: [...NEEDS, `cyrus-sasl:${mechanism}`],
    run: async (context) => {
      const { ours, postfix } = await startRelay(context, { auth: { [USERNAME]: PASSWORD }, requireAuth: true }, (server) => ({
        ...verifiedTls(server),
        smtp_sasl_auth_enable: 'yes',
        smtp_sasl_password_maps: `static:{${USERNAME}:${PASSWORD}}`,
        smtp_sasl_security_options: 'noanonymous',
        smtp_sasl_mechanism_filter: mechanism,
      }));
      await submit(context, postfix, [job(PLAIN)]);
      const [message] = await ours.arrived(1);
      assertArrived(relayed(ours), [PLAIN.octets]);
      assert.equal(message?.session.identity?.authenticationId, USERNAME);
    },
  })),
  {
    name: 'postfix-client -> our server: a 4xx reply defers and the next try delivers; MAIL, RCPT and the verdict in turn',
    needs: NEEDS,
    run: async (context) => {
      const laterOn = reply(451, '4.3.0', 'Later, please');
      const tries = { mail: 0, rcpt: 0, data: 0 };
      const refuseOnce = (command: keyof typeof tries) => () => (++tries[command] === 1 ? laterOn : undefined);
      const { ours, postfix } = await startRelay(context, { mail: refuseOnce('mail'), rcpt: refuseOnce('rcpt'), data: refuseOnce('data') }, () => ({}));
      await submit(context, postfix, [job(PLAIN)]);
      await ours.arrived(1);
      assertArrived(relayed(ours), [PLAIN.octets]);
      assert.deepEqual(tries, { mail: 4, rcpt: 3, data: 2 });
      assert.equal(postfix.log().match(/status=deferred .*451 4\.3\.0 Later, please/g)?.length, 3);
    },
    timeoutMs: 40_000,
  },
  {
    name: 'postfix-client -> our server: a 5xx reply bounces, to one recipient and to all',
    needs: NEEDS,
    run: async (context) => {
      const bad = 'nobody@mailwright.example';
      const { ours, postfix } = await startRelay(context, { reject: { [bad]: reply(550, '5.1.1', 'No such mailbox here', 'Nor elsewhere') } }, () => ({}));
      await submit(context, postfix, [job(PLAIN, { from: LOCAL_FROM, to: [REMOTE_TO, bad] }), job(PLAIN, { from: LOCAL_FROM, to: [bad] })]);
      const bounces = await postfix.delivered(2);
      for (const { message } of bounces) {
        const text = Buffer.from(message).toString('latin1');
        assert.match(text, new RegExp(`^Final-Recipient: rfc822; ${bad}\\r\\n`, 'm'));
        assert.match(text, /^Status: 5\.1\.1\r\n/m);
        assert.match(text.replace(/\r\n[ \t]+/g, ' '), /^Diagnostic-Code: smtp; 550-5\.1\.1 No such mailbox here 550 5\.1\.1 Nor elsewhere\r\n/m);
      }
      assertArrived(relayed(ours), [PLAIN.octets]);
      assert.deepEqual(ours.server.messages.map(({ envelope }) => envelope.to), [[REMOTE_TO]]);
    },
  },
  {
    name: 'postfix-client -> our server: our name with another certificate is not sent anything',
    needs: NEEDS,
    run: async (context) => {
      const { ours, postfix } = await startRelay(context, { certificate: 'unknown-authority' }, verifiedTls);
      await submit(context, postfix, [job(PLAIN, { from: LOCAL_FROM })]);
      await postfix.logged(/status=deferred \(Server certificate not (?:trusted|verified)\)/);
      assert.deepEqual(ours.received(), []);
    },
  },
  {
    name: 'postfix-client -> our server: 50 messages at once, several connections',
    needs: NEEDS,
    run: async (context) => {
      const { ours, postfix } = await startRelay(context, {}, verifiedTls);
      await submit(context, postfix, Array.from({ length: 50 }, (_, index) => job(PLAIN, { to: [`user${index}@mailwright.example`] })));
      const messages = await ours.arrived(50);
      assertArrived(relayed(ours), messages.map(() => PLAIN.octets));
      assert.equal(new Set(messages.flatMap(({ envelope }) => envelope.to)).size, 50);
    },
  },
];
