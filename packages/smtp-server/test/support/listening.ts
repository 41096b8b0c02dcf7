/** A server on a real port of the loopback, raw clients for it, and everything that happened to it. */
import { dial } from '@mailwright/net';
import { createSmtpServer, type SessionEnd, type SmtpServer, type SmtpServerOptions, type SmtpSession } from '@mailwright/smtp-server';
import { expect } from 'vitest';
import { createTestAuthority, type IssuedCertificate, type TestAuthority } from '../../../testing/src/certificates/test-authority.ts';
import { RawClient } from './raw-client.ts';

export const authority: TestAuthority = createTestAuthority();
const certificate: IssuedCertificate = authority.issue({ names: ['localhost'] });
/** What a server of these tests shows. */
export const TLS: { readonly key: string; readonly cert: string } = { key: certificate.key, cert: certificate.cert };
/** What a raw client asks of TLS. */
export const VERIFIED = { ca: authority.certificate, policy: { mode: 'verified', names: ['localhost'] } } as const;

export interface Listening extends AsyncDisposable {
  readonly server: SmtpServer;
  readonly port: number;
  /** What the `error` handler got. */
  readonly errors: unknown[];
  /** How the sessions ended, in the order in which they did. */
  readonly ends: SessionEnd[];
  /** Resolves when so many sessions have ended. */
  ended(count: number): Promise<void>;
  connect(): Promise<RawClient>;
  /** A client after the greeting and EHLO. */
  session(): Promise<RawClient>;
}

/** Starts one. At its end every client is dropped and every session must be gone. */
export async function listening(options: SmtpServerOptions = {}): Promise<Listening> {
  const errors: unknown[] = [];
  const ends: SessionEnd[] = [];
  const clients: RawClient[] = [];
  let waiting: (() => void)[] = [];
  const server = createSmtpServer({
    hostname: 'server.example',
    ...options,
    error: (error, session) => {
      errors.push(error);
      options.error?.(error, session);
    },
    close: (session: SmtpSession, end: SessionEnd) => {
      ends.push(end);
      const wake = waiting;
      waiting = [];
      for (const done of wake) done();
      return options.close?.(session, end);
    },
  });
  const { port } = await server.listen({ host: '127.0.0.1' });
  const connect = async (): Promise<RawClient> => {
    const client = new RawClient(await dial({ host: '127.0.0.1', port }));
    clients.push(client);
    return client;
  };
  return {
    server,
    port,
    errors,
    ends,
    ended: async (count) => {
      while (ends.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    connect,
    session: async () => {
      const client = await connect();
      await client.greet();
      return client;
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.transport.destroy();
      await server.close();
      expect(server.connectionCount).toBe(0);
    },
  };
}
