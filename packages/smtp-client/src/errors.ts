/**
 * What can go wrong with a connection or a message, as one class with a closed list of codes. Each code is a heading of
 * `docs/errors.md`, which says what to do.
 *
 * An error says who is at fault (`side`), how far things got (`phase`), what is known of the message (`outcome`) and whether
 * the connection can still be used (`usable`). Only `not-sent` may be tried again without asking anybody.
 *
 * Read next: `result.ts`.
 */
import type { Endpoint } from '@mailwright/net';
import type { Reply, UnsendableCode } from '@mailwright/smtp';

/** How far a connection or a message got. `command` is for NOOP, VRFY and the like, and for a connection that rests. */
export type SmtpPhase = 'dial' | 'greeting' | 'tls' | 'auth' | 'mail' | 'rcpt' | 'data' | 'final-dot' | 'quit' | 'command';

/**
 * What is known of a message. `accepted`: the server took it for all recipients. `partial`: for some; the others are in the
 * result. `rejected`: the server said no. `not-sent`: it was not delivered; trying again is safe. `ambiguous`: its end went out,
 * and no reply came: it may have been delivered.
 */
export type SmtpOutcome = 'accepted' | 'partial' | 'rejected' | 'not-sent' | 'ambiguous';

export type SmtpClientErrorCode =
  // the way to the server
  | 'SMTP_DIAL_FAILED'
  | 'SMTP_CONNECTION_LOST'
  | 'SMTP_GOODBYE'
  | 'SMTP_GREETING_REFUSED'
  | 'SMTP_HELLO_REFUSED'
  | 'SMTP_TLS_NOT_OFFERED'
  | 'SMTP_TLS_REFUSED'
  | 'SMTP_TLS_FAILED'
  | 'SMTP_AUTH_UNAVAILABLE'
  | 'SMTP_AUTH_CLEAR_TEXT'
  | 'SMTP_AUTH_REJECTED'
  | 'SMTP_AUTH_FAILED'
  // what the server said to a message or a command
  | 'SMTP_REJECTED'
  | 'SMTP_WITHHELD'
  // what can't be sent to this server, or not at all
  | UnsendableCode
  | 'SMTP_BODY_FAILED'
  | 'SMTP_BAD_MESSAGE'
  // a server that breaks the protocol
  | 'LIMIT_LINE_OCTETS'
  | 'LIMIT_REPLY_LINES'
  | 'LIMIT_REPLY_OCTETS'
  | 'SMTP_BAD_REPLY'
  | 'SMTP_UNEXPECTED_REPLY'
  | 'SMTP_OCTETS_BEFORE_TLS'
  // time and the caller
  | 'SMTP_TIMEOUT'
  | 'SMTP_DEADLINE'
  | 'SMTP_WAIT_TIMEOUT'
  | 'SMTP_ABORTED'
  | 'SMTP_CLOSED';

/** Why something ended, before it is known what it meant for whom. */
export interface Failure {
  readonly code: SmtpClientErrorCode;
  readonly side: 'local' | 'remote';
  readonly message: string;
  readonly reply: Reply | undefined;
  readonly cause: unknown;
}

/** Where a failure found its victim. */
export interface FailurePlace {
  readonly phase: SmtpPhase;
  readonly outcome: SmtpOutcome;
  readonly usable: boolean;
  readonly peer: Endpoint | undefined;
}

/** A failure of a connection or of a message. `code` is stable; the text may change. */
export class SmtpError extends Error {
  override readonly name: string = 'SmtpError';
  readonly code: SmtpClientErrorCode;
  /** Who is at fault: this program and its machine (`local`), or the server and the network (`remote`). */
  readonly side: 'local' | 'remote';
  readonly phase: SmtpPhase;
  readonly outcome: SmtpOutcome;
  /** Whether the connection can still be used. */
  readonly usable: boolean;
  /** The server's own words, where it said something. */
  readonly reply: Reply | undefined;
  readonly peer: Endpoint | undefined;

  constructor(failure: Failure, place: FailurePlace) {
    super(failure.message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.code = failure.code;
    this.side = failure.side;
    this.phase = place.phase;
    this.outcome = place.outcome;
    this.usable = place.usable;
    this.reply = failure.reply;
    this.peer = place.peer;
  }
}

/** A failure of the server's side or of the network. */
export function remoteFailure(code: SmtpClientErrorCode, message: string, reply?: Reply | undefined, cause?: unknown): Failure {
  return { code, side: 'remote', message, reply, cause };
}

/** A failure of this side. */
export function localFailure(code: SmtpClientErrorCode, message: string, cause?: unknown): Failure {
  return { code, side: 'local', message, reply: undefined, cause };
}

/** `550 5.1.1 No such user`: the first line of a reply, for texts. */
export function quoteReply(reply: Reply): string {
  const status = reply.enhanced === undefined ? '' : `${reply.enhanced} `;
  const more = reply.lines.length > 1 ? ' ...' : '';
  return `${reply.code} ${status}${reply.lines[0]!}${more}`;
}
