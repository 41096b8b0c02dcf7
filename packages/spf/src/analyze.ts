/**
 * What a domain's record comes to: which addresses pass, what an evaluation costs at most, and what is wrong or dangerous in it. Where a
 * check follows one client, the analysis follows all addresses at once: each term takes its addresses out of those that are left.
 *
 * Left out: names that depend on the message (`%{i}`, `%{s}`, ...) and `ptr`; they are reported, not guessed.
 * Read next: `address-set.ts`, `analysis.ts`.
 */
import type { Answer, QueryOptions, RecordType, Resolver } from '@mailwright/dns';
import { ALL_ADDRESSES, countAddresses, intersect, isEmptySet, listNetworks, networkOf, NO_ADDRESSES, subtract, unite, type AddressSet } from './address-set.ts';
import { SPF_FINDINGS, type SpfAnalysedRecord, type SpfAnalysedTerm, type SpfAnalysis, type SpfFinding, type SpfFindingCode } from './analysis.ts';
import { parseIp } from './ip.ts';
import { expandName, type MacroValues } from './macro-expand.ts';
import { isSpfRecord, parseSpfRecord } from './record-parse.ts';
import type { HostDirective, MacroString, SpfDirective, SpfModifier, SpfRecord } from './record.ts';
import { isCheckable, presentName, readCheckedDomain, readTargetName } from './target-name.ts';
import { joinStrings } from './txt.ts';

export interface AnalyzeSpfOptions {
  readonly domain: string;
  readonly resolver: Resolver;
  /** A record to analyse in place of the published one: what would it come to? */
  readonly record?: string | undefined;
  /** Queries in all. Default 200. */
  readonly queries?: number | undefined;
  /** Terms in all records together. Default 1,000. */
  readonly terms?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const QUERIES = 200;
const TERMS = 1_000;
const LOOKUPS = 10; // RFC 7208 4.6.4
const VOID_LOOKUPS = 2; // RFC 7208 4.6.4
const MX_NAMES = 10; // RFC 7208 4.6.4
const WIDE4 = 16; // shorter prefixes are more than anybody's own mail servers need
const WIDE6 = 32; // what a registry gives to a provider
const LONG_RECORD_OCTETS = 450; // RFC 7208 3.4

/**
 * Analyses the record of `domain`, and those that it names. Rejects with TypeError for a `domain` that is none, and with the signal's reason.
 * @rfc 7208 11.5
 * @rfc 7208 4.6.4
 */
export async function analyzeSpf(options: AnalyzeSpfOptions): Promise<SpfAnalysis> {
  const domain = readCheckedDomain(options.domain);
  if (domain === undefined) throw new TypeError(`not a domain name: ${JSON.stringify(options.domain)}`);
  return await new Analyzer(options, domain).analyze();
}

/** What is known of a domain's record. */
interface Surface {
  readonly record: SpfAnalysedRecord;
  readonly isReadable: boolean;
  /** What passes. */
  readonly passing: AddressSet;
}

type LinkTerm = SpfModifier | (SpfDirective & { readonly mechanism: 'include' });

class Analyzer {
  readonly #options: AnalyzeSpfOptions;
  readonly #domain: string;
  readonly #query: QueryOptions;
  readonly #findings: SpfFinding[] = [];
  /** By domain in lower case; `undefined` while the record is being read. */
  readonly #surfaces = new Map<string, Surface | undefined>();
  readonly #answers = new Map<string, Answer>();
  readonly #voidNames = new Set<string>();
  /** Records that stand in the tree already; a second time they would make it grow without bound. */
  readonly #told = new Set<SpfAnalysedRecord>();
  #queries = 0;
  #terms = 0;
  #isComplete = true;

  constructor(options: AnalyzeSpfOptions, domain: string) {
    this.#options = options;
    this.#domain = domain;
    this.#query = { signal: options.signal };
  }

