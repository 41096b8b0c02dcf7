/** swaks into our server: one process, one message. */
import assert from 'node:assert/strict';
import { reply } from '@mailwright/smtp';
import { writeMessage } from './files.ts';
import { DOTS, INTERNATIONAL, LARGE, PLAIN, SAMPLES, assertArrived } from './messages.ts';
import { FROM, INTERNATIONAL_FROM, INTERNATIONAL_TO, OUR_NAME, PASSWORD, TO, USERNAME, isPipelined, startOurServer } from './our-server.ts';
import { findProgram } from './programs.ts';
import type { Sample } from './messages.ts';
import type { OurServer } from './our-server.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const NEEDS = ['swaks'];
const TLS_NEEDS = ['swaks', 'perl:Net::SSLeay'];
const CREDENTIALS = ['--auth-user', USERNAME, '--auth-password', PASSWORD];
/** swaks' exit statuses. */
const EXIT = { sent: 0, noRecipient: 24, messageRefused: 26, authFailed: 28, tlsFailed: 29 };

/** swaks puts the CRLF behind it. */
const END_MARK = Buffer.from('.');

type Message = Pick<Sample, 'name' | 'octets'>;

/** Runs swaks and asserts its exit status. It wants the octets with the end mark, and doubles the other dots itself. */
async function swaks(context: ScenarioContext, ours: OurServer, options: readonly string[], { name, octets }: Message = PLAIN, expected: number = EXIT.sent): Promise<void> {
  const file = writeMessage(context, name, Buffer.concat([octets, END_MARK]));
  const envelope = [...(options.includes('--from') ? [] : ['--from', FROM]), ...(options.includes('--to') ? [] : ['--to', TO])];
  const fixed = ['--server', '127.0.0.1', '--port', String(ours.port), '--helo', 'client.mailwright.example', '--data', `@${file}`, '--timeout', '20s'];
  const { status, stdout, stderr } = await context.run(findProgram('swaks')!, [...fixed, ...envelope, ...options], { env: { SWAKS_HOME: context.folder, HOME: context.folder } });
  assert.equal(status, expected, `${stdout.slice(-2000)}${stderr}`);
}

