/** The start of a bare client session, and the octets that all bare clients send. No library, only `node:net`. */
import { connect } from 'node:net';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

export const LF = 0x0a;
const DIGIT_4 = 0x34;

export const SENDER = 'sender@client.example';
export const RECIPIENT = 'recipient@server.example';
export const MAIL: string = `MAIL FROM:<${SENDER}>\r\n`;
export const RCPT: string = `RCPT TO:<${RECIPIENT}>\r\n`;

/** The message and the final dot in one array. */
export function messageAndDot(path: string, after: string): Buffer {
  const message = readFileSync(path);
  return Buffer.concat([message, Buffer.from(`.\r\n${after}`)]);
}

/** True when the reply that starts this chunk says no: the load is not what it is taken for, the run must fail. */
export const refused = (chunk: Uint8Array): boolean => chunk[0]! >= DIGIT_4;

/** Reads one reply, several lines or not; for the start of a session, where speed is of no interest. */
export function readReply(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const settle = (result: () => void): void => {
      socket.off('data', onData).off('error', reject).off('close', onClose);
      result();
    };
    const onClose = (): void => settle(() => reject(new Error(`closed after ${JSON.stringify(text)}`)));
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (!/^\d{3} [^\n]*\n$/m.test(text) || !text.endsWith('\n')) return;
      settle(() => (refused(Buffer.from(text)) ? reject(new Error(text)) : resolve(text)));
    };
    socket.on('data', onData).on('error', reject).on('close', onClose);
  });
}

export async function ask(socket: Socket, command: string): Promise<string> {
  const reply = readReply(socket);
  socket.write(command, 'latin1');
  return await reply;
}

/** A connection that has had its greeting and its EHLO. */
export async function openSession(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await readReply(socket);
  await ask(socket, 'EHLO client.example\r\n');
  return socket;
}
