/**
 * Listening on TCP or on a Unix socket; every connection becomes a transport, after its handshake when TLS is implicit.
 *
 * Leaves out limits and greetings: the driver's. Read next: `socket-transport.ts`.
 */
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { formatEndpoint, tcpEndpoint, unixEndpoint } from './endpoint.ts';
import { describeCause, netError } from './errors.ts';
import type { NetError } from './errors.ts';
import { systemLookup } from './lookup.ts';
import { HIGH_WATER_OCTETS, SocketTransport } from './socket-transport.ts';
import type { TransportOwner } from './socket-transport.ts';
import type { TlsServerOptions } from './tls.ts';
import type { Endpoint, Transport } from './transport.ts';

export interface ListenOptions {
  /** Default 0: a free port. */
  readonly port?: number | undefined;
  /** A host name or address. Default `localhost`, its IPv4 address if it has one; `::` for all addresses of both families. */
  readonly host?: string | undefined;
  /** A Unix socket in place of host and port. */
  readonly path?: string | undefined;
  /** Connections the system keeps until they are accepted. Default 511. */
  readonly backlog?: number | undefined;
  /** TLS from the first octet. Default: none. */
  readonly tls?: TlsServerOptions | undefined;
  /** Stops listening. */
  readonly signal?: AbortSignal | undefined;
  /** Told of handshakes that fail and of connections that could not be accepted. Default: nobody is. */
  readonly onError?: ((error: NetError) => void) | undefined;
}

export interface Listener extends AsyncDisposable {
  /** Where it listens, with the port the system chose. */
  readonly address: Endpoint;
  /** Transports that are not closed yet, handshakes included. */
  readonly connections: number;
  /** Takes no more connections, and drops those whose handshake is under way. Accepted transports live on: they are their receiver's. */
  close(): Promise<void>;
}

/**
 * Listens, and hands each connection to `onTransport`, which should attach at once.
 *
 * Errors: rejects with a `NetError` `NET_LISTEN_FAILED` whose cause is the system's (`EADDRINUSE`, `EACCES`).
 */
export async function listen(options: ListenOptions, onTransport: (transport: Transport) => void): Promise<Listener> {
  const { path, port = 0, backlog = 511, signal } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError(`port must be an integer from 0 to 65535, not ${port}`);
  const listening = new OpenListener(options, onTransport);
  const where = path === undefined ? { host: await listeningAddress(options.host ?? 'localhost'), port, backlog } : { path, backlog };
  if (signal?.aborted === true) throw netError('NET_ABORTED', 'listening was aborted by the caller', { phase: 'listen', cause: signal.reason });
  await listening.start(where);
  signal?.addEventListener('abort', () => void listening.close(), { once: true });
  return listening;
}

type Where = { readonly host: string; readonly port: number; readonly backlog: number } | { readonly path: string; readonly backlog: number };

class OpenListener implements Listener, TransportOwner {
  readonly #options: ListenOptions;
  readonly #onTransport: (transport: Transport) => void;
  readonly #server: Server;
  readonly #handshaking = new Set<SocketTransport>();
  #address: Endpoint = unixEndpoint('');
  #connections = 0;

  constructor(options: ListenOptions, onTransport: (transport: Transport) => void) {
    this.#options = options;
    this.#onTransport = onTransport;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true, highWaterMark: HIGH_WATER_OCTETS } as Parameters<typeof createServer>[0]);
    this.#server.on('connection', (socket: Socket) => this.#accept(socket));
  }

  get address(): Endpoint {
    return this.#address;
  }

  get connections(): number {
    return this.#connections;
  }

  start(where: Where): Promise<void> {
    return new Promise((resolve, reject) => {
      const onError = (cause: Error): void => {
        const name = 'path' in where ? `unix:${where.path}` : formatEndpoint(tcpEndpoint(where.host, where.port));
        reject(netError('NET_LISTEN_FAILED', `listening on ${name} failed (${describeCause(cause)})`, { phase: 'listen', cause }));
      };
      this.#server.once('error', onError);
      this.#server.listen(where, () => {
        this.#server.off('error', onError);
        this.#server.on('error', (cause) => this.#report('accepting a connection failed', cause));
        this.#address = 'path' in where ? unixEndpoint(where.path) : boundEndpoint(this.#server);
        resolve();
      });
    });
  }

  close(): Promise<void> {
    this.#server.close();
    for (const transport of this.#handshaking) transport.destroy();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  transportClosed(transport: SocketTransport): void {
    this.#connections--;
    this.#handshaking.delete(transport);
  }

  #accept(socket: Socket): void {
    this.#connections++;
    const unix = this.#address.family === 'unix';
    const transport = new SocketTransport(socket, unix ? unixEndpoint('') : undefined, unix ? this.#address : undefined, this);
    if (this.#options.tls === undefined) this.#onTransport(transport);
    else void this.#secure(transport, this.#options.tls);
  }

  async #secure(transport: SocketTransport, tls: TlsServerOptions): Promise<void> {
    this.#handshaking.add(transport);
    try {
      await transport.startTls(tls);
    } catch (error) {
      this.#options.onError?.(error as NetError);
      return;
    } finally {
      this.#handshaking.delete(transport);
    }
    this.#onTransport(transport);
  }

  #report(what: string, cause: Error): void {
    this.#options.onError?.(netError('NET_LISTEN_FAILED', `${what} (${describeCause(cause)})`, { phase: 'listen', peer: this.#address, cause }));
  }
}

function boundEndpoint(server: Server): Endpoint {
  const { address, port } = server.address() as AddressInfo;
  return tcpEndpoint(address, port);
}

/** `localhost` is `::1` on some systems and `127.0.0.1` on others; people type the latter, and it is always there. */
async function listeningAddress(host: string): Promise<string> {
  if (host !== 'localhost') return host;
  const addresses = await systemLookup(host, new AbortController().signal).catch(() => []);
  return (addresses.find((address) => address.family === 'IPv4') ?? addresses[0])?.address ?? '127.0.0.1';
}
