/**
 * Until when a session waits for what. Times are those of the driver's clock; a client that drips octets gains nothing by it, as a line has to be
 * whole in time.
 *
 * @rfc 9051 5.4
 * @rfc 2177 3
 */
import type { ServerTimeouts } from './server-options.ts';

/** What the machine waits for, as far as time is concerned. */
export type WaitingFor = 'driver' | 'client' | 'idle' | 'nothing';

export class ServerTimes {
  readonly #timeouts: ServerTimeouts;
  /** When the time for a login began. */
  #openedAt: number;
  /** When the client was last heard, and when the server last said something. */
  #heardAt: number;
  #saidAt: number;
  /** When the command (or the piece of its literal) that is being read began; `undefined` between commands. */
  #beganAt: number | undefined = undefined;
  /** When the command that is being read began, whatever of its literals was read since; `undefined` between commands. */
  #startedAt: number | undefined = undefined;
  /** Since when output waits, as far as is known. */
  #waitsSince: number;

  constructor(timeouts: ServerTimeouts, now: number) {
    this.#timeouts = timeouts;
    this.#openedAt = this.#heardAt = this.#saidAt = this.#waitsSince = now;
  }

  /** Octets came. `outputWaits`: there is output that was not taken. */
  heard(now: number, outputWaits: boolean): void {
    this.#heardAt = now;
    if (!outputWaits) this.#waitsSince = now;
    this.#beganAt ??= now;
    this.#startedAt ??= now;
  }

  /** A piece of a literal was read: the next one has its own time. */
  progress(): void {
    this.#beganAt = this.#heardAt;
  }

  /** What was being read is complete. */
  ended(): void {
    this.#beganAt = undefined;
    this.#startedAt = undefined;
  }

  /** Nobody is logged in any more: the time for a login begins. */
  loggedOut(): void {
    this.#openedAt = this.#heardAt;
  }

  /** Output was asked for; `some`: there was some. */
  told(now: number, some: boolean): void {
    this.#waitsSince = now;
    if (some) this.#saidAt = now;
  }

  /** `* OK Still here` was said. */
  kept(now: number): void {
    this.#saidAt = now;
  }

  /** `beforeLogin`: nobody has logged in. `outputWaits`: there is output that was not taken. */
  deadline(waitingFor: WaitingFor, beforeLogin: boolean, outputWaits: boolean): number | undefined {
    const end = this.#end(waitingFor, beforeLogin, outputWaits);
    const keepalive = waitingFor === 'idle' ? this.#saidAt + this.#timeouts.keepaliveMs : Infinity;
    const earliest = Math.min(end, keepalive);
    return earliest === Infinity ? undefined : earliest;
  }

  /** Whether the session's end is not due at `now`, so that it can only be the keepalive. */
  onlyKeepalive(waitingFor: WaitingFor, beforeLogin: boolean, outputWaits: boolean, now: number): boolean {
    return waitingFor === 'idle' && now < this.#end(waitingFor, beforeLogin, outputWaits);
  }

  #end(waitingFor: WaitingFor, beforeLogin: boolean, outputWaits: boolean): number {
    const { loginMs, autologoutMs, commandMs, wholeCommandMs, outputMs } = this.#timeouts;
    if (waitingFor === 'nothing') return Infinity;
    const output = outputWaits ? this.#waitsSince + outputMs : Infinity;
    if (waitingFor === 'driver') return output;
    const login = beforeLogin ? this.#openedAt + loginMs : Infinity;
    // What came while the driver worked could not be finished before its answer.
    const command = this.#beganAt === undefined ? Infinity : Math.max(this.#beganAt, this.#saidAt) + commandMs;
    const whole = this.#startedAt === undefined ? Infinity : this.#startedAt + wholeCommandMs;
    return Math.min(output, login, command, whole, Math.max(this.#heardAt, waitingFor === 'idle' ? this.#heardAt : this.#saidAt) + autologoutMs);
  }
}
