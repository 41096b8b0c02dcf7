/**
 * Our SPF verdicts held against those of pyspf and Mail::SPF, over generated records. All three ask the same DNS server of ours on loopback.
 *
 * Read next: `spf-cases.ts` for what is generated.
 */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { createStubResolver, startDnsServer } from '@mailwright/dns';
import { checkSpf } from '@mailwright/spf';
import { PYTHON } from './programs.ts';
import { makeSpfCases, makeSpfZone } from './spf-cases.ts';
import type { SpfResult } from '@mailwright/spf';
import type { Scenario, ScenarioContext } from './scenario.ts';
import type { SpfCase } from './spf-cases.ts';

const SEED = 1;
const CASES = 800;

/** A program that checks. */
interface Peer {
  readonly name: 'pyspf' | 'Mail::SPF';
  readonly command: string;
  readonly script: string;
}

const PEERS: readonly Peer[] = [
  { name: 'pyspf', command: PYTHON, script: fileURLToPath(new URL('python/spf-checks.py', import.meta.url)) },
  { name: 'Mail::SPF', command: 'perl', script: fileURLToPath(new URL('perl/spf-checks.pl', import.meta.url)) },
];

/** What is known of a case where a peer says something else. */
interface Disagreement {
  readonly spfCase: SpfCase;
  readonly ours: SpfResult;
  /** Ours with `voidCounting: 'query'`. */
  readonly byQuery: SpfResult;
  readonly theirs: string;
  /** What the other peer says. */
  readonly others: string;
  /** The term that ours stopped at; `''` where there is none. */
  readonly term: string;
}

/** Why verdicts differ. Every disagreement has to fit one, and every one has to be met. */
interface Difference {
  readonly peer: Peer['name'];
  readonly whose: 'theirs' | 'ours';
  readonly reason: string;
  fits(disagreement: Disagreement): boolean;
}

const stoppedBy = ({ ours, others }: Disagreement, code: string): boolean => ours.problem?.code === code && others === 'permerror';
const names = ({ spfCase }: Disagreement, pattern: RegExp): boolean => spfCase.records.some((record) => pattern.test(record));
/** Theirs runs into a limit, ours comes to a verdict of the domain, or to a server that fails. */
const onlyTheirLimit = ({ ours, theirs }: Disagreement): boolean => ours.result !== 'permerror' && theirs === 'permerror';
/** Whether a client with an IPv4 address gets what an ip6 term of its domain says that covers IPv4-mapped addresses. */
function matchesMapped({ spfCase, theirs }: Disagreement): boolean {
  const [, qualifier = ''] = /(?:^| )([-+~?]?)ip6:::(?:ffff|\/0)/.exec(spfCase.records[0] ?? '') ?? [];
  const verdicts: Readonly<Record<string, string>> = { '': 'pass', '+': 'pass', '-': 'fail', '~': 'softfail', '?': 'neutral' };
  return !spfCase.ip.startsWith('2001:') && (spfCase.records[0] ?? '').includes('ip6:::') && theirs === verdicts[qualifier];
}

/** The HELO name of some cases, and the domain of others, is such an alias or leads to one. */
const ALIAS = /dangling|%\{[hd]2?\}/;

