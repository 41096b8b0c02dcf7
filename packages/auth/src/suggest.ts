/**
 * What the published policies ask for, apart from the verdicts. There is no opinion of ours in it, with one exception: a message that readers
 * would read differently (who wrote it, where its fields end) is not to be accepted.
 *
 * Left out: SPF alone. A `fail` without DMARC is a reason for some receivers and not for others; decide by `report.spf`.
 */
import { canonicalDomain } from '@mailwright/address';
import type { TrustDecision } from '@mailwright/arc';
import { parseAuthenticationResults } from '@mailwright/authres';
import { authenticationReply } from './replies.ts';
import type { AuthenticationReport, Suggestion } from './report.ts';

const ACCEPT: Suggestion = { action: 'accept', reason: 'no-objection', reply: undefined };

/**
 * @rfc 9989 5.3.6
 * @rfc 9989 5.4
 * @rfc 8617 7.2.1
 */
export function suggest({ dmarc, author, unsafe, arcTrust }: Pick<AuthenticationReport, 'dmarc' | 'author' | 'unsafe' | 'arcTrust'>): Suggestion {
  if (unsafe !== undefined) return { action: 'reject', reason: unsafe, reply: authenticationReply(unsafe === 'header-limit' ? 'header-limit' : 'header') };
  if (author.domain === undefined) return { action: 'reject', reason: 'author', reply: authenticationReply('author') };
  if (dmarc.result === 'temperror' && dmarc.appliedPolicy !== 'none') return { action: 'defer', reason: 'dns', reply: authenticationReply('dns') };
  if (dmarc.result !== 'fail' || dmarc.disposition === 'none') return ACCEPT;
  if (sawItPass(arcTrust, author.domain)) return { action: 'accept', reason: 'trusted-sealer', reply: undefined };
  if (dmarc.disposition === 'quarantine') return { action: 'quarantine', reason: 'dmarc-quarantine', reply: undefined };
  return { action: 'reject', reason: 'dmarc-reject', reply: authenticationReply('dmarc') };
}

/** Whether a sealer that is trusted says that DMARC passed when the message came to it, and of this author. */
function sawItPass({ trusted, authenticationResults }: TrustDecision, authorDomain: string): boolean {
  if (!trusted || authenticationResults === undefined) return false;
  const parsed = parseAuthenticationResults(authenticationResults);
  return parsed.ok && parsed.value.results.some(({ method, result, properties }) => {
    const from = properties.find(({ ptype, property }) => ptype === 'header' && property === 'from');
    return method === 'dmarc' && result === 'pass' && from !== undefined && canonicalDomain(from.value) === authorDomain;
  });
}
