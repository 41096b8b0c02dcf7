/**
 * What a server machine tells its driver, one event a pull. A transcript of these is what the tests in `test/transcripts`
 * compare, so their shapes are promised.
 */
import type { Command } from './command.ts';
import type { Reply } from './reply.ts';
import type { ServerTransaction } from './server-transaction.ts';

/** What a client did against the rules. The machine has answered already, where an answer is due; the code says what it was. */
export type ServerViolation =
  | 'LIMIT_LINE_OCTETS'
  | 'LIMIT_MESSAGE_OCTETS'
  | 'LIMIT_ERRORS'
  | 'LIMIT_IDLE_COMMANDS'
  | 'LIMIT_TRANSACTIONS'
  | 'SMTP_BARE_LF'
  | 'SMTP_BARE_CR'
  | 'SMTP_NUL'
  | 'SMTP_SYNTAX'
  | 'SMTP_SEQUENCE'
  | 'SMTP_POLICY' // well-formed and in its place, and refused all the same: TLS or a login first, too large, too many recipients
  | 'SMTP_OCTETS_BEFORE_TLS'
  | 'SMTP_TIMEOUT';

/** Why a session is over. */
export type ServerEnd =
  | 'quit' // the client said QUIT
  | 'eof' // the client closed its direction
  | 'timeout' // 421 after a deadline
  | 'shutdown' // 421 because the driver asked for it
  | 'refused' // 421 or a 5xx greeting by the driver
  | 'violation'; // 421 or 5xx after a violation that leaves no way on

export type ServerEvent =
  /** Feed more octets, then ask again. What `takeOutput` holds should leave now: the client waits for it. */
  | { readonly type: 'need-data' }
  /** The event before has not been answered yet. */
  | { readonly type: 'need-reply' }
  /** The connection is open: answer with the greeting (`accept()`), or refuse it. */
  | { readonly type: 'connect' }
  /** A well-formed command in a right state that passed all checks: answer it. */
  | { readonly type: 'command'; readonly command: Command; readonly transaction: ServerTransaction | undefined }
  /** A line of the SASL exchange, decoded from base64: answer with `challenge`, `authenticated` or a refusal. */
  | { readonly type: 'response'; readonly octets: Uint8Array }
  /** The client gave the SASL exchange up; the machine has answered 501. Nothing to answer. @rfc 4954 4 */
  | { readonly type: 'auth-cancelled' }
  /** The message starts; the octets follow. Nothing to answer before `body-end`; `refuseBody` may come at any time. */
  | { readonly type: 'body-begin'; readonly transaction: ServerTransaction }
  /** A piece of the message, dot-stuffing removed: a view of what was received. */
  | { readonly type: 'body'; readonly octets: Uint8Array }
  /**
   * The message is complete. With `refusal` the machine has answered the client with it already (a limit, a bare LF, or
   * `refuseBody`), and the message must not be delivered; without, answer: it is the verdict on the message.
   */
  | { readonly type: 'body-end'; readonly transaction: ServerTransaction; readonly octetCount: number; readonly refusal: Reply | undefined }
  /** The message will never be complete: RSET, EHLO or QUIT between chunks. Nothing to answer. */
  | { readonly type: 'body-abort'; readonly transaction: ServerTransaction }
  /** Flush, do the handshake, then call `tlsStarted`. Nothing is read before that. */
  | { readonly type: 'upgrade-tls' }
  /** The client broke a rule; for traces and counters. Nothing to answer. */
  | { readonly type: 'violation'; readonly code: ServerViolation; readonly reply: Reply | undefined }
  /** Flush and close. The last event; it repeats. */
  | { readonly type: 'closed'; readonly end: ServerEnd };

// The events that say nothing beside their type, made once.
export const NEED_DATA: ServerEvent = { type: 'need-data' };
export const NEED_REPLY: ServerEvent = { type: 'need-reply' };
export const CONNECT: ServerEvent = { type: 'connect' };
export const UPGRADE_TLS: ServerEvent = { type: 'upgrade-tls' };
export const AUTH_CANCELLED: ServerEvent = { type: 'auth-cancelled' };
