/** What the signer can't sign, as errors. Each code has an entry in docs/errors.md. */

/** Why a message was not signed. */
export type DkimErrorCode =
  | 'DKIM_NO_FROM'
  | 'DKIM_BAD_HEADER'
  | 'DKIM_HEADER_TOO_LARGE'
  | 'DKIM_BARE_LINE_END'
  | 'DKIM_SIGN_FAILED';

/** A message that was not signed. Mistakes of the caller (options, order of calls) are TypeError and RangeError. */
export class DkimError extends Error {
  override readonly name: string = 'DkimError';
  readonly code: DkimErrorCode;

  constructor(code: DkimErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
