/**
 * A message on its way through this package: what `send` was given, checked once, and each try to send it.
 */
import { type ClientMessage, ClientTransaction, type MailCommand, type RcptCommand } from '@mailwright/smtp';
import { publishTransaction } from './diagnostics.ts';
import type { SendResult } from './result.ts';
import type { ScannedBodies } from './scanned-bodies.ts';
import type { Session } from './session.ts';

/** A message whose octets come piece by piece. */
export type BodySource = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** One call of `send`. */
export class Delivery {
  readonly mail: MailCommand;
  readonly recipients: readonly RcptCommand[];
  readonly message: ClientMessage;
  /** Where a streamed message comes from. */
  readonly source: BodySource | undefined;
  readonly requireRecipients: 'any' | 'all' | undefined;
  readonly resolve: (result: SendResult) => void;
  /** Octets of a message in pieces that were handed over. */
  octetCount = 0;
  /** Tries so far, failed dials that it waited for included. */
  attempts = 0;
  /** The try on a resting connection that turned out to be gone; it costs nothing once. */
  forgiven = false;
  /** Octets were taken from `source`: it can't be sent a second time. */
  sourceTaken = false;
  /** The result was given. */
  settled = false;
  /** When it began to wait for a connection, in the clock's milliseconds. */
  waitingSince = 0;
  /** The try under way, and where; without `attempt` it is about to be tried there again. */
  attempt: Attempt | undefined = undefined;
  session: Session | undefined = undefined;
  /** Octets whose scan it shares with others, until it has its result. */
  held: { readonly octets: Uint8Array; readonly bodies: ScannedBodies } | undefined = undefined;
  /** What ends it before its time: a signal, a deadline. */
  guard: { release(): void } | undefined = undefined;

  constructor(
    mail: MailCommand,
    recipients: readonly RcptCommand[],
    message: ClientMessage,
    source: BodySource | undefined,
    requireRecipients: 'any' | 'all' | undefined,
    resolve: (result: SendResult) => void,
  ) {
    this.mail = mail;
    this.recipients = recipients;
    this.message = message;
    this.source = source;
    this.requireRecipients = requireRecipients;
    this.resolve = resolve;
  }

  /** Gives the result; the first one counts. */
  settle(result: SendResult): void {
    if (this.settled) return;
    this.settled = true;
    this.guard?.release();
    this.held?.bodies.release(this.held.octets);
    publishTransaction(this, result);
    this.resolve(result);
  }
}

/** One try to send it. */
export class Attempt extends ClientTransaction {
  readonly delivery: Delivery;
  /** The connection had been used before: it may have been closed meanwhile. */
  readonly onUsedConnection: boolean;

  constructor(delivery: Delivery, onUsedConnection: boolean) {
    super(delivery.mail, delivery.recipients, delivery.message);
    this.requireRecipients = delivery.requireRecipients;
    this.delivery = delivery;
    this.onUsedConnection = onUsedConnection;
  }
}