const DIFFERENCES: readonly Difference[] = [
  { peer: 'Mail::SPF', whose: 'theirs', reason: 'takes the first ten hosts of an mx, as RFC 4408 said; more are permerror by RFC 7208 4.6.4', fits: (each) => stoppedBy(each, 'too-many-mx-names') },
  { peer: 'Mail::SPF', whose: 'theirs', reason: 'an alias that leads nowhere is no void lookup, since its answer has a CNAME; RFC 7208 4.6.4 counts answers without what was asked for', fits: (each) => stoppedBy(each, 'too-many-void-lookups') && names(each, ALIAS) },
  { peer: 'Mail::SPF', whose: 'theirs', reason: 'sees that a macro is none when it comes to the term; a syntax error anywhere is permerror before any term by RFC 7208 4.6', fits: ({ ours, term }) => ours.problem?.code === 'syntax' && term.includes('%') },
  { peer: 'Mail::SPF', whose: 'theirs', reason: 'ip6 matches clients with IPv4 addresses as if they were IPv4-mapped; by RFC 7208 5 it is of the other family', fits: matchesMapped },
  { peer: 'pyspf', whose: 'theirs', reason: 'takes %{d0}; RFC 7208 7.3 wants a number that is not zero', fits: ({ ours, term }) => ours.problem?.code === 'syntax' && term.includes('%{d0}') },
  { peer: 'pyspf', whose: 'theirs', reason: 'takes a macro without its end in a modifier that it does not know; by RFC 7208 12 the value is a macro-string', fits: ({ ours, others, term }) => ours.problem?.code === 'syntax' && others === 'permerror' && /^[a-z][\w.-]*=.*%\{[^}]*$/.test(term) },
  { peer: 'pyspf', whose: 'theirs', reason: 'counts an alias that leads nowhere as two void lookups, one for each name', fits: (each) => onlyTheirLimit(each) && each.ours.result === each.others && names(each, ALIAS) },
  { peer: 'pyspf', whose: 'theirs', reason: 'wants a modifier that it does not know once at most; RFC 7208 6 says so of exp and redirect alone', fits: (each) => onlyTheirLimit(each) && names(each, /( moo=\S*).*\1/) },
  ...PEERS.flatMap(({ name }): readonly Difference[] => [
    {
      peer: name, whose: 'ours', reason: 'every empty answer is a void lookup to them, to us a name without any address; RFC 7208 4.6.4 has both readings, and `voidCounting: \'query\'` is theirs',
      fits: ({ ours, byQuery, theirs }) => ours.result !== 'permerror' && byQuery.problem?.code === 'too-many-void-lookups' && theirs === byQuery.result,
    },
    {
      peer: name, whose: 'ours', reason: 'names that the client\'s PTR records bring up are void lookups to them; to us only names of the record are, since RFC 7208 4.6.4 counts terms, and 5.5 has a limit of its own',
      fits: (each) => onlyTheirLimit(each) && names(each, /ptr|%\{p/),
    },
    {
      peer: name, whose: 'theirs', reason: 'counts a redirect that is not followed; RFC 7208 4.6.4 counts what is evaluated, and 5.1 ignores a redirect beside all',
      fits: (each) => onlyTheirLimit(each) && names(each, /redirect=/) && each.ours.counters.lookups === 10,
    },
  ]),
];

async function askPeer(context: ScenarioContext, { name, command, script }: Peer, port: number, cases: readonly SpfCase[]): Promise<readonly string[]> {
  const checks = cases.map(({ ip, sender, helo }) => [ip, sender, helo]);
  const { status, stdout, stderr } = await context.run(command, [script], { input: JSON.stringify({ port, checks }) });
  assert.equal(status, 0, `${name}: ${stderr}`);
  return JSON.parse(stdout) as string[];
}

/** Checks all cases three times over the network, and explains what differs. */
async function compareVerdicts(context: ScenarioContext): Promise<void> {
  const cases = makeSpfCases(SEED, CASES);
  const server = await startDnsServer({ zone: makeSpfZone(cases) });
  context.defer(() => server.close());
  const resolver = createStubResolver({ servers: [{ address: '127.0.0.1', port: server.port }] });
  context.defer(() => resolver.close());
  const verdicts = await Promise.all(PEERS.map((peer) => askPeer(context, peer, server.port, cases)));
  const unexplained: string[] = [];
  const met = new Set<Difference>();
  const results = new Set<string>();
  for (const [index, spfCase] of cases.entries()) {
    const ours = await checkSpf({ ...spfCase, resolver });
    const byQuery = await checkSpf({ ...spfCase, resolver, voidCounting: 'query' });
    results.add(ours.result);
    for (const [which, peer] of PEERS.entries()) {
      const theirs = verdicts[which]![index]!;
      if (theirs === ours.result) continue;
      const disagreement = { spfCase, ours, byQuery, theirs, others: verdicts[1 - which]![index]!, term: ours.problem?.term ?? '' };
      const difference = DIFFERENCES.find((each) => each.peer === peer.name && each.fits(disagreement));
      if (difference !== undefined) met.add(difference);
      else unexplained.push(`${peer.name} ${theirs}, the other ${disagreement.others}, ours ${ours.result} ${ours.problem?.code ?? ''} ${disagreement.term}: ${JSON.stringify(spfCase)}`);
    }
  }
  assert.deepEqual(unexplained, []);
  assert.deepEqual(DIFFERENCES.filter((each) => !met.has(each)).map(({ peer, reason }) => `${peer}: ${reason}`), [], 'differences that were not met');
  assert.deepEqual([...results].sort(), ['fail', 'neutral', 'none', 'pass', 'permerror', 'softfail', 'temperror']);
}

export const scenarios: readonly Scenario[] = [
  {
    name: `our SPF verdicts = those of pyspf and Mail::SPF: ${CASES} generated records, every difference explained`,
    needs: ['python3:spf', 'python3:dns.resolver', 'perl:Mail::SPF', 'perl:Net::DNS'],
    timeoutMs: 60_000,
    run: compareVerdicts,
  },
];
