/**
 * The physical limit of receiving: a `node:net` server that finds CRLF, looks at the first letter of a command, and
 * answers all that a chunk asked in one write. It checks nothing else. In DATA it looks for CRLF.CRLF with the engine's
 * search; a BDAT chunk is skipped by its count.
 */
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { readFileSync } from 'node:fs';
import type { SecureContext } from 'node:tls';
import type { RunningServer, ServeOptions } from './protocol.ts';

const LETTER = { B: 0x42, D: 0x44, E: 0x45, M: 0x4d, Q: 0x51, R: 0x52, S: 0x53 } as const;
const UPPER_CASE = 0xdf;
const END_OF_DATA: Buffer = Buffer.from('\r\n.\r\n');
const GREETING = '220 server.example ESMTP\r\n';
const OK = '250 2.0.0 OK\r\n';
const GO_AHEAD = '354 Go ahead\r\n';
const BYE = '221 2.0.0 Bye\r\n';

/** What all connections of a responder share. */
class Responder implements RunningServer {
  messages = 0;
  readonly octets = 0;
  port = 0;
  readonly ehlo: string;
  readonly context: SecureContext | undefined;

  constructor(options: ServeOptions) {
    const keywords = ['server.example', '8BITMIME', 'ENHANCEDSTATUSCODES'];
    if (options.pipelining) keywords.push('PIPELINING');
    if (options.chunking) keywords.push('CHUNKING');
    this.context = options.tls && createSecureContext({ key: readFileSync(options.tls.keyPath), cert: readFileSync(options.tls.certPath) });
    if (this.context !== undefined) keywords.push('STARTTLS');
    this.ehlo = keywords.map((keyword, index) => `250${index === keywords.length - 1 ? ' ' : '-'}${keyword}\r\n`).join('');
  }
}

/** One connection: at most one partial command line or four octets of data are carried to the next chunk. */
class Connection {
  readonly responder: Responder;
  readonly socket: Socket;
  rest: Buffer | undefined = undefined;
  inData = false;
  closing = false;
  /** Octets of the BDAT chunk that have not come yet. */
  toSkip = 0;

  constructor(responder: Responder, socket: Socket) {
    this.responder = responder;
    this.socket = socket;
  }

  take(chunk: Buffer): void {
    const input = this.rest === undefined ? chunk : Buffer.concat([this.rest, chunk]);
    this.rest = undefined;
    let out = '';
    let at = 0;
    while (at < input.length) {
      if (this.toSkip > 0) {
        const skipped = Math.min(this.toSkip, input.length - at);
        at += skipped;
        this.toSkip -= skipped;
        if (this.toSkip > 0) break;
        this.responder.messages++;
        out += OK;
      } else if (this.inData) {
        const end = input.indexOf(END_OF_DATA, at);
        if (end < 0) {
          this.rest = input.subarray(Math.max(at, input.length - 4));
          break;
        }
        this.inData = false;
        this.responder.messages++;
        at = end + 5;
        out += OK;
      } else {
        const end = input.indexOf('\r\n', at, 'latin1');
        if (end < 0) {
          this.rest = input.subarray(at);
          break;
        }
        out += this.command(input, at, end);
        at = end + 2;
      }
    }
    if (this.closing) this.socket.end(out, 'latin1');
    else if (out !== '') this.socket.write(out, 'latin1');
  }

  command(input: Buffer, from: number, to: number): string {
    switch (input[from]! & UPPER_CASE) {
      case LETTER.M: case LETTER.R:
        return OK;
      case LETTER.D:
        this.inData = true;
        return GO_AHEAD;
      case LETTER.B:
        this.toSkip = parseInt(input.toString('latin1', from + 5, to), 10);
        return '';
      case LETTER.E:
        return this.responder.ehlo;
      case LETTER.S:
        this.startTls();
        return '';
      case LETTER.Q:
        this.closing = true;
        return BYE;
      default:
        return OK;
    }
  }

  startTls(): void {
    this.socket.write('220 2.0.0 Go ahead\r\n');
    this.socket.removeAllListeners('data');
    const secure = new TLSSocket(this.socket, { isServer: true, secureContext: this.responder.context! });
    serve(this.responder, secure);
  }
}

function serve(responder: Responder, socket: Socket): void {
  const connection = new Connection(responder, socket);
  socket.on('data', (chunk: Buffer) => connection.take(chunk));
  socket.on('error', () => socket.destroy());
}

export const listening = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => resolve((server.address() as AddressInfo).port));
  });

export async function serveBareResponder(options: ServeOptions): Promise<RunningServer> {
  const responder = new Responder(options);
  const server = createServer({ noDelay: true }, (socket) => {
    serve(responder, socket);
    socket.write(GREETING);
  });
  responder.port = await listening(server);
  return responder;
}
