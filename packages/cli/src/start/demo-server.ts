/**
 * The server of `npm start`: TLS and a login are demanded, one recipient is refused, each message is authenticated as if it came from elsewhere, and of
 * each it keeps what proves what arrived. What it takes lies in a mailbox in memory, which an IMAP server beside it gives out.
 */
import { createHash } from 'node:crypto';
import { authenticate, type AuthenticationReport } from '@mailwright/auth';
import type { Resolver } from '@mailwright/dns';
import { createImapServer, MemoryStore } from '@mailwright/imap-server';
import { createServerTls, type Endpoint } from '@mailwright/net';
import { reply } from '@mailwright/smtp';
import { createSmtpServer, type IncomingMessage, type SessionEnd, type SmtpServer, type SmtpSession } from '@mailwright/smtp-server';
import { freshCertificate } from '../catcher/certificate.ts';
import { REFUSED_ADDRESS } from './samples.ts';

export const SERVER_NAME = 'mail.example';
export const USER = 'anna';
/** Whose mailbox it is. */
export const READER = 'bert';
const NO_SUCH_USER = reply(550, '5.1.1', 'No such user here');
const CLOSE_MS = 2000;

/** A message as the server got it. */
export interface Received {
  readonly message: Uint8Array;
  readonly sha256: string;
  readonly recipients: readonly string[];
  readonly identity: string | undefined;
  readonly secure: boolean;
  /** Who may have sent it, and what was asked to find out. */
  readonly report: AuthenticationReport;
  /** Its UID in the mailbox; `undefined` for what was refused. */
  readonly uid: number | undefined;
}

export interface DemoServer {
  readonly endpoint: Endpoint;
  /** Where the mailbox is read: TLS from the first octet. */
  readonly imapEndpoint: Endpoint;
  readonly ca: string;
  readonly fingerprint256: string;
  /** What was taken, in the order in which it came. */
  readonly received: readonly Received[];
  /** What was refused once it was read. */
  readonly refused: readonly Received[];
  readonly sessionEnds: readonly SessionEnd[];
  /** What the handlers threw, and handshakes that failed. */
  readonly errors: readonly unknown[];
  close(): Promise<void>;
}

/** Starts it on a free port of this machine, with a certificate that is made now. */
export async function startDemoServer(password: string, resolver: Resolver): Promise<DemoServer> {
  const certificate = freshCertificate(['localhost', SERVER_NAME, '127.0.0.1', '::1']);
  const received: Received[] = [];
  const refused: Received[] = [];
  const sessionEnds: SessionEnd[] = [];
  const errors: unknown[] = [];
  const tls = createServerTls({ key: certificate.key, cert: certificate.cert });
  const store = new MemoryStore({ users: { [READER]: { password } } });
  const inbox = await (await store.account(READER))!.open('INBOX');
  const imap = createImapServer({ store, tls, greeting: `${SERVER_NAME} ready`, id: { name: 'mailwright' }, error: (error) => void errors.push(error) });
  const server: SmtpServer = createSmtpServer({
    hostname: SERVER_NAME,
    tls,
    requireTls: true,
    requireAuth: true,
    mechanisms: ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256', 'PLAIN'],
    auth: (request) => request.verify(request.username === USER ? { password } : undefined),
    rcpt: ({ forwardPath }) => (forwardPath.address === REFUSED_ADDRESS ? NO_SUCH_USER : undefined),
    data: async (message, session) => {
      const seen = await receive(message, session, resolver);
      const { reason, reply: refusal } = seen.report.suggestion;
      const isRefused = reason === 'dmarc-reject'; // letters of the user may have faults of other kinds
      if (isRefused) {
        refused.push(seen);
        return refusal;
      }
      // It lies in the mailbox before the client is told that it was taken.
      const { uids } = await inbox.append([{ body: seen.message }]);
      received.push({ ...seen, uid: uids[0] });
      return undefined;
    },
    close: (_session, end) => void sessionEnds.push(end),
    error: (error) => void errors.push(error),
  });
  const endpoint = await server.listen();
  const imapEndpoint = await imap.listen({ implicitTls: true });
  const close = async (): Promise<void> => {
    await Promise.all([server.close({ timeoutMs: CLOSE_MS }), imap.close({ timeoutMs: CLOSE_MS })]);
    await store.close();
  };
  return { endpoint, imapEndpoint, ca: certificate.ca!, fingerprint256: certificate.fingerprint256, received, refused, sessionEnds, errors, close };
}

async function receive({ body, recipients, reversePath, parameters }: IncomingMessage, session: SmtpSession, resolver: Resolver): Promise<Received> {
  const message = await body.octets();
  const sha256 = createHash('sha256').update(message).digest('hex');
  const report = await authenticate(message, {
    resolver, hostname: SERVER_NAME, ip: session.peer.address, helo: session.helloDomain ?? '', sender: reversePath?.address ?? '', utf8: parameters.SMTPUTF8 === true,
  });
  const addresses = recipients.map(({ forwardPath }) => forwardPath.address);
  return { message, sha256, recipients: addresses, identity: session.identity?.authenticationId, secure: session.tls !== undefined, report, uid: undefined };
}
