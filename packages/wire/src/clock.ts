/**
 * The parts of the world that come in as options, so that a test can hold time and chance still. Types only: the real
 * clock and the real randomness are in `@mailwright/net`, the fake ones in `@mailwright/testing`.
 */

/** A wake-up that was asked for. */
export interface Timer {
  /** Idempotent; harmless after the timer went off. */
  cancel(): void;
}

/** Time in milliseconds. */
export interface Clock {
  /** Monotonic, for durations and deadlines; its zero means nothing. */
  now(): number;
  /** Milliseconds since 1970-01-01T00:00:00Z, for `Date:` and log lines. */
  wallTime(): number;
  /** Calls `callback` once, at least `delayMs` from now. A pending timer does not keep the process alive. */
  setTimer(callback: () => void, delayMs: number): Timer;
}

/** A source of octets for nonces, boundaries and Message-IDs. */
export interface Random {
  /** `count` fresh octets. */
  octets(count: number): Uint8Array;
}
