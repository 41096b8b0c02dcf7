/** What has to be true after `npm start`, and what is: each letter held against what the server got. */
import { createHash } from 'node:crypto';
import type { AuthenticationReport } from '@mailwright/auth';
import type { SendResult } from '@mailwright/smtp-client';
import { missingInArrival } from './composed-letter.ts';
import type { DemoSession } from './demo-client.ts';
import { USER, type DemoServer, type Received } from './demo-server.ts';
import type { ReadLetter, Reading } from './demo-reader.ts';
import { REFUSED_ADDRESS, type Sample } from './samples.ts';

/** One session, with what was to be sent in it and how. */
export interface Trial {
  readonly session: DemoSession;
  readonly samples: readonly Sample[];
  readonly form: 'BDAT' | 'DATA';
}

/** One letter: sent, and received. */
export interface Arrival {
  readonly name: string;
  readonly form: 'BDAT' | 'DATA';
  readonly octets: number;
  readonly sha256Sent: string;
  readonly sha256Received: string | undefined;
  /** What was read over IMAP. */
  readonly sha256Read: string | undefined;
  /** What arrived; `undefined` for nothing. */
  readonly received: Uint8Array | undefined;
  readonly identical: boolean;
  readonly mended: boolean;
  readonly result: SendResult;
}

/** A letter, and what the server found out about its author. */
export interface Authenticated {
  readonly name: string;
  readonly report: AuthenticationReport;
  readonly result: SendResult;
}

export interface Verdict {
  /** Of each letter the first time it came. */
  readonly authenticated: readonly Authenticated[];
  readonly arrivals: readonly Arrival[];
  /** What the reader saw; `undefined` where nobody read. */
  readonly reading: Reading | undefined;
  /** What is not as expected; empty when all is well. */
  readonly problems: readonly string[];
}

type Facts = Pick<DemoServer, 'received' | 'refused' | 'sessionEnds' | 'errors'>;

/** Holds what was sent against what arrived, and that against what was read; of the `intrusion` nothing may have. */
export function judge(trials: readonly Trial[], intrusion: Trial, server: Facts, reading?: Reading): Verdict {
  const problems: string[] = [];
  const authenticated: Authenticated[] = [];
  const received = [...server.received];
  const arrivals = trials.flatMap((trial) => trial.samples.map((sample, index) => {
    const result = trial.session.results[index]!;
    const taken = result.recipients.some(({ status }) => status === 'accepted');
    const seen = taken ? received.shift() : undefined;
    const letter = reading?.letters.find(({ uid }) => uid === seen?.uid);
    const arrival = compare(sample, trial.form, result, seen, letter);
    if (reading !== undefined && seen !== undefined) problems.push(...checkRead(arrival));
    problems.push(...checkArrival(arrival, sample));
    if (seen !== undefined && trial === trials[0]) authenticated.push({ name: sample.name, report: seen.report, result });
    if (seen !== undefined && sample.signed) problems.push(...checkBelieved(sample.name, seen.report));
    return arrival;
  }));
  for (const [index, sample] of intrusion.samples.entries()) {
    const report = server.refused[index]?.report;
    const result = intrusion.session.results[index]!;
    problems.push(...checkRefused(sample.name, report, result));
    if (report !== undefined) authenticated.push({ name: sample.name, report, result });
  }
  if (received.length > 0) problems.push(`the server got ${received.length} messages that nobody sent`);
  for (const [index, { session, form }] of [...trials, intrusion].entries()) problems.push(...checkSession(session, form, index + 1));
  for (const message of server.received) if (!message.secure || message.identity !== USER) problems.push('the server took a message without TLS, or without a login');
  if (server.sessionEnds.some((end) => end !== 'quit')) problems.push(`a session did not end by QUIT: ${server.sessionEnds.join(', ')}`);
  if (reading !== undefined) problems.push(...checkReading(reading, server));
  for (const error of server.errors) problems.push(`the server reports: ${error instanceof Error ? error.message : String(error)}`);
  return { authenticated, arrivals, reading, problems };
}

