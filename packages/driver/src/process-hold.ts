/**
 * Keeps the process alive while something waits and nothing else does: the timers of a `Clock` do not, and without a socket Node would end in the
 * middle of a back-off, with everything that waits for it unsettled.
 */

/** Long enough never to matter: Node's longest. */
const PERIOD_MS = 0x7fff_ffff;

export class ProcessHold {
  #timer: NodeJS.Timeout | undefined = undefined;

  /** Holds the process, or lets it go. */
  set(held: boolean): void {
    if (held === (this.#timer !== undefined)) return;
    clearInterval(this.#timer);
    this.#timer = held ? setInterval(() => {}, PERIOD_MS) : undefined;
  }
}