function verified({ caFile }: OurServer): string[] {
  return ['--tls', '--tls-verify', '--tls-ca-path', caFile, '--tls-sni', OUR_NAME];
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'swaks -> our server: messages arrive byte-identical, one command at a time and pipelined',
    needs: NEEDS,
    run: async (context) => {
      const ours = await startOurServer(context);
      const samples = SAMPLES.filter(({ needs }) => needs === 'ASCII');
      for (const sample of samples) for (const options of [[], ['--pipeline']]) await swaks(context, ours, options, sample);
      await swaks(context, ours, ['--suppress-data'], LARGE);
      assertArrived(ours.received(), [...samples, ...samples, LARGE].map(({ octets }) => octets));
      assert.deepEqual(ours.server.messages.map(({ transcript }) => isPipelined(transcript)), [...samples.flatMap(() => [false, true]), false]);
    },
  },
  {
    name: 'swaks -> our server: octets that we wrote ourselves, dots doubled, and an end; HELO without extensions',
    needs: NEEDS,
    run: async (context) => {
      const ours = await startOurServer(context);
      const stuffed = Buffer.from(Buffer.from(DOTS.octets).toString('latin1').replace(/^\./gm, '..'), 'latin1');
      await swaks(context, ours, ['--no-data-fixup'], { name: 'stuffed', octets: stuffed });
      await swaks(context, ours, ['--protocol', 'SMTP']);
      assertArrived(ours.received(), [DOTS.octets, PLAIN.octets]);
      assert.match(ours.server.transcript().map(({ text }) => text).join('\n'), /^HELO client\.mailwright\.example$/m);
    },
  },
  ...['PLAIN', 'LOGIN', 'CRAM-MD5'].map((mechanism): Scenario => ({
    name: `swaks -> our server: verified STARTTLS and AUTH ${mechanism}, the right password and a wrong one`,
    needs: TLS_NEEDS,
    run: async (context) => {
      const ours = await startOurServer(context, { auth: { [USERNAME]: PASSWORD }, requireAuth: true });
      await swaks(context, ours, [...verified(ours), '--auth', mechanism, ...CREDENTIALS, '--pipeline']);
      await swaks(context, ours, [...verified(ours), '--auth', mechanism, '--auth-user', USERNAME, '--auth-password', 'wrong'], PLAIN, EXIT.authFailed);
      assertArrived(ours.received(), [PLAIN.octets]);
      const { session } = ours.server.messages[0]!;
      assert.deepEqual([session.identity?.authenticationId, session.tls?.protocol, session.tls?.serverName], [USERNAME, 'TLSv1.3', OUR_NAME]);
    },
  })),
  {
    name: 'swaks -> our server: TLS from the first octet (ESMTPSA), TLS 1.2, and a certificate that nobody vouches for',
    needs: TLS_NEEDS,
    run: async (context) => {
      const ours = await startOurServer(context, { implicitTls: true, auth: { [USERNAME]: PASSWORD } });
      await swaks(context, ours, ['--tls-on-connect', '--tls-verify', '--tls-ca-path', ours.caFile, '--auth', 'PLAIN', ...CREDENTIALS]);
      await swaks(context, ours, ['--tls-on-connect', '--tls-protocol', 'tlsv1_2']);
      assertArrived(ours.received(), [PLAIN.octets, PLAIN.octets]);
      assert.deepEqual(ours.server.messages.map(({ session }) => [session.identity?.authenticationId, session.tls?.protocol]), [[USERNAME, 'TLSv1.3'], [undefined, 'TLSv1.2']]);
      const stranger = await startOurServer(context, { certificate: 'unknown-authority', error: () => undefined });
      await swaks(context, stranger, verified(ours), PLAIN, EXIT.tlsFailed);
      assert.deepEqual(stranger.received(), []);
    },
  },
  {
    name: 'swaks -> our server: SMTPUTF8, 8BITMIME and DSN parameters',
    needs: NEEDS,
    run: async (context) => {
      const ours = await startOurServer(context);
      // swaks knows nothing of parameters: they ride on the address, and its own '>' ends up in the last of them.
      await swaks(context, ours, ['--from', `${INTERNATIONAL_FROM}> SMTPUTF8 BODY=8BITMIME RET=HDRS ENVID=x`, '--to', `${INTERNATIONAL_TO}> NOTIFY=SUCCESS ORCPT=rfc822;y`], INTERNATIONAL);
      assertArrived(ours.received(), [INTERNATIONAL.octets]);
      const { from, to, parameters, recipientParameters } = ours.server.messages[0]!.envelope;
      assert.deepEqual([from, to], [INTERNATIONAL_FROM, [INTERNATIONAL_TO]]);
      assert.deepEqual([parameters.SMTPUTF8, parameters.BODY, parameters.RET, parameters.ENVID], [true, '8BITMIME', 'HDRS', 'x>']);
      assert.deepEqual([recipientParameters[0]?.NOTIFY, recipientParameters[0]?.ORCPT], [['SUCCESS'], { addressType: 'rfc822', address: 'y>' }]);
    },
  },
  {
    name: 'swaks -> our server: recipients refused in a pipelined group, some and all; the message refused',
    needs: NEEDS,
    run: async (context) => {
      const bad = 'nobody@postfix.example';
      const ours = await startOurServer(context, {
        reject: { [bad]: reply(550, '5.1.1', 'No such mailbox') },
        data: ({ recipients }) => (recipients[0]?.forwardPath.localPart === 'full' ? reply(552, '5.2.2', 'Mailbox full') : undefined),
      });
      await swaks(context, ours, ['--pipeline', '--to', `${bad},${TO},carol@postfix.example`]);
      await swaks(context, ours, ['--pipeline', '--to', bad], PLAIN, EXIT.noRecipient);
      await swaks(context, ours, ['--pipeline', '--to', 'full@postfix.example'], PLAIN, EXIT.messageRefused);
      assertArrived(ours.received(), [PLAIN.octets]);
      assert.deepEqual(ours.server.messages[0]?.envelope.to, [TO, 'carol@postfix.example']);
    },
  },
];
