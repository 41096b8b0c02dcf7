/** Python's smtplib into our server; other scenarios let it submit their messages to a server of somebody else's. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { reply } from '@mailwright/smtp';
import { writeMessage } from './files.ts';
import { DOTS, EIGHT_BIT, INTERNATIONAL, LARGE, PLAIN, SAMPLES, UNTERMINATED, assertArrived } from './messages.ts';
import { FROM, INTERNATIONAL_FROM, INTERNATIONAL_TO, PASSWORD, TO, USERNAME, startOurServer } from './our-server.ts';
import { PYTHON } from './programs.ts';
import type { Sample } from './messages.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

/** What `python/send.py` is told. */
export interface SmtplibJob {
  readonly port: number;
  /** The file with the authority to trust: STARTTLS, verified. */
  readonly starttls?: string;
  readonly login?: { readonly username: string; readonly password: string; readonly mechanism: 'PLAIN' | 'LOGIN' | 'CRAM-MD5' };
  readonly messages: readonly {
    readonly from?: string;
    readonly to?: readonly string[];
    readonly sample: Sample;
    readonly mailOptions?: readonly string[];
    readonly rcptOptions?: readonly string[];
    /** BDAT in place of DATA: the octets of each chunk but the last, which has the rest. */
    readonly chunks?: readonly number[];
  }[];
}

/** What became of a message: nothing but refusals of single recipients, or the name of an exception. */
export interface SmtplibResult {
  readonly error?: string;
  readonly code?: number;
  readonly refused: Readonly<Record<string, readonly [number, string]>>;
}

/** Runs a job and gives its results. Throws when Python itself fails. */
export async function sendWithSmtplib(context: ScenarioContext, { port, starttls, login, messages }: SmtplibJob): Promise<SmtplibResult[]> {
  const job = {
    host: '127.0.0.1',
    port,
    starttls: starttls ?? null,
    login: login ?? null,
    messages: messages.map(({ from = FROM, to = [TO], sample, mailOptions = [], rcptOptions = [], chunks = null }) => ({
      from, to, file: writeMessage(context, sample.name, sample.octets), mail_options: mailOptions, rcpt_options: rcptOptions, chunks,
    })),
  };
  const { status, stdout, stderr } = await context.run(PYTHON, [fileURLToPath(new URL('python/send.py', import.meta.url))], { input: JSON.stringify(job) });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as SmtplibResult[];
}

/** The options of MAIL that a message needs. */
export function mailOptions({ needs }: Sample): string[] {
  return needs === 'ASCII' ? [] : needs === '8BITMIME' ? ['BODY=8BITMIME'] : ['SMTPUTF8', 'BODY=8BITMIME'];
}

const NO_ERRORS: SmtplibResult = { refused: {} };

