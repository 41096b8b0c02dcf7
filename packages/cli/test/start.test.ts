import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { reply } from '@mailwright/smtp';
import { start } from '../src/start/start-command.ts';
import { capturedIo, record, records } from './support/captured-io.ts';
import { judge, type Trial } from '../src/start/verdict.ts';
import { holdSession } from '../src/start/demo-client.ts';
import { startDemoDomain } from '../src/start/demo-domain.ts';
import type { TraceEntry } from '@mailwright/imap-client';
import type { Reading } from '../src/start/demo-reader.ts';
import { startDemoServer, type DemoServer } from '../src/start/demo-server.ts';
import { makeIntruders } from '../src/start/intruders.ts';
import { ownSamples, REFUSED_ADDRESS } from '../src/start/samples.ts';
import { signSamples } from '../src/start/sign-samples.ts';
import { scratchFolder } from './support/run-command.ts';

const SAMPLES = ['01-plain-text.eml', '02-attachment.eml', '03-eight-bit.eml', '04-internationalized-address.eml', '05-dots.eml', '06-hundred-kilobytes.eml', '07-composed.eml'];

async function started(args: readonly string[], options = {}): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const io = capturedIo(options);
  const code = await start(args, io);
  return { code, out: io.stdout.text, err: io.stderr.text };
}

describe('npm start', () => {
  test('as a program of its own, without a terminal: exit code 0, a page of text, nothing on the standard error', { timeout: 60_000 }, async () => {
    const program = fileURLToPath(new URL('../src/start.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@mailwright/source', program], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, err]).toEqual([0, '']);
    for (const text of ['STARTTLS', 'AUTH SCRAM-SHA-256-PLUS ***', 'C│ BDAT', 'C└ DATA', 'RFC 2920 3.1', 'RFC 3030 2', 'RFC 3207 4', 'TLSv1.3', `✗ rejected    550 5.1.1 No such user here`, 'what 07-composed.eml is made of', 'image/png', 'Höhen & 高さ.csv', 'spf pass   dkim pass pass  dmarc pass  accept', 'the body is not the one that was signed', 'spf relay.example (pass) does not align with sender.example', 'A1 AUTHENTICATE SCRAM-SHA-256-PLUS ***', '+ idling', 'RFC 2177 3', 'UID FETCH 1:9 (UID RFC822.SIZE BODY.PEEK[])', 'Read over IMAP: 9 messages, 116,016 octets', 'All as expected: 9 messages', '2 letters refused']) expect(out).toContain(text);
    for (const name of SAMPLES) expect(out).toContain(name);
    expect(out).not.toContain('\u001b');
  });

  test('--json: every letter identical, the refused recipient refused with 550, TLS', async () => {
    const { code, out } = await started(['--json']);
    expect(code).toBe(0);
    const arrivals = records(out).filter(({ type }) => type === 'arrival');
    expect(arrivals.map(({ name, form }) => `${name} ${form}`)).toEqual([...SAMPLES.map((name) => `${name} BDAT`), '05-dots.eml DATA', '01-plain-text.eml DATA']);
    for (const arrival of arrivals) expect([arrival['identical'], arrival['sha256Sent'], arrival['sha256Sent']]).toEqual([true, arrival['sha256Received'], arrival['sha256Read']]);
    expect(record(out, 'reading')).toMatchObject({ live: 'idle' });
    expect((record(out, 'reading')!['letters'] as readonly unknown[]).length).toBe(9);
    const refused = arrivals.flatMap(({ recipients }) => recipients as { readonly status: string }[]).filter(({ status }) => status !== 'accepted');
    expect(refused).toEqual([{ address: REFUSED_ADDRESS, status: 'rejected', phase: 'rcpt', code: 'SMTP_REJECTED', reply: '550 5.1.1 No such user here' }]);
    expect(record(out, 'tls')).toMatchObject({ mechanism: 'SCRAM-SHA-256-PLUS', tls: { authorized: true, serverName: 'localhost' } });
    const letters = records(out).filter(({ type }) => type === 'authentication');
    expect(letters.map(({ dmarc }) => (dmarc as { readonly result: string }).result)).toEqual([...SAMPLES.map(() => 'pass'), 'fail', 'fail']);
    expect(letters.at(-2)).toMatchObject({ name: '08-tampered.eml', outcome: 'rejected', spf: 'pass', dkim: [{ reason: 'body-hash-mismatch' }, { reason: 'body-hash-mismatch' }], reason: 'dmarc-reject' });
    expect(letters.at(-1)).toMatchObject({ name: '09-spoofed.eml', outcome: 'rejected', spf: 'pass', dkim: [], reason: 'dmarc-reject' });
    expect(record(out, 'summary')).toMatchObject({ ok: true, problems: [] });
  });

  test.each([80, 120])('a terminal of %i columns: nothing is wider, but lines that were said', async (columns) => {
    const { out } = await started([], { columns, env: { NO_COLOR: '1' } });
    for (const line of out.split('\n')) expect([...line].length).toBeLessThanOrEqual(columns);
  });

  test('colours on a terminal', async () => {
    expect((await started([], { columns: 100 })).out).toContain('\u001b[36mSTARTTLS\u001b[39m');
  });

  test('letters of the user: they arrive, LF made CRLF, and it says so', async () => {
    const folder = await scratchFolder();
    await writeFile(`${folder}/unix.eml`, 'Subject: mine\n\nhi\n.\nthere\n');
    await writeFile(`${folder}/plain.eml`, 'Subject: mine too\r\n\r\nhi\r\n');
    const { code, out } = await started([`${folder}/unix.eml`, `${folder}/plain.eml`]);
    expect(code).toBe(0);
    expect(out).toContain('Some lines ended in LF');
    expect(out).toContain('All as expected: 4 messages');
    expect(out).toContain('Read over IMAP: 4 messages');
    expect(out).toContain(REFUSED_ADDRESS);
  });

  test.each([
    ['a file that is not there', ['/nowhere.eml'], 2, "/nowhere.eml can't be read"],
    ['an option that is none', ['--jsonn'], 2, 'Did you mean --json?'],
  ])('%s -> exit code %s', async (_name, args, expected, message) => {
    const { code, err } = await started(args);
    expect([code, err]).toEqual([expected, expect.stringContaining(message)]);
  });

  test('a letter that can not be sent (a NUL in it) -> exit code 1, and it says why', async () => {
    const file = `${await scratchFolder()}/nul.eml`;
    await writeFile(file, 'Subject: x\r\n\r\n\0\r\n');
    const { code, out } = await started([file]);
    expect(code).toBe(1);
    expect(out).toContain('Not as expected');
    expect(out).toContain('nul.eml: bert@receiver.example is not-sent, not accepted');
  });
});

