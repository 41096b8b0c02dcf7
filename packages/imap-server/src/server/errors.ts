/** What the owner of the server may meet. Everything a client is told is a response, not an error. */

export type ImapServerErrorCode = 'IMAP_SERVER_CLOSED' | 'IMAP_SERVER_BUG' | 'IMAP_SERVER_MESSAGE_LOST' | 'LIMIT_REFUSED_CONNECTIONS';

/** A failure inside the server; `code` is stable and explained in docs/errors.md. */
export class ImapServerError extends Error {
  override readonly name: string = 'ImapServerError';
  readonly code: ImapServerErrorCode;

  constructor(code: ImapServerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
