/** Certificates and pairs with TLS on, for the tests of this package. */
import { createServerTls } from '@mailwright/net';
import type { ServerTls, TlsClientOptions, TlsFacts, TlsServerOptions, Transport } from '@mailwright/net';
import { createTestAuthority } from '../../testing/src/certificates/test-authority.ts';
import type { MakePair } from './transport-contract.ts';

export const NAME = 'mail.example.test';
export const authority = createTestAuthority();
export const ca: string = authority.certificate;
export const issued = authority.issue({ names: [NAME, '127.0.0.1', '::1'] });
export const serverTls: ServerTls = createServerTls({ key: issued.key, cert: issued.cert });

export const verified: TlsClientOptions = { policy: { mode: 'verified', names: [NAME] }, ca };

export interface Secured {
  readonly client: Transport;
  readonly server: Transport;
  readonly clientFacts: TlsFacts;
  readonly serverFacts: TlsFacts;
}

/** Both sides of a handshake that must succeed. */
export async function secure(
  [client, server]: [Transport, Transport], clientOptions: TlsClientOptions = verified, serverOptions: TlsServerOptions = serverTls,
): Promise<Secured> {
  const [serverFacts, clientFacts] = await Promise.all([server.startTls(serverOptions), client.startTls(clientOptions)]);
  return { client, server, clientFacts, serverFacts };
}

export interface Outcomes {
  readonly client: TlsFacts | Error;
  readonly server: TlsFacts | Error;
}

/** Both sides of a handshake, whatever comes of it; the pair is dropped. */
export async function attempt(
  [client, server]: [Transport, Transport], clientOptions: TlsClientOptions, serverOptions: TlsServerOptions = serverTls,
): Promise<Outcomes> {
  const outcome = (promise: Promise<TlsFacts>): Promise<TlsFacts | Error> => promise.catch((error: Error) => error);
  const serverSide = outcome(server.startTls(serverOptions));
  const clientSide = outcome(client.startTls(clientOptions));
  const atClient = await clientSide;
  if (atClient instanceof Error) client.destroy();
  const atServer = await serverSide;
  client.destroy();
  server.destroy();
  return { client: atClient, server: atServer };
}

/** The same kind of pair after a handshake. */
export function withTls(makePair: MakePair, options: TlsServerOptions = serverTls): MakePair {
  return async () => {
    const { client, server } = await secure(await makePair(), verified, options);
    return [client, server];
  };
}
