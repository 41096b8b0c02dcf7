/**
 * One mail transaction as the client sees it: what is to be sent, what the server said to each part, and how far the
 * message got. An object of its own, so that no reply can be taken for another transaction's.
 *
 * @rfc 5321 3.3
 */
import type { Unsendable } from './client-envelope.ts';
import type { MailCommand, RcptCommand } from './command.ts';
import type { MessageText } from './message-text.ts';
import { isPositive, type Reply } from './reply.ts';

/** A message whose octets the driver feeds piece by piece, when `body-wanted` asks for it. */
export interface StreamedMessage {
  /** What is known beforehand: `true` needs 8BITMIME. `undefined` declares 8BITMIME where the server has it and refuses 8-bit octets where not. */
  readonly eightBit: boolean | undefined;
}

export type ClientMessage = { readonly form: 'whole'; readonly text: MessageText } | { readonly form: 'streamed'; readonly stream: StreamedMessage };

/**
 * How far a transaction is. `waiting`: nothing was written. `envelope`: MAIL, RCPT, DATA are under way. `message`: the
 * message is being written. `verdict`: its last octet was written. `done`: nothing more will happen to it.
 */
export type TransactionStage = 'waiting' | 'envelope' | 'message' | 'verdict' | 'done';

/** Why a transaction ended without a verdict of the server. */
export type TransactionCut = 'closed' | 'violation' | 'timeout' | 'message-fault' | 'cancelled';

export class ClientTransaction {
  readonly mail: MailCommand;
  readonly recipients: readonly RcptCommand[];
  readonly message: ClientMessage;
  stage: TransactionStage = 'waiting';
  /** What the server said to MAIL. */
  mailReply: Reply | undefined = undefined;
  /** What the server said to each RCPT, in order; shorter than `recipients` when it did not come to all. */
  readonly recipientReplies: Reply[] = [];
  /** What the server said to DATA. */
  dataReply: Reply | undefined = undefined;
  /** The verdict: what the server said to the end of the message, or to the chunk that it refused. */
  verdict: Reply | undefined = undefined;
  acceptedCount = 0;
  /** The last octet of the message was handed out for writing: without a verdict the outcome is ambiguous from here on. */
  messageSent = false;
  /** Set when the transaction ended without a verdict. */
  cut: TransactionCut | undefined = undefined;
  /** Its MAIL was written behind the end of another message, in one group. */
  behindMessage = false;
  /** Why nothing of it was written, or its message was not ended. */
  unsendable: Unsendable | undefined = undefined;
  /** Dot-stuffed behind DATA, or counted behind BDAT; certain once MAIL is written. */
  form: 'text' | 'counted' = 'text';
  /** Set before `begin` where this transaction differs from the session's option. */
  requireRecipients: 'any' | 'all' | undefined = undefined;
  /** Commands written and replies read; the machine's own. */
  issued = 0;
  answered = 0;

  constructor(mail: MailCommand, recipients: readonly RcptCommand[], message: ClientMessage) {
    if (recipients.length === 0) throw new RangeError('a transaction has one recipient at least');
    this.mail = mail;
    this.recipients = recipients;
    this.message = message;
  }

  /** Keeps the reply to the next RCPT; the machine's own. */
  takeRecipientReply(reply: Reply): void {
    this.recipientReplies.push(reply);
    if (isPositive(reply)) this.acceptedCount++;
  }

  /**
   * The server could not follow commands that stood behind the end of a message: all of this transaction may be sent again.
   * @rfc 2920 3.1
   */
  get lostBehindMessage(): boolean {
    return this.behindMessage && this.mailReply?.code === 503 && this.acceptedCount === 0 && !this.messageSent;
  }
}
