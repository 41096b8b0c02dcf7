/**
 * One mail transaction as the server sees it: from MAIL to the verdict on the message. An object of its own, so that
 * nothing of it can leak into the next.
 *
 * @rfc 5321 3.3
 */
import type { ForwardPath, MailCommand, MailParameters, RcptParameters, ReversePath } from './command.ts';

export interface ServerRecipient {
  readonly forwardPath: ForwardPath;
  readonly parameters: RcptParameters;
}

export interface ServerTransaction {
  readonly reversePath: ReversePath;
  readonly parameters: MailParameters;
  /** The accepted recipients, appended in place as RCPT is accepted. */
  readonly recipients: readonly ServerRecipient[];
}

const NONE: readonly ServerRecipient[] = Object.freeze([]);

/** The machine's own: its list grows in place. */
export class Transaction implements ServerTransaction {
  readonly reversePath: ReversePath;
  readonly parameters: MailParameters;
  /** Made with the first recipient: pushing to an empty array makes it 17 places long, and most messages have one. */
  recipients: readonly ServerRecipient[] = NONE;

  constructor(mail: MailCommand) {
    this.reversePath = mail.reversePath;
    this.parameters = mail.parameters;
  }

  add(recipient: ServerRecipient): void {
    if (this.recipients === NONE) this.recipients = [recipient];
    else (this.recipients as ServerRecipient[]).push(recipient);
  }
}
