/** What has to be true after `npm start`, and what is: each letter held against what the server got. */
import { createHash } from 'node:crypto';
import type { SendResult } from '@mailwright/smtp-client';
import { missingInArrival } from './composed-letter.ts';
import type { DemoSession } from './demo-client.ts';
import { USER, type DemoServer, type Received } from './demo-server.ts';
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
  /** What arrived; `undefined` for nothing. */
  readonly received: Uint8Array | undefined;
  readonly identical: boolean;
  readonly mended: boolean;
  readonly result: SendResult;
}

export interface Verdict {
  readonly arrivals: readonly Arrival[];
  /** What is not as expected; empty when all is well. */
  readonly problems: readonly string[];
}

type Facts = Pick<DemoServer, 'received' | 'sessionEnds' | 'errors'>;

/** Holds what was sent against what arrived. */
export function judge(trials: readonly Trial[], server: Facts): Verdict {
  const problems: string[] = [];
  const received = [...server.received];
  const arrivals = trials.flatMap((trial) => trial.samples.map((sample, index) => {
    const result = trial.session.results[index]!;
    const taken = result.recipients.some(({ status }) => status === 'accepted');
    const arrival = compare(sample, trial.form, result, taken ? received.shift() : undefined);
    problems.push(...checkArrival(arrival, sample));
    return arrival;
  }));
  if (received.length > 0) problems.push(`the server got ${received.length} messages that nobody sent`);
  for (const [index, { session, form }] of trials.entries()) problems.push(...checkSession(session, form, index + 1));
  for (const message of server.received) if (!message.secure || message.identity !== USER) problems.push('the server took a message without TLS, or without a login');
  if (server.sessionEnds.some((end) => end !== 'quit')) problems.push(`a session did not end by QUIT: ${server.sessionEnds.join(', ')}`);
  for (const error of server.errors) problems.push(`the server reports: ${error instanceof Error ? error.message : String(error)}`);
  return { arrivals, problems };
}

function compare({ name, octets, mended }: Sample, form: Trial['form'], result: SendResult, received: Received | undefined): Arrival {
  const sha256Sent = createHash('sha256').update(octets).digest('hex');
  const identical = received?.sha256 === sha256Sent && received.message.length === octets.length;
  return { name, form, octets: octets.length, sha256Sent, sha256Received: received?.sha256, received: received?.message, identical, mended, result };
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
