/** Colours for a terminal. Where there is none, every function gives its text back. */
import type { CommandIo, OutputStream } from '../command-io.ts';

export type Paint = (text: string) => string;

export interface Palette {
  readonly enabled: boolean;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly blue: Paint;
  readonly magenta: Paint;
  readonly cyan: Paint;
}

const ESCAPE = '\u001b[';
const BOLD_OFF = 22;
const COLOUR_OFF = 39;

/** The palette for a stream: `NO_COLOR` (no-color.org) switches it off, `FORCE_COLOR` on, else it goes by the terminal. */
export function paletteFor(stream: OutputStream, env: CommandIo['env']): Palette {
  return createPalette(wantsColour(stream, env));
}

function wantsColour(stream: OutputStream, env: CommandIo['env']): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'] ?? '';
  if (forced !== '') return forced !== '0' && forced !== 'false';
  return stream.isTerminal && env['TERM'] !== 'dumb';
}

export function createPalette(enabled: boolean): Palette {
  const paint = (on: number, off: number): Paint => (text) => (enabled && text !== '' ? `${ESCAPE}${on}m${text}${ESCAPE}${off}m` : text);
  return {
    enabled,
    bold: paint(1, BOLD_OFF),
    dim: paint(2, BOLD_OFF),
    red: paint(31, COLOUR_OFF),
    green: paint(32, COLOUR_OFF),
    yellow: paint(33, COLOUR_OFF),
    blue: paint(34, COLOUR_OFF),
    magenta: paint(35, COLOUR_OFF),
    cyan: paint(36, COLOUR_OFF),
  };
}
