/**
 * Which hosts take the mail of a domain: RFC 5321 section 5.1 with the null MX of RFC 7505, as a decision with its reasons.
 *
 * Left out: the addresses of the hosts, and dropping oneself from the list (a relay's own business, same section).
 */
import type { Random } from '@mailwright/wire';
import { formatName, parseName } from './names.ts';
import type { MxRecord } from './records.ts';
import type { Answer, QueryOptions, Resolver } from './resolver.ts';
import { sortMx } from './sort-mx.ts';
import { systemRandom } from './system.ts';

/**
 * `hosts`: the domain names hosts. `implicit`: it names none, so it is its own host. `null-mx`: it takes no mail (refuse with
 * 556 5.1.10, do not retry). `nxdomain`: there is no such domain (550 5.1.2). `temp`, `bogus`: nobody can say now; never take the
 * domain itself for its host then.
 */
export type MailHostsDecision = 'hosts' | 'implicit' | 'null-mx' | 'nxdomain' | 'temp' | 'bogus';

export interface MailHost {
  readonly preference: number;
  readonly exchange: string;
}

/** One step on the way to the decision. */
export interface MailHostsStep {
  readonly rfc: number;
  readonly section: string;
  readonly text: string;
}

export interface MailHosts {
  readonly decision: MailHostsDecision;
  /** In the order in which to try them; one at least for `hosts` and `implicit`, none otherwise. */
  readonly hosts: readonly MailHost[];
  /** DNSSEC vouches for the answer: what DANE needs (RFC 7672 section 2.2.1). */
  readonly secure: boolean;
  /** Seconds for which the decision holds; `undefined` when nobody told. */
  readonly ttl: number | undefined;
  /** The end of the chain of aliases of the domain, as far as the resolver told. */
  readonly canonicalName: string | undefined;
  /** As in the answer: why `temp` or `bogus`. */
  readonly reason: string | undefined;
  readonly trace: readonly MailHostsStep[];
}

export interface MailHostsOptions extends QueryOptions {
  /** Orders hosts of the same preference. Default the machine's. */
  readonly random?: Random | undefined;
}

/**
 * Asks for the hosts that take the mail of `domain` (a name, not an address literal). Rejects only when `signal` aborts.
 * @rfc 5321 5.1
 * @rfc 7505 3
 */
export async function mailHosts(resolver: Resolver, domain: string, options: MailHostsOptions = {}): Promise<MailHosts> {
  const answer = await resolver.query(domain, 'MX', { signal: options.signal, deadline: options.deadline });
  const { decision, hosts, trace } = decideMailHosts(answer, spell(domain), options.random ?? systemRandom);
  const { secure, ttl, canonicalName, reason } = answer;
  return { decision, hosts, secure, ttl, canonicalName, reason, trace };
}

interface Decided {
  readonly decision: MailHostsDecision;
  readonly hosts: readonly MailHost[];
  readonly trace: readonly MailHostsStep[];
}

/** The decision on an answer that is there already: pure but for the draw among equals. */
function decideMailHosts(answer: Answer<'MX'>, domain: string, random: Random): Decided {
  switch (answer.status) {
    case 'ok':
      return decideRecords(answer.records, random);
    case 'nodata': {
      const exchange = answer.canonicalName ?? domain;
      const trace = [step(5321, '5.1', `no MX records: ${exchange} itself is the host`)];
      return { decision: 'implicit', hosts: [{ preference: 0, exchange }], trace };
    }
    case 'nxdomain':
      return { decision: 'nxdomain', hosts: [], trace: [step(5321, '5.1', `the domain ${domain} does not exist`)] };
    case 'temp':
      return { decision: 'temp', hosts: [], trace: [step(5321, '5.1', `no answer (${answer.reason ?? 'unknown'}): queue and try later`)] };
    case 'bogus':
      return { decision: 'bogus', hosts: [], trace: [step(4035, '5.5', `the answer fails DNSSEC validation (${answer.reason ?? 'unknown'})`)] };
  }
}

function decideRecords(records: readonly MxRecord[], random: Random): Decided {
  const named = records.filter((record) => record.exchange !== '.');
  if (named.length === 0) return { decision: 'null-mx', hosts: [], trace: [step(7505, '3', 'a null MX: the domain takes no mail')] };
  const hosts = sortMx(named, random).map(({ preference, exchange }) => ({ preference, exchange }));
  const trace = [step(5321, '5.1', `${hosts.length} MX ${hosts.length === 1 ? 'record' : 'records'}, tried by preference, equals in random order`)];
  if (named.length < records.length) trace.unshift(step(7505, '3', 'a null MX beside others is a mistake and left out'));
  return { decision: 'hosts', hosts, trace };
}

/** The domain without a control or a blank in it: it goes into hosts and into sentences. */
function spell(domain: string): string {
  const labels = parseName(domain);
  return labels === undefined ? JSON.stringify(domain) : formatName(labels);
}

function step(rfc: number, section: string, text: string): MailHostsStep {
  return { rfc, section, text };
}
