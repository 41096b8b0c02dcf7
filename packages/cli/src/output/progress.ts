/** A progress bar on the last line of a terminal; on anything else it writes nothing. */
import type { Clock } from '@mailwright/wire';
import type { OutputStream } from '../command-io.ts';
import type { Palette } from './palette.ts';
import { truncate } from './visible-text.ts';

const BAR_CELLS = 28;
/** Oftener than this nobody can read it. */
const LEAST_MS = 80;
const ERASE_LINE = '\r\u001b[K';

export class Progress {
  readonly #stream: OutputStream;
  readonly #palette: Palette;
  readonly #clock: Clock;
  readonly #total: number;
  #shownAt = -Infinity;
  #shown = false;

  constructor(stream: OutputStream, palette: Palette, clock: Clock, total: number) {
    this.#stream = stream;
    this.#palette = palette;
    this.#clock = clock;
    this.#total = total;
  }

  /** `done` of `total`; `note` stands behind the bar. */
  show(done: number, note: string): void {
    const now = this.#clock.now();
    if (!this.#stream.isTerminal || now - this.#shownAt < LEAST_MS) return;
    this.#shownAt = now;
    this.#shown = true;
    const share = this.#total === 0 ? 1 : Math.min(1, done / this.#total);
    const full = Math.round(share * BAR_CELLS);
    const bar = this.#palette.green('█'.repeat(full)) + this.#palette.dim('░'.repeat(BAR_CELLS - full));
    const room = (this.#stream.columns ?? 80) - BAR_CELLS - 9;
    this.#stream.write(`${ERASE_LINE}${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${truncate(note, room)}`);
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#shown) this.#stream.write(ERASE_LINE);
    this.#shown = false;
  }
}
