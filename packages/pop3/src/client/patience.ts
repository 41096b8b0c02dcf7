/**
 * How long a client waits: from when, and for what. Time is told by the driver; nothing here looks at a clock.
 *
 * Two things are not the server's time: what the driver takes to answer a challenge, and what it takes to read on where it had stopped. So the moment from
 * which one waits only ever moves on.
 */
import type { ClientTimeouts } from './options.ts';

/** What one waits for; `nothing` where the driver is the one who is waited for. */
export type Awaited = 'greeting' | 'response' | 'text' | 'nothing';

export class Patience {
  readonly #timeouts: ClientTimeouts;
  #since: number;
  #heardAt: number;

  constructor(timeouts: ClientTimeouts, now: number) {
    this.#timeouts = timeouts;
    this.#since = this.#heardAt = now;
  }

  /** Octets came. Those of a message or a listing win time, others don't. */
  heard(now: number, winsTime: boolean): void {
    this.#heardAt = now;
    if (winsTime) this.begin(now);
  }

  /** One waits from now on: for the first command in flight, or again after a pause that was the driver's. */
  begin(now: number): void {
    this.#since = Math.max(this.#since, now);
  }

  /** What was waited for is there, and something else is waited for: since the octets that brought it, or since the driver began to read again. */
  goOn(): void {
    this.begin(this.#heardAt);
  }

  /** The end of the wait; `undefined` for none. */
  deadline(awaited: Awaited): number | undefined {
    const deadline = this.#since + this.#timeoutMs(awaited);
    return deadline === Infinity ? undefined : deadline;
  }

  #timeoutMs(awaited: Awaited): number {
    switch (awaited) {
      case 'greeting':
        return this.#timeouts.greetingMs;
      case 'response':
        return this.#timeouts.commandMs;
      case 'text':
        return this.#timeouts.textMs;
      default:
        return Infinity;
    }
  }
}
