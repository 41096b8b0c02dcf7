/** How long a client waits for what. Every wait has an end, or is the driver's own. */
import type { ClientTimeouts } from './client-options.ts';
import type { CommandInFlight } from './command-in-flight.ts';

/** When, and what happens then. `Infinity`: nothing is awaited. */
export interface ClientDeadline {
  readonly at: number;
  readonly what: 'timeout' | 'idle-restart';
}

const NEVER: ClientDeadline = { at: Infinity, what: 'timeout' };

/**
 * The next deadline.
 *
 * Shape: `flight` in the order of writing. `progressAt`: the last octet in either direction. Commands that have not left have no deadline.
 */
export function clientDeadline(flight: readonly CommandInFlight[], progressAt: number, timeouts: ClientTimeouts): ClientDeadline {
  const head = flight[0];
  if (head === undefined || head.startedAt === undefined) return NEVER;
  let deadline = headDeadline(head, progressAt, timeouts);
  for (const { startedAt, timeoutMs } of flight) {
    if (timeoutMs !== Infinity && startedAt !== undefined) deadline = earlier(deadline, startedAt + timeoutMs);
  }
  return deadline;
}

function headDeadline(head: CommandInFlight, progressAt: number, timeouts: ClientTimeouts): ClientDeadline {
  const { turn, writing } = head;
  const turnAt = head.turnAt ?? Infinity;
  if (turn === 'driver' || writing?.pending !== undefined) return NEVER;
  switch (head.spec.name) {
    case 'IDLE':
      if (turn === 'ending') return { at: turnAt + timeouts.idleDoneMs, what: 'timeout' };
      if (turn !== 'idling') break;
      return earlier({ at: turnAt + timeouts.idleRestartMs, what: 'idle-restart' }, progressAt + timeouts.idleSilenceMs);
    case 'STARTTLS':
    case 'LOGIN':
    case 'AUTHENTICATE':
      return { at: turnAt + timeouts.loginMs, what: 'timeout' };
    case 'LOGOUT':
      return { at: turnAt + timeouts.logoutMs, what: 'timeout' };
  }
  return { at: progressAt + timeouts.silenceMs, what: 'timeout' };
}

function earlier(deadline: ClientDeadline, at: number): ClientDeadline {
  return at < deadline.at ? { at, what: 'timeout' } : deadline;
}