/** SPF, every signature, and with them DMARC. */
function checkBelieved(name: string, { spf, dkim, dmarc }: AuthenticationReport): readonly string[] {
  const problems: string[] = [];
  if (spf.mailFrom?.result !== 'pass') problems.push(`${name}: SPF is ${spf.mailFrom?.result ?? 'not checked'}, not pass`);
  if (dkim.length !== 2 || dkim.some(({ result }) => result !== 'pass')) problems.push(`${name}: its signatures are ${dkim.map(({ result, reason }) => `${result} (${reason ?? ''})`).join(', ') || 'missing'}, not pass`);
  if (dmarc.result !== 'pass') problems.push(`${name}: DMARC is ${dmarc.result}, not pass`);
  return problems;
}

function checkRefused(name: string, report: AuthenticationReport | undefined, { outcome, reply }: SendResult): readonly string[] {
  if (report === undefined) return [`${name}: it was not refused`];
  const problems: string[] = [];
  if (report.dmarc.result !== 'fail') problems.push(`${name}: DMARC is ${report.dmarc.result}, not fail`);
  if (report.dkim.some(({ result }) => result === 'pass')) problems.push(`${name}: a signature passes`);
  if (outcome !== 'rejected' || reply?.code !== 550) problems.push(`${name}: the client was told ${reply?.code ?? outcome}, not 550`);
  return problems;
}

/** What was read is what was sent, octet by octet. */
function checkRead({ name, sha256Sent, sha256Read }: Arrival): readonly string[] {
  if (sha256Read === sha256Sent) return [];
  return [sha256Read === undefined ? `${name}: it was not read over IMAP` : `${name}: what was read over IMAP is not what was sent`];
}

function checkReading({ letters, updates, entries }: Reading, server: Facts): readonly string[] {
  const problems: string[] = [];
  if (letters.length !== server.received.length) problems.push(`the reader got ${letters.length} letters, and ${server.received.length} had arrived`);
  if (server.received.length > 0 && updates === 0) problems.push('the reader was told of no letter while he watched');
  const said = entries.filter(({ direction }) => direction === 'client').map(({ text }) => text ?? '');
  for (const word of ['AUTHENTICATE', 'SELECT', ...(server.received.length > 0 ? ['UID FETCH'] : []), 'LOGOUT']) if (!said.some((line) => line.includes(` ${word}`))) problems.push(`the reader never said ${word}`);
  return problems;
}

function compare({ name, octets, mended }: Sample, form: Trial['form'], result: SendResult, received: Received | undefined, letter: ReadLetter | undefined): Arrival {
  const sha256Sent = createHash('sha256').update(octets).digest('hex');
  const identical = received?.sha256 === sha256Sent && received.message.length === octets.length;
  return { name, form, octets: octets.length, sha256Sent, sha256Received: received?.sha256, sha256Read: letter?.sha256, received: received?.message, identical, mended, result };
}

/** The one recipient is refused with 550, all others get what was sent. */
function checkArrival({ name, identical, received, result }: Arrival, sample: Sample): readonly string[] {
  const problems: string[] = [];
  for (const { address, status, reply, code } of result.recipients) {
    const expected = address === REFUSED_ADDRESS ? 'rejected' : 'accepted';
    if (status !== expected) problems.push(`${name}: ${address} is ${status}, not ${expected} (${result.error?.message ?? code ?? 'no reason given'})`);
    else if (expected === 'rejected' && reply?.code !== 550) problems.push(`${name}: ${address} is refused with ${reply?.code ?? 'nothing'}, not with 550`);
  }
  const shallArrive = sample.to.some(({ address }) => address !== REFUSED_ADDRESS);
  if (shallArrive && !identical) problems.push(`${name}: what arrived is not what was sent`);
  if (sample.composedOf !== undefined && received !== undefined) problems.push(...missingInArrival(received, sample.composedOf).map((what) => `${name}: ${what} can't be found in what arrived`));
  return problems;
}

function checkSession({ tls, entries }: DemoSession, form: Trial['form'], number: number): readonly string[] {
  const problems: string[] = [];
  const commands = entries.filter(({ kind }) => kind === 'command').map(({ text }) => text ?? '');
  if (tls === undefined) problems.push(`session ${number} was not secured`);
  else if (!tls.authorized) problems.push(`session ${number}: the certificate was not trusted (${tls.authorizationError ?? 'no reason given'})`);
  for (const verb of ['STARTTLS', 'AUTH', form]) if (!commands.some((line) => line.split(' ', 1)[0] === verb)) problems.push(`session ${number}: ${verb} was never said`);
  return problems;
}
