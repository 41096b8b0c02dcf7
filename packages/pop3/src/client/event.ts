/** What a client machine tells its driver, one event a pull. */
import type { Command } from '../registry.ts';
import type { Response } from '../response.ts';

/** The number of a command, from 1, in the order in which they were given to the machine. */
export type CommandId = number;

/** What a server did against the rules. The connection can't be used any more. */
export type ClientViolation =
  | 'LIMIT_LINE_OCTETS'
  | 'LIMIT_REPLY_LINES'
  | 'LIMIT_REPLY_OCTETS'
  | 'LIMIT_MESSAGE_OCTETS'
  | 'POP3_BAD_RESPONSE' // no status line where one is due, or a line with bare CR, bare LF or NUL
  | 'POP3_UNEXPECTED_RESPONSE' // one too many, one too early, or a challenge outside a login
  | 'POP3_OCTETS_BEFORE_TLS'
  | 'POP3_TIMEOUT';

/** Why a session is over. */
export type ClientEnd = 'quit' | 'eof' | 'goodbye' | 'refused' | 'violation' | 'timeout';

export type ClientEvent =
  /** Feed more octets, then ask again. What `takeOutput` holds should leave now. */
  | { readonly type: 'need-data' }
  /** The server's first word; -ERR refuses the session. `timestamp`: what APOP is computed over. */
  | { readonly type: 'greeting'; readonly response: Response; readonly timestamp: string | undefined }
  /** A command is done: its status line, and the lines behind it, dots unstuffed, where there are any. -ERR to any command comes so. */
  | { readonly type: 'response'; readonly id: CommandId; readonly command: Command; readonly response: Response; readonly lines: readonly string[] | undefined }
  /** +OK to RETR or TOP; the octets follow. */
  | { readonly type: 'text-begin'; readonly id: CommandId; readonly command: Command; readonly response: Response }
  /** A piece of the message, dots unstuffed: a view of what was received. */
  | { readonly type: 'text'; readonly id: CommandId; readonly octets: Uint8Array }
  /** The message is complete. */
  | { readonly type: 'text-end'; readonly id: CommandId; readonly octetCount: number }
  /** The server asks in a login: answer with `respond` or `cancelAuth`. `undefined` for a challenge that is not base64. */
  | { readonly type: 'challenge'; readonly id: CommandId; readonly octets: Uint8Array | undefined }
  /** STLS was accepted: do the handshake, then call `tlsStarted`. Nothing is read before that. */
  | { readonly type: 'upgrade-tls'; readonly id: CommandId }
  /** -ERR with nothing to answer: the server is closing, as a rule because nothing was said for long. */
  | { readonly type: 'goodbye'; readonly response: Response }
  | { readonly type: 'violation'; readonly code: ClientViolation; readonly detail: string }
  /** Close the transport. The last event; it repeats. */
  | { readonly type: 'closed'; readonly end: ClientEnd };

export const NEED_DATA: ClientEvent = { type: 'need-data' };
