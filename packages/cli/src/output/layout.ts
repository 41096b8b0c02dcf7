/** How wide things are written, and rules across the page. */
import type { OutputStream } from '../command-io.ts';
import type { Palette } from './palette.ts';
import { displayWidth } from './visible-text.ts';

const LEAST_COLUMNS = 60;
const MOST_COLUMNS = 120;
/** Files and pipes. */
const USUAL_COLUMNS = 100;

/** Columns to write in: the terminal's, within reason. */
export function pageWidth(stream: OutputStream): number {
  return Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, stream.columns ?? USUAL_COLUMNS));
}

/** `── title ─────────────── note ──`; `note` may be empty. */
export function formatRule(title: string, note: string, width: number, palette: Palette): string {
  const right = note === '' ? '' : ` ${note} ──`;
  const fill = '─'.repeat(Math.max(2, width - displayWidth(title) - displayWidth(right) - 4));
  return `${palette.dim('──')} ${palette.bold(title)} ${palette.dim(`${fill}${right}`)}`;
}
