/**
 * A host named by its network address: `[192.0.2.1]`, `[IPv6:2001:db8::1]`, or a form that a later standard may register.
 *
 * ```abnf
 * address-literal         = "[" ( IPv4-address-literal / IPv6-address-literal / General-address-literal ) "]"
 * IPv4-address-literal    = Snum 3("." Snum)
 * IPv6-address-literal    = "IPv6:" IPv6-addr
 * General-address-literal = Standardized-tag ":" 1*dcontent
 * Snum                    = 1*3DIGIT            ; 0 to 255
 * IPv6-addr               = IPv6-full / IPv6-comp / IPv6v4-full / IPv6v4-comp
 * dcontent                = %d33-90 / %d94-126
 * ```
 *
 * Deviation: a tag of one to four hexadecimal digits is refused. It would be the first group of an IPv6 address that lacks
 * its `IPv6:`, and no such tag is registered (test "an IPv6 address without tag").
 */
import { COLON, LEFT_BRACKET, RIGHT_BRACKET } from '@mailwright/wire';
import type { Parsed } from '@mailwright/wire';
import { refuse } from './errors.ts';
import type { AddressError } from './errors.ts';
import { DIGIT, DTEXT, LDH, MAX_DOMAIN_OCTETS, isClass, unitAt } from './grammar.ts';

/** An address literal, read. */
export interface AddressLiteral {
  readonly kind: 'IPv4' | 'IPv6' | 'General';
  /** The tag before the colon as written; `''` for IPv4. */
  readonly tag: string;
  /** IPv4 in decimal without leading zeros, IPv6 as RFC 5952 writes it, or the text behind the tag. */
  readonly address: string;
}

const IPV6_GROUPS = 8;
/** `::` stands for at least two groups. */
const MAX_GROUPS_BESIDE_GAP = 6;

/**
 * Parses a whole address literal, brackets included.
 *
 * Errors: `bad-address-literal`, `domain-too-long`, `trailing-text`; never throws.
 *
 * @rfc 5321 4.1.3
 */
export function parseAddressLiteral(text: string): Parsed<AddressLiteral, AddressError> {
  const parsed = parseAddressLiteralAt(text, 0);
  return parsed.ok && parsed.end < text.length ? refuse('trailing-text', parsed.end) : parsed;
}

/** As `parseAddressLiteral`, from `from` on; `end` of the result is behind the `]`. */
export function parseAddressLiteralAt(text: string, from: number): Parsed<AddressLiteral, AddressError> {
  if (unitAt(text, from) !== LEFT_BRACKET) return refuse('bad-address-literal', from);
  let end = from + 1;
  let colon = -1;
  while (isClass(unitAt(text, end), DTEXT)) {
    if (colon < 0 && unitAt(text, end) === COLON) colon = end;
    if (++end - from >= MAX_DOMAIN_OCTETS) return refuse('domain-too-long', end);
  }
  if (unitAt(text, end) !== RIGHT_BRACKET) return refuse('bad-address-literal', end);
  const literal = colon < 0 ? readIpv4Literal(text.slice(from + 1, end)) : readTaggedLiteral(text.slice(from + 1, colon), text.slice(colon + 1, end));
  return literal === undefined ? refuse('bad-address-literal', from + 1) : { ok: true, value: literal, end: end + 1 };
}

function readIpv4Literal(text: string): AddressLiteral | undefined {
  const octets = readIpv4(text);
  return octets && { kind: 'IPv4', tag: '', address: octets.join('.') };
}

function readTaggedLiteral(tag: string, content: string): AddressLiteral | undefined {
  if (tag.toLowerCase() === 'ipv6') {
    const groups = readIpv6(content);
    return groups && { kind: 'IPv6', tag, address: formatIpv6(groups) };
  }
  if (tag.length === 0 || tag.endsWith('-') || content.length === 0 || /^[0-9a-f]{1,4}$/i.test(tag)) return undefined;
  for (let at = 0; at < tag.length; at++) if (!isClass(tag.charCodeAt(at), LDH)) return undefined;
  return { kind: 'General', tag, address: content };
}

/** The four numbers of a dotted IPv4 address, or `undefined`. */
function readIpv4(text: string): number[] | undefined {
  const parts = text.split('.', 5);
  if (parts.length !== 4) return undefined;
  const octets: number[] = [];
  for (const part of parts) {
    if (part.length < 1 || part.length > 3) return undefined;
    for (let at = 0; at < part.length; at++) if (!isClass(part.charCodeAt(at), DIGIT)) return undefined;
    octets.push(Number(part));
  }
  return octets.every((octet) => octet <= 255) ? octets : undefined;
}

/** The eight groups of an IPv6 address, or `undefined`. */
function readIpv6(text: string): number[] | undefined {
  const sides = text.split('::', 3);
  const left = readGroups(sides[0]!, sides.length === 1);
  if (left === undefined) return undefined;
  if (sides.length === 1) return left.length === IPV6_GROUPS ? left : undefined;
  const right = readGroups(sides[1]!, true);
  if (sides.length > 2 || right === undefined || left.length + right.length > MAX_GROUPS_BESIDE_GAP) return undefined;
  return [...left, ...new Array<number>(IPV6_GROUPS - left.length - right.length).fill(0), ...right];
}

/** Groups of one to four hexadecimal digits between colons, none for `''`; the last may be an IPv4 address where `endsHere`. */
function readGroups(text: string, endsHere: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':', IPV6_GROUPS + 1);
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (endsHere && index === parts.length - 1 && part.includes('.')) {
      const octets = readIpv4(part);
      if (octets === undefined) return undefined;
      groups.push((octets[0]! << 8) | octets[1]!, (octets[2]! << 8) | octets[3]!);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups.length <= IPV6_GROUPS ? groups : undefined;
}

/** @rfc 5952 4 */
function formatIpv6(groups: readonly number[]): string {
  let gapStart = -1;
  let gapLength = 1; // a single group of zeros is not shortened
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > gapLength) {
      gapStart = start;
      gapLength = end - start;
    }
  }
  const hex = groups.map((group) => group.toString(16));
  if (gapStart < 0) return hex.join(':');
  return `${hex.slice(0, gapStart).join(':')}::${hex.slice(gapStart + gapLength).join(':')}`;
}
