/**
 * From a host name to addresses, as the operating system knows them (hosts file included).
 *
 * Leaves out MX, TXT and everything else a protocol asks of the DNS: that is `@mailwright/dns`. Read next: `dial.ts`.
 */
import { lookup as osLookup } from 'node:dns';
import { isIP } from 'node:net';

/** One address of a host. */
export interface HostAddress {
  readonly address: string;
  readonly family: 'IPv4' | 'IPv6';
}

/** Finds all addresses of a host, the preferred first. `signal` ends a search nobody waits for any more. */
export type Lookup = (host: string, signal: AbortSignal) => Promise<readonly HostAddress[]>;

/** `getaddrinfo`, in its order (RFC 6724). The system's search can't be cancelled; its result is dropped then. */
export const systemLookup: Lookup = (host) =>
  new Promise((resolve, reject) => {
    osLookup(host, { all: true, verbatim: true }, (error, addresses) => {
      if (error !== null) reject(error);
      else resolve(addresses.map(({ address, family }) => ({ address, family: family === 6 ? 'IPv6' : 'IPv4' })));
    });
  });

/** A host that is an IP address already, with or without the brackets of a URL. */
export function literalAddress(host: string): HostAddress | undefined {
  const address = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  switch (isIP(address)) {
    case 4:
      return { address, family: 'IPv4' };
    case 6:
      return { address, family: 'IPv6' };
    default:
      return undefined;
  }
}

/**
 * The order of attempts: the families take turns, beginning with that of the first address; within a family the order
 * stays.
 * @rfc 8305 4
 */
export function interleaveFamilies(addresses: readonly HostAddress[]): HostAddress[] {
  const first = addresses.filter((address) => address.family === addresses[0]!.family);
  const second = addresses.filter((address) => address.family !== addresses[0]!.family);
  const order: HostAddress[] = [];
  for (let index = 0; index < Math.max(first.length, second.length); index++) {
    if (index < first.length) order.push(first[index]!);
    if (index < second.length) order.push(second[index]!);
  }
  return order;
}
