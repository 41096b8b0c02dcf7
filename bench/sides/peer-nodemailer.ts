/** nodemailer as a peer: its pool with ready-made octets (`raw`), and a connection of its own per message with STARTTLS. */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { QueuedLoad } from './queued-load.ts';
import { RECIPIENT, SENDER } from './bare-session.ts';

/** As much of nodemailer's API as is used here. */
interface Transporter {
  sendMail(mail: { envelope: { from: string; to: string[] }; raw: Buffer }): Promise<{ accepted: unknown[] }>;
  close(): void;
}
type Nodemailer = { createTransport(options: Record<string, unknown>): Transporter };

abstract class NodemailerLoad extends QueuedLoad {
  #transporter: Transporter | undefined = undefined;
  readonly #mail = { envelope: { from: SENDER, to: [RECIPIENT] }, raw: readFileSync(this.options.messagePath) };

  protected abstract settings(): Record<string, unknown>;

  protected open(): Promise<void> {
    const nodemailer = createRequire(this.options.peersPath)('nodemailer') as Nodemailer;
    this.#transporter = nodemailer.createTransport({ host: '127.0.0.1', port: this.options.port, secure: false, ...this.settings() });
    return Promise.resolve();
  }

  protected async sendOne(): Promise<void> {
    const sent = await this.#transporter!.sendMail(this.#mail);
    if (sent.accepted.length !== 1) throw new Error('nodemailer: the recipient was refused');
  }

  protected close(): Promise<void> {
    this.#transporter?.close();
    return Promise.resolve();
  }
}

export class NodemailerPool extends NodemailerLoad {
  protected settings(): Record<string, unknown> {
    return { pool: true, maxConnections: this.options.concurrency, maxMessages: Infinity, ignoreTLS: true };
  }
}

export class NodemailerStartTls extends NodemailerLoad {
  protected override get queued(): number {
    return this.options.concurrency;
  }

  protected settings(): Record<string, unknown> {
    return { requireTLS: true, tls: { rejectUnauthorized: false } };
  }
}
