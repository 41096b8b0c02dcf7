/**
 * `pnpm interop [NAME...] [--json] [--require-all]`: talks to other people's mail software, where it is installed.
 *
 * A NAME is part of a scenario's name or of its file's (`postfix`). What is not installed is skipped, with the reason;
 * `--require-all` makes that a failure. `--json` prints an array of `{name, status, reason, ms}`. The exit code is 1 when a
 * scenario failed.
 *
 * Read next: `scenario.ts`.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createContext } from './context.ts';
import { missing } from './programs.ts';
import type { Scenario } from './scenario.ts';

/** What became of a scenario. */
export interface ScenarioResult {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped; `''` when it passed. */
  readonly reason: string;
  readonly ms: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const MAX_REASON_LINES = 60;

/** Runs one scenario in a context of its own. Never throws. */
export async function runScenario(scenario: Scenario): Promise<ScenarioResult> {
  const startedAt = performance.now();
  const result = (status: ScenarioResult['status'], reason: string): ScenarioResult => ({ name: scenario.name, status, reason, ms: Math.round(performance.now() - startedAt) });
  const reasons = scenario.needs.map(missing).filter((reason) => reason !== undefined);
  if (reasons.length > 0) return result('skipped', reasons.join('; '));
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = scenario;
  const abort = new AbortController();
  const { context, end } = createContext(abort.signal);
  const interrupt = (): void => void end().finally(() => process.exit(130));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not done after ${timeoutMs} ms`));
      abort.abort();
    }, timeoutMs);
  });
  let reason = '';
  const note = (error: unknown): void => void (reason ||= error instanceof Error ? (error.stack ?? error.message) : String(error));
  const running = scenario.run(context);
  await Promise.race([running, timeUp]).catch(note);
  clearTimeout(timer);
  running.catch(() => undefined);
  await end().catch(note);
  process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
  return result(reason === '' ? 'passed' : 'failed', reason);
}

async function readScenarios(): Promise<{ readonly file: string; readonly scenario: Scenario }[]> {
  const files = readdirSync(fileURLToPath(new URL('.', import.meta.url))).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'run.ts');
  const found: { file: string; scenario: Scenario }[] = [];
  for (const file of files.sort()) {
    const { scenarios = [] } = (await import(new URL(file, import.meta.url).href)) as { scenarios?: readonly Scenario[] };
    found.push(...scenarios.map((scenario) => ({ file, scenario })));
  }
  return found;
}

async function main(options: readonly string[]): Promise<void> {
  const asJson = options.includes('--json');
  const requireAll = options.includes('--require-all');
  const wanted = options.filter((option) => !option.startsWith('-'));
  const all = await readScenarios();
  const chosen = all.filter(({ file, scenario }) => wanted.length === 0 || wanted.some((name) => file.includes(name) || scenario.name.toLowerCase().includes(name.toLowerCase())));
  const results: ScenarioResult[] = [];
  for (const { scenario } of chosen) {
    const done = await runScenario(scenario);
    const result: ScenarioResult = requireAll && done.status === 'skipped' ? { ...done, status: 'failed' } : done;
    results.push(result);
    if (!asJson) console.log(renderResult(result));
  }
  const count = (status: ScenarioResult['status']): number => results.filter((result) => result.status === status).length;
  if (asJson) console.log(JSON.stringify(results, undefined, 2));
  else console.log(`\n${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
  if (wanted.length > 0 && chosen.length === 0) console.error(`interop: no scenario has ${wanted.join(' or ')} in its name`);
  process.exitCode = count('failed') > 0 || (wanted.length > 0 && chosen.length === 0) ? 1 : 0;
}

function renderResult({ name, status, reason, ms }: ScenarioResult): string {
  const head = `${status.padEnd(7)}  ${String(ms).padStart(6)} ms  ${name}`;
  return reason === '' ? head : [head, ...shorten(reason.trimEnd().split('\n'))].join('\n    ');
}

/** A long log tells most at its begin, where the error is, and at its end. */
function shorten(lines: readonly string[]): readonly string[] {
  if (lines.length <= MAX_REASON_LINES) return lines;
  const part = MAX_REASON_LINES / 2;
  return [...lines.slice(0, part), `... ${lines.length - MAX_REASON_LINES} lines ...`, ...lines.slice(-part)];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(process.argv.slice(2));
  // A peer's forgotten socket must not keep the runner alive.
  process.exit();
}
