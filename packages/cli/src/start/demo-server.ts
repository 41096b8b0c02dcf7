/** The server of `npm start`: TLS and a login are demanded, one recipient is refused, and of each message it keeps what proves what arrived. */
import { createHash } from 'node:crypto';
import { createServerTls, type Endpoint } from '@mailwright/net';
import { reply } from '@mailwright/smtp';
import { createSmtpServer, type IncomingMessage, type SessionEnd, type SmtpServer, type SmtpSession } from '@mailwright/smtp-server';
import { freshCertificate } from '../catcher/certificate.ts';
import { REFUSED_ADDRESS } from './samples.ts';

export const SERVER_NAME = 'mail.example';
export const USER = 'anna';
const NO_SUCH_USER = reply(550, '5.1.1', 'No such user here');
const CLOSE_MS = 2000;

/** A message as the server got it. */
export interface Received {
  readonly message: Uint8Array;
  readonly sha256: string;
  readonly recipients: readonly string[];
  readonly identity: string | undefined;
  readonly secure: boolean;
}

export interface DemoServer {
  readonly endpoint: Endpoint;
  readonly ca: string;
  readonly fingerprint256: string;
  /** In the order in which they came. */
  readonly received: readonly Received[];
  readonly sessionEnds: readonly SessionEnd[];
  /** What the handlers threw, and handshakes that failed. */
  readonly errors: readonly unknown[];
  close(): Promise<void>;
}

/** Starts it on a free port of this machine, with a certificate that is made now. */
export async function startDemoServer(password: string): Promise<DemoServer> {
  const certificate = freshCertificate(['localhost', SERVER_NAME, '127.0.0.1', '::1']);
  const received: Received[] = [];
  const sessionEnds: SessionEnd[] = [];
  const errors: unknown[] = [];
  const server: SmtpServer = createSmtpServer({
    hostname: SERVER_NAME,
    tls: createServerTls({ key: certificate.key, cert: certificate.cert }),
    requireTls: true,
    requireAuth: true,
    mechanisms: ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256', 'PLAIN'],
    auth: (request) => request.verify(request.username === USER ? { password } : undefined),
    rcpt: ({ forwardPath }) => (forwardPath.address === REFUSED_ADDRESS ? NO_SUCH_USER : undefined),
    data: async (message, session) => void received.push(await receive(message, session)),
    close: (_session, end) => void sessionEnds.push(end),
    error: (error) => void errors.push(error),
  });
  const endpoint = await server.listen();
  const close = async (): Promise<void> => void (await server.close({ timeoutMs: CLOSE_MS }));
  return { endpoint, ca: certificate.ca!, fingerprint256: certificate.fingerprint256, received, sessionEnds, errors, close };
}

async function receive({ body, recipients }: IncomingMessage, session: SmtpSession): Promise<Received> {
  const message = await body.octets();
  const sha256 = createHash('sha256').update(message).digest('hex');
  const addresses = recipients.map(({ forwardPath }) => forwardPath.address);
  return { message, sha256, recipients: addresses, identity: session.identity?.authenticationId, secure: session.tls !== undefined };
}
