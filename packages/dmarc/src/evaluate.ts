/**
 * The DMARC mechanism without I/O: what is known goes in, and a verdict comes out, or nothing yet, and `Knowledge` holds what has to be asked for.
 *
 * Policy discovery (RFC 9989 section 4.10.1) and alignment (section 4.10.2) are separate: the record of the author counts wherever the Organizational Domain is.
 *
 * Read next: `check.ts`.
 */
import type { AuthorVerdict } from './author.ts';
import { readDomain } from './domain.ts';
import type { Knowledge, RecordLookup } from './lookup.ts';
import type { PublicSuffixList } from './public-suffix-list.ts';
import type { AlignmentMode, DmarcPolicy, DmarcRecord } from './record.ts';
import type { AlignedIdentifier, DkimIdentifier, DmarcOutcome, DmarcReason, DmarcResult, SpfIdentifier } from './result.ts';
import { alignKnown, walkKnown } from './tree-walk.ts';

/** What is judged. */
export interface Evaluation {
  readonly author: AuthorVerdict;
  readonly spf: SpfIdentifier | undefined;
  readonly dkim: readonly DkimIdentifier[];
  readonly publicSuffixes: PublicSuffixList | undefined;
}

/** The facts of a verdict, its explanation left out. */
export type DmarcFacts = Omit<DmarcResult, 'trace' | 'toMethodResult' | 'queries'>;

/** The record that applies, and whose it is. */
interface Discovery {
  readonly lookup: RecordLookup | undefined;
  readonly source: DmarcResult['policySource'];
  readonly organizationalDomain: string | undefined;
  readonly lookups: readonly RecordLookup[];
  /** The end of it all, where no record applies. */
  readonly stop: { readonly result: DmarcOutcome; readonly reason: DmarcReason } | undefined;
}

const LOWER: Readonly<Record<DmarcPolicy, DmarcPolicy>> = { reject: 'quarantine', quarantine: 'none', none: 'none' };
const MOST_SIGNATURES = 16;

/**
 * The verdict, or `undefined` as long as something has to be asked for.
 *
 * @rfc 9989 5.3
 */
export function evaluate(input: Evaluation, knowledge: Knowledge): DmarcFacts | undefined {
  const { author, publicSuffixes } = input;
  const { domain } = author;
  if (domain === undefined) return stopped(input, 'permerror', `author: ${author.problems[0]!}`, []);
  const discovery = publicSuffixes === undefined ? discoverByWalk(domain, knowledge) : discoverByList(domain, publicSuffixes, knowledge);
  if (discovery === undefined) return undefined;
  const { lookup, stop } = discovery;
  if (stop !== undefined || lookup?.record === undefined) return stopped(input, stop?.result ?? 'none', stop?.reason ?? 'no-record', discovery.lookups, discovery.organizationalDomain);
  const { record } = lookup;
  const identifiers = alignAll(input, domain, record, knowledge);
  const choice = choosePolicy(domain, lookup.domain, record, knowledge);
  if (identifiers === undefined || choice === undefined) return undefined;
  const { result, reason } = judge(identifiers, choice.policy === 'temp');
  const policy = choice.policy === 'temp' ? (record.sp ?? record.p) : choice.policy;
  const appliedPolicy = record.t ? LOWER[policy] : policy;
  return {
    result,
    reason,
    author,
    disposition: result === 'fail' ? appliedPolicy : 'none',
    policy,
    policyTag: choice.tag,
    appliedPolicy,
    policyDomain: lookup.domain,
    policySource: discovery.source,
    record,
    organizationalDomain: discovery.organizationalDomain ?? organizationOf(domain, identifiers, knowledge),
    discoveryMethod: publicSuffixes === undefined ? 'treewalk' : 'psl',
    spf: identifiers.spf,
    dkim: identifiers.dkim,
    lookups: discovery.lookups,
    walks: knowledge.walks,
  };
}

