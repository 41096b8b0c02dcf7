/** The least a session can cost in Node: a socket with one shared listener and no state. For the idle measurement only. */
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { RunningServer, ServeOptions } from './protocol.ts';
import { listening } from './bare-responder.ts';

function onData(this: Socket, _chunk: Buffer): void {
  this.write('250 server.example\r\n');
}

function onError(this: Socket): void {
  this.destroy();
}

export async function serveBareIdle(_options: ServeOptions): Promise<RunningServer> {
  const server = createServer((socket) => {
    socket.on('data', onData);
    socket.on('error', onError);
    socket.write('220 server.example ESMTP\r\n');
  });
  return { port: await listening(server), messages: 0, octets: 0 };
}
