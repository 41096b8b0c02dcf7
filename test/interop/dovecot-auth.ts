/**
 * The server side of Dovecot's authentication protocol (version 1), as much as Postfix's smtpd asks of it, so that a private
 * Postfix can check one user's password without a database: PLAIN, LOGIN and CRAM-MD5.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { Socket } from 'node:net';
import type { ScenarioContext } from './scenario.ts';

interface Account {
  readonly username: string;
  readonly password: string;
}

/** An exchange under way: what was sent and what came back so far, decoded. */
interface Exchange {
  readonly mechanism: string;
  readonly challenge: string;
  readonly responses: string[];
}

const GREETING = ['VERSION\t1\t2', 'MECH\tPLAIN\tplaintext', 'MECH\tLOGIN\tplaintext', 'MECH\tCRAM-MD5\tdictionary\tactive', 'SPID\t1', 'CUID\t1', `COOKIE\t${'0'.repeat(32)}`, 'DONE'];

/** Listens on the Unix socket `path` until the scenario ends. */
export async function startDovecotAuth(context: ScenarioContext, path: string, account: Account): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    serve(socket, account);
  }).listen(path);
  await once(server, 'listening');
  chmodSync(path, 0o666);
  context.defer(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
}

function serve(socket: Socket, account: Account): void {
  const exchanges = new Map<string, Exchange>();
  socket.write(GREETING.map((line) => `${line}\n`).join(''));
  createInterface({ input: socket }).on('line', (line) => {
    const [command, id = '', ...parameters] = line.split('\t');
    if (command === 'AUTH') exchanges.set(id, { mechanism: parameters[0] ?? '', challenge: `<${randomBytes(8).toString('hex')}@${'postfix.example'}>`, responses: [] });
    const exchange = exchanges.get(id);
    if (exchange === undefined || (command !== 'AUTH' && command !== 'CONT')) return;
    const response = command === 'CONT' ? parameters[0] : parameters.find((parameter) => parameter.startsWith('resp='))?.slice('resp='.length);
    if (response !== undefined) exchange.responses.push(Buffer.from(response, 'base64').toString());
    const answer = step(exchange, account);
    if (typeof answer === 'string') socket.write(`CONT\t${id}\t${Buffer.from(answer).toString('base64')}\n`);
    else socket.write(answer ? `OK\t${id}\tuser=${account.username}\n` : `FAIL\t${id}\treason=wrong\n`);
  });
}

/** The next challenge, or the verdict. */
function step({ mechanism, challenge, responses }: Exchange, { username, password }: Account): string | boolean {
  const [first, second] = responses;
  switch (mechanism) {
    case 'PLAIN':
      return first === undefined ? '' : first.split('\0').slice(1).join('\0') === `${username}\0${password}`;
    case 'LOGIN':
      return first === undefined ? 'Username:' : second === undefined ? 'Password:' : first === username && second === password;
    case 'CRAM-MD5':
      return first === undefined ? challenge : first === `${username} ${createHmac('md5', password).update(challenge).digest('hex')}`;
    default:
      return false;
  }
}
