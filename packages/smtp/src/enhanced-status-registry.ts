/**
 * The registered enhanced status codes: what each is called, what it says, and where it is defined. The first number, the
 * class, is told apart: 2 success, 4 failed for now, 5 failed for good.
 *
 * The names are those of the IANA registry "SMTP Enhanced Status Codes". X.6.10 is left out: it is registered as a duplicate
 * of X.6.8.
 *
 * @rfc 3463 3
 * @rfc 5248 2
 */
import { type EnhancedStatus, enhancedStatusParts } from './enhanced-status.ts';

/** One registered code. `code` is without its class: `1.1` for X.1.1. */
export interface RegisteredStatus {
  readonly code: string;
  /** The name in the registry. */
  readonly name: string;
  /** What it says, in one sentence. */
  readonly meaning: string;
  /** RFC and section. */
  readonly source: string;
}

/** The first number. @rfc 3463 3.1 */
export const STATUS_CLASSES: Readonly<Record<2 | 4 | 5, string>> = {
  2: 'Success',
  4: 'Persistent Transient Failure',
  5: 'Permanent Failure',
};

/** The second number. @rfc 3463 3.1 */
export const STATUS_SUBJECTS: readonly string[] = [
  'Other or Undefined Status',
  'Addressing Status',
  'Mailbox Status',
  'Mail System Status',
  'Network and Routing Status',
  'Mail Delivery Protocol Status',
  'Message Content or Media Status',
  'Security or Policy Status',
];

const row = (code: string, name: string, meaning: string, source: string): RegisteredStatus => ({ code, name, meaning, source });

