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

/** The machine's own: its list grows in place. */
export class Transaction implements ServerTransaction {
  readonly reversePath: ReversePath;
  readonly parameters: MailParameters;
  readonly recipients: ServerRecipient[] = [];

  constructor(mail: MailCommand) {
    this.reversePath = mail.reversePath;
    this.parameters = mail.parameters;
  }
}
