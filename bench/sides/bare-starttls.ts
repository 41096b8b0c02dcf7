/**
 * The physical limit of one connection, one STARTTLS and one message: `node:tls` over `node:net`, one secure context for
 * all, every command that may be pipelined in one write. With `resume` the session of the last connection is offered.
 */
import { connect as connectTls, createSecureContext } from 'node:tls';
import type { SecureContext, TLSSocket } from 'node:tls';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { Load } from './load.ts';
import type { LoadOptions } from './protocol.ts';
import { MAIL, RCPT, ask, messageAndDot, readReply } from './bare-session.ts';

class BareStartTlsLoad extends Load {
  readonly #resume: boolean;
  readonly #context: SecureContext = createSecureContext();
  readonly #message: Buffer = messageAndDot(this.options.messagePath, 'QUIT\r\n');
  #session: Buffer | undefined = undefined;
  #workers: Promise<void>[] = [];

  constructor(options: LoadOptions, resume: boolean) {
    super(options);
    this.#resume = resume;
  }

  begin(): Promise<void> {
    this.#workers = Array.from({ length: this.options.concurrency }, () => this.#work());
    for (const worker of this.#workers) worker.catch(this.fail);
    return Promise.resolve();
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers);
  }

  async #work(): Promise<void> {
    while (!this.stopping) {
      await this.#sendOne();
      this.messages++;
    }
  }

  async #sendOne(): Promise<void> {
    const socket = connect({ port: this.options.port, host: '127.0.0.1', noDelay: true });
    await readReply(socket);
    await ask(socket, 'EHLO client.example\r\n');
    await ask(socket, 'STARTTLS\r\n');
    const secure = await this.#handshake(socket);
    await ask(secure, 'EHLO client.example\r\n');
    await replies(secure, `${MAIL}${RCPT}DATA\r\n`, 3);
    await replies(secure, this.#message, 2);
    secure.end();
  }

  #handshake(socket: Socket): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const session = this.#resume ? this.#session : undefined;
      const secure = connectTls({ socket, secureContext: this.#context, rejectUnauthorized: false, ...(session && { session }) });
      secure.once('secureConnect', () => resolve(secure)).on('error', reject);
      if (this.#resume) secure.once('session', (ticket) => (this.#session = ticket));
    });
  }
}

/** Writes, then waits until `count` one-line replies have come. */
function replies(socket: Socket, octets: string | Buffer, count: number): Promise<void> {
  return new Promise((resolve) => {
    let awaited = count;
    const onData = (chunk: Buffer): void => {
      for (const octet of chunk) if (octet === 0x0a) awaited--;
      if (awaited > 0) return;
      socket.off('data', onData);
      resolve();
    };
    socket.on('data', onData);
    socket.write(octets);
  });
}

/** A full handshake for every message. */
export class BareStartTls extends BareStartTlsLoad {
  constructor(options: LoadOptions) {
    super(options, false);
  }
}

/** The handshake resumes the session of an earlier connection. */
export class BareStartTlsResumed extends BareStartTlsLoad {
  constructor(options: LoadOptions) {
    super(options, true);
  }
}
