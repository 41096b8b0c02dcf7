/** Where the time of a measured process goes: V8's CPU profile of it, as the functions with the most time of their own. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** As much of a `.cpuprofile` as is read here. */
interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number } }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const SHOWN_FUNCTIONS = 25;
const NOT_WORK: ReadonlySet<string> = new Set(['(idle)', '(root)']);

let folder: string | undefined;

/** The flags with which a process writes its profile when it ends; none unless `profileOurs` was called. */
export const profileFlags = (side: string): readonly string[] =>
  folder !== undefined && side.startsWith('ours') ? ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${side}-${process.hrtime.bigint()}.cpuprofile`] : [];

/** From now on every process of ours is profiled. */
export function profileOurs(): void {
  folder = mkdtempSync(join(tmpdir(), 'mailwright-profile-'));
  process.on('exit', () => rmSync(folder!, { recursive: true, force: true }));
}

/** Describes the profiles written since the last call, and forgets them. */
export function takeProfiles(): string {
  if (folder === undefined) return '';
  const texts: string[] = [];
  for (const file of readdirSync(folder).sort()) {
    texts.push(`  CPU of ${file.split('-').slice(0, -1).join('-')}, share of its working time:\n${describe(JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile)}`);
    rmSync(join(folder, file));
  }
  return texts.join('\n');
}

function describe(profile: CpuProfile): string {
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, `${callFrame.functionName || '(anonymous)'} ${callFrame.url.split('/').slice(-3).join('/')}:${callFrame.lineNumber + 1}`]));
  const times = new Map<string, number>();
  for (const [index, sample] of profile.samples.entries()) {
    const name = names.get(sample)!;
    if (!NOT_WORK.has(name.split(' ')[0]!)) times.set(name, (times.get(name) ?? 0) + (profile.timeDeltas[index] ?? 0));
  }
  const all = [...times.values()].reduce((sum, time) => sum + time, 0);
  const most = [...times].sort((a, b) => b[1] - a[1]).slice(0, SHOWN_FUNCTIONS);
  return most.map(([name, time]) => `  ${((time / all) * 100).toFixed(1).padStart(5)} %  ${name}`).join('\n') + '\n';
}
