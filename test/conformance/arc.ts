/**
 * The cases about ARC: ValiMail's suite for validators. Messages are sent with CRLF; the keys come from a zone in memory.
 *
 * `cv` is `Pass`, `Fail` or `None`. It is empty where a set may not be added any more, since a seal of the chain says `cv=fail`: by RFC
 * 8617 section 5.2 (steps 2 and 3) that is a chain that has failed.
 *
 * A case that we hold to be wrong stands in `arc-deviations.ts` with its reason and with what we stand for, and that is checked instead;
 * the same rows are in docs/conformance.md.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateArc } from '@mailwright/arc';
import { inMemoryZone } from '@mailwright/dns';
import { encodeUtf8 } from '@mailwright/wire';
import { DEVIATIONS } from './arc-deviations.ts';
import type { CaseFailure, ConformanceSuite, SuiteResult } from './suite.ts';

const SUITE = 'arc/arc-draft-validation-tests';
/** The seals are of January 2017 (`t=12345`, no `x=`): any time will do. */
const NOW = Date.UTC(2017, 0, 6);

interface Scenario {
  readonly 'txt-records': Readonly<Record<string, string>>;
  readonly tests: Readonly<Record<string, { readonly message: string; readonly cv: 'Pass' | 'Fail' | 'None' | '' }>>;
}

const EXPECTED = { Pass: 'pass', Fail: 'fail', None: 'none', '': 'fail' } as const;

async function run(folder: string): Promise<SuiteResult> {
  const { scenarios } = JSON.parse(readFileSync(join(folder, `${SUITE}.json`), 'utf8')) as { scenarios: readonly Scenario[] };
  const deviations = new Map(DEVIATIONS.map((deviation) => [deviation.id, deviation]));
  const failures: CaseFailure[] = [];
  let cases = 0;
  for (const { 'txt-records': records, tests } of scenarios) {
    const resolver = inMemoryZone(Object.fromEntries(Object.entries(records).map(([name, text]) => [name, { TXT: text }])));
    for (const [id, { message, cv }] of Object.entries(tests)) {
      cases++;
      const expected = deviations.get(id)?.expected ?? EXPECTED[cv];
      deviations.delete(id);
      const { result, reason, trace } = await validateArc(encodeUtf8(message.replace(/\r?\n/g, '\r\n')), { resolver, now: NOW });
      if (result !== expected) failures.push({ id, expected, actual: { result, reason, trace: trace.map(({ text }) => text) } });
    }
  }
  for (const id of deviations.keys()) failures.push({ id, expected: 'a case of this id', actual: 'a deviation without case' });
  return { suite: SUITE, passed: cases - failures.filter(({ id }) => !deviations.has(id)).length, failed: failures.length, skipped: 0, failures };
}

export const suites: readonly ConformanceSuite[] = [{ suite: SUITE, run }];
