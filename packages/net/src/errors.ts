/**
 * What can go wrong between two endpoints, as one class with a closed list of codes. Each code is a heading of
 * `docs/errors.md`, which says what to do.
 *
 * Leaves out everything the peer says in its own protocol. Read next: `transport.ts`.
 */
import { formatEndpoint } from './endpoint.ts';
import type { Endpoint } from './transport.ts';

export type NetErrorCode =
  | 'NET_LOOKUP_FAILED'
  | 'NET_DIAL_FAILED'
  | 'NET_DIAL_TIMEOUT'
  | 'NET_ABORTED'
  | 'NET_TLS_HANDSHAKE_FAILED'
  | 'NET_TLS_TIMEOUT'
  | 'NET_TLS_NAME_MISMATCH'
  | 'NET_TLS_UNTRUSTED'
  | 'NET_RESET'
  | 'NET_IO_FAILED'
  | 'NET_CLOSED'
  | 'NET_LISTEN_FAILED';

/** `dial` until the connection stands, `tls` during a handshake, `io` afterwards, `listen` for a listener of ours. */
export type NetPhase = 'dial' | 'tls' | 'io' | 'listen';

/** One address that was tried. Times are milliseconds of the dial's clock. */
export interface DialAttempt {
  readonly address: string;
  readonly port: number;
  readonly family: Endpoint['family'];
  readonly startedMs: number;
  readonly endedMs: number;
  /** `abandoned`: another attempt won, or the dial was given up. */
  readonly outcome: 'connected' | 'failed' | 'abandoned';
  readonly error: Error | undefined;
}

/** What a `NetError` knows beside its text. */
export interface NetErrorDetails {
  readonly phase: NetPhase;
  readonly peer?: Endpoint | undefined;
  readonly attempts?: readonly DialAttempt[] | undefined;
  readonly cause?: unknown;
}

/** A failure of the network or of TLS. `code` is stable; the text may change. */
export class NetError extends Error {
  override readonly name: string = 'NetError';
  readonly code: NetErrorCode;
  readonly phase: NetPhase;
  readonly peer: Endpoint | undefined;
  /** Every address that was tried, in the order of their starts; empty when the failure was not one of dialing. */
  readonly attempts: readonly DialAttempt[];

  constructor(code: NetErrorCode, message: string, details: NetErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.phase = details.phase;
    this.peer = details.peer;
    this.attempts = details.attempts ?? [];
  }
}

/** What to do about it; nothing where the caller asked for it. */
const ADVICE: Readonly<Record<NetErrorCode, string>> = {
  NET_LOOKUP_FAILED: 'check the spelling of the host, and that it has addresses of the family in use',
  NET_DIAL_FAILED: 'check host and port, and that a server listens there and no firewall is between',
  NET_DIAL_TIMEOUT: 'the host may be down or behind a firewall: try later, or raise timeoutMs',
  NET_ABORTED: '',
  NET_TLS_HANDSHAKE_FAILED: 'check that the peer speaks TLS on this port, and a version and algorithms that both sides allow',
  NET_TLS_TIMEOUT: 'the peer may be waiting for clear text (STARTTLS) on this port: check that, or raise timeoutMs',
  NET_TLS_NAME_MISMATCH: 'connect by a name the certificate has, or put that name into the policy',
  NET_TLS_UNTRUSTED: 'give its authority as ca, or choose the policy required if any certificate will do',
  NET_RESET: 'the peer or something between dropped it: dial again',
  NET_IO_FAILED: 'dial again',
  NET_CLOSED: 'dial again',
  NET_LISTEN_FAILED: 'choose another port or address, or end who holds it',
};

/** A `NetError` whose text ends with what to do. */
export function netError(code: NetErrorCode, what: string, details: NetErrorDetails): NetError {
  const advice = ADVICE[code];
  return new NetError(code, advice === '' ? what : `${what}; ${advice}`, details);
}

/** The `code` of a Node error (`ECONNRESET`), or its message when it has none. */
export function describeCause(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const code: unknown = (cause as NodeJS.ErrnoException).code;
  return typeof code === 'string' ? code : cause.message;
}

const RESET_CODES: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ENOTCONN']);

/** The error of a connection that broke while it was in use; a `NetError` is handed through. */
export function connectionError(cause: Error, peer: Endpoint): NetError {
  if (cause instanceof NetError) return cause;
  const reason = describeCause(cause);
  const details: NetErrorDetails = { phase: 'io', peer, cause };
  if (RESET_CODES.has(reason)) {
    return netError('NET_RESET', `the connection to ${formatEndpoint(peer)} was reset by the peer (${reason})`, details);
  }
  return netError('NET_IO_FAILED', `the connection to ${formatEndpoint(peer)} failed (${reason})`, details);
}
