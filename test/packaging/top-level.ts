/** The top level of the repository is fixed (docs/design.md); a new name there fails the tests. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

const NAMES = new Set(['package.json', 'tsconfig.json', 'packages', 'docs', 'bench', 'test', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', 'README.md', 'LICENSE']);

/** One line for each name that does not belong at the top level. Dotfiles do; what git ignores is not looked at. */
export function checkTopLevel(root: string): string[] {
  return findStrayNames(listTopLevel(root));
}

/** Those of `names` that do not belong at the top level. */
export function findStrayNames(names: readonly string[]): string[] {
  const stray = names.filter((name) => !NAMES.has(name) && !name.startsWith('.'));
  return stray.map((name) => `${name}: does not belong at the top level; see docs/CONTRIBUTING.md for where things live`);
}

function listTopLevel(root: string): string[] {
  const git = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (git.status === 0) return [...new Set(git.stdout.split('\0').filter((path) => path !== '').map((path) => path.split('/', 1)[0]!))];
  return readdirSync(root).filter((name) => name !== 'node_modules');
}
