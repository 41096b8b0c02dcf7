/**
 * Why a session ends. The first reason counts: what comes behind it is its consequence.
 *
 * @rfc 5321 3.8
 */
import type { ClientEnd, ClientViolation, Reply } from '@mailwright/smtp';
import type { Attempt } from './delivery.ts';
import { type Failure, localFailure, quoteReply, remoteFailure } from './errors.ts';

export class EndReason {
  /** `undefined` while nothing ends it. */
  failure: Failure | undefined = undefined;

  /** The other side, or the network, closed the connection. */
  lost(message: string, cause?: unknown): void {
    this.failure ??= remoteFailure('SMTP_CONNECTION_LOST', message, undefined, cause);
  }

  violated(code: ClientViolation, detail: string): void {
    this.failure ??= remoteFailure(code, detail);
  }

  /** 421, whatever it answers. */
  goodbye(reply: Reply): void {
    this.failure ??= remoteFailure('SMTP_GOODBYE', `the server is closing: ${quoteReply(reply)}`, reply);
  }

  /** 421 in place of the reply to a command of another transaction. */
  goodbyeIn(attempt: Attempt): void {
    const reply = [attempt.mailReply, ...attempt.recipientReplies, attempt.dataReply, attempt.verdict].find((said) => said?.code === 421);
    if (reply !== undefined) this.goodbye(reply);
  }

  /** The machine has come to its end. After QUIT nothing else was a reason. */
  ended(end: ClientEnd): void {
    if (end === 'quit') this.failure = localFailure('SMTP_CLOSED', 'the connection was closed by QUIT');
    else if (end === 'message-fault') this.failure ??= localFailure('SMTP_BODY_FAILED', 'the message could not be sent to its end');
    else this.lost('the server closed the connection');
  }
}