export const scenarios: readonly Scenario[] = [
  {
    name: 'smtplib -> our server: clear text and 8BITMIME, 5 MB among the messages, arrive byte-identical',
    needs: ['python3:smtplib'],
    run: async (context) => {
      const ours = await startOurServer(context);
      const samples = [...SAMPLES, LARGE];
      const results = await sendWithSmtplib(context, { port: ours.port, messages: samples.map((sample) => ({ sample, mailOptions: mailOptions(sample) })) });
      assert.deepEqual(results, samples.map(() => NO_ERRORS));
      assertArrived(ours.received(), samples.map(({ octets }) => octets));
    },
  },
  ...(['PLAIN', 'LOGIN', 'CRAM-MD5'] as const).map((mechanism): Scenario => ({
    name: `smtplib -> our server: verified STARTTLS and AUTH ${mechanism}`,
    needs: ['python3:smtplib'],
    run: async (context) => {
      const ours = await startOurServer(context, { auth: { [USERNAME]: PASSWORD }, requireAuth: true });
      const login = { username: USERNAME, password: PASSWORD, mechanism };
      assert.deepEqual(await sendWithSmtplib(context, { port: ours.port, starttls: ours.caFile, login, messages: [{ sample: PLAIN }] }), [NO_ERRORS]);
      assertArrived(ours.received(), [PLAIN.octets]);
      const { session } = ours.server.messages[0]!;
      assert.deepEqual([session.identity?.authenticationId, session.tls?.protocol, session.helloDomain], [USERNAME, 'TLSv1.3', 'client.mailwright.example']);
      const refused = await sendWithSmtplib(context, { port: ours.port, starttls: ours.caFile, login: { ...login, password: 'wrong' }, messages: [] });
      assert.deepEqual(refused, [{ error: 'SMTPAuthenticationError', refused: {}, code: 535 }]);
    },
  })),
  {
    name: 'smtplib -> our server: SMTPUTF8 addresses and header, DSN parameters',
    needs: ['python3:smtplib'],
    run: async (context) => {
      const ours = await startOurServer(context);
      const international = { from: INTERNATIONAL_FROM, to: [INTERNATIONAL_TO], sample: INTERNATIONAL, mailOptions: mailOptions(INTERNATIONAL) };
      const notified = { sample: PLAIN, mailOptions: ['RET=HDRS', 'ENVID=id+2B1'], rcptOptions: ['NOTIFY=SUCCESS,DELAY', `ORCPT=rfc822;${TO}`] };
      assert.deepEqual(await sendWithSmtplib(context, { port: ours.port, messages: [international, notified] }), [NO_ERRORS, NO_ERRORS]);
      assertArrived(ours.received(), [INTERNATIONAL.octets, PLAIN.octets]);
      const [first, second] = ours.server.messages.map(({ envelope }) => envelope);
      assert.deepEqual([first?.from, first?.to, first?.parameters.SMTPUTF8], [INTERNATIONAL_FROM, [INTERNATIONAL_TO], true]);
      assert.deepEqual([second?.parameters.RET, second?.parameters.ENVID], ['HDRS', 'id+1']);
      assert.deepEqual([second?.recipientParameters[0]?.NOTIFY, second?.recipientParameters[0]?.ORCPT], [['SUCCESS', 'DELAY'], { addressType: 'rfc822', address: TO }]);
    },
  },
  {
    name: 'smtplib -> our server: BDAT in chunks cut anywhere, a message without a last CRLF, and BINARYMIME',
    needs: ['python3:smtplib'],
    run: async (context) => {
      const ours = await startOurServer(context);
      const binary: Sample = { name: 'binary', needs: 'ASCII', octets: Buffer.from('Subject: binary\r\n\r\n\0\n.\n\r.\r\n.\r\n\xff\r', 'latin1') };
      const jobs: SmtplibJob['messages'] = [
        { sample: UNTERMINATED, chunks: [1] },
        { sample: DOTS, chunks: [DOTS.octets.length - 3, 1, 1, 1] },
        { sample: LARGE, chunks: [0, 65_537, 2_000_000] },
        { sample: EIGHT_BIT, mailOptions: mailOptions(EIGHT_BIT), chunks: [400, 7] },
        { sample: binary, mailOptions: ['BODY=BINARYMIME'], chunks: [21] },
      ];
      assert.deepEqual(await sendWithSmtplib(context, { port: ours.port, messages: jobs }), jobs.map(() => NO_ERRORS));
      assertArrived(ours.received(), jobs.map(({ sample }) => sample.octets));
      const refused = await sendWithSmtplib(context, { port: ours.port, messages: [{ sample: binary, chunks: [3] }, { sample: PLAIN, chunks: [3] }] });
      assert.deepEqual(refused.map(({ error, code }) => [error, code]), [['SMTPDataError', 550], [undefined, undefined]]);
    },
  },
  {
    name: 'smtplib -> our server: one of three recipients refused, all refused, the message refused',
    needs: ['python3:smtplib'],
    run: async (context) => {
      const bad = 'nobody@postfix.example';
      const refusal = reply(550, '5.1.1', 'No such mailbox');
      const ours = await startOurServer(context, {
        reject: { [bad]: refusal },
        data: ({ recipients }) => (recipients.some(({ forwardPath }) => forwardPath.localPart === 'full') ? reply(452, '4.2.2', 'Mailbox full') : undefined),
      });
      const results = await sendWithSmtplib(context, {
        port: ours.port,
        messages: [{ to: [TO, bad, 'carol@postfix.example'], sample: PLAIN }, { to: [bad], sample: PLAIN }, { to: ['full@postfix.example'], sample: PLAIN }, { sample: PLAIN }],
      });
      const refused = { [bad]: [550, '5.1.1 No such mailbox'] };
      assert.deepEqual(results, [{ refused }, { error: 'SMTPRecipientsRefused', refused }, { error: 'SMTPDataError', refused: {}, code: 452 }, NO_ERRORS]);
      assert.deepEqual(ours.server.messages.map(({ envelope }) => envelope.to), [[TO, 'carol@postfix.example'], [TO]]);
      assertArrived(ours.received(), [PLAIN.octets, PLAIN.octets]);
    },
  },
];
