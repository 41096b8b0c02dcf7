/**
 * Addresses and networks as numbers, so that a comparison is one or two machine instructions. An IPv4 address is an unsigned 32-bit
 * number, an IPv6 address eight groups of 16 bits.
 *
 * Read next: `record.ts`, whose mechanisms hold networks of this form.
 */
import { formatIpv4, formatIpv6, mappedIpv4, parseIpv4, parseIpv6 } from '@mailwright/wire';

/** The client, or a host that a record names. */
export type IpAddress =
  | { readonly family: 4; readonly value: number }
  | { readonly family: 6; readonly groups: readonly number[] };

const GROUP_BITS = 16;

/**
 * The address that `text` spells, `undefined` where it spells none. A zone identifier (`fe80::1%eth0`) is left out, and an IPv4-mapped
 * IPv6 address is the IPv4 address it holds: SPF knows no other (RFC 7208 section 5).
 * @rfc 7208 5
 * @rfc 4291 2.2
 */
export function parseIp(text: string): IpAddress | undefined {
  const value = parseIpv4(text);
  if (value >= 0) return { family: 4, value };
  const zone = text.indexOf('%');
  const groups = parseIpv6(zone < 0 ? text : text.slice(0, zone));
  if (groups === undefined) return undefined;
  const mapped = mappedIpv4(groups);
  return mapped >= 0 ? { family: 4, value: mapped } : { family: 6, groups };
}

/** Whether the first `prefixLength` bits of both are the same. */
export function inNetwork4(address: number, network: number, prefixLength: number): boolean {
  return prefixLength === 0 || (address ^ network) >>> (32 - prefixLength) === 0;
}

/** Whether the first `prefixLength` bits of both are the same. */
export function inNetwork6(address: readonly number[], network: readonly number[], prefixLength: number): boolean {
  const whole = prefixLength >> 4;
  for (let index = 0; index < whole; index++) if (address[index] !== network[index]) return false;
  const rest = prefixLength % GROUP_BITS;
  return rest === 0 || (address[whole]! ^ network[whole]!) >>> (GROUP_BITS - rest) === 0;
}

/** The common spelling. @rfc 5952 4 */
export function formatIp(address: IpAddress): string {
  return address.family === 4 ? formatIpv4(address.value) : formatIpv6(address.groups);
}

/**
 * What `%{i}` stands for: the dotted address, or all 32 hexadecimal digits of an IPv6 address with dots between them. The digits are
 * capital letters, as in the examples of section 7.4.
 * @rfc 7208 7.3
 */
export function formatIpDotted(address: IpAddress): string {
  if (address.family === 4) return formatIpv4(address.value);
  const digits = address.groups.map((group) => group.toString(16).padStart(4, '0')).join('');
  return Array.from(digits.toUpperCase()).join('.');
}

/** The name under which the address has its PTR record. @rfc 1035 3.5 */
export function reverseName(address: IpAddress): string {
  const labels = formatIpDotted(address).split('.').reverse().join('.');
  return address.family === 4 ? `${labels}.in-addr.arpa` : `${labels}.ip6.arpa`;
}
