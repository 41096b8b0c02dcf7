/** Our client for a scenario: to 127.0.0.1, closed when the scenario ends, with the dialogue kept. */
import assert from 'node:assert/strict';
import { connectSmtp, createSmtpPool } from '@mailwright/smtp-client';
import { FROM, INTERNATIONAL_FROM, INTERNATIONAL_TO, TO } from './our-server.ts';
import type { Transcript, TranscriptEntry } from '@mailwright/smtp';
import type { SendResult, SmtpConnectOptions, SmtpConnection, SmtpMessage, SmtpPool, SmtpPoolOptions } from '@mailwright/smtp-client';
import type { Sample } from './messages.ts';
import type { ScenarioContext } from './scenario.ts';

const CLIENT_NAME = 'client.mailwright.example';

export interface OurClient {
  readonly connection: SmtpConnection;
  readonly transcript: Transcript;
}

/** Connects; resolves when messages can be sent. */
export async function connectOurClient(context: ScenarioContext, options: SmtpConnectOptions): Promise<OurClient> {
  const transcript: TranscriptEntry[] = [];
  const connection = await connectSmtp({ host: '127.0.0.1', helloDomain: CLIENT_NAME, signal: context.signal, trace: (entry) => void transcript.push(entry), ...options });
  context.defer(() => connection.close());
  return { connection, transcript };
}

export function createOurPool(context: ScenarioContext, options: SmtpPoolOptions): SmtpPool {
  const pool = createSmtpPool({ host: '127.0.0.1', helloDomain: CLIENT_NAME, ...options });
  context.defer(() => pool.close({ timeoutMs: 0 }));
  return pool;
}

/** A sample in its envelope, an international one where it needs that. */
export function envelop({ octets, needs }: Sample, more: Partial<SmtpMessage> = {}): SmtpMessage {
  const [from, to] = needs === 'SMTPUTF8' ? [INTERNATIONAL_FROM, INTERNATIONAL_TO] : [FROM, TO];
  return { from, to, body: octets, ...more };
}

/** Sends them one after another, or all at once as far as the connection's window goes. All must be accepted. */
export async function sendAll({ connection }: OurClient, messages: readonly SmtpMessage[]): Promise<readonly SendResult[]> {
  const results = await Promise.all(messages.map((message) => connection.send(message)));
  for (const { outcome, error } of results) assert.equal(outcome, 'accepted', error);
  return results;
}

/** What we said: the verbs of the commands, each once, in the order in which they were said first. */
export function verbs({ transcript }: OurClient): string[] {
  return [...new Set(transcript.filter(({ direction, text }) => direction === 'client' && text !== undefined).map(({ text }) => text!.split(' ', 1)[0]!))];
}
