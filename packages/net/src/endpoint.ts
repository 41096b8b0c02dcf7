/**
 * Names of connection ends: read from a socket, and written for people.
 *
 * Leaves out host names: an endpoint is what the operating system knows. Read next: `transport.ts`.
 */
import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import type { Endpoint } from './transport.ts';

/** The end of a socket that was gone before anybody could ask who it was. */
const UNKNOWN: Endpoint = { address: '', port: 0, family: 'IPv4' };

const MAPPED_PREFIX = '::ffff:';

/** The far end of a TCP socket; all empty when the socket is gone already. */
export function remoteEndpoint(socket: Socket): Endpoint {
  return tcpEndpoint(socket.remoteAddress, socket.remotePort);
}

/** The near end of a TCP socket; all empty when the socket is gone already. */
export function localEndpoint(socket: Socket): Endpoint {
  return tcpEndpoint(socket.localAddress, socket.localPort);
}

/** An endpoint for the path of a Unix socket. */
export function unixEndpoint(path: string): Endpoint {
  return { address: path, port: 0, family: 'unix' };
}

/** `192.0.2.1:25`, `[2001:db8::1]:25`, `unix:/run/lmtp`, `memory`, or `an unknown peer`. */
export function formatEndpoint(endpoint: Endpoint): string {
  switch (endpoint.family) {
    case 'IPv4':
      return endpoint.address === '' ? 'an unknown peer' : `${endpoint.address}:${endpoint.port}`;
    case 'IPv6':
      return `[${endpoint.address}]:${endpoint.port}`;
    case 'unix':
      return `unix:${endpoint.address}`;
    case 'memory':
      return endpoint.address;
  }
}

/**
 * A socket bound to `::` reports its IPv4 peers as `::ffff:192.0.2.1`. That is the API's notation, not the peer's
 * address; SPF, DNSBL and limits by address want the IPv4 address that was on the wire.
 */
export function tcpEndpoint(address: string | undefined, port: number | undefined): Endpoint {
  if (address === undefined) return UNKNOWN;
  if (!address.includes(':')) return { address, port: port ?? 0, family: 'IPv4' };
  const mapped = address.startsWith(MAPPED_PREFIX) ? address.slice(MAPPED_PREFIX.length) : '';
  if (isIP(mapped) === 4) return { address: mapped, port: port ?? 0, family: 'IPv4' };
  return { address, port: port ?? 0, family: 'IPv6' };
}
