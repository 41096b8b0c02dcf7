/** What a client machine tells its driver, one event a pull. */
import type { FetchData } from '../fetch/fetch-data.ts';
import type { SectionRequest } from '../fetch/fetch-request.ts';
import type { Response, ResponseCode, Status } from '../response.ts';
import type { MailboxChange } from './mailbox-model.ts';

/** What a server did against the rules. The connection can't be used any more. */
export type ClientViolationCode =
  | 'LIMIT_LINE_OCTETS'
  | 'LIMIT_LITERAL_OCTETS'
  | 'LIMIT_FRAME_OCTETS'
  | 'IMAP_BARE_LF' // in a line, where the options do not take it
  | 'IMAP_NUL' // outside of a literal
  | 'IMAP_BAD_GREETING' // the first response is none of OK, PREAUTH and BYE
  | 'IMAP_UNKNOWN_TAG' // a tag of no command in flight
  | 'IMAP_EARLY_REPLY' // the end of a command that the server can't have read
  | 'IMAP_UNREADABLE_REPLY' // the end of a command, but not how it ended
  | 'IMAP_UNEXPECTED_CONTINUATION' // `+` where nobody waits for it
  | 'IMAP_OCTETS_BEFORE_TLS'
  | 'IMAP_TIMEOUT';

/** Why a session is over. `bye`: the server said so unasked. `refused`: in its greeting. */
export type ClientEnd = 'logout' | 'bye' | 'refused' | 'eof' | 'violation' | 'timeout' | 'abandoned';

/** Why a command has no answer. */
export type DropReason =
  | 'closed' // the connection ended
  | 'state' // it can't come in the state that commands before it have led to
  | 'unsendable' // a value in it can't be written any more (UTF-8 was expected to be enabled)
  | 'cancelled'; // by `cancel`

/** What is known of a message when a literal of its FETCH begins: what stands before it in the response. */
export interface LiteralPlace {
  readonly sequenceNumber: number | undefined;
  /** Sent before the literal, or known from before. */
  readonly uid: number | undefined;
  /** The name of the item: `BODY[1.2]<0>`, `BINARY[1]`, `RFC822`. Empty where it is no item of FETCH. */
  readonly item: string;
  /** What that is, for `BODY[...]`. */
  readonly section: SectionRequest['section'] | undefined;
  readonly origin: number | undefined;
  /** What the response says of the message before the literal. */
  readonly data: FetchData | undefined;
}

export type ClientEvent =
  /** Feed more octets, then ask again. What `takeOutput` holds should leave now. */
  | { readonly type: 'need-data' }
  /** The server's first word. `BYE` refuses the session, `PREAUTH` needs no login. */
  | { readonly type: 'greeting'; readonly status: 'OK' | 'PREAUTH' | 'BYE'; readonly code: ResponseCode | undefined; readonly text: string }
  /** The server said what it can do: `capabilities` of the machine has it. */
  | { readonly type: 'capabilities' }
  /** Untagged: what a command asked for, with its `id`, or what nobody asked for. */
  | { readonly type: 'response'; readonly id: number | undefined; readonly response: Response }
  /** Something happened in the selected mailbox; the model has it already. */
  | { readonly type: 'mailbox'; readonly change: MailboxChange }
  /** A literal too large to be kept begins; its octets follow, then `literal-end`, then the response it stood in. */
  | { readonly type: 'literal-begin'; readonly id: number | undefined; readonly octetCount: number; readonly binary: boolean; readonly place: LiteralPlace }
  /** A view: copy what is kept. */
  | { readonly type: 'literal-data'; readonly id: number | undefined; readonly octets: Uint8Array }
  | { readonly type: 'literal-end'; readonly id: number | undefined }
  /** The server waits for a literal of the command: give its octets with `literal`. `source` is the command's own. */
  | { readonly type: 'literal-wanted'; readonly id: number; readonly source: unknown; readonly octetCount: number }
  /** The server wants the next answer of a SASL exchange: `respond` or `cancelAuth`. `undefined` for a challenge that is not base64. */
  | { readonly type: 'challenge'; readonly id: number; readonly octets: Uint8Array | undefined }
  /** IDLE began: news come as they happen. Told again after every restart. */
  | { readonly type: 'idling'; readonly id: number }
  /** The server's verdict on a command. */
  | {
    readonly type: 'completed';
    readonly id: number;
    readonly tag: string;
    readonly command: { readonly name: string };
    readonly status: Status;
    readonly code: ResponseCode | undefined;
    readonly text: string;
  }
  /** A command that has no answer; `sent`: the server may have read it. */
  | { readonly type: 'dropped'; readonly id: number; readonly command: { readonly name: string }; readonly reason: DropReason; readonly sent: boolean }
  /** STARTTLS was accepted: do the handshake, then call `tlsStarted`. Nothing is read before that. */
  | { readonly type: 'upgrade-tls' }
  /** COMPRESS was accepted: `octets` came already and are compressed; inflate what comes, deflate what leaves, then call `compressionStarted`. */
  | { readonly type: 'compress'; readonly octets: Uint8Array }
  /** The server closes. */
  | { readonly type: 'bye'; readonly code: ResponseCode | undefined; readonly text: string }
  | { readonly type: 'violation'; readonly code: ClientViolationCode; readonly detail: string }
  /** Close the transport. The last event; it repeats. */
  | { readonly type: 'closed'; readonly end: ClientEnd };
