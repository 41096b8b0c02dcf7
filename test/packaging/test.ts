/**
 * `npm test` (after setup.mjs) and `pnpm check`: every check of the house in order, one line for each, then the tests.
 *
 * `--exports` packs every package too and tries the tarballs; `--no-tests` leaves vitest out. Other arguments go to vitest:
 * `npm test -- packages/smtp`.
 * The last line says `N passed, N failed`; the exit code is 1 when anything failed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extractDocExamples } from './doc-examples.ts';
import { checkErrorCodes } from './error-codes.ts';
import { checkFloors } from './floors.ts';
import { checkDocs } from './generate-docs.ts';
import { checkPackedPackages } from './packed.ts';
import { runTsc } from './tsc.ts';
import { checkTopLevel } from './top-level.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const OWN_OPTIONS = ['--exports', '--no-tests', '--'];
const vitestArguments = process.argv.slice(2).filter((argument) => !OWN_OPTIONS.includes(argument));
let passed = 0;
let failed = 0;
let skipped = 0;

/** Runs one check and prints its line. A check gives its problems, one line each; an error it throws is one too. */
async function run(name: string, check: () => readonly string[] | Promise<readonly string[]>): Promise<void> {
  const startedAt = performance.now();
  if (process.stdout.isTTY) process.stdout.write(`${name.padEnd(24)} ...`);
  let problems: readonly string[];
  try {
    problems = await check();
  } catch (error) {
    problems = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${process.stdout.isTTY ? '\r\u001b[K' : ''}${name.padEnd(24)} ${problems.length === 0 ? 'ok' : 'FAILED'}  ${seconds} s`);
  for (const problem of problems) console.log(`  ${problem.trimEnd().replaceAll('\n', '\n  ')}`);
  if (problems.length === 0) passed++;
  else failed++;
}

/** Runs vitest with its own output, and adds its counts to ours. */
function runTests(): void {
  const folder = mkdtempSync(join(tmpdir(), 'mailwright-test-'));
  const report = join(folder, 'report.json');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', 'test/vitest.config.ts', ...reporters, ...vitestArguments], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1' },
  });
  try {
    const result = JSON.parse(readFileSync(report, 'utf8')) as VitestReport;
    passed += result.numPassedTests;
    skipped += result.numPendingTests + result.numTodoTests;
    const brokenFiles = result.testResults.filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')).length;
    failed += Math.max(result.numFailedTests + brokenFiles, status === 0 ? 0 : 1);
  } catch {
    failed++;
    console.log('vitest left no report');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What is used of vitest's JSON report. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly { readonly status: string }[] }[];
}

console.log(`mailwright on Node ${process.versions.node}`);
await run('floors, dependencies', () => checkFloors(root));
await run('top level', () => checkTopLevel(root));
await run('error codes explained', () => checkErrorCodes(root));
await run('generated docs', () => checkDocs(root));
await run('doc examples', () => extractDocExamples(root).problems);
await run('types of the packages', () => runTsc(root, ['-b']));
await run('types of the tests', () => runTsc(root, ['-p', 'test/tsconfig.json']));
await run('types of doc examples', () => runTsc(root, ['-p', 'test/packaging/doc-examples.tsconfig.json']));
if (process.argv.includes('--exports')) await run('packed packages', () => checkPackedPackages(root));
if (!process.argv.includes('--no-tests')) runTests();
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed === 0 ? 0 : 1;
