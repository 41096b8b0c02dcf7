/**
 * The verdicts as Authentication-Results has them (RFC 8601). What strangers wrote stands there only where it can be written as a value of its kind;
 * otherwise the property is left out, and the verdict stands alone.
 */
import { arcMethodResult } from '@mailwright/arc';
import { isWritable, methodResult } from '@mailwright/authres';
import type { MethodResult } from '@mailwright/authres';
import type { DkimResult } from '@mailwright/dkim';
import type { SpfResult } from '@mailwright/spf';
import { encodeBase64 } from '@mailwright/wire';
import type { AuthenticationReport } from './report.ts';
import type { IprevResult } from './iprev.ts';

/** So much of a signature tells it from the others of a message. @rfc 6008 4 */
const SIGNATURE_CHARACTERS = 8;

/** What the field is made of. */
export type FieldFacts = Pick<AuthenticationReport, 'spf' | 'dkim' | 'arc' | 'dmarc' | 'iprev'> & { readonly ip: string | undefined };

/**
 * All verdicts in the order in which they are written.
 *
 * @rfc 8601 2.2
 */
export function listMethodResults({ spf, dkim, arc, dmarc, iprev, ip }: FieldFacts, utf8: boolean): readonly MethodResult[] {
  const results: MethodResult[] = [];
  if (iprev !== undefined) results.push(iprevMethodResult(iprev));
  if (spf.mailFrom !== undefined) results.push(spfMethodResult(spf.mailFrom, utf8));
  if (spf.helo !== undefined) results.push(spfMethodResult(spf.helo, utf8));
  results.push(...dkimMethodResults(dkim), dmarc.toMethodResult());
  if (arc.result !== 'none') results.push(arcMethodResult(arc, { remoteIp: ip }));
  return results.map((result) => withoutUnwritable(result, utf8));
}

/** A property that can't be written is left out. */
function withoutUnwritable(result: MethodResult, utf8: boolean): MethodResult {
  const properties = result.properties.filter((property) => isWritable(result.method, property, { utf8 }));
  return properties.length === result.properties.length ? result : { ...result, properties };
}

/** @rfc 8601 2.7.2 */
function spfMethodResult({ result, identity, nullReversePath, sender, domain, helo, problem }: SpfResult, utf8: boolean): MethodResult {
  const comment = problem?.code;
  if (identity === 'helo' || nullReversePath) return methodResult('spf', result, { comment, properties: { 'smtp.helo': helo } });
  const isSenderWritable = isWritable('spf', { ptype: 'smtp', property: 'mailfrom', value: sender }, { utf8 });
  return methodResult('spf', result, { comment, properties: { 'smtp.mailfrom': isSenderWritable ? sender : domain } });
}

/** Signatures that were not looked at are one result. @rfc 8601 2.7.1 @rfc 6008 4 */
function dkimMethodResults(results: readonly DkimResult[]): readonly MethodResult[] {
  if (results.length === 0) return [methodResult('dkim', 'none')];
  const isLookedAt = ({ reason }: DkimResult): boolean => reason !== 'too-many-signatures';
  const lookedAt = results.filter(isLookedAt).map(dkimMethodResult);
  const rest = results.length - lookedAt.length;
  return rest === 0 ? lookedAt : [...lookedAt, methodResult('dkim', 'policy', { comment: `too many signatures: ${rest} not looked at` })];
}

function dkimMethodResult({ result, reason, domain, selector, identity, signature }: DkimResult): MethodResult {
  const b = signature === undefined ? undefined : encodeBase64(signature.value).slice(0, SIGNATURE_CHARACTERS);
  return methodResult('dkim', result, {
    comment: reason,
    properties: { 'header.d': domain, 'header.i': identity, 'header.s': selector, 'header.a': signature?.algorithm, 'header.b': b },
  });
}

/** @rfc 8601 2.7.3 */
function iprevMethodResult({ result, ip, name }: IprevResult): MethodResult {
  return methodResult('iprev', result, { comment: name, properties: { 'policy.iprev': ip } });
}

