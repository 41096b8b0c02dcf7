/** A server as one should not be written: every hole that the audit looks for, in as few lines as it takes. */
import { createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { IssuedCertificate } from '@mailwright/testing';

/** `naive`: takes any line end, forgets nothing at STARTTLS, knows no chunks. */
export function naiveServer(certificate: IssuedCertificate): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket, certificate);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      resolve({
        port,
        close: () => {
          server.close();
          for (const socket of sockets) socket.destroy();
        },
      });
    });
  });
}

function serve(raw: Socket, certificate: IssuedCertificate): void {
  let socket: Socket = raw;
  let rest = '';
  let inData = false;
  const say = (text: string): void => void socket.write(`${text}\r\n`);
  const onLine = (line: string): void => {
    if (inData) {
      if (line === '.') {
        inData = false;
        say('250 queued');
      }
      return;
    }
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO') say('250-naive\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-SIZE 1000\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS');
    else if (verb === 'STAR') startTls();
    else if (verb === 'DATA') {
      inData = true;
      say('354 go');
    } else if (verb === 'BDAT') say(line.length > 40 ? '501 too long' : '503 no chunks here');
    else if (verb === 'QUIT') {
      say('221 bye');
      socket.end();
    } else if (verb.trim() === '') say('500 what');
    else say('250 fine');
  };
  const take = (chunk: string): void => {
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  };
  const startTls = (): void => {
    say('220 go');
    const secure = new TLSSocket(raw, { isServer: true, key: certificate.key, cert: certificate.cert });
    raw.removeAllListeners('data');
    secure.on('error', () => undefined);
    secure.on('data', (octets) => take(octets.toString('latin1')));
    socket = secure;
  };
  raw.on('data', (octets) => take(octets.toString('latin1')));
  say('220 naive');
}
