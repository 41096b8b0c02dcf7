/**
 * What may be tried a second time. A message: only when it is certain that it was not sent, and another connection may fare better. A
 * dial: unless the answer would be the same.
 */
import type { Attempt } from './delivery.ts';
import { type Failure, localFailure, SmtpError } from './errors.ts';
import type { SendResult } from './result.ts';

/**
 * Whether the message of a transaction that is over goes again. A connection that had been used before and said nothing to MAIL was
 * closed while it rested: that try is forgiven, once, and its delivery marked so.
 */
export function mayTryAgain(attempt: Attempt, result: SendResult, failure: Failure | undefined, attempts: number): boolean {
  const { delivery } = attempt;
  if (result.outcome !== 'not-sent' || attempt.unsendable !== undefined || delivery.sourceTaken) return false;
  if (failure?.side === 'local' || result.recipients.some(({ status }) => status !== 'not-sent')) return false;
  const silent = attempt.mailReply === undefined || attempt.mailReply.code === 421;
  if (silent && attempt.onUsedConnection && !delivery.forgiven && failure?.code !== 'SMTP_TIMEOUT') {
    delivery.forgiven = true;
    delivery.attempts--;
    return true;
  }
  return delivery.attempts < attempts;
}

/** What no second dial will change. */
const HOPELESS: ReadonlySet<string> = new Set(['SMTP_TLS_NOT_OFFERED', 'SMTP_AUTH_UNAVAILABLE', 'SMTP_AUTH_CLEAR_TEXT']);

/** Whether a dial that failed so need not be tried again: our own fault, a policy that can't be met, a 5yz. */
export function isHopeless(error: SmtpError): boolean {
  return error.side === 'local' || HOPELESS.has(error.code) || (error.reply !== undefined && error.reply.code >= 500);
}

/** Credentials that can't be written, or what a caller's function threw: the caller's fault, found late. */
export function toSmtpError(error: unknown): SmtpError {
  if (error instanceof SmtpError) return error;
  const failure = localFailure('SMTP_AUTH_FAILED', error instanceof Error ? error.message : String(error), error);
  return new SmtpError(failure, { phase: 'auth', outcome: 'not-sent', usable: false, peer: undefined });
}
