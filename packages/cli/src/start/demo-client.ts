/** One session of `npm start`, from the client's side: connect, STARTTLS, log in, send some letters, QUIT. */
import type { Endpoint, TlsFacts } from '@mailwright/net';
import type { Capabilities, TranscriptEntry } from '@mailwright/smtp';
import { connectSmtp, type SendResult } from '@mailwright/smtp-client';
import type { CommandIo } from '../command-io.ts';
import { allTimeouts } from '../commands/connection-options.ts';
import { CLIENT_NAME } from './demo-domain.ts';
import { USER } from './demo-server.ts';
import type { Sample } from './samples.ts';

/** Nobody waits longer than this for a server in the same process. */
const PATIENCE_MS = 20_000;

export interface DemoSession {
  readonly entries: readonly TranscriptEntry[];
  readonly results: readonly SendResult[];
  readonly tls: TlsFacts | undefined;
  readonly capabilities: Capabilities;
}

export interface DemoTarget {
  readonly endpoint: Endpoint;
  readonly ca: string;
  readonly password: string;
}

/** Holds a session; without `chunking` the letters go behind DATA. Rejects with an `SmtpError`. */
export async function holdSession({ endpoint, ca, password }: DemoTarget, samples: readonly Sample[], chunking: boolean, io: CommandIo): Promise<DemoSession> {
  const entries: TranscriptEntry[] = [];
  const connection = await connectSmtp({
    host: endpoint.address,
    port: endpoint.port,
    servername: 'localhost',
    tls: { mode: 'verified', names: ['localhost'] },
    ca,
    auth: { username: USER, password },
    helloDomain: CLIENT_NAME,
    disabled: chunking ? [] : ['CHUNKING'],
    connectTimeoutMs: PATIENCE_MS,
    timeouts: allTimeouts(PATIENCE_MS),
    trace: (entry) => void entries.push(entry),
    signal: io.stop,
    clock: io.clock,
    random: io.random,
  });
  const { tls, capabilities } = connection;
  // All at once: each stands behind the one before, so no round trip is spent between two letters.
  const results = await Promise.all(samples.map(({ from, to, octets }) => connection.send({ from, to, body: octets, signal: io.stop })));
  await connection.quit({ timeoutMs: PATIENCE_MS });
  return { entries, results, tls, capabilities };
}
