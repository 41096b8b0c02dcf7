/**
 * A verdict in sentences: each step with its section of RFC 9989.
 */
import { methodResult, traceStep } from '@mailwright/authres';
import type { MethodResult, TraceStep } from '@mailwright/authres';
import type { DmarcFacts } from './evaluate.ts';
import type { RecordLookup } from './lookup.ts';
import type { AlignedIdentifier } from './result.ts';

/** @rfc 9989 4.10 */
export function explainLookup({ domain, outcome, record, texts, reason }: RecordLookup): TraceStep {
  const name = `_dmarc.${domain}`;
  const data = { name, outcome, texts };
  switch (outcome) {
    case 'record': return traceStep('9989 4.10', `${name} has the record ${JSON.stringify(record?.text)}`, data);
    case 'unusable': return traceStep('9989 4.10.1', `${name} has a record without valid policy and without rua, which is not applied: ${JSON.stringify(texts[0])}`, data);
    case 'several': return traceStep('9989 4.10', `${name} has ${texts.length} records, so none of them counts`, data);
    case 'none': return traceStep('9989 4.10', `${name} has no record`, data);
    case 'temp': return traceStep('9989 4.10.1', `${name}: the DNS did not say (${reason ?? 'no reason given'})`, data);
  }
}

export function explainVerdict(facts: DmarcFacts): readonly TraceStep[] {
  const { author, record, spf, dkim } = facts;
  const steps: TraceStep[] = [...author.trace, ...facts.lookups.map(explainLookup)];
  if (facts.discoveryMethod === 'psl' && facts.organizationalDomain !== undefined) {
    steps.push(traceStep('7489 3.2', `by the public suffix list the Organizational Domain is ${facts.organizationalDomain}`));
  }
  for (const { code, tag, at } of record?.warnings ?? []) steps.push(traceStep('9989 4.7', `in the record: ${code}${tag === '' ? '' : `, tag ${tag}`}`, { code, tag, at }));
  if (facts.policyDomain !== undefined) steps.push(explainPolicy(facts));
  steps.push(...explainWalks(facts));
  for (const identifier of spf === undefined ? dkim : [spf, ...dkim]) steps.push(explainAlignment(identifier, facts));
  steps.push(traceStep('9989 5.3.5', `the result is ${facts.result}: ${facts.reason}`, { result: facts.result, reason: facts.reason }));
  if (facts.result === 'fail') steps.push(explainDisposition(facts));
  return steps;
}

/** Each walk in one step, and before it the names that no step told of yet. */
function explainWalks({ lookups, walks }: DmarcFacts): readonly TraceStep[] {
  const told = new Set(lookups.map(({ domain }) => domain));
  const steps: TraceStep[] = [];
  for (const { domain, lookups: names, organizationalDomain, publicSuffixDomain } of walks) {
    for (const lookup of names) {
      if (!told.has(lookup.domain)) steps.push(explainLookup(lookup));
      told.add(lookup.domain);
    }
    const above = publicSuffixDomain === undefined ? '' : `, below the public suffix ${publicSuffixDomain}`;
    const outcome = organizationalDomain === undefined ? 'did not come to its end' : `leads to the Organizational Domain ${organizationalDomain}${above}`;
    steps.push(traceStep('9989 4.10.2', `the walk from ${domain} ${outcome}`, { domain, organizationalDomain, publicSuffixDomain, queries: names.length }));
  }
  return steps;
}

function explainPolicy({ policyDomain, policySource, policy, policyTag, author }: DmarcFacts): TraceStep {
  const whose = policySource === 'author' ? 'its own record' : `the record of its ${policySource} domain ${policyDomain}`;
  return traceStep('9989 4.10.1', `for ${author.domain} counts ${whose}, tag ${policyTag}: ${policy}`, { policyDomain, policySource, policyTag, policy });
}

function explainAlignment({ mechanism, domain, result, mode, aligned }: AlignedIdentifier, { author, organizationalDomain }: DmarcFacts): TraceStep {
  const section = mechanism === 'spf' ? '9989 4.4.2' : '9989 4.4.1';
  const data = { mechanism, domain, result, mode, aligned };
  if (result !== 'pass' && result !== 'temperror') return traceStep(section, `${mechanism} ${domain} is ${result}, so it proves nothing`, data);
  const said = aligned === undefined ? 'may align, the DNS did not say' : aligned ? 'aligns' : 'does not align';
  const by = mode === 'strict' ? 'strict: the domains must be equal' : `relaxed: the Organizational Domain must be ${organizationalDomain ?? 'the same'}`;
  return traceStep(section, `${mechanism} ${domain} (${result}) ${said} with ${author.domain} (${by})`, data);
}

function explainDisposition({ disposition, policy, record }: DmarcFacts): TraceStep {
  const tested = record?.t === true && disposition !== policy ? `, one step below ${policy} since the owner is testing (t=y)` : '';
  return traceStep(record?.t === true ? '9989 4.7' : '9989 5.3.6', `the Domain Owner asks for ${disposition}${tested}`, { disposition, policy });
}

/** @rfc 9989 9.1 */
export function toMethodResult({ result, reason, author, appliedPolicy, record, disposition }: DmarcFacts): MethodResult {
  const comment = record === undefined ? reason : `p=${record.p} sp=${record.sp ?? record.p} np=${record.np ?? record.sp ?? record.p} dis=${disposition}`;
  return methodResult('dmarc', result, { comment, properties: { 'header.from': author.domain, 'policy.dmarc': appliedPolicy } });
}
