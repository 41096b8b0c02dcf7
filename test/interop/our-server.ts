/** A server of ours for a scenario: named, with a certificate that only the scenario's authority vouches for, and watched. */
import { startSmtpServer } from '@mailwright/testing';
import { writeText } from './files.ts';
import type { Transcript } from '@mailwright/smtp';
import type { ReceivedMessage, TestServerOptions, TestSmtpServer } from '@mailwright/testing';
import type { ScenarioContext } from './scenario.ts';

/** Our server's name, in its greeting and in its certificate. */
export const OUR_NAME = 'mx.mailwright.example';
export const USERNAME = 'alice';
/** With what breaks clients that do not quote, and no octet above 127: RFC 4616 leaves those to SASLprep, CRAM-MD5 to chance. */
export const PASSWORD = 'correct "horse"\\battery=%&';
export const FROM = 'alice@mailwright.example';
export const TO = 'bob@postfix.example';
export const INTERNATIONAL_FROM = 'j\u00fcrgen@b\u00fccher.example';
export const INTERNATIONAL_TO = '\u03b4\u03bf\u03ba\u03b9\u03bc\u03ae@postfix.example';

export interface OurServer {
  readonly server: TestSmtpServer;
  readonly port: number;
  /** The authority to trust: a file in PEM. */
  readonly caFile: string;
  /** Everything that was received, in order. */
  received(): Uint8Array[];
  /** Waits until so many messages are there. */
  arrived(count: number): Promise<readonly ReceivedMessage[]>;
}

/** Starts one that ends with the scenario. An error inside it fails the scenario. */
export async function startOurServer(context: ScenarioContext, options: TestServerOptions = {}): Promise<OurServer> {
  const problems: unknown[] = [];
  const server = await startSmtpServer({ hostname: OUR_NAME, host: '127.0.0.1', error: (problem) => void problems.push(problem), ...options });
  const caFile = writeText(context, `ca-${server.port}.pem`, server.ca);
  context.defer(async () => {
    await server.close();
    if (problems.length > 0) throw problems[0];
  });
  return {
    server,
    port: server.port,
    caFile,
    received: () => server.messages.map(({ octets }) => octets),
    arrived: (count) => server.waitForCount(count, { timeout: Infinity, signal: context.signal }),
  };
}

/** Whether a client sent RCPT before it had the reply to MAIL. */
export function isPipelined(transcript: Transcript): boolean {
  return transcript.some(({ text }, index) => text?.startsWith('MAIL ') === true && transcript[index + 1]?.text?.startsWith('RCPT ') === true);
}
