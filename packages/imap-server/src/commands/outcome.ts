/**
 * How a command ends, and how one that can't go on is given up: by throwing `CommandRefused`, or with what a store throws.
 *
 * @rfc 9051 7.1
 * @rfc 5530 3
 */
import type { PlainCodeName, ResponseCode, Status } from '@mailwright/imap';
import { MailStoreError, type MailStoreErrorCode } from '../store/store-error.ts';

/** The tagged answer. */
export interface Outcome {
  readonly status: Status;
  readonly code: ResponseCode | undefined;
  readonly text: string;
}

export function ok(text: string, code?: ResponseCode): Outcome {
  return { status: 'OK', code, text };
}

export function no(text: string, code?: ResponseCode | PlainCodeName): Outcome {
  return { status: 'NO', code: typeof code === 'string' ? { name: code } : code, text };
}

export function bad(text: string, code?: ResponseCode): Outcome {
  return { status: 'BAD', code, text };
}

/** Ends the command with an answer from wherever it is thrown. */
export class CommandRefused extends Error {
  override readonly name: string = 'CommandRefused';
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(outcome.text);
    this.outcome = outcome;
  }
}

/** Thrown where a command would go on though its session is over; nobody is told. */
export class SessionOver extends Error {
  override readonly name: string = 'SessionOver';
}

const CODES: Readonly<Record<MailStoreErrorCode, PlainCodeName>> = {
  STORE_NO_SUCH_MAILBOX: 'NONEXISTENT', STORE_MAILBOX_EXISTS: 'ALREADYEXISTS', STORE_BAD_NAME: 'CANNOT', STORE_BAD_FLAG: 'CANNOT', STORE_SIZE_MISMATCH: 'CLIENTBUG',
  STORE_OVER_QUOTA: 'OVERQUOTA', STORE_TOO_MUCH: 'LIMIT', STORE_CORRUPT: 'CORRUPTION', STORE_UNAVAILABLE: 'UNAVAILABLE', STORE_CLOSED: 'UNAVAILABLE',
};

/** What a client is told of an error; `undefined` for a fault of the server. `mayCreate`: the mailbox that is missing could be made. @rfc 9051 7.1 */
export function outcomeOf(error: unknown, mayCreate: boolean): Outcome | undefined {
  if (error instanceof CommandRefused) return error.outcome;
  if (!(error instanceof MailStoreError)) return undefined;
  const code = mayCreate && error.code === 'STORE_NO_SUCH_MAILBOX' ? 'TRYCREATE' : CODES[error.code];
  const text = /^[\x20-\x7e]+$/.test(error.message) && error.code !== 'STORE_UNAVAILABLE' && error.code !== 'STORE_CORRUPT' ? error.message : 'The store can not do this now';
  return no(text[0]!.toUpperCase() + text.slice(1), code);
}
