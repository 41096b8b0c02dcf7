/** Tables of text: columns as wide as what stands in them, the ones that may shrink cut to the width there is. */
import type { Palette } from './palette.ts';
import { displayWidth, padEnd, padStart, truncate } from './visible-text.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right' | undefined;
  /** Cut, down to this many columns, when the table is too wide. Default: never cut. */
  readonly shrinkTo?: number | undefined;
}

export interface Cell {
  readonly text: string;
  readonly paint?: ((text: string) => string) | undefined;
}

const GAP = '  ';

/** The table's lines, its head first. `rows` hold plain text; colours go on after the cutting. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly (Cell | string)[])[], width: number, palette: Palette): readonly string[] {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? { text: cell, paint: undefined } : cell)));
  const widths = columns.map(({ title }, index) => cells.reduce((widest, row) => Math.max(widest, displayWidth(row[index]?.text ?? '')), displayWidth(title)));
  shrink(columns, widths, width);
  const line = (row: readonly Cell[]): string => columns.map((column, index) => formatCell(row[index], widths[index]!, column.align)).join(GAP).trimEnd();
  return [line(columns.map(({ title }) => ({ text: title, paint: palette.dim }))), ...cells.map(line)];
}

function shrink(columns: readonly Column[], widths: number[], width: number): void {
  const total = (): number => widths.reduce((sum, one) => sum + one, GAP.length * (widths.length - 1));
  while (total() > width) {
    let widest = -1;
    for (const [index, { shrinkTo }] of columns.entries()) {
      if (shrinkTo !== undefined && widths[index]! > shrinkTo && (widest < 0 || widths[index]! > widths[widest]!)) widest = index;
    }
    if (widest < 0) return;
    widths[widest]!--;
  }
}

function formatCell(cell: Cell | undefined, width: number, align: Column['align']): string {
  const text = truncate(cell?.text ?? '', width);
  const painted = cell?.paint === undefined ? text : cell.paint(text);
  return align === 'right' ? padStart(painted, width) : padEnd(painted, width);
}
