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
import { COLON, LEFT_BRACKET, RIGHT_BRACKET, formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '@mailwright/wire';
import type { Parsed } from '@mailwright/wire';
import { refuse } from './errors.ts';
import type { AddressError } from './errors.ts';
import { DTEXT, LDH, MAX_DOMAIN_OCTETS, isClass, unitAt } from './grammar.ts';

/** An address literal, read. */
export interface AddressLiteral {
  readonly kind: 'IPv4' | 'IPv6' | 'General';
  /** The tag before the colon as written; `''` for IPv4. */
  readonly tag: string;
  /** IPv4 in decimal without leading zeros, IPv6 as RFC 5952 writes it, or the text behind the tag. */
  readonly address: string;
}

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
  const address = readIpv4(text);
  return address === undefined ? undefined : { kind: 'IPv4', tag: '', address };
}

function readTaggedLiteral(tag: string, content: string): AddressLiteral | undefined {
  if (tag.toLowerCase() === 'ipv6') {
    const address = readIpv6(content);
    return address === undefined ? undefined : { kind: 'IPv6', tag, address };
  }
  if (tag.length === 0 || tag.endsWith('-') || content.length === 0 || /^[0-9a-f]{1,4}$/i.test(tag)) return undefined;
  for (let at = 0; at < tag.length; at++) if (!isClass(tag.charCodeAt(at), LDH)) return undefined;
  return { kind: 'General', tag, address: content };
}

/** `undefined` where `text` is none. */
function readIpv4(text: string): string | undefined {
  const value = parseIpv4(withoutLeadingZeros(text));
  return value < 0 ? undefined : formatIpv4(value);
}

/** `undefined` where `text` is none. */
function readIpv6(text: string): string | undefined {
  const tail = text.includes('.') ? text.lastIndexOf(':') + 1 : text.length;
  const groups = parseIpv6(text.slice(0, tail) + withoutLeadingZeros(text.slice(tail)));
  if (groups === undefined) return undefined;
  const written = text.split(':').filter((group) => group !== '').length + (tail < text.length ? 1 : 0);
  return text.includes('::') && written > MAX_GROUPS_BESIDE_GAP ? undefined : formatIpv6(groups);
}

/** Snum may begin with zeros, of three digits in all; for SMTP they are decimal. @rfc 5321 4.1.3 */
function withoutLeadingZeros(dotted: string): string {
  return dotted.split('.', 5).map((number) => (/^0[0-9]{1,2}$/.test(number) ? String(Number(number)) : number)).join('.');
}
