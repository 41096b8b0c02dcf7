/**
 * What this package tells on `node:diagnostics_channel`, for metrics and traces that need no access to the code that sends.
 * Without subscribers it costs one look at a property for each message and nothing is made.
 */
import { type Channel, channel } from 'node:diagnostics_channel';
import type { Endpoint, TlsFacts } from '@mailwright/net';
import type { Attempt, Delivery } from './delivery.ts';
import type { SmtpClientErrorCode, SmtpError } from './errors.ts';
import { conclude, type Ending, type SendResult } from './result.ts';

/** On `mailwright:smtp-client:session`. An `open` is followed by one `close`; a session that never came to be is one `failed`. */
export type SessionDiagnostic =
  /** Ready for messages: connected, greeted, secured and logged in as the options say. `id` counts from 1 in this process. */
  | { readonly type: 'open'; readonly id: number; readonly peer: Endpoint; readonly tls: TlsFacts | undefined }
  /** `code` is `SMTP_CLOSED` after QUIT. */
  | { readonly type: 'close'; readonly id: number; readonly peer: Endpoint; readonly messages: number; readonly code: SmtpClientErrorCode | undefined }
  | { readonly type: 'failed'; readonly error: SmtpError };

/** Who a message is from and for; `sender` is empty for `<>`. */
interface EnvelopeFacts {
  readonly sender: string;
  readonly recipients: readonly string[];
}

/** On `mailwright:smtp-client:attempt`: one try to send a message is over, whether or not it is tried again. */
export interface AttemptDiagnostic extends EnvelopeFacts {
  readonly sessionId: number;
  readonly peer: Endpoint;
  readonly result: SendResult;
}

/** On `mailwright:smtp-client:transaction`: a message has its result, the one that `send` gives. */
export interface TransactionDiagnostic extends EnvelopeFacts {
  readonly result: SendResult;
}

const sessionChannel: Channel = channel('mailwright:smtp-client:session');
const attemptChannel: Channel = channel('mailwright:smtp-client:attempt');
const transactionChannel: Channel = channel('mailwright:smtp-client:transaction');

export function publishSession(diagnostic: SessionDiagnostic): void {
  if (sessionChannel.hasSubscribers) sessionChannel.publish(diagnostic);
}

/** The result is made only when somebody listens. */
export function publishAttempt(attempt: Attempt, sessionId: number, ending: Ending): void {
  if (!attemptChannel.hasSubscribers) return;
  attemptChannel.publish({ ...envelope(attempt.delivery), sessionId, peer: ending.peer, result: conclude(attempt, ending) } satisfies AttemptDiagnostic);
}

export function publishTransaction(delivery: Delivery, result: SendResult): void {
  if (transactionChannel.hasSubscribers) transactionChannel.publish({ ...envelope(delivery), result } satisfies TransactionDiagnostic);
}

function envelope({ mail, recipients }: Delivery): EnvelopeFacts {
  return { sender: mail.reversePath?.address ?? '', recipients: recipients.map(({ forwardPath }) => forwardPath.address) };
}