/** A verdict without a record. */
function stopped(input: Evaluation, result: DmarcOutcome, reason: DmarcReason, lookups: readonly RecordLookup[], organizationalDomain?: string): DmarcFacts {
  return {
    result,
    reason,
    author: input.author,
    disposition: 'none',
    policy: undefined,
    policyTag: undefined,
    appliedPolicy: undefined,
    policyDomain: undefined,
    policySource: undefined,
    record: undefined,
    organizationalDomain,
    discoveryMethod: input.publicSuffixes === undefined ? 'treewalk' : 'psl',
    spf: undefined,
    dkim: [],
    lookups,
    walks: [],
  };
}

/** The record of the Author Domain, else of its Organizational Domain, else of its Public Suffix Domain. @rfc 9989 4.10.1 */
function discoverByWalk(domain: string, knowledge: Knowledge): Discovery | undefined {
  const own = knowledge.record(domain);
  if (own === undefined) return undefined;
  const ended = endOf(own);
  if (ended !== undefined) return ended;
  const walk = walkKnown(domain, knowledge);
  if (walk === undefined) return undefined;
  const { lookups, organizationalDomain, publicSuffixDomain } = walk;
  const last = lookups.at(-1)!;
  if (last.outcome === 'temp') return ending(lookups, 'temperror', 'dns');
  const at = (name: string | undefined): RecordLookup | undefined => lookups.find((lookup) => lookup.domain === name && lookup.outcome === 'record');
  const organizational = at(organizationalDomain);
  const lookup = organizational ?? at(publicSuffixDomain);
  if (lookup === undefined) return ending(lookups, 'none', own.outcome === 'several' ? 'several-records' : 'no-record', organizationalDomain);
  return { lookup, source: organizational === undefined ? 'public-suffix' : 'organizational', organizationalDomain, lookups, stop: undefined };
}

/** The record of the Author Domain, else of the domain one label below its public suffix. @rfc 7489 6.6.3 */
function discoverByList(domain: string, list: PublicSuffixList, knowledge: Knowledge): Discovery | undefined {
  const organizationalDomain = list.registrableDomain(domain) ?? domain;
  const own = knowledge.record(domain);
  if (own === undefined) return undefined;
  const ended = endOf(own);
  if (ended !== undefined) return { ...ended, organizationalDomain };
  const above = organizationalDomain === domain ? own : knowledge.record(organizationalDomain);
  if (above === undefined) return undefined;
  const lookups = above === own ? [own] : [own, above];
  if (above.outcome === 'temp') return ending(lookups, 'temperror', 'dns');
  if (above.outcome !== 'record') return ending(lookups, 'none', own.outcome === 'several' ? 'several-records' : 'no-record', organizationalDomain);
  return { lookup: above, source: 'organizational', organizationalDomain, lookups, stop: undefined };
}

/** What the Author Domain's own name decides by itself; `undefined` where there is no record. */
function endOf(own: RecordLookup): Discovery | undefined {
  if (own.outcome === 'temp') return ending([own], 'temperror', 'dns');
  if (own.outcome === 'unusable') return ending([own], 'permerror', 'bad-record');
  return own.outcome === 'record' ? { lookup: own, source: 'author', organizationalDomain: undefined, lookups: [own], stop: undefined } : undefined;
}

function ending(lookups: readonly RecordLookup[], result: DmarcOutcome, reason: DmarcReason, organizationalDomain?: string): Discovery {
  return { lookup: undefined, source: undefined, organizationalDomain, lookups, stop: { result, reason } };
}

/** `p` for the domain itself; for one below it `np` where that does not exist, else `sp`; `p` where these are not there. @rfc 9989 4.10.1 */
function choosePolicy(
  domain: string, policyDomain: string, { p, sp, np }: DmarcRecord, knowledge: Knowledge,
): { readonly policy: DmarcPolicy | 'temp'; readonly tag: DmarcResult['policyTag'] } | undefined {
  if (domain === policyDomain) return { policy: p, tag: 'p' };
  const existing = { policy: sp ?? p, tag: sp === undefined ? 'p' : 'sp' } as const;
  if (np === undefined || np === existing.policy) return existing; // whether the domain exists makes no difference
  const existence = knowledge.existence(domain);
  if (existence === undefined) return undefined;
  if (existence === 'temp') return { policy: 'temp', tag: existing.tag };
  return existence === 'nonexistent' ? { policy: np, tag: 'np' } : existing;
}

