/**
 * Grammar classes as bits: a parser asks `(CLASS[octet]! & ATEXT) !== 0` instead of comparing ranges, whatever the class
 * looks like. One table holds up to eight classes.
 */

/** Members of a class: every character of a text (all below U+0100), or an inclusive range of octets. */
export type OctetSet = string | readonly [first: number, last: number];

/**
 * Makes a table of 256 octets; entry `o` is the sum of the bits whose class holds octet `o`.
 *
 * `classes`: the members by the class's bit (1, 2, 4 ... 128). Throws a `RangeError` for a key that is not one of them, or
 * a member that is no octet.
 */
export function classTable(classes: Readonly<Record<number, readonly OctetSet[]>>): Uint8Array {
  const table = new Uint8Array(256);
  for (const [key, sets] of Object.entries(classes)) {
    const bit = Number(key);
    if (!Number.isInteger(bit) || bit < 1 || bit > 128 || (bit & (bit - 1)) !== 0) throw new RangeError(`${key} is not one bit of an octet`);
    for (const set of sets) addMembers(table, bit, set);
  }
  return table;
}

function addMembers(table: Uint8Array, bit: number, set: OctetSet): void {
  const members = typeof set === 'string' ? Array.from(set, (character) => character.codePointAt(0)!) : range(set[0], set[1]);
  for (const octet of members) {
    if (!Number.isInteger(octet) || octet < 0 || octet > 0xff) throw new RangeError(`${octet} is not an octet`);
    table[octet]! |= bit;
  }
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
