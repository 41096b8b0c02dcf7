/** smtp-server as a peer: no AUTH, no reverse lookup, a handler that counts the octets. */
import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import type { Server } from 'node:net';
import type { RunningServer, ServeOptions } from './protocol.ts';
import { listening } from './bare-responder.ts';

type SmtpServer = new (options: Record<string, unknown>) => { server: Server };

export async function servePeerSmtpServer(options: ServeOptions): Promise<RunningServer> {
  const { SMTPServer } = createRequire(options.peersPath)('smtp-server') as { SMTPServer: SmtpServer };
  const counters = { messages: 0, octets: 0, port: 0 };
  const { server } = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'], disableReverseLookup: true, logger: false, size: 64 << 20,
    onData(stream: Readable, _session: unknown, done: () => void) {
      stream.on('data', (chunk: Buffer) => (counters.octets += chunk.length));
      stream.on('end', () => {
        counters.messages++;
        done();
      });
    },
  });
  counters.port = await listening(server);
  return counters;
}