  async analyze(): Promise<SpfAnalysis> {
    const surface = await this.#readSurface(this.#domain, this.#options.record);
    const { lookups } = surface.record;
    if (lookups > LOOKUPS) this.#find('too-many-lookups', this.#domain, undefined, String(lookups));
    if (this.#voidNames.size > VOID_LOOKUPS) this.#find('too-many-void-lookups', this.#domain, undefined, String(this.#voidNames.size));
    const { ip4, ip6 } = listNetworks(surface.passing);
    return {
      domain: this.#domain,
      record: surface.isReadable ? surface.record : undefined,
      authorized: { ip4, ip4Count: countAddresses(surface.passing.ip4), ip6, ip6Count: countAddresses(surface.passing.ip6) },
      isComplete: this.#isComplete,
      counters: { lookups, voidLookups: this.#voidNames.size, undecidedVoids: 0, queries: this.#queries },
      lookupsLeft: LOOKUPS - lookups,
      findings: this.#findings,
    };
  }

  #find(code: SpfFindingCode, domain: string, term: string | undefined, detail?: string): void {
    this.#findings.push({ code, level: SPF_FINDINGS.get(code)!.level, domain, term, detail });
    if (code === 'unanswered' || code === 'incomplete' || code === 'depends-on-message' || code === 'ptr') this.#isComplete = false;
  }

  /** One question; the same one is asked once. `undefined` when there were too many. */
  async #ask(name: string, type: RecordType): Promise<Answer | undefined> {
    const key = `${type} ${name.toLowerCase()}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    if (++this.#queries > (this.#options.queries ?? QUERIES)) return undefined;
    const answer: Answer = await this.#options.resolver.query(name, type, this.#query);
    this.#answers.set(key, answer);
    return answer;
  }

  async #readSurface(domain: string, proposed?: string): Promise<Surface> {
    const key = domain.toLowerCase();
    this.#surfaces.set(key, undefined);
    const text = proposed ?? (await this.#findRecord(domain));
    const surface = text === undefined ? unreadable(domain) : await this.#readRecord(domain, text);
    this.#surfaces.set(key, surface);
    return surface;
  }

  async #findRecord(domain: string): Promise<string | undefined> {
    const answer = await this.#ask(presentName(domain), 'TXT');
    if (answer === undefined || answer.status === 'temp' || answer.status === 'bogus') {
      this.#find(answer === undefined ? 'incomplete' : 'unanswered', domain, undefined);
      return undefined;
    }
    const texts = answer.records.flatMap((record) => (record.type === 'TXT' ? [joinStrings(record.strings)] : [])).filter(isSpfRecord);
    if (texts.length > 1) this.#find('several-records', domain, undefined, String(texts.length));
    else if (answer.status === 'nxdomain' && domain !== this.#domain) this.#find('dangling-name', domain, undefined, domain);
    else if (texts.length === 0) this.#find('no-record', domain, undefined);
    return texts.length === 1 ? texts[0] : undefined;
  }

  async #readRecord(domain: string, text: string): Promise<Surface> {
    const parsed = parseSpfRecord(text);
    if (!parsed.ok) {
      this.#find('syntax', domain, text.slice(parsed.at).split(' ', 1)[0], parsed.error);
      return unreadable(domain);
    }
    if (text.length > LONG_RECORD_OCTETS) this.#find('long-record', domain, undefined, String(text.length));
    for (const { name, value } of parsed.value.unknownModifiers) this.#find('unknown-modifier', domain, `${name}=${value}`);
    return await this.#walk(domain, parsed.value);
  }

  /** Each term takes its addresses out of those that are left. */
  async #walk(domain: string, record: SpfRecord): Promise<Surface> {
    const walk = new Walk();
    const all = record.directives.findIndex(({ mechanism }) => mechanism === 'all');
    const reached = all < 0 ? record.directives : record.directives.slice(0, all + 1);
    for (const directive of reached) {
      if (++this.#terms > (this.#options.terms ?? TERMS)) {
        this.#find('incomplete', domain, directive.text);
        break;
      }
      await this.#addTerm(walk, domain, directive);
    }
    for (const directive of record.directives.slice(reached.length)) this.#find('unreachable-term', domain, directive.text);
    if (record.redirect !== undefined) {
      if (all >= 0) this.#find('unused-redirect', domain, record.redirect.text);
      else await this.#addRedirect(walk, domain, record.redirect);
    } else if (all < 0) this.#find('open-end', domain, undefined);
    return { record: { domain, text: record.text, terms: walk.terms, lookups: walk.lookups }, isReadable: true, passing: unite(walk.passing) };
  }

  async #addTerm(walk: Walk, domain: string, directive: SpfDirective): Promise<void> {
    const link = directive.mechanism === 'include' ? await this.#followLink(domain, directive) : undefined;
    const matching = directive.mechanism === 'include' ? (link?.passing ?? NO_ADDRESSES) : await this.#addressesOf(domain, directive);
    const fresh = walk.take(directive.qualifier, matching);
    const isCounted = !['all', 'ip4', 'ip6'].includes(directive.mechanism);
    walk.lookups += (isCounted ? 1 : 0) + (link?.record.lookups ?? 0);
    walk.terms.push(describeTerm(directive.text, matching, fresh, this.#tell(link)));
    if (directive.mechanism === 'all') this.#judgeAll(domain, directive);
    else this.#judgeMatch(domain, directive, matching, fresh);
  }

  #judgeAll(domain: string, { qualifier, text }: SpfDirective): void {
    if (qualifier === '+') this.#find('passes-all', domain, text);
    if (qualifier === '?') this.#find('neutral-all', domain, text);
  }

  #judgeMatch(domain: string, directive: SpfDirective, matching: AddressSet, fresh: AddressSet): void {
    const isWide = matching.ip4.some(([first, last]) => last - first >= 2n ** BigInt(32 - WIDE4)) || matching.ip6.some(([first, last]) => last - first >= 2n ** BigInt(128 - WIDE6));
    if (isWide && directive.qualifier === '+' && directive.mechanism !== 'include') this.#find('wide-network', domain, directive.text);
    if (isEmptySet(matching)) return;
    if (isEmptySet(fresh)) this.#find('redundant-term', domain, directive.text);
    else if (!isEmptySet(subtract(matching, fresh))) this.#find('overlapping-term', domain, directive.text);
  }

  async #addRedirect(walk: Walk, domain: string, redirect: SpfModifier): Promise<void> {
    const link = await this.#followLink(domain, redirect);
    walk.lookups += 1 + (link?.record.lookups ?? 0);
    const matching = link?.passing ?? NO_ADDRESSES;
    walk.terms.push(describeTerm(redirect.text, matching, walk.take('+', matching), this.#tell(link)));
  }

  #tell(link: Surface | undefined): SpfAnalysedRecord | undefined {
    if (link === undefined || this.#told.has(link.record)) return undefined;
    this.#told.add(link.record);
    return link.record;
  }

  /** The record behind `include` or `redirect`, `undefined` where there is none. */
  async #followLink(domain: string, link: LinkTerm): Promise<Surface | undefined> {
    const target = this.#nameOf(domain, link.text, link.domain);
    if (target === undefined) return undefined;
    const key = target.toLowerCase();
    if (this.#surfaces.has(key) && this.#surfaces.get(key) === undefined) {
      this.#find('loop', domain, link.text);
      return undefined;
    }
    const surface = isCheckable(target) ? (this.#surfaces.get(key) ?? (await this.#readSurface(target))) : undefined;
    if (surface?.isReadable === true) return surface;
    this.#find('without-record', domain, link.text);
    return undefined;
  }

  /** The name of a term, `undefined` where it depends on the message. */
  #nameOf(domain: string, term: string, spec: MacroString | undefined): string | undefined {
    if (spec === undefined) return domain;
    const isKnown = spec.parts.every((part) => typeof part === 'string' || part.letter === 'd' || part.letter === 'o');
    if (isKnown) return readTargetName(expandName(spec, { ...UNKNOWN_VALUES, senderDomain: this.#domain }, domain, ''));
    this.#find('depends-on-message', domain, term);
    return undefined;
  }

  async #addressesOf(domain: string, directive: SpfDirective): Promise<AddressSet> {
    switch (directive.mechanism) {
      case 'all': return ALL_ADDRESSES;
      case 'ip4': return networkOf({ family: 4, value: directive.network }, directive.prefixLength);
      case 'ip6': return networkOf({ family: 6, groups: directive.network }, directive.prefixLength);
      case 'ptr': return this.#find('ptr', domain, directive.text), NO_ADDRESSES;
      case 'include': return NO_ADDRESSES;
      case 'exists': return await this.#existence(domain, directive.text, directive.domain);
      default: return await this.#hostAddresses(domain, directive);
    }
  }

  async #existence(domain: string, term: string, spec: MacroString): Promise<AddressSet> {
    const name = this.#nameOf(domain, term, spec);
    const answer = name === undefined ? undefined : await this.#lookUp(domain, term, presentName(name), 'A');
    if (answer?.status === 'nodata' || answer?.status === 'nxdomain') this.#noteVoid(domain, term, name!, answer.status);
    return answer?.status === 'ok' ? ALL_ADDRESSES : NO_ADDRESSES;
  }

  async #hostAddresses(domain: string, directive: HostDirective): Promise<AddressSet> {
    const name = this.#nameOf(domain, directive.text, directive.domain);
    if (name === undefined) return NO_ADDRESSES;
    const hosts = directive.mechanism === 'a' ? [presentName(name)] : await this.#exchanges(domain, directive.text, name);
    return unite([NO_ADDRESSES, ...(await Promise.all(hosts.map((host) => this.#addresses(domain, directive, host))))]);
  }

  async #exchanges(domain: string, term: string, name: string): Promise<string[]> {
    const answer = await this.#lookUp(domain, term, presentName(name), 'MX');
    if (answer?.status === 'nodata' || answer?.status === 'nxdomain') this.#noteVoid(domain, term, name, answer.status);
    const hosts = (answer?.records ?? []).flatMap((record) => (record.type === 'MX' && record.exchange !== '.' ? [record.exchange] : []));
    if (hosts.length > MX_NAMES) this.#find('too-many-mx-names', domain, term, String(hosts.length));
    return hosts.slice(0, MX_NAMES);
  }

  async #addresses(domain: string, { text, prefixLength4, prefixLength6 }: HostDirective, host: string): Promise<AddressSet> {
    const answers = await Promise.all([this.#lookUp(domain, text, host, 'A'), this.#lookUp(domain, text, host, 'AAAA')]);
    const [a, aaaa] = answers;
    if (answers.every((answer) => answer?.status === 'nodata' || answer?.status === 'nxdomain')) this.#noteVoid(domain, text, host, a!.status);
    const records = [...(a?.records ?? []), ...(aaaa?.records ?? [])];
    const networks = records.flatMap((record) => {
      const address = record.type === 'A' || record.type === 'AAAA' ? parseIp(record.address) : undefined;
      return address === undefined ? [] : [networkOf(address, address.family === 4 ? prefixLength4 : prefixLength6)];
    });
    return unite([NO_ADDRESSES, ...networks]);
  }

  async #lookUp(domain: string, term: string, name: string, type: RecordType): Promise<Answer | undefined> {
    const answer = await this.#ask(name, type);
    if (answer === undefined) this.#find('incomplete', domain, term);
    else if (answer.status === 'temp' || answer.status === 'bogus') this.#find('unanswered', domain, term, name);
    else return answer;
    return undefined;
  }

  #noteVoid(domain: string, term: string, name: string, status: Answer['status']): void {
    this.#voidNames.add(name.toLowerCase());
    this.#find(status === 'nxdomain' ? 'dangling-name' : 'void-name', domain, term, name);
  }
}

/** What the letters of a message stand for; only `%{d}` and `%{o}` are used. */
const UNKNOWN_VALUES: MacroValues = { ip: { family: 4, value: 0 }, localPart: '', senderDomain: '', helo: '', receiver: '', now: 0 };

function unreadable(domain: string): Surface {
  return { record: { domain, text: undefined, terms: [], lookups: 0 }, isReadable: false, passing: NO_ADDRESSES };
}

/** One record's walk: what is left, and what passed. */
class Walk {
  readonly terms: SpfAnalysedTerm[] = [];
  readonly passing: AddressSet[] = [NO_ADDRESSES];
  lookups = 0;
  #left: AddressSet = ALL_ADDRESSES;

  /** Takes the addresses out; gives those that were still there. */
  take(qualifier: string, matching: AddressSet): AddressSet {
    const fresh = intersect(matching, this.#left);
    this.#left = subtract(this.#left, matching);
    if (qualifier === '+') this.passing.push(fresh);
    return fresh;
  }
}

function describeTerm(term: string, matching: AddressSet, fresh: AddressSet, record: SpfAnalysedRecord | undefined): SpfAnalysedTerm {
  return {
    term,
    ip4Count: countAddresses(matching.ip4),
    ip6Count: countAddresses(matching.ip6),
    newIp4Count: countAddresses(fresh.ip4),
    newIp6Count: countAddresses(fresh.ip6),
    record,
  };
}
