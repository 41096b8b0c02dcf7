/**
 * What became of a message, recipient by recipient: read off a transaction that is over.
 *
 * @rfc 5321 4.2.5
 */
import type { Endpoint } from '@mailwright/net';
import { isPositive, type Reply } from '@mailwright/smtp';
import type { Attempt, Delivery } from './delivery.ts';
import { type Failure, localFailure, quoteReply, remoteFailure, SmtpError, type SmtpClientErrorCode, type SmtpOutcome, type SmtpPhase } from './errors.ts';

/** What became of the message for one recipient. */
export type RecipientStatus = 'accepted' | 'rejected' | 'not-sent' | 'ambiguous';

export interface RecipientResult {
  /** The address, in its canonical spelling. */
  readonly address: string;
  readonly status: RecipientStatus;
  /** What the server said that decided it: its verdict on the message, or its refusal. */
  readonly reply: Reply | undefined;
  /** How far it got: `rcpt` for a refused recipient, `final-dot` for a verdict. */
  readonly phase: SmtpPhase;
  /** `undefined` when it was accepted. */
  readonly code: SmtpClientErrorCode | undefined;
}

export interface SendResult {
  /** One for each recipient, in the order in which they were given. */
  readonly recipients: readonly RecipientResult[];
  readonly outcome: SmtpOutcome;
  readonly phase: SmtpPhase;
  /** What the server said that decided the outcome. */
  readonly reply: Reply | undefined;
  /** Octets of the message that were handed over, as SIZE counts them; 0 for one that was given whole and not written to its end. */
  readonly octetCount: number;
  /** How often it was tried, dials that failed included: 1 in the usual case, 0 when it was given up before. */
  readonly attempts: number;
  /** Why it is not `accepted`. */
  readonly error: SmtpError | undefined;
}

/**
 * Throws the result's `SmtpError` unless all recipients were accepted.
 */
export function assertAll(result: SendResult): void {
  if (result.error !== undefined) throw result.error;
}

/** Fixed shape: results are made by the hundred thousand. */
class Recipient implements RecipientResult {
  readonly address: string;
  readonly status: RecipientStatus;
  readonly reply: Reply | undefined;
  readonly phase: SmtpPhase;
  readonly code: SmtpClientErrorCode | undefined;

  constructor(address: string, status: RecipientStatus, reply: Reply | undefined, phase: SmtpPhase, code: SmtpClientErrorCode | undefined) {
    this.address = address;
    this.status = status;
    this.reply = reply;
    this.phase = phase;
    this.code = code;
  }
}

class Result implements SendResult {
  readonly recipients: readonly RecipientResult[];
  readonly outcome: SmtpOutcome;
  readonly phase: SmtpPhase;
  readonly reply: Reply | undefined;
  readonly octetCount: number;
  readonly attempts: number;
  readonly error: SmtpError | undefined;

  constructor(recipients: readonly RecipientResult[], outcome: SmtpOutcome, deciding: RecipientResult, delivery: Delivery, octetCount: number, error: SmtpError | undefined) {
    this.recipients = recipients;
    this.outcome = outcome;
    this.phase = deciding.phase;
    this.reply = deciding.reply;
    this.octetCount = octetCount;
    this.attempts = delivery.attempts;
    this.error = error;
  }
}

/** The result of a delivery that has no transaction under way: nothing of it was written. */
export function notSent(delivery: Delivery, failure: Failure, phase: SmtpPhase, peer: Endpoint | undefined): SendResult {
  const recipients = delivery.recipients.map(({ forwardPath }) => new Recipient(forwardPath.address, 'not-sent', failure.reply, phase, failure.code));
  const error = new SmtpError(failure, { phase, outcome: 'not-sent', usable: false, peer });
  return new Result(recipients, 'not-sent', recipients[0]!, delivery, 0, error);
}

/** Who and what stood behind a transaction when it ended. */
export interface Ending {
  /** Why it was cut, if it was. */
  readonly failure: Failure | undefined;
  /** The connection goes on as far as is known. */
  readonly usable: boolean;
  readonly peer: Endpoint;
}

/** The result of a transaction that is over. */
export function conclude(attempt: Attempt, ending: Ending): SendResult {
  const { verdict, delivery } = attempt;
  if (verdict !== undefined && isPositive(verdict) && attempt.cut === undefined && attempt.acceptedCount === attempt.recipients.length) {
    return acceptedByAll(attempt, verdict);
  }
  const failure = failureOf(attempt, ending);
  const recipients = attempt.recipients.map((_, index) => judge(attempt, index, failure));
  const outcome = outcomeOf(attempt, recipients);
  const deciding = recipients.find(({ status }) => status === (outcome === 'partial' ? 'accepted' : outcome)) ?? recipients[0]!;
  const blamed = outcome === 'partial' ? recipients.find(({ status }) => status !== 'accepted')! : deciding;
  const usable = ending.usable && attempt.cut === undefined && blamed.reply?.code !== 421;
  const error = new SmtpError(reasonOf(blamed, failure), { phase: blamed.phase, outcome, usable, peer: ending.peer });
  return new Result(recipients, outcome, deciding, delivery, octetCountOf(attempt), error);
}

