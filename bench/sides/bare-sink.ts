/**
 * The fastest sink for large messages: it looks for the end of the data at the ends of chunks only, which holds for the
 * clients measured here, since what they send behind CRLF.CRLF is a short group of commands and then they wait.
 */
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { RunningServer, ServeOptions } from './protocol.ts';
import { listening } from './bare-responder.ts';

/** The final dot and the commands behind it fit in this. */
const TAIL_OCTETS = 512;
const END_OF_DATA = '\r\n.\r\n';

class Connection {
  readonly socket: Socket;
  readonly server: { messages: number; octets: number };
  inData = false;
  tail = '';

  constructor(socket: Socket, server: { messages: number; octets: number }) {
    this.socket = socket;
    this.server = server;
  }

  take(chunk: Buffer): void {
    this.server.octets += chunk.length;
    const from = Math.max(0, chunk.length - TAIL_OCTETS);
    const fresh = chunk.toString('latin1', from);
    this.tail = from > 0 ? fresh : (this.tail + fresh).slice(-TAIL_OCTETS);
    if (!this.tail.endsWith('\r\n')) return;
    let commands = this.tail;
    let out = '';
    if (this.inData) {
      const end = this.tail.lastIndexOf(END_OF_DATA);
      if (end < 0) return;
      this.server.messages++;
      this.inData = false;
      out = '250 2.0.0 OK\r\n';
      commands = this.tail.slice(end + END_OF_DATA.length);
    }
    this.tail = '';
    for (const command of commands.split('\r\n')) out += this.answer(command);
    this.socket.write(out, 'latin1');
  }

  answer(command: string): string {
    switch (command.slice(0, 4).toUpperCase()) {
      case '':
        return '';
      case 'EHLO':
        return '250-server.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 0\r\n';
      case 'DATA':
        this.inData = true;
        return '354 Go ahead\r\n';
      case 'QUIT':
        setImmediate(() => this.socket.end());
        return '221 2.0.0 Bye\r\n';
      default:
        return '250 2.0.0 OK\r\n';
    }
  }
}

export async function serveBareSink(_options: ServeOptions): Promise<RunningServer> {
  const counters = { messages: 0, octets: 0, port: 0 };
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = new Connection(socket, counters);
    socket.on('data', (chunk: Buffer) => connection.take(chunk));
    socket.on('error', () => socket.destroy());
    socket.write('220 server.example ESMTP\r\n');
  });
  counters.port = await listening(server);
  return counters;
}
