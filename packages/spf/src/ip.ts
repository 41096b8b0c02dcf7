/**
 * Addresses and networks as numbers, so that a comparison is one or two machine instructions. An IPv4 address is an unsigned 32-bit
 * number, an IPv6 address eight groups of 16 bits.
 *
 * Read next: `record.ts`, whose mechanisms hold networks of this form.
 */

/** The client, or a host that a record names. */
export type IpAddress =
  | { readonly family: 4; readonly value: number }
  | { readonly family: 6; readonly groups: readonly number[] };

const GROUPS = 8;
const GROUP_BITS = 16;

/**
 * The address that `text` spells, `undefined` where it spells none. A zone identifier (`fe80::1%eth0`) is left out, and an IPv4-mapped
 * IPv6 address is the IPv4 address it holds: SPF knows no other (RFC 7208 section 5).
 * @rfc 7208 5
 * @rfc 4291 2.2
 */
export function parseIp(text: string): IpAddress | undefined {
  const value = parseIp4(text);
  if (value >= 0) return { family: 4, value };
  const zone = text.indexOf('%');
  const groups = parseIp6(zone < 0 ? text : text.slice(0, zone));
  if (groups === undefined) return undefined;
  return isMapped(groups) ? { family: 4, value: groups[6]! * 0x10000 + groups[7]! } : { family: 6, groups };
}

function isMapped(groups: readonly number[]): boolean {
  return groups[5] === 0xffff && groups[0] === 0 && groups[1] === 0 && groups[2] === 0 && groups[3] === 0 && groups[4] === 0;
}

/**
 * The number of a dotted IPv4 address, -1 where `text` is none. Leading zeros are refused.
 *
 * ```abnf
 * ip4-network = qnum "." qnum "." qnum "." qnum
 * qnum        = DIGIT / %x31-39 DIGIT / "1" 2DIGIT / "2" %x30-34 DIGIT / "25" %x30-35
 * ```
 * @rfc 7208 5.6
 */
export function parseIp4(text: string): number {
  if (text.length < 7 || text.length > 15) return -1;
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x2e) {
      if (octet < 0 || ++dots > 3) return -1;
      value = value * 256 + octet;
      octet = -1;
    } else {
      if (unit < 0x30 || unit > 0x39 || octet === 0) return -1;
      octet = octet < 0 ? unit - 0x30 : octet * 10 + unit - 0x30;
      if (octet > 255) return -1;
    }
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : -1;
}

/** The eight groups of an IPv6 address, or `undefined`. The last two may be written as an IPv4 address. @rfc 4291 2.2 */
export function parseIp6(text: string): readonly number[] | undefined {
  if (text.length < 2 || text.length > 45) return undefined;
  const sides = text.split('::', 3);
  if (sides.length > 2) return undefined;
  const left = readGroups(sides[0]!, sides.length === 1);
  if (left === undefined) return undefined;
  if (sides.length === 1) return left.length === GROUPS ? left : undefined;
  const right = readGroups(sides[1]!, true);
  if (right === undefined || left.length + right.length >= GROUPS) return undefined;
  while (left.length + right.length < GROUPS) left.push(0);
  return left.concat(right);
}

function readGroups(text: string, mayEndInIp4: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':', GROUPS + 1);
  if (parts.length > GROUPS) return undefined;
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (/^[0-9A-Fa-f]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else {
      const value = mayEndInIp4 && index === parts.length - 1 ? parseIp4(part) : -1;
      if (value < 0) return undefined;
      groups.push(Math.floor(value / 0x10000), value % 0x10000);
    }
  }
  return groups;
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

/** The common spelling: dotted, or IPv6 with lower-case letters and the longest run of zeros left out. @rfc 5952 4 */
export function formatIp(address: IpAddress): string {
  if (address.family === 4) return formatIp4(address.value);
  const { groups } = address;
  let gapStart = -1;
  let gapLength = 1; // a single group of zeros is written
  for (let start = 0; start < GROUPS; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > gapLength) {
      gapStart = start;
      gapLength = end - start;
    }
  }
  const hex = groups.map((group) => group.toString(16));
  return gapStart < 0 ? hex.join(':') : `${hex.slice(0, gapStart).join(':')}::${hex.slice(gapStart + gapLength).join(':')}`;
}

function formatIp4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/**
 * What `%{i}` stands for: the dotted address, or all 32 hexadecimal digits of an IPv6 address with dots between them. The digits are
 * capital letters, as in the examples of section 7.4.
 * @rfc 7208 7.3
 */
export function formatIpDotted(address: IpAddress): string {
  if (address.family === 4) return formatIp4(address.value);
  const digits = address.groups.map((group) => group.toString(16).padStart(4, '0')).join('');
  return Array.from(digits.toUpperCase()).join('.');
}

/** The name under which the address has its PTR record. @rfc 1035 3.5 */
export function reverseName(address: IpAddress): string {
  const labels = formatIpDotted(address).split('.').reverse().join('.');
  return address.family === 4 ? `${labels}.in-addr.arpa` : `${labels}.ip6.arpa`;
}
