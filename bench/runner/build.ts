/** Makes what is measured: the compiled packages and sides, and on demand the installed peers. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PEERS_PATH } from './contenders.ts';

const BENCH: string = fileURLToPath(new URL('..', import.meta.url));
const TSC: string = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/** Compiles the benchmarks and the packages they use. Gives the compiler's complaints; what could be compiled has been. */
export function build(): string {
  const done = spawnSync(process.execPath, [TSC, '-b', BENCH], { encoding: 'utf8' });
  return done.status === 0 ? '' : `${done.stdout}${done.stderr}`;
}

/** Every peer that the manifest names: an older installation may lack some. */
export function peersAreInstalled(): boolean {
  const { dependencies } = JSON.parse(readFileSync(PEERS_PATH, 'utf8')) as { readonly dependencies: Readonly<Record<string, string>> };
  return Object.keys(dependencies).every((name) => existsSync(new URL(`../peers/node_modules/${name}`, import.meta.url)));
}

/** `npm install` in bench/peers, outside the workspace and without a lock file. */
export function installPeers(): void {
  const done = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--silent'], { cwd: dirname(PEERS_PATH), stdio: ['ignore', 'ignore', 'inherit'] });
  if (done.status !== 0) throw new Error('npm install in bench/peers failed');
}
