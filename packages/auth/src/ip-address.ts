/**
 * The client's address: one spelling for it, and the name of its PTR record. The grammar is that of the address literals of `@mailwright/address`.
 *
 * Read next: `iprev.ts`.
 */
import { parseAddressLiteral } from '@mailwright/address';

/** An address in its one spelling. */
export interface IpAddress {
  readonly family: 4 | 6;
  /** Dotted decimal, or IPv6 as RFC 5952 writes it. Equal addresses are equal texts. */
  readonly text: string;
}

const IPV6_GROUPS = 8;
const MAPPED_PREFIX = '::ffff:'; // RFC 4291 2.5.5.2

/** Reads an address of either family; `undefined` where the text is none. A zone identifier is dropped; an IPv4-mapped address is the IPv4 address. */
export function parseIp(text: string): IpAddress | undefined {
  if (!text.includes(':')) return readLiteral(`[${text}]`, 4);
  const zone = text.indexOf('%');
  const address = readLiteral(`[IPv6:${zone === -1 ? text : text.slice(0, zone)}]`, 6);
  if (address === undefined || !address.text.startsWith(MAPPED_PREFIX)) return address;
  const groups = address.text.slice(MAPPED_PREFIX.length).split(':').map((group) => Number.parseInt(group, 16));
  if (groups.length !== 2) return address;
  return { family: 4, text: groups.flatMap((group) => [group >>> 8, group & 255]).join('.') };
}

function readLiteral(literal: string, family: 4 | 6): IpAddress | undefined {
  const parsed = parseAddressLiteral(literal);
  return parsed.ok && parsed.value.kind === `IPv${family}` ? { family, text: parsed.value.address } : undefined;
}

/** The name that has the PTR record: `1.2.0.192.in-addr.arpa`. @rfc 1035 3.5 @rfc 3596 2.5 */
export function reverseName({ family, text }: IpAddress): string {
  if (family === 4) return `${text.split('.').reverse().join('.')}.in-addr.arpa`;
  const [left = '', right] = text.split('::');
  const before = left === '' ? [] : left.split(':');
  const after = right === undefined || right === '' ? [] : right.split(':');
  const gap = new Array<string>(IPV6_GROUPS - before.length - after.length).fill('0');
  const digits = [...before, ...gap, ...after].map((group) => group.padStart(4, '0')).join('');
  return `${Array.from(digits).reverse().join('.')}.ip6.arpa`;
}
