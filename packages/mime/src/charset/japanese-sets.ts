/** The sets of JIS X 0208 and JIS X 0212, which EUC-JP and ISO-2022-JP have in common; and EUC-JP. */
import type { Charset, ReadCharacters } from './charset-decoder.ts';
import { shiftJisTable } from './double-byte.ts';
import { cellOf, once, readPairTable, unitAt } from './pair-table.ts';
import { REPLACEMENT } from './text-writer.ts';

const SINGLE_SHIFT_2 = 0x8e;
const SINGLE_SHIFT_3 = 0x8f;

/** JIS X 0208 with the extensions of windows-31J, both octets at 0xa1 to 0xfe. Shift_JIS has two rows for each lead octet. */
export const jis0208Table: () => Uint16Array = once(() => {
  const shiftJis = shiftJisTable();
  const table = new Uint16Array(shiftJis.length).fill(REPLACEMENT);
  for (let row = 0; row < 94; row++) {
    const lead = (row >> 1) + (row < 62 ? 0x81 : 0xc1);
    for (let column = 0; column < 94; column++) {
      const trail = row % 2 === 1 ? 0x9f + column : 0x40 + column + (column >= 63 ? 1 : 0);
      table[cellOf(0xa1 + row, 0xa1 + column)] = shiftJis[cellOf(lead, trail)]!;
    }
  }
  return table;
});

/** JIS X 0212, both octets at 0xa1 to 0xfe, without what makers put behind its last row: no two agree on that. */
export const jis0212Table: () => Uint16Array = once(() => readPairTable('euc-jp', [SINGLE_SHIFT_3]).fill(REPLACEMENT, cellOf(0xee, 0x40)));

/** Half-width katakana: 0xa1 to 0xdf; U+FFFD for others. */
export function halfWidthKatakana(octet: number): number {
  return octet >= 0xa1 && octet <= 0xdf ? 0xff61 + octet - 0xa1 : REPLACEMENT;
}

function readEucJp(): ReadCharacters {
  const jis0208 = jis0208Table();
  return (octets, last, writer) => {
    let at = 0;
    while (at < octets.length) {
      const lead = octets[at]!;
      if (lead < 0x80) {
        writer.unit(lead);
        at++;
        continue;
      }
      const needed = lead === SINGLE_SHIFT_3 && (octets[at + 1] ?? 0xa1) >= 0xa1 ? 3 : 2;
      if (at + needed > octets.length && !last) return at;
      const trail = octets[at + needed - 1] ?? 0;
      const unit = eucJpUnit(jis0208, lead, octets[at + 1] ?? 0, trail);
      if (unit === REPLACEMENT) writer.replacement();
      else writer.unit(unit);
      at += eucJpLength(lead, trail, needed);
    }
    return octets.length;
  };
}

function eucJpUnit(jis0208: Uint16Array, lead: number, second: number, trail: number): number {
  if (lead === SINGLE_SHIFT_2) return halfWidthKatakana(trail);
  if (lead === SINGLE_SHIFT_3) return second < 0xa1 || trail < 0xa1 ? REPLACEMENT : unitAt(jis0212Table(), second, trail);
  return lead < 0xa1 ? REPLACEMENT : unitAt(jis0208, lead, trail);
}

/** An octet that begins nothing is alone; a last octet of US-ASCII is read again. */
function eucJpLength(lead: number, trail: number, needed: number): number {
  if (lead < 0xa1 && lead !== SINGLE_SHIFT_2 && lead !== SINGLE_SHIFT_3) return 1;
  if (lead === 0xff) return 1;
  return trail < 0x80 ? needed - 1 : needed;
}

export const EUC_JP: Charset = { name: 'euc-jp', ascii: true, stateful: false, marked: false, open: readEucJp };
