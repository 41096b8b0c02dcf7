/**
 * mailwright as a measured side: the only file of the benchmarks that touches its packages. Each side imports its package
 * when it is asked for, so that a server process holds no client.
 */
import { readFileSync } from 'node:fs';
import { QueuedLoad } from './sides/queued-load.ts';
import { RECIPIENT, SENDER } from './sides/bare-session.ts';
import type { RunningServer, ServeOptions } from './sides/protocol.ts';

interface Transaction {
  readonly from: string;
  readonly to: readonly string[];
  readonly body: Uint8Array;
}
interface Sender {
  send(transaction: Transaction): Promise<unknown>;
  close(): Promise<unknown>;
}
type ClientPackage = {
  createSmtpPool(options: Record<string, unknown>): Sender;
  connectSmtp(options: Record<string, unknown>): Promise<Sender>;
};

/** All load comes from one address. */
const MAX_CONNECTIONS = 10_000;

const clientPackage = async (): Promise<ClientPackage> => (await import('@mailwright/smtp-client')) as unknown as ClientPackage;

abstract class OurLoad extends QueuedLoad {
  protected sender: Sender | undefined = undefined;
  protected readonly transaction: Transaction = { from: SENDER, to: [RECIPIENT], body: new Uint8Array(readFileSync(this.options.messagePath)) };

  protected async sendOne(): Promise<void> {
    await this.sender!.send(this.transaction);
  }

  protected async close(): Promise<void> {
    await this.sender?.close();
  }
}

/** The pool, in clear text. */
export class OurPool extends OurLoad {
  protected async open(): Promise<void> {
    const { createSmtpPool } = await clientPackage();
    this.sender = createSmtpPool({ host: '127.0.0.1', port: this.options.port, tls: { mode: 'none' }, maxConnections: this.options.concurrency });
  }
}

/** One connection, with `window` transactions in flight (1 is the one-round-trip form). */
export class OurWindow extends OurLoad {
  protected override get queued(): number {
    return this.options.window * 2;
  }

  protected async open(): Promise<void> {
    const { connectSmtp } = await clientPackage();
    const window = this.options.window > 1 ? { window: this.options.window } : {};
    this.sender = await connectSmtp({ host: '127.0.0.1', port: this.options.port, tls: { mode: 'none' }, ...window });
  }
}

/** A connection of its own for every message, with STARTTLS. */
export class OurStartTls extends OurLoad {
  protected override get queued(): number {
    return this.options.concurrency;
  }

  protected async open(): Promise<void> {
    const { createSmtpPool } = await clientPackage();
    this.sender = createSmtpPool({
      host: '127.0.0.1', port: this.options.port, tls: { mode: 'required' }, maxConnections: this.options.concurrency, maxMessages: 1,
    });
  }
}

/** A server that counts messages and reads all their octets. */
export async function serveOurs(options: ServeOptions): Promise<RunningServer> {
  const { createSmtpServer } = await import('@mailwright/smtp-server');
  const counters = { messages: 0, octets: 0, port: 0 };
  const server = createSmtpServer({
    hostname: 'server.example',
    tls: options.tls && { key: readFileSync(options.tls.keyPath), cert: readFileSync(options.tls.certPath) },
    limits: { connectionsPerAddress: MAX_CONNECTIONS },
    async data({ body }) {
      for await (const chunk of body) counters.octets += chunk.length;
      counters.messages++;
    },
  });
  counters.port = (await server.listen({ host: '127.0.0.1' })).port;
  return counters;
}
