/**
 * The client's address: one spelling for it, and the name of its PTR record. The grammar is that of `@mailwright/wire`.
 *
 * Read next: `iprev.ts`.
 */
import { formatIpv4, formatIpv6, mappedIpv4, parseIpv4, parseIpv6 } from '@mailwright/wire';

/** An address in its one spelling. */
export interface IpAddress {
  readonly family: 4 | 6;
  /** Dotted decimal, or IPv6 as RFC 5952 writes it. Equal addresses are equal texts. */
  readonly text: string;
}

/** Reads an address of either family; `undefined` where the text is none. A zone identifier is dropped; an IPv4-mapped address is the IPv4 address. */
export function parseIp(text: string): IpAddress | undefined {
  const value = parseIpv4(text);
  if (value >= 0) return { family: 4, text: formatIpv4(value) };
  const zone = text.indexOf('%');
  const groups = parseIpv6(zone === -1 ? text : text.slice(0, zone));
  if (groups === undefined) return undefined;
  const mapped = mappedIpv4(groups);
  return mapped < 0 ? { family: 6, text: formatIpv6(groups) } : { family: 4, text: formatIpv4(mapped) };
}

/** The name that has the PTR record: `1.2.0.192.in-addr.arpa`. @rfc 1035 3.5 @rfc 3596 2.5 */
export function reverseName({ family, text }: IpAddress): string {
  if (family === 4) return `${text.split('.').reverse().join('.')}.in-addr.arpa`;
  const digits = parseIpv6(text)!.map((group) => group.toString(16).padStart(4, '0')).join('');
  return `${Array.from(digits).reverse().join('.')}.ip6.arpa`;
}
