/**
 * Replies for messages that are not accepted for what authentication found (RFC 7372). Their texts are ours alone: nothing of what a stranger wrote gets
 * into a reply.
 */
import { reply } from '@mailwright/smtp';
import type { Reply } from '@mailwright/smtp';

/** Why a message is not accepted. */
export type AuthenticationRefusal =
  | 'dmarc' // the policy of the author's domain
  | 'dkim-none' // no signature that passes
  | 'dkim-unacceptable' // signatures that pass, but none that we accept
  | 'dkim-author' // no passing signature of the author's domain
  | 'spf' // the client may not send for the domain
  | 'spf-error' // the domain's record is wrong
  | 'iprev' // the client's address has no name that leads back
  | 'author' // From can be read in several ways
  | 'header' // the header section reads differently to different programs
  | 'header-limit' // the header section is too long
  | 'dns'; // nobody could say; try again

/** @rfc 7372 3 @rfc 7208 8.6 */
const REPLIES: Readonly<Record<AuthenticationRefusal, Reply>> = {
  dmarc: reply(550, '5.7.26', 'The domain in From asks to reject messages that it does not authenticate (DMARC)'),
  'dkim-none': reply(550, '5.7.20', 'No DKIM signature of the message passes'),
  'dkim-unacceptable': reply(550, '5.7.21', 'No DKIM signature of the message is acceptable here'),
  'dkim-author': reply(550, '5.7.22', 'No DKIM signature of the domain in From passes'),
  spf: reply(550, '5.7.23', 'The domain of the sender does not permit this client (SPF)'),
  'spf-error': reply(550, '5.7.24', 'The SPF record of the domain of the sender is wrong'),
  iprev: reply(550, '5.7.25', 'The address of the client has no name that leads back to it'),
  author: reply(550, '5.7.1', 'From does not name one author that all readers would see'),
  header: reply(550, '5.6.0', 'The header section is malformed'),
  'header-limit': reply(552, '5.3.4', 'The header section is too long'),
  dns: reply(451, '4.4.3', 'The DNS did not say what the message has to be checked by; try again later'),
};

/**
 * The reply for a refusal: `authenticationReply('spf')` is 550 5.7.23.
 *
 * @rfc 7372 3
 */
export function authenticationReply(refusal: AuthenticationRefusal): Reply {
  return REPLIES[refusal];
}
