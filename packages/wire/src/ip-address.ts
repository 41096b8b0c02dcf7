/**
 * IP addresses between text and numbers: an IPv4 address is an unsigned 32-bit number, an IPv6 address eight groups of 16 bits.
 *
 * ```abnf
 * IPv4address = dec-octet 3("." dec-octet)      ; 0 to 255, no zero in front
 * IPv6address = eight groups of 1*4HEXDIG with ":" between; "::" once, for one group of zeros or more; the last two may be an IPv4address
 * ```
 *
 * Left out: zone identifiers (`fe80::1%eth0`), the address literals of SMTP (`@mailwright/address`), networks.
 */
import { COLON, DIGIT_0, DIGIT_9, DOT } from './octets.ts';

const GROUPS = 8;
const GROUP_DIGITS = 4;
const IPV4_CHARACTERS = 15; // 255.255.255.255
const IPV6_CHARACTERS = 45; // six full groups and an IPv4 address

/**
 * The number of a dotted IPv4 address, -1 where `text` is none. Leading zeros are refused: some readers take what follows for octal.
 *
 * @rfc 3986 3.2.2
 */
export function parseIpv4(text: string): number {
  if (text.length > IPV4_CHARACTERS) return -1;
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === DOT) {
      if (octet < 0 || ++dots > 3) return -1;
      value = value * 256 + octet;
      octet = -1;
    } else {
      if (unit < DIGIT_0 || unit > DIGIT_9 || octet === 0) return -1;
      octet = octet < 0 ? unit - DIGIT_0 : octet * 10 + unit - DIGIT_0;
      if (octet > 255) return -1;
    }
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : -1;
}

/** The eight groups of an IPv6 address, `undefined` where `text` is none. A new array. @rfc 4291 2.2 */
export function parseIpv6(text: string): number[] | undefined {
  if (text.length > IPV6_CHARACTERS) return undefined;
  const groups: number[] = [];
  let gap = -1;
  let at = 0;
  if (text.startsWith('::')) at = 2 + (gap = 0);
  else if (text.charCodeAt(0) === COLON) return undefined;
  while (at < text.length) {
    const end = readGroup(text, at, groups);
    if (end === text.length) break;
    if (end < 0 || text.charCodeAt(end) !== COLON) return undefined;
    at = end + 1;
    if (text.charCodeAt(at) === COLON) {
      if (gap >= 0) return undefined;
      gap = groups.length;
      at++;
    } else if (at === text.length) return undefined;
  }
  if (gap < 0) return groups.length === GROUPS ? groups : undefined;
  if (groups.length >= GROUPS) return undefined;
  const behind = groups.splice(gap);
  while (groups.length + behind.length < GROUPS) groups.push(0);
  for (const group of behind) groups.push(group);
  return groups;
}

/** Puts the group at `at` to `groups`, or the two of an IPv4 address at the end. The offset behind it, -1 where there is none. */
function readGroup(text: string, at: number, groups: number[]): number {
  let end = at;
  let value = 0;
  for (let digit = hexDigit(text, end); digit >= 0 && end - at < GROUP_DIGITS; digit = hexDigit(text, ++end)) value = value * 16 + digit;
  if (text.charCodeAt(end) === DOT) {
    const ipv4 = parseIpv4(text.slice(at));
    if (ipv4 < 0 || groups.length > GROUPS - 2) return -1;
    groups.push(ipv4 >>> 16, ipv4 & 0xffff);
    return text.length;
  }
  if (end === at || groups.length === GROUPS) return -1;
  groups.push(value);
  return end;
}

/** -1 for what is no hexadecimal digit. */
function hexDigit(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit >= DIGIT_0 && unit <= DIGIT_9) return unit - DIGIT_0;
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** The IPv4 address in an IPv4-mapped IPv6 address (`::ffff:192.0.2.1`), -1 where it is none. @rfc 4291 2.5.5.2 */
export function mappedIpv4(groups: readonly number[]): number {
  const [a, b, c, d, e, f, high, low] = groups;
  return f === 0xffff && a === 0 && b === 0 && c === 0 && d === 0 && e === 0 ? high! * 0x1_0000 + low! : -1;
}

/** Dotted decimal. */
export function formatIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** In lower case, the first of the longest runs of zeros left out; all groups in hexadecimal. Equal addresses are equal texts. @rfc 5952 4 */
export function formatIpv6(groups: readonly number[]): string {
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
