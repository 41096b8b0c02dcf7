/**
 * The DNS Tree Walk (RFC 9989 section 4.10): from a domain up to its top-level domain, looking for records, and what follows from them: the Organizational
 * Domain.
 *
 * Eight queries at most: a domain of more labels goes from itself to its last seven at once.
 *
 * Read next: `evaluate.ts`.
 */
import type { QueryOptions, Resolver } from '@mailwright/dns';
import { countLabels, isWithin, lastLabels, readDomain } from './domain.ts';
import { Knowledge } from './lookup.ts';
import type { DmarcCache, RecordLookup } from './lookup.ts';

/** Where a walk went and what it found. */
export interface TreeWalk {
  /** Where it began. */
  readonly domain: string;
  /** In the order in which they were looked at. */
  readonly lookups: readonly RecordLookup[];
  /** `undefined` where the DNS did not say enough: `lookups` ends with one that is `temp`. */
  readonly organizationalDomain: string | undefined;
  /** The Public Suffix Domain above, where a record says psd=y. */
  readonly publicSuffixDomain: string | undefined;
}

const MOST_LABELS = 7; // RFC 9989 4.10 step 4

/** The names of a walk, from the domain up: 8 at most. @rfc 9989 4.10 */
export function walkNames(domain: string): readonly string[] {
  const names = [domain];
  const labels = countLabels(domain);
  for (let count = Math.min(labels - 1, MOST_LABELS); count > 0; count--) names.push(lastLabels(domain, count));
  return names;
}

/**
 * The walk, as far as it is known; `undefined` where the next name has to be asked for first.
 *
 * @rfc 9989 4.10
 */
export function walkKnown(domain: string, knowledge: Knowledge): TreeWalk | undefined {
  const kept = knowledge.walkFrom(domain);
  if (kept !== undefined) return kept;
  const walk = walkOn(domain, knowledge);
  if (walk !== undefined) knowledge.keepWalk(walk);
  return walk;
}

function walkOn(domain: string, knowledge: Knowledge): TreeWalk | undefined {
  const lookups: RecordLookup[] = [];
  for (const name of walkNames(domain)) {
    const lookup = knowledge.record(name);
    if (lookup === undefined) return undefined;
    lookups.push(lookup);
    if (lookup.outcome === 'temp') return { domain, lookups, organizationalDomain: undefined, publicSuffixDomain: undefined };
    if (lookup.psd !== 'u') break;
  }
  return chooseOrganizational(domain, lookups);
}

/**
 * psd=n is the Organizational Domain itself; psd=y stands above it, unless the walk began there; else it is the one with a record that has the fewest labels.
 * Without any record: where the walk began. Records without policy are no valid ones and don't count, but for their psd tag: the walk ended there.
 *
 * @rfc 9989 4.10.2
 */
function chooseOrganizational(domain: string, lookups: readonly RecordLookup[]): TreeWalk {
  const found = lookups.filter(({ outcome, psd }) => outcome === 'record' || psd !== 'u');
  const last = found.at(-1); // what ends a walk is the last; what does not has psd=u
  if (last?.psd === 'y' && last.domain !== domain) {
    return { domain, lookups, organizationalDomain: lastLabels(domain, countLabels(last.domain) + 1), publicSuffixDomain: last.domain };
  }
  return { domain, lookups, organizationalDomain: last?.domain ?? domain, publicSuffixDomain: undefined };
}

/** How a walk is made. */
export interface WalkOptions extends QueryOptions {
  readonly resolver: Resolver;
  /** Answers of earlier walks. Default none. */
  readonly cache?: DmarcCache | undefined;
}

/**
 * Walks from `domain` up.
 *
 * Errors: TypeError for what is no domain. Rejects when `signal` aborts; never for an outcome of the DNS.
 * @rfc 9989 4.10
 */
export async function walkTree(domain: string, { resolver, cache, signal, deadline }: WalkOptions): Promise<TreeWalk> {
  const start = readDomain(domain);
  if (start === undefined) throw new TypeError(`not a domain: ${JSON.stringify(domain)}`);
  const knowledge = new Knowledge(cache);
  for (;;) {
    const walk = walkKnown(start, knowledge);
    if (walk !== undefined) return walk;
    await knowledge.ask(resolver, { signal, deadline });
  }
}

/**
 * Whether two domains have one Organizational Domain, by walks that are known; `undefined` where a name has to be asked for first, `temp` where the DNS did not
 * say. What lies outside of the author's Organizational Domain can't have the same, so no walk is made for it.
 *
 * @rfc 9989 4.10.2
 */
export function alignKnown(author: string, identifier: string, knowledge: Knowledge): boolean | 'temp' | undefined {
  if (author === identifier) return true;
  if (lastLabels(author, 1) !== lastLabels(identifier, 1)) return false;
  const own = walkKnown(author, knowledge);
  if (own === undefined) return undefined;
  if (own.organizationalDomain === undefined) return 'temp';
  if (!isWithin(identifier, own.organizationalDomain)) return false;
  const other = walkKnown(identifier, knowledge);
  if (other === undefined) return undefined;
  return other.organizationalDomain === undefined ? 'temp' : other.organizationalDomain === own.organizationalDomain;
}
