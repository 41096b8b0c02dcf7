/**
 * What can go wrong with a connection or a command, as one class with a closed list of codes. Each code is a heading of `docs/errors.md`,
 * which says what to do.
 *
 * An error says who is at fault (`side`), how far things got (`phase`), what the server said (`status`, `responseCode`, `text`), and whether the
 * connection can still be used (`usable`).
 *
 * Read next: `options.ts`, `session.ts`.
 */
import type { ClientViolationCode, ResponseCode, Status } from '@mailwright/imap';
import type { Endpoint } from '@mailwright/net';

/** How far a connection got. `command` is for everything behind the login. */
export type ImapPhase = 'dial' | 'greeting' | 'tls' | 'auth' | 'setup' | 'command' | 'logout';

export type ImapClientErrorCode =
  // the way to the server
  | 'IMAP_DIAL_FAILED'
  | 'IMAP_CONNECTION_LOST'
  | 'IMAP_GOODBYE'
  | 'IMAP_GREETING_REFUSED'
  | 'IMAP_PREAUTH_REFUSED'
  | 'IMAP_TLS_NOT_OFFERED'
  | 'IMAP_TLS_REFUSED'
  | 'IMAP_TLS_FAILED'
  | 'IMAP_COMPRESSION_FAILED'
  | 'IMAP_AUTH_UNAVAILABLE'
  | 'IMAP_AUTH_CLEAR_TEXT'
  | 'IMAP_AUTH_REJECTED'
  | 'IMAP_AUTH_FAILED'
  // what the server said to a command, or would say
  | 'IMAP_REJECTED'
  | 'IMAP_BAD_COMMAND'
  | 'IMAP_NOT_OFFERED'
  | 'IMAP_WRONG_STATE'
  | 'IMAP_UNSENDABLE'
  | 'IMAP_TOO_LARGE'
  | 'IMAP_SOURCE_FAILED'
  // mailboxes, messages, bodies
  | 'IMAP_MAILBOX_CLOSED'
  | 'IMAP_MAILBOX_STALE'
  | 'IMAP_MAILBOX_REPLACED'
  | 'IMAP_NO_SUCH_MESSAGE'
  | 'IMAP_NO_SUCH_BODY'
  | 'IMAP_BODY_STALE'
  | 'IMAP_BODY_CHANGED'
  | 'LIMIT_SPILLED_OCTETS'
  | 'LIMIT_BODY_OCTETS'
  | 'LIMIT_RESPONSES'
  // a server that breaks the protocol
  | ClientViolationCode
  // time and the caller
  | 'IMAP_WAIT_TIMEOUT'
  | 'IMAP_DEADLINE'
  | 'IMAP_ABORTED'
  | 'IMAP_CLOSED';

/** Why something ended, before it is known what it meant for whom. */
export interface Failure {
  readonly code: ImapClientErrorCode;
  readonly side: 'local' | 'remote';
  readonly message: string;
  readonly cause: unknown;
}

/** What the server said to a command. */
export interface Verdict {
  readonly status: Status | 'BYE';
  readonly responseCode: ResponseCode | undefined;
  readonly text: string;
}

/** Where a failure found its victim. */
export interface FailurePlace {
  readonly phase: ImapPhase;
  readonly usable: boolean;
  /** The name of the command: `FETCH`. */
  readonly command?: string | undefined;
  readonly verdict?: Verdict | undefined;
  readonly peer?: Endpoint | undefined;
  readonly transcriptLine?: number | undefined;
}

/** A failure of a connection or of a command. `code` is stable; the text may change. */
export class ImapError extends Error {
  override readonly name: string = 'ImapError';
  readonly code: ImapClientErrorCode;
  /** Who is at fault: this program and its machine (`local`), or the server and the network (`remote`). */
  readonly side: 'local' | 'remote';
  readonly phase: ImapPhase;
  /** Whether the connection can still be used. */
  readonly usable: boolean;
  /** The name of the command that failed, where it was one. */
  readonly command: string | undefined;
  /** The server's verdict, where it gave one. */
  readonly status: Status | 'BYE' | undefined;
  readonly responseCode: ResponseCode | undefined;
  readonly text: string | undefined;
  readonly peer: Endpoint | undefined;
  /** How many lines the transcript had then: `line` of the last entry that `trace` got. `undefined` without `trace`. */
  readonly transcriptLine: number | undefined;

  constructor(failure: Failure, place: FailurePlace) {
    super(failure.message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.code = failure.code;
    this.side = failure.side;
    this.phase = place.phase;
    this.usable = place.usable;
    this.command = place.command;
    this.status = place.verdict?.status;
    this.responseCode = place.verdict?.responseCode;
    this.text = place.verdict?.text;
    this.peer = place.peer;
    this.transcriptLine = place.transcriptLine;
  }
}

/** A failure of the server's side or of the network. */
export function remoteFailure(code: ImapClientErrorCode, message: string, cause?: unknown): Failure {
  return { code, side: 'remote', message, cause };
}

/** A failure of this side. */
export function localFailure(code: ImapClientErrorCode, message: string, cause?: unknown): Failure {
  return { code, side: 'local', message, cause };
}

/** The caller's signal ended something. */
export function abortFailure(signal: AbortSignal): Failure {
  return localFailure('IMAP_ABORTED', 'given up by the caller', signal.reason);
}

/** `NO [OVERQUOTA] Mailbox is full`: a verdict for texts. */
export function quoteVerdict({ status, responseCode, text }: Verdict): string {
  const code = responseCode === undefined ? '' : ` [${responseCode.name === 'OTHER' ? responseCode.atom : responseCode.name}]`;
  return `${status}${code} ${text}`.trimEnd();
}
