/**
 * What was learnt of a server and holds for the next connection to it as well. One object for a connection of its own, one for
 * all connections of a pool.
 */

/** How long a server whose TLS handshake failed is not asked for TLS again, where the policy is `opportunistic`. */
const BROKEN_TLS_MS = 600_000;

export class Destination {
  /** False for a server that could not follow commands behind the end of a message. @rfc 2920 3.1 */
  pipelineBehindMessage: boolean;
  #clearTextUntil = -Infinity;

  constructor(pipelineBehindMessage: boolean) {
    this.pipelineBehindMessage = pipelineBehindMessage;
  }

  /** A handshake failed or stalled. */
  tlsBroke(now: number): void {
    this.#clearTextUntil = now + BROKEN_TLS_MS;
  }

  /** Whether TLS is not worth a try now. */
  isTlsBroken(now: number): boolean {
    return now < this.#clearTextUntil;
  }
}
