/** What a handler of the server may meet. Everything the client is told is a reply, not an error. */

export type SmtpServerErrorCode =
  | 'LIMIT_REFUSED_CONNECTIONS'
  | 'SMTP_BODY_INCOMPLETE'
  | 'SMTP_BODY_REFUSED'
  | 'SMTP_BODY_ABANDONED'
  | 'SMTP_HANDLER_TIMEOUT'
  | 'SMTP_SERVER_CLOSED';

/** A failure inside the server; `code` is stable and explained in docs/errors.md. */
export class SmtpServerError extends Error {
  override readonly name: string = 'SmtpServerError';
  readonly code: SmtpServerErrorCode;

  constructor(code: SmtpServerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