function octetCountOf({ message, messageSent, delivery }: Attempt): number {
  if (message.form === 'streamed') return delivery.octetCount;
  return messageSent ? message.text.octets.length : 0;
}

function acceptedByAll(attempt: Attempt, verdict: Reply): SendResult {
  const { recipients, delivery } = attempt;
  const results: RecipientResult[] = [];
  for (const { forwardPath } of recipients) results.push(new Recipient(forwardPath.address, 'accepted', verdict, 'final-dot', undefined));
  return new Result(results, 'accepted', results[0]!, delivery, octetCountOf(attempt), undefined);
}

/** What the server said that ended the session while this was under way counts as the reason, if nothing else is known. */
function failureOf(attempt: Attempt, { failure }: Ending): Failure {
  if (attempt.unsendable !== undefined) return localFailure(attempt.unsendable.code, attempt.unsendable.detail);
  return failure ?? remoteFailure('SMTP_CONNECTION_LOST', 'the connection ended');
}

function judge(attempt: Attempt, index: number, failure: Failure): RecipientResult {
  const { address } = attempt.recipients[index]!.forwardPath;
  const recipientReply = attempt.recipientReplies[index];
  if (isRefusal(attempt.mailReply)) return refused(address, attempt.mailReply, 'mail', attempt);
  if (isRefusal(recipientReply)) return refused(address, recipientReply, 'rcpt', attempt);
  if (isRefusal(attempt.verdict)) return refused(address, attempt.verdict, attempt.messageSent ? 'final-dot' : 'data', attempt);
  if (attempt.verdict !== undefined && attempt.cut === undefined) return new Recipient(address, 'accepted', attempt.verdict, 'final-dot', undefined);
  if (isRefusal(attempt.dataReply)) return refused(address, attempt.dataReply, 'data', attempt);
  if (attempt.messageSent) return new Recipient(address, 'ambiguous', undefined, 'final-dot', failure.code);
  if (attempt.cut === undefined && attempt.unsendable === undefined) return new Recipient(address, 'not-sent', undefined, 'rcpt', 'SMTP_WITHHELD');
  return new Recipient(address, 'not-sent', failure.reply, phaseOf(attempt), failure.code);
}

function isRefusal(reply: Reply | undefined): reply is Reply {
  return reply !== undefined && reply.code >= 400;
}

/**
 * A refusal is a rejection, but for 421: the server is closing and has judged nothing, unless that was its verdict.
 * @rfc 5321 3.8
 */
function refused(address: string, reply: Reply, phase: SmtpPhase, attempt: Attempt): RecipientResult {
  const closing = reply.code === 421 && !(attempt.messageSent && reply === attempt.verdict);
  return closing ? new Recipient(address, 'not-sent', reply, phase, 'SMTP_GOODBYE') : new Recipient(address, 'rejected', reply, phase, 'SMTP_REJECTED');
}

/** How far a transaction got whose message was not ended. */
function phaseOf(attempt: Attempt): SmtpPhase {
  if (attempt.answered === 0) return 'mail';
  return attempt.answered <= attempt.recipients.length ? 'rcpt' : 'data';
}

function outcomeOf(attempt: Attempt, recipients: readonly RecipientResult[]): SmtpOutcome {
  let accepted = 0;
  let notSentCount = 0;
  for (const { status } of recipients) {
    if (status === 'ambiguous') return 'ambiguous';
    if (status === 'accepted') accepted++;
    else if (status === 'not-sent') notSentCount++;
  }
  if (accepted > 0) return accepted === recipients.length ? 'accepted' : 'partial';
  const cut = attempt.cut !== undefined || attempt.unsendable !== undefined;
  return notSentCount === recipients.length || (cut && notSentCount > 0) ? 'not-sent' : 'rejected';
}

function reasonOf(blamed: RecipientResult, failure: Failure): Failure {
  const { address, reply, code, phase } = blamed;
  if (code === 'SMTP_REJECTED') return remoteFailure(code, phase === 'rcpt' ? `the server refused ${address}: ${quoteReply(reply!)}` : `the server refused the message: ${quoteReply(reply!)}`, reply);
  if (code === 'SMTP_GOODBYE' && failure.code !== code) return remoteFailure(code, `the server is closing: ${quoteReply(reply!)}`, reply);
  return failure;
}
