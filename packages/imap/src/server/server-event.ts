/**
 * What a server machine tells its driver, one event a pull. A transcript of these is what the tests in `test/transcripts`
 * compare, so their shapes are promised.
 */
import type { Command } from '../command.ts';

/** What a client did against the rules. The machine has answered already, where an answer is due; the code says what it was. */
export type ServerViolationCode =
  | 'LIMIT_LINE_OCTETS'
  | 'LIMIT_LITERAL_OCTETS'
  | 'LIMIT_FRAME_OCTETS'
  | 'LIMIT_AUTH_OCTETS'
  | 'LIMIT_ERRORS'
  | 'LIMIT_LOGIN_COMMANDS'
  | 'IMAP_BARE_LF'
  | 'IMAP_BARE_CR'
  | 'IMAP_NUL'
  | 'IMAP_TAG' // no tag at the head of a line
  | 'IMAP_SYNTAX' // the arguments can't be read
  | 'IMAP_UNKNOWN_COMMAND' // no such command, or its capability is off
  | 'IMAP_CAPABILITY_OFF' // an item, a key or a parameter of a capability that is off
  | 'IMAP_STATE' // not in this state
  | 'IMAP_LITERAL' // a literal of a form that was not offered
  | 'IMAP_NUMBERS' // a message number that no message has
  | 'IMAP_UID_REQUIRED'
  | 'IMAP_PRIVACY_REQUIRED' // a password in clear text
  | 'IMAP_MECHANISM' // not one of those that are offered
  | 'IMAP_IDLE' // something other than DONE
  | 'IMAP_OCTETS_BEFORE_TLS'
  | 'IMAP_OCTETS_BEFORE_COMPRESSION'
  | 'IMAP_TIMEOUT';

/** Why a session is over. */
export type ServerEnd =
  | 'logout' // the client said LOGOUT
  | 'eof' // the client closed its direction
  | 'timeout' // BYE after a deadline
  | 'shutdown' // BYE because the driver asked for it
  | 'refused' // BYE in place of a greeting
  | 'violation'; // BYE after a violation that leaves no way on

export type ServerEvent =
  /** Feed more octets, then ask again. What `takeOutput` holds should leave now: the client waits for it. */
  | { readonly type: 'need-data' }
  /** The event before has not been answered yet. */
  | { readonly type: 'need-answer' }
  /** Too much output waits: take it, and ask again when the transport wants more. The client's next command waits in the machine. */
  | { readonly type: 'need-drain' }
  /** The connection is open: answer with `accept()`, `preauthenticate` or `refuse`. */
  | { readonly type: 'connect' }
  /** A well-formed command in a right state that passed all checks: answer it with `complete`, after `respond` for what it asked. */
  | { readonly type: 'command'; readonly tag: string; readonly command: Command }
  /**
   * The octets of a message are announced: answer with `acceptLiteral` or `refuseLiteral`. `command` is what came up to here (from the ninth
   * literal of a command on: up to the eighth); arguments behind it are missing. `ordinal` counts from 0. A message that is small enough to be kept
   * (`keptLiteralOctets`) stands in the command that follows, and is announced here only where the client waits; others go by in `literal-data`.
   */
  | {
      readonly type: 'literal-wanted';
      readonly tag: string;
      readonly command: Command;
      readonly ordinal: number;
      readonly octetCount: number;
      readonly binary: boolean;
    }
  /** A piece of the literal: a view of what was received. */
  | { readonly type: 'literal-data'; readonly octets: Uint8Array }
  /** The literal is whole; the rest of the command follows, and then `command` with a `StreamedLiteral` in its place. */
  | { readonly type: 'literal-end' }
  /** The command whose literals were accepted will never come: it was wrong behind them, or the session is over. Drop what they brought. */
  | { readonly type: 'command-abort'; readonly tag: string }
  /** AUTHENTICATE: answer with `challenge`, `authenticated` or `complete` with NO. */
  | { readonly type: 'auth'; readonly tag: string; readonly mechanism: string; readonly initialResponse: Uint8Array | undefined }
  /** A line of the SASL exchange, decoded from base64: answer as `auth`. */
  | { readonly type: 'auth-response'; readonly octets: Uint8Array }
  /** The client gave the exchange up; the machine has answered BAD. Nothing to answer. @rfc 9051 6.2.2 */
  | { readonly type: 'auth-cancelled'; readonly tag: string }
  /** The client listens from now on: `respond`, `notice` and `takeOutput` at any time. Nothing to answer. */
  | { readonly type: 'idle'; readonly tag: string }
  /** DONE: the client wants to say something else. Answer with `complete` or `accept()`. */
  | { readonly type: 'done'; readonly tag: string }
  /** Flush, do the handshake, then call `tlsStarted`. Nothing is read before that. */
  | { readonly type: 'upgrade-tls' }
  /** Flush, then compress in both directions, then call `compressionStarted`. Nothing is read before that. */
  | { readonly type: 'compress' }
  /** The client broke a rule; for traces and counters. Nothing to answer. */
  | { readonly type: 'violation'; readonly code: ServerViolationCode; readonly tag: string | undefined }
  /** Flush and close. The last event; it repeats. */
  | { readonly type: 'closed'; readonly end: ServerEnd };

// The events that say nothing beside their type, made once.
export const NEED_DATA: ServerEvent = { type: 'need-data' };
export const NEED_ANSWER: ServerEvent = { type: 'need-answer' };
export const NEED_DRAIN: ServerEvent = { type: 'need-drain' };
export const CONNECT: ServerEvent = { type: 'connect' };
export const LITERAL_END: ServerEvent = { type: 'literal-end' };
export const UPGRADE_TLS: ServerEvent = { type: 'upgrade-tls' };
export const COMPRESS: ServerEvent = { type: 'compress' };
