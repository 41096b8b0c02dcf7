/**
 * mailwright as a measured side: the only file of the benchmarks that touches its packages. Each side imports its package
 * when it is asked for, so that a server process holds no client.
 */
import { readFileSync } from 'node:fs';
import type { SendResult, SmtpConnection, SmtpMessage, SmtpPool, SmtpPoolOptions } from '@mailwright/smtp-client';
import { QueuedLoad } from './sides/queued-load.ts';
import { RECIPIENT, SENDER } from './sides/bare-session.ts';
import type { RunningServer, ServeOptions } from './sides/protocol.ts';

/** All load comes from one address. */
const MAX_CONNECTIONS = 10_000;

interface Sender {
  send(message: SmtpMessage): Promise<SendResult>;
}

abstract class OurLoad extends QueuedLoad {
  protected sender: Sender | undefined = undefined;
  readonly #message: SmtpMessage = { from: SENDER, to: RECIPIENT, body: new Uint8Array(readFileSync(this.options.messagePath)) };

  protected async sendOne(): Promise<void> {
    const { outcome, error } = await this.sender!.send(this.#message);
    if (outcome !== 'accepted') throw error ?? new Error(outcome);
  }
}

abstract class OurPoolLoad extends OurLoad {
  #pool: SmtpPool | undefined = undefined;

  protected abstract settings(): SmtpPoolOptions;

  protected async open(): Promise<void> {
    const { createSmtpPool } = await import('@mailwright/smtp-client');
    this.sender = this.#pool = createSmtpPool({ host: '127.0.0.1', port: this.options.port, maxConnections: this.options.concurrency, ...this.settings() });
  }

  protected async close(): Promise<void> {
    await this.#pool!.close();
  }
}

/** The pool, in clear text. */
export class OurPool extends OurPoolLoad {
  protected settings(): SmtpPoolOptions {
    return { tls: { mode: 'none' } };
  }
}

/** A connection of its own for every message, with STARTTLS. */
export class OurStartTls extends OurPoolLoad {
  protected override get queued(): number {
    return this.options.concurrency;
  }

  protected settings(): SmtpPoolOptions {
    return { tls: { mode: 'required' }, maxMessagesPerConnection: 1 };
  }
}

/** One connection, with `window` transactions in flight (1 is the one-round-trip form). */
export class OurWindow extends OurLoad {
  #connection: SmtpConnection | undefined = undefined;

  protected override get queued(): number {
    return this.options.window * 2;
  }

  protected async open(): Promise<void> {
    const { connectSmtp } = await import('@mailwright/smtp-client');
    const { port, window } = this.options;
    this.sender = this.#connection = await connectSmtp({ host: '127.0.0.1', port, tls: { mode: 'none' }, ...(window > 1 && { window }) });
  }

  protected async close(): Promise<void> {
    await this.#connection!.quit();
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