describe('judge', () => {
  type Facts = Pick<DemoServer, 'received' | 'refused' | 'sessionEnds' | 'errors'>;

  async function trials(): Promise<{ readonly trial: Trial; readonly intrusion: Trial; readonly facts: Facts }> {
    const io = capturedIo();
    const domain = await startDemoDomain();
    const server = await startDemoServer('secret', domain.resolver);
    const target = { endpoint: server.endpoint, ca: server.ca, password: 'secret' };
    const samples = await signSamples((await ownSamples(io)).slice(0, 2), domain);
    const intruders = await makeIntruders(domain);
    const session = await holdSession(target, samples, true, io);
    const intrusion = await holdSession(target, intruders, true, io);
    await server.close();
    await domain.close();
    const { received, refused, sessionEnds, errors } = server;
    return { trial: { session, samples, form: 'BDAT' }, intrusion: { session: intrusion, samples: intruders, form: 'BDAT' }, facts: { received, refused, sessionEnds, errors } };
  }

  test('what was read otherwise, or not at all -> a problem', async () => {
    const { trial, intrusion, facts } = await trials();
    const said: readonly TraceEntry[] = ['A1 AUTHENTICATE', 'A2 SELECT', 'A3 UID FETCH', 'A4 LOGOUT'].map((text, index) => ({ line: index + 1, direction: 'client', kind: 'command', atMs: 0, octets: 9, text, redacted: false, tag: undefined, name: undefined, state: 'greeting' }));
    const letters = facts.received.map(({ uid, sha256, message }) => ({ uid: uid!, sha256, octets: message.length }));
    const problemsOf = (reading: Partial<Reading>): readonly string[] => judge([trial], intrusion, facts, { entries: said, letters, updates: 1, live: 'idle', ...reading }).problems;
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ letters: [{ ...letters[0]!, sha256: 'other' }, letters[1]!] })).toEqual(['01-plain-text.eml: what was read over IMAP is not what was sent']);
    expect(problemsOf({ letters: letters.slice(1) })).toEqual(['01-plain-text.eml: it was not read over IMAP', 'the reader got 1 letters, and 2 had arrived']);
    expect(problemsOf({ updates: 0 })).toEqual(['the reader was told of no letter while he watched']);
    expect(problemsOf({ entries: said.slice(1) })).toEqual(['the reader never said AUTHENTICATE']);
  });

  test('all as it was -> no problem; each thing that is otherwise -> a problem', async () => {
    const { trial, intrusion, facts } = await trials();
    const { session, samples } = trial;
    const problemsOf = (changed: Partial<Trial>, changedFacts: Partial<typeof facts> = {}): readonly string[] => judge([{ ...trial, ...changed }], intrusion, { ...facts, ...changedFacts }).problems;
    expect(problemsOf({})).toEqual([]);
    const first = facts.received[0]!;
    const rest = facts.received.slice(1);
    expect(problemsOf({}, { received: [{ ...first, sha256: 'other' }, ...rest] })).toEqual(['01-plain-text.eml: what arrived is not what was sent']);
    expect(problemsOf({}, { received: rest })).toHaveLength(2);
    expect(problemsOf({}, { received: [...facts.received, first] })).toEqual(['the server got 1 messages that nobody sent']);
    expect(problemsOf({}, { received: [{ ...first, secure: false }, ...rest] })).toEqual(['the server took a message without TLS, or without a login']);
    expect(problemsOf({}, { received: [{ ...first, identity: undefined }, ...rest] })).toEqual(['the server took a message without TLS, or without a login']);
    expect(problemsOf({}, { sessionEnds: ['lost'] })).toEqual(['a session did not end by QUIT: lost']);
    expect(problemsOf({}, { errors: [new Error('broken')] })).toEqual(['the server reports: broken']);
    expect(problemsOf({ session: { ...session, tls: undefined } })).toEqual(['session 1 was not secured']);
    expect(problemsOf({ session: { ...session, tls: { ...session.tls!, authorized: false, authorizationError: 'X' } } })).toEqual(['session 1: the certificate was not trusted (X)']);
    expect(problemsOf({ session: { ...session, entries: [] } })).toEqual(['STARTTLS', 'AUTH', 'BDAT'].map((verb) => `session 1: ${verb} was never said`));
    const [tampered, spoofed] = facts.refused;
    expect(problemsOf({}, { received: [{ ...first, report: spoofed!.report }, ...rest] })).toEqual(['01-plain-text.eml: its signatures are missing, not pass', '01-plain-text.eml: DMARC is fail, not pass']);
    expect(problemsOf({}, { refused: [tampered!] })).toEqual(['09-spoofed.eml: it was not refused']);
    expect(problemsOf({}, { refused: [first, spoofed!] })).toEqual(['08-tampered.eml: DMARC is pass, not fail', '08-tampered.eml: a signature passes']);
    expect(judge([trial], { ...intrusion, session: { ...intrusion.session, results: session.results } }, facts).problems[0]).toBe('08-tampered.eml: the client was told 250, not 550');
    const refusal = session.results[1]!.recipients[1]!;
    const result = (changes: object): Partial<Trial> => ({ session: { ...session, results: [session.results[0]!, { ...session.results[1]!, recipients: [session.results[1]!.recipients[0]!, { ...refusal, ...changes }] }] } });
    expect(problemsOf(result({ reply: reply(551, undefined, 'no') }))).toEqual([`02-attachment.eml: ${REFUSED_ADDRESS} is refused with 551, not with 550`]);
    expect(problemsOf(result({ status: 'accepted' }))[0]).toContain(`${REFUSED_ADDRESS} is accepted, not rejected`);
    expect(samples).toHaveLength(2);
  });
});