/** Every registered code, in order. */
export const REGISTERED_STATUSES: readonly RegisteredStatus[] = [
  row('0.0', 'Other undefined Status', 'Nothing more is known than the class says.', 'RFC 3463 3.1'),
  row('1.0', 'Other address status', 'Something is wrong with an address; nothing more is told.', 'RFC 3463 3.2'),
  row('1.1', 'Bad destination mailbox address', 'There is no such mailbox at that domain.', 'RFC 3463 3.2'),
  row('1.2', 'Bad destination system address', 'The domain of the recipient does not exist or takes no mail.', 'RFC 3463 3.2'),
  row('1.3', 'Bad destination mailbox address syntax', 'The recipient is not written as an address is.', 'RFC 3463 3.2'),
  row('1.4', 'Destination mailbox address ambiguous', 'The address fits more than one mailbox.', 'RFC 3463 3.2'),
  row('1.5', 'Destination address valid', 'The recipient is good.', 'RFC 3463 3.2'),
  row('1.6', 'Destination mailbox has moved, No forwarding address', 'The mailbox was here once; where it is now is not known.', 'RFC 3463 3.2'),
  row('1.7', "Bad sender's mailbox address syntax", 'The sender is not written as an address is.', 'RFC 3463 3.2'),
  row('1.8', "Bad sender's system address", 'The domain of the sender does not exist or takes no mail back.', 'RFC 3463 3.2'),
  row('1.9', 'Message relayed to non-compliant mailer', 'The message went on to a system that does not report what became of it.', 'RFC 3886 3.3.4'),
  row('1.10', 'Recipient address has null MX', 'The domain of the recipient says in the DNS that it takes no mail at all.', 'RFC 7505 4.2'),
  row('2.0', 'Other or undefined mailbox status', 'Something is the matter with the mailbox; nothing more is told.', 'RFC 3463 3.3'),
  row('2.1', 'Mailbox disabled, not accepting messages', 'The mailbox exists but takes no mail for now.', 'RFC 3463 3.3'),
  row('2.2', 'Mailbox full', 'The owner has used up the space of the mailbox.', 'RFC 3463 3.3'),
  row('2.3', 'Message length exceeds administrative limit', 'The message is larger than this mailbox may receive.', 'RFC 3463 3.3'),
  row('2.4', 'Mailing list expansion problem', 'The address is a mailing list, and it could not be expanded.', 'RFC 3463 3.3'),
  row('3.0', 'Other or undefined mail system status', 'The receiving system has a trouble of its own; nothing more is told.', 'RFC 3463 3.4'),
  row('3.1', 'Mail system full', 'The receiving system has no space left.', 'RFC 3463 3.4'),
  row('3.2', 'System not accepting network messages', 'The receiving system takes no mail for now: it goes down, or is overloaded.', 'RFC 3463 3.4'),
  row('3.3', 'System not capable of selected features', 'The system can not do what the message asks for.', 'RFC 3463 3.4'),
  row('3.4', 'Message too big for system', 'The message is larger than the system takes.', 'RFC 3463 3.4'),
  row('3.5', 'System incorrectly configured', 'The system is set up so that it can not take this message.', 'RFC 3463 3.4'),
  row('3.6', 'Requested priority was changed', 'The message was taken, with another priority than was asked for.', 'RFC 6710 10'),
  row('4.0', 'Other or undefined network or routing status', 'Something is wrong on the way; nothing more is told.', 'RFC 3463 3.5'),
  row('4.1', 'No answer from host', 'The next host did not answer.', 'RFC 3463 3.5'),
  row('4.2', 'Bad connection', 'The connection broke, or was too slow.', 'RFC 3463 3.5'),
  row('4.3', 'Directory server failure', 'A directory that was needed to find the way did not answer: DNS most often.', 'RFC 3463 3.5'),
  row('4.4', 'Unable to route', 'The system knows no way to the recipient.', 'RFC 3463 3.5'),
  row('4.5', 'Mail system congestion', 'There is too much mail for the moment.', 'RFC 3463 3.5'),
  row('4.6', 'Routing loop detected', 'The message came round in a circle.', 'RFC 3463 3.5'),
  row('4.7', 'Delivery time expired', 'The message waited for as long as it may and was given up.', 'RFC 3463 3.5'),
  row('5.0', 'Other or undefined protocol status', 'The two systems did not understand each other; nothing more is told.', 'RFC 3463 3.6'),
  row('5.1', 'Invalid command', 'The command is unknown, or may not come here.', 'RFC 3463 3.6'),
  row('5.2', 'Syntax error', 'The command could not be read.', 'RFC 3463 3.6'),
  row('5.3', 'Too many recipients', 'More recipients than one message may have here.', 'RFC 3463 3.6'),
  row('5.4', 'Invalid command arguments', 'The command is known, its argument is not right.', 'RFC 3463 3.6'),
  row('5.5', 'Wrong protocol version', 'The two systems speak different versions of the protocol.', 'RFC 3463 3.6'),
  row('5.6', 'Authentication Exchange line is too long', 'A line of the login was longer than the server takes.', 'RFC 4954 6'),
  row('6.0', 'Other or undefined media error', 'Something in the content of the message is not right; nothing more is told.', 'RFC 3463 3.7'),
  row('6.1', 'Media not supported', 'The content is of a kind that is not taken here.', 'RFC 3463 3.7'),
  row('6.2', 'Conversion required and prohibited', 'The content would have to be converted, and that is not allowed.', 'RFC 3463 3.7'),
  row('6.3', 'Conversion required but not supported', 'The content would have to be converted, and nobody here can.', 'RFC 3463 3.7'),
  row('6.4', 'Conversion with loss performed', 'The content was converted, and something was lost.', 'RFC 3463 3.7'),
  row('6.5', 'Conversion Failed', 'The content was to be converted, and it went wrong.', 'RFC 3463 3.7'),
  row('6.6', 'Message content not available', 'The content was to be fetched from elsewhere (BURL) and was not there.', 'RFC 4468 5'),
  row('6.7', 'Non-ASCII addresses not permitted for that sender/recipient', 'An address in UTF-8 is not taken here, or was given without SMTPUTF8.', 'RFC 6531 3.5'),
  row('6.8', 'UTF-8 string reply is required, but not permitted by the SMTP client', 'The answer would need UTF-8, and the client did not allow it.', 'RFC 6531 3.7.4.2'),
  row('6.9', 'UTF-8 header message cannot be transferred to one or more recipients, so the message must be rejected', 'The header is in UTF-8, and a system further on can not take it.', 'RFC 6531 3.5'),
  row('7.0', 'Other or undefined security status', 'Refused for security or policy; nothing more is told.', 'RFC 3463 3.8'),
  row('7.1', 'Delivery not authorized, message refused', 'This sender may not send to this recipient here.', 'RFC 3463 3.8'),
  row('7.2', 'Mailing list expansion prohibited', 'This sender may not write to the mailing list.', 'RFC 3463 3.8'),
  row('7.3', 'Security conversion required but not possible', 'The message would have to change its protection on the way, and it can not.', 'RFC 3463 3.8'),
  row('7.4', 'Security features not supported', 'The message asks for protection that the system does not have.', 'RFC 3463 3.8'),
  row('7.5', 'Cryptographic failure', 'Something that was signed or encrypted could not be worked with.', 'RFC 3463 3.8'),
  row('7.6', 'Cryptographic algorithm not supported', 'The algorithm is not known here.', 'RFC 3463 3.8'),
  row('7.7', 'Message integrity failure', 'The message was changed on its way.', 'RFC 3463 3.8'),
  row('7.8', 'Authentication credentials invalid', 'User name or password is wrong, or the login failed otherwise.', 'RFC 4954 6'),
  row('7.9', 'Authentication mechanism is too weak', 'The login needs a stronger mechanism.', 'RFC 4954 6'),
  row('7.10', 'Encryption Needed', 'The connection must be encrypted first.', 'RFC 5248 3'),
  row('7.11', 'Encryption required for requested authentication mechanism', 'This mechanism may be used only inside TLS.', 'RFC 4954 6'),
  row('7.12', 'A password transition is needed', 'The user must log in once by PLAIN, inside TLS, so that the server learns the password in a new form.', 'RFC 4954 6'),
  row('7.13', 'User Account Disabled', 'The account exists and is switched off.', 'RFC 5248 3'),
  row('7.14', 'Trust relationship required', 'The server serves only systems that it trusts.', 'RFC 5248 3'),
  row('7.15', 'Priority Level is too low', 'Only messages of higher priority are taken for now.', 'RFC 6710 10'),
  row('7.16', 'Message is too big for the specified priority', 'A message of this priority may not be that large.', 'RFC 6710 10'),
  row('7.17', 'Mailbox owner has changed', 'The mailbox belongs to somebody else than when the sender last knew.', 'RFC 7293 14'),
  row('7.18', 'Domain owner has changed', 'The domain belongs to somebody else than when the sender last knew.', 'RFC 7293 14'),
  row('7.19', 'RRVS test cannot be completed', 'Whether the mailbox has changed hands could not be found out.', 'RFC 7293 14'),
  row('7.20', 'No passing DKIM signature found', 'No DKIM signature of the message holds.', 'RFC 7372 3.1'),
  row('7.21', 'No acceptable DKIM signature found', 'DKIM signatures hold, and none of them is one that counts here.', 'RFC 7372 3.1'),
  row('7.22', 'No valid author-matched DKIM signature found', 'No DKIM signature of the author\'s own domain holds.', 'RFC 7372 3.1'),
  row('7.23', 'SPF validation failed', 'The host may not send for this domain, says its SPF record.', 'RFC 7372 3.2'),
  row('7.24', 'SPF validation error', 'The SPF record could not be evaluated.', 'RFC 7372 3.2'),
  row('7.25', 'Reverse DNS validation failed', 'The address of the client has no name in the DNS that leads back to it.', 'RFC 7372 3.3'),
  row('7.26', 'Multiple authentication checks failed', 'More than one of the checks of the sender failed.', 'RFC 7372 3.4'),
  row('7.27', 'Sender address has null MX', 'The domain of the sender says in the DNS that it takes no mail, so none comes from it.', 'RFC 7505 4.3'),
  row('7.28', 'Mail flood detected', 'The sender sends more than is let through.', 'IANA SMTP Enhanced Status Codes'),
  row('7.29', 'ARC validation failure', 'The chain of ARC seals is broken.', 'RFC 8617 10'),
  row('7.30', 'REQUIRETLS support required', 'The message must travel by TLS all the way, and the next system can not promise it.', 'RFC 8689 5'),
];

const byCode: ReadonlyMap<string, RegisteredStatus> = new Map(REGISTERED_STATUSES.map((status) => [status.code, status]));

/** What the registry says of a code, or `undefined` where it is not registered. @rfc 3463 3 */
export function findStatus(status: EnhancedStatus): RegisteredStatus | undefined {
  const { subject, detail } = enhancedStatusParts(status);
  return byCode.get(`${subject}.${detail}`);
}
