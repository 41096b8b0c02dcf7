/**
 * `pnpm conformance [SUITE...] [--json]`: runs the public cases in `../shared/conformance` beside the repository, or in
 * `$MAILWRIGHT_CONFORMANCE`. Without that folder it says so in one line and succeeds.
 *
 * A SUITE is an area (`smtp`) or the beginning of a suite's name (`smtp-smuggling`). `--json` prints an array of
 * `{suite, passed, failed, skipped, failures: [{id, expected, actual}]}` and nothing else. The exit code is 1 when a case failed.
 *
 * Read next: `suite.ts`, then one of the areas.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConformanceSuite, SuiteResult } from './suite.ts';

/** The files that bring suites; each exports one or more `ConformanceSuite` or lists of them. */
const FILES = [
  'address.ts', 'smtp.ts', 'smtp-machines.ts',
  'mime-reference.ts', 'mime-structure.ts', 'mime-mime4j.ts', 'mime-postal.ts', 'mime-fields.ts', 'mime-round-trip.ts',
  'imap.ts', 'imap-imapflow.ts', 'imap-imapflow-values.ts', 'imap-imapflow-search.ts', 'imap-mailkit.ts', 'imap-quirks.ts', 'imaptest.ts', 'pop3.ts',
  'spf.ts', 'dkim.ts', 'arc.ts', 'dmarc.ts', 'auth-results.ts',
];

const FAILURES_SHOWN = 20;

/** The suites that the file exports, under whatever names. */
export function suitesOf(exported: object): ConformanceSuite[] {
  return Object.values(exported).flat().filter(isSuite);
}

function isSuite(value: unknown): value is ConformanceSuite {
  return typeof value === 'object' && value !== null && 'suite' in value && typeof value.suite === 'string' && 'run' in value && typeof value.run === 'function';
}

/** Whether `wanted` (areas or beginnings of names; none means all) asks for `suite`. */
export function isWanted(suite: string, wanted: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((name) => suite.startsWith(name));
}

/** Runs one suite; what it throws is a failure of its own, so that one broken suite does not hide the others. */
export async function runSuite({ suite, run }: ConformanceSuite, folder: string): Promise<SuiteResult> {
  try {
    const { passed, failed, skipped, failures } = await run(folder);
    return { suite, passed, failed, skipped, failures };
  } catch (error) {
    const actual = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { suite, passed: 0, failed: 1, skipped: 0, failures: [{ id: 'the suite itself', expected: 'to run', actual }] };
  }
}

/** A table of the results and the failures below it, as text. */
export function renderResults(results: readonly SuiteResult[]): string {
  const width = Math.max(5, ...results.map(({ suite }) => suite.length));
  const row = (cells: readonly (string | number)[]): string => `${String(cells[0]).padEnd(width)}  ${cells.slice(1).map((cell) => String(cell).padStart(7)).join('  ')}`;
  const lines = [row(['suite', 'passed', 'failed', 'skipped']), ...results.map(({ suite, passed, failed, skipped }) => row([suite, passed, failed, skipped]))];
  for (const { suite, failures } of results) {
    for (const { id, expected, actual } of failures.slice(0, FAILURES_SHOWN)) lines.push(`\n${suite}: ${id}`, `  expected ${show(expected)}`, `  got      ${show(actual)}`);
    if (failures.length > FAILURES_SHOWN) lines.push(`\n${suite}: ${failures.length - FAILURES_SHOWN} failures more; --json lists all`);
  }
  return lines.join('\n');
}

function show(value: unknown): string {
  if (typeof value === 'string' && value.includes('\n')) return value.replaceAll('\n', '\n           ');
  return JSON.stringify(value) ?? 'undefined';
}

async function readSuites(): Promise<ConformanceSuite[]> {
  const suites: ConformanceSuite[] = [];
  for (const file of FILES) {
    const url = new URL(file, import.meta.url);
    if (existsSync(url)) suites.push(...suitesOf((await import(url.href)) as object));
  }
  return suites;
}

async function main(options: readonly string[]): Promise<void> {
  const asJson = options.includes('--json');
  const wanted = options.filter((option) => !option.startsWith('-'));
  const folder = resolve(process.env['MAILWRIGHT_CONFORMANCE'] ?? fileURLToPath(new URL('../../../shared/conformance', import.meta.url)));
  if (!existsSync(folder)) {
    console.error(`conformance: no cases here: ${folder} does not exist; set MAILWRIGHT_CONFORMANCE to the folder that holds them`);
    if (asJson) console.log('[]');
    return;
  }
  const all = await readSuites();
  const chosen = all.filter(({ suite }) => isWanted(suite, wanted));
  const unknown = wanted.filter((name) => !all.some(({ suite }) => isWanted(suite, [name])));
  for (const name of unknown) console.error(`conformance: no suite is called ${name}; there are ${all.map(({ suite }) => suite).join(', ') || 'none yet'}`);
  const results: SuiteResult[] = [];
  for (const suite of chosen) results.push(await runSuite(suite, folder));
  const sum = (field: 'passed' | 'failed' | 'skipped'): number => results.reduce((total, result) => total + result[field], 0);
  if (asJson) console.log(JSON.stringify(results, undefined, 2));
  else console.log(`${renderResults(results)}\n\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
  process.exitCode = sum('failed') > 0 || unknown.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
