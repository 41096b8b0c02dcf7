/**
 * What a reply means to the transaction that it answers: the facts are kept in the transaction, and the machine is told what
 * comes next. It writes nothing.
 *
 * Read next: `client.ts`, which does what a step says.
 *
 * @rfc 5321 3.3
 * @rfc 2920 3.1
 */
import type { ClientTransaction } from './client-transaction.ts';
import { isIntermediate, isPositive, type Reply } from './reply.ts';

/**
 * `wait`: more replies are due first. `recipient`: the next RCPT. `message-command`: DATA, or BDAT with the message. `message`:
 * leave to send the message. `take-back`: leave to send it to nobody. `over`: done, the server has nothing open. `over-open`:
 * done, and the server may still hold the transaction. `no-answer`: a reply of a class that answers nothing here.
 * `half-chunk`: the verdict on a chunk that is not all there.
 */
export type TransactionStep = 'wait' | 'recipient' | 'message-command' | 'message' | 'take-back' | 'over' | 'over-open' | 'no-answer' | 'half-chunk';

/** Keeps the next reply. `requiresAll`: a recipient that is refused stops the message. */
export function stepTransaction(transaction: ClientTransaction, reply: Reply, requiresAll: boolean): TransactionStep {
  const index = transaction.answered++;
  const recipients = transaction.recipients.length;
  if (isIntermediate(reply) && index !== recipients + 1) return 'no-answer';
  if (index === 0) transaction.mailReply = reply;
  else if (index <= recipients) transaction.takeRecipientReply(reply);
  else if (transaction.form === 'text' && index === recipients + 1) return takeDataReply(transaction, reply, requiresAll);
  else return takeVerdict(transaction, reply);
  return transaction.answered === transaction.issued ? nextCommand(transaction, requiresAll) : 'wait';
}

/** What the last reply came for, for people. */
export function describeAnswered({ answered, recipients, form }: ClientTransaction): string {
  if (answered === 1) return 'MAIL';
  if (answered <= recipients.length + 1) return 'RCPT';
  return form === 'text' && answered === recipients.length + 2 ? 'DATA' : 'the message';
}

/** Only 354 gives leave to send the message. @rfc 5321 4.1.1.4 */
function takeDataReply(transaction: ClientTransaction, reply: Reply, requiresAll: boolean): TransactionStep {
  transaction.dataReply = reply;
  if (isPositive(reply)) return 'no-answer';
  if (!isIntermediate(reply)) return 'over-open';
  return hasRecipients(transaction, requiresAll) ? 'message' : 'take-back';
}

/** The verdict, or the answer to one chunk of several. */
function takeVerdict(transaction: ClientTransaction, reply: Reply): TransactionStep {
  if (isIntermediate(reply)) return 'no-answer';
  if (transaction.stage === 'message' && transaction.message.form === 'whole' && isPositive(reply)) return 'half-chunk';
  if (transaction.verdict === undefined || isPositive(transaction.verdict)) transaction.verdict = reply;
  if (transaction.stage !== 'verdict' || transaction.answered !== transaction.issued) return 'wait';
  return isPositive(reply) ? 'over' : 'over-open';
}

/** All that was written has been answered: the next command, or the end. */
function nextCommand(transaction: ClientTransaction, requiresAll: boolean): TransactionStep {
  if (!isPositive(transaction.mailReply!)) return 'over';
  if (transaction.answered <= transaction.recipients.length) return 'recipient';
  return hasRecipients(transaction, requiresAll) ? 'message-command' : 'over-open';
}

function hasRecipients({ mailReply, acceptedCount, recipients }: ClientTransaction, requiresAll: boolean): boolean {
  if (!isPositive(mailReply!) || acceptedCount === 0) return false;
  return acceptedCount === recipients.length || !requiresAll;
}
