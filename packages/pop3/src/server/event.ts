/** What a server machine tells its driver, one event a pull. */
import type { Command } from '../registry.ts';
import type { LoginAttempt } from '../extension.ts';
import type { Response } from '../response.ts';

/** What a client did against the rules. The machine has answered already, where an answer is due; the code says what it was. */
export type ServerViolation =
  | 'LIMIT_LINE_OCTETS'
  | 'LIMIT_ERRORS'
  | 'LIMIT_AUTH_ATTEMPTS'
  | 'LIMIT_IDLE_COMMANDS'
  | 'POP3_BARE_LF'
  | 'POP3_BARE_CR'
  | 'POP3_NUL'
  | 'POP3_SYNTAX'
  | 'POP3_SEQUENCE'
  | 'POP3_REFUSED' // well-formed and in its place, and refused all the same: TLS first, no such message, no such mechanism
  | 'POP3_OCTETS_BEFORE_TLS'
  | 'POP3_TIMEOUT';

/** Why a session is over. */
export type ServerEnd =
  | 'quit' // the client said QUIT; only then anything is removed
  | 'eof' // the client closed its direction
  | 'timeout' // the deadline passed; the client is told nothing (RFC 1939 3)
  | 'shutdown' // -ERR because the driver asked for it
  | 'refused' // a -ERR in place of the greeting
  | 'violation'; // -ERR after a violation that leaves no way on

export type ServerEvent =
  /** Feed more octets, then ask again. What `takeOutput` holds should leave now: the client waits for it. */
  | { readonly type: 'need-data' }
  /** The event before has not been answered yet. */
  | { readonly type: 'need-answer' }
  /** The connection is open: answer with `greet` or `refuse`. */
  | { readonly type: 'connect' }
  /** A well-formed command in its place, told before it is done; nothing to answer. `PASS` and `AUTH` hold secrets. */
  | { readonly type: 'command'; readonly command: Command }
  /** PASS or APOP: check it, open the maildrop, and answer with `opened` or `refuse`. */
  | { readonly type: 'login'; readonly attempt: LoginAttempt }
  /** AUTH: answer with `challenge`, `opened` or `refuse`. */
  | { readonly type: 'auth'; readonly mechanism: string; readonly initialResponse: Uint8Array | undefined }
  /** A line of the SASL exchange, decoded from base64: answer with `challenge`, `opened` or `refuse`. */
  | { readonly type: 'response'; readonly octets: Uint8Array }
  /** The client gave the SASL exchange up; the machine has answered -ERR. Nothing to answer. @rfc 5034 4 */
  | { readonly type: 'auth-cancelled' }
  /**
   * RETR or TOP: feed the message with `text` for each piece and `endText`, or `refuse` before the first piece. For TOP the machine cuts: stop when `text`
   * says that no more is wanted. `abortText` when the message can't be read on.
   */
  | { readonly type: 'message-wanted'; readonly number: number; readonly bodyLines: number | undefined }
  /** QUIT with an open maildrop: remove the messages of these numbers, then answer with `updated` or `refuse`. The session ends either way. @rfc 1939 6 */
  | { readonly type: 'update'; readonly deleted: readonly number[] }
  /** Flush, do the handshake, then call `tlsStarted`. Nothing is read before that. */
  | { readonly type: 'upgrade-tls' }
  /** The client broke a rule; for traces and counters. Nothing to answer. */
  | { readonly type: 'violation'; readonly code: ServerViolation; readonly response: Response | undefined }
  /** Flush and close. The last event; it repeats. */
  | { readonly type: 'closed'; readonly end: ServerEnd };

// The events that say nothing beside their type, made once.
export const NEED_DATA: ServerEvent = { type: 'need-data' };
export const NEED_ANSWER: ServerEvent = { type: 'need-answer' };
export const CONNECT: ServerEvent = { type: 'connect' };
export const UPGRADE_TLS: ServerEvent = { type: 'upgrade-tls' };
export const AUTH_CANCELLED: ServerEvent = { type: 'auth-cancelled' };
