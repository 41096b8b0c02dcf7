/** Addresses between text and the octets of A and AAAA records. */
import { isIPv4, isIPv6 } from 'node:net';

/**
 * The 4 or 16 octets of an address; `undefined` when `text` is no address of that family. Zone identifiers (`%eth0`) are refused.
 * @rfc 4291 2.2
 */
export function parseIp(text: string, family: 4 | 6): Uint8Array | undefined {
  if (family === 4) return isIPv4(text) ? Uint8Array.from(text.split('.'), Number) : undefined;
  return isIPv6(text) && !text.includes('%') ? parseIpv6(text) : undefined;
}

/** `isIPv6` has said yes: at most one `::`, at most one dotted tail, never too many groups. */
function parseIpv6(text: string): Uint8Array {
  const tail = /[^:]*\.[^:]*$/.exec(text)?.[0];
  const [a, b, c, d] = tail === undefined ? [] : tail.split('.').map(Number);
  const plain = tail === undefined ? text : `${text.slice(0, -tail.length)}${(a! * 256 + b!).toString(16)}:${(c! * 256 + d!).toString(16)}`;
  const [head, rest] = plain.split('::');
  const front = groups(head);
  const back = groups(rest);
  const words = [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back];
  return Uint8Array.from(words.flatMap((word) => [word >> 8, word & 255]));
}

function groups(text: string | undefined): readonly number[] {
  return text === undefined || text === '' ? [] : text.split(':').map((group) => parseInt(group, 16));
}

/**
 * The text of an address of 4 or 16 octets, IPv6 in its canonical spelling.
 * @rfc 5952 4
 */
export function formatIp(octets: Uint8Array): string {
  return octets.length === 4 ? `${octets[0]!}.${octets[1]!}.${octets[2]!}.${octets[3]!}` : formatIpv6(octets);
}

function formatIpv6(octets: Uint8Array): string {
  const words = Array.from({ length: 8 }, (_, index) => octets[2 * index]! * 256 + octets[2 * index + 1]!);
  if (words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff) return `::ffff:${formatIp(octets.subarray(12))}`;
  const gap = longestGap(words);
  const text = (part: readonly number[]): string => part.map((word) => word.toString(16)).join(':');
  return gap.length < 2 ? text(words) : `${text(words.slice(0, gap.from))}::${text(words.slice(gap.from + gap.length))}`;
}

/** The first of the longest runs of zeros. */
function longestGap(words: readonly number[]): { readonly from: number; readonly length: number } {
  let longest = { from: 0, length: 0 };
  for (let from = 0; from < 8; from++) {
    let length = 0;
    while (words[from + length] === 0) length++;
    if (length > longest.length) longest = { from, length };
  }
  return longest;
}
