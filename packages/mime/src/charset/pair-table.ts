/**
 * Tables of two-octet characters, read out of the engine's `TextDecoder` at first use: nothing is shipped. Only these cells are the engine's (they are
 * the same in Node 20, 22 and 24, and a test holds their hashes); the rules around them, which differ between engines, are ours.
 */
import { REPLACEMENT } from './text-writer.ts';

export const FIRST_LEAD = 0x81;
export const FIRST_TRAIL = 0x40;
const LAST_OCTET = 0xfe;
const TRAILS = LAST_OCTET - FIRST_TRAIL + 1;
const CELLS = (LAST_OCTET - FIRST_LEAD + 1) * TRAILS;
const ROW_END = /\n+/;

/** Where the cell of a lead octet (0x81 to 0xfe) and a trail octet (0x40 to 0xfe) is in a table. */
export function cellOf(lead: number, trail: number): number {
  return (lead - FIRST_LEAD) * TRAILS + trail - FIRST_TRAIL;
}

/** The unit at a lead octet of 0x81 or above and any trail octet, U+FFFD where there is none. */
export function unitAt(table: Uint16Array, lead: number, trail: number): number {
  return trail < FIRST_TRAIL || trail > LAST_OCTET || lead > LAST_OCTET ? REPLACEMENT : table[cellOf(lead, trail)]!;
}

/**
 * The units of all pairs, U+FFFD where the engine has none. 24,066 cells, about 4 ms.
 *
 * `prefix`: octets before each pair. Two line feeds after each pair keep one bad pair from taking part of the next: one may be eaten.
 */
export function readPairTable(label: string, prefix: readonly number[] = []): Uint16Array {
  const table = new Uint16Array(CELLS).fill(REPLACEMENT);
  const decoder = engineDecoder(label);
  if (decoder === undefined) return table;
  for (let lead = FIRST_LEAD; lead <= LAST_OCTET; lead++) {
    const octets: number[] = [];
    for (let trail = FIRST_TRAIL; trail <= LAST_OCTET; trail++) octets.push(...prefix, lead, trail, 0x0a, 0x0a);
    decoder.decode(Uint8Array.from(octets)).split(ROW_END).slice(0, TRAILS).forEach((cell, index) => {
      if (cell.length === 1) table[cellOf(lead, FIRST_TRAIL + index)] = cell.charCodeAt(0);
    });
  }
  return table;
}

/** `undefined` in an engine that was built without the legacy charsets: their text is U+FFFD then, but for ASCII. */
export function engineDecoder(label: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}

/** Empties the cells of the private use area, where an engine puts what it does not know. */
export function dropPrivateUse(table: Uint16Array): void {
  for (let cell = 0; cell < table.length; cell++) if (table[cell]! >= 0xe000 && table[cell]! <= 0xf8ff) table[cell] = REPLACEMENT;
}

/** The value, made when it is first asked for. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
