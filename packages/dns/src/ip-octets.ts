/** Addresses between text and the octets of A and AAAA records. */
import { formatIpv4, formatIpv6, mappedIpv4, parseIpv4, parseIpv6 } from '@mailwright/wire';

/** The 4 or 16 octets of an address; `undefined` when `text` is no address of that family. Zone identifiers (`%eth0`) are refused. */
export function parseIp(text: string, family: 4 | 6): Uint8Array | undefined {
  if (family === 6) {
    const groups = parseIpv6(text);
    return groups && Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255]));
  }
  const value = parseIpv4(text);
  return value < 0 ? undefined : Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/**
 * The text of an address of 4 or 16 octets, IPv6 in its canonical spelling.
 * @rfc 5952 4
 * @rfc 5952 5
 */
export function formatIp(octets: Uint8Array): string {
  if (octets.length === 4) return `${octets[0]!}.${octets[1]!}.${octets[2]!}.${octets[3]!}`;
  const groups = Array.from({ length: 8 }, (_, index) => octets[2 * index]! * 256 + octets[2 * index + 1]!);
  const mapped = mappedIpv4(groups);
  return mapped < 0 ? formatIpv6(groups) : `::ffff:${formatIpv4(mapped)}`;
}
