// Makes a fresh clone ready with nothing but Node and npm: installs the pinned pnpm through npx, and with it the
// development dependencies. Does nothing when the lock file has not changed since the last time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const stamp = `${root}node_modules/.mailwright-setup`;
const lock = createHash('sha256').update(readFileSync(`${root}pnpm-lock.yaml`)).update(readFileSync(`${root}package.json`)).digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.error(`Setting up: installing the development dependencies with ${manifest.packageManager} ...`);
  const { status, error } = spawnSync('npx', ['--yes', manifest.packageManager, 'install', '--frozen-lockfile', '--reporter=append-only'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, CI: 'true' },
  });
  if (status !== 0) {
    console.error(`The installation failed${error ? `: ${error.message}` : ''}. It needs the npm registry once; after that everything runs offline.`);
    process.exit(status ?? 1);
  }
  mkdirSync(`${root}node_modules`, { recursive: true });
  writeFileSync(stamp, lock);
}
