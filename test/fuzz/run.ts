/**
 * `pnpm fuzz [AREA] [--runs N] [--seed S] [--json]`: mutated inputs against what must hold of every input. Run number I of seed S is the only run of seed S + I,
 * so a finding is seen again with `--seed` and `--runs 1`, as long as the folder of public cases is the same (or absent both times).
 *
 * On a terminal it shows how far it is; `--json` prints `{area, seed, runs, octets, ms, findings: [{seed, what, input}]}` and nothing else, `input` as base64. The exit code
 * is 1 for a finding. It stops at ten of them.
 *
 * Read next: `target.ts`.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SeededRandom } from '@mailwright/testing';
import { minimize } from './minimize.ts';
import { target as imap } from './imap.ts';
import { target as imapServer } from './imap-server.ts';
import { target as mime } from './mime.ts';
import { mutate } from './mutate.ts';
import type { FuzzTarget } from './target.ts';

const TARGETS: Readonly<Record<string, FuzzTarget>> = { imap, 'imap-server': imapServer, mime };

const DEFAULT_RUNS = 10_000;
const MOST_FINDINGS = 10;
const SHOWN_CHARACTERS = 2000;
/** An input of 64 KB takes some milliseconds; what takes so long is not linear. */
const SLOW_MS = 3000;

/** An input of which something does not hold. */
export interface Finding {
  /** With it and `--runs 1` the input comes again. */
  readonly seed: number;
  readonly what: string;
  /** As small as it could be made. */
  readonly input: Uint8Array;
}

export interface FuzzReport {
  readonly area: string;
  readonly seed: number;
  readonly runs: number;
  /** Of all inputs. */
  readonly octets: number;
  readonly ms: number;
  readonly findings: readonly Finding[];
}

/** What does not hold of an input, what was thrown among it. */
async function findWrong(target: FuzzTarget, input: Uint8Array, seed: number, slowMs: number): Promise<string | undefined> {
  const started = performance.now();
  try {
    const wrong = await target.check(input, new SeededRandom(seed));
    const ms = performance.now() - started;
    return wrong ?? (ms > slowMs ? `it took ${Math.round(ms)} ms` : undefined);
  } catch (error) {
    return error instanceof Error ? `thrown: ${error.stack ?? error.message}` : `thrown: ${String(error)}`;
  }
}

/** The finding without what changes from input to input: numbers, and the trace below its first line. */
const kindOf = (what: string): string => what.split('\n', 1)[0]!.replace(/\d+/g, '#');

/** How a run is watched. */
export interface FuzzSettings {
  /** Called now and then. */
  readonly progress?: ((done: number, findings: number) => void) | undefined;
  /** An input that takes longer is a finding. Default: none is. */
  readonly slowMs?: number | undefined;
}

/** `runs` inputs, those of the seeds from `seed` on. */
export async function fuzz(target: FuzzTarget, runs: number, seed: number, { progress, slowMs = Infinity }: FuzzSettings = {}): Promise<FuzzReport> {
  const started = performance.now();
  const seeds = target.seeds();
  const findings: Finding[] = [];
  let octets = 0;
  let done = 0;
  for (; done < runs && findings.length < MOST_FINDINGS; done++) {
    const input = mutate(seeds, target.dictionary, new SeededRandom(seed + done));
    octets += input.length;
    const what = await findWrong(target, input, seed + done, slowMs);
    if (what !== undefined) {
      const small = await minimize(input, async (smaller) => kindOf((await findWrong(target, smaller, seed + done, slowMs)) ?? '') === kindOf(what));
      findings.push({ seed: seed + done, what, input: small });
    }
    if (done % 100 === 0) progress?.(done, findings.length);
  }
  return { area: target.name, seed, runs: done, octets, ms: Math.round(performance.now() - started), findings };
}

/** A finding for people. */
export function renderFinding(area: string, { seed, what, input }: Finding): string {
  const text = JSON.stringify(Buffer.from(input).toString('latin1'));
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}... (${input.length} octets; --json has all)` : text;
  return `\nseed ${seed}: ${what}\n  again: pnpm fuzz ${area} --seed ${seed} --runs 1\n  input: ${shown}\n`;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2).filter((argument) => argument !== '--'),
    allowPositionals: true,
    options: { runs: { type: 'string', default: String(DEFAULT_RUNS) }, seed: { type: 'string', default: '1' }, json: { type: 'boolean', default: false } },
  });
  const runs = Number(values.runs);
  const seed = Number(values.seed);
  if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed)) throw new RangeError('--runs is a whole number from 1, --seed a whole number');
  const areas = positionals.length === 0 ? Object.keys(TARGETS) : positionals;
  const reports: FuzzReport[] = [];
  for (const area of areas) {
    const target = TARGETS[area];
    if (target === undefined) throw new RangeError(`there is no area ${area}; there is ${Object.keys(TARGETS).join(', ')}`);
    const progress = (done: number, findings: number): void => {
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${area}: ${done} of ${runs}, ${findings} findings`);
    };
    const report = await fuzz(target, runs, seed, { progress, slowMs: SLOW_MS });
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    reports.push(report);
    if (values.json) continue;
    for (const finding of report.findings) console.log(renderFinding(area, finding));
    console.log(`${area}: ${report.runs} inputs of ${(report.octets / 1e6).toFixed(1)} MB from seed ${seed} in ${(report.ms / 1000).toFixed(1)} s, ${report.findings.length} findings`);
  }
  if (values.json) console.log(JSON.stringify(reports.map((report) => ({ ...report, findings: report.findings.map((finding) => ({ ...finding, input: Buffer.from(finding.input).toString('base64') })) })), undefined, 2));
  process.exitCode = reports.some(({ findings }) => findings.length > 0) ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main().catch((error: unknown) => {
    console.error(`fuzz: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 2;
  });
}
