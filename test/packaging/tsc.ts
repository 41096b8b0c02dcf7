/** Runs the pinned TypeScript compiler. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What the compiler says about `cwd` when called with `options`, one line each; empty when all is well. */
export function runTsc(cwd: string, options: readonly string[]): string[] {
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [join(typescript, 'bin/tsc'), ...options, '--pretty', 'false'], { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status === 0) return [];
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
  return lines.length > 0 ? lines : [`tsc ended with ${status ?? error?.message}`];
}
