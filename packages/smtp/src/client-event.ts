/** What a client machine tells its driver, one event a pull. */
import type { Capabilities } from './capabilities.ts';
import type { ClientTransaction } from './client-transaction.ts';
import type { Command } from './command.ts';
import type { ReplyViolation } from './reply-parse.ts';
import type { Reply } from './reply.ts';

/** What a server did against the rules. The connection can't be used any more. */
export type ClientViolation =
  | 'LIMIT_LINE_OCTETS'
  | ReplyViolation // not a reply at all, several codes in one, or too much of it
  | 'SMTP_UNEXPECTED_REPLY' // one too many, one too early, or of a class that answers nothing
  | 'SMTP_OCTETS_BEFORE_TLS'
  | 'SMTP_TIMEOUT';

/** Why a session is over. */
export type ClientEnd = 'quit' | 'eof' | 'goodbye' | 'violation' | 'timeout' | 'message-fault';

export type ClientEvent =
  /** Feed more octets, then ask again. What `takeOutput` holds should leave now. */
  | { readonly type: 'need-data' }
  /** The server's first word; anything but 220 refuses the session. */
  | { readonly type: 'greeting'; readonly reply: Reply }
  /** EHLO was accepted, or HELO after EHLO was not known: what the server can do. */
  | { readonly type: 'capabilities'; readonly capabilities: Capabilities; readonly reply: Reply }
  /** The final reply to a command of the driver's. */
  | { readonly type: 'reply'; readonly command: Command; readonly reply: Reply }
  /** 334: answer with `respond` or `cancelAuth`. `undefined` for a challenge that is not base64. */
  | { readonly type: 'challenge'; readonly octets: Uint8Array | undefined }
  /** STARTTLS was accepted: do the handshake, then call `tlsStarted`. Nothing is read before that. */
  | { readonly type: 'upgrade-tls' }
  /** A streamed message may be fed now: `body` for each piece, then `endBody`. */
  | { readonly type: 'body-wanted'; readonly transaction: ClientTransaction }
  /** The transaction is over: its fields say how. */
  | { readonly type: 'done'; readonly transaction: ClientTransaction }
  /** 421 with nothing to answer: the server is closing. Not an error for an idle connection. @rfc 5321 3.8 */
  | { readonly type: 'goodbye'; readonly reply: Reply }
  | { readonly type: 'violation'; readonly code: ClientViolation; readonly detail: string }
  /** Close the transport. The last event; it repeats. */
  | { readonly type: 'closed'; readonly end: ClientEnd };
