/**
 * DMARC for one message (RFC 9989 section 5.3): asks the resolver for what `evaluate.ts` needs, until there is a verdict.
 */
import type { MethodResult, TraceStep } from '@mailwright/authres';
import type { QueryOptions, Resolver } from '@mailwright/dns';
import type { HeaderSection } from '@mailwright/mime';
import { extractAuthor } from './author.ts';
import type { AuthorVerdict } from './author.ts';
import { evaluate } from './evaluate.ts';
import type { DmarcFacts, Evaluation } from './evaluate.ts';
import { explainVerdict, toMethodResult } from './explain.ts';
import { Knowledge } from './lookup.ts';
import type { DmarcCache } from './lookup.ts';
import type { PublicSuffixList } from './public-suffix-list.ts';
import type { DkimIdentifier, DmarcResult, SpfIdentifier } from './result.ts';

/** What a check needs. */
export interface DmarcOptions extends QueryOptions {
  /** The header section, or what `extractAuthor` made of it. */
  readonly from: HeaderSection | AuthorVerdict;
  /** What SPF found of the MAIL FROM identity; `undefined` where nothing was checked. */
  readonly spf?: SpfIdentifier | undefined;
  /** What DKIM found, a result for each signature; the first 16 count. */
  readonly dkim?: readonly DkimIdentifier[] | undefined;
  readonly resolver: Resolver;
  /** Answers for the next messages. With what it knows a check takes no query and no wait. */
  readonly cache?: DmarcCache | undefined;
  /** Determines Organizational Domains by a list (RFC 7489) instead of tree walks. psd tags mean nothing then. */
  readonly publicSuffixes?: PublicSuffixList | undefined;
}

/**
 * Checks a message.
 *
 * Outcomes of the DNS, of SPF and of DKIM are results, never exceptions; a message whose author is not one domain for all readers is `permerror`, and should not
 * be let in. Rejects when `signal` aborts.
 *
 * Measured (Node 20.20, one identifier that aligns, answers in the cache): 0.7 us, 2.9 with the trace; reading From is 1.3 of its own.
 * @rfc 9989 5.3
 */
export async function checkDmarc(options: DmarcOptions): Promise<DmarcResult> {
  const { from, spf, dkim = [], publicSuffixes, cache, resolver } = options;
  const author = 'problems' in from ? from : extractAuthor(from);
  const input: Evaluation = { author, spf, dkim, publicSuffixes };
  const knowledge = new Knowledge(cache);
  let facts = evaluate(input, knowledge);
  while (facts === undefined) {
    await knowledge.ask(resolver, { signal: options.signal, deadline: options.deadline });
    facts = evaluate(input, knowledge);
  }
  return new Verdict(facts, knowledge.queries);
}

/** A verdict whose explanation is made when somebody asks for it: that costs more than the check. */
class Verdict implements DmarcResult {
  readonly result: DmarcResult['result'];
  readonly reason: DmarcResult['reason'];
  readonly author: AuthorVerdict;
  readonly disposition: DmarcResult['disposition'];
  readonly policy: DmarcResult['policy'];
  readonly policyTag: DmarcResult['policyTag'];
  readonly appliedPolicy: DmarcResult['appliedPolicy'];
  readonly policyDomain: DmarcResult['policyDomain'];
  readonly policySource: DmarcResult['policySource'];
  readonly record: DmarcResult['record'];
  readonly organizationalDomain: DmarcResult['organizationalDomain'];
  readonly discoveryMethod: DmarcResult['discoveryMethod'];
  readonly spf: DmarcResult['spf'];
  readonly dkim: DmarcResult['dkim'];
  readonly lookups: DmarcResult['lookups'];
  readonly walks: DmarcResult['walks'];
  readonly queries: number;
  #trace: readonly TraceStep[] | undefined = undefined;

  constructor(facts: DmarcFacts, queries: number) {
    this.result = facts.result;
    this.reason = facts.reason;
    this.author = facts.author;
    this.disposition = facts.disposition;
    this.policy = facts.policy;
    this.policyTag = facts.policyTag;
    this.appliedPolicy = facts.appliedPolicy;
    this.policyDomain = facts.policyDomain;
    this.policySource = facts.policySource;
    this.record = facts.record;
    this.organizationalDomain = facts.organizationalDomain;
    this.discoveryMethod = facts.discoveryMethod;
    this.spf = facts.spf;
    this.dkim = facts.dkim;
    this.lookups = facts.lookups;
    this.walks = facts.walks;
    this.queries = queries;
  }

  get trace(): readonly TraceStep[] {
    return (this.#trace ??= explainVerdict(this));
  }

  toMethodResult(): MethodResult {
    return toMethodResult(this);
  }

  /** With the trace, which JSON would leave out. */
  toJSON(): object {
    return { ...this, trace: this.trace };
  }
}
