/**
 * The physical limit of sending: sockets of `node:net`, prebuilt octets, replies counted by their line feeds.
 * Three forms: RFC 2920 groups with the end of one message and the next MAIL, RCPT, DATA in one write (one round trip a
 * message), one command a round trip, and many BDAT transactions in flight at once.
 */
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { Load } from './load.ts';
import type { LoadOptions } from './protocol.ts';
import { LF, MAIL, RCPT, messageAndDot, openSession, refused } from './bare-session.ts';

/** A load whose connections each run `drive` until they close. */
abstract class BareLoad extends Load {
  #open: Promise<void>[] = [];

  async begin(): Promise<void> {
    const sockets = await Promise.all(Array.from({ length: this.options.concurrency }, () => openSession(this.options.port)));
    this.#open = sockets.map((socket) => new Promise((resolve) => socket.once('close', () => resolve())));
    for (const socket of sockets) {
      socket.on('error', this.fail);
      socket.on('close', () => {
        if (!this.stopping) this.fail(new Error('the server closed the connection'));
      });
      this.drive(socket);
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.#open);
  }

  protected abstract drive(socket: Socket): void;
}

const countLines = (chunk: Uint8Array): number => {
  let lines = 0;
  for (let index = 0; index < chunk.length; index++) if (chunk[index] === LF) lines++;
  return lines;
};

/** One round trip a message: message, final dot, MAIL, RCPT and DATA of the next in one write, four replies back. */
export class BarePipelined extends BareLoad {
  readonly #group: Buffer = messageAndDot(this.options.messagePath, `${MAIL}${RCPT}DATA\r\n`);
  readonly #last: Buffer = messageAndDot(this.options.messagePath, 'QUIT\r\n');

  protected drive(socket: Socket): void {
    let awaited = 3;
    let inMessage = false;
    socket.on('data', (chunk: Buffer) => {
      if (refused(chunk)) this.fail(new Error(chunk.toString('latin1')));
      awaited -= countLines(chunk);
      if (awaited > 0) return;
      if (inMessage) this.messages++;
      inMessage = true;
      awaited = 4;
      if (!this.stopping) return void socket.write(this.#group);
      this.messages++;
      socket.removeAllListeners('data').resume();
      socket.end(this.#last);
    });
    socket.write(`${MAIL}${RCPT}DATA\r\n`);
  }
}

/** Four round trips a message, for servers without PIPELINING. */
export class BareLockstep extends BareLoad {
  readonly #steps: readonly Buffer[] = [
    Buffer.from(MAIL), Buffer.from(RCPT), Buffer.from('DATA\r\n'), messageAndDot(this.options.messagePath, ''),
  ];

  protected drive(socket: Socket): void {
    let step = 0;
    socket.on('data', (chunk: Buffer) => {
      if (refused(chunk)) this.fail(new Error(chunk.toString('latin1')));
      if (chunk[chunk.length - 1] !== LF) return;
      if (step === 4) {
        this.messages++;
        step = 0;
        if (this.stopping) return void socket.removeAllListeners('data').resume().end('QUIT\r\n');
      }
      socket.write(this.#steps[step++]!);
    });
    socket.write(this.#steps[step++]!);
  }
}

/** No round trip: up to `window` transactions of MAIL, RCPT and BDAT LAST in flight, topped up whenever replies arrive. */
export class BareWindow extends BareLoad {
  protected readonly transaction: Buffer;

  constructor(options: LoadOptions) {
    super(options);
    const message = readFileSync(options.messagePath);
    this.transaction = Buffer.concat([Buffer.from(`${MAIL}${RCPT}BDAT ${message.length} LAST\r\n`), message]);
  }

  protected drive(socket: Socket): void {
    const { window } = this.options;
    let lines = 0;
    let inFlight = window;
    socket.on('data', (chunk: Buffer) => {
      if (refused(chunk)) this.fail(new Error(chunk.toString('latin1')));
      lines += countLines(chunk);
      const answered = Math.floor(lines / 3);
      if (answered === 0) return;
      lines -= answered * 3;
      this.messages += answered;
      inFlight -= answered;
      if (!this.stopping) {
        this.topUp(socket, window - inFlight);
        inFlight = window;
      } else if (inFlight === 0) {
        socket.removeAllListeners('data').resume().end('QUIT\r\n');
      }
    });
    this.topUp(socket, window);
  }

  /** Sends `count` more transactions, each in a write of its own. */
  protected topUp(socket: Socket, count: number): void {
    for (let sent = 0; sent < count; sent++) socket.write(this.transaction);
  }
}

/** The same with a slice of one prebuilt block for all that the window has room for: nothing at all is done per message. */
export class BareWindowBlocks extends BareWindow {
  readonly #block: Buffer = Buffer.concat(Array.from({ length: this.options.window }, () => this.transaction));

  protected override topUp(socket: Socket, count: number): void {
    socket.write(this.#block.subarray(0, count * this.transaction.length));
  }
}
