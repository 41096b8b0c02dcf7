/** What went wrong with a seal, as an error. The code has an entry in docs/errors.md. */

/** Why there is no seal though there should be one. */
export type ArcErrorCode = 'ARC_SIGN_FAILED';

/** A seal that could not be made. What a message is not fit for is no error but a reason in `ArcSealing`; mistakes of the caller are TypeError and RangeError. */
export class ArcError extends Error {
  override readonly name: string = 'ArcError';
  readonly code: ArcErrorCode;

  constructor(code: ArcErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
