/**
 * Sets of addresses as ranges, for the question which addresses a record authorises: union, difference, intersection, count. A family's
 * ranges are sorted, apart from each other, and both ends belong to them. Not for the hot path: numbers are bigints.
 *
 * Read next: `analyze.ts`.
 */
import type { IpAddress } from './ip.ts';
import { formatIp } from './ip.ts';

/** From the first address to the last, both included. */
export type AddressRange = readonly [first: bigint, last: bigint];

export interface AddressSet {
  readonly ip4: readonly AddressRange[];
  readonly ip6: readonly AddressRange[];
}

const BITS = { ip4: 32, ip6: 128 } as const;

export const NO_ADDRESSES: AddressSet = { ip4: [], ip6: [] };
export const ALL_ADDRESSES: AddressSet = { ip4: [[0n, 2n ** 32n - 1n]], ip6: [[0n, 2n ** 128n - 1n]] };

/** The network of that prefix length around an address. */
export function networkOf(address: IpAddress, prefixLength: number): AddressSet {
  const value = address.family === 4 ? BigInt(address.value) : address.groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
  const hostBits = BigInt((address.family === 4 ? BITS.ip4 : BITS.ip6) - prefixLength);
  const first = (value >> hostBits) << hostBits;
  const range: AddressRange = [first, first + (1n << hostBits) - 1n];
  return address.family === 4 ? { ip4: [range], ip6: [] } : { ip4: [], ip6: [range] };
}

/** All addresses that are in one of the sets. Sorts once, so many small sets cost n log n. */
export function unite(sets: readonly AddressSet[]): AddressSet {
  if (sets.length === 1) return sets[0]!;
  return { ip4: uniteRanges(sets.flatMap(({ ip4 }) => ip4)), ip6: uniteRanges(sets.flatMap(({ ip6 }) => ip6)) };
}

function uniteRanges(ranges: readonly AddressRange[]): AddressRange[] {
  const sorted = [...ranges].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  const united: [bigint, bigint][] = [];
  for (const [first, last] of sorted) {
    const previous = united.at(-1);
    if (previous === undefined || first > previous[1] + 1n) united.push([first, last]);
    else if (last > previous[1]) previous[1] = last;
  }
  return united;
}

/** What both sets hold. */
export function intersect(a: AddressSet, b: AddressSet): AddressSet {
  return { ip4: intersectRanges(a.ip4, b.ip4), ip6: intersectRanges(a.ip6, b.ip6) };
}

function intersectRanges(a: readonly AddressRange[], b: readonly AddressRange[]): AddressRange[] {
  const common: AddressRange[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [left, right] = [a[i]!, b[j]!];
    const first = left[0] > right[0] ? left[0] : right[0];
    const last = left[1] < right[1] ? left[1] : right[1];
    if (first <= last) common.push([first, last]);
    if (left[1] < right[1]) i++;
    else j++;
  }
  return common;
}

/** What `a` holds and `b` does not. */
export function subtract(a: AddressSet, b: AddressSet): AddressSet {
  return { ip4: intersectRanges(a.ip4, invert(b.ip4, BITS.ip4)), ip6: intersectRanges(a.ip6, invert(b.ip6, BITS.ip6)) };
}

function invert(ranges: readonly AddressRange[], bits: number): AddressRange[] {
  const gaps: AddressRange[] = [];
  let next = 0n;
  for (const [first, last] of ranges) {
    if (first > next) gaps.push([next, first - 1n]);
    next = last + 1n;
  }
  const end = (1n << BigInt(bits)) - 1n;
  if (next <= end) gaps.push([next, end]);
  return gaps;
}

/** How many addresses the ranges hold. Exact below 2^53, near enough above. */
export function countAddresses(ranges: readonly AddressRange[]): number {
  return Number(ranges.reduce((sum, [first, last]) => sum + last - first + 1n, 0n));
}

export function isEmptySet({ ip4, ip6 }: AddressSet): boolean {
  return ip4.length === 0 && ip6.length === 0;
}

/** The ranges as networks: the fewest that hold exactly these addresses. */
export function listNetworks(set: AddressSet): { readonly ip4: string[]; readonly ip6: string[] } {
  return { ip4: set.ip4.flatMap((range) => listRange(range, 'ip4')), ip6: set.ip6.flatMap((range) => listRange(range, 'ip6')) };
}

function listRange([first, last]: AddressRange, family: 'ip4' | 'ip6'): string[] {
  const networks: string[] = [];
  const bits = BITS[family];
  for (let start = first; start <= last; ) {
    let hostBits = 0;
    while (hostBits < bits && (start >> BigInt(hostBits)) % 2n === 0n && start + (2n << BigInt(hostBits)) - 1n <= last) hostBits++;
    networks.push(`${formatValue(start, family)}/${bits - hostBits}`);
    start += 1n << BigInt(hostBits);
  }
  return networks;
}

function formatValue(value: bigint, family: 'ip4' | 'ip6'): string {
  if (family === 'ip4') return formatIp({ family: 4, value: Number(value) });
  return formatIp({ family: 6, groups: Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(16 * (7 - index))) & 0xffffn)) });
}