interface Identifiers {
  readonly spf: AlignedIdentifier | undefined;
  readonly dkim: readonly AlignedIdentifier[];
}

/** All identifiers; `undefined` as long as one of them needs an answer. All are looked at before that, so that their questions go out together. */
function alignAll({ spf, dkim, publicSuffixes: list }: Evaluation, author: string, record: DmarcRecord, knowledge: Knowledge): Identifiers | undefined {
  const hasSpf = spf?.domain !== undefined && spf.identity === 'mailfrom';
  const ofSpf = hasSpf ? alignOne('spf', spf.result, spf.domain, record.aspf, author, list, knowledge) : undefined;
  let isKnown = !hasSpf || ofSpf !== undefined;
  const ofDkim: AlignedIdentifier[] = [];
  const count = Math.min(dkim.length, MOST_SIGNATURES);
  for (let index = 0; index < count; index++) {
    const { result, domain } = dkim[index]!;
    if (domain === undefined) continue;
    const identifier = alignOne('dkim', result, domain, record.adkim, author, list, knowledge);
    if (identifier === undefined) isKnown = false;
    else ofDkim.push(identifier);
  }
  return isKnown ? { spf: ofSpf, dkim: ofDkim } : undefined;
}

function alignOne(
  mechanism: 'spf' | 'dkim', result: string, written: string, mode: AlignmentMode, author: string, list: PublicSuffixList | undefined, knowledge: Knowledge,
): AlignedIdentifier | undefined {
  const domain = written === author ? author : readDomain(written);
  const counts = result === 'pass' || result === 'temperror';
  const aligned = counts ? align(author, domain, mode, list, knowledge) : 'temp';
  return aligned === undefined ? undefined : { mechanism, domain: domain ?? written, result, mode, aligned: aligned === 'temp' ? undefined : aligned };
}

/** @rfc 9989 4.4.1 @rfc 9989 4.4.2 */
function align(author: string, domain: string | undefined, mode: AlignmentMode, list: PublicSuffixList | undefined, knowledge: Knowledge): boolean | 'temp' | undefined {
  if (domain === undefined) return false;
  if (domain === author || mode === 'strict') return domain === author;
  return list === undefined ? alignKnown(author, domain, knowledge) : alignByList(author, domain, list);
}

/** Whether both have one Organizational Domain by the list. @rfc 7489 3.1 */
export function alignByList(author: string, identifier: string, list: PublicSuffixList): boolean {
  if (author === identifier) return true;
  const registrable = list.registrableDomain(author);
  return registrable !== undefined && registrable === list.registrableDomain(identifier);
}

/**
 * A pass that aligns is enough, whatever else happened. Without one, nothing is a failure as long as an identifier that aligns, or may, could not be checked.
 *
 * @rfc 9989 5.3.5
 * @rfc 9989 5.3.6
 */
function judge({ spf, dkim }: Identifiers, isPolicyUnknown: boolean): { readonly result: DmarcOutcome; readonly reason: DmarcReason } {
  let reason: DmarcReason = 'not-aligned';
  for (const { result, aligned } of spf === undefined ? dkim : [spf, ...dkim]) {
    if (result === 'pass' && aligned === true) return { result: 'pass', reason: 'aligned' };
    if (result === 'pass' && aligned === undefined) reason = 'dns';
    if (result === 'temperror' && aligned !== false && reason === 'not-aligned') reason = 'identifier-temperror';
  }
  if (reason === 'not-aligned' && isPolicyUnknown) reason = 'dns';
  return { result: reason === 'not-aligned' ? 'fail' : 'temperror', reason };
}

/** The Organizational Domain where alignment had to know it, else the domain itself. @rfc 9989 4.10.2 */
function organizationOf(domain: string, { spf, dkim }: Identifiers, knowledge: Knowledge): string | undefined {
  const wasNeeded = (identifier: AlignedIdentifier): boolean => identifier.mode === 'relaxed' && identifier.domain !== domain && identifier.aligned !== undefined;
  if ((spf === undefined || !wasNeeded(spf)) && !dkim.some(wasNeeded)) return domain;
  return walkKnown(domain, knowledge)?.organizationalDomain ?? domain;
}
