/**
 * The suite of RFC 7208: 203 cases about `check_host()`, run through `checkSpf`. Each has its own small DNS, made from the scenario's
 * `zonedata`:
 *
 * - Records of type SPF (99) are gone since RFC 7208; the suite keeps most policies under that type. They answer TXT unless the name has
 *   a TXT entry of its own. `TXT: NONE` is such an entry without a record.
 * - `TIMEOUT` lets every query fail for which the name has no entry. Type 99 is never asked, so the case `spftimeout`, where only that
 *   type times out, holds because the TXT record answers: what RFC 7208 section 3.1 wants.
 *
 * A result list means any of them. An explanation `DEFAULT` stands for the receiver's own text: there is none of the domain.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inMemoryZone } from '@mailwright/dns';
import type { Answer, RecordType, Resolver, ZoneNode } from '@mailwright/dns';
import { checkSpf } from '@mailwright/spf';
import type { CaseFailure, ConformanceSuite } from './suite.ts';

type Entry = 'TIMEOUT' | Readonly<Record<string, string | readonly (string | number)[]>>;

interface SpfTest {
  readonly helo: string;
  readonly host: string;
  readonly mailfrom: string;
  readonly result: string | readonly string[];
  readonly explanation?: string;
}

interface Scenario {
  readonly description: string;
  readonly tests: Readonly<Record<string, SpfTest>>;
  readonly zonedata: Readonly<Record<string, readonly Entry[]>>;
}

const TYPES: readonly RecordType[] = ['TXT', 'A', 'AAAA', 'MX', 'PTR', 'CNAME'];
const TIMED_OUT: Answer<never> = { status: 'temp', records: [], ttl: undefined, secure: false, source: 'suite', canonicalName: undefined, reason: 'TIMEOUT' };

/** A TXT record's strings; `NONE` means that there is no record, and a list is one record of several strings. */
function readStrings(value: string | readonly (string | number)[]): string[] {
  return value === 'NONE' ? [] : [typeof value === 'string' ? value : value.join('')];
}

/** The data of the entries of one type, as zone text. */
function readData(entries: readonly Entry[], type: RecordType): string[] {
  const values = (of: string): (string | readonly (string | number)[])[] => entries.flatMap((entry) => (typeof entry === 'object' && of in entry ? [entry[of]!] : []));
  if (type !== 'TXT') return values(type).map((value) => (typeof value === 'string' ? value : `${value[0]} ${value[1] === '' ? '.' : value[1]}`));
  const texts = values('TXT');
  return (texts.length > 0 ? texts : values('SPF')).flatMap(readStrings);
}

/** Presentation form: the suite writes the octets of a name plainly. */
const presentName = (name: string): string => name.replaceAll('\\', '\\\\');

function makeResolver(zonedata: Scenario['zonedata']): Resolver {
  const zone = inMemoryZone({});
  const timeouts = new Map<string, ReadonlySet<RecordType>>();
  for (const [name, entries] of Object.entries(zonedata)) {
    const present = TYPES.map((type) => [type, readData(entries, type)] as const).filter(([, data]) => data.length > 0);
    zone.set(presentName(name), Object.fromEntries(present) as ZoneNode);
    if (entries.includes('TIMEOUT')) timeouts.set(name.toLowerCase(), new Set(present.map(([type]) => type)));
  }
  return {
    async query(name, type, options) {
      const answers = timeouts.get(name.toLowerCase());
      return answers === undefined || answers.has(type) ? zone.query(name, type, options) : TIMED_OUT;
    },
  };
}

/** What came out, in the words of the case: the result, and where the case speaks of it the explanation. */
async function runCase({ helo, host, mailfrom, explanation }: SpfTest, resolver: Resolver): Promise<string> {
  const checked = await checkSpf({ ip: host, helo, sender: mailfrom, resolver, explanation: explanation !== undefined });
  return explanation === undefined ? checked.result : `${checked.result}: ${checked.explanation ?? 'DEFAULT'}`;
}

async function runScenario({ description, tests, zonedata }: Scenario, failures: CaseFailure[]): Promise<number> {
  for (const [id, test] of Object.entries(tests)) {
    const results = typeof test.result === 'string' ? [test.result] : test.result;
    const expected = test.explanation === undefined ? results : results.map((result) => `${result}: ${test.explanation}`);
    const actual = await runCase(test, makeResolver(zonedata));
    if (!expected.includes(actual)) failures.push({ id: `${description}/${id}`, expected, actual });
  }
  return Object.keys(tests).length;
}

const rfc7208: ConformanceSuite = {
  suite: 'spf/rfc7208',
  async run(folder) {
    const { scenarios } = JSON.parse(readFileSync(join(folder, 'spf', 'rfc7208-tests.json'), 'utf8')) as { scenarios: readonly Scenario[] };
    const failures: CaseFailure[] = [];
    let cases = 0;
    for (const scenario of scenarios) cases += await runScenario(scenario, failures);
    return { suite: 'spf/rfc7208', passed: cases - failures.length, failed: failures.length, skipped: 0, failures };
  },
};

export const suites: readonly ConformanceSuite[] = [rfc7208];
