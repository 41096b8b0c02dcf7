/**
 * The names a certificate is good for (RFC 5280 section 4.2.1.6): DNS names, wildcards, IP addresses, mail addresses.
 *
 * Left out: international names (give A-labels), URIs and directory names.
 */
import { implicitTag, sequence } from './der.ts';

const RFC822_NAME = 1;
const DNS_NAME = 2;
const IP_ADDRESS = 7;
const IPV6_GROUPS = 8;

/** The extension's value: `GeneralNames`, one for each of `names`. Throws TypeError for a name that is not printable ASCII. */
export function encodeGeneralNames(names: readonly string[]): Uint8Array {
  return sequence(...names.map(encodeGeneralName));
}

function encodeGeneralName(name: string): Uint8Array {
  if (!/^[\x21-\x7e]+$/.test(name)) throw new TypeError(`not a name for a certificate: ${JSON.stringify(name)}`);
  const address = ipv4Octets(name) ?? ipv6Octets(name);
  if (address !== undefined) return implicitTag(IP_ADDRESS, address);
  return implicitTag(name.includes('@') ? RFC822_NAME : DNS_NAME, new TextEncoder().encode(name));
}

function ipv4Octets(name: string): Uint8Array | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(name)) return undefined;
  const octets = name.split('.').map(Number);
  return octets.every((octet) => octet <= 255) ? Uint8Array.from(octets) : undefined;
}

/** `URL` knows every spelling of an IPv6 address and gives back hexadecimal groups with at most one `::`. */
function ipv6Octets(name: string): Uint8Array | undefined {
  if (!name.includes(':') || !URL.canParse(`http://[${name}]/`)) return undefined;
  const [head = '', tail] = new URL(`http://[${name}]/`).hostname.slice(1, -1).split('::');
  const before = head.split(':').filter((group) => group !== '');
  const after = (tail ?? '').split(':').filter((group) => group !== '');
  const zeros = Array.from({ length: IPV6_GROUPS - before.length - after.length }, () => '0');
  const groups = [...before, ...zeros, ...after].map((group) => parseInt(group, 16));
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}
