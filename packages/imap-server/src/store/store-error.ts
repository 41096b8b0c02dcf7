/** What a store refuses, and what goes wrong with it. */

/** Stable words for programs; each has an entry in docs/errors.md. */
export type MailStoreErrorCode =
  | 'STORE_NO_SUCH_MAILBOX'
  | 'STORE_MAILBOX_EXISTS'
  | 'STORE_BAD_NAME'
  | 'STORE_BAD_FLAG'
  | 'STORE_SIZE_MISMATCH'
  | 'STORE_OVER_QUOTA'
  | 'STORE_TOO_MUCH'
  | 'STORE_CORRUPT'
  | 'STORE_UNAVAILABLE'
  | 'STORE_CLOSED';

/** A store said no. `cause` is what the system said, where it said something. */
export class MailStoreError extends Error {
  override readonly name: string = 'MailStoreError';
  readonly code: MailStoreErrorCode;

  constructor(code: MailStoreErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}

/** Gives what the system said the form of this package; all else stays as it is. */
export function rethrow(error: unknown): never {
  if (error instanceof Error && 'syscall' in error) throw new MailStoreError('STORE_UNAVAILABLE', `the storage failed: ${error.message}`, { cause: error });
  throw error;
}
