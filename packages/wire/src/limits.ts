/**
 * The vocabulary of limits. Every parser and machine that grows with its input has a limit, a default for it, and says
 * with one of these codes that it was reached; nothing is cut off in silence.
 */

/** Which limit was reached. The option that sets it has the same name in camel case: `LIMIT_LINE_OCTETS`, `lineOctets`. */
export type LimitCode =
  | 'LIMIT_LINE_OCTETS' // one line of a protocol or of message text
  | 'LIMIT_MESSAGE_OCTETS' // a whole message
  | 'LIMIT_HEADER_OCTETS' // the header section of a message or a part
  | 'LIMIT_HEADER_FIELDS' // fields of one header section
  | 'LIMIT_LITERAL_OCTETS' // one literal of IMAP
  | 'LIMIT_RECIPIENTS' // recipients of one transaction
  | 'LIMIT_ADDRESSES' // addresses of one header field
  | 'LIMIT_REPLY_LINES' // lines of one reply
  | 'LIMIT_REPLY_OCTETS' // octets of one reply
  | 'LIMIT_PARAMETERS' // parameters of one field
  | 'LIMIT_ENCODED_WORDS' // encoded words of one field
  | 'LIMIT_PARTS' // body parts of one message
  | 'LIMIT_DEPTH' // nesting: body parts, comments
  | 'LIMIT_COMMANDS' // commands of one session
  | 'LIMIT_TRANSACTIONS' // transactions of one session
  | 'LIMIT_ERRORS' // refused commands of one session
  | 'LIMIT_CONNECTIONS' // connections in total
  | 'LIMIT_CONNECTIONS_PER_ADDRESS' // connections from one address
  | 'LIMIT_AUTH_ATTEMPTS' // failed AUTH exchanges of one session
  | 'LIMIT_MS'; // time

/** A limit that was reached. */
export interface LimitReached {
  readonly code: LimitCode;
  /** The limit, in the unit of the code's name. */
  readonly limit: number;
  /** How far the input had been read: octets, where the reader counts them; else the count that reached the limit. */
  readonly offset: number;
}
