/**
 * What can go wrong with a connection or a command, as one class with a closed list of codes. Each code is a heading of `docs/errors.md`, which says what to do.
 *
 * An error says who is at fault (`side`), how far things got (`phase`), what the server said (`response`) and whether the connection can still be used
 * (`usable`).
 */
import type { Endpoint } from '@mailwright/net';
import type { ClientViolation, Response } from '@mailwright/pop3';

/** How far a connection got, or what it was doing. `message` is for RETR and TOP, `command` for everything else after the login. */
export type Pop3Phase = 'dial' | 'greeting' | 'tls' | 'auth' | 'command' | 'message' | 'quit';

export type Pop3ErrorCode =
  // the way to the server
  | 'POP3_DIAL_FAILED'
  | 'POP3_CONNECTION_LOST'
  | 'POP3_GOODBYE'
  | 'POP3_GREETING_REFUSED'
  | 'POP3_TLS_NOT_OFFERED'
  | 'POP3_TLS_REFUSED'
  | 'POP3_TLS_FAILED'
  | 'POP3_AUTH_UNAVAILABLE'
  | 'POP3_AUTH_CLEAR_TEXT'
  | 'POP3_AUTH_REJECTED'
  | 'POP3_AUTH_FAILED'
  // what the server said to a command
  | 'POP3_REJECTED'
  | 'POP3_NOT_OFFERED'
  | 'POP3_NO_SUCH_MESSAGE'
  // a server that breaks the protocol
  | 'POP3_BAD_RESPONSE'
  | 'POP3_BAD_LISTING'
  | 'POP3_UNEXPECTED_RESPONSE'
  | 'POP3_OCTETS_BEFORE_TLS'
  | 'LIMIT_LINE_OCTETS'
  | 'LIMIT_REPLY_LINES'
  | 'LIMIT_REPLY_OCTETS'
  | 'LIMIT_MESSAGE_OCTETS'
  // time and the caller
  | 'POP3_TIMEOUT'
  | 'POP3_DEADLINE'
  | 'POP3_ABORTED'
  | 'POP3_SPILL_FULL'
  | 'POP3_LEFT_UNREAD'
  | 'POP3_CLOSED';

/** A failure before it is known whom it strikes. */
export interface Failure {
  readonly code: Pop3ErrorCode;
  readonly side: 'local' | 'remote';
  readonly message: string;
  readonly response: Response | undefined;
  readonly cause: unknown;
}

/** Where a failure found its victim. */
export interface FailurePlace {
  readonly phase: Pop3Phase;
  readonly usable: boolean;
  readonly peer: Endpoint | undefined;
}

/** A failure of a connection or of a command. `code` is stable; the text may change. */
export class Pop3Error extends Error {
  override readonly name: string = 'Pop3Error';
  readonly code: Pop3ErrorCode;
  /** Who is at fault: this program and its machine (`local`), or the server and the network (`remote`). */
  readonly side: 'local' | 'remote';
  readonly phase: Pop3Phase;
  /** Whether the connection can still be used. */
  readonly usable: boolean;
  /** The server's own words, where it said something; `response.code` is `AUTH`, `IN-USE`, `SYS/TEMP`, ... */
  readonly response: Response | undefined;
  readonly peer: Endpoint | undefined;

  constructor(failure: Failure, place: FailurePlace) {
    super(failure.message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.code = failure.code;
    this.side = failure.side;
    this.phase = place.phase;
    this.usable = place.usable;
    this.response = failure.response;
    this.peer = place.peer;
  }
}

/** A failure of the server's side or of the network. */
export function remoteFailure(code: Pop3ErrorCode | ClientViolation, message: string, response?: Response | undefined, cause?: unknown): Failure {
  return { code, side: 'remote', message, response, cause };
}

/** A failure of this side. */
export function localFailure(code: Pop3ErrorCode, message: string, cause?: unknown): Failure {
  return { code, side: 'local', message, response: undefined, cause };
}

/** The caller's signal. */
export function abortFailure(signal: AbortSignal): Failure {
  return localFailure('POP3_ABORTED', 'given up by the caller', signal.reason);
}

/** `-ERR [IN-USE] maildrop is open elsewhere`, for texts. */
export function quoteResponse({ status, code, text }: Response): string {
  return [status === 'OK' ? '+OK' : '-ERR', ...(code === undefined ? [] : [`[${code}]`]), ...(text === '' ? [] : [text])].join(' ');
}
